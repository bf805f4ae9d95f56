"""The store of orders, one for both doors, and the replica through which reads see it.

Orders lie in the order of their last update, oldest first, so a page of a list and "changed since" need no sorting.
An order is a value: applying a document puts a new one in its place, and the replica of a lagging read keeps showing
the old one until enough time or enough reads have passed.

Limits: everything is in memory and lost at exit; a list without a filter on number or time walks all orders.
"""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from simulators.jaggaer import money
from simulators.jaggaer.order import Order, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many orders there are in one currency and state, and their exact sum."""

    currency: str
    state: State
    count: int
    total: Decimal


@dataclass(slots=True, kw_only=True)
class _Held:
    """What reads still show of one order: the value before (None: nothing), until a time and for some reads."""

    shown: Order | None
    until: datetime
    reads: int


class Orders:
    """Orders by number. Safe to read from another thread than the one that serves."""

    def __init__(self) -> None:
        self._orders: dict[str, Order] = {}
        self._held: dict[str, _Held] = {}
        self._lock = threading.RLock()

    def __len__(self) -> int:
        return len(self._orders)

    def __contains__(self, number: str) -> bool:
        return number in self._orders

    def __iter__(self) -> Iterator[Order]:
        """Go through all orders as they are, least recently updated first."""
        with self._lock:
            return iter(list(self._orders.values()))

    def get(self, number: str) -> Order | None:
        """Return the order as it is, None if there is none of this number."""
        return self._orders.get(number)

    def put(self, order: Order, *, lag_seconds: float = 0.0, lag_reads: int = 0) -> None:
        """Hold the order as the most recently updated one; with a lag, reads show its predecessor for a while."""
        with self._lock:
            before = self._orders.pop(order.number, None)
            if lag_seconds or lag_reads:
                held = self._held.get(order.number)
                self._held[order.number] = _Held(
                    shown=held.shown if held else before,
                    until=order.updated_at + timedelta(seconds=lag_seconds),
                    reads=lag_reads,
                )
            self._orders[order.number] = order

    def read(self, number: str, now: datetime) -> Order | None:
        """Return the order as a read of it shows it, which counts as a read."""
        with self._lock:
            held = self._current_lag(number, now)
            return held.shown if held else self._orders.get(number)

    def read_since(self, since: datetime | None, now: datetime) -> list[Order]:
        """Return the orders as one read of a list shows them, updated at `since` or later, oldest update first."""
        with self._lock:
            if self._held:
                return self._lagging_since(since, now)
            if since is None:
                return list(self._orders.values())
            found: list[Order] = []
            for order in reversed(self._orders.values()):
                if order.updated_at < since:
                    break
                found.append(order)
            return found[::-1]

    def tallies(self) -> list[Tally]:
        """Return count and exact sum per currency and state, sorted; currencies are never added up."""
        sums: dict[tuple[str, State], tuple[int, Decimal]] = {}
        for order in self:
            count, total = sums.get((order.currency, order.state), (0, Decimal(0)))
            sums[order.currency, order.state] = count + 1, money.total((total, order.total))
        return [
            Tally(currency=currency, state=state, count=count, total=total)
            for (currency, state), (count, total) in sorted(sums.items())
        ]

    def clear(self) -> None:
        """Forget all orders."""
        with self._lock:
            self._orders.clear()
            self._held.clear()

    def _lagging_since(self, since: datetime | None, now: datetime) -> list[Order]:
        lags = {number: lag for number in list(self._held) if (lag := self._current_lag(number, now))}
        shown = (lags[number].shown if number in lags else order for number, order in self._orders.items())
        found = [order for order in shown if order is not None and (since is None or order.updated_at >= since)]
        return sorted(found, key=lambda order: order.updated_at)

    def _current_lag(self, number: str, now: datetime) -> _Held | None:
        """Return what is still held back of an order and count this read; a lag that is over is forgotten."""
        held = self._held.get(number)
        if held is None:
            return None
        if held.reads <= 0 and now >= held.until:
            del self._held[number]
            return None
        held.reads -= 1
        return held
