"""The outbox: tickets that are written with the change that calls for them, and published afterwards.

A row exists exactly as long as the broker has not confirmed its ticket: a relay claims rows for a moment, publishes
them, deletes them. If it dies between publishing and deleting, the ticket is published again, and the second copy loses
the compare-and-set at the ledger.

What asks by queue is planned each time: one queue may be empty and another have a million rows, and no plan suits both.
"""

from datetime import timedelta
from typing import Any

from common.database import statements
from common.database.pool import Database
from schemas.identity import JobId, RecordId
from schemas.tickets import Outgoing, PollCommand, Queue, RecordTicket, Ticket

_SQL = statements.load(__name__)


def claim(database: Database, queue: Queue, *, limit: int, lease: timedelta) -> list[Outgoing]:
    """Claim the oldest unpublished tickets for this queue, in order."""
    with database.transaction() as connection:
        connection.execute(_SQL["in_order"])
        parameters = {"queue": queue, "limit": limit, "lease": lease}
        rows = connection.execute(_SQL["claim"], parameters, prepare=False).fetchall()
    return [_outgoing(row) for row in sorted(rows, key=lambda row: row["ticket_id"])]


def confirm(database: Database, ticket_ids: list[int]) -> None:
    """Forget tickets that the broker has confirmed."""
    with database.connection() as connection:
        connection.execute(_SQL["confirm"], {"ids": ticket_ids})


def release(database: Database, ticket_ids: list[int]) -> None:
    """Give back tickets that could not be published."""
    with database.connection() as connection:
        connection.execute(_SQL["release"], {"ids": ticket_ids})


def unpublished(database: Database, queue: Queue, *, up_to: int) -> int:
    """Return how many tickets wait to be published for this queue, counted to `up_to` and no further."""
    row = database.fetch_one(_SQL["unpublished"], {"queue": queue, "limit": up_to}, prepare=False)
    return int(row["found"]) if row else 0


def oldest(database: Database, queues: list[Queue]) -> list[dict[str, Any]]:
    """Return for how long the oldest ticket waits to be published, for those of these queues that have one."""
    return database.fetch_all(_SQL["oldest"], {"queues": queues})


def waiting(database: Database) -> list[dict[str, Any]]:
    """Return how many tickets wait to be published, by queue."""
    return database.fetch_all(_SQL["waiting"])


def _outgoing(row: dict[str, Any]) -> Outgoing:
    job_id = JobId(str(row["job_id"]))
    ticket: Ticket
    if row["record_id"] is None:
        ticket = PollCommand(job_id=job_id, integration=row["integration"], flow=row["flow"])
    else:
        ticket = RecordTicket(
            record_id=RecordId(row["record_id"]),
            job_id=job_id,
            integration=row["integration"],
            flow=row["flow"],
            document=row["document"],
        )
    return Outgoing(ticket_id=row["ticket_id"], queue=Queue(row["queue"]), ticket=ticket)
