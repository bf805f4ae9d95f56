"""What a person should know, as the ledger has it: the cases of deploy/compose/observe/alerts.yml, in the same words.

The texts are made of names and counts only: whatever a system or a document says stays in the ledger.
"""

from collections.abc import Collection, Iterator
from datetime import timedelta

from common.connections import access, traffic
from common.database.pool import Database
from common.ledger import books, jobs, outbox, pairs
from common.ledger.alerts import NO_INTEGRATION, AlertName, Condition, Subject
from common.ledger.verdicts import DeadClass
from schemas.tickets import Queue

_NO_TIME = timedelta(0)


def find(
    database: Database, integrations: Collection[str], on_schedule: Collection[tuple[str, str]]
) -> list[Condition]:
    """Return what is not as it should be, however short a time. `on_schedule`: the flows that are to be read."""
    return [
        *_stopped(database, integrations),
        *_away(database, integrations),
        *_dead(database),
        *_unread(database, on_schedule),
        *_unmoved(database),
        *_unpublished(database),
        *_undecided(database),
    ]


def _stopped(database: Database, integrations: Collection[str]) -> Iterator[Condition]:
    for row in access.everywhere(database):
        connection, integration = row["connection"], row["connection"].rpartition(".")[0]
        if row["stopped_because"] is not None and integration in integrations:
            yield Condition(
                about=Subject(name=AlertName.CONNECTION_STOPPED, integration=integration, subject=connection),
                summary=f"{connection} is stopped: its client is refused, nothing is asked of it",
                action=f"ml-connector status: why; then ml-connector credentials test {connection} and credentials set",
                lasts=_NO_TIME,
            )


def _away(database: Database, integrations: Collection[str]) -> Iterator[Condition]:
    for row in traffic.everywhere(database):
        connection, integration = row["connection"], row["connection"].rpartition(".")[0]
        if row["away"] and integration in integrations:
            yield Condition(
                about=Subject(name=AlertName.CONNECTION_AWAY, integration=integration, subject=connection),
                summary=f"{connection} has been away for ten minutes",
                action="ml-connector status: why; then ml-connector ping. What waits goes on by itself when it is back",
                lasts=row["away"],
            )


def _dead(database: Database) -> Iterator[Condition]:
    for row in books.dead(database):
        flow, because, records = row["flow"], row["class"], row["records"]
        if because != DeadClass.DISCARDED:
            yield Condition(
                about=Subject(
                    name=AlertName.RECORDS_WAIT, integration=row["integration"], subject=f"{flow} ({because})"
                ),
                summary=f"{_waiting(records, 'record', f'of {flow}')} for a person ({because})",
                action="ml-connector dead list",
                lasts=row["age"],
            )


def _unread(database: Database, on_schedule: Collection[tuple[str, str]]) -> Iterator[Condition]:
    for row in jobs.overdue(database, on_schedule):
        yield Condition(
            about=Subject(name=AlertName.NOTHING_IS_READ, integration=row["integration"], subject=row["flow"]),
            summary=f"{row['flow']} should have been read an hour ago",
            action="ml-connector jobs: why it failed or rests; a first load may take longer",
            lasts=row["overdue"],
        )


def _unmoved(database: Database) -> Iterator[Condition]:
    for row in books.oldest_open(database):
        yield Condition(
            about=Subject(name=AlertName.RECORDS_DO_NOT_MOVE, integration=row["integration"], subject=row["flow"]),
            summary=f"A record of {row['flow']} is {row['state']} half an hour after it was read",
            action="ml-connector status: is a side away, are there workers for its queue? "
            "Does it wait for another document?",
            lasts=row["age"],
        )


def _unpublished(database: Database) -> Iterator[Condition]:
    for row in outbox.oldest(database, list(Queue)):
        yield Condition(
            about=Subject(name=AlertName.TICKETS_ARE_NOT_PUBLISHED, integration=NO_INTEGRATION, subject=row["queue"]),
            summary=f"Tickets for {row['queue']} wait in the ledger",
            action="Is RabbitMQ there, has the queue its quorum, is it full?",
            lasts=row["age"],
        )


def _undecided(database: Database) -> Iterator[Condition]:
    for row in pairs.undecided(database):
        kind, conflicts = row["kind"], row["conflicts"]
        yield Condition(
            about=Subject(name=AlertName.CONFLICTS_WAIT, integration=row["integration"], subject=kind),
            summary=f"{_waiting(conflicts, 'conflict', f'about {kind}')} for a person",
            action="ml-connector conflicts list",
            lasts=row["age"],
        )


def _waiting(count: int, noun: str, about: str) -> str:
    return f"1 {noun} {about} waits" if count == 1 else f"{count} {noun}s {about} wait"
