"""A session with RabbitMQ for producers: one connection and channel, opened when needed, dropped when broken.

Belongs to one thread: pika's blocking connections do. Whatever goes wrong with RabbitMQ is raised as `BusUnavailable`.
Whatever goes wrong at all, the connection is dropped, so that messages that were fetched and not settled are back in
their queue, in their order; the next call opens another.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pika
import pika.exceptions
from pika.adapters.blocking_connection import BlockingChannel

from common.bus import declaring, topology
from common.bus.broker import connection_parameters
from common.bus.declaring import QueueRefused


class BusUnavailable(Exception):
    """RabbitMQ is away, blocked, or refused something: nothing is lost, try again later."""


class RabbitSession:
    """A lazily opened channel with confirms on, and the queues declared."""

    def __init__(self, url: str) -> None:
        self._parameters = pika.ConnectionParameters(**connection_parameters(url))
        self._connection: pika.BlockingConnection | None = None
        self._channel: BlockingChannel | None = None

    @contextmanager
    def channel(self) -> Iterator[BlockingChannel]:
        """Lend the channel. Raises BusUnavailable, and forgets the connection, for anything that RabbitMQ refuses."""
        try:
            yield self._open()
        except QueueRefused as error:
            self.close()
            raise BusUnavailable(str(error)) from error
        except (pika.exceptions.AMQPError, OSError) as error:
            self.close()
            raise BusUnavailable(f"RabbitMQ is not available: {error or type(error).__name__}") from error
        except BaseException:
            self.close()
            raise

    def declare(self) -> list[str]:
        """Declare every queue and return their names. Raises BusUnavailable, also for one with other arguments."""
        declarations = topology.all_declarations()
        with self.channel() as channel:
            for declaration in declarations:
                declaring.declare(channel.connection, declaration)
        return [declaration.name for declaration in declarations]

    def keep_alive(self) -> None:
        """Answer heartbeats; call it at least every few seconds while idle."""
        if self._connection is not None:
            with self.channel():
                self._connection.process_data_events(time_limit=0)

    def close(self) -> None:
        """Close the connection; a broken one is just forgotten."""
        connection, self._connection, self._channel = self._connection, None, None
        if connection is not None and connection.is_open:
            with suppress(pika.exceptions.AMQPError, OSError):
                connection.close()

    def _open(self) -> BlockingChannel:
        if self._channel is None or not self._channel.is_open:
            self.close()
            self._connection = pika.BlockingConnection(self._parameters)
            self._channel = self._connection.channel()
            declaring.ensure(self._connection, topology.all_declarations())
            self._channel.confirm_delivery()
        return self._channel
