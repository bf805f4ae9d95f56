"""The scheduler: opens the jobs that are due.

Due times lie on a fixed grid (`slots.py`) and are judged by the database's clock, so every scheduler computes the same
ones, and `ON CONFLICT DO NOTHING` makes a second leader harmless. Runs that were missed while nothing ran are not made
up for one by one: the next run reads everything since the cursor.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from common.database.pool import Database
from common.flows.registry import FLOWS
from common.ledger import jobs, leadership
from common.ledger.jobs import JobKind, Run
from common.settings import FlowSettings
from producers import slots
from producers.loop import Duty

_DUTY = "scheduler"
_TERM = timedelta(seconds=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A job that is due."""

    integration: str
    flow: str
    kind: JobKind
    due_at: datetime


def due_runs(
    flows: Mapping[tuple[str, str], FlowSettings],
    last: Mapping[tuple[str, str, JobKind], datetime],
    now: datetime,
) -> list[Due]:
    """Return what is due now, given when each kind of job of each flow was last due.

    The first poll is due at once; a rescan is not due before the slot after the first poll, which reads everything.
    """
    found = []
    for (integration, flow), settings in flows.items():
        polled = last.get((integration, flow, JobKind.SCHEDULED))
        rescanned = last.get((integration, flow, JobKind.RESCAN), polled)
        if not settings.on_schedule:
            continue
        poll = _slot(now, settings.cron, settings.every_seconds, settings.time_zone)
        rescan = _slot(now, settings.rescan_cron, settings.rescan_every_seconds, settings.time_zone)
        if polled is None or poll > polled:
            found.append(Due(integration=integration, flow=flow, kind=JobKind.SCHEDULED, due_at=poll))
        if rescanned is not None and rescan > rescanned:
            found.append(Due(integration=integration, flow=flow, kind=JobKind.RESCAN, due_at=rescan))
    return found


def _slot(now: datetime, cron: str | None, every_seconds: float, time_zone: str) -> datetime:
    return slots.of_interval(now, every_seconds) if cron is None else slots.of_cron(now, cron, time_zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheduler:
    """Opens due jobs for the flows of every integration."""

    database: Database
    flows: Mapping[tuple[str, str], FlowSettings]
    actor: str

    def run_once(self) -> bool:
        """Open what is due if this process leads; never more to do at once."""
        if leadership.hold(self.database, _DUTY, holder=self.actor, term=_TERM) is None:
            return False
        last = jobs.last_due(self.database, self.flows.keys())
        for due in due_runs(self.flows, last.due_at, last.now):
            self._open(due)
        return False

    def close(self) -> None:
        """Let another scheduler lead at once."""
        leadership.resign(self.database, _DUTY, holder=self.actor)

    def _open(self, due: Due) -> None:
        run = Run(
            integration=due.integration,
            flow=due.flow,
            kind=due.kind,
            due_at=due.due_at,
            overlap=timedelta(seconds=self.flows[due.integration, due.flow].overlap_seconds),
            queue=FLOWS[due.flow].poll_queue,
        )
        jobs.open_job(self.database, run, actor=self.actor)


def duty(scheduler: Scheduler, every_seconds: float) -> Duty:
    """Return the scheduler as a duty."""
    return Duty(name=_DUTY, run_once=scheduler.run_once, every_seconds=every_seconds, close=scheduler.close)
