"""The clock, as a parameter: code that decides by time is given one, so that a test can hold it still.

The database's clock decides leases and due times; this one only stamps what never reaches a decision in the ledger and
measures how long this process may still trust a lease (monotonic, immune to clock changes).
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
Monotonic = Callable[[], float]

monotonic: Monotonic = time.monotonic


def utc_now() -> datetime:
    """Return the present moment, aware and in UTC."""
    return datetime.now(UTC)
