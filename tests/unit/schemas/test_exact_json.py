"""What is read, what is refused, and how numbers are written."""

from decimal import Decimal

import pytest

from schemas import exact_json
from schemas.exact_json import JsonValue, NotExactJson


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("10", 10),
        ("300100209101001", 300100209101001),
        ("9" * 100, int("9" * 100)),
        ("-" + "9" * 100, -int("9" * 100)),
        ("10.50", Decimal("10.50")),
        ("0.1", Decimal("0.1")),
        ("1e2", Decimal("1E+2")),
        ("true", True),
        ("null", None),
        (r'"\ud83d\uded2"', "🛒"),
        (r'"\\ud800"', "\\ud800"),
    ],
)
def test_json_is_read_with_every_digit(text: str, value: JsonValue) -> None:
    read = exact_json.loads(text.encode())
    assert (read, type(read), str(read)) == (value, type(value), str(value))


def test_two_hundred_levels_are_not_too_deep() -> None:
    assert exact_json.dumps(exact_json.loads(b"[" * 200 + b"]" * 200)) == b"[" * 200 + b"]" * 200


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "line 1, column 1: Expecting value"),
        (b"[NaN]", "NaN is not a number in JSON"),
        (b"-Infinity", "-Infinity is not a number in JSON"),
        (b"1e999", "more than 100 digits when written out"),
        (b"1e-999", "more than 100 digits when written out"),
        (b"1e99999999999999999999", "out of range"),
        (b"1" * 101, "has more than 100 digits"),
        (b"1" * 5000, "has more than 100 digits"),
        (b'{"Price": 1, "Price": 2}', "the name 'Price' occurs twice in one object"),
        (b"[" * 201 + b"]" * 201, "nested deeper than 200"),
        (b"[" * 100_000, "nested deeper than 200"),
        (b'{"items": [{"Description": "\\ud800"}]}', "$.items[0].Description: character 0 is half a surrogate pair"),
        (b'{"\\uDFFF": 1}', "half a surrogate pair"),
        (b'"\xff"', "byte 1 is not UTF-8"),
        (b'"\xed\xa0\x80"', "is not UTF-8"),
        (b"\xef\xbb\xbf1", "line 1, column 1"),
        (b'{"a": 1}\n}', "line 2, column 1: Extra data"),
        (b'"a\nb"', "Invalid control character"),
        (b"01", "Extra data"),
    ],
)
def test_what_is_not_exact_json_is_refused_with_its_place(data: bytes, message: str) -> None:
    with pytest.raises(NotExactJson) as refusal:
        exact_json.loads(data)
    assert message in str(refusal.value)


def test_numbers_are_written_in_plain_digits() -> None:
    value: JsonValue = [Decimal("1E+2"), Decimal("0.10"), Decimal("-1E-7"), 2**64, -(2**70), 7, True]
    assert exact_json.dumps(value) == b"[100,0.10,-0.0000001,18446744073709551616,-1180591620717411303424,7,true]"


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (1.5, "1.5 is a float"),
        ({"items": [0.0]}, "0.0 is a float"),
        ([Decimal("NaN")], "NaN is not a number"),
        (Decimal("Infinity"), "Infinity is not a number"),
        (Decimal("1E+100"), "more than 100 digits"),
        ("\ud800", "surrogates not allowed"),
        ({"when": object()}, "not JSON serializable"),
    ],
)
def test_what_cannot_be_written_exactly_is_refused(value: JsonValue, message: str) -> None:
    with pytest.raises(NotExactJson) as refusal:
        exact_json.dumps(value)
    assert message in str(refusal.value)
