"""What an order is inside the simulator, whichever door it came through: values only, nothing is decided here.

The words that all kinds of documents share (door, kind, reason, refusal, status) stand here too. `Draft` is a document
as its sender wrote it, `Order` what is held after it was applied, `Version` one entry of the order's history. A
revision counts in J1P's terms from 0; cXML's orderVersion is the revision plus 1 (6.1).
"""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction


class Door(StrEnum):
    """The interface a document came through, or JAGGAER itself, where it was made."""

    J1P = "j1p"
    CXML = "cxml"
    INDIRECT = "indirect"
    JAGGAER = "jaggaer"


class DocumentKind(StrEnum):
    """What a document is about; the kind of its journal entries begins with this word."""

    ORDER = "order"
    INVOICE = "invoice"
    SUPPLIER = "supplier"
    VALUE = "value"
    STATUS = "status"
    MESSAGE = "message"
    """An XML message, where no single document of it is to blame."""


class Change(StrEnum):
    """What a document asks for; cXML says delete where J1P says cancel."""

    NEW = "new"
    UPDATE = "update"
    CANCEL = "cancel"


class State(StrEnum):
    """The state of an order, spelled as reads give it [assumed: the public sources show no order status]."""

    OPEN = "Open"
    ON_HOLD = "On Hold"
    CLOSED = "Closed"
    CLOSED_FOR_RECEIVING = "Closed For Receiving"
    CLOSED_FOR_INVOICING = "Closed For Invoicing"
    FINALLY_CLOSED = "Finally Closed"
    CANCELED = "Canceled"


class Reason(StrEnum):
    """Why a document was refused; each door has its own code for it."""

    UNREADABLE = "unreadable"
    MISSING = "missing"
    INVALID = "invalid"
    TOTAL = "total"
    UNKNOWN_UNIT = "unknown unit"
    UNKNOWN_FIELD = "unknown custom field"
    UNKNOWN_SUPPLIER = "unknown supplier"
    DUPLICATE = "duplicate"
    BATCH_REUSED = "batch reused"
    UNKNOWN_ORDER = "unknown order"
    CLOSED = "closed"
    STALE = "stale"
    CHAIN = "chain"
    UNAUTHORIZED = "unauthorized"
    UNSUPPORTED = "unsupported"
    FAULT = "fault"
    UNKNOWN_INVOICE = "unknown invoice"
    UNKNOWN_ACCOUNT = "unknown account"
    UNKNOWN_REFERENCE = "unknown reference"
    MESSAGE_REUSED = "message reused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a document has no effect, for the person who must act: document, field, value, what to do."""

    reason: Reason
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusChange:
    """One applied status message about an order or an invoice; `key` is its batchId or payloadID."""

    door: Door
    status: str
    key: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line. `basis` is how many units the price buys (PriceBasisQuantity), 1 where nothing else is said.

    `document` is the line as J1P reads give it back, as JSON.
    """

    number: int
    quantity: Decimal
    unit_price: Decimal
    uom: str | None
    document: bytes = field(repr=False)
    basis: Fraction = Fraction(1)

    @property
    def amount(self) -> Fraction:
        """Quantity times unit price, exact: a price per 3 units may have no finite decimal form."""
        return Fraction(self.quantity) * Fraction(self.unit_price) / self.basis


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A document as its sender wrote it, understood but not judged; what it left out is None or empty.

    `reference` is the payloadID that a cXML change refers to; `charges` is the sum of tax, shipping and the like where
    the document states any; `frame` is the document without its lines as J1P reads give it back, as JSON. `accounts`
    are the custom-field values of its splits, by name of the field (3.5).
    """

    door: Door
    number: str
    change: Change
    revision: int | None
    currency: str | None
    total: Decimal | None
    lines: tuple[Line, ...]
    frame: bytes = field(repr=False)
    digest: str
    charges: Decimal | None = None
    reference: str | None = None
    supplier: frozenset[str] = frozenset()
    custom_fields: frozenset[str] = frozenset()
    accounts: frozenset[tuple[str, str]] = frozenset()
    business_unit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One applied document. `key` is its batchId or payloadID, `total` what the order came to with it."""

    door: Door
    change: Change
    revision: int
    key: str
    total: Decimal
    currency: str
    line_count: int
    digest: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An order as it stands. A cancelled line stays with quantity 0; a cancelled order keeps its lines as they are."""

    number: str
    state: State
    source: Door
    revision: int
    currency: str
    total: Decimal
    business_unit: str | None
    lines: tuple[Line, ...]
    frame: bytes = field(repr=False)
    updated_at: datetime
    versions: tuple[Version, ...] = field(repr=False)
    statuses: tuple[StatusChange, ...] = ()

    @property
    def last_key(self) -> str:
        """The batchId or payloadID of the last applied document."""
        return self.versions[-1].key
