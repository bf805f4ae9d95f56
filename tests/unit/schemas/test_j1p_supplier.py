"""J1P suppliers: what the import says, who it is addressed to, and what JAGGAER may give back."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from schemas import exact_json
from schemas.exact_json import JsonValue
from schemas.identity import Action
from schemas.j1p.fields import UnreadableOrder
from schemas.j1p.supplier import SupplierLayout, address, build, parse, same_content
from schemas.refusals import Refused
from tests import supplier_factories as given
from tests.intents import CREATE
from tests.supplier_factories import supplier

LAYOUT = SupplierLayout()


def body(layout: SupplierLayout = LAYOUT, **changes: Any) -> Any:
    return exact_json.loads(build(supplier(**changes), layout=layout))["supplier"]  # type: ignore[call-overload,index]


def test_the_supplier_is_known_by_its_number_and_what_is_below_it_by_oracles_ids() -> None:
    written = body()
    assert (written["erpNumber"], written["thirdPartyRefNumber"]) == ("1013", "300100047414503")
    assert [row["erpNumber"] for row in written["locationList"]["location"]] == ["300100047414635", "300100047414636"]
    assert [row["erpNumber"] for row in written["contactList"]["contact"]] == ["300100047414650"]


def test_an_address_is_written_once_per_purpose_under_one_key() -> None:
    rows = body()["addressList"]["address"]
    assert [(row.get("type"), row["erpNumber"]) for row in rows] == [
        ("fulfillment", "300100047414620"),
        ("remitto", "300100047414620"),
        (None, "300100047414621"),
    ]


def test_business_units_that_may_order_go_to_the_address_of_their_site() -> None:
    shares = (
        given.assignment(),
        given.assignment(key=2, client_bu="Vision Services"),
        given.assignment(key=3, client_bu="Vision Closed", active=False),
    )
    sites = (
        given.site(assignments=shares),
        given.site(key=2, assignments=(given.assignment(client_bu="Pay only"),), for_ordering=False),
        given.site(key=3, assignments=(given.assignment(client_bu="Closed site"),), active=False),
    )
    first = body(sites=sites)["addressList"]["address"][0]
    assert first["assignedBusinessUnitsList"] == {"businessUnitInternalName": ["Vision Operations", "Vision Services"]}


def test_what_is_inactive_is_sent_as_inactive_and_never_left_out() -> None:
    written = body(
        active=False,
        addresses=(given.address(active=False),),
        sites=(given.site(active=False),),
        contacts=(given.contact(active=False),),
    )
    assert written["active"] is False
    parts = (written["addressList"]["address"], written["locationList"]["location"], written["contactList"]["contact"])
    assert [row["active"] for rows in parts for row in rows] == [False] * 4


def test_a_fourth_street_line_goes_behind_the_third() -> None:
    row = body(addresses=(given.address(lines=("1 Main St", "Hall 2", "Floor 3", "Desk 4")),))["addressList"][
        "address"
    ][0]
    assert [row[f"addressLine{number}"] for number in (1, 2, 3)] == ["1 Main St", "Hall 2", "Floor 3, Desk 4"]
    assert "addressLine4" not in row


def test_the_same_supplier_gives_the_same_bytes_and_its_stamp_is_no_content() -> None:
    first = build(supplier(), layout=LAYOUT)
    later = build(supplier(changed_at=datetime(2026, 1, 1, tzinfo=UTC)), layout=LAYOUT)
    assert first == later
    assert first != build(supplier(duns=None), layout=LAYOUT)


def test_the_batch_id_names_the_effect_and_every_action_is_one_message() -> None:
    sent = build(supplier(), layout=LAYOUT)
    message: Any = exact_json.loads(address(sent, CREATE, LAYOUT))
    assert message["batchId"] == CREATE.dedupe_key
    assert message["batchInfo"] == {"batchTimestamp": "2025-03-06T08:00:00.000Z"}
    for action in Action:  # the body of one that is taken away says so by itself
        assert address(sent, replace(CREATE, action=action), LAYOUT) == address(sent, CREATE, LAYOUT)


@pytest.mark.parametrize("sent", [b"[]", b'{"vendor": {}}'])
def test_a_body_of_another_layout_is_not_addressed(sent: bytes) -> None:
    with pytest.raises(UnreadableOrder, match="another layout"):
        address(sent, CREATE, LAYOUT)


def test_a_number_that_filters_cannot_hold_is_refused() -> None:
    with pytest.raises(Refused, match="reserve") as refused:
        build(supplier(number="10;13"), layout=LAYOUT)
    assert refused.value.refusal.field == "SupplierNumber"


def test_a_customers_names_are_used_both_ways() -> None:
    layout = SupplierLayout(supplier="vendor", erp_number="vendorId", names={"city": "town", "email": "mail"})
    sent: Any = exact_json.loads(address(build(supplier(), layout=layout), CREATE, layout))
    assert sent["vendor"]["vendorId"] == "1013"
    assert sent["vendor"]["addressList"]["address"][0]["town"] == "FRESNO"
    theirs = parse(sent, layout)
    ours = parse(exact_json.loads(address(build(supplier(), layout=LAYOUT), CREATE, LAYOUT)), LAYOUT)
    assert theirs == ours


@pytest.mark.parametrize("names", [{"city": "state"}, {"town": "city"}, {"city": ""}, {"city": "erpNumber"}])
def test_names_that_collide_are_refused_at_birth(names: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"name|not a field"):
        SupplierLayout(names=names)


def answer(**changes: JsonValue) -> JsonValue:
    row: dict[str, JsonValue] = {
        "erpNumber": 1013,
        "sqIntegrationNumber": "u1511504",
        "name": "Advanced Network Devices",
        "active": "Yes",
        "originalRequestMessageId": "7.0.abc@ml-connector",
        "addressList": {"address": {"erpNumber": "300100047414620", "active": "true"}},
    }
    return {"returnCode": 0, "jisupplierList": {"jisupplier": [{**row, **changes}]}}


def test_an_answer_is_read_in_every_spelling() -> None:
    read = parse(answer(), LAYOUT)
    assert (read.number, read.jaggaer_number, read.active) == ("1013", "u1511504", True)
    assert read.original_request_id == "7.0.abc@ml-connector"
    assert [(row.number, row.active) for row in read.addresses] == [("300100047414620", True)]


def test_a_supplier_that_oracle_does_not_know_yet_has_no_number() -> None:
    read = parse(answer(erpNumber=None), LAYOUT)
    assert (read.number, read.jaggaer_number) == (None, "u1511504")


@pytest.mark.parametrize(
    "value",
    [
        [],
        {"jisupplierList": {"jisupplier": []}},
        {"jisupplierList": {"jisupplier": [{"erpNumber": "1"}, {"erpNumber": "2"}]}},
        {"supplier": {"name": "nobody"}},
        {"supplier": {"erpNumber": "1", "active": "perhaps"}},
        {"supplier": {"erpNumber": "1", "addressList": {"address": [7]}}},
    ],
)
def test_what_is_no_single_readable_supplier_is_refused(value: JsonValue) -> None:
    with pytest.raises(UnreadableOrder):
        parse(value, LAYOUT)


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "Other"},
        {"active": False},
        {"number": "1014"},
        {"key": 1},
        {"addresses": (given.address(city="RENO"),)},
        {"addresses": ()},
        {"sites": (given.site(active=False), given.site(key=300100047414636))},
        {"contacts": (given.contact(last_name="Other"),)},
        {"contacts": (given.contact(active=False),)},
        {"contacts": (given.contact(), given.contact(key=2))},
    ],
)
def test_a_difference_at_any_level_is_seen(changes: dict[str, Any]) -> None:
    ours, theirs = (
        parse(exact_json.loads(build(each, layout=LAYOUT)), LAYOUT) for each in (supplier(), supplier(**changes))
    )
    assert not same_content(ours, theirs)


def test_what_only_one_side_states_is_no_difference() -> None:
    ours = parse(exact_json.loads(build(supplier(), layout=LAYOUT)), LAYOUT)
    theirs = replace(
        ours, jaggaer_number="u1", duns=None, addresses=tuple(replace(row, phone=None) for row in ours.addresses)
    )
    own = replace(ours.contacts[0], number=None, last_name="JAGGAER's own")
    theirs = replace(theirs, contacts=(*theirs.contacts, own))
    assert same_content(ours, theirs)
    assert same_content(theirs, ours)
