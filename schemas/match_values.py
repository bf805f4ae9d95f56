"""What the match preview is made of: order lines, what moved on them, and what is said of both. All values.

An order line counts a quantity in its unit or, where an amount was bought, money in the order's currency; `measure` is
which. What moved carries the sign of its effect: what goes back to the supplier, or is credited, is below zero.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from schemas.exact_arithmetic import exact_percentage, exact_sum


class MovementKind(StrEnum):
    """What a document says happened."""

    SHIPPED = "shipped"
    RECEIVED = "received"
    RETURNED = "returned"
    INVOICED = "invoiced"
    CREDITED = "credited"


RECEIPTS = frozenset({MovementKind.RECEIVED, MovementKind.RETURNED})
BILLS = frozenset({MovementKind.INVOICED, MovementKind.CREDITED})


class Standing(StrEnum):
    """How far a document has come."""

    ARRIVED = "arrived"
    """The other side has it, or needs nothing more."""
    IN_FLIGHT = "in flight"
    """It is on its way there."""
    STOPPED = "stopped"
    """It waits for a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Why a document is stopped: the class of its dead letter, the reason, and what to do."""

    category: str
    reason: str
    next_step: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The newest version of a receipt, ship notice or invoice. `at` is the day that it states, in UTC."""

    flow: str
    number: str
    record_id: int
    business_unit: str | None
    at: datetime
    standing: Standing
    stop: Stop | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """What a line of a document says of an order line (`line` is None where it names the order only).

    What it does not state is None. `unit` is the other side's code.
    """

    kind: MovementKind
    document: Document
    order: str
    line: int | None
    quantity: Decimal | None = None
    unit: str | None = None
    price: Decimal | None = None
    amount: Decimal | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderedLine:
    """What was ordered. `quantity` is None on a line that buys an amount; `amount` is the line's, without tax.

    `order_key` tells orders of one number apart. `unit_names` are the names, in small letters, that the unit goes by on
    the other side. `ended` says that nothing more is expected; a canceled line orders nothing any more.
    """

    order_key: int
    order: str
    line: int
    legal_entity: str | None
    business_unit: str | None
    currency: str
    quantity: Decimal | None
    unit: str | None
    unit_names: frozenset[str]
    price: Decimal | None
    amount: Decimal
    receipt_required: bool
    receipt_close_percent: Decimal
    ended: bool

    @property
    def ordered(self) -> Decimal:
        """How much was ordered, in the line's measure."""
        return self.amount if self.quantity is None else self.quantity

    @property
    def measure(self) -> str:
        """What the line counts in: a unit, or a currency."""
        return self.currency if self.quantity is None else self.unit or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """A tolerance: percent of what was ordered, and an absolute number. Where both are set, both must hold."""

    percent: Decimal | None = None
    absolute: Decimal | None = None

    def of(self, ordered: Decimal) -> Decimal:
        """Return by how much a number may be beyond another; nothing where neither is set."""
        share = None if self.percent is None else exact_percentage(ordered.copy_abs(), self.percent)
        return min((limit for limit in (share, self.absolute) if limit is not None), default=Decimal(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerances:
    """What a business unit puts up with. A line that misses receipts is short after so many days."""

    quantity: Allowance = Allowance()
    price: Allowance = Allowance()
    amount: Allowance = Allowance()
    short_after_days: int = 30


class Cause(StrEnum):
    """Why an order line does not match."""

    INVOICED_WITHOUT_RECEIPT = "invoiced without receipt"
    INVOICED_OVER_ORDERED = "invoiced more than ordered"
    INVOICED_OVER_RECEIVED = "invoiced more than received"
    RECEIVED_SHORT = "received short"
    """As before, and nothing more is expected: the order is closed, or nothing came for too long."""
    PRICE_OVER_ORDER = "price above order"
    CREDIT_WITHOUT_INVOICE = "credit without invoice"
    RECEIVED_OVER_ORDERED = "received more than ordered"
    RETURN_WITHOUT_RECEIPT = "return without receipt"
    CURRENCY_DIFFERS = "currency differs"
    UNIT_DIFFERS = "unit differs"
    ORDER_LINE_UNKNOWN = "order line unknown"
    STOPPED = "document stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchException:
    """One thing that does not match: what was expected, what is there, in which measure, since when and by whom.

    `cause_document` brought it about; `documents` are all that have a part in it. Where nothing can be compared the
    numbers are None. `value` is what the difference is worth in `currency`, at the order's price.
    """

    cause: Cause
    order: str
    line: int | None
    business_unit: str | None
    expected: Decimal | None
    found: Decimal | None
    difference: Decimal | None
    measure: str
    value: Decimal | None
    currency: str | None
    since: datetime
    age_days: int
    cause_document: Document
    documents: tuple[Document, ...]
    next_step: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """A sum, by how far the documents have come that make it up."""

    arrived: Decimal = Decimal(0)
    in_flight: Decimal = Decimal(0)
    stopped: Decimal = Decimal(0)

    @property
    def total(self) -> Decimal:
        """What it comes to when everything arrives."""
        return exact_sum((self.arrived, self.in_flight, self.stopped))


class LineStatus(StrEnum):
    """What the preview says of an order line."""

    MATCHED = "matched"
    """All that was ordered, or all that will come, is received and billed alike."""
    OPEN = "open"
    EXCEPTION = "exception"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinePreview:
    """An order line with what was received and invoiced of it, in its measure; `billed` is the invoices' money.

    `received_value` is what was received at the order's price. `in_transit` was shipped and is not received.
    Documents that cannot be compared count in none of these: each is an exception of its own.
    """

    line: OrderedLine
    status: LineStatus
    received: Tally
    received_value: Decimal
    invoiced: Tally
    billed: Tally
    in_transit: Decimal
    exceptions: tuple[MatchException, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What the three-way match will say. `strays` are documents that belong to no order line that is known."""

    lines: tuple[LinePreview, ...]
    strays: tuple[MatchException, ...]

    @property
    def exceptions(self) -> tuple[MatchException, ...]:
        """All of them, by order and line."""
        return (*(one for line in self.lines for one in line.exceptions), *self.strays)


def age_days(since: datetime, now: datetime) -> int:
    """Return whole days from one moment to the other, none for what is still to come."""
    return max((now - since) // timedelta(days=1), 0)


def once(documents: Iterable[Document]) -> tuple[Document, ...]:
    """Return documents each once, oldest first."""
    return tuple(sorted({one.record_id: one for one in documents}.values(), key=lambda one: (one.at, one.record_id)))
