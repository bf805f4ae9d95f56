"""Dead letters: records that wait for a person, and what a person can do with them.

A replay begins again at the captured payload, because the mapping may have changed since. It comes by the command line
or by a shovel; both are this one compare-and-set, so a record that is replayed twice is replayed once.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from common.database import statements
from common.database.pool import Database
from common.ledger.payload_place import place
from common.ledger.rescue import Route
from common.ledger.verdicts import Dead, DeadClass
from common.telemetry import redaction
from common.vault.seal import DoesNotOpen, Vault
from schemas.identity import RecordId

_SQL = statements.load(__name__)
_BATCH = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A dead record, why it is dead, and what the source gave; None if that does not open."""

    record_id: RecordId
    flow: str
    reason: str
    source: bytes | None = field(repr=False)


def find(
    database: Database, *, category: DeadClass | None = None, with_discarded: bool = False, limit: int = 1000
) -> list[dict[str, Any]]:
    """Return dead records, oldest first: of one class if asked, discarded ones only if asked."""
    everything = with_discarded or category is DeadClass.DISCARDED
    return database.fetch_all(_SQL["list"], {"class": category, "all": everything, "limit": limit})


def waiting(database: Database, vault: Vault, integration: str, category: DeadClass) -> Iterator[Waiting]:
    """Yield the dead records of one class and integration, oldest first, page by page."""
    asked: dict[str, Any] = {"integration": integration, "class": category, "after": 0, "limit": _BATCH}
    while rows := database.fetch_all(_SQL["waiting"], asked):
        for row in rows:
            record_id = RecordId(row["record_id"])
            source = _opened(vault, record_id, row["sealed"])
            yield Waiting(record_id=record_id, flow=row["flow"], reason=row["reason"], source=source)
        asked["after"] = rows[-1]["record_id"]


def show(database: Database, record_id: RecordId) -> dict[str, Any] | None:
    """Return one dead record with its reason and next step; None if there is no dead record of that id."""
    return database.fetch_one(_SQL["show"], {"record_id": record_id})


def replay(database: Database, record_id: RecordId, *, actor: str, how: str) -> bool:
    """Bring a dead record back; return False, and change nothing, if it is not dead."""
    parameters = {"record_id": record_id, "actor": actor, "how": how}
    return database.fetch_one(_SQL["replay"], parameters) is not None


def discard(database: Database, record_id: RecordId, *, actor: str, reason: str) -> bool:
    """Note why a dead record need not go; return False if it is not dead or was discarded before."""
    parameters = {"record_id": record_id, "actor": actor, "reason": reason}
    return database.fetch_one(_SQL["discard"], parameters) is not None


def restate(database: Database, record_id: RecordId, verdict: Dead, *, actor: str) -> None:
    """Say anew why a record is dead, if it still is, of the same class, and for another reason than it says."""
    parameters = {
        "record_id": record_id,
        "class": verdict.category,
        "reason": redaction.mask(verdict.reason),
        "field": verdict.field,
        "value": redaction.mask_field(verdict.field, verdict.value),
        "next_step": redaction.mask(verdict.next_step),
        "actor": actor,
    }
    with database.connection() as connection:
        connection.execute(_SQL["restate"], parameters)


def still_waiting(database: Database, record_ids: list[RecordId]) -> set[RecordId]:
    """Return which of these records wait for a person."""
    rows = database.fetch_all(_SQL["still_waiting"], {"ids": list(record_ids)})
    return {RecordId(row["record_id"]) for row in rows}


def reissue_lost(database: Database, routes: list[Route], seen: set[RecordId], *, lost_after: timedelta) -> int:
    """Write tickets for records that wait for a person and whose ticket is in no dead-letter queue; return how many.

    `seen` are the records whose tickets are there, all of them.
    """
    parameters = {
        "flows": [route.flow for route in routes],
        "deliver_queues": [str(route.deliver_queue) for route in routes],
        "seen": sorted(seen),
        "lost_after": lost_after,
        "limit": _BATCH,
    }
    with database.connection() as connection:
        return connection.execute(_SQL["reissue_lost"], parameters).rowcount


def _opened(vault: Vault, record_id: RecordId, sealed: bytes) -> bytes | None:
    try:
        return vault.open(bytes(sealed), place(record_id, "source"))
    except DoesNotOpen:
        return None
