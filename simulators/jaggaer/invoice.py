"""What an invoice is inside the simulator, whichever door it came through: values only, nothing is decided here.

`InvoiceDraft` is a document as its sender wrote it, `Invoice` what is held after it was applied. An invoice is known by
its supplier and the supplier's number together (2.3); `invoice_id` is JAGGAER's own key.
"""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from simulators.jaggaer.order import Change, Door, StatusChange

InvoiceKey = tuple[str, str]
"""Supplier and the supplier's invoice number."""


class InvoiceKind(StrEnum):
    """The type of an invoice, spelled as reads give it (2.3); a debit memo is known from cXML only [assumed]."""

    INVOICE = "Invoice"
    CREDIT_MEMO = "Credit memo"
    DEBIT_MEMO = "Debit memo"


class PaymentStatus(StrEnum):
    """The payment status of an invoice as reads give it; only Payable and InProcess are seen (2.3)."""

    PAYABLE = "Payable"
    IN_PROCESS = "InProcess"
    PARTIALLY_PAID = "PartiallyPaid"
    PAID = "Paid"
    RECONCILED = "Reconciled"
    REJECTED = "Rejected"
    CANCELED = "Canceled"


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceDraft:
    """A document as its sender wrote it, understood but not judged; what it left out is None or empty.

    `lines` are the exact amounts of the lines, `charges` the sum of tax, shipping and the like, `content` the document
    as J1P reads give it back, as JSON (`{"header", "lineList"}`). `revision` counts from 0; `reference` is the
    payloadID that a cXML deletion refers to.
    """

    door: Door
    number: str
    supplier: str
    supplier_names: frozenset[str]
    kind: InvoiceKind
    change: Change
    revision: int | None
    currency: str | None
    total: Decimal | None
    lines: tuple[Fraction, ...]
    charges: Decimal | None
    content: bytes = field(repr=False)
    digest: str
    reference: str | None = None
    accounts: frozenset[tuple[str, str]] = frozenset()
    business_unit: str | None = None

    @property
    def key(self) -> InvoiceKey:
        """Supplier and number."""
        return self.supplier, self.number


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """An invoice as it stands. `last_key` is the batchId, payloadID or MessageId that it came under.

    It is "" where a supplier or a person brought the invoice; `channel` is how: Manual or Automated (2.3). `paid` is
    what the last payment status said is paid, None if none said it.
    """

    invoice_id: int
    number: str
    supplier: str
    kind: InvoiceKind
    payment_status: PaymentStatus
    revision: int
    source: Door
    currency: str
    total: Decimal
    business_unit: str | None
    line_count: int
    content: bytes = field(repr=False)
    created_at: datetime
    updated_at: datetime
    last_key: str
    paid: Decimal | None = None
    statuses: tuple[StatusChange, ...] = ()
    channel: str = "Automated"

    @property
    def key(self) -> InvoiceKey:
        """Supplier and number."""
        return self.supplier, self.number

    @property
    def state(self) -> str:
        """What sums are grouped by: the payment status."""
        return self.payment_status
