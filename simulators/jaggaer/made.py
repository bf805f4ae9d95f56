"""What JAGGAER itself made, for whoever wants to hear of it: the sender of cXML does (`cxml_sender`)."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from simulators.jaggaer.bill import Bill
from simulators.jaggaer.confirmation import Confirmation
from simulators.jaggaer.receipt import Receipt


class MadeKind(StrEnum):
    """What happened: the kind of the journal entry about it."""

    CONFIRMED = "confirmed"
    SHIPPED = "shipped"
    RECEIVED = "received"
    RETURNED = "returned"
    RECEIPT_CORRECTED = "receipt_corrected"
    RECEIPT_CANCELLED = "receipt_cancelled"
    INVOICED = "invoiced"
    CREDITED = "credited"
    INVOICE_CANCELLED = "invoice_cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippedLine:
    """A quantity of an order line that is on its way."""

    po_line: int
    quantity: Decimal
    uom: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipment:
    """A ship notice; without lines the whole order is on its way (6.3)."""

    number: str
    po_number: str
    lines: tuple[ShippedLine, ...]
    noticed_at: datetime


Document = Confirmation | Shipment | Receipt | Bill


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A document that was made or changed; `before` is the receipt as it was before a change."""

    kind: MadeKind
    document: Document
    before: Receipt | None = None
