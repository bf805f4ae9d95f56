"""The relay: takes tickets from the outbox to the bus. The only part that publishes.

Each queue has a relay of its own, with its own connection and thread: a queue that refuses tickets (full, without a
quorum) or never confirms them keeps only its own. Any number of relays may serve a queue; rows are claimed with `SKIP
LOCKED`. On a crash between publishing and confirming, the claim on the row runs out and the ticket is published again:
a second ticket loses its compare-and-set at the ledger.
"""

from dataclasses import dataclass
from datetime import timedelta

from common.bus.publisher import Publisher
from common.bus.session import BusUnavailable
from common.database.pool import Database
from common.ledger import outbox
from producers.loop import Duty
from schemas.tickets import Outgoing, Queue

_BATCH = 200
_CLAIM = timedelta(seconds=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Relay:
    """Publishes the tickets of one queue."""

    database: Database
    publisher: Publisher
    queue: Queue

    def run_once(self) -> bool:
        """Publish a batch; True if there may be more. Raises BusUnavailable with the tickets still in the outbox."""
        batch = outbox.claim(self.database, self.queue, limit=_BATCH, lease=_CLAIM)
        if not batch:
            self.publisher.keep_alive()
            return False
        confirmed: list[int] = []
        try:
            confirmed = self.publisher.publish(batch)
        finally:
            self._note(batch, confirmed)
        if len(confirmed) < len(batch):
            raise BusUnavailable(f"{self.queue} did not take {len(batch) - len(confirmed)} of {len(batch)} tickets")
        return len(batch) == _BATCH

    def _note(self, claimed: list[Outgoing], confirmed: list[int]) -> None:
        if confirmed:
            outbox.confirm(self.database, confirmed)
        unpublished = sorted({item.ticket_id for item in claimed} - set(confirmed))
        if unpublished:
            outbox.release(self.database, unpublished)


def duty(relay: Relay, every_seconds: float) -> Duty:
    """Return the relay as a duty."""
    return Duty(
        name=f"relay of {relay.queue}",
        run_once=relay.run_once,
        every_seconds=every_seconds,
        close=relay.publisher.close,
    )
