"""Whatever order Oracle sends, however it spells it: it is read exactly and recognised again."""

from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas import exact_json
from schemas.exact_json import JsonValue
from schemas.oracle import purchase_order as oracle
from schemas.oracle.fingerprint import fingerprint
from schemas.purchase_order import PurchaseOrder
from tests.drawn_orders import purchase_orders, raw_orders
from tests.oracle_orders import as_oracle, raw_order
from tests.oracle_rows import Object

STAMPS = ("LastUpdateDate", "LastUpdatedBy", "LastUpdateLogin", "CreationDate", "CreatedBy", "links", "@context")
NUMERIC = (
    "Quantity",
    "Price",
    "Amount",
    "Ordered",
    "Total",
    "TotalTax",
    "DiscountAmount",
    "Percent",
    "Revision",
    "LineNumber",
)
IDS = ("POHeaderId", "SupplierId", "BillToLocationId", "ShipToLocationId", "POLineId")


@settings(deadline=None, max_examples=60)
@given(purchase_orders(max_lines=3), st.sampled_from(["collections", "arrays"]))
def test_any_order_is_read_exactly_from_the_wire(order: PurchaseOrder, shape: Any) -> None:
    wire = exact_json.dumps(as_oracle(order, shape=shape))
    raw = exact_json.loads(wire)
    assert isinstance(raw, dict)
    assert oracle.parse(raw) == order
    assert oracle.identify(raw).changed_at == order.changed_at
    assert oracle.cut_children(raw) == ()


@settings(deadline=None, max_examples=60)
@given(purchase_orders(max_lines=3), st.randoms(use_true_random=False))
def test_identity_does_not_depend_on_how_the_order_is_written(order: PurchaseOrder, random: Random) -> None:
    plain = oracle.identify(as_oracle(order))
    written: Any = rewritten(as_oracle(order, shape="arrays"), random)
    assert oracle.identify(written) == plain
    assert oracle.parse(written) == order


def rewritten(value: JsonValue, random: Random, name: str = "") -> JsonValue:
    """Spell the same order another way: keys and rows shuffled, numbers as other spellings, nulls dropped."""
    if isinstance(value, dict):
        kept = [(key, child) for key, child in value.items() if child is not None]
        random.shuffle(kept)
        return {key: rewritten(child, random, key) for key, child in kept}
    if isinstance(value, list):
        rows = [rewritten(child, random) for child in value]
        random.shuffle(rows)
        return rows
    if name in NUMERIC and isinstance(value, int | Decimal):
        digits = f"{Decimal(value):f}"
        spellings: list[JsonValue] = [value, digits, Decimal(digits + "0" if "." in digits else digits + ".0")]
        return spellings[random.randrange(3)]
    if name in IDS and isinstance(value, int):
        return str(value) if random.randrange(2) else value
    return value


def places(value: JsonValue, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """List the paths of all business values of a raw order."""
    if isinstance(value, dict):
        return [
            place
            for name, child in value.items()
            if name not in STAMPS and not (path and name in ("count", "hasMore", "limit", "offset"))
            for place in places(child, (*path, name))
        ]
    if isinstance(value, list):
        return [place for index, child in enumerate(value) for place in places(child, (*path, index))]
    return [path]


def changed(value: JsonValue) -> JsonValue:
    """Return another value than this, of the same kind where that is possible."""
    match value:
        case bool():
            return not value
        case int() | Decimal():
            return value + 1
        case str():
            return value + "x"
    return "was nothing"


PLAIN_PLACES = places(raw_order())


@settings(deadline=None, max_examples=60)
@given(raw_orders(max_lines=2), st.data())
def test_a_change_of_any_business_value_moves_the_fingerprint(raw: Object, data: st.DataObject) -> None:
    before = fingerprint(raw)
    *path, last = data.draw(st.sampled_from(places(raw)))
    row: Any = raw
    for step in path:
        row = row[step]
    row[last] = changed(row[last])
    assert fingerprint(raw) != before


def test_every_single_business_value_of_the_plain_order_moves_the_fingerprint() -> None:
    for *path, last in PLAIN_PLACES:
        raw = raw_order()
        row: Any = raw
        for step in path:
            row = row[step]
        row[last] = changed(row[last])
        assert fingerprint(raw) != fingerprint(raw_order()), (*path, last)


@settings(deadline=None, max_examples=60)
@given(raw_orders(max_lines=2), st.sampled_from(STAMPS), st.text())
def test_a_change_of_stamps_only_does_not_move_the_fingerprint(raw: Object, name: str, stamp: str) -> None:
    before = fingerprint(raw)

    def stamped(value: JsonValue) -> JsonValue:
        if isinstance(value, list):
            return [stamped(child) for child in value]
        if isinstance(value, dict):
            return {key: stamped(child) for key, child in value.items()} | {name: stamp}
        return value

    touched = stamped(raw)
    assert isinstance(touched, dict)
    assert touched != raw
    assert fingerprint(touched) == before


def test_a_release_that_adds_an_empty_attribute_changes_no_order() -> None:
    assert fingerprint(raw_order(NewInThisRelease=None)) == fingerprint(raw_order())
    assert fingerprint(raw_order(NewInThisRelease="x")) != fingerprint(raw_order())


@pytest.mark.parametrize(
    ("one", "other"), [(0, Decimal("-0.0")), (10, Decimal("1E+1")), (2**70, str(2**70)), (2**70, Decimal(2**70))]
)
def test_one_number_has_one_fingerprint_however_it_is_spelled(one: JsonValue, other: JsonValue) -> None:
    assert fingerprint(raw_order(Total=one)) == fingerprint(raw_order(Total=other)) != fingerprint(raw_order(Total=1))


def test_text_that_looks_like_a_number_stays_text() -> None:
    ten, ten_point_nought = raw_order(OrderNumber="10"), raw_order(OrderNumber="10.0")
    assert oracle.identify(ten).content_hash != oracle.identify(ten_point_nought).content_hash


def test_the_same_line_twice_is_not_the_line_once() -> None:
    once, twice = raw_order(shape="arrays"), raw_order(shape="arrays")
    assert isinstance(twice["lines"], list)
    twice["lines"].append(twice["lines"][0])
    assert fingerprint(once) != fingerprint(twice)
