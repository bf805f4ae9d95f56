"""Payloads as the vault sees them: the sealed column of a table, to be paged through when keys are rotated."""

from typing import Any

from common.database import statements
from common.ledger import payload_place
from common.vault.rotation import SealedTable
from common.vault.sealed_value import Place
from schemas.identity import RecordId


def _place(row: dict[str, Any]) -> Place:
    return payload_place.place(RecordId(row["record_id"]), row["part"])


SEALED = SealedTable(
    name="payload", sql=statements.load(__name__), before_first={"record_id": 0, "part": ""}, place=_place
)
