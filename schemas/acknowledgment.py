"""The canonical acknowledgment: what a supplier answers to a purchase order, whichever system brought it.

An acknowledgment has a type that speaks of the whole order, and lines that were answered one by one; the quantity of
a line may be split over several statuses, 3 accepted and 2 rejected of 5 (jaggaer-cxml.md, 6.2). What was left out is
None. Values are the supplier's: they count as a proposal only where they differ from the order
(`acknowledgment_outcome.py`).
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from schemas.money import Money


class AcknowledgmentType(StrEnum):
    """What is said of the whole order, in cXML's words."""

    ACCEPT = "accept"
    REJECT = "reject"
    EXCEPT = "except"
    """Accepted, but for the lines that are listed."""
    DETAIL = "detail"
    """Only the listed lines are spoken of; nothing is said of the others."""
    ALL_DETAIL = "allDetail"
    """As `DETAIL`, with a full picture of each listed line, changed or not."""
    BACKORDERED = "backordered"
    REQUEST_TO_PAY = "requestToPay"
    REPLACE = "replace"
    """The supplier puts another order in the place of this one."""


class Operation(StrEnum):
    """Whether an acknowledgment is a supplier's first word, or takes the place of an earlier one completely."""

    NEW = "new"
    UPDATE = "update"


class LineStatusType(StrEnum):
    """What becomes of a quantity of a line, in cXML's words."""

    ACCEPT = "accept"
    ALL_DETAIL = "allDetail"
    DETAIL = "detail"
    """Accepted with changes."""
    BACKORDERED = "backordered"
    REJECT = "reject"
    UNKNOWN = "unknown"
    """Nothing is said yet."""
    REQUEST_TO_PAY = "requestToPay"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineStatus:
    """A quantity of a line and what becomes of it; no quantity is the whole line.

    `delivery` is the day on which the supplier will deliver, `unit_price` what one unit is to cost (`currency` may be
    unsaid), `substitute` the supplier's part number of what comes instead, "" for one that is not named.
    """

    type: LineStatusType
    quantity: Decimal | None
    delivery: date | None = None
    unit_price: Decimal | None = None
    currency: str | None = None
    tax: Money | None = None
    shipping: Money | None = None
    substitute: str | None = None
    comments: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AcknowledgedLine:
    """One line of the order; the quantities of its statuses add up to its own. `uom` is the unit of all of them.

    No quantity is the one that was ordered; there is one status then, without a quantity of its own.
    """

    number: int
    quantity: Decimal | None
    uom: str | None
    statuses: tuple[LineStatus, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledgment:
    """What a supplier answered.

    `confirmation_id` is the supplier's name for it, the same in all updates; `payload_id` the document that brought it,
    `replaces` the one that it replaces. `total`, `tax` and `shipping` are the order's as the supplier would have them.
    `deviations` says where the document departs from its standard and how it was read all the same; they are no part of
    what was answered.
    """

    type: AcknowledgmentType
    operation: Operation
    order_number: str
    business_unit: str | None = None
    confirmation_id: str | None = None
    payload_id: str | None = None
    replaces: str | None = None
    noticed_at: datetime
    total: Money | None = None
    tax: Money | None = None
    shipping: Money | None = None
    comments: str | None = None
    lines: tuple[AcknowledgedLine, ...]
    deviations: tuple[str, ...] = ()
