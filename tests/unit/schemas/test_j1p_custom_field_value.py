"""J1P custom-field values: what the import of a code says, and what JAGGAER may give back."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from schemas import exact_json
from schemas.exact_json import JsonValue
from schemas.identity import Action
from schemas.j1p.custom_field_value import CustomFieldLayout, address, build, parse, same_content, with_fields
from schemas.j1p.fields import UnreadableOrder
from schemas.refusals import Refused
from tests.intents import CREATE
from tests.supplier_factories import reference_value

LAYOUT = CustomFieldLayout()
TODAY = date(2025, 3, 6)
INTENT = replace(CREATE, action=Action.UPDATE, serial=2)


def body(on: date = TODAY, layout: CustomFieldLayout = LAYOUT, **changes: Any) -> bytes:
    return build(reference_value(**changes), custom_field="CostCenter", on=on, layout=layout)


def test_a_message_merges_one_value_into_the_list_of_its_field() -> None:
    assert exact_json.loads(address(body(parent="101"), INTENT, LAYOUT)) == {
        "batchId": "7.0.abc@ml-connector",
        "batchInfo": {"batchTimestamp": "2025-03-06T08:00:00.000Z"},
        "customField": "CostCenter",
        "values": [{"value": "462", "description": "IT Operations", "active": True, "parent": "101"}],
        "mode": "merge",
    }


def test_a_code_that_may_not_be_used_is_sent_as_inactive() -> None:
    values = [body(enabled=False), body(summary=True), body(ends_on=date(2025, 3, 5))]
    assert [parse(exact_json.loads(each), LAYOUT).active for each in values] == [False] * 3


def test_the_day_is_content_only_where_it_matters() -> None:
    assert body(on=date(2025, 1, 1)) == body(on=TODAY)
    end = date(2025, 2, 1)
    assert body(on=date(2025, 1, 1), ends_on=end) != body(on=TODAY, ends_on=end)


def test_every_action_is_one_message() -> None:
    for action in Action:
        assert address(body(), replace(INTENT, action=action), LAYOUT) == address(body(), INTENT, LAYOUT)


def test_a_body_of_another_layout_is_neither_addressed_nor_changed() -> None:
    other = body(layout=CustomFieldLayout(values="codes"))
    with pytest.raises(UnreadableOrder, match="another layout"):
        address(other, INTENT, LAYOUT)
    with pytest.raises(UnreadableOrder, match="another layout"):
        with_fields(other, {"active": "true"}, LAYOUT)


def test_a_code_that_filters_cannot_hold_is_refused() -> None:
    with pytest.raises(Refused, match="reserve"):
        body(number="4(62")


def test_a_customers_names_are_used_both_ways() -> None:
    layout = CustomFieldLayout(custom_field="segment", values="codes", names={"value": "code", "active": "enabled"})
    sent = exact_json.loads(address(body(layout=layout), INTENT, layout))
    assert isinstance(sent, dict)
    assert sent["codes"] == [{"code": "462", "description": "IT Operations", "enabled": True}]
    assert parse(sent, layout) == parse(exact_json.loads(address(body(), INTENT, LAYOUT)), LAYOUT)


def test_an_answer_is_read_in_every_spelling() -> None:
    row: JsonValue = {"customField": {"internalName": "CostCenter"}, "value": 462, "active": "false"}
    read = parse({"returnCode": "0", "jicustomfieldvalueList": {"jicustomfieldvalue": [row]}}, LAYOUT)
    assert (read.number, read.custom_field, read.active) == ("462", "CostCenter", False)
    assert parse(row, LAYOUT) == read


@pytest.mark.parametrize(
    "value",
    [
        "462",
        {"values": []},
        {"values": [{"value": "1"}, {"value": "2"}]},
        {"jicustomfieldvalueList": {}},
        {"description": "no value"},
        {"value": "462", "active": "perhaps"},
    ],
)
def test_what_is_no_single_readable_value_is_refused(value: JsonValue) -> None:
    with pytest.raises(UnreadableOrder):
        parse(value, LAYOUT)


@pytest.mark.parametrize(
    "changes", [{"number": "463"}, {"enabled": False}, {"description": "Other"}, {"parent": "102"}]
)
def test_a_difference_is_seen(changes: dict[str, Any]) -> None:
    given: dict[str, Any] = {"parent": "101"}
    ours, theirs = (parse(exact_json.loads(body(**each)), LAYOUT) for each in (given, given | changes))
    assert not same_content(ours, theirs)
    assert same_content(ours, replace(ours, description=None, parent=None, original_request_id="x"))
