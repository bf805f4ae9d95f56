"""Whatever an order says arrives in J1P with the same numbers, amounts and text."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.jaggaer import filters
from schemas import exact_json
from schemas.identity import Action, Intent
from schemas.j1p.purchase_order import J1pLayout, J1pOrder, address, build, other_owner, parse, same_content
from schemas.oracle import purchase_order as oracle
from schemas.purchase_order import PurchaseOrder
from schemas.refusals import Refused
from schemas.units import DEFAULT_UNITS
from simulators.jaggaer import filters as simulated
from tests.drawn_orders import purchase_orders, raw_orders
from tests.drawn_values import texts
from tests.factories import AS_IN_SOURCE, order_line, purchase_order, service_line
from tests.oracle_orders import as_oracle
from tests.oracle_rows import Object
from tests.properties import j1p_wire

LAYOUT = J1pLayout()
STATED_AT = datetime(2025, 3, 6, 8, 0, tzinfo=UTC)
INTENTS = st.builds(
    Intent,
    action=st.sampled_from(Action),
    serial=st.integers(1, 999),
    dedupe_key=st.from_regex(r"[0-9]{1,9}\.[0-9]\.[0-9a-f]{8}@ml-connector", fullmatch=True),
    previous_key=st.none(),
    stated_at=st.just(STATED_AT),
)
LONG = '𐐷 ]]> "quoted" \\ \x00\x1b\r\n' * 5000


def delivered(order: PurchaseOrder, intent: Intent) -> J1pOrder:
    """Send an order over the wire and read it back."""
    message = address(build(order, units=DEFAULT_UNITS, coder=AS_IN_SOURCE, layout=LAYOUT), intent, LAYOUT)
    return parse(exact_json.loads(message), LAYOUT)


@settings(deadline=None, max_examples=60)
@given(raw_orders(max_lines=3), INTENTS)
def test_any_order_that_oracle_sends_arrives_exactly(raw: Object, intent: Intent) -> None:
    order = oracle.parse(raw)
    message: Any = exact_json.loads(
        address(build(order, units=DEFAULT_UNITS, coder=AS_IN_SOURCE, layout=LAYOUT), intent, LAYOUT)
    )
    header = message["purchaseOrder"]["poHeader"]
    assert (message["batchId"], header["revisionNumber"]) == (intent.dedupe_key, intent.serial - 1)
    assert header["type"] == {"create": "new", "update": "update", "cancel": "cancel"}[intent.action]
    arrived = j1p_wire.on_the_wire(message)
    assert arrived == j1p_wire.carried(order)
    rows = message["purchaseOrder"]["poLineList"]["poLine"]
    for sent, line, row in zip(order.lines, arrived.lines, rows, strict=True):
        days = [part.requested_delivery for part in sent.schedules if part.requested_delivery and not part.canceled]
        assert j1p_wire.day(row.get("deliveryInfo", {}).get("requestedDeliveryDate")) == min(days, default=None)
        shares = [share.amount or 0 for part in line.schedules for share in part.distributions]
        assert sum(shares) == (0 if sent.canceled else sent.ordered)
        written = sent.amount if sent.price is None else sent.price
        assert written is not None
        assert str(line.price) == str(Decimal(format(written, "f")))  # with the digits that the source wrote


@settings(deadline=None, max_examples=30)
@given(purchase_orders(max_lines=2), INTENTS, st.data())
def test_only_the_same_order_reads_back_as_the_same(order: PurchaseOrder, intent: Intent, data: st.DataObject) -> None:
    arrived = delivered(order, intent)
    assert arrived.canceled is (intent.action is Action.CANCEL)
    assert (arrived.revision, arrived.original_request_id) == (intent.serial - 1, intent.dedupe_key)
    assert same_content(arrived, delivered(order, intent))
    assert other_owner(arrived, arrived) is None
    other = delivered(data.draw(st.sampled_from(list(changed(order)))), intent)
    assert not same_content(arrived, other)


def changed(order: PurchaseOrder) -> Iterator[PurchaseOrder]:
    """Yield orders that differ in one value that a comparison must see."""
    yield replace(order, number=order.number + "1")
    yield replace(order, supplier=replace(order.supplier, name=order.supplier.name + "x"))
    yield replace(order, supplier=replace(order.supplier, source_id=2**63 - 1))
    yield replace(order, legal_entity=order.legal_entity + "x") if order.legal_entity else replace(order, number="1")
    yield replace(order, business_unit=order.business_unit + "x") if order.business_unit else replace(order, number="1")
    yield replace(order, total=replace(order.total, amount=order.total.amount + 1))
    line, *others = order.lines
    yield replace(order, lines=(replace(line, description=line.description + "x"), *others))
    yield replace(order, lines=(replace(line, number=10_000), *others))


@settings(deadline=None, max_examples=100)
@given(texts() | st.text("aA1 ;,()'\"=!~<>*.\\/-", min_size=1, max_size=4))
def test_a_number_is_refused_or_found_by_the_filter_that_looks_for_it(number: str) -> None:
    try:
        build(purchase_order(number=number), units=DEFAULT_UNITS, coder=AS_IN_SOURCE, layout=LAYOUT)
    except Refused:
        return
    read = simulated.parse(filters.equals(LAYOUT.number, number))
    assert (read.number, len(read.tests)) == (number, 1)


@pytest.mark.parametrize("action", Action)
def test_a_text_of_a_hundred_thousand_bytes_arrives_whole(action: Action) -> None:
    assert len(LONG.encode()) > 100_000
    order = purchase_order(description=LONG, lines=(order_line(description=LONG), service_line()))
    intent = Intent(action=action, serial=2, dedupe_key="k", previous_key="j", stated_at=STATED_AT)
    assert delivered(oracle.parse(as_oracle(order)), intent).lines[0].description == LONG
