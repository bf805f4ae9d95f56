"""How long a system asks us to wait: the Retry-After header, in seconds or as a date (RFC 9110, 10.2.3)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_LONGEST_SECONDS = 3600.0
DEFAULT_SECONDS = 15.0
"""What to wait when a system throttles and does not say (jaggaer-cxml.md, 2.1: one public client's default)."""


def seconds(headers: Mapping[str, str]) -> float:
    """Return how many seconds to wait, at most an hour; the default if the header is absent or unreadable.

    A date is taken relative to the answer's own Date header, so that a skewed clock here does not matter.
    """
    value = headers.get("retry-after", "").strip()
    if value.isdigit():
        return min(float(value), _LONGEST_SECONDS)
    until, now = _date(value), _date(headers.get("date", ""))
    if until is None or now is None:
        return DEFAULT_SECONDS
    return min(max((until - now).total_seconds(), 0.0), _LONGEST_SECONDS)


def source_time(headers: Mapping[str, str]) -> datetime | None:
    """Return the answering system's clock (its Date header), None if it does not show one."""
    return _date(headers.get("date", ""))


def _date(text: str) -> datetime | None:
    try:
        parsed = parsedate_to_datetime(text)
    except ValueError:
        return None
    return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)
