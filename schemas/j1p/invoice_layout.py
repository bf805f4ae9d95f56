"""What differs from one JAGGAER customer to the next in J1P invoices: names of wrappers and fields, dates, words.

The defaults are what was seen of the import (jaggaer-cxml.md, 2.3) and, for what nobody has shown, the names that the
same fields have when an invoice is read. The payment message is assumed altogether (2.4).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from schemas.invoice import InvoiceKind, InvoiceStatus
from schemas.j1p.layout import DateFormat, check_names

FIELDS = frozenset(
    """
    accountingDate address addressCode amount amountPaid batchInfo batchNumber batchTimestamp
    businessUnit context currency customFieldValue customFieldValueList description distributionNumber dueDate
    handlingCharge internalName invoiceDate invoiceType lineNumber method money name notes ocrItem
    originalRequestMessageId packagingAmount payment paymentStatus percent poLineNumber poNumber quantity receipt
    receiptLineNumber receiptNumber receipts remitTo shipTo shippingCharge splittableFieldIndex splittableFieldIndexList
    splittableFieldIndexSet splittableFieldSetGroup splittableFieldSetGroupList standardPaymentTermsCode supplier
    supplierNumber taxCharge1 terms total type unitOfMeasure unitPrice value
    """.split()
)
"""Every field in an invoice that a customer may have renamed. Wrappers and key fields have settings of their own."""

_TYPES = MappingProxyType(
    {
        InvoiceKind.STANDARD: "Invoice",
        InvoiceKind.CREDIT_MEMO: "Credit memo",
        InvoiceKind.DEBIT_MEMO: "Credit memo",
    }
)
_STATES = MappingProxyType(
    {
        InvoiceStatus.NOT_VALIDATED: "InProcess",
        InvoiceStatus.VALIDATED: "Payable",
        InvoiceStatus.PARTLY_PAID: "PartiallyPaid",
        InvoiceStatus.PAID: "Paid",
        InvoiceStatus.CANCELED: "Canceled",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class J1pInvoiceLayout:
    """Names and words of one customer's J1P invoices. Raises ValueError for names that collide.

    `types` are the words for kinds of invoice; a kind without one is not sent. `states` are the words for a payment
    state: Payable and InProcess were seen, the others are assumed. `names` gives the customer's name for a field of
    `FIELDS`, at every place where that field stands.
    """

    invoice: str = "invoiceOcr"
    header: str = "invoiceOcrHeader"
    line_list: str = "invoiceOcrLineList"
    line: str = "invoiceOcrLine"
    payment: str = "invoicePayment"
    batch: str = "batchId"
    number: str = "supplierInvoiceNumber"
    revision: str = "revisionNumber"
    answer_list: str = "jiinvoiceList"
    answer_item: str = "jiinvoice"
    date_format: DateFormat = DateFormat.ISO
    types: Mapping[InvoiceKind, str] = field(default_factory=lambda: _TYPES)
    states: Mapping[InvoiceStatus, str] = field(default_factory=lambda: _STATES)
    names: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        """Refuse names with which one field would overwrite another, and states that nobody could tell apart."""
        wrappers = (self.invoice, self.header, self.line_list, self.line, self.payment)
        keys = (self.batch, self.number, self.revision)
        check_names(self.names, own=wrappers + keys, fields=FIELDS, noun="an invoice")
        if set(self.states) != set(InvoiceStatus) or len(set(self.states.values())) != len(InvoiceStatus):
            raise ValueError("every state of an invoice needs a word of its own")
