"""Where a record's sealed payload belongs: the associated data of its seal."""

from common.vault.seal import Place
from schemas.identity import RecordId


def place(record_id: RecordId, part: str) -> Place:
    """Return the place of a part (`source`, `target`) of a record's payload."""
    return Place(table="payload", column=part, row=str(record_id))
