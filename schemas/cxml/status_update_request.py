"""cXML payment states: building the StatusUpdateRequest of an invoice, its hash, and reading one back.

The invoice is named by its number (InvoiceIDInfo), which is for senders that do not know the payloadID it came with,
and by that payloadID (DocumentReference, 5.4) where it is known: a number is unique only for one supplier (2.3).
After a status of 200 no more updates follow for a document (jaggaer-cxml.md, 5.4), so what is not final goes as 201.
PartialAmount says what is paid where that is not the whole (cXML.dtd, comment on InvoiceStatus).

Limits: why less than the whole is paid cannot be told: a discount, tax kept back, or a payment that is still to come
(`paying`). What is paid in another currency than the invoice's is not told at all.
"""

from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from lxml import etree

from schemas.cxml import safe_xml, values
from schemas.cxml.elements import add, add_money, attribute, content_of, written_day
from schemas.cxml.envelope import address
from schemas.cxml.layout import CxmlLayout
from schemas.cxml.safe_xml import Element
from schemas.cxml.values import UnreadableCxml
from schemas.invoice import Invoice, InvoiceStatus
from schemas.money import Money
from schemas.supplier_invoice import JaggaerName

__all__ = ("CxmlStatusUpdate", "address", "build", "parse", "same_content")

_TYPES = MappingProxyType(
    {
        InvoiceStatus.NOT_VALIDATED: "processing",
        InvoiceStatus.VALIDATED: "reconciled",
        InvoiceStatus.PARTLY_PAID: "paying",
        InvoiceStatus.PAID: "paid",
        InvoiceStatus.CANCELED: "canceled",
    }
)
_FINAL = frozenset((InvoiceStatus.PAID, InvoiceStatus.CANCELED))


@dataclass(frozen=True, slots=True, kw_only=True)
class CxmlStatusUpdate:
    """One StatusUpdateRequest; what it left out is None.

    `number` and `type` are those of the invoice that it is about, None if it is about another document; `type` is in
    cXML's words (5.4). `code`, `text` and `detail` are its Status, `document_reference` the payloadID of the document
    that it is about, `original_request_id` its own.
    """

    number: str | None
    invoice_date: datetime | None
    type: str | None
    paid: Money | None
    code: int | None
    text: str
    detail: str
    document_reference: str | None
    original_request_id: str | None


def build(invoice: Invoice, *, layout: CxmlLayout, named: JaggaerName | None = None) -> bytes:
    """Return the StatusUpdateRequest element in UTF-8, without what depends on the delivery.

    `named` is what JAGGAER calls an invoice that it had first.
    """
    root = etree.Element("StatusUpdateRequest")
    if named is not None and named.payload_id is not None:
        add(root, "DocumentReference", attributes={"payloadID": named.payload_id})
    final = invoice.status in _FINAL
    code, text = ("200", "OK") if final else ("201", "Accepted")
    status = add(root, "Status", attributes={"code": code, "text": text})
    status.set("{http://www.w3.org/XML/1998/namespace}lang", layout.language)
    state = add(root, "InvoiceStatus", attributes={"type": _TYPES[invoice.status]})
    by_number = {"invoiceID": invoice.number, "invoiceDate": written_day(invoice.invoice_date)}
    add(state, "InvoiceIDInfo", attributes=by_number)
    paid = invoice.paid
    if paid and paid.amount and paid.currency == invoice.total.currency and paid != invoice.total:
        add_money(state, "PartialAmount", paid)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=False)


def parse(document: Element | bytes) -> CxmlStatusUpdate:
    """Read a status update from a whole cXML document or its request. Raises UnreadableCxml, NotSafeXml."""
    whole = safe_xml.parse(document) if isinstance(document, bytes) else document
    root = whole if whole.tag == "StatusUpdateRequest" else whole.find("Request/StatusUpdateRequest")
    status = None if root is None else root.find("Status")
    if root is None or status is None:
        raise UnreadableCxml(f"the {whole.tag} holds no StatusUpdateRequest with a Status")
    state, named = root.find("InvoiceStatus"), root.find("InvoiceStatus/InvoiceIDInfo")
    reference = root.find("DocumentReference")
    return CxmlStatusUpdate(
        number=None if named is None else attribute(named, "invoiceID"),
        invoice_date=None if named is None else values.moment(attribute(named, "invoiceDate")),
        type=None if state is None else attribute(state, "type"),
        paid=values.money(root, "InvoiceStatus/PartialAmount"),
        code=values.whole(status, "code"),
        text=attribute(status, "text") or "",
        detail=content_of(status).strip(),
        document_reference=None if reference is None else attribute(reference, "payloadID"),
        original_request_id=attribute(whole, "payloadID"),
    )


def same_content(a: CxmlStatusUpdate, b: CxmlStatusUpdate) -> bool:
    """Tell whether two readings say the same state of the same invoice."""
    return (a.number, a.type, a.paid) == (b.number, b.type, b.paid)
