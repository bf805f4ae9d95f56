"""What was received or sent back, and the store of receipts (2.4, 3.5, 6.4).

A line counts a quantity, or an amount where the receipt is a cost receipt. A receipt may change later: a quantity is
corrected, or a line is cancelled, which keeps its quantity and takes the effect away.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from simulators.jaggaer import money
from simulators.jaggaer.store import Store

_FIRST_ID = 90001


class Action(StrEnum):
    """What a receipt line says happened, spelled as reads give it (2.4)."""

    RECEIVED = "Received"
    RETURNED = "Returned"
    CANCELLED = "Cancelled"


_SIGNS = {Action.RECEIVED: Decimal(1), Action.RETURNED: Decimal(-1), Action.CANCELLED: Decimal(0)}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptLine:
    """One line: a quantity in a unit, None for a cost receipt; `amount` is what it is worth, or what was received.

    `unit_price` is the order's, per one unit. `first_action` is what the line said before it was cancelled.
    """

    number: int
    po_number: str
    po_line: int
    action: Action
    first_action: Action
    quantity: Decimal | None
    uom: str | None
    unit_price: Decimal
    amount: Decimal
    currency: str

    @property
    def effect(self) -> Decimal:
        """The quantity that is here because of the line: negative for a return, 0 for what was cancelled."""
        return money.product(_SIGNS[self.action], self.quantity or Decimal(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A receipt as it stands. `corrections` counts how often it was changed."""

    receipt_id: int
    number: str
    received_at: datetime
    received_by: str
    packing_slip: str | None
    tracking_number: str | None
    business_unit: str | None
    lines: tuple[ReceiptLine, ...]
    updated_at: datetime
    corrections: int = 0

    @property
    def po_numbers(self) -> tuple[str, ...]:
        """The orders it is about."""
        return tuple(dict.fromkeys(line.po_number for line in self.lines))


class Receipts(Store[int, Receipt]):
    """Receipts by JAGGAER's id, found by number and by order."""

    def __init__(self) -> None:
        super().__init__()
        self._of_number: dict[str, int] = {}
        self._of_order: dict[str, dict[int, None]] = {}

    @property
    def next_id(self) -> int:
        """The id that the next receipt gets."""
        return _FIRST_ID + len(self)

    def put(self, key: int, document: Receipt, *, lag_seconds: float = 0.0, lag_reads: int = 0) -> None:
        """Hold the receipt as the most recently updated one."""
        self._of_number[document.number] = key
        for number in document.po_numbers:
            self._of_order.setdefault(number, {})[key] = None
        super().put(key, document, lag_seconds=lag_seconds, lag_reads=lag_reads)

    def numbered(self, number: str) -> Receipt | None:
        """Return the receipt of a number, None if there is none."""
        key = self._of_number.get(number)
        return None if key is None else self.get(key)

    def of_order(self, po_number: str) -> list[Receipt]:
        """Return the receipts that have a line of an order, in the order in which they were made."""
        return [found for key in self._of_order.get(po_number, ()) if (found := self.get(key)) is not None]

    def received(self, po_number: str, po_line: int) -> Decimal:
        """Return the quantity of an order line that was received and neither sent back nor cancelled."""
        lines = (line for receipt in self.of_order(po_number) for line in receipt.lines)
        return money.total(line.effect for line in lines if (line.po_number, line.po_line) == (po_number, po_line))

    def clear(self) -> None:
        """Forget all receipts; ids begin anew."""
        super().clear()
        self._of_number.clear()
        self._of_order.clear()
