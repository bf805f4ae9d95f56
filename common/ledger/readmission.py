"""Readmission: a document's newest version once more, as a version of its own.

For what changed outside of the document: a person decided a conflict, or said which document of the other side is
meant. Nothing of what was delivered counts as known any more, so the version is judged afresh.
"""

from common.database import statements
from common.database.pool import Connection
from common.ledger.payload_place import place
from common.vault.seal import Vault
from schemas.identity import RecordId

_SQL = statements.load(__name__)


def readmit(
    connection: Connection, vault: Vault, *, integration: str, flow: str, key: str, actor: str, because: str
) -> RecordId | None:
    """Take the newest version of a document again, with its ticket and event. Belongs into a transaction.

    None, and nothing is done, if there is none, or if it was taken again for this very reason: what did not help once
    would go in circles. Raises DoesNotOpen.
    """
    parameters = {"integration": integration, "flow": flow, "key": key, "actor": actor, "because": because}
    newest = connection.execute(_SQL["newest"], parameters).fetchone()
    if newest is None:
        return None
    source = vault.open(bytes(newest["sealed"]), place(RecordId(newest["record_id"]), "source"))
    fresh = connection.execute(_SQL["readmit"], {**parameters, "of": newest["record_id"]}).fetchone()
    if fresh is None:
        return None
    record_id = RecordId(fresh["record_id"])
    kept = {"record_id": record_id, "sealed": vault.seal(source, place(record_id, "source"))}
    connection.execute(_SQL["keep_payload"], kept)
    return record_id
