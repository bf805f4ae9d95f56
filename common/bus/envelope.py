"""The envelope: what a body on the bus must be before dramatiq may see it.

dramatiq trusts what it decodes: `"options": null` stops its consumer for ever, and a foreign `queue_name` kills a
worker thread (messaging-and-reliability.md, section 0, fact 3). So a body is checked first, and rebuilt from what was
checked; whatever else it says (options, delays, callbacks) is dropped.
"""

from collections.abc import Mapping
from typing import Any

import orjson
from dramatiq import Message

from common.bus.topology import MAX_ENVELOPE_BYTES
from schemas.tickets import MAX_TICKET_BYTES, MalformedTicket, Queue, Ticket, decode

ARRIVAL_OPTION = "arrival"
"""Where a message carries how it arrived: set by the consumer, never read from the wire."""


class MalformedEnvelope(ValueError):
    """A body is not a message of ours; the text says what is wrong with it."""


class TicketTooLarge(ValueError):
    """A ticket does not fit: a defect here, not at its receiver."""


def wrap(queue: Queue, ticket: Ticket, *, message_id: str, timestamp_ms: int) -> Message[Any]:
    """Return the message that carries a ticket. Raises TicketTooLarge above 1 KiB."""
    message: Message[Any] = Message(
        queue_name=queue,
        actor_name=queue,
        args=(),
        kwargs=dict(ticket.encode()),
        options={},
        message_id=message_id,
        message_timestamp=timestamp_ms,
    )
    size = len(message.encode())
    if size > MAX_TICKET_BYTES:
        raise TicketTooLarge(f"the ticket {ticket} takes {size} bytes, over {MAX_TICKET_BYTES}")
    return message


def unwrap(body: bytes, queue_name: str, *, replayed: bool) -> Message[Any]:
    """Return the message of a body that arrived on a queue. Raises MalformedEnvelope."""
    fields = _fields(body)
    for name in ("queue_name", "actor_name"):
        if fields.get(name) != queue_name:
            raise MalformedEnvelope(f"{name} is not {queue_name}")
    message_id, timestamp = fields.get("message_id"), fields.get("message_timestamp")
    if not isinstance(message_id, str) or not isinstance(timestamp, int) or isinstance(timestamp, bool):
        raise MalformedEnvelope("message_id or message_timestamp is missing or has a wrong type")
    kwargs = fields.get("kwargs")
    if not isinstance(kwargs, Mapping):
        raise MalformedEnvelope("kwargs is not an object")
    try:
        ticket = decode(Queue(queue_name), kwargs)
    except MalformedTicket as error:
        raise MalformedEnvelope(str(error)) from error
    return Message(
        queue_name=queue_name,
        actor_name=queue_name,
        args=(),
        kwargs=dict(ticket.encode()),
        options={ARRIVAL_OPTION: replayed},
        message_id=message_id,
        message_timestamp=timestamp,
    )


def _fields(body: bytes) -> dict[str, Any]:
    if len(body) > MAX_ENVELOPE_BYTES:
        raise MalformedEnvelope(f"{len(body)} bytes are more than a ticket can have")
    try:
        fields = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise MalformedEnvelope(f"not JSON: {error}") from error
    if not isinstance(fields, dict):
        raise MalformedEnvelope("not a JSON object")
    return fields
