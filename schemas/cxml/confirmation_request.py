"""Reading a cXML ConfirmationRequest, whoever wrote it, as a canonical acknowledgment (jaggaer-cxml.md, 6.2, appendix).

Tolerant where real documents are odd and their meaning is clear: each such place is one of the acknowledgment's
deviations. A status without its own unit is in that of its item; an order without the payloadID of its document is
known by its orderID; a noticeDate without a zone is taken as UTC, and in the place of one that says nothing counts the
document's timestamp. A status of quantity 0 says nothing.

Strict where a guess could accept what was not accepted: statuses that do not sum to their item's quantity, a line that
is answered twice, a type that nobody knows, a type that forbids or demands what is or is not there.

Limits: shipment dates, contacts, hazards, batches and schedule references are not read, nor Extrinsics. A second update
without confirmID names the first one, not the original, and so is a document of its own.
"""

import hashlib
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import TypeVar
from urllib.parse import quote

from lxml import etree

from schemas.acknowledgment import (
    AcknowledgedLine,
    Acknowledgment,
    AcknowledgmentType,
    LineStatus,
    LineStatusType,
    Operation,
)
from schemas.acknowledgment_rules import check, refused
from schemas.cxml import safe_xml, values
from schemas.cxml.elements import attribute, child_content, content_of
from schemas.cxml.safe_xml import Element, NotSafeXml
from schemas.cxml.values import UnreadableCxml
from schemas.identity import Identity
from schemas.money import Money

Word = TypeVar("Word", AcknowledgmentType, LineStatusType, Operation)


def identify(document: bytes) -> Identity:
    """Return who a confirmation is: its order and its confirmID, or its payloadID where it has none. Raises Refused.

    An update without confirmID is known by the document that it replaces. The key holds a `;`, so that nobody looks for
    it in a list of J1P, where it cannot be. Its amount is unsaid: it is about its order's.
    """
    root = _parsed(document)
    acknowledgment = parse(root)
    return Identity(
        key=f"{_part(acknowledgment.order_number)};{_part(_name(acknowledgment))}",
        number=acknowledgment.order_number,
        changed_at=acknowledgment.noticed_at,
        content_hash=hashlib.sha256(etree.tostring(_request(root), method="c14n")).digest(),
        business_unit=None,
        currency=None,
        amount=None,
    )


def parse(document: Element | bytes) -> Acknowledgment:
    """Read a whole cXML document with a ConfirmationRequest. Raises Refused (INVALID) naming the element."""
    root = _parsed(document) if isinstance(document, bytes) else document
    try:
        acknowledgment = _acknowledgment(root)
    except UnreadableCxml as error:
        raise refused("ConfirmationRequest", "", f"it cannot be read: {error}.") from None
    check(acknowledgment)
    return acknowledgment


def _parsed(document: bytes) -> Element:
    try:
        return safe_xml.parse(document)
    except NotSafeXml as error:
        raise refused("cXML", "", f"it cannot be read: {error}.") from None


def _request(root: Element) -> Element:
    found = root.find("Request/ConfirmationRequest")
    if found is None:
        raise refused("Request", str(root.tag), "the document holds no ConfirmationRequest.")
    return found


def _name(acknowledgment: Acknowledgment) -> str:
    name = acknowledgment.confirmation_id or acknowledgment.replaces or acknowledgment.payload_id
    if name is None:
        raise refused("payloadID", "", "neither a confirmID nor a payloadID tells which confirmation this is.")
    return name


def _part(name: str) -> str:
    return quote(name, safe=" ")


def _acknowledgment(root: Element) -> Acknowledgment:
    request = _request(root)
    header, order = request.find("ConfirmationHeader"), request.find("OrderReference")
    if header is None or order is None:
        raise UnreadableCxml("the ConfirmationRequest lacks its ConfirmationHeader or its OrderReference")
    operation = _word(Operation, header, "operation", Operation.NEW)
    return Acknowledgment(
        type=_word(AcknowledgmentType, header, "type", None),
        operation=operation,
        order_number=_order_number(order),
        confirmation_id=_stated(header, "confirmID"),
        payload_id=_stated(root, "payloadID"),
        replaces=_payload_id(header) if operation is Operation.UPDATE else None,
        noticed_at=_noticed_at(root, header),
        total=values.money(header, "Total"),
        tax=values.money(header, "Tax"),
        shipping=values.money(header, "Shipping"),
        comments=_comments(header),
        lines=tuple(_line(item) for item in request.iterfind("ConfirmationItem")),
        deviations=tuple(_deviations(request, header, order, operation)),
    )


def _line(item: Element) -> AcknowledgedLine:
    number = values.whole(item, "lineNumber")
    if number is None:
        raise UnreadableCxml("a ConfirmationItem has no lineNumber")
    quantity = values.number(attribute(item, "quantity") or "", f"the quantity of line {number}")
    return AcknowledgedLine(
        number=number,
        quantity=quantity,
        uom=_unit(item, number),
        statuses=tuple(
            one for status in item.iterfind("ConfirmationStatus") if (one := _status(status, number)).quantity
        ),
    )


