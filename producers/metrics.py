"""The metrics of the whole system, as Prometheus reads them: what the ledger says, asked when somebody asks.

Every producer tells the same figures, because they come from the ledger; what its own process has counted may stand
beside them. What it costs is bounded by remembering the answer for a few seconds, however many ask.
"""

import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from common.clock import Monotonic, monotonic
from common.connections import access, traffic
from common.database.pool import Database
from common.ledger import books, cursor, jobs, outbox
from common.telemetry import build

_REMEMBERED_SECONDS = 5.0

Rows = Iterable[Mapping[str, Any]]
OnSchedule = Callable[[], Collection[tuple[str, str]]]


class LedgerMetrics(Collector):
    """A collector of the ledger's figures, and their text. `on_schedule` tells which flows are to be read."""

    def __init__(
        self,
        database: Database,
        on_schedule: OnSchedule,
        clock: Monotonic = monotonic,
        beside: Sequence[Collector] = (),
    ) -> None:
        self._database = database
        self._on_schedule = on_schedule
        self._clock = clock
        self._lock = threading.Lock()
        self._text = b""
        self._until = 0.0
        self._registry = CollectorRegistry(auto_describe=False)
        for collector in (self, *beside):
            self._registry.register(collector)

    def text(self) -> bytes:
        """Return the metrics in the text format. Raises DatabaseUnavailable."""
        with self._lock:
            if self._clock() >= self._until:
                self._text = generate_latest(self._registry)
                self._until = self._clock() + _REMEMBERED_SECONDS
            return self._text

    def describe(self) -> list[GaugeMetricFamily]:
        """Describe nothing beforehand, so that registering asks the database nothing."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Ask the ledger. Raises DatabaseUnavailable."""
        flow = ("integration", "flow")
        states, waiting, cursors = books.states(self._database), outbox.waiting(self._database), self._cursors()
        yield family("records", "Records by state.", states, (*flow, "state"), "records")
        yield family("dead_records", "Records that wait for a person.", self._dead(), (*flow, "class"), "records")
        yield family("oldest_record_seconds", "Age of the oldest open record.", _open(states), (*flow, "state"), "age")
        yield family("outbox_tickets", "Tickets that wait to be published.", waiting, ("queue",), "tickets")
        yield family("outbox_oldest_seconds", "Age of the oldest of them.", waiting, ("queue",), "oldest")
        yield family("cursor_behind_seconds", "How far the cursor is behind now.", cursors, flow, "behind")
        yield family("read_overdue_seconds", "How long a due read waits for its end.", self._overdue(), flow, "overdue")
        yield family("connection_stopped", "Whether its client is refused.", self._let_in(), ("connection",), "stopped")
        yield family("connection_away_seconds", "How long it is away.", self._doing(), ("connection",), "away")
        facts = {**asdict(build.facts()), "one": 1}
        yield family("build_info", "What is running.", [facts], ("version", "commit", "python"), "one")

    def _dead(self) -> Rows:
        return books.dead(self._database)

    def _overdue(self) -> Rows:
        return jobs.overdue(self._database, self._on_schedule())

    def _let_in(self) -> Rows:
        rows = access.everywhere(self._database)
        return [{"connection": row["connection"], "stopped": row["stopped_because"] is not None} for row in rows]

    def _doing(self) -> Rows:
        return traffic.everywhere(self._database)

    def _cursors(self) -> Rows:
        return [row for row in cursor.everywhere(self._database) if row["behind"] is not None]


def counter(name: str, help_text: str, figures: Mapping[str, int]) -> CounterMetricFamily:
    """Return what a process has counted of each integration since it began."""
    counted = CounterMetricFamily(f"ml_connector_{name}", help_text, labels=("integration",))
    for integration, figure in sorted(figures.items()):
        counted.add_metric([integration], figure)
    return counted


def family(name: str, help_text: str, rows: Rows, labels: tuple[str, ...], value: str) -> GaugeMetricFamily:
    """Return rows as a gauge: some of their columns are labels, one is the value; spans of time become seconds."""
    gauge = GaugeMetricFamily(f"ml_connector_{name}", help_text, labels=labels)
    for row in rows:
        figure = row[value]
        seconds = figure.total_seconds() if isinstance(figure, timedelta) else float(figure)
        gauge.add_metric([str(row[label]) for label in labels], seconds)
    return gauge


def _open(states: Rows) -> Rows:
    """Return the states in which a record still has something before it."""
    done = ("delivered", "unchanged", "superseded", "dead")
    return [row for row in states if row["state"] not in done]
