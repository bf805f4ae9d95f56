"""A cXML ShipNoticeRequest that was pushed to us: what is in transit (jaggaer-cxml.md, 6.3).

A portion without items means that the whole order is shipped. update replaces the notice of the same shipmentID whole,
delete takes it back.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from schemas.cxml import pushed_header
from schemas.cxml.request_element import RequestElement, of_pushed
from schemas.identity import Identity
from schemas.pushed import PushedDocument

REQUEST = "ShipNoticeRequest"
_HEADER = "ShipNoticeHeader"


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
    return pushed_header.identify(pushed, _HEADER, number="shipmentID", dated="noticeDate")


def parse(pushed: PushedDocument) -> ShipNotice:
    """Return what a notice says. Raises Refused."""
    identity, request = identify(pushed), of_pushed(pushed).request
    header, control = pushed_header.of_request(request, _HEADER), request.child("ShipControl")
    deleted = pushed_header.deletes(header)
    in_transit = tuple(_in_transit(request))
    return ShipNotice(
        key=identity.key,
        number=identity.number,
        deliver_at=header.moment("deliveryDate"),
        tracking_number=None if control is None else control.content("ShipmentIdentifier"),
        in_transit=() if deleted else in_transit,
    )


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
