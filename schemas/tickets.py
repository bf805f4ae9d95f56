"""Tickets: the only things that travel on the bus.

A ticket says which row of the ledger wants work. It carries document number, flow and job so that a person can read it
in RabbitMQ's management page; a worker trusts nothing but the id. At most 1 KiB as published, so that a queue of a
million tickets is still small.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from schemas.identity import JobId, RecordId

MAX_TICKET_BYTES = 1024
"""Upper bound of a published ticket with its envelope."""
_SHOWN_ASCII, _SHOWN_OTHERS = 40, 16
_LARGEST_RECORD_ID = 2**63 - 1
_JOB_ID_CHARACTERS = 36


class Queue(StrEnum):
    """The queues. One outage must not block the other direction, so each system has its own."""

    ORACLE_POLL = "oracle.poll"
    JAGGAER_POLL = "jaggaer.poll"
    TRANSFORM = "transform"
    ORACLE_DELIVER = "oracle.deliver"
    JAGGAER_DELIVER = "jaggaer.deliver"

    @property
    def takes_poll_commands(self) -> bool:
        """Whether tickets on this queue name a job (True) or a record (False)."""
        return self in (Queue.ORACLE_POLL, Queue.JAGGAER_POLL)


class MalformedTicket(ValueError):
    """What arrived is not a ticket; the message says which field is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PollCommand:
    """Asks an extraction worker to read the next page of a job."""

    job_id: JobId
    integration: str
    flow: str

    def encode(self) -> dict[str, str | int]:
        """Return the message's keyword arguments."""
        return {"job_id": self.job_id, "integration": _shown(self.integration), "flow": _shown(self.flow)}

    @classmethod
    def decode(cls, fields: Mapping[str, object]) -> "PollCommand":
        """Read the keyword arguments. Raises MalformedTicket."""
        return cls(job_id=_job_id(fields), integration=_text(fields, "integration"), flow=_text(fields, "flow"))


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordTicket:
    """Claims one record for the next stage."""

    record_id: RecordId
    job_id: JobId
    integration: str
    flow: str
    document: str

    def encode(self) -> dict[str, str | int]:
        """Return the message's keyword arguments."""
        return {
            "record_id": self.record_id,
            "job_id": self.job_id,
            "integration": _shown(self.integration),
            "flow": _shown(self.flow),
            "document": _shown(self.document),
        }

    @classmethod
    def decode(cls, fields: Mapping[str, object]) -> "RecordTicket":
        """Read the keyword arguments. Raises MalformedTicket."""
        record_id = fields.get("record_id")
        if not isinstance(record_id, int) or isinstance(record_id, bool) or not 0 < record_id <= _LARGEST_RECORD_ID:
            raise MalformedTicket("record_id is not a positive integer")
        return cls(
            record_id=RecordId(record_id),
            job_id=_job_id(fields),
            integration=_text(fields, "integration"),
            flow=_text(fields, "flow"),
            document=_text(fields, "document"),
        )


Ticket = PollCommand | RecordTicket


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A ticket on its way to a queue; `ticket_id` is its row in the outbox."""

    ticket_id: int
    queue: Queue
    ticket: Ticket


def decode(queue: Queue, fields: Mapping[str, object]) -> Ticket:
    """Read the ticket that belongs on this queue. Raises MalformedTicket."""
    return PollCommand.decode(fields) if queue.takes_poll_commands else RecordTicket.decode(fields)


def _job_id(fields: Mapping[str, object]) -> JobId:
    value = _text(fields, "job_id")
    if len(value) != _JOB_ID_CHARACTERS or set(value) - set("0123456789abcdef-"):
        raise MalformedTicket("job_id is not a UUID")
    return JobId(value)


def _text(fields: Mapping[str, object], name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str):
        raise MalformedTicket(f"{name} is not text")
    return value


def _shown(text: str) -> str:
    """Cut what is only there to be read. In JSON an ASCII character takes up to six bytes, any other up to twelve."""
    return text[: _SHOWN_ASCII if text.isascii() else _SHOWN_OTHERS]
