"""Acknowledgments for tests: plain ones by name, a strategy for any that a supplier could send, and how they are sent.

`as_cxml` writes a ConfirmationRequest the way the DTD wants it, `as_j1p` the row that JAGGAER lists for a line. Neither
shares code with the readers but for the writing of XML elements.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from lxml import etree

from schemas.acknowledgment import (
    AcknowledgedLine,
    Acknowledgment,
    AcknowledgmentType,
    LineStatus,
    LineStatusType,
    Operation,
)
from schemas.cxml import text
from schemas.cxml.elements import add, add_money, add_worded, written_moment
from schemas.cxml.safe_xml import Element
from schemas.exact_json import JsonValue
from schemas.money import Money, plain
from schemas.pushed import PushedDocument
from tests.drawn_values import texts

NOTICED_AT = datetime(2025, 3, 6, 8, 15, tzinfo=UTC)
_WHOLE = [AcknowledgmentType.ACCEPT, AcknowledgmentType.REJECT, AcknowledgmentType.BACKORDERED]
_MIXED = [
    LineStatusType.ACCEPT,
    LineStatusType.DETAIL,
    LineStatusType.BACKORDERED,
    LineStatusType.REJECT,
    LineStatusType.UNKNOWN,
]
_WORDS = {
    LineStatusType.ACCEPT: "Accepted",
    LineStatusType.DETAIL: "Changed",
    LineStatusType.BACKORDERED: "Backordered",
    LineStatusType.REJECT: "Rejected",
    LineStatusType.UNKNOWN: "unknown",
}


def status(kind: LineStatusType = LineStatusType.ACCEPT, quantity: int | Decimal = 10, **changes: Any) -> LineStatus:
    """Return what becomes of a quantity."""
    return replace(LineStatus(type=kind, quantity=Decimal(quantity)), **changes)


def line(number: int, *statuses: LineStatus, uom: str | None = "EA") -> AcknowledgedLine:
    """Return an answered line, as much as its statuses come to."""
    said = statuses or (status(),)
    return AcknowledgedLine(
        number=number, quantity=sum((one.quantity or Decimal(0) for one in said), Decimal(0)), uom=uom, statuses=said
    )


def acknowledgment(
    kind: AcknowledgmentType = AcknowledgmentType.ACCEPT, *lines: AcknowledgedLine, **changes: Any
) -> Acknowledgment:
    """Return an acknowledgment of the plain order of `factories.py`, with changes."""
    plain_one = Acknowledgment(
        type=kind,
        operation=Operation.NEW,
        order_number="US164861",
        confirmation_id="SO-778812",
        payload_id="1.2.3@supplier.example",
        noticed_at=NOTICED_AT,
        lines=lines,
    )
    return replace(plain_one, **changes)


def as_cxml(said: Acknowledgment, *, order_payload_id: str = "7.0.abc@ml-connector") -> bytes:
    """Write a cXML document in the order of the DTD."""
    root = etree.Element("cXML")
    for name, value in (("payloadID", said.payload_id), ("timestamp", written_moment(said.noticed_at))):
        if value is not None:
            root.set(name, text.encode(value))
    request = add(add(root, "Request"), "ConfirmationRequest")
    stated = {"type": said.type, "operation": said.operation, "noticeDate": written_moment(said.noticed_at)}
    if said.confirmation_id is not None:
        stated["confirmID"] = said.confirmation_id
    header = add(request, "ConfirmationHeader", attributes=stated)
    if said.replaces is not None:
        add(header, "DocumentReference", attributes={"payloadID": said.replaces})
    _add_amounts(header, [("Total", said.total), ("Shipping", said.shipping), ("Tax", said.tax)])
    if said.comments is not None:
        add_worded(header, "Comments", said.comments, "en")
    reference = add(request, "OrderReference", attributes={"orderID": said.order_number})
    add(reference, "DocumentReference", attributes={"payloadID": order_payload_id})
    for one in said.lines:
        _add_line(request, one)
    return etree.tostring(root, encoding="UTF-8")


def as_pushed(said: Acknowledgment) -> dict[str, JsonValue]:
    """Return the row of a document that was pushed."""
    document = PushedDocument(
        request="ConfirmationRequest",
        payload_id=said.payload_id or "",
        sender="DUNS 1",
        cxml=as_cxml(said).decode(),
    )
    return document.as_row()


def as_j1p(said: Acknowledgment, row_id: int | None = 70001) -> dict[str, JsonValue]:
    """Return the row of the first status of the first line, as JAGGAER lists it."""
    one = said.lines[0]
    told = one.statuses[0]
    price: JsonValue = None
    if told.unit_price is not None:
        price = {"currency": told.currency, "money": told.unit_price} if told.currency else told.unit_price
    row: dict[str, JsonValue] = {
        "confirmationId": row_id,
        "confirmationNumber": said.confirmation_id,
        "poNumber": said.order_number,
        "poLineNumber": str(one.number),
        "status": _WORDS[told.type],
        "quantity": None if told.quantity is None else plain(told.quantity),
        "unitOfMeasure": one.uom,
        "unitPrice": price,
        "deliveryDate": f"{told.delivery}T00:00:00.000Z" if told.delivery else None,
        "comments": told.comments,
        "businessUnit": {"internalName": said.business_unit} if said.business_unit else None,
        "noticeDate": written_moment(said.noticed_at),
        "lastUpdate": written_moment(said.noticed_at + timedelta(minutes=1)),
    }
    return {name: value for name, value in row.items() if value is not None}


def _add_line(request: Element, one: AcknowledgedLine) -> None:
    stated = {"lineNumber": str(one.number), "quantity": plain(one.quantity or Decimal(0))}
    item = add(request, "ConfirmationItem", attributes=stated)
    add(item, "UnitOfMeasure", one.uom or "")
    for told in one.statuses:
        written = {"quantity": plain(told.quantity or Decimal(0)), "type": str(told.type)}
        if told.delivery is not None:
            written["deliveryDate"] = f"{told.delivery}T12:00:00-05:00"
        element = add(item, "ConfirmationStatus", attributes=written)
        add(element, "UnitOfMeasure", one.uom or "")
        _add_told(element, told)


def _add_told(element: Element, told: LineStatus) -> None:
    price = None if told.unit_price is None else Money(amount=told.unit_price, currency=told.currency or "")
    if told.substitute is not None:
        item = add(element, "ItemIn", attributes={"quantity": plain(told.quantity or Decimal(0))})
        add(add(item, "ItemID"), "SupplierPartID", told.substitute)
        _add_amounts(add(item, "ItemDetail"), [("UnitPrice", price)])
        _add_amounts(item, [("Shipping", told.shipping), ("Tax", told.tax)])
    else:
        _add_amounts(element, [("UnitPrice", price), ("Tax", told.tax), ("Shipping", told.shipping)])
    if told.comments is not None:
        add_worded(element, "Comments", told.comments, "en")


def _add_amounts(parent: Element, amounts: Sequence[tuple[str, Money | None]]) -> None:
    for name, amount in amounts:
        if amount is not None:
            add_money(parent, name, amount)


def _words() -> st.SearchStrategy[str]:
    return texts().map(lambda drawn: " ".join(drawn.split())).filter(bool)


def _money() -> st.SearchStrategy[Money]:
    amounts = st.decimals(0, 10**6, places=2)
    return st.builds(
        lambda amount, currency: Money(amount=amount, currency=currency), amounts, st.sampled_from(["USD"])
    )


@st.composite
def _statuses(draw: st.DrawFn, kinds: Sequence[LineStatusType]) -> LineStatus:
    price = draw(st.none() | _money())
    return LineStatus(
        type=draw(st.sampled_from(kinds)),
        quantity=draw(st.decimals(Decimal("0.0001"), 10**6, places=4)),
        delivery=draw(st.none() | st.dates(date(2000, 1, 1), date(2099, 1, 1))),
        unit_price=price.amount if price else None,
        currency=price.currency if price else None,
        tax=draw(st.none() | _money()),
        shipping=draw(st.none() | _money()),
        substitute=draw(st.none() | _words()),
        comments=draw(st.none() | _words()),
    )


@st.composite
def acknowledgments(draw: st.DrawFn) -> Acknowledgment:
    """Draw an acknowledgment that keeps to the standard; the quantities of a line are split in any way."""
    kind = draw(st.sampled_from([*_WHOLE, AcknowledgmentType.EXCEPT, AcknowledgmentType.DETAIL]))
    operation = draw(st.sampled_from(Operation))
    numbers = draw(st.sets(st.integers(1, 999), min_size=1, max_size=3)) if kind not in _WHOLE else set()
    units = st.sampled_from(["EA", "BX", "KGM"])
    lines = [
        line(number, *draw(st.lists(_statuses(_MIXED), min_size=1, max_size=3)), uom=draw(units))
        for number in sorted(numbers)
    ]
    moment = draw(st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1)))  # noqa: DTZ001 - made aware below
    return Acknowledgment(
        type=kind,
        operation=operation,
        order_number=draw(st.from_regex(r"[A-Z]{2}[0-9]{1,12}", fullmatch=True)),
        confirmation_id=draw(st.none() | _words()),
        payload_id=draw(_words()),
        replaces=draw(_words()) if operation is Operation.UPDATE else None,
        noticed_at=moment.replace(microsecond=0, tzinfo=UTC),
        total=draw(st.none() | _money()),
        tax=draw(st.none() | _money()),
        shipping=draw(st.none() | _money()),
        comments=draw(st.none() | _words()),
        lines=tuple(lines),
    )
