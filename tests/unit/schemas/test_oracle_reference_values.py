"""Reading Oracle's codes: segment values by stamp, account combinations as of the time of reading."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from schemas import exact_json
from schemas.oracle import account_combination, segment_value
from schemas.refusals import Refused
from tests.oracle_rows import Object
from tests.supplier_factories import reference_value

READ_AT = datetime(2025, 3, 6, 8, 0, tzinfo=UTC)
SEGMENTS = ("company", "lineOfBusiness", "account", "costCenter", "product", "intercompany")


def samples(folder: Path, name: str) -> list[Object]:
    answer = exact_json.loads((folder / f"{name}.json").read_bytes())
    assert isinstance(answer, dict)
    items = answer["items"]
    assert isinstance(items, list)
    return [item for item in items if isinstance(item, dict)]


def raw_value(**changes: exact_json.JsonValue) -> Object:
    plain: Object = {
        "ValueId": 300100051001001,
        "Value": "462",
        "Description": "IT Operations",
        "EnabledFlag": "Y",
        "SummaryFlag": "N",
        "DetailPostingAllowed": "Y",
        "LastUpdateDate": "2025-03-01T10:00:00+00:00",
    }
    return plain | changes


def raw_combination(**changes: exact_json.JsonValue) -> Object:
    plain: Object = {
        "AccountType": "E",
        "DetailPostingAllowedFlag": "Y",
        "SummaryFlag": "N",
        "EnabledFlag": "Y",
        "_CODE_COMBINATION_ID": 300100063274018,
        "company": "101",
        "account": "60230",
    }
    return plain | changes


def test_oracles_sample_values_are_read_without_loss(oracle_samples: Path) -> None:
    read = [segment_value.parse(raw) for raw in samples(oracle_samples, "valuesets-values-costcenters-get")]
    assert [(value.key, value.number, value.description, value.enabled) for value in read] == [
        (300100051001001, "462", "IT Operations", True),
        (300100051001002, "463", "Facilities", True),
        (300100051001003, "299", "Closed cost center", False),
    ]
    accounts = [segment_value.parse(raw) for raw in samples(oracle_samples, "valuesets-values-accounts-get")]
    assert [(value.number, value.account_type) for value in accounts] == [("60230", "E"), ("13101", "A")]


def test_oracles_sample_combinations_are_read_without_loss(oracle_samples: Path) -> None:
    rows = samples(oracle_samples, "accountcombinationslov-get")
    read = [account_combination.parse(raw, segments=SEGMENTS, delimiter=".", changed_at=READ_AT) for raw in rows]
    assert [(value.number, value.usable(READ_AT.date())) for value in read] == [
        ("101.10.60230.462.000.000", True),
        ("101.20.60230.462.000.000", True),
        ("101.10.13101.462.000.000", False),
    ]
    assert read[0].segments[2] == ("account", "60230")
    assert read[2].ends_on == date(2024, 12, 31)


def test_a_value_is_known_by_its_id_and_stamp() -> None:
    identity = segment_value.identify(raw_value())
    assert (identity.key, identity.number) == ("300100051001001", "462")
    assert identity.changed_at == datetime(2025, 3, 1, 10, 0, tzinfo=UTC)
    assert (identity.amount, identity.currency, identity.business_unit) == (None, None, None)
    assert segment_value.cut_children(raw_value()) == ()


def test_a_value_may_be_posted_to_unless_it_says_no() -> None:
    assert segment_value.parse(raw_value(DetailPostingAllowed=None)).posting_allowed
    assert not segment_value.parse(raw_value(DetailPostingAllowed="N")).posting_allowed


def test_a_combination_is_known_by_its_id_as_of_the_time_of_reading() -> None:
    identity = account_combination.identify(
        raw_combination(), segments=("company", "account"), delimiter="-", changed_at=READ_AT
    )
    assert (identity.key, identity.number, identity.changed_at) == ("300100063274018", "101-60230", READ_AT)
    assert account_combination.cut_children(raw_combination()) == ()


def test_a_combination_that_ends_is_a_new_version_of_the_same_row() -> None:
    raw = raw_combination(EndDateActive="2025-03-06")

    def content(day: int) -> bytes:
        read_at = datetime(2025, 3, day, 8, 0, tzinfo=UTC)
        return account_combination.identify(
            raw, segments=("company", "account"), delimiter="-", changed_at=read_at
        ).content_hash

    assert content(5) == content(6) != content(7) == content(8)


@pytest.mark.parametrize(
    ("changes", "on", "usable"),
    [
        ({}, date(2025, 3, 6), True),
        ({"enabled": False}, date(2025, 3, 6), False),
        ({"posting_allowed": False}, date(2025, 3, 6), False),
        ({"summary": True}, date(2025, 3, 6), False),
        ({"starts_on": date(2025, 3, 6)}, date(2025, 3, 5), False),
        ({"starts_on": date(2025, 3, 6)}, date(2025, 3, 6), True),
        ({"ends_on": date(2025, 3, 6)}, date(2025, 3, 6), True),
        ({"ends_on": date(2025, 3, 6)}, date(2025, 3, 7), False),
    ],
)
def test_a_code_is_usable_when_nothing_speaks_against_it(changes: dict[str, object], on: date, *, usable: bool) -> None:
    assert reference_value(**changes).usable(on) is usable


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ValueId": "x"}, "ValueId"),
        ({"Value": None}, "Value"),
        ({"Value": "4\n62"}, "Value"),
        ({"EnabledFlag": "X"}, "EnabledFlag"),
        ({"LastUpdateDate": None}, "LastUpdateDate"),
        ({"EndDateActive": "soon"}, "EndDateActive"),
    ],
)
def test_a_value_that_cannot_be_read_is_refused_with_its_field(changes: Object, field: str) -> None:
    with pytest.raises(Refused) as refused:
        segment_value.parse(raw_value() | changes)
    assert refused.value.refusal.field == field


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (raw_combination(account="60-230"), "could be read in two ways"),
        ({"_CODE_COMBINATION_ID": 1, "company": "101"}, "no segment of this name"),
        (raw_combination(account=None), "no value"),
    ],
)
def test_a_combination_that_cannot_be_written_in_one_way_is_refused(raw: Object, reason: str) -> None:
    with pytest.raises(Refused, match=reason) as refused:
        account_combination.parse(raw, segments=("company", "account"), delimiter="-", changed_at=READ_AT)
    assert refused.value.refusal.field == "account"


def test_a_chart_needs_segments_and_a_delimiter() -> None:
    for segments, delimiter in (((), "-"), (("company",), "")):
        with pytest.raises(ValueError, match="segments and a delimiter"):
            account_combination.parse(raw_combination(), segments=segments, delimiter=delimiter, changed_at=READ_AT)
