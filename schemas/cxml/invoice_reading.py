"""Reading a cXML invoice, whoever wrote it: numbers, amounts and references that a comparison or an import needs.

What is optional in the DTD may be missing, unknown elements are passed over, a Money without content counts as none
(published samples have such a NetAmount). How numbers and times are read: `values.py`. Content: jaggaer-cxml.md, 6.5.

Limits: partners, addresses and tax details are not read; service items are read like items. What modifies an item or
the whole beyond charges and discount is not read either, only that it is there (`modified`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from schemas.cxml import safe_xml, values
from schemas.cxml.elements import attribute, child_content
from schemas.cxml.safe_xml import Element
from schemas.cxml.values import CxmlDistribution, UnreadableCxml
from schemas.money import Money

_MODIFICATIONS = ("InvoiceItemModifications", "InvoiceHeaderModifications", "InvoiceDetailSummaryLineItemModifications")
_ITEMS = ("InvoiceDetailItem", "InvoiceDetailServiceItem", "InvoiceDetailOrderSummary")


class Operation(StrEnum):
    """What an invoice document does to the invoice at its receiver."""

    NEW = "new"
    DELETE = "delete"


@dataclass(frozen=True, slots=True, kw_only=True)
class CxmlInvoiceLine:
    """What is billed of one order line, or of one order by a header invoice; what was left out is None.

    `order_id` and `order_line` are the order's own numbers, `order_payload_id` the document that the order came in.
    `price_basis` says what the price is for where that is not one unit.
    """

    number: int | None
    order_id: str | None
    order_payload_id: str | None
    order_line: int | None
    quantity: Decimal | None
    unit_price: Money | None
    uom: str | None
    description: str | None
    supplier_part_id: str | None
    price_basis: str | None
    subtotal: Money | None
    tax: Money | None
    special_handling: Money | None
    shipping: Money | None
    discount: Money | None
    distributions: tuple[CxmlDistribution, ...]
    extrinsics: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CxmlInvoice:
    """One invoice document; what it left out is None.

    `number` is the supplier's; `document_reference` the payloadID of an earlier invoice; `original_request_id` the
    payloadID of this document, None where only its request was read. `modified` names the first element that changes an
    amount in a way that is not read here, if there is one.
    """

    number: str
    invoice_date: datetime | None
    purpose: str
    operation: Operation
    document_reference: str | None
    is_header_invoice: bool
    is_price_correction: bool
    is_information_only: bool
    is_self_billing: bool
    modified: str | None
    subtotal: Money | None
    tax: Money | None
    special_handling: Money | None
    shipping: Money | None
    gross: Money | None
    discount: Money | None
    net: Money | None
    deposit: Money | None
    due: Money | None
    comments: str | None
    lines: tuple[CxmlInvoiceLine, ...]
    extrinsics: Mapping[str, str]
    original_request_id: str | None


def parse(document: Element | bytes) -> CxmlInvoice:
    """Read an invoice from a whole cXML document or from its request. Raises UnreadableCxml, NotSafeXml."""
    whole = safe_xml.parse(document) if isinstance(document, bytes) else document
    root = whole if whole.tag == "InvoiceDetailRequest" else whole.find("Request/InvoiceDetailRequest")
    if root is None:
        raise UnreadableCxml(f"the {whole.tag} holds no InvoiceDetailRequest")
    header, summary = root.find("InvoiceDetailRequestHeader"), root.find("InvoiceDetailSummary")
    if header is None or summary is None:
        raise UnreadableCxml("the InvoiceDetailRequest lacks its InvoiceDetailRequestHeader or InvoiceDetailSummary")
    reference = header.find("DocumentReference")
    indicator = header.find("InvoiceDetailHeaderIndicator")
    return CxmlInvoice(
        number=_number(header),
        invoice_date=values.moment(attribute(header, "invoiceDate")),
        purpose=attribute(header, "purpose") or "standard",
        operation=_operation(header),
        document_reference=None if reference is None else attribute(reference, "payloadID") or None,
        is_header_invoice=_says_yes(indicator, "isHeaderInvoice"),
        is_price_correction=_says_yes(indicator, "isPriceBasedLineLevelCreditMemo"),
        is_information_only=_says_yes(header, "isInformationOnly"),
        is_self_billing=_says_yes(header, "isERS"),
        modified=next((str(one.tag) for one in root.iter(*_MODIFICATIONS)), None),
        subtotal=_money(summary, "SubtotalAmount"),
        tax=_money(summary, "Tax"),
        special_handling=_money(summary, "SpecialHandlingAmount"),
        shipping=_money(summary, "ShippingAmount"),
        gross=_money(summary, "GrossAmount"),
        discount=_money(summary, "InvoiceDetailDiscount"),
        net=_money(summary, "NetAmount"),
        deposit=_money(summary, "DepositAmount"),
        due=_money(summary, "DueAmount"),
        comments=child_content(header, "Comments"),
        lines=tuple(_lines(root)),
        extrinsics=values.extrinsics(header),
        original_request_id=attribute(whole, "payloadID"),
    )


def same_content(a: CxmlInvoice, b: CxmlInvoice) -> bool:
    """Tell whether two readings say the same: all but what belongs to the delivery. Numbers count by value."""
    return _content(a) == _content(b)


def _content(invoice: CxmlInvoice) -> tuple[object, ...]:
    amounts = (invoice.subtotal, invoice.tax, invoice.special_handling, invoice.shipping, invoice.gross, invoice.net)
    stated = (invoice.number, invoice.invoice_date, invoice.purpose, invoice.is_header_invoice, invoice.comments)
    return (*stated, *amounts, invoice.due, invoice.lines, dict(invoice.extrinsics))


def _lines(root: Element) -> Iterator[CxmlInvoiceLine]:
    for order in root:
        if order.tag in ("InvoiceDetailOrder", "InvoiceDetailHeaderOrder"):
            for item in order:
                if item.tag in _ITEMS:
                    yield _line(order, item)


def _line(order: Element, item: Element) -> CxmlInvoiceLine:
    reference = next((child for child in item if str(child.tag).endswith("ItemReference")), None)
    quantity = attribute(item, "quantity")
    return CxmlInvoiceLine(
        number=values.whole(item, "invoiceLineNumber"),
        order_id=_order_id(order),
        order_payload_id=_order_payload_id(order),
        order_line=None if reference is None else values.whole(reference, "lineNumber"),
        quantity=values.number(quantity, f"{item.tag}/@quantity") if quantity else None,
        unit_price=_money(item, "UnitPrice"),
        uom=child_content(item, "UnitOfMeasure"),
        description=None if reference is None else child_content(reference, "Description"),
        supplier_part_id=None if reference is None else child_content(reference, "ItemID/SupplierPartID") or None,
        price_basis=_price_basis(item),
        subtotal=_money(item, "SubtotalAmount"),
        tax=_money(item, "Tax"),
        special_handling=_money(item, "InvoiceDetailLineSpecialHandling"),
        shipping=_money(item, "InvoiceDetailLineShipping"),
        discount=_money(item, "InvoiceDetailDiscount"),
        distributions=tuple(values.distributions(item)),
        extrinsics=values.extrinsics(item),
    )


def _order_id(order: Element) -> str | None:
    """Return the buyer's number of the order; a supplier's own number of it is none."""
    info = order.find("InvoiceDetailOrderInfo")
    named = () if info is None else (info.find("OrderReference"), info.find("OrderIDInfo"))
    return next((found for one in named if one is not None and (found := attribute(one, "orderID"))), None)


def _order_payload_id(order: Element) -> str | None:
    reference = order.find("InvoiceDetailOrderInfo/OrderReference/DocumentReference")
    return None if reference is None else attribute(reference, "payloadID") or None


def _price_basis(item: Element) -> str | None:
    """Return what an item's price is for, None where it is one unit. Raises UnreadableCxml."""
    basis = item.find("PriceBasisQuantity")
    if basis is None:
        return None
    stated = [attribute(basis, name) or "1" for name in ("quantity", "conversionFactor")]
    numbers = [values.number(text, f"PriceBasisQuantity of a {item.tag}") for text in stated]
    return None if numbers == [1, 1] else f"{stated[0]} with the conversionFactor {stated[1]}"


def _says_yes(element: Element | None, name: str) -> bool:
    return element is not None and element.get(name) == "yes"


def _number(header: Element) -> str:
    number = attribute(header, "invoiceID")
    if not number:
        raise UnreadableCxml("the InvoiceDetailRequestHeader has no invoiceID")
    return number


def _operation(header: Element) -> Operation:
    said = (attribute(header, "operation") or Operation.NEW).strip()
    try:
        return Operation(said)
    except ValueError:
        raise UnreadableCxml(f"InvoiceDetailRequestHeader/@operation is {said!r}: new or delete was expected") from None


def _money(parent: Element, path: str) -> Money | None:
    empty = not (child_content(parent, f"{path}/Money") or "").strip()
    return None if empty else values.money(parent, path)
