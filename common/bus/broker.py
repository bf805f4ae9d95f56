"""The broker of the workers: dramatiq's RabbitMQ broker without its ways to lose, double or block messages.

What is changed, and why (messaging-and-reliability.md, sections 0 and 1):

* Delivery tags are equal only to themselves: after a lost connection dramatiq settles stale messages on the new
  consumer, where the same number means another message, which is then acknowledged unrun.
* A body is checked before dramatiq decodes it; what is not a ticket goes to `.XQ` and nothing behind it waits.
* No delay queues, no retries, no time limits, no results: retry time lives in the ledger.
* An actor that fails in a way that nobody planned for has its message requeued, never acknowledged.
* Every publish would be confirmed and mandatory, but workers do not publish: only the relay does.

Rests on private names of dramatiq 2.2 (`_RabbitmqConsumer`, `_RabbitmqMessage`, `_declare_*`); a contract test watches.
"""

import random
import time
from functools import partial
from typing import Any

import dramatiq
import pika
import pika.exceptions
from dramatiq.broker import Consumer, MessageProxy
from dramatiq.brokers.rabbitmq import RabbitmqBroker, _RabbitmqConsumer, _RabbitmqMessage
from dramatiq.errors import ConnectionClosed
from dramatiq.middleware import CurrentMessage, Middleware

from common.bus import address, declaring, topology
from common.bus.declaring import QueueRefused
from common.bus.envelope import MalformedEnvelope, unwrap
from common.telemetry.logs import logger

_LOG = logger(__name__)
_HEARTBEAT_SECONDS = 30
_BLOCKED_SECONDS = 20
_REQUEUE_PAUSE_SECONDS = (0.5, 1.5)


class TicketRefused(Exception):
    """An actor says: this ticket belongs into the dead-letter queue; the ledger knows why."""


class DeliveryTag(int):
    """A delivery tag that is equal only to itself: a stale one cannot settle a new delivery."""

    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        return self is other

    def __ne__(self, other: object) -> bool:
        return self is not other


class SettleTickets(Middleware):
    """Decides what becomes of a message whose actor raised: dead letter if it says so, back to the queue otherwise."""

    @property
    def actor_options(self) -> set[str]:
        """Let actors name what they raise on purpose: dramatiq then logs it without a traceback."""
        return {"throws"}

    def after_process_message(
        self,
        broker: dramatiq.Broker,  # noqa: ARG002 - dramatiq's signature
        message: Any,
        *,
        result: Any = None,  # noqa: ARG002 - dramatiq's signature
        exception: BaseException | None = None,
    ) -> None:
        """Run after each actor, before its message is settled."""
        if isinstance(exception, TicketRefused):
            message.fail()
        elif exception is not None:
            time.sleep(random.uniform(*_REQUEUE_PAUSE_SECONDS))  # noqa: S311 - spreads retries, protects nothing
            message.requeue = True


class LedgerMessage(_RabbitmqMessage):
    """A message as it arrived; `requeue` asks the consumer to give it back instead of acknowledging it."""

    def __init__(self, redelivered: bool, tag: DeliveryTag, message: dramatiq.Message[Any]) -> None:  # noqa: FBT001
        super().__init__(redelivered, tag, message)
        self.tag = tag
        self.requeue = False


class LedgerConsumer(_RabbitmqConsumer):
    """A consumer that hands out tickets only."""

    def __next__(self) -> LedgerMessage | None:
        try:
            method, properties, body = next(self.iterator)
        except (AssertionError, pika.exceptions.AMQPConnectionError, pika.exceptions.AMQPChannelError) as error:
            if getattr(error, "reply_code", None) == 404:  # the queue is gone: declare it again with the next consumer
                self.broker.queues_pending.add(self.queue_name)
            raise ConnectionClosed(error) from None
        if method is None:
            return None
        try:
            message = unwrap(body, self.queue_name, replayed=_was_dead(properties))
        except MalformedEnvelope as error:
            _LOG.error("not a ticket, moved to the dead-letter queue", queue=self.queue_name, reason=str(error))
            self._nack(method.delivery_tag)
            return None
        tag = DeliveryTag(method.delivery_tag)
        self.known_tags.add(tag)
        return LedgerMessage(method.redelivered, tag, message)

    def ack(self, message: MessageProxy) -> None:
        """Acknowledge a message, or give it back if its actor failed."""
        if not isinstance(message, LedgerMessage) or not message.requeue:
            super().ack(message)
        elif message.tag in self.known_tags:
            self.known_tags.remove(message.tag)
            self.connection.add_callback_threadsafe(partial(self.channel.basic_nack, message.tag, requeue=True))


class LedgerBroker(RabbitmqBroker):
    """RabbitMQ for workers that take their truth from the ledger."""

    def __init__(self, url: str) -> None:
        super().__init__(
            parameters=[connection_parameters(url)],
            confirm_delivery=True,
            middleware=[CurrentMessage(), SettleTickets()],
        )

    @property
    def consumer_class(self) -> type[LedgerConsumer]:
        """The consumer that this broker makes."""
        return LedgerConsumer

    def consume(self, queue_name: str, prefetch: int = 1, timeout: int = 5000) -> Consumer:
        """Return a consumer. Raises ConnectionClosed, which dramatiq waits out, also while the host has no address."""
        try:
            return super().consume(queue_name, prefetch=prefetch, timeout=timeout)
        except OSError as error:
            raise ConnectionClosed(error) from None

    def declare_queue(self, queue_name: str, *, ensure: bool = False) -> None:
        """Declare a queue and its dead-letter queue, and no delay queue: nobody consumes one."""
        if queue_name not in self.queues:
            self.emit_before("declare_queue", queue_name)
            self.queues.add(queue_name)
            self.queues_pending.add(queue_name)
            self.emit_after("declare_queue", queue_name)
        if ensure:
            self._ensure_queue(queue_name)

    def _declare_xq_queue(self, queue_name: str) -> None:
        """Declare nothing: `_declare_queue` has done it, dead letters first."""

    def _declare_dq_queue(self, queue_name: str) -> None:
        """Declare nothing: there are no delays."""

    def _declare_queue(self, queue_name: str) -> None:
        try:
            declaring.ensure(self.connection, topology.declarations(queue_name))
        except QueueRefused as error:
            _LOG.error("waiting for a queue", queue=queue_name, reason=str(error))
            raise ConnectionClosed(error) from None

    def enqueue(
        self,
        message: dramatiq.Message[Any],
        *,
        delay: int | None = None,  # noqa: ARG002 - dramatiq's signature
    ) -> dramatiq.Message[Any]:
        """Refuse: only the relay publishes, so that a ticket is never ahead of its commit."""
        raise RuntimeError(f"{message.actor_name}: workers do not publish; put the ticket into the outbox")


def connection_parameters(url: str) -> dict[str, Any]:
    """Return pika's parameters for an AMQP address, with a heartbeat and an end to waiting for a blocked broker.

    Raises BusRefused.
    """
    parameters = address.parse(url)
    return {
        "host": parameters.host,
        "port": parameters.port,
        "virtual_host": parameters.virtual_host,
        "credentials": parameters.credentials,
        "ssl_options": parameters.ssl_options,
        "heartbeat": _HEARTBEAT_SECONDS,
        "blocked_connection_timeout": _BLOCKED_SECONDS,
        "connection_attempts": 1,
        "socket_timeout": 10,
    }


def _was_dead(properties: pika.BasicProperties) -> bool:
    """Whether a message came out of a dead-letter queue: RabbitMQ notes it when it puts a message there."""
    headers = properties.headers or {}
    return "x-death" in headers or "x-shovelled" in headers
