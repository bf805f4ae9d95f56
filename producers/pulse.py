"""Whether the duties of a process go on: when each was last tried, and what came of it.

A duty that fails is tried again and is no reason to start the process anew; one that was not even tried for minutes is.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace

from common.clock import Monotonic, monotonic
from common.telemetry.health import Finding

_SILENT_SECONDS = 300.0
"""Longer than any duty may take, once it is due: every statement and every request in one ends before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Beat:
    at: float
    every: float
    trouble: str = "not tried yet"

    def is_late(self, now: float) -> bool:
        return now - self.at >= self.every + _SILENT_SECONDS


class Pulse:
    """Notes each attempt of each duty. Safe to use from several threads."""

    def __init__(self, clock: Monotonic = monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._beats: dict[str, _Beat] = {}

    def begin(self, every_seconds: Mapping[str, float]) -> None:
        """Expect these duties from now on, each so often, and no other."""
        now = self._clock()
        with self._lock:
            self._beats = {
                name: replace(self._beats.get(name, _Beat(at=now, every=every)), every=every)
                for name, every in every_seconds.items()
            }

    def beat(self, name: str, *, trouble: str = "") -> None:
        """Note that a duty was tried; `trouble` says why it failed, if it did."""
        with self._lock:
            if name in self._beats:
                self._beats[name] = replace(self._beats[name], at=self._clock(), trouble=trouble)

    def alive(self) -> list[Finding]:
        """Tell of every duty whether it is still tried."""
        now = self._clock()
        with self._lock:
            return [
                Finding(name=name, well=not beat.is_late(now), reason=f"not tried for {now - beat.at:.0f} s")
                for name, beat in self._beats.items()
            ]

    def ready(self) -> list[Finding]:
        """Tell of every duty whether its last attempt came to its end."""
        with self._lock:
            return [
                Finding(name=name, well=not beat.trouble, reason=beat.trouble) for name, beat in self._beats.items()
            ]
