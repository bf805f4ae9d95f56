"""The state of an order as a document: what it is made of, when it is another, and how J1P is told."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas import exact_json
from schemas.exact_json import JsonValue
from schemas.identity import Action
from schemas.j1p.layout import DateFormat, J1pLayout
from schemas.j1p.order_status import J1pOrderStatus, UnreadableOrder, address, build, parse, same_content
from schemas.oracle import order_status_change as oracle
from schemas.order_status import OrderState, OrderStatusChange
from schemas.refusals import Refused
from tests.drawn_orders import raw_orders
from tests.factories import CHANGED_AT
from tests.intents import CREATE
from tests.oracle_orders import raw_order
from tests.oracle_rows import Object

STATES = {
    "Open": OrderState.OPEN,
    "Pending Supplier Acknowledgment": OrderState.OPEN,
    "On Hold": OrderState.ON_HOLD,
    "Closed": OrderState.CLOSED,
    "Closed for Receiving": OrderState.CLOSED_FOR_RECEIVING,
    "Closed for Invoicing": OrderState.CLOSED_FOR_INVOICING,
    "Finally Closed": OrderState.FINALLY_CLOSED,
    "Canceled": OrderState.CANCELED,
}
HELD = OrderStatusChange(
    key=300100209101001,
    number="US164861",
    business_unit="Vision Operations",
    state=OrderState.ON_HOLD,
    since=CHANGED_AT,
)
LAYOUT = J1pLayout()
INTENT = replace(CREATE, action=Action.UPDATE, serial=2, previous_key="6.0.abc@ml-connector")


def raw(status: str, code: str | None = None) -> Object:
    return raw_order(Status=status, StatusCode=code or status.upper())


@pytest.mark.parametrize(("status", "state"), STATES.items())
def test_every_state_of_a_released_order_is_read(status: str, state: OrderState) -> None:
    read = oracle.parse(raw(status))
    assert read == replace(HELD, state=state)
    assert oracle.parse(raw(status, code="UNHEARD OF")) == read


@pytest.mark.parametrize("status", ["Incomplete", "Pending Approval", "Rejected"])
def test_a_draft_has_no_state_yet(status: str) -> None:
    assert oracle.parse(raw(status)) is None


def test_the_more_exact_of_two_ways_of_being_closed_decides_and_two_exact_ones_are_refused() -> None:
    assert oracle.parse(raw("Closed for Receiving", code="CLOSED")) == oracle.parse(raw("Closed for Receiving"))
    assert oracle.parse(raw("Closed", code="FINALLY_CLOSED")) == oracle.parse(raw("Finally Closed"))
    with pytest.raises(Refused, match="closed in another way"):
        oracle.parse(raw("Closed for Receiving", code="CLOSED FOR INVOICING"))


def test_a_state_that_nobody_knows_is_identified_and_refused_only_when_it_is_read() -> None:
    unknown = raw("Drifting")
    assert oracle.identify(unknown).content_hash != oracle.identify(raw("Open")).content_hash
    with pytest.raises(Refused, match="not known"):
        oracle.parse(unknown)


def test_the_books_count_the_order_and_not_its_state_once_more() -> None:
    identity = oracle.identify(raw("On Hold"))
    assert (identity.amount, identity.currency, identity.business_unit) == (None, "USD", "Vision Operations")
    assert (identity.key, identity.number, identity.changed_at) == ("300100209101001", "US164861", CHANGED_AT)


@settings(max_examples=40)
@given(raw_orders(max_lines=2), st.sampled_from(sorted(STATES)))
def test_only_number_and_state_are_content(order: Object, status: str) -> None:
    def content(**changes: JsonValue) -> bytes:
        return oracle.identify({**order, "Status": status, "StatusCode": None, **changes}).content_hash

    assert content() == content(Description="another", Revision=7, Total=1, lines=[], SupplierId=1)
    assert content() != content(OrderNumber="another")
    assert len({content(Status=other) for other in STATES}) == len(set(STATES.values()))


def test_steps_of_writing_and_approving_a_draft_are_one_state() -> None:
    assert len({oracle.identify(raw(status)).content_hash for status in ("Incomplete", "Pending Approval")}) == 1


def test_children_that_were_cut_off_do_not_matter() -> None:
    cut: Any = {"items": [], "hasMore": True, "count": 25}
    assert oracle.cut_children(raw("On Hold") | {"lines": cut}) == ()
    assert oracle.parse(raw("On Hold") | {"lines": cut}) == HELD


def test_final_is_what_nothing_can_follow() -> None:
    assert {state for state in OrderState if state.is_final} == {OrderState.FINALLY_CLOSED, OrderState.CANCELED}


def message(change: OrderStatusChange = HELD, layout: J1pLayout = LAYOUT) -> Any:
    return exact_json.loads(address(build(change, layout=layout), INTENT, layout))


def test_the_message_says_number_state_day_and_which_effect_it_is() -> None:
    assert message() == {
        "batchId": "7.0.abc@ml-connector",
        "poNumber": "US164861",
        "status": "on_hold",
        "statusDate": "2025-03-05T17:04:21.026Z",
    }
    theirs = J1pLayout(batch="id", number="no", names={"status": "state", "statusDate": "at"},
                       date_format=DateFormat.DAYS)  # fmt: skip
    assert message(layout=theirs) == {
        "id": "7.0.abc@ml-connector",
        "no": "US164861",
        "state": "on_hold",
        "at": "20250305",
    }
    assert parse(message(layout=theirs), theirs) == parse(message(), LAYOUT)


def test_the_same_state_gives_the_same_bytes_and_another_gives_others() -> None:
    body = build(HELD, layout=LAYOUT)
    assert body == build(replace(HELD, business_unit=None, key=1), layout=LAYOUT)
    assert address(body, INTENT, LAYOUT) == address(body, INTENT, LAYOUT)
    closed = build(replace(HELD, state=OrderState.CLOSED), layout=LAYOUT)
    assert body != closed


def shown(status: JsonValue) -> Iterator[JsonValue]:
    """Yield an order as JAGGAER may give it back, in each of its wrappers."""
    header: dict[str, JsonValue] = {"poNumber": "US164861", "status": status, "originalRequestMessageId": "1.0.order"}
    yield {"header": header, "lineList": {"poLine": []}}
    yield {"purchaseOrder": {"poHeader": header}}
    yield {"returnCode": 0, "jipurchaseorderList": {"jipurchaseorder": [{"poHeader": header}]}}


@pytest.mark.parametrize("state", OrderState)
def test_a_state_is_recognised_when_the_order_is_read_back(state: OrderState) -> None:
    sent = parse(message(replace(HELD, state=state)), LAYOUT)
    assert sent == J1pOrderStatus(number="US164861", status=state.value, original_request_id=INTENT.dedupe_key)
    for word in (state.value, state.value.replace("_", " ").title(), state.value.replace("_", "-").upper()):
        for order in shown(word):
            read = parse(order, LAYOUT)
            assert same_content(sent, read)
            assert read.original_request_id is None
    assert not same_content(sent, replace(sent, number="US1"))
    assert not any(same_content(sent, replace(sent, status=other)) for other in OrderState if other is not state)


def test_cancelled_is_canceled() -> None:
    assert {parse(order, LAYOUT).status for order in shown("Cancelled")} == {"canceled"}


def test_an_order_that_shows_no_state_proves_nothing() -> None:
    for order in shown(None):
        nothing = parse(order, LAYOUT)
        assert nothing.status is None
        assert not same_content(nothing, nothing)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ([], "not a JSON object"),
        ({}, "no poNumber"),
        ({"header": {"poNumber": "1", "status": {}}}, "status is not text"),
        ({"jipurchaseorderList": {"jipurchaseorder": []}}, "holds 0 orders"),
    ],
)
def test_what_is_no_order_is_refused_by_field(value: JsonValue, said: str) -> None:
    with pytest.raises(UnreadableOrder, match=said):
        parse(value, LAYOUT)


def test_a_body_that_is_no_message_is_not_addressed() -> None:
    with pytest.raises(UnreadableOrder):
        address(b"[]", INTENT, LAYOUT)
