"""Purchase orders as the ledger has them: what acknowledgments, receipts and supplier invoices are about."""

from common.database.pool import Database
from common.flows import purchase_orders
from common.ledger import books
from common.vault.seal import Vault
from schemas import exact_json
from schemas.oracle import purchase_order as oracle
from schemas.purchase_order import PurchaseOrder
from schemas.refusals import Refused


def of_number(database: Database, vault: Vault, integration: str, number: str) -> tuple[PurchaseOrder, ...]:
    """Return the newest readable version of each order of a number; it is unique only within a legal entity.

    Raises DatabaseUnavailable or DoesNotOpen.
    """
    sources = books.newest_sources(database, vault, integration, purchase_orders.FLOW.name, number)
    return tuple(order for order in map(_order, sources) if order is not None)


def _order(source: bytes) -> PurchaseOrder | None:
    try:
        row = exact_json.loads(source)
        return oracle.parse(row) if isinstance(row, dict) else None
    except (exact_json.NotExactJson, Refused):
        return None  # such a version is a dead letter of its own
