"""Acknowledgments as the ledger has them: every version of all that was said of an order, but what people discarded."""

from collections.abc import Iterator

from common.database.pool import Database
from common.flows import acknowledgments
from common.ledger import books
from common.vault.seal import Vault
from schemas import exact_json
from schemas.acknowledgment_precedence import Said
from schemas.j1p.confirmation import ConfirmationLayout
from schemas.refusals import Refused


def of_order(
    database: Database, vault: Vault, integration: str, layout: ConfirmationLayout, number: str
) -> tuple[Said, ...]:
    """Return every readable version of the acknowledgments of an order's number, as they arrived.

    Raises DatabaseUnavailable or DoesNotOpen.
    """
    sources = books.every_source(database, vault, integration, acknowledgments.FLOW.name, number)
    return tuple(said for record_id, source in sources for said in _said(record_id, source, layout))


def _said(record_id: int, source: bytes, layout: ConfirmationLayout) -> Iterator[Said]:
    try:
        row = exact_json.loads(source)
        if isinstance(row, dict):
            yield acknowledgments.said(row, layout, arrived=record_id)
    except (exact_json.NotExactJson, Refused):
        return  # such a version is a dead letter of its own
