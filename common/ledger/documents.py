"""Documents as they stand: the newest version of each, with what became of it and what the source gave. Reads only."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from common.database import statements
from common.database.pool import Database
from common.ledger import payload_place
from common.ledger.states import State
from common.vault.seal import DoesNotOpen, Vault
from schemas.identity import RecordId

_SQL = statements.load(__name__)
_BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Newest:
    """The newest version of a document. `source` is None if it does not open; the last three only if it is dead."""

    record_id: RecordId
    number: str
    business_unit: str | None
    state: State
    captured_at: datetime
    source: bytes | None = field(repr=False)
    dead_class: str | None
    reason: str | None
    next_step: str | None


def newest(
    database: Database, vault: Vault, integration: str, flow: str, *, numbers: Sequence[str] | None = None
) -> Iterator[Newest]:
    """Yield the newest version of each document of a flow, or of those of some numbers, batch by batch."""
    asked: dict[str, Any] = {
        "integration": integration,
        "flow": flow,
        "numbers": None if numbers is None else list(numbers),
        "after": "",
        "limit": _BATCH,
    }
    while rows := database.fetch_all(_SQL["newest"], asked):
        for row in rows:
            yield _newest(vault, row)
        asked["after"] = rows[-1]["document_key"]


def _newest(vault: Vault, row: dict[str, Any]) -> Newest:
    record_id = RecordId(row["record_id"])
    return Newest(
        record_id=record_id,
        number=row["document_number"],
        business_unit=row["business_unit"],
        state=State(row["state"]),
        captured_at=row["captured_at"],
        source=_opened(vault, record_id, row["sealed"]),
        dead_class=row["dead_class"],
        reason=row["outcome"],
        next_step=row["next_step"],
    )


def _opened(vault: Vault, record_id: RecordId, sealed: bytes | None) -> bytes | None:
    try:
        return None if sealed is None else vault.open(bytes(sealed), payload_place.place(record_id, "source"))
    except DoesNotOpen:
        return None
