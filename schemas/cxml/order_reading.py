"""Reading a cXML order document, whoever wrote it: the numbers, texts and references that a comparison needs.

Tolerant where real documents are odd (jaggaer-cxml.md, 7): what is optional in the DTD may be missing, unknown elements
are passed over, an empty part number counts as none. How numbers and times are read: `values.py`.

Limits: addresses and contacts are not read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from schemas.cxml import safe_xml, values
from schemas.cxml.elements import attribute, child_content
from schemas.cxml.safe_xml import Element
from schemas.cxml.values import CxmlDistribution, UnreadableCxml
from schemas.money import Money


class NotAnOrderRequest(UnreadableCxml):
    """A document that holds no OrderRequest; the message says what is missing."""


class RequestType(StrEnum):
    """What an order document does to the order at its receiver."""

    NEW = "new"
    UPDATE = "update"
    DELETE = "delete"


@dataclass(frozen=True, slots=True, kw_only=True)
class CxmlLine:
    """One ItemOut; what it left out is None. `uom` is the code as it stands there."""

    line_number: int | None
    quantity: Decimal
    unit_price: Money | None
    uom: str | None
    description: str | None
    supplier_part_id: str | None
    classification: str | None
    requested_delivery: str | None
    comments: str | None
    distributions: tuple[CxmlDistribution, ...]
    extrinsics: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CxmlOrder:
    """One order document; what it left out is None. `document_reference` is the payloadID of the version before."""

    order_id: str
    order_date: datetime | None
    type: RequestType
    order_version: int | None
    document_reference: str | None
    total: Money
    tax: Money | None
    comments: str | None
    lines: tuple[CxmlLine, ...]
    extrinsics: Mapping[str, str]


def parse(document: Element | bytes) -> CxmlOrder:
    """Read an order from a whole cXML document or from its OrderRequest. Raises UnreadableCxml, NotSafeXml."""
    root = order_request_of(document)
    header = root.find("OrderRequestHeader")
    if header is None:
        raise NotAnOrderRequest("the OrderRequest has no OrderRequestHeader")
    total = values.money(header, "Total")
    if total is None:
        raise NotAnOrderRequest("the OrderRequestHeader has no Total with a Money")
    reference = header.find("DocumentReference")
    return CxmlOrder(
        order_id=_order_id(header),
        order_date=values.moment(attribute(header, "orderDate")),
        type=_type(header),
        order_version=values.whole(header, "orderVersion"),
        document_reference=None if reference is None else attribute(reference, "payloadID") or None,
        total=total,
        tax=values.money(header, "Tax"),
        comments=child_content(header, "Comments"),
        lines=tuple(_line(item) for item in root.iterfind("ItemOut")),
        extrinsics=values.extrinsics(header),
    )


def order_request_of(document: Element | bytes) -> Element:
    """Return the OrderRequest of a document, or the document that is one. Raises NotAnOrderRequest, NotSafeXml."""
    root = safe_xml.parse(document) if isinstance(document, bytes) else document
    found = root if root.tag == "OrderRequest" else root.find("Request/OrderRequest")
    if found is None:
        raise NotAnOrderRequest(f"the {root.tag} holds no OrderRequest")
    return found


def _line(item: Element) -> CxmlLine:
    return CxmlLine(
        line_number=values.whole(item, "lineNumber"),
        quantity=values.number(attribute(item, "quantity") or "", "ItemOut/@quantity"),
        unit_price=values.money(item, "ItemDetail/UnitPrice"),
        uom=child_content(item, "ItemDetail/UnitOfMeasure"),
        description=child_content(item, "ItemDetail/Description"),
        supplier_part_id=child_content(item, "ItemID/SupplierPartID") or None,
        classification=child_content(item, "ItemDetail/Classification"),
        requested_delivery=attribute(item, "requestedDeliveryDate"),
        comments=child_content(item, "Comments"),
        distributions=tuple(values.distributions(item)),
        extrinsics=values.extrinsics(item.find("ItemDetail")),
    )


def _order_id(header: Element) -> str:
    number = attribute(header, "orderID")
    if not number:
        raise NotAnOrderRequest("the OrderRequestHeader has no orderID")
    return number


def _type(header: Element) -> RequestType:
    said = (attribute(header, "type") or RequestType.NEW).strip()
    try:
        return RequestType(said)
    except ValueError:
        raise NotAnOrderRequest(f"OrderRequestHeader/@type is {said!r}: new, update or delete was expected") from None
