"""Suppliers' invoices, from JAGGAER to Oracle, for three-way matching.

Source: J1P invoices, listed by header and read whole (jaggaer-cxml.md, 2.2 and 2.3), and pushed cXML
InvoiceDetailRequests (6.5). Target: `invoices`, matched to the lines of orders (oracle-fusion.md, 3.4).

What came to JAGGAER from Oracle through us is not sent back. An invoice without an order is not sent: nothing says
which account would bear it.
"""

import hashlib

from common.connections.source import Row
from common.flows.flow import Flow, FromJaggaer, Lacking, Mapping
from common.jaggaer.listing import Listing
from common.ledger.verdicts import Need, SendAs, Transformed, Unchanged
from common.settings import J1pSettings
from schemas import exact_json, order_matching, pushed, supplier_invoice_checks
from schemas.cxml import supplier_invoice as cxml
from schemas.identity import Identity, body_hash
from schemas.j1p import supplier_invoice as j1p
from schemas.j1p.invoice_layout import J1pInvoiceLayout
from schemas.oracle import supplier_invoice as oracle
from schemas.purchase_order import PurchaseOrder
from schemas.supplier_invoice import BilledLine, SupplierInvoice

_NAME = "supplier_invoices"


def identify(row: Row, layout: J1pInvoiceLayout) -> Identity:
    """Return who an invoice is. Raises Refused."""
    document = pushed.of_row(row)
    return j1p.identify(row, layout) if document is None else cxml.identify(document)


def transform(row: Row, mapping: Mapping) -> Transformed | Unchanged:
    """Return what is to be sent of an invoice. Raises Refused or Lacking."""
    document, layout = pushed.of_row(row), mapping.j1p.invoice
    if document is None:
        needless, withdrawn = j1p.needless(row), j1p.is_withdrawn(row, layout)
    else:
        read = cxml.read(document)
        needless, withdrawn = cxml.needless(read), cxml.is_withdrawn(read)
    if needless is not None:
        return Unchanged(reason=needless)
    if withdrawn:
        return _canceled(identify(row, layout))
    invoice = j1p.parse(row, layout) if document is None else cxml.parse(cxml.read(document))
    return _matched(invoice, mapping)


def _matched(invoice: SupplierInvoice, mapping: Mapping) -> Transformed:
    supplier_invoice_checks.check(invoice)
    lines = order_matching.order_numbers(invoice)
    orders = {number: _order(invoice, line, mapping) for number, line in lines.items()}
    body = oracle.build(invoice, order_matching.match(invoice, orders, mapping.units))
    return Transformed(
        body=body,
        body_hash=body_hash(body),
        send_as=SendAs.PUT,
        mapping_version=mapping.version,
        lane=min(orders, default=None),
    )


def _order(invoice: SupplierInvoice, line: BilledLine, mapping: Mapping) -> PurchaseOrder:
    number = line.order_number or ""
    found = mapping.orders(number)
    if not found:
        raise Lacking(Need(flow="purchase_orders", number=number, field=line.place, noun="order"))
    return order_matching.chosen(invoice, line, found)


def _canceled(identity: Identity) -> Transformed:
    """Return the request to cancel what was posted; that is found by our reference, so its number is enough."""
    body = exact_json.dumps({"InvoiceNumber": identity.number})
    return Transformed(body=body, body_hash=hashlib.sha256(body).digest(), send_as=SendAs.CANCEL)


def listing(profile: J1pSettings) -> Listing:
    """Return where JAGGAER lists invoices."""
    return Listing(
        noun="invoice",
        path=profile.invoices_path,
        setting="invoices_path",
        changed_since=profile.supplier_invoices.changed_since,
        by_key=profile.supplier_invoices.by_key,
        date_format=profile.date_format,
        key=j1p.key,
        one_path=lambda row: _one_path(row, profile),
    )


def _one_path(row: Row, profile: J1pSettings) -> str:
    """Return where an invoice is shown whole. Raises ValueError for a row without id."""
    key = j1p.key(row)
    if key is None or not key.isascii() or not key.isalnum():
        raise ValueError(f"its invoiceId is {key!r}, not letters and digits")
    return profile.invoice_path.replace("{number}", key)


FLOW = Flow(
    name=_NAME,
    source=FromJaggaer(listing=listing, requests=frozenset({cxml.REQUEST})),
    identify=lambda row, told: identify(row, told.names.j1p.invoice),
    transform=transform,
    after=("acknowledgments", "receipts"),
)
