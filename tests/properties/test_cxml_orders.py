"""Any canonical order goes out as cXML and reads back exactly: numbers, money, texts, line numbers, who pays."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.cxml.elements import attribute, child_content
from schemas.cxml.order_request import CxmlLayout, CxmlLine, order_request_of, parse
from schemas.cxml.safe_xml import Element
from schemas.cxml.text import decode, encode
from schemas.identity import Action, Intent
from schemas.purchase_order import Distribution, OrderLine, Party, PurchaseOrder, Schedule
from schemas.units import DEFAULT_UNITS
from tests.drawn_orders import purchase_orders
from tests.drawn_values import texts
from tests.factories import distribution, order_line, purchase_order, schedule
from tests.intents import CANCEL, CREATE, UPDATE
from tests.unit.schemas_cxml.documents import body, document

intents = st.builds(
    replace, st.sampled_from([CREATE, UPDATE, CANCEL]), serial=st.integers(1, 10**6), stated_at=st.datetimes(
        timezones=st.timezones()
    ).filter(lambda moment: 1900 < moment.year < 9000),
)  # fmt: skip


def sendable(order: PurchaseOrder) -> PurchaseOrder:
    """Give what cXML requires: a place to bill, a category for every line, and a line that is not cancelled."""
    wholly = all(line.canceled for line in order.lines)
    lines = tuple(
        replace(line, category=line.category or "Other", canceled=line.canceled and not wholly) for line in order.lines
    )
    return replace(order, lines=lines, bill_to=order.bill_to or Party(source_id=None, name="Somewhere"))


orders = purchase_orders(max_lines=3).map(sendable)


@settings(max_examples=80, deadline=None)
@given(order=orders, intent=intents)
def test_an_order_reads_back_exactly(order: PurchaseOrder, intent: Intent) -> None:
    wire = document(order, intent)
    read = parse(wire)
    live = [line for line in order.lines if not line.canceled]
    left_out = sum((line.ordered for line in order.lines if line.canceled), Decimal(0))
    assert (read.order_id, read.comments, read.tax) == (order.number, order.note_to_supplier, order.tax)
    assert read.order_date == order.ordered_at
    assert read.total == replace(order.total, amount=order.total.amount - left_out)
    assert read.order_version == (None if intent.action is Action.CANCEL else intent.serial)
    assert read.document_reference == (None if intent.action is Action.CREATE else intent.previous_key)
    assert dict(read.extrinsics) == dict(header_extrinsics(order))
    assert_same_parties(order_request_of(wire), order)
    assert [line.line_number for line in read.lines] == [line.number for line in live]
    for line, source in zip(read.lines, live, strict=True):
        assert_same_line(line, source, order.total.currency)


def assert_same_parties(request: Element, order: PurchaseOrder) -> None:
    header = request.find("OrderRequestHeader")
    assert header is not None
    assert place_in(header, "BillTo") == said(order.bill_to)
    assert place_in(header, "ShipTo") == said(order.ship_to)
    contact = header.find("Contact")
    written = None if contact is None else (child_content(contact, "Name"), child_content(contact, "Email"))
    assert written == ((order.buyer.name, order.buyer.email) if order.buyer else None)
    live = [line for line in order.lines if not line.canceled]
    for item, source in zip(request.iterfind("ItemOut"), live, strict=True):
        parts = [part for part in source.schedules if not part.canceled]
        together = parts[0].ship_to if len({part.ship_to for part in parts}) == 1 else None
        assert place_in(item, "ShipTo") == said(together)
        days = [part.requested_delivery for part in parts if part.requested_delivery]
        assert item.get("requestedDeliveryDate") == (min(days).isoformat() if days else None)


def place_in(parent: Element, name: str) -> tuple[str | None, str | None] | None:
    address = parent.find(f"{name}/Address")
    return None if address is None else (attribute(address, "addressID"), child_content(address, "Name"))


def said(place: Party | None) -> tuple[str | None, str | None] | None:
    return (place.code or place.name, place.name) if place else None


def header_extrinsics(order: PurchaseOrder) -> Iterator[tuple[str, str]]:
    """Yield what the header has no element for: every value that is stated, under its own name."""
    supplier, bill_to, ship_to = order.supplier, order.bill_to, order.ship_to
    yield from stated(
        sourceId=order.key,
        description=order.description,
        legalEntity=order.legal_entity,
        businessUnit=order.business_unit,
        supplier=supplier.name,
        supplierId=supplier.source_id,
        supplierSite=supplier.code,
        paymentTerms=order.payment_terms,
        deduction=order.deduction.amount if order.deduction else None,
        billToId=of(bill_to, "source_id"),
        billToAddress=of(bill_to, "address"),
        shipToId=of(ship_to, "source_id"),
        shipToAddress=of(ship_to, "address"),
    )


def line_extrinsics(source: OrderLine) -> Iterator[tuple[str, str]]:
    """Yield what a line has no element for, with all its schedules and their shares."""
    by_amount = source.quantity is None or source.price is None
    yield from stated(buyerPartID=source.item, lineAmount=source.ordered)
    if by_amount:
        yield from stated(
            purchaseBasis="amount", quantity=source.quantity, price=source.price, unit=source.uom
        )  # fmt: skip
    for part in source.schedules:
        place = part.ship_to
        values = stated(
            quantity=part.quantity, amount=part.amount, ordered=part.ordered,
            requestedDeliveryDate=part.requested_delivery, promisedDeliveryDate=part.promised_delivery,
            canceled="yes" if part.canceled else None, shipTo=of(place, "name"), shipToCode=of(place, "code"),
            shipToId=of(place, "source_id"), shipToAddress=of(place, "address"),
        )  # fmt: skip
        yield from ((f"schedule.{part.number}.{name}", value) for name, value in values)
    for part, share in charged(source):
        values = stated(
            amount=share.amount, quantity=share.quantity, percent=share.percent, requester=share.requester
        )  # fmt: skip
        yield from ((f"schedule.{part.number}.distribution.{share.number}.{name}", value) for name, value in values)


def charged(source: OrderLine) -> list[tuple[Schedule, Distribution]]:
    """Return who pays: nobody for a schedule that is cancelled, unless the whole line is revived to be deleted."""
    every = [(part, share) for part in source.schedules for share in part.distributions]
    return every if sum(share.amount or 0 for _, share in every) == source.ordered else [
        (part, share) for part, share in every if not part.canceled
    ]  # fmt: skip


def of(place: Party | None, name: str) -> Any:
    return getattr(place, name) if place else None


def stated(**values: str | int | Decimal | date | None) -> list[tuple[str, str]]:
    return [
        (name, format(value, "f") if isinstance(value, Decimal) else str(value))
        for name, value in values.items()
        if value is not None
    ]


def assert_same_line(line: CxmlLine, source: OrderLine, currency: str) -> None:
    assert line.unit_price is not None
    assert line.unit_price.currency == currency
    if source.quantity is None or source.price is None:
        assert (line.quantity, line.unit_price.amount, line.uom) == (Decimal(1), source.amount, "EA")
    else:
        assert (line.quantity, line.unit_price.amount) == (source.quantity, source.price)
        assert line.uom == DEFAULT_UNITS.standard(source.uom, line=source.number)
    assert dict(line.extrinsics) == dict(line_extrinsics(source))
    assert (line.description, line.classification) == (source.description, source.category)
    assert (line.supplier_part_id, line.comments) == (source.supplier_item, source.note_to_supplier)
    assert [(share.charge.amount, share.charge.currency, share.account) for share in line.distributions] == [
        (share.amount, currency, share.account) for _, share in charged(source)
    ]
    assert sum(share.charge.amount for share in line.distributions) == (source.ordered if line.distributions else 0)
    for share in line.distributions:
        assert ".".join(value for _, value in share.segments) == share.account


@settings(max_examples=40, deadline=None)
@given(order=orders, text=texts())
def test_content_decides_the_bytes_and_nothing_else_does(order: PurchaseOrder, text: str) -> None:
    touched = replace(order, revision=order.revision + 1, source_status=text, changed_at=order.ordered_at)
    assert body(touched) == body(order)
    other = replace(order, description=text)
    assert (body(other) == body(order)) == (other.description == order.description)


@settings(max_examples=30, deadline=None)
@given(order=orders)
def test_without_tax_the_total_is_what_the_lines_come_to_less_what_is_taken_off(order: PurchaseOrder) -> None:
    total = parse(body(order, CxmlLayout(total_includes_tax=False))).total
    taken_off = order.deduction.amount if order.deduction else 0
    assert total.amount == sum(line.ordered for line in order.lines if not line.canceled) - taken_off


@settings(max_examples=300, deadline=None)
@given(text=st.text(st.characters()) | st.text("\u241b0123456789ABCDEF;\x00\x1f"))
def test_any_text_survives_even_what_no_encoding_can_carry(text: str) -> None:
    assert decode(encode(text)) == text
    assert encode(text).encode().decode() == encode(text)


@pytest.mark.parametrize("piece", ["]]>", "<&\r\n\t\"'", "🛒𐐷", "\x00\x1b\ufffe", "\u241b0007;", "x"])
def test_a_text_of_100_kb_reads_back_exactly(piece: str) -> None:
    text = piece * (100_000 // len(piece.encode()))
    order = purchase_order(note_to_supplier=text, lines=(order_line(description=text, supplier_item=text),))
    read = parse(document(order, UPDATE))
    assert (read.comments, read.lines[0].description, read.lines[0].supplier_part_id) == (text, text, text)


@settings(max_examples=60, deadline=None)
@given(text=texts())
def test_texts_in_attributes_read_back_exactly(text: str) -> None:
    share = distribution(account=text)
    order = purchase_order(lines=(order_line(schedules=(schedule(distributions=(share,)),)),))
    read = parse(document(order)).lines[0].distributions[0]
    assert read.account == text
    assert ".".join(value for _, value in read.segments) == text
