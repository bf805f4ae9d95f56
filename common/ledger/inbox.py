"""The inbox: every request that was pushed and decided, and its answer, so that a repetition gets the same answer.

A payloadID never changes on a retry (jaggaer-cxml.md, 5.1), so the sender and it name a request. All that has to do
with one request is one transaction, begun with `lock`: a copy that arrives meanwhile waits for it and finds the answer.

`prune` drops the bodies and answers of old requests. What tells them apart stays for good: a payloadID or a number that
comes again after that is still recognised, and only the words of its first answer are gone.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from psycopg.types.json import Jsonb

from common.database import statements
from common.database.pool import Connection, Database
from common.ledger.states import SETTLED, State
from common.telemetry import redaction
from common.vault.rotation import SealedTable
from common.vault.seal import Place, Vault
from schemas.identity import JobId, RecordId, dedupe_key

_SQL = statements.load(__name__)
_NOBODY = UUID(int=0)
_AT_THEIR_END = sorted(SETTLED - {State.DEAD})
"""Where nothing can happen to a record any more; a dead one waits for a person, who may need the original."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request as it is told apart: `sender` and `payload_id` name it, `origin` and `number` the business document."""

    integration: str
    sender: str
    payload_id: str
    name: str
    origin: str
    number: str | None
    operation: str
    content_hash: bytes
    content_type: str
    body: bytes = field(repr=False)
    deviations: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What a request was answered: the code of its Status, the whole answer, what became of it."""

    code: int
    answer: bytes = field(repr=False)
    job_id: JobId | None = None
    record_id: RecordId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What came before under the same payloadID. `answer` is None when it was pruned."""

    content_hash: bytes
    code: int
    answer: bytes | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """How far a prune has come: everything received before this was looked at."""

    received_at: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    inbox_id: UUID = _NOBODY


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """How many requests were pruned, and where to go on; None if there are no more that are old enough."""

    requests: int
    go_on_at: Reached | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SameNumber:
    """The newest request about the same business number. `dead`: what it became waits for a person."""

    payload_id: str
    operation: str
    content_hash: bytes
    record_id: RecordId | None
    dead: bool


def lock(connection: Connection, request: Request) -> None:
    """Wait for whoever is at the same request or the same business number, and keep others waiting. Until commit."""
    connection.execute(_SQL["lock"], {"name": f"{request.integration}/{request.sender}/{request.payload_id}"})
    if request.number is not None:
        name = f"{request.integration}/{request.name}/{request.origin}/{request.number}"
        connection.execute(_SQL["lock"], {"name": name})


def find(connection: Connection, request: Request) -> Known | None:
    """Return what came before under this payloadID from this sender."""
    row = connection.execute(_SQL["find"], _named(request)).fetchone()
    if row is None:
        return None
    answer = None if row["answer"] is None else bytes(row["answer"])
    return Known(content_hash=bytes(row["content_hash"]), code=row["code"], answer=answer)


def newest_of_number(connection: Connection, request: Request) -> SameNumber | None:
    """Return the newest request about the same business number that was taken, from whoever sent it."""
    asked = {
        "integration": request.integration,
        "request": request.name,
        "origin": request.origin,
        "number": request.number,
    }
    row = connection.execute(_SQL["newest_of_number"], asked).fetchone()
    return SameNumber(**{**row, "content_hash": bytes(row["content_hash"])}) if row else None


def known_orders(
    connection: Connection, integration: str, flow: str, numbers: list[str], record_ids: list[RecordId]
) -> tuple[frozenset[str], frozenset[RecordId]]:
    """Return which of these order numbers and records the ledger has."""
    asked = {"integration": integration, "flow": flow, "numbers": numbers, "record_ids": record_ids}
    rows = connection.execute(_SQL["known_orders"], asked).fetchall()
    found = frozenset(row["number"] for row in rows if row["number"] is not None)
    return found, frozenset(RecordId(row["record_id"]) for row in rows if row["record_id"] is not None)


def record_of(payload_id: str) -> RecordId | None:
    """Return the record that a payloadID of ours was made for (`schemas/identity.py:dedupe_key`), None for others'."""
    record_id, _, rest = payload_id.partition(".")
    ours = rest.endswith("@ml-connector") and record_id.isascii() and record_id.isdecimal() and len(record_id) < 19
    return RecordId(int(record_id)) if ours else None


