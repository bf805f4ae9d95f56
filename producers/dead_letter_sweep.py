"""The dead-letter sweep: makes each `.XQ` show what waits for a person, and nothing else.

When a dead record is replayed or discarded from the ledger, its ticket still lies in `.XQ`; so does a second ticket of
a record that died once. The sweep takes both out, and writes new tickets for dead records whose own were lost with a
purge or the broker. Slow on purpose: it holds the whole queue for a moment. So only one process sweeps at a time:
another would see the queue empty meanwhile.
"""

from dataclasses import dataclass
from datetime import timedelta

from common.bus.inspection import Inspector
from common.database.pool import Database
from common.ledger import dead_letters, leadership
from common.ledger.rescue import Route
from common.telemetry.logs import logger
from producers.loop import Duty
from schemas.identity import RecordId
from schemas.tickets import Queue

_LOG = logger(__name__)
_DUTY = "dead-letter sweep"
_TERM = timedelta(minutes=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetterSweep:
    """Sweeps the dead-letter queues of some queues."""

    database: Database
    inspector: Inspector
    routes: list[Route]
    queues: list[Queue]
    lost_after: timedelta
    actor: str

    def run_once(self) -> bool:
        """Sweep each queue once, if this process leads; never more to do at once."""
        if leadership.hold(self.database, _DUTY, holder=self.actor, term=_TERM) is None:
            return False
        kept = [self._sweep(queue) for queue in self.queues if not queue.takes_poll_commands]
        seen = {record for records in kept if records is not None for record in records}
        if kept and None not in kept:
            lost = dead_letters.reissue_lost(self.database, self.routes, seen, lost_after=self.lost_after)
            if lost:
                _LOG.warning("issued lost tickets of dead letters again", tickets=lost)
        return False

    def close(self) -> None:
        """Let another process sweep at once."""
        leadership.resign(self.database, _DUTY, holder=self.actor)
        self.inspector.close()

    def _sweep(self, queue: Queue) -> frozenset[RecordId] | None:
        swept = self.inspector.sweep_dead_letters(queue, self._still_waiting)
        if swept.taken_out:
            _LOG.info("took tickets out of the dead-letter queue", queue=queue, tickets=swept.taken_out)
        return swept.kept

    def _still_waiting(self, record_ids: list[RecordId]) -> set[RecordId]:
        return dead_letters.still_waiting(self.database, record_ids)


def duty(sweep: DeadLetterSweep, every_seconds: float) -> Duty:
    """Return the sweep as a duty."""
    return Duty(name=_DUTY, run_once=sweep.run_once, every_seconds=every_seconds, close=sweep.close)
