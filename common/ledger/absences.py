"""Absences: documents of a source that shows only what there is, and says nothing of what was deleted.

Such a source has no stamps either (oracle-fusion.md, 3.7: account combinations), so every job reads all of it. What a
job has not seen when it is through is gone.
"""

from typing import Any

from common.database import statements
from common.database.pool import Connection
from common.ledger.admission import Origin
from common.ledger.payload_place import place
from common.vault.seal import Vault
from schemas.identity import RecordId

_SQL = statements.load(__name__)


def mark_seen(connection: Connection, origin: Origin, keys: list[str]) -> None:
    """Note that this job has seen some documents."""
    connection.execute(_SQL["mark_seen"], {**_scope(origin), "keys": keys})


def unseen(connection: Connection, vault: Vault, origin: Origin) -> list[bytes]:
    """Return the last known source payloads of the documents that this job has not seen, in the order of their keys.

    Raises KeyMissing.
    """
    rows = connection.execute(_SQL["unseen"], _scope(origin)).fetchall()
    return [vault.open(bytes(row["sealed"]), place(RecordId(row["record_id"]), "source")) for row in rows]


def known(connection: Connection, origin: Origin) -> int:
    """Return how many documents of the flow the ledger knows."""
    row = connection.execute(_SQL["known"], _scope(origin)).fetchone()
    return int(row["documents"]) if row else 0


def _scope(origin: Origin) -> dict[str, Any]:
    return {"integration": origin.integration, "flow": origin.flow, "job_id": origin.job_id}
