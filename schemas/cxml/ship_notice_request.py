"""A cXML ShipNoticeRequest that was pushed to us: what is in transit (jaggaer-cxml.md, 6.3).

A portion without items means that the whole order is shipped. update replaces the notice of the same shipmentID whole,
delete takes it back.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from schemas.cxml.request_element import RequestElement, of_pushed
from schemas.identity import Identity
from schemas.pushed import PushedDocument

REQUEST = "ShipNoticeRequest"
_OPERATIONS = ("new", "update", "delete")


@dataclass(frozen=True, slots=True, kw_only=True)
class InTransit:
    """What of an order line is on its way; `line` and `quantity` are None where the whole order is."""

    order_number: str
    line: int | None
    quantity: Decimal | None
    unit: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipNotice:
    """One version of a notice; nothing is in transit by one that was deleted."""

    key: str
    number: str
    deliver_at: datetime | None
    tracking_number: str | None
    in_transit: tuple[InTransit, ...]


def identify(pushed: PushedDocument) -> Identity:
    """Return who a notice is: its sender's shipmentID. Raises Refused."""
    found = of_pushed(pushed)
    header = _header(found.request)
    number = header.required("@shipmentID", header.text("shipmentID"))
    written_at = found.written_at or header.moment("noticeDate")
    return Identity(
        key=f"{pushed.sender}/{number}",
        number=number,
        changed_at=header.required("@noticeDate", written_at),
        content_hash=found.content_hash,
        business_unit=None,
        currency=None,
        amount=None,
    )


def parse(pushed: PushedDocument) -> ShipNotice:
    """Return what a notice says. Raises Refused."""
    identity, request = identify(pushed), of_pushed(pushed).request
    header, control = _header(request), request.child("ShipControl")
    operation = header.text("operation") or "new"
    if operation not in _OPERATIONS:
        raise header.refused("@operation", operation, "new, update or delete was expected.")
    in_transit = tuple(_in_transit(request))
    return ShipNotice(
        key=identity.key,
        number=identity.number,
        deliver_at=header.moment("deliveryDate"),
        tracking_number=None if control is None else control.content("ShipmentIdentifier"),
        in_transit=() if operation == "delete" else in_transit,
    )


def _header(request: RequestElement) -> RequestElement:
    return request.required("ShipNoticeHeader", request.child("ShipNoticeHeader"))


def _in_transit(request: RequestElement) -> Iterator[InTransit]:
    for portion in request.children("ShipNoticePortion"):
        reference = portion.required("OrderReference", portion.child("OrderReference"))
        order = reference.required("@orderID", reference.text("orderID"))
        items = list(portion.children("ShipNoticeItem"))
        if not items:
            yield InTransit(order_number=order, line=None, quantity=None, unit=None)
        for item in items:
            yield InTransit(
                order_number=order,
                line=item.required("@lineNumber", item.whole("lineNumber")),
                quantity=item.required("@quantity", item.number("quantity")),
                unit=item.content("UnitOfMeasure"),
            )
