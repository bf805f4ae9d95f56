"""What is written is read back the same, and garbage is refused in one way only."""

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import exact_json
from schemas.exact_json import JsonValue, NotExactJson
from tests.drawn_values import texts

NUMBERS = st.integers(-(10**99), 10**99) | st.decimals(allow_nan=False, allow_infinity=False).filter(
    lambda number: max(number.adjusted(), 0) + max(-int(number.as_tuple().exponent), 0) < 100
)
SCALARS = st.none() | st.booleans() | NUMBERS | texts(min_size=0)
VALUES: st.SearchStrategy[JsonValue] = st.recursive(
    SCALARS, lambda children: st.lists(children, max_size=4) | st.dictionaries(texts(0), children, max_size=4)
)


@given(VALUES)
def test_what_is_written_is_read_back_equal(value: JsonValue) -> None:
    written = exact_json.dumps(value)
    assert exact_json.loads(written) == value
    assert exact_json.dumps(exact_json.loads(written)) == written


@given(st.decimals(-(10**20), 10**20, places=6))
def test_a_decimal_keeps_its_digits(number: Decimal) -> None:
    assert str(exact_json.loads(exact_json.dumps([number]))) == f"[{number!r}]"


@given(st.binary(max_size=40) | st.text('{}[]",:0123456789eE+-.truefalsn\\ud8', max_size=40).map(str.encode))
def test_garbage_is_read_or_refused_and_never_fails_otherwise(data: bytes) -> None:
    with suppress(NotExactJson):
        value = exact_json.loads(data)
        assert exact_json.loads(exact_json.dumps(value)) == value


@given(VALUES, st.data())
def test_a_document_cut_off_is_refused(value: JsonValue, data: st.DataObject) -> None:
    whole = exact_json.dumps([value])
    length = data.draw(st.integers(0, len(whole) - 1))
    with pytest.raises(NotExactJson):
        exact_json.loads(whole[:length])
