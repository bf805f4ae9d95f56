"""The sweeper: brings back what a dead worker, a rest or a lost ticket left lying. Any number may run.

Three things, each its own statement: leases that ran out, rests that are over, and tickets that are lost. Tickets are
lost when more records should have been worked on long ago than the queue holds tickets: then those that wait longest
get new ones, a batch at a time, until the queue may hold them all again or has enough to do. So after the loss of a
whole broker a million records come back little by little, each batch kept when it is written. While a queue is merely
long, nothing is done.
"""

from dataclasses import dataclass, field
from datetime import timedelta

from common.bus.inspection import Inspector
from common.clock import Monotonic
from common.database.pool import Database
from common.ledger import outbox, rescue
from common.ledger.rescue import Route
from common.telemetry.logs import logger
from producers.loop import Duty
from schemas.tickets import Queue

_LOG = logger(__name__)
_ENOUGH = 50_000
"""Tickets with which a queue has work for minutes: what else is lost can wait until there are fewer."""
_BATCH = 5_000
"""Tickets that are written by one statement: a second or so."""
_BATCHES = 4
"""How many batches of one queue before the other duties of a sweep are done again."""


@dataclass(slots=True, kw_only=True)
class Sweeper:
    """Sweeps the records of some queues."""

    database: Database
    inspector: Inspector
    routes: list[Route]
    queues: list[Queue]
    lost_after: timedelta
    actor: str
    monotonic: Monotonic
    looked_at: dict[Queue, float] = field(default_factory=dict)

    def run_once(self) -> bool:
        """Sweep once; True if more tickets were lost than one sweep issues again."""
        expired = rescue.expire_leases(self.database, actor=self.actor)
        rested = rescue.reissue_rested(self.database, self.routes)
        rescue.reissue_jobs(self.database, self.routes)
        if expired:
            _LOG.warning("took records back from workers that are gone", records=expired)
        if rested:
            _LOG.debug("rested records go on", records=rested)
        more = [self._look_for_lost_tickets(queue) for queue in self.queues if self._is_time_to_look(queue)]
        return any(more)

    def _is_time_to_look(self, queue: Queue) -> bool:
        looked_at = self.looked_at.get(queue)
        return looked_at is None or self.monotonic() - looked_at > self.lost_after.total_seconds() / 4

    def _look_for_lost_tickets(self, queue: Queue) -> bool:
        """Issue the lost tickets of a queue again, some batches at most; return whether there are more."""
        issued = 0
        for _ in range(_BATCHES):
            batch = self._issue(queue) if self._some_are_lost(queue) else 0
            issued += batch
            if batch < _BATCH:
                self.looked_at[queue] = self.monotonic()
                break
        if issued:
            _LOG.warning("issued lost tickets again", queue=queue, tickets=issued)
        return issued >= _BATCH * _BATCHES

    def _issue(self, queue: Queue) -> int:
        return rescue.reissue_stale(self.database, self.routes, queue, lost_after=self.lost_after, limit=_BATCH)

    def _some_are_lost(self, queue: Queue) -> bool:
        """Whether more records wait than the queue holds tickets. Never so while it has enough to do."""
        depth = self.inspector.depth(queue)
        if depth + outbox.unpublished(self.database, queue, up_to=_ENOUGH) >= _ENOUGH:
            return False
        return rescue.stale(self.database, self.routes, queue, lost_after=self.lost_after, up_to=depth + 1) > depth


def duty(sweeper: Sweeper, every_seconds: float) -> Duty:
    """Return the sweeper as a duty."""
    return Duty(name="sweeper", run_once=sweeper.run_once, every_seconds=every_seconds, close=sweeper.inspector.close)
