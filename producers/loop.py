"""The loop: repeats a duty until told to stop. The only `while` among the producers.

A duty does one bounded piece of work per call and says whether there is more to do at once. When the database or the
bus is away it is called again after a pause, a longer one each time; nothing is lost, because a duty keeps nothing in
memory.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from common.bus.session import BusUnavailable
from common.database.pool import DatabaseUnavailable
from common.telemetry.logs import logger
from producers.pulse import Pulse

_LOG = logger(__name__)
_AFTER_FAILURE_SECONDS = (1.0, 2.0, 5.0)
"""The pause after the first failure in a row, after the second, and after each later one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """Something to do again and again: `run_once` returns True when it should be called again at once."""

    name: str
    run_once: Callable[[], bool]
    every_seconds: float
    close: Callable[[], None]


def run(duty: Duty, stop: threading.Event, pulse: Pulse) -> None:
    """Repeat a duty until `stop` is set, then close it. Each attempt is noted in the pulse."""
    failures = 0
    try:
        while not stop.is_set():
            more = _attempt(duty, pulse)
            failures = failures + 1 if more is None else 0
            stop.wait(pause(duty.every_seconds, failures) if not more else 0)
    finally:
        duty.close()


def start(duties: list[Duty], stop: threading.Event, pulse: Pulse) -> list[threading.Thread]:
    """Run each duty in a thread of its own; join the threads after setting `stop`."""
    pulse.begin({duty.name: duty.every_seconds for duty in duties})
    threads = [threading.Thread(target=run, args=(duty, stop, pulse), name=duty.name, daemon=True) for duty in duties]
    for thread in threads:
        thread.start()
    return threads


def pause(every_seconds: float, failures: int) -> float:
    """Return how long to wait before a duty is called again, in seconds, after so many failures in a row."""
    if not failures:
        return every_seconds
    return max(every_seconds, _AFTER_FAILURE_SECONDS[min(failures, len(_AFTER_FAILURE_SECONDS)) - 1])


def _attempt(duty: Duty, pulse: Pulse) -> bool | None:
    """Do the duty once; return whether there is more to do at once, or None if it failed."""
    try:
        more = duty.run_once()
    except (DatabaseUnavailable, BusUnavailable) as error:
        _LOG.warning("waiting", duty=duty.name, reason=str(error))
        pulse.beat(duty.name, trouble=str(error))
    except Exception as error:  # noqa: BLE001 - a duty that stops for good stops the whole system, and nobody notices
        _LOG.exception("a duty failed", duty=duty.name)
        pulse.beat(duty.name, trouble=type(error).__name__)
    else:
        pulse.beat(duty.name)
        return more
    return None
