"""A cXML ReceiptRequest that was pushed to us: who the receipt is, and what it says in canonical form.

Content: jaggaer-cxml.md, 6.4. Receipts that ERPs make leave much empty or zero (payloadIDs, rates, totals), so an order
is told by its orderID alone and nothing is ever derived from a rate. An operation of delete cancels what the receipt
of the same receiptID said; update, which some send although the DTD forbids it, replaces it, as does a second new.

Limits: a line of a service is read like any other; lots, assets and addresses are not read. Whoever sends delete or a
correction under a receiptID of its own is taken at his word: that is another receipt.
"""

from collections.abc import Iterator
from decimal import Decimal

from schemas.cxml import pushed_header
from schemas.cxml.request_element import RequestElement, of_pushed
from schemas.identity import Identity
from schemas.money import Money
from schemas.pushed import PushedDocument
from schemas.receipt import Receipt, ReceiptKind, ReceiptLine

REQUEST = "ReceiptRequest"
_TYPES = {"received": ReceiptKind.RECEIVED, "returned": ReceiptKind.RETURNED}
_HEADER = "ReceiptRequestHeader"


def identify(pushed: PushedDocument) -> Identity:
    """Return who a receipt is: its sender's receiptID. Its amounts may be zero, so the books get none. Raises Refused.

    A version is as old as its document, which a receiptDate is not: a delete repeats the date of what it deletes.
    """
    return pushed_header.identify(pushed, _HEADER, number="receiptID", dated="receiptDate")


def parse(pushed: PushedDocument) -> Receipt:
    """Return the canonical receipt. Raises Refused."""
    identity, request = identify(pushed), of_pushed(pushed).request
    header = pushed_header.of_request(request, _HEADER)
    lines = tuple(_lines(request, canceled=pushed_header.deletes(header)))
    if not lines:
        raise request.refused("ReceiptOrder/ReceiptItem", "", "a receipt has at least one item.")
    return Receipt(
        key=identity.key,
        number=identity.number,
        received_at=header.required("@receiptDate", header.moment("receiptDate")),
        changed_at=identity.changed_at,
        received_by=None,
        packing_slip=_ship_notice(header),
        tracking_number=None,
        business_unit=None,
        comments=header.content("Comments"),
        lines=lines,
    )


def _ship_notice(header: RequestElement) -> str | None:
    notice = header.child("ShipNoticeIDInfo")
    return None if notice is None else notice.text("shipNoticeID")


def _lines(request: RequestElement, *, canceled: bool) -> Iterator[ReceiptLine]:
    for order in request.children("ReceiptOrder"):
        number, closes = _order_number(order), order.text("closeForReceiving") == "yes"
        for item in order.children("ReceiptItem"):
            yield _line(item, number, canceled=canceled, closes=closes)


def _order_number(order: RequestElement) -> str:
    """Return the orderID; payloadIDs are often empty, so none is looked up."""
    info = order.required("ReceiptOrderInfo", order.child("ReceiptOrderInfo"))
    found = (child.text("orderID") for child in map(info.child, ("OrderReference", "OrderIDInfo")) if child)
    return info.required("OrderReference/@orderID", next(filter(None, found), None))


def _line(item: RequestElement, order: str, *, canceled: bool, closes: bool) -> ReceiptLine:
    reference = item.required("ReceiptItemReference", item.child("ReceiptItemReference"))
    kind, quantity = _kind(item), item.required("@quantity", item.number("quantity"))
    if kind is ReceiptKind.RETURNED and quantity < 0:
        raise item.refused("@quantity", str(quantity), "what went back is counted with a positive number.")
    return ReceiptLine(
        number=item.required("@receiptLineNumber", item.whole("receiptLineNumber")),
        path=item.path,
        order_number=order,
        order_line=reference.required("@lineNumber", reference.whole("lineNumber")),
        kind=ReceiptKind.CANCELED if canceled else kind,
        quantity=quantity,
        unit=item.content("UnitRate/UnitOfMeasure"),
        amount=_amount(item, quantity),
        last=closes or item.text("completedIndicator") == "yes",
    )


def _kind(item: RequestElement) -> ReceiptKind:
    said = item.text("type") or "received"
    if said not in _TYPES:
        raise item.refused("@type", said, "received or returned was expected.")
    return _TYPES[said]


def _amount(item: RequestElement, quantity: Decimal) -> Money | None:
    """Return ReceivedAmount with the sign of the quantity, None where it says nothing: ERPs write zero, or no code."""
    money = item.element.find("ReceivedAmount/Money")
    if money is None or not (money.get("currency") or "").strip():
        return None
    stated = item.money("ReceivedAmount")
    if stated is None or not stated.amount:
        return None
    return Money(amount=stated.amount.copy_abs().copy_sign(quantity), currency=stated.currency)