def note_status(
    connection: Connection, integration: str, payload_id: str, detail: dict[str, Any], *, actor: str
) -> RecordId | None:
    """Note what is said of a document that we sent under a payloadID; None if we sent none under it."""
    record_id = record_of(payload_id)
    asked = {"record_id": record_id, "integration": integration}
    row = connection.execute(_SQL["sent"], asked).fetchone() if record_id is not None else None
    if row is None or record_id is None or not _was_sent_as(row, integration, payload_id):
        return None
    said = redaction.mask_value(detail)
    connection.execute(_SQL["note"], {"record_id": record_id, "actor": actor, "detail": Jsonb(said)})
    return record_id


def keep(connection: Connection, vault: Vault, request: Request, answered: Answered) -> None:
    """Keep a request and its answer. Belongs into the transaction of its effects. Raises KeyMissing."""
    inbox_id = uuid4()
    connection.execute(
        _SQL["keep"],
        {
            **_named(request),
            "inbox_id": inbox_id,
            "request": request.name,
            "origin": request.origin,
            "number": request.number,
            "operation": request.operation,
            "content_hash": request.content_hash,
            "content_type": request.content_type,
            "sealed": vault.seal(request.body, _place({"inbox_id": inbox_id})),
            "deviations": list(request.deviations),
            "code": answered.code,
            "answer": answered.answer,
            "job_id": answered.job_id,
            "record_id": answered.record_id,
        },
    )


def of_records(database: Database, record_ids: list[RecordId]) -> list[dict[str, Any]]:
    """Return the requests that these records came in or that spoke of them, oldest first."""
    return database.fetch_all(_SQL["of_records"], {"ids": list(record_ids)})


def body(
    database: Database, vault: Vault, *, integration: str, sender: str, payload_id: str
) -> tuple[str, bytes] | None:
    """Return the Content-Type and the body of a request as it came, None if there is none. Raises DoesNotOpen."""
    row = database.fetch_one(_SQL["one"], {"integration": integration, "sender": sender, "payload_id": payload_id})
    return (row["content_type"], vault.open(bytes(row["sealed"]), _place(row))) if row else None


def prune(
    database: Database, integration: str, *, kept_for: timedelta, after: Reached, limit: int, actor: str
) -> Pruned:
    """Drop body and answer of the next `limit` requests of an integration that are older than `kept_for`.

    One whose record is under way, or waits dead for a person, is passed over.
    """
    asked = {
        "integration": integration,
        "kept_for": kept_for,
        "received_at": after.received_at,
        "inbox_id": after.inbox_id,
        "limit": limit,
        "at_their_end": _AT_THEIR_END,
        "actor": actor,
    }
    row = database.fetch_one(_SQL["prune"], asked)
    if row is None:
        return Pruned(requests=0, go_on_at=None)
    reached = Reached(received_at=row["received_at"], inbox_id=row["inbox_id"])
    return Pruned(requests=row["pruned"], go_on_at=reached if row["seen"] == limit else None)


def _named(request: Request) -> dict[str, Any]:
    return {"integration": request.integration, "sender": request.sender, "payload_id": request.payload_id}


def _was_sent_as(row: dict[str, Any], integration: str, payload_id: str) -> bool:
    """Tell whether a record's document went out under a payloadID, now or as the version that was delivered last."""
    if row["delivered_key"] == payload_id:
        return True
    refusals = payload_id.split(".")[1]
    return row["body_hash"] is not None and payload_id == dedupe_key(
        integration=integration,
        flow=row["flow"],
        record_id=RecordId(row["record_id"]),
        refusals=int(refusals) if refusals.isascii() and refusals.isdecimal() and len(refusals) < 10 else -1,
        body_hash=bytes(row["body_hash"]),
    )


def _place(row: dict[str, Any]) -> Place:
    return Place(table="inbox", column="sealed", row=str(row["inbox_id"]))


SEALED = SealedTable(name="inbox", sql=statements.load(__name__), before_first={"inbox_id": _NOBODY}, place=_place)
