"""The actors: what a message on each queue runs. An actor is named like its queue.

An actor settles nothing itself. It waits while the database is away, because a ticket that is given back too often
would be dead-lettered; what it cannot finish goes back to the queue.
"""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager

import dramatiq
from dramatiq.middleware import CurrentMessage

from common.bus.broker import TicketRefused
from common.bus.envelope import ARRIVAL_OPTION
from common.installation import Installation
from common.ledger.records import Stage
from schemas.tickets import PollCommand, Queue, RecordTicket, decode
from workers import extraction, patience, stage
from workers.stage import Disposition

_DATABASE_PATIENCE_SECONDS = 600.0

Lend = Callable[[], AbstractContextManager[Installation]]
"""Lends the process's installation for one message: with the settings that are in force when the message begins."""


def declare(broker: dramatiq.Broker, lent: Lend, queues: frozenset[Queue] = frozenset(Queue)) -> None:
    """Declare an actor for each queue. Nothing is opened before the first message asks for it."""
    for queue in sorted(queues):
        declare_actor = dramatiq.actor(actor_name=queue, queue_name=queue, broker=broker, throws=TicketRefused)
        declare_actor(_actor(queue, lent))


def _actor(queue: Queue, lent: Lend) -> Callable[..., None]:
    def work(**fields: object) -> None:
        ticket = decode(queue, fields)
        deadline = time.monotonic() + _DATABASE_PATIENCE_SECONDS
        with lent() as installation:
            disposition = patience.until(deadline, lambda: _handle(installation, queue, ticket))
        if disposition is Disposition.DEAD_LETTER:
            raise TicketRefused(f"{ticket} is dead; the ledger says why")

    return work


def _handle(installation: Installation, queue: Queue, ticket: PollCommand | RecordTicket) -> Disposition:
    if isinstance(ticket, PollCommand):
        extraction.extract(installation, ticket)
        return Disposition.DONE
    asked = Stage.TRANSFORM if queue is Queue.TRANSFORM else Stage.DELIVER
    return stage.run(installation, asked, ticket, replayed=_replayed())


def _replayed() -> bool:
    message = CurrentMessage.get_current_message()
    return message is not None and message.options.get(ARRIVAL_OPTION) is True
