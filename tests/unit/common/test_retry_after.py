"""How long a system asks us to wait, and what its clock says."""

from datetime import UTC, datetime

import pytest

from common.connections import retry_after

DATE = "Mon, 23 Nov 2026 08:00:00 GMT"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "5"}, 5.0),
        ({"retry-after": " 90 "}, 90.0),
        ({"retry-after": "Mon, 23 Nov 2026 08:00:30 GMT", "date": DATE}, 30.0),
        ({"retry-after": "Mon, 23 Nov 2026 07:00:00 GMT", "date": DATE}, 0.0),
        ({"retry-after": "999999"}, 3600.0),
        ({"retry-after": "soon"}, retry_after.DEFAULT_SECONDS),
        ({"retry-after": "Mon, 23 Nov 2026 08:00:30 GMT"}, retry_after.DEFAULT_SECONDS),
        ({"retry-after": "-5"}, retry_after.DEFAULT_SECONDS),
        ({}, retry_after.DEFAULT_SECONDS),
    ],
)
def test_seconds_and_dates_are_understood_and_bounded(headers: dict[str, str], seconds: float) -> None:
    assert retry_after.seconds(headers) == seconds


def test_the_source_clock_is_its_date_header() -> None:
    assert retry_after.source_time({"date": DATE}) == datetime(2026, 11, 23, 8, tzinfo=UTC)
    assert retry_after.source_time({}) is None
    assert retry_after.source_time({"date": "yesterday"}) is None
