"""Rows of J1P's list of confirmations: who they are and what they say, in every spelling."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from schemas.acknowledgment import AcknowledgmentType, LineStatusType
from schemas.exact_json import JsonValue
from schemas.j1p.confirmation import ConfirmationLayout, identify, key, parse
from schemas.refusals import Refused
from tests.acknowledgment_factories import acknowledgment, as_j1p, line

USUAL = ConfirmationLayout()
ROW = as_j1p(acknowledgment(AcknowledgmentType.DETAIL, line(1), business_unit="Vision Operations"))


def row(**changes: JsonValue) -> dict[str, JsonValue]:
    return {name: value for name, value in (ROW | changes).items() if value is not None}


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Accepted", LineStatusType.ACCEPT),
        (" rejected ", LineStatusType.REJECT),
        ("Changed", LineStatusType.DETAIL),
        ("BACKORDERED", LineStatusType.BACKORDERED),
    ],
)
def test_a_status_is_known_by_its_word(said: str, meant: LineStatusType) -> None:
    assert parse(row(status=said), USUAL).lines[0].statuses[0].type is meant


@pytest.mark.parametrize(
    ("day", "price", "unit"),
    [
        ("2025-03-21T00:00:00.000Z", {"currency": "USD", "money": Decimal("149.50")}, "EA"),
        ("20250321", {"currency": "USD", "value": "149.50"}, {"dimension": "EA"}),
        ("20250321000000", {"currency": "USD", "money": "149.50"}, " EA "),
    ],
)
def test_values_are_read_in_each_of_their_spellings(day: str, price: Any, unit: Any) -> None:
    read = parse(row(deliveryDate=day, unitPrice=price, unitOfMeasure=unit), USUAL).lines[0]
    told = read.statuses[0]
    assert (told.delivery, told.unit_price, told.currency) == (date(2025, 3, 21), Decimal("149.50"), "USD")
    assert read.uom == "EA"


def test_what_is_optional_may_be_missing() -> None:
    read = parse(row(quantity=None, unitOfMeasure=None, businessUnit=None, confirmationNumber=None), USUAL)
    assert (read.lines[0].quantity, read.lines[0].uom, read.business_unit) == (None, None, None)


def test_a_row_is_known_by_its_id_and_stamped_by_its_last_update() -> None:
    identity = identify(ROW, USUAL)
    assert (identity.key, identity.number, identity.business_unit) == ("70001", "US164861", "Vision Operations")
    assert identity.changed_at == datetime(2025, 3, 6, 8, 16, tzinfo=UTC)
    assert key(ROW, USUAL) == "70001"


def test_a_row_without_an_id_is_known_by_what_it_is_about() -> None:
    assert identify(row(confirmationId=None), USUAL).key == "US164861;SO-778812;1"


def test_a_touch_that_changes_nothing_is_no_other_content() -> None:
    later = identify(row(lastUpdate="2025-04-01T00:00:00.000Z"), USUAL)
    assert later.content_hash == identify(ROW, USUAL).content_hash
    assert identify(row(status="Rejected"), USUAL).content_hash != later.content_hash


def test_a_customer_names_fields_otherwise() -> None:
    layout = ConfirmationLayout(names={"confirmationId": "id", "status": "answer"})
    renamed = row(confirmationId=None, status=None) | {"id": 7, "answer": "Rejected"}
    assert identify(renamed, layout).key == key(renamed, layout) == "7"
    assert parse(renamed, layout).lines[0].statuses[0].type is LineStatusType.REJECT


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"status": "Perhaps"}, "status", "expected one of accept, accepted"),
        ({"status": None}, "status", "status is missing"),
        ({"poLineNumber": None}, "poLineNumber", "poLineNumber is missing"),
        ({"poLineNumber": "1.5"}, "poLineNumber", "not a whole number"),
        ({"poNumber": " "}, "poNumber", "poNumber is missing"),
        ({"poNumber": "US\x001"}, "poNumber", "control character"),
        ({"quantity": "many"}, "quantity", "not a number"),
        ({"quantity": "-1"}, "lines[lineNumber=1].quantity", "greater than 0"),
        ({"deliveryDate": "soon"}, "deliveryDate", "not a time"),
        ({"noticeDate": {"a": 1}}, "noticeDate", "noticeDate is not text"),
    ],
)
def test_what_cannot_be_read_is_refused_by_its_field(changes: dict[str, JsonValue], field: str, said: str) -> None:
    with pytest.raises(Refused) as caught:
        parse(row(**changes), USUAL)

    assert caught.value.refusal.field == field
    assert said in caught.value.refusal.reason


@pytest.mark.parametrize(
    "changes",
    [
        {"lastUpdate": "never"},
        {"lastUpdate": "0001-01-01T00:00:00+01:00"},
        {"lastUpdate": None, "noticeDate": None},
        {"poNumber": None},
    ],
)
def test_a_row_that_cannot_be_placed_is_refused(changes: dict[str, JsonValue]) -> None:
    with pytest.raises(Refused, match="cannot be read"):
        identify(row(**changes), USUAL)
    assert key({"confirmationId": [1]}, USUAL) is None


def test_two_fields_cannot_have_one_name() -> None:
    with pytest.raises(ValueError, match="two fields"):
        ConfirmationLayout(names={"status": "quantity"})
