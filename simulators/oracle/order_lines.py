"""One line of an order: found by its number, and bought in another quantity or at another price."""

from decimal import Decimal

from simulators.oracle.errors import FusionError
from simulators.oracle.generator import Order


def numbered(order: Order, number: int) -> Order:
    """Return a line by its number. Raises FusionError (400)."""
    for line in order["lines"]:
        if line["LineNumber"] == number:
            found: Order = line
            return found
    raise FusionError(400, f"The order {order['OrderNumber']} has no line {number}.")


def reprice(line: Order, quantity: Decimal | None, price: Decimal | None) -> None:
    """Set quantity and price of a line on its first schedule and distribution; the others go to zero."""
    service = line["Quantity"] is None
    quantity = quantity if quantity is not None else (Decimal(1) if service else line["Quantity"])
    price = price if price is not None else (line["Amount"] if service else line["Price"])
    amount = quantity * price
    line.update({"Amount": amount} if service else {"Quantity": quantity, "Price": price, "BasePrice": price})
    for position, schedule in enumerate(line["schedules"]):
        first = position == 0
        _set_part(schedule, quantity if first else Decimal(0), amount if first else Decimal(0), service=service)
        if not service:
            schedule["Price"] = price
        for number, distribution in enumerate(schedule["distributions"]):
            whole = first and number == 0
            _set_part(distribution, quantity if whole else Decimal(0), amount if whole else Decimal(0), service=service)


def _set_part(row: Order, quantity: Decimal, amount: Decimal, *, service: bool) -> None:
    row.update({"Amount": amount} if service else {"Quantity": quantity})
    row["Ordered"] = row["Total"] = amount
