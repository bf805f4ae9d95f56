"""Reading a cXML order document, whoever wrote it: the numbers, texts and references that a comparison needs.

Tolerant where real documents are odd (jaggaer-cxml.md, 7): what is optional in the DTD may be missing, unknown elements
are passed over, an empty part number counts as none, a time that is unreadable or has no zone as none, an amount may
have commas between its thousands. Strict in one thing: a number that is no number is refused, never guessed.

Limits: addresses and contacts are not read. Of two Extrinsics with one name the last one counts.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from schemas.cxml import safe_xml
from schemas.cxml.elements import attribute, child_content, content_of
from schemas.cxml.safe_xml import Element
from schemas.money import Money

_NUMERAL = re.compile(r"[+-]?([0-9]{1,100}|[0-9]{1,3}(,[0-9]{3}){1,32})(\.[0-9]{1,100})?")


class NotAnOrderRequest(ValueError):
    """A document that holds no readable OrderRequest; the message names the element and its text."""


class RequestType(StrEnum):
    """What an order document does to the order at its receiver."""

    NEW = "new"
    UPDATE = "update"
    DELETE = "delete"


@dataclass(frozen=True, slots=True, kw_only=True)
class CxmlDistribution:
    """Who pays a part of a line: the name of the accounting, its segments as (name or type, id), the charge."""

    account: str
    segments: tuple[tuple[str, str], ...]
    charge: Money


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
    """Read an order from a whole cXML document or from its OrderRequest. Raises NotAnOrderRequest, NotSafeXml."""
    root = order_request_of(document)
    header = root.find("OrderRequestHeader")
    if header is None:
        raise NotAnOrderRequest("the OrderRequest has no OrderRequestHeader")
    total = _money(header, "Total")
    if total is None:
        raise NotAnOrderRequest("the OrderRequestHeader has no Total with a Money")
    reference = header.find("DocumentReference")
    return CxmlOrder(
        order_id=_order_id(header),
        order_date=_moment(attribute(header, "orderDate")),
        type=_type(header),
        order_version=_whole(header, "orderVersion"),
        document_reference=None if reference is None else attribute(reference, "payloadID") or None,
        total=total,
        tax=_money(header, "Tax"),
        comments=child_content(header, "Comments"),
        lines=tuple(_line(item) for item in root.iterfind("ItemOut")),
        extrinsics=_extrinsics(header),
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
        line_number=_whole(item, "lineNumber"),
        quantity=_number(attribute(item, "quantity") or "", "ItemOut/@quantity"),
        unit_price=_money(item, "ItemDetail/UnitPrice"),
        uom=child_content(item, "ItemDetail/UnitOfMeasure"),
        description=child_content(item, "ItemDetail/Description"),
        supplier_part_id=child_content(item, "ItemID/SupplierPartID") or None,
        classification=child_content(item, "ItemDetail/Classification"),
        requested_delivery=attribute(item, "requestedDeliveryDate"),
        comments=child_content(item, "Comments"),
        distributions=tuple(_distributions(item)),
        extrinsics=_extrinsics(item.find("ItemDetail")),
    )


def _distributions(item: Element) -> Iterator[CxmlDistribution]:
    for distribution in item.iterfind("Distribution"):
        accounting, charge = distribution.find("Accounting"), _money(distribution, "Charge")
        if accounting is None or charge is None:
            raise NotAnOrderRequest("a Distribution needs an Accounting and a Charge with a Money")
        yield CxmlDistribution(
            account=attribute(accounting, "name") or "", segments=tuple(_segments(accounting)), charge=charge
        )


def _segments(accounting: Element) -> Iterator[tuple[str, str]]:
    """Yield both ways of writing segments: AccountingSegment, and the older Segment that is still sent (6.1)."""
    for segment in accounting:
        yield child_content(segment, "Name") or attribute(segment, "type") or "", attribute(segment, "id") or ""


def _extrinsics(parent: Element | None) -> Mapping[str, str]:
    found = () if parent is None else parent.iterfind("Extrinsic")
    return MappingProxyType({attribute(extrinsic, "name") or "": content_of(extrinsic) for extrinsic in found})


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


def _money(parent: Element, path: str) -> Money | None:
    money = parent.find(f"{path}/Money")
    if money is None:
        return None
    try:
        return Money(amount=_number(content_of(money), f"{path}/Money"), currency=(money.get("currency") or "").strip())
    except ValueError as error:
        raise NotAnOrderRequest(f"{path}/Money: {error}") from None


def _number(text: str, where: str) -> Decimal:
    stripped = text.strip()
    if not _NUMERAL.fullmatch(stripped):
        raise NotAnOrderRequest(f"{where} is {stripped[:40]!r}: a decimal number was expected")
    return Decimal(stripped.replace(",", ""))


def _whole(element: Element, name: str) -> int | None:
    text = attribute(element, name)
    if not text:
        return None
    number = _number(text, f"{element.tag}/@{name}")
    if number != int(number):
        raise NotAnOrderRequest(f"{element.tag}/@{name} is {text!r}: a whole number was expected")
    return int(number)


def _moment(text: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat((text or "").strip())
    except ValueError:
        return None
    return moment if moment.tzinfo else None
