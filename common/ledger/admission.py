"""Admission: the versions of documents that a page shows, taken into the ledger.

What a source shows again is not taken again; what cannot even be identified is taken too, dead from the start, so that
it is in the books and somebody sees it.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from common.database import statements
from common.database.pool import Connection
from common.ledger.payload_place import place
from common.ledger.stored_text import storable
from common.telemetry import redaction
from common.vault.seal import Vault
from schemas.identity import Identity, JobId, RecordId
from schemas.refusals import Refusal

_SQL = statements.load(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One row as the source gave it: its bytes, and who it is or why it cannot be told."""

    source: bytes = field(repr=False)
    identity: Identity | None
    refusal: Refusal | None = None
    content_hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Which job read a page, and when its request was sent (by the database's clock)."""

    integration: str
    flow: str
    job_id: JobId
    read_at: datetime
    actor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Admitted:
    """What a page brought that the ledger did not have: how many, and the oldest and newest stamps among them."""

    record_ids: tuple[RecordId, ...]
    stamps: tuple[datetime, ...]


def admit(connection: Connection, vault: Vault, origin: Origin, sightings: list[Sighting]) -> Admitted:
    """Take the versions that are not in the ledger yet. Belongs into the transaction that moves the job on."""
    known = [sighting for sighting in sightings if sighting.identity is not None]
    rows = connection.execute(_SQL["admit"], {**_origin(origin), **_columns(known)}).fetchall() if known else []
    sources = {(s.identity.key, s.identity.changed_at, s.content_hash): s.source for s in known if s.identity}
    plain = {
        RecordId(row["record_id"]): sources[row["document_key"], row["changed_at"], bytes(row["content_hash"])]
        for row in rows
    }
    for sighting in sightings:
        if sighting.refusal is not None:
            plain |= _admit_refused(connection, origin, sighting, sighting.refusal)
    if plain:
        sealed = [vault.seal(source, place(record_id, "source")) for record_id, source in plain.items()]
        connection.execute(_SQL["keep_payloads"], {"ids": list(plain), "sealed": sealed})
    return Admitted(record_ids=tuple(plain), stamps=tuple(row["changed_at"] for row in rows))


def _origin(origin: Origin) -> dict[str, Any]:
    return {
        "integration": origin.integration,
        "flow": origin.flow,
        "job_id": origin.job_id,
        "read_at": origin.read_at,
        "actor": origin.actor,
    }


def _columns(sightings: list[Sighting]) -> dict[str, list[Any]]:
    identities = [s.identity for s in sightings if s.identity]
    return {
        "keys": [identity.key for identity in identities],
        "numbers": [storable(identity.number) for identity in identities],
        "stamps": [identity.changed_at for identity in identities],
        "hashes": [identity.content_hash for identity in identities],
        "business_units": [storable(identity.business_unit) for identity in identities],
        "currencies": [storable(identity.currency) for identity in identities],
        "amounts": [identity.amount for identity in identities],
        "side_by_side": _side_by_side(identities),
    }


def _side_by_side(identities: list[Identity]) -> list[str]:
    """Return the documents of which a page shows more than one version."""
    versions: dict[str, set[tuple[datetime, bytes]]] = {}
    for identity in identities:
        versions.setdefault(identity.key, set()).add((identity.changed_at, identity.content_hash))
    return [key for key, found in versions.items() if len(found) > 1]


def _admit_refused(
    connection: Connection, origin: Origin, sighting: Sighting, refusal: Refusal
) -> dict[RecordId, bytes]:
    key = f"unidentified:{sighting.content_hash.hex()[:32]}"
    scope = {**_origin(origin), "key": key}
    if connection.execute(_SQL["refused_is_known"], scope).fetchone() is not None:
        return {}
    row = connection.execute(
        _SQL["admit_refused"],
        {
            **scope,
            "number": key[:24],
            "hash": sighting.content_hash,
            "reason": redaction.mask(refusal.reason),
            "class": refusal.category,
            "field": refusal.field,
            "value": storable(redaction.mask_field(refusal.field, refusal.value)),
            "next_step": refusal.next_step,
        },
    ).fetchone()
    return {RecordId(row["record_id"]): sighting.source} if row else {}
