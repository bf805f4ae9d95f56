"""The throttle: whether and when a request may leave, by what every process knows of the connection.

A process looks at the shared row twice a second at most. A paused or open connection lets nothing through; when an open
one is due for it, one worker of all processes sends a probe. Nothing of this spends an attempt: a worker asks
`hold_back_seconds` before it claims anything, and what is refused here never left.
"""

import threading
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from math import ceil
from typing import Any, Protocol

from common.clock import Monotonic
from common.connections import retry_after
from common.connections.errors import NotSent
from common.connections.in_flight import InFlight
from common.connections.traffic import Condition, Traffic
from common.telemetry.logs import logger

_LOG = logger(__name__)
_LOOK_EVERY_SECONDS = 0.5
_PATIENCE_SECONDS = 2.0
"""How long a request waits here for its turn; what waits longer goes back to the ledger."""
_BAD_LUCK = 2
"""So many failures in a row are bad luck, not an outage."""
_PERMITS_SECONDS = 0.1
"""How much of a second's permits a process takes at once."""
_SCOUT_EVERY_SECONDS = 2.0


class Throttling(Protocol):
    """What decides whether and when a request may leave. Safe to use from several threads."""

    def turn(self, what: str) -> AbstractContextManager["Turn"]:
        """Wait for the turn of one request. Raises NotSent if it does not come soon, or DatabaseUnavailable."""
        ...

    def hold_back_seconds(self) -> float:
        """Return how long to wait before work is claimed that needs this connection. Raises DatabaseUnavailable."""
        ...


class Unthrottled:
    """No throttle: for a person's single requests, which must show what the system answers now."""

    @contextmanager
    def turn(self, what: str) -> Iterator["Turn"]:  # noqa: ARG002 - the protocol's signature
        """Let the request go at once."""
        yield Turn(probes=False)

    def hold_back_seconds(self) -> float:
        """Never hold back."""
        return 0.0


