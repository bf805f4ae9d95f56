"""Generated orders: the same every time, whole, plausible, and with sums that agree exactly (fact sheet, 3.1)."""

import re
from datetime import date, datetime
from decimal import Decimal
from itertools import chain
from pathlib import Path
from types import UnionType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.oracle.attributes import DISTRIBUTIONS, LINES, PURCHASE_ORDERS, SCHEDULES, Kind, Resource
from simulators.oracle.generator import ALIKE, Generator

ORDERS = st.builds(
    lambda seed, lines, number: Generator(seed=seed, lines=lines).order(Generator(seed=seed, lines=lines).key(number)),
    st.integers(0, 1000), st.integers(0, 30), st.integers(0, 200_000),
)  # fmt: skip
TYPES: dict[Kind, type | UnionType] = {
    Kind.INTEGER: int,
    Kind.NUMBER: int | Decimal,
    Kind.STRING: str,
    Kind.BOOLEAN: bool,
    Kind.DATE: date,
    Kind.DATE_TIME: datetime,
}
PLACES = {"USD": 2, "EUR": 2, "GBP": 2, "JPY": 0}


def total(rows: list[dict[str, Any]], name: str) -> Decimal:
    return sum((row[name] for row in rows), Decimal(0))


@given(order=ORDERS)
def test_sums_agree_exactly_at_every_level_and_fit_the_currency(order: dict[str, Any]) -> None:
    assert order["Ordered"] == order["Total"] == total(order["lines"], "Ordered")
    for line in order["lines"]:
        schedules = line["schedules"]
        assert line["Ordered"] == total(schedules, "Ordered") == (line["Amount"] or line["Quantity"] * line["Price"])
        assert line["Quantity"] is None or line["Quantity"] == total(schedules, "Quantity")
        for schedule in schedules:
            shares = schedule["distributions"]
            assert schedule["Ordered"] == total(shares, "Ordered")
            assert schedule["Quantity"] is None or schedule["Quantity"] == total(shares, "Quantity")
            for share in shares:
                assert share["Ordered"] == round(share["Ordered"], PLACES[order["CurrencyCode"]]) > 0


@given(order=ORDERS)
def test_every_attribute_is_there_with_its_type(order: dict[str, Any]) -> None:
    def check(row: dict[str, Any], resource: Resource) -> None:
        below = [] if resource.child is None else [resource.child.name]
        assert {*row} == {*resource.attributes, *below}
        for name, kind in resource.attributes.items():
            assert row[name] is None or isinstance(row[name], TYPES[kind]), name
            assert kind is not Kind.INTEGER or row[name] is None or 0 < row[name] < 2**63
        if resource.child is not None:
            for child in row[resource.child.name]:
                check(child, resource.child)

    check(order, PURCHASE_ORDERS)


def test_the_same_seed_makes_the_same_order_and_another_seed_another() -> None:
    one, same, other = (Generator(seed=seed, lines=4) for seed in (1, 1, 2))
    assert one.order(one.key(5)) == same.order(same.key(5)) != other.order(other.key(5))


def test_what_is_known_without_making_an_order_is_what_the_order_says() -> None:
    generator = Generator(seed=3, lines=4)

    def check(row: dict[str, Any], resource: Resource, path: tuple[str, ...]) -> None:
        assert {name: row[name] for name in ALIKE[path]} == ALIKE[path]
        if resource.child is not None:
            for child in row[resource.child.name]:
                check(child, resource.child, (*path, resource.child.name))

    for number in range(50):
        key = generator.key(number)
        whole = generator.order(key)
        assert {name: generator.value(key, name) for name in PURCHASE_ORDERS.attributes} | {"lines": None} == (
            whole | {"lines": None}
        )
        assert generator.key_of(whole["OrderNumber"]) == key
        check(whole, PURCHASE_ORDERS, ())


@pytest.mark.parametrize("number", ["", "US", "US1", "US0200000", "200000", "US-1", "US20000²", "US2e5"])
def test_a_number_that_is_never_generated_has_no_key(number: str) -> None:
    assert Generator(seed=1, lines=1).key_of(number) is None


def test_keys_and_numbers_are_unique_and_everything_varies() -> None:
    generator = Generator(seed=1, lines=10)
    orders = [generator.order(generator.key(number)) for number in range(200)]
    lines = [line for order in orders for line in order["lines"]]
    schedules = [schedule for line in lines for schedule in line["schedules"]]
    shares = [share for schedule in schedules for share in schedule["distributions"]]
    keys = [
        *(order["POHeaderId"] for order in orders), *(line["POLineId"] for line in lines),
        *(schedule["LineLocationId"] for schedule in schedules), *(share["PODistributionId"] for share in shares),
    ]  # fmt: skip

    assert len(keys) == len({*keys})
    assert {len(str(key)) for key in keys} == {15}
    assert len({(order["SoldToLegalEntityId"], order["OrderNumber"]) for order in orders}) == 200
    assert {order["CurrencyCode"] for order in orders} == {*PLACES}
    assert len({order["ProcurementBU"] for order in orders}) == len({order["SupplierId"] for order in orders}) - 1 == 4
    assert len({share["POChargeAccount"] for share in shares}) == 4
    assert {(line["UOMCode"], line["UOM"]) for line in lines if line["Quantity"] is not None} == {
        ("Ea", "Each"), ("Box", "Box"), ("kg", "Kilogram"), ("Hour", "Hour")
    }  # fmt: skip
    assert any(line["Amount"] and line["Quantity"] is None and line["Price"] is None for line in lines)
    assert max(len(line["schedules"]) for line in lines) > 1 < max(len(row["distributions"]) for row in schedules)
    assert any(not line["Description"].isascii() for line in lines)


SECTIONS = [("Header", PURCHASE_ORDERS), ("Lines", LINES), ("Schedules", SCHEDULES), ("Distributions", DISTRIBUTIONS)]
AUDIT = {"CreationDate", "CreatedBy", "LastUpdateDate", "LastUpdatedBy"}


@pytest.mark.parametrize(("section", "resource"), SECTIONS, ids=[section for section, _ in SECTIONS])
def test_no_attribute_of_the_fact_sheet_is_missing(reference: Path, section: str, resource: Resource) -> None:
    sheet = (reference / "oracle-fusion.md").read_text(encoding="utf-8")
    paragraph, *_ = re.findall(rf"^\*\*{section}(?: attributes[^*]*)?:\*\*(?:\n| )(.*)$", sheet, re.MULTILINE)
    quoted = re.findall(r"`([A-Za-z0-9/, ]+)`(?! order| receipt)", paragraph.partition("Received/billed")[0])
    names = {name for name in chain.from_iterable(re.split(r"[/, ]+", part) for part in quoted) if name}
    named = {name for name in names if name[0].isupper() and name not in {"OPEN", "INCOMPLETE", "CLOSED", "DFF"}}
    assert len(named) > 20
    assert named | AUDIT <= {*resource.attributes}