def _status(status: Element, line: int) -> LineStatus:
    at = f"a ConfirmationStatus of line {line}"
    said = status.find("ItemIn/ItemDetail")
    priced = status if said is None else said
    price = values.money(priced, "UnitPrice")
    day = _stated(status, "deliveryDate")
    return LineStatus(
        type=_word(LineStatusType, status, "type", None),
        quantity=values.number(attribute(status, "quantity") or "", f"the quantity of {at}"),
        delivery=None if day is None else _day(day, f"the deliveryDate of {at}"),
        unit_price=None if price is None else price.amount,
        currency=None if price is None else price.currency,
        tax=_tax(status, "Tax"),
        shipping=_tax(status, "Shipping"),
        substitute=_substitute(status),
        comments=_comments(status),
    )


def _tax(status: Element, name: str) -> Money | None:
    return values.money(status, name) or values.money(status, f"ItemIn/{name}")


def _substitute(status: Element) -> str | None:
    if status.find("ItemIn") is None:
        return None
    return (child_content(status, "ItemIn/ItemID/SupplierPartID") or "").strip()


def _unit(item: Element, line: int) -> str | None:
    """Return the unit of an item, or that of its statuses. Raises UnreadableCxml for two: nothing could be summed."""
    found = (child_content(one, "UnitOfMeasure") for one in (item, *item.iterfind("ConfirmationStatus")))
    units = list(dict.fromkeys(unit for one in found if one and (unit := one.strip())))
    if len({unit.casefold() for unit in units}) > 1:
        raise UnreadableCxml(f"line {line} is in {' and '.join(units)} at once")
    return units[0] if units else None


def _word(words: type[Word], element: Element, name: str, absent: Word | None) -> Word:
    said = _stated(element, name) or absent
    try:
        return words(said or "")
    except ValueError:
        expected = ", ".join(words)
        raise UnreadableCxml(f"{element.tag}/@{name} is {said or ''!r}, expected one of {expected}") from None


def _stated(element: Element, name: str) -> str | None:
    """Return an attribute's text without blanks around it, None for one that says nothing."""
    return (attribute(element, name) or "").strip() or None


def _order_number(order: Element) -> str:
    number = _stated(order, "orderID")
    if number is None:
        raise UnreadableCxml("the OrderReference has no orderID")
    return number


def _payload_id(parent: Element) -> str | None:
    reference = parent.find("DocumentReference")
    return None if reference is None else _stated(reference, "payloadID")


def _comments(parent: Element) -> str | None:
    """Return all comments of an element, one a line, with single blanks."""
    found = (" ".join(content_of(one).split()) for one in parent.iterfind("Comments"))
    return "\n".join(filter(None, found)) or None


def _noticed_at(root: Element, header: Element) -> datetime:
    for text in (_stated(header, "noticeDate"), _stated(root, "timestamp")):
        moment = _moment(text)
        if moment is not None:
            return moment
    raise UnreadableCxml("neither noticeDate nor timestamp says when it was written")


def _moment(text: str | None) -> datetime | None:
    try:
        found = datetime.fromisoformat(text or "")
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _day(text: str, where: str) -> date:
    """Return the day of a time as its writer's calendar has it."""
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        raise UnreadableCxml(f"{where} is {text[:40]!r}, not a day") from None


def _deviations(request: Element, header: Element, order: Element, operation: Operation) -> Iterator[str]:
    """Yield where the document departs from its standard, and how it is read."""
    notice = _stated(header, "noticeDate")
    if _moment(notice) is None:
        yield "noticeDate says no time: the document's timestamp counts"
    elif values.moment(notice) is None:
        yield "noticeDate has no zone: taken as UTC"
    if _payload_id(order) is None:
        yield "OrderReference names no payloadID: the order is known by its orderID"
    if operation is Operation.NEW and header.find("DocumentReference") is not None:
        yield "ConfirmationHeader refers to an earlier document, but is new: the reference is left alone"
    if operation is Operation.UPDATE and _payload_id(header) is None:
        yield "an update names no document that it replaces: it is known by its confirmID, or by its own payloadID"
    for item in request.iterfind("ConfirmationItem"):
        yield from _item_deviations(item)


def _item_deviations(item: Element) -> Iterator[str]:
    line = _stated(item, "lineNumber")
    if not child_content(item, "UnitOfMeasure"):
        yield f"line {line} has no UnitOfMeasure: taken as that of its statuses, or as ordered"
    for status in item.iterfind("ConfirmationStatus"):
        if not child_content(status, "UnitOfMeasure"):
            yield f"a ConfirmationStatus of line {line} has no UnitOfMeasure: taken as that of its line"
