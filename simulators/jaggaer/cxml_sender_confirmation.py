"""ConfirmationRequest and ShipNoticeRequest (6.2, 6.3)."""

from decimal import Decimal

from lxml import etree

from simulators.jaggaer import money as sums
from simulators.jaggaer.confirmation import Answer, Confirmation, ConfirmedLine
from simulators.jaggaer.cxml_sender_envelope import Remark, comments, money, node, order_reference, stamp, worded
from simulators.jaggaer.cxml_sender_target import PartialType
from simulators.jaggaer.life_acts import line_of, price_of
from simulators.jaggaer.made import Shipment
from simulators.jaggaer.order import Order

_WHOLE = {Answer.ACCEPTED: "accept", Answer.REJECTED: "reject", Answer.BACKORDERED: "backordered"}
_LINES = {**_WHOLE, Answer.CHANGED: "detail"}
_NO_UNIT = "EA"


def confirmation_request(
    confirmation: Confirmation,
    order: Order,
    *,
    partial_type: PartialType,
    previous: str | None = None,
    content_id: str | None = None,
) -> etree._Element:
    """Return a ConfirmationRequest.

    `previous` is the payloadID of the document that an update replaces, None for a first one. A whole order that is
    accepted, rejected or backordered is confirmed without items; a line's quantity that got no answer is unknown.
    """
    answer = confirmation.common_answer
    whole = None if answer is None else _WHOLE.get(answer)
    return node(
        "ConfirmationRequest",
        node(
            "ConfirmationHeader",
            None if previous is None else node("DocumentReference", payloadID=previous),
            comments(Remark(text=confirmation.comments, content_id=content_id)),
            confirmID=confirmation.number,
            operation="new" if previous is None else "update",
            type=whole or str(partial_type),
            noticeDate=stamp(confirmation.noticed_at),
        ),
        order_reference(order),
        *([] if whole else _items(confirmation, order, partial_type)),
    )


def ship_notice_request(shipment: Shipment, order: Order, *, content_id: str | None = None) -> etree._Element:
    """Return a ShipNoticeRequest; a portion without items is the whole order."""
    items = [
        node(
            "ShipNoticeItem",
            node("UnitOfMeasure", line.uom or _NO_UNIT),
            lineNumber=str(line.po_line),
            quantity=f"{line.quantity:f}",
        )
        for line in shipment.lines
    ]
    header = node(
        "ShipNoticeHeader",
        comments(Remark(content_id=content_id)),
        shipmentID=shipment.number,
        noticeDate=stamp(shipment.noticed_at),
        operation="new",
    )
    return node("ShipNoticeRequest", header, node("ShipNoticePortion", order_reference(order), *items))


def _items(confirmation: Confirmation, order: Order, partial_type: PartialType) -> list[etree._Element]:
    rows: dict[int, list[ConfirmedLine]] = {}
    for row in confirmation.rows:
        rows.setdefault(row.po_line, []).append(row)
    found = sorted(rows.items())
    if partial_type is PartialType.EXCEPT:
        found = [(line, answers) for line, answers in found if not _as_ordered(answers)]
    return [_item(line, answers, order, partial_type) for line, answers in found]


def _as_ordered(answers: list[ConfirmedLine]) -> bool:
    return all(row.answer is Answer.ACCEPTED and row.quantity == row.ordered for row in answers)


def _item(line: int, answers: list[ConfirmedLine], order: Order, partial_type: PartialType) -> etree._Element:
    ordered, uom = answers[0].ordered, answers[0].uom or _NO_UNIT
    left = ordered - sums.total(row.quantity for row in answers)
    statuses = [_status(row, order, partial_type) for row in answers]
    if left > 0:
        statuses.append(_bare_status("unknown", left, uom))
    quantity = f"{ordered:f}"
    return node("ConfirmationItem", node("UnitOfMeasure", uom), *statuses, lineNumber=str(line), quantity=quantity)


def _status(row: ConfirmedLine, order: Order, partial_type: PartialType) -> etree._Element:
    kind, price = _LINES[row.answer], row.unit_price
    if partial_type is PartialType.ALL_DETAIL and kind in ("accept", "detail"):
        kind = "allDetail"
        price = price_of(order, line_of(order, row.po_line)) if price is None else price
    status = _bare_status(kind, row.quantity, row.uom or _NO_UNIT)
    if price is not None:
        status.append(node("UnitPrice", money(price, row.currency)))
    if row.comments:
        status.append(worded("Comments", row.comments))
    if row.delivery_date is not None:
        status.set("deliveryDate", f"{row.delivery_date.isoformat()}T00:00:00+00:00")
    return status


def _bare_status(kind: str, quantity: Decimal, uom: str) -> etree._Element:
    return node("ConfirmationStatus", node("UnitOfMeasure", uom), type=kind, quantity=f"{quantity:f}")
