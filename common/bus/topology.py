"""The queues and their arguments, identical on RabbitMQ 3.10 and 4.x. Pure: what is declared, not how.

Facts behind each argument (messaging-and-reliability.md, sections 0, 2 and 7.2):

* `x-queue-type` always: a vhost's default type would otherwise decide.
* Dead-lettering at least once needs `reject-publish` as the overflow behaviour.
* `x-delivery-limit` never -1: 3.10 deletes the message at its first redelivery. A high limit on `.XQ`, because 4.0 to
  4.2 count a look at a message in the management page as a delivery.
* No TTL on `.XQ`: dramatiq's own drops dead letters silently after seven days.
* No `.DQ`: delayed messages would live in one process's memory.
"""

from dataclasses import dataclass

from schemas.tickets import Queue

DEAD_LETTER_SUFFIX = ".XQ"
MAX_ENVELOPE_BYTES = 64 * 1024
"""What a consumer decodes at most; anything larger is not a ticket."""

_DELIVERY_LIMIT = 20
_DEAD_LETTER_DELIVERY_LIMIT = 1_000_000
_MAX_LENGTH = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueDeclaration:
    """One queue as it is declared, durable, on the default exchange."""

    name: str
    arguments: dict[str, str | int]


def dead_letter_queue(queue: str) -> str:
    """Return the name of a queue's dead-letter queue."""
    return f"{queue}{DEAD_LETTER_SUFFIX}"


def declarations(queue: str) -> tuple[QueueDeclaration, ...]:
    """Return what to declare for one queue, in order: a dead letter must find its queue."""
    return (
        QueueDeclaration(name=dead_letter_queue(queue), arguments=_dead_letter_arguments()),
        QueueDeclaration(name=queue, arguments=_arguments(queue)),
    )


def all_declarations() -> tuple[QueueDeclaration, ...]:
    """Return the declarations of every queue."""
    return tuple(declaration for queue in Queue for declaration in declarations(queue))


def _arguments(queue: str) -> dict[str, str | int]:
    return {
        "x-queue-type": "quorum",
        "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": dead_letter_queue(queue),
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
        "x-delivery-limit": _DELIVERY_LIMIT,
        "x-max-length": _MAX_LENGTH,
    }


def _dead_letter_arguments() -> dict[str, str | int]:
    return {
        "x-queue-type": "quorum",
        "x-overflow": "reject-publish",
        "x-delivery-limit": _DEAD_LETTER_DELIVERY_LIMIT,
    }
