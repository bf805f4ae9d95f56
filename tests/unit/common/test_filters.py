"""Values in filters stay values (A22)."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.jaggaer import filters as jaggaer
from common.jaggaer.filters import NotFilterable
from common.oracle import answers
from common.oracle import filters as oracle
from common.oracle.filters import NotQuotable
from schemas.exact_json import JsonValue
from simulators.jaggaer import filters as jaggaer_reads

HOSTILE = [
    "'; DROP TABLE record; --",
    "US1' or '1' = '1",
    'US1" or "1" = "1',
    "US1\u2019 or 1 = 1",
    "\uff07 or 1 = 1",
    "%00",
    "US1;Status=Open",
    "*",
    "a, b) or (1 = 1",
]


@pytest.mark.parametrize("value", HOSTILE)
def test_a_text_cannot_end_its_quotes(value: str) -> None:
    condition = oracle.equals("OrderNumber", value)
    quote = condition[len("OrderNumber = ")]

    assert condition == f"OrderNumber = {quote}{value}{quote}"
    assert quote in "'\""
    assert quote not in value


@given(st.text())
def test_a_text_is_quoted_whole_or_refused(value: str) -> None:
    try:
        quoted = oracle.quoted(value)
    except NotQuotable:
        assert {"'", '"'} <= set(value) or any(ord(sign) < 32 or ord(sign) == 127 for sign in value)
    else:
        assert quoted[0] == quoted[-1]
        assert quoted[1:-1] == value
        assert quoted[0] not in value


@pytest.mark.parametrize("value", ["both ' and \"", "a\x00b", "a\r\nb"])
def test_a_text_that_no_quotes_can_hold_is_refused(value: str) -> None:
    with pytest.raises(NotQuotable):
        oracle.quoted(value)


@pytest.mark.parametrize("name", ["", "1 = 1 or Id", "Id;Status", "lines.", "a b", "LastUpdateDate\n"])
def test_a_name_is_a_name(name: str) -> None:
    with pytest.raises(NotQuotable):
        oracle.since(name, datetime(2026, 11, 23, tzinfo=UTC))


def test_expressions_are_written_as_oracle_reads_them() -> None:
    moment = datetime(2026, 11, 23, 8, tzinfo=UTC)
    either = oracle.some(oracle.since("LastUpdateDate", moment), oracle.since("lines.LastUpdateDate", moment))

    assert oracle.every(oracle.greater("POHeaderId", 7), either) == (
        'POHeaderId > 7 and (LastUpdateDate >= "2026-11-23T08:00:00.000+00:00" '
        'or lines.LastUpdateDate >= "2026-11-23T08:00:00.000+00:00")'
    )
    assert oracle.finder("PrimaryKey", "POHeaderId", 7) == "PrimaryKey;POHeaderId=7"
    assert oracle.equals_number("LineNumber", 7) == "LineNumber = 7"


@pytest.mark.parametrize("key", ["7;Other=1", "7,Other=1", "", None, True, "-1", "٧"])  # noqa: RUF001
def test_a_key_that_is_no_whole_number_is_none(key: JsonValue) -> None:
    assert answers.whole_number(key) is None


@pytest.mark.parametrize("value", [*HOSTILE[:3], HOSTILE[6], HOSTILE[8], "US1;STATUS==x", "a\x00", "", " "])
def test_a_value_that_would_change_a_jaggaer_filter_is_refused(value: str) -> None:
    with pytest.raises(NotFilterable):
        jaggaer.equals("poNumber", value)


@given(st.text(min_size=1))
def test_a_jaggaer_filter_finds_that_number_and_no_other(value: str) -> None:
    try:
        written = jaggaer.equals("poNumber", value)
    except NotFilterable:
        return
    read = jaggaer_reads.parse(written)

    assert read.number == value
    assert len(read.tests) == 1
