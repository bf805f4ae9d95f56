"""Suppliers' invoices as the ledger has them: what JAGGAER itself calls an invoice that it had first.

Oracle keeps our reference with what we posted (oracle-fusion.md, 4). The reference is made of the key of the document,
which is JAGGAER's own id, or who pushed it and its number: so it tells which of the documents of a number it was,
whatever the supplier is called on either side.
"""

from common.connections.source import Row
from common.database.pool import Database
from common.flows import supplier_invoices
from common.ledger import books
from common.vault.seal import Vault
from schemas import exact_json, pushed
from schemas.identity import document_reference
from schemas.j1p.invoice_layout import J1pInvoiceLayout
from schemas.refusals import Refused
from schemas.supplier_invoice import JaggaerName


def of_reference(
    database: Database, vault: Vault, integration: str, layout: J1pInvoiceLayout, number: str, reference: str
) -> JaggaerName | None:
    """Return what JAGGAER calls the invoice that we posted under a reference, None if the ledger has no such one.

    Raises DatabaseUnavailable or DoesNotOpen.
    """
    flow = supplier_invoices.FLOW.name
    for source in books.newest_sources(database, vault, integration, flow, number):
        named = named_by(source, layout)
        if named is not None and document_reference(integration=integration, flow=flow, key=named[0]) == reference:
            return named[1]
    return None


def named_by(source: bytes, layout: J1pInvoiceLayout) -> tuple[str, JaggaerName] | None:
    """Return the key of a version and what JAGGAER calls it, None for one that cannot be read. Pure."""
    try:
        row = exact_json.loads(source)
        return _named(row, layout) if isinstance(row, dict) else None
    except (exact_json.NotExactJson, Refused):
        return None  # such a version is a dead letter of its own


def _named(row: Row, layout: J1pInvoiceLayout) -> tuple[str, JaggaerName]:
    document, key = pushed.of_row(row), supplier_invoices.identify(row, layout).key
    if document is None:
        return key, JaggaerName(jaggaer_id=key, payload_id=None)
    return key, JaggaerName(jaggaer_id=None, payload_id=document.payload_id or None)
