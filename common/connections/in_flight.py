"""How many requests one process may have in flight: as many as the system takes well (additive increase, halving)."""

import threading

from common.clock import Monotonic

_HALVED_AT_MOST_EVERY_SECONDS = 1.0


class InFlight:
    """The places of one connection in one process. Safe to use from several threads."""

    def __init__(self, most: int, monotonic: Monotonic) -> None:
        self._most = float(most)
        self._monotonic = monotonic
        self._limit = float(most)
        self._taken = 0
        self._halved_at = float("-inf")
        self._free = threading.Condition()

    @property
    def limit(self) -> int:
        """How many may be in flight now."""
        return int(self._limit)

    def take(self, timeout_seconds: float) -> bool:
        """Take a place; False if none became free in time."""
        with self._free:
            taken = self._free.wait_for(lambda: self._taken < int(self._limit), timeout_seconds)
            self._taken += taken
            return taken

    def give_back(self, *, well: bool) -> None:
        """Give the place back, and say whether the system took the request well."""
        with self._free:
            self._taken -= 1
            if well:
                self._limit = min(self._most, self._limit + 1 / self._limit)
            elif self._monotonic() - self._halved_at > _HALVED_AT_MOST_EVERY_SECONDS:
                self._limit = max(1.0, self._limit / 2)
                self._halved_at = self._monotonic()
            self._free.notify_all()
