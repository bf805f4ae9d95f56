"""Waiting for the database: a unit of work that it could not take is begun again until a deadline.

Every unit of work here begins with a compare-and-set, so beginning again does nothing twice.
"""

import random
import time
from collections.abc import Callable
from typing import TypeVar

from common.database.pool import DatabaseUnavailable
from common.telemetry.logs import logger

_LOG = logger(__name__)
_PAUSE_SECONDS = (0.5, 2.0)

Result = TypeVar("Result")


def until(deadline: float, attempt: Callable[[], Result]) -> Result:
    """Return what the attempt returns, beginning again while the database is away.

    Raises DatabaseUnavailable after the deadline (monotonic clock).
    """
    while True:
        try:
            return attempt()
        except DatabaseUnavailable as error:
            if time.monotonic() > deadline:
                raise
            _LOG.warning("waiting for the database", reason=str(error))
            time.sleep(random.uniform(*_PAUSE_SECONDS))  # noqa: S311 - spreads retries, protects nothing
