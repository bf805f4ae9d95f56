"""What an invoice's line bills of an order, and what that makes of the order's figures (oracle-fusion.md, 3.4 and 6).

A line is matched by the numbers of the order, its line and schedule, or of a receipt and its line. Whoever bills too
much or too dear is not refused: validation holds the invoice. Which orders can be matched is [assumed].
"""

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

from simulators.oracle import figures
from simulators.oracle.generator import Order
from simulators.oracle.invoice_generator import PLACES, billed_line, distribution
from simulators.oracle.orders import Orders
from simulators.oracle.payloads import Payload
from simulators.oracle.receipt_checks import Target
from simulators.oracle.receiving import Receiving
from simulators.oracle.resource import STAMP, Row
from simulators.oracle.workbench import Workbench

SCHEDULE, ORDER, BILLED, BILLED_BY = "_schedule", "_order", "_billed", "_invoices"
"""What a line keeps of what it bills: the keys and how much; and an order of the invoices that bill it."""
_MATCHABLE = frozenset({"OPEN", "CLOSED FOR RECEIVING", "CLOSED FOR INVOICING", "CLOSED"})
_NUMBERS = ("PurchaseOrderNumber", "PurchaseOrderLineNumber", "PurchaseOrderScheduleLineNumber")


def find(payload: Payload, header: Row, bench: Workbench, orders: Orders, receiving: Receiving) -> Target | None:
    """Return the schedule that a line bills; None for a line that is not matched, or wrong: noted in the payload."""
    row = payload.row
    if row.get("ReceiptNumber") is not None and not _from_receipt(payload, receiving):
        return None
    if row.get("PurchaseOrderNumber") is None:
        return None
    order = _order(row["PurchaseOrderNumber"], header, bench, orders)
    if order is None:
        payload.mismatch("PurchaseOrderNumber")
        return None
    payload.need(*_NUMBERS[1:])
    lines = [line for line in order["lines"] if line["LineNumber"] == row.get("PurchaseOrderLineNumber")]
    if not lines:
        payload.mismatch("PurchaseOrderLineNumber")
        return None
    number = row.get("PurchaseOrderScheduleLineNumber")
    parts = [part for part in lines[0]["schedules"] if part["ScheduleNumber"] == number]
    if not parts or parts[0]["StatusCode"] not in _MATCHABLE:
        payload.mismatch("PurchaseOrderScheduleLineNumber")
        return None
    return Target(order=order, line=lines[0], schedule=parts[0])


def check(payload: Payload, target: Target, currency: str | None) -> None:
    """Note what is missing to bill a schedule: a quantity, or an amount for a service of a fixed price."""
    if not figures.by_amount(target.schedule):
        payload.need("Quantity")
    if currency not in (None, target.order["CurrencyCode"]):
        payload.refuse("PurchaseOrderNumber", "The invoice currency must be that of the purchase order.")


def matched_line(key: int, number: int, given: Row, target: Target, first: int, header: Row) -> Row:
    """Return the line that bills a schedule, with its distributions behind the key `first`."""
    schedule, stamp = target.schedule, header[STAMP]
    line = billed_line(key, number, target.line, schedule, stamp, credit=False)
    price, quantity, amount = _billed(given, schedule)
    line |= given | {"LineNumber": Decimal(number), "LineAmount": amount, "Quantity": quantity, "UnitPrice": price}
    line["MatchOption"] = "Receipt" if line["ReceiptNumber"] is not None else "Order"
    line |= {
        SCHEDULE: schedule["LineLocationId"],
        ORDER: target.order["POHeaderId"],
        BILLED: amount if quantity is None else quantity,
    }
    rows = [distribution(first + place, place, share, stamp, credit=False) for place, share in _numbered(schedule)]
    _share(rows, amount, schedule["Ordered"], PLACES[header["InvoiceCurrency"]])
    return line | {"invoiceDistributions": rows}


def _billed(given: Row, schedule: Row) -> tuple[Decimal | None, Decimal | None, Decimal]:
    """Return the price, the quantity and the amount of a line; what it leaves open follows from the rest."""
    amount: Decimal | None = given.get("LineAmount")
    quantity: Decimal | None = given.get("Quantity")
    if figures.by_amount(schedule) or quantity is None:
        return None, None, schedule["Amount"] if amount is None else amount
    price: Decimal | None = given.get("UnitPrice")
    if price is None:
        price = schedule["Price"] if amount is None or not quantity else amount / quantity
    return price, quantity, quantity * (price or 0) if amount is None else amount


def bill(bench: Workbench, invoice: Row) -> None:
    """Add what an invoice bills to the figures of its schedules."""
    for line in _matched(invoice):
        target = target_of(bench, line)
        bench.change(target.order, target.schedule, **{figures.BILLED: line[BILLED]})
        known = target.order.get(BILLED_BY, ())
        if invoice["InvoiceId"] not in known:
            target.order[BILLED_BY] = (*known, invoice["InvoiceId"])


def take_back(bench: Workbench, lines: list[Row]) -> None:
    """Take what lines bill out of the figures of their schedules."""
    for line in _matched({"invoiceLines": lines}):
        target = target_of(bench, line)
        bench.change(target.order, target.schedule, **{figures.BILLED: -line[BILLED]})
        line[BILLED] = Decimal(0)


def target_of(bench: Workbench, line: Row) -> Target:
    """Return the schedule that a matched line bills. Raises KeyError."""
    order = bench.order(line[ORDER])
    for ordered, schedule in figures.every_schedule(order):
        if schedule["LineLocationId"] == line[SCHEDULE]:
            return Target(order=order, line=ordered, schedule=schedule)
    raise KeyError(line[SCHEDULE])


def _matched(invoice: Row) -> Iterator[Row]:
    return (line for line in invoice["invoiceLines"] if SCHEDULE in line)


def _from_receipt(payload: Payload, receiving: Receiving) -> bool:
    """Fill in the order's numbers from the receipt that a line names, or note that there is no such receipt."""
    row = payload.row
    for received in receiving.received(row["ReceiptNumber"], row.get("ReceiptLineNumber")):
        numbers = {
            "PurchaseOrderNumber": received["PONumber"],
            "PurchaseOrderLineNumber": received["POLineNumber"],
            "PurchaseOrderScheduleLineNumber": received["POShipmentNumber"],
        }
        if all(row.get(name) in (None, value) for name, value in numbers.items()):
            row |= numbers
            return True
    payload.mismatch("ReceiptNumber")
    return False


def _order(number: str, header: Row, bench: Workbench, orders: Orders) -> Order | None:
    found = [bench.order(key) for key in sorted(orders.known_as("OrderNumber", number))]
    fitting = [
        order
        for order in found
        if order["StatusCode"] in _MATCHABLE
        and header.get("Supplier") in (None, order["Supplier"])
        and header.get("BusinessUnit") in (None, order["BillToBU"], order["ProcurementBU"])
    ]
    return fitting[0] if fitting else None


def _numbered(schedule: Row) -> Iterator[tuple[int, Row]]:
    return enumerate(schedule["distributions"], start=1)


def _share(rows: list[Row], amount: Decimal, ordered: Decimal, places: int) -> None:
    """Share an amount among distributions as the order does; the last takes what is left."""
    left = amount
    for row in rows[:-1]:
        part = amount * row["DistributionAmount"] / ordered if ordered else Decimal(0)
        row["DistributionAmount"] = part.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
        left -= row["DistributionAmount"]
    for row in rows[-1:]:
        row["DistributionAmount"] = left
