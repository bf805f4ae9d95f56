"""The cXML StatusUpdateRequest, understood on the way in (5.4, appendix).

The document that it is about is named by DocumentReference, or by the number in InvoiceIDInfo, DocumentInfo or
PaymentStatus. InvoiceStatus sets the payment status of an invoice; the type of a DocumentStatus sets the state of an
order where it is one of our words; everything else is only recorded.

Limits: ItemStatus, SourcingStatus and IntegrationStatus are ignored.
"""

from dataclasses import dataclass, replace
from decimal import Decimal

from lxml import etree

from simulators.jaggaer.cxml_reading import Reader

_INVOICE_TYPES = ("processing", "canceled", "reconciled", "rejected", "paying", "paid")


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusUpdate:
    """A status as its sender wrote it: what it is about, as far as it says, and the word for the status.

    `of_invoice` says that only an invoice can take it; `paid` is what was paid of it so far.
    """

    word: str
    reference: str | None = None
    order: str | None = None
    invoice: str | None = None
    of_invoice: bool = False
    paid: Decimal | None = None

    @property
    def number(self) -> str:
        """The number of the document, or else the payloadID by which it is meant."""
        return self.invoice or self.order or self.reference or ""


def read(request: etree._Element) -> StatusUpdate:
    """Understand a StatusUpdateRequest element. Raises NotReadable."""
    reader = Reader("Status update")
    status = reader.part(request, "Status")
    said = f"{reader.key(status, 'code')} {reader.attribute(status, 'text')}"
    reference = request.find("DocumentReference")
    payload_id = None if reference is None else reader.key(reference, "payloadID")
    for name, understood in (("Invoice", _of_invoice), ("Document", _of_document), ("Payment", _of_payment)):
        found = request.find(f"{name}Status")
        if found is not None:
            return replace(understood(reader, found), reference=payload_id)
    return StatusUpdate(word=said, reference=payload_id)


def _of_invoice(reader: Reader, status: etree._Element) -> StatusUpdate:
    word = reader.key(status, "type")
    if word not in _INVOICE_TYPES:
        raise reader.unfit(f"attribute type {word!r} is none of {', '.join(_INVOICE_TYPES)}")
    named, paid = status.find("InvoiceIDInfo"), status.find("PartialAmount/Money")
    return StatusUpdate(
        word=word,
        invoice=None if named is None else reader.key(named, "invoiceID"),
        of_invoice=True,
        paid=None if paid is None else reader.money(paid, "PartialAmount")[0],
    )


def _of_document(reader: Reader, status: etree._Element) -> StatusUpdate:
    word, named = reader.key(status, "type"), status.find("DocumentInfo")
    if named is None:
        return StatusUpdate(word=word)
    number = reader.key(named, "documentID")
    if "invoice" in reader.attribute(named, "documentType").casefold():
        return StatusUpdate(word=word, invoice=number, of_invoice=True)
    return StatusUpdate(word=word, order=number)


def _of_payment(reader: Reader, status: etree._Element) -> StatusUpdate:
    return StatusUpdate(word=reader.key(status, "type"), order=reader.key(status, "orderID"))
