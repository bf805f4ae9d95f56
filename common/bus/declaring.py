"""Seeing to it that queues are there, with as few rights as the caller has.

A queue that is there is looked at by a passive declaration, which asks for no right at all; one that is missing is
declared, which only a user with the right to configure it may do (messaging-and-reliability.md, section 7.2, A15).
So a worker's user needs no such right, and a user that has it repairs what somebody deleted.
"""

from collections.abc import Iterable

import pika
from pika.exceptions import ChannelClosedByBroker

from common.bus.topology import QueueDeclaration

_MISSING, _FORBIDDEN, _OTHERWISE = 404, 403, 406


class QueueRefused(Exception):
    """A queue cannot be had as it must be; the message says what to do."""


def ensure(connection: pika.BlockingConnection, wanted: Iterable[QueueDeclaration]) -> None:
    """Declare what is missing, in the given order. Raises QueueRefused, or what pika raises for a lost connection."""
    for declaration in wanted:
        if not _is_there(connection, declaration.name):
            declare(connection, declaration)


def declare(connection: pika.BlockingConnection, declaration: QueueDeclaration) -> None:
    """Declare one queue; one that is there must have the same arguments. Raises QueueRefused."""
    channel = connection.channel()
    try:
        channel.queue_declare(queue=declaration.name, durable=True, arguments=dict(declaration.arguments))
    except ChannelClosedByBroker as error:
        raise _refused(declaration.name, error) from error
    channel.close()


def _is_there(connection: pika.BlockingConnection, name: str) -> bool:
    channel = connection.channel()
    try:
        channel.queue_declare(queue=name, passive=True)
    except ChannelClosedByBroker as error:
        if error.reply_code == _MISSING:
            return False
        raise
    channel.close()
    return True


def _refused(name: str, error: ChannelClosedByBroker) -> QueueRefused:
    match error.reply_code:
        case code if code == _FORBIDDEN:
            what = f"There is no queue {name}, and this user of RabbitMQ may not declare it"
            return QueueRefused(f"{what}. Run `ml-connector bus declare` as the bootstrap user.")
        case code if code == _OTHERWISE:
            what = f"Queue {name} is there with other arguments ({error.reply_text})"
            return QueueRefused(f"{what}. Move its messages away by a shovel, delete it, and declare it again.")
        case _:
            return QueueRefused(f"Queue {name} cannot be declared: {error.reply_text}.")
