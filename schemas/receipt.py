"""The canonical receipt: what was received of orders, sent back, or taken back, free of either system's spelling.

A receipt may be about several orders. A line counts a quantity in a unit, an amount, or states both; which of them
counts is the order line's to say (`schemas/receipt_matching.py`). What a negative quantity takes back was received by
an earlier receipt (jaggaer-cxml.md, 6.4); what a cancelled line said has no effect any more.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from schemas.money import Money


class ReceiptKind(StrEnum):
    """What a line says happened."""

    RECEIVED = "received"
    """It came; with a negative number: less came than an earlier receipt says."""
    RETURNED = "returned"
    """It went back to the supplier."""
    CANCELED = "canceled"
    """What the line said before did not happen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptLine:
    """What happened to one order line. `path` names the line to a person in its source's words.

    `unit` is the source's code, None where there is no quantity. `last` says that no more is expected of the order
    line. No price is kept: what ERPs write as the rate and the value of a receipt may be zero (jaggaer-cxml.md, 6.4).
    """

    number: int
    path: str
    order_number: str
    order_line: int
    kind: ReceiptKind
    quantity: Decimal | None
    unit: str | None
    amount: Money | None
    last: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """One version of a receipt. `key` names it in all of its versions, `number` is what people call it."""

    key: str
    number: str
    received_at: datetime
    changed_at: datetime
    received_by: str | None
    packing_slip: str | None
    tracking_number: str | None
    business_unit: str | None
    comments: str | None
    lines: tuple[ReceiptLine, ...]
