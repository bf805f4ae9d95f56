"""The bus in memory, for a whole system in one process: dramatiq's StubBroker with this system's rules.

Losing it loses nothing: the ledger re-issues every ticket at the next start. Dead letters are kept nowhere but in the
ledger, which is where they are shown and replayed.
"""

from queue import Queue as ThreadQueue
from typing import Any

import dramatiq
from dramatiq.brokers.stub import StubBroker, _StubConsumer
from dramatiq.errors import QueueNotFound
from dramatiq.middleware import CurrentMessage

from common.bus.broker import SettleTickets


class MemoryConsumer(_StubConsumer):
    """A consumer that gives back what an actor could not finish, and forgets what is dead."""

    def ack(self, message: Any) -> None:
        """Forget the message, or put it back if its actor failed."""
        if getattr(message, "requeue", False):
            self.queue.put(message._message.encode())  # noqa: SLF001 - dramatiq gives no other way to the bytes
        super().ack(message)

    def nack(self, message: Any) -> None:
        """Forget the message: the ledger knows why it is dead."""
        super().ack(message)


class MemoryBroker(StubBroker):
    """A bus for one process."""

    def __init__(self) -> None:
        super().__init__(middleware=[CurrentMessage(), SettleTickets()])

    def declare_queue(self, queue_name: str) -> None:
        """Make a queue, and no delay queue: nobody consumes one."""
        if queue_name not in self.queues:
            self.emit_before("declare_queue", queue_name)
            self.queues[queue_name] = ThreadQueue()
            self.emit_after("declare_queue", queue_name)

    def consume(self, queue_name: str, prefetch: int = 1, timeout: int = 100) -> MemoryConsumer:
        """Return a consumer of a queue."""
        return MemoryConsumer(self.queues[queue_name], self.dead_letters_by_queue[queue_name], prefetch, timeout)

    def accept(self, message: dramatiq.Message[Any]) -> None:
        """Take a ticket from the relay. Raises dramatiq's QueueNotFound for a queue that nobody declared."""
        if message.queue_name not in self.queues:
            raise QueueNotFound(message.queue_name)
        self.queues[message.queue_name].put(message.encode())

    def depth(self, queue_name: str) -> int:
        """Return how many tickets wait on a queue."""
        queue = self.queues.get(queue_name)
        return int(queue.qsize()) if queue is not None else 0

    def enqueue(
        self,
        message: dramatiq.Message[Any],
        *,
        delay: int | None = None,  # noqa: ARG002 - dramatiq's signature
    ) -> dramatiq.Message[Any]:
        """Refuse: only the relay publishes, so that a ticket is never ahead of its commit."""
        raise RuntimeError(f"{message.actor_name}: workers do not publish; put the ticket into the outbox")
