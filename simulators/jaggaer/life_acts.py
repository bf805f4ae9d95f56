"""What every act of JAGGAER's own has in common: looking up what it is about, and telling who listens."""

from collections.abc import Callable, Iterable
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from simulators.jaggaer import exact_json, j1p_fields, money
from simulators.jaggaer.exact_json import JsonObject
from simulators.jaggaer.made import Document, Made, MadeKind
from simulators.jaggaer.order import Line, Order, State
from simulators.jaggaer.receipt import Receipt

if TYPE_CHECKING:  # an instance has a life, so it imports this
    from simulators.jaggaer.simulator import JaggaerSimulator

Quantity = Decimal | int | str
"""A quantity or an amount as a caller may give it; a float is no exact number and is refused."""


class Acts:
    """Acts in the name of one instance. All acts raise ValueError for what can not be, and then change nothing."""

    def __init__(self, simulator: "JaggaerSimulator") -> None:
        self._simulator = simulator
        self.listeners: list[Callable[[Made], None]] = []

    def clear(self) -> None:
        """Forget what the acts remember beside the stores."""

    def _order(self, number: str) -> Order:
        order = self._simulator.orders.get(number)
        if order is None:
            raise ValueError(f"order {number} is not known here: send it first")
        if order.state is State.CANCELED:
            raise ValueError(f"order {number} is cancelled")
        return order

    def _tell(self, kind: MadeKind, document: Document, *, before: Receipt | None = None) -> None:
        made = Made(kind=kind, document=document, before=before)
        for listener in self.listeners:
            listener(made)


def line_of(order: Order, number: int) -> Line:
    """Return a line of an order. Raises ValueError if it has none of this number."""
    for line in order.lines:
        if line.number == number:
            return line
    raise ValueError(f"order {order.number} has no line {number}")


def price_of(order: Order, line: Line) -> Decimal:
    """Return the order's price per one unit; where that has no finite form it is rounded to the minor unit."""
    return money.decimal(Fraction(line.unit_price) / line.basis, order.currency) if line.basis != 1 else line.unit_price


def description_of(line: Line) -> str:
    """Return what a line is about."""
    document: JsonObject = exact_json.loads(line.document)
    item = document.get("item")
    return j1p_fields.text(item.get("description")) if isinstance(item, dict) else ""


def supplier_of(order: Order) -> tuple[str, str | None]:
    """Return the number and the name of an order's supplier. Raises ValueError if it names none."""
    frame: JsonObject = exact_json.loads(order.frame)
    stated = frame["poHeader"].get("supplier")
    holder = stated if isinstance(stated, dict) else {"supplierNumber": stated}
    found = next(filter(None, (j1p_fields.text(holder.get(name)) for name in j1p_fields.SUPPLIER_NAMES)), "")
    if not found:
        raise ValueError(f"order {order.number} names no supplier: say which one it is")
    return found, j1p_fields.text(holder.get("name")) or None


def exact(value: Quantity, what: str) -> Decimal:
    """Return a number as a decimal. Raises ValueError for what is none."""
    found = exact_json.exact(value)
    if found is None:
        raise ValueError(f"{what} {value!r} is no exact number")
    return found


def positive(value: Quantity, what: str) -> Decimal:
    """Return a number above 0 as a decimal. Raises ValueError for any other."""
    found = exact(value, what)
    if found <= 0:
        raise ValueError(f"{what} {value!r} is not above 0")
    return found


def summed(amounts: Iterable[Decimal]) -> str:
    """Return an exact sum as the journal shows it."""
    return f"{money.total(amounts):f}"
