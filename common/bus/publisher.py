"""The publisher: puts tickets on the bus and knows which of them the broker has.

Every publish is persistent, mandatory and confirmed: a confirm means that a quorum has it on disk, and a ticket without
a queue comes back instead of vanishing (messaging-and-reliability.md, section 2, "Confirms"). Only the relay uses it.
"""

import time
from typing import Protocol

import pika
from dramatiq.errors import QueueNotFound
from pika.adapters.blocking_connection import BlockingChannel
from pika.exceptions import NackError

from common.bus.envelope import wrap
from common.bus.memory import MemoryBroker
from common.bus.session import BusUnavailable, RabbitSession
from schemas.tickets import Outgoing


class Publisher(Protocol):
    """Where a relay puts tickets."""

    def publish(self, outgoing: list[Outgoing]) -> list[int]:
        """Publish in order; return the ids of those that the broker has. Fewer than given: it is not available."""
        ...

    def keep_alive(self) -> None:
        """Do what an idle connection needs."""
        ...

    def close(self) -> None:
        """Let go of the broker."""
        ...


class RabbitPublisher:
    """Publishes to RabbitMQ over one connection."""

    def __init__(self, url: str) -> None:
        self._session = RabbitSession(url)
        self._properties = pika.BasicProperties(delivery_mode=2, content_type="application/json")

    def publish(self, outgoing: list[Outgoing]) -> list[int]:
        """Publish in order and stop at the first that is not confirmed."""
        confirmed: list[int] = []
        try:
            with self._session.channel() as channel:
                for item in outgoing:
                    if not self._publish(channel, item):
                        break
                    confirmed.append(item.ticket_id)
        except BusUnavailable:
            if not confirmed:
                raise
        return confirmed

    def _publish(self, channel: BlockingChannel, item: Outgoing) -> bool:
        """Publish one ticket; return False if its queue refuses it, which is no fault of the connection."""
        message = wrap(item.queue, item.ticket, message_id=f"t{item.ticket_id}", timestamp_ms=_now_ms())
        try:
            channel.basic_publish("", item.queue, message.encode(), self._properties, mandatory=True)
        except NackError:
            return False
        return True

    def keep_alive(self) -> None:
        """Answer heartbeats."""
        self._session.keep_alive()

    def close(self) -> None:
        """Close the connection."""
        self._session.close()


class MemoryPublisher:
    """Publishes to the bus in this process's memory."""

    def __init__(self, broker: MemoryBroker) -> None:
        self._broker = broker

    def publish(self, outgoing: list[Outgoing]) -> list[int]:
        """Put the tickets on their queues. Raises BusUnavailable for a queue that this process does not serve."""
        for item in outgoing:
            message = wrap(item.queue, item.ticket, message_id=f"t{item.ticket_id}", timestamp_ms=_now_ms())
            try:
                self._broker.accept(message)
            except QueueNotFound as error:
                raise BusUnavailable(f"nobody in this process works on {item.queue}") from error
        return [item.ticket_id for item in outgoing]

    def keep_alive(self) -> None:
        """Need nothing."""

    def close(self) -> None:
        """Hold nothing."""


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
