"""How attributes of an Oracle row are read, and what is refused."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from schemas.exact_json import JsonValue
from schemas.oracle.row import Row
from schemas.refusals import RefusalClass, Refused


def row(value: JsonValue) -> Row:
    return Row(raw={"A": value}, path="lines[2]")


@pytest.mark.parametrize(
    ("read", "value", "expected"),
    [
        (Row.text, "x", "x"),
        (Row.text, None, None),
        (Row.number, 10, Decimal(10)),
        (Row.number, "10.50", Decimal("10.50")),
        (Row.number, "1E+3", Decimal(1000)),
        (Row.number, Decimal("0.1"), Decimal("0.1")),
        (Row.integer, "3", 3),
        (Row.integer, Decimal("3.0"), 3),
        (Row.identifier, 300100209101001, 300100209101001),
        (Row.identifier, "300100209101001", 300100209101001),
        (Row.moment, "2025-08-08T09:26:01.026+02:00", datetime(2025, 8, 8, 7, 26, 1, 26000, UTC)),
        (Row.moment, "2025-08-08T07:26:01Z", datetime(2025, 8, 8, 7, 26, 1, 0, UTC)),
        (Row.day, "2025-08-08", date(2025, 8, 8)),
        (Row.day, None, None),
    ],
)
def test_an_attribute_is_read_in_every_documented_spelling(
    read: Callable[[Row, str], object], value: JsonValue, expected: object
) -> None:
    assert read(row(value), "A") == expected


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (Row.text, 1),
        (Row.name, None),
        (Row.name, ""),
        (Row.number, True),
        (Row.number, "1_0"),
        (Row.number, " 1"),
        (Row.number, "٣"),
        (Row.number, "NaN"),
        (Row.number, Decimal("Infinity")),
        (Row.number, Decimal("1E+400")),
        (Row.number, ["1"]),
        (Row.integer, "1.5"),
        (Row.identifier, Decimal("300100209101001.0")),
        (Row.identifier, "3.001E+14"),
        (Row.identifier, True),
        (Row.identifier, 0),
        (Row.identifier, 2**63),
        (Row.identifier, "9" * 5000),
        (Row.identifier, "٣٠"),
        (Row.moment, "2025-08-08T07:26:01"),
        (Row.moment, "0001-01-01T00:00:00+12:00"),
        (Row.moment, "yesterday"),
        (Row.day, "2025-02-30"),
    ],
)
def test_anything_else_is_refused_with_its_path(read: Callable[[Row, str], object], value: JsonValue) -> None:
    with pytest.raises(Refused) as caught:
        read(row(value), "A")
    assert (caught.value.refusal.category, caught.value.refusal.field) == (RefusalClass.INVALID, "lines[2].A")
    assert caught.value.refusal.next_step


@pytest.mark.parametrize("value", [[{"B": 1}], {"items": [{"B": 1}], "hasMore": False}])
def test_children_are_read_in_both_shapes(value: JsonValue) -> None:
    assert [(child.path, child.raw) for child in row(value).children("A")] == [("lines[2].A[0]", {"B": 1})]


@pytest.mark.parametrize("value", [None, [], {"items": []}, {"count": 0}])
def test_no_children_are_no_rows(value: JsonValue) -> None:
    assert list(row(value).children("A")) == []


@pytest.mark.parametrize("value", ["x", 1, {"items": "x"}, [1]])
def test_children_that_are_no_rows_are_refused(value: JsonValue) -> None:
    with pytest.raises(Refused, match=r"lines\[2\]\.A"):
        list(row(value).children("A"))
