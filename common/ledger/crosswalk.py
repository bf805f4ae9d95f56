"""The crosswalk as a whole: which documents of a flow there are, and what the target knows of them. Reads only."""

from collections.abc import Iterator

from common.database import statements
from common.database.pool import Database
from common.ledger import payload_place
from common.vault.seal import Vault
from schemas.identity import RecordId

_SQL = statements.load(__name__)
_PAGE = 500


def delivered(database: Database, integration: str, flow: str) -> dict[str, bool]:
    """Return the numbers of a flow's documents that were delivered: True if the target has it, False if canceled."""
    rows = database.fetch_all(_SQL["delivered"], {"integration": integration, "flow": flow})
    return {row["document_number"]: row["active"] for row in rows}


def newest_sources(
    database: Database, vault: Vault, integration: str, flow: str
) -> Iterator[tuple[RecordId, str, bytes]]:
    """Yield record, number and payload of the newest version of every document of a flow.

    Read page by page, so that a ledger of any size fits. Raises DoesNotOpen.
    """
    after = ""
    while True:
        asked = {"integration": integration, "flow": flow, "after": after, "limit": _PAGE}
        rows = database.fetch_all(_SQL["newest_sources"], asked)
        for row in rows:
            record_id = RecordId(row["record_id"])
            source = vault.open(bytes(row["sealed"]), payload_place.place(record_id, "source"))
            yield record_id, row["document_number"], source
        if len(rows) < _PAGE:
            return
        after = rows[-1]["document_key"]