class Throttle:
    """The throttle of one connection in one process. Safe to use from several threads."""

    def __init__(
        self,
        traffic: Traffic,
        monotonic: Monotonic,
        *,
        max_in_flight: int,
        max_per_second: float | None,
        timeout_seconds: float,
    ) -> None:
        self._traffic = traffic
        self._monotonic = monotonic
        self._in_flight = InFlight(max_in_flight, monotonic)
        self._max_per_second = max_per_second
        self._timeout = timeout_seconds
        self._lock = threading.Lock()
        self._condition = Condition()
        self._looked_at = float("-inf")
        self._answered = 0
        self._failures = 0
        self._permits = 0
        self._permits_at = 0.0
        self._scouted_at = float("-inf")

    def hold_back_seconds(self) -> float:
        """Return how long to wait before work is claimed that needs this connection; 0 if it may go on.

        While the breaker is open and due for a probe, one thread of this process is let through now and then.
        """
        condition = self._look()
        if condition.paused_in > 0.0:
            return condition.paused_in
        if not condition.open:
            return 0.0
        if condition.open_in > 0.0 or condition.probing:
            return max(condition.open_in, _LOOK_EVERY_SECONDS)
        with self._lock:
            if self._monotonic() - self._scouted_at < _SCOUT_EVERY_SECONDS:
                return _LOOK_EVERY_SECONDS
            self._scouted_at = self._monotonic()
        return 0.0

    @contextmanager
    def turn(self, what: str) -> Iterator["Turn"]:
        """Wait for the turn of one request and hold its place. Raises NotSent if it does not come soon."""
        deadline = self._monotonic() + _PATIENCE_SECONDS
        probes = self._pass(what, deadline)
        self._wait_for_permit(what, deadline)
        if not self._in_flight.take(max(0.0, deadline - self._monotonic())):
            raise NotSent(f"{what}: {self._in_flight.limit} requests are in flight, which is all the system takes now")
        turn = Turn(probes=probes)
        try:
            yield turn
        finally:
            self._in_flight.give_back(well=turn.well)
            self._judge(turn)

    def _pass(self, what: str, deadline: float) -> bool:
        """Wait out a short pause; return whether this request is the probe of an open breaker."""
        condition = self._look()
        if condition.paused_in > max(0.0, deadline - self._monotonic()):
            raise NotSent(f"{what}: {condition.because} The connection rests for {condition.paused_in:.0f} s more.")
        if condition.paused_in > 0.0:
            threading.Event().wait(condition.paused_in)
        if not condition.open:
            return False
        if condition.open_in > 0.0 or not self._traffic.probe(self._timeout + _PATIENCE_SECONDS):
            raise NotSent(f"{what}: the system is away, and is tried now and then: {condition.because}")
        return True

    def _wait_for_permit(self, what: str, deadline: float) -> None:
        rate = _slower(self._condition.rate, self._max_per_second)
        while rate is not None and not self._permitted(rate):
            if self._monotonic() >= deadline:
                raise NotSent(f"{what}: only {rate:.1f} requests a second may leave now")
            threading.Event().wait(min(0.5, 0.5 / rate))
            rate = _slower(self._look().rate, self._max_per_second)

    def _permitted(self, rate: float) -> bool:
        with self._lock:
            if self._permits == 0 or self._monotonic() - self._permits_at > 1.0:
                self._permits = self._traffic.take(max(1, ceil(rate * _PERMITS_SECONDS)), self._max_per_second)
                self._permits_at = self._monotonic()
            if self._permits == 0:
                return False
            self._permits -= 1
            return True

    def _judge(self, turn: "Turn") -> None:
        """Tell the others what this request showed."""
        if turn.pause_seconds is not None:
            self._traffic.pause(turn.pause_seconds, turn.reason)
            _LOG.warning("connection paused", connection=self._traffic.connection, seconds=turn.pause_seconds)
            self._know(paused_in=turn.pause_seconds, because=turn.reason)
        if turn.failed:
            self._failed(turn)
        elif turn.answered:
            self._succeeded()

    def _failed(self, turn: "Turn") -> None:
        with self._lock:
            self._failures += 1
            away = self._failures > _BAD_LUCK
        if away or turn.probes:
            self._traffic.open(turn.reason, probed=turn.probes)
            self._know(open=True, open_in=_LOOK_EVERY_SECONDS, because=turn.reason)

    def _succeeded(self) -> None:
        with self._lock:
            self._failures = 0
            self._answered += 1
            was_open = self._condition.open
        if was_open:
            self._traffic.close()
            _LOG.info("connection is back", connection=self._traffic.connection)
            self._know(open=False, open_in=0.0, probing=False)

    def _look(self) -> Condition:
        """Return the condition as it was half a second ago at most, less the time since then."""
        now = self._monotonic()
        if now - self._looked_at > _LOOK_EVERY_SECONDS and self._lock.acquire(blocking=self._looked_at < 0.0):
            try:
                answered, self._answered = self._answered, 0
                self._condition, self._looked_at = self._traffic.look(answered), self._monotonic()
            finally:
                self._lock.release()
        return _after(self._condition, self._monotonic() - self._looked_at)

    def _know(self, **changes: Any) -> None:
        """Take over at once what this process found out itself: its other threads must not go by an older look."""
        with self._lock:
            now = self._monotonic()
            self._condition = replace(_after(self._condition, now - self._looked_at), **changes)
            self._looked_at = now


class Turn:
    """One request's turn: what came of it is told before the turn ends."""

    def __init__(self, *, probes: bool) -> None:
        self.probes = probes
        self.answered = False
        self.failed = False
        self.reason = ""
        self.pause_seconds: float | None = None

    @property
    def well(self) -> bool:
        """Whether the system took the request well."""
        return not self.failed and self.pause_seconds is None

    def note_answer(self, status: int, headers: Mapping[str, str]) -> None:
        """Note an answer: 429, and 503 with a Retry-After, pause the connection; other server errors count as away."""
        self.answered = True
        if status == 429 or (status == 503 and "retry-after" in headers):
            self.pause_seconds = retry_after.seconds(headers)
            self.reason = f"The system asks us to slow down (HTTP {status})."
        elif status >= 500:
            self.failed = True
            self.reason = f"It answers HTTP {status}."

    def note_failure(self, reason: str) -> None:
        """Note that no answer came."""
        self.failed = True
        self.reason = reason


def _slower(rate: float | None, most: float | None) -> float | None:
    known = [one for one in (rate, most) if one is not None]
    return min(known) if known else None


def _after(condition: Condition, seconds: float) -> Condition:
    return replace(
        condition,
        paused_in=max(0.0, condition.paused_in - seconds),
        open_in=max(0.0, condition.open_in - seconds),
    )
