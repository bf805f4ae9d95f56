"""Looking into the queues: how deep they are, and which dead letters no longer belong there.

Publishes nothing. `sweep_dead_letters` takes each message of a `.XQ` once, asks whose record still waits for a person,
acknowledges the others and returns the rest unchanged; so the number on RabbitMQ's management page is the number of
records that wait. What is not a ticket stays: a person must look at it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from pika.adapters.blocking_connection import BlockingChannel

from common.bus import topology
from common.bus.envelope import MalformedEnvelope, unwrap
from common.bus.memory import MemoryBroker
from common.bus.session import RabbitSession
from schemas.identity import RecordId
from schemas.tickets import Queue

_LARGEST_SWEEP = 20_000
"""Tickets held at once, 20 MB at most. Behind more dead letters than that, older ones stay until the front shrinks."""

StillWaiting = Callable[[list[RecordId]], set[RecordId]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SweptDeadLetters:
    """What a sweep of one dead-letter queue did.

    `kept` are the records whose tickets stay there; None if the sweep cannot tell, because it did not see all of it.
    """

    looked_at: int
    taken_out: int
    kept: frozenset[RecordId] | None


class Inspector(Protocol):
    """Who can look into the queues."""

    def depth(self, queue: Queue) -> int:
        """Return how many tickets wait on a queue (those already handed to a worker are not counted)."""
        ...

    def sweep_dead_letters(self, queue: Queue, still_waiting: StillWaiting) -> SweptDeadLetters:
        """Take out of a queue's `.XQ` the tickets of records that do not wait for a person any more."""
        ...

    def close(self) -> None:
        """Let go of the broker."""
        ...


class RabbitInspector:
    """Looks into RabbitMQ's queues over one connection. Raises BusUnavailable."""

    def __init__(self, url: str) -> None:
        self._session = RabbitSession(url)

    def depth(self, queue: Queue) -> int:
        """Ask RabbitMQ by a passive declaration."""
        with self._session.channel() as channel:
            return int(channel.queue_declare(queue=queue, passive=True).method.message_count)

    def sweep_dead_letters(self, queue: Queue, still_waiting: StillWaiting) -> SweptDeadLetters:
        """Hold the whole `.XQ` for a moment, settle what is over, give the rest back in its order."""
        name = topology.dead_letter_queue(queue)
        with self._session.channel() as channel:
            held = _hold(channel, name)
            records = {tag: record for tag, body in held if (record := _record_of(queue, body)) is not None}
            waiting = still_waiting(list(records.values()))
            over = _over(records, waiting)
            for tag in over:
                channel.basic_ack(tag)
            for tag, _ in held:
                if tag not in over:
                    channel.basic_nack(tag, requeue=True)
            kept = frozenset(record for tag, record in records.items() if tag not in over)
            whole = len(held) < _LARGEST_SWEEP
            return SweptDeadLetters(looked_at=len(held), taken_out=len(over), kept=kept if whole else None)

    def close(self) -> None:
        """Close the connection."""
        self._session.close()


class MemoryInspector:
    """Looks into the bus in memory, which keeps no dead letters."""

    def __init__(self, broker: MemoryBroker) -> None:
        self._broker = broker

    def depth(self, queue: Queue) -> int:
        """Count the waiting tickets."""
        return self._broker.depth(queue)

    def sweep_dead_letters(self, queue: Queue, still_waiting: StillWaiting) -> SweptDeadLetters:  # noqa: ARG002
        """Find nothing: dead letters in memory are forgotten at once."""
        return SweptDeadLetters(looked_at=0, taken_out=0, kept=None)

    def close(self) -> None:
        """Hold nothing."""


def _over(records: dict[int, RecordId], waiting: set[RecordId]) -> set[int]:
    """Return the tags of tickets that are done with: nobody waits for their record, or an earlier ticket names it."""
    kept: set[RecordId] = set()
    over: set[int] = set()
    for tag, record in records.items():
        if record not in waiting or record in kept:
            over.add(tag)
        kept.add(record)
    return over


def _hold(channel: BlockingChannel, name: str) -> list[tuple[int, bytes]]:
    """Fetch what is in the queue now, `_LARGEST_SWEEP` at most; what arrives meanwhile is left for the next sweep."""
    depth = min(_LARGEST_SWEEP, channel.queue_declare(queue=name, passive=True).method.message_count)
    held: list[tuple[int, bytes]] = []
    for _ in range(depth):
        method, _, body = channel.basic_get(name)
        if method is None:
            break
        held.append((method.delivery_tag, body))
    return held


def _record_of(queue: Queue, body: bytes) -> RecordId | None:
    try:
        message = unwrap(body, queue, replayed=False)
    except MalformedEnvelope:
        return None
    record_id = message.kwargs.get("record_id")
    return RecordId(record_id) if isinstance(record_id, int) else None
