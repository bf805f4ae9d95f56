"""Invoices, from Oracle to JAGGAER.

Source: `invoices` with lines, distributions and installments (oracle-fusion.md, 3.4), read by stamp and rescanned.
Target: J1P import (jaggaer-cxml.md, 2.3), cXML InvoiceDetailRequest (6.4) or BuyerInvoiceOcrMessage (3.4).

An invoice is sent once it is validated; until then its amounts need not agree. What is paid, and in J1P and Indirect
XML that it was canceled, goes as its payment state (`invoice_status.py`): only cXML can take an invoice back. What was
posted from JAGGAER (`supplier_invoices.py`) is not sent back to it.
"""

from common.connections.source import Row
from common.flows.coding_needs import Recorder
from common.flows.flow import Flow, FromOracle, Mapping
from common.ledger.verdicts import Need, SendAs, Transformed, Unchanged
from common.oracle.resource import Child, Resource
from common.settings import Dialect
from schemas.cxml import invoice_detail_request
from schemas.identity import body_hash, is_document_reference
from schemas.indirect import buyer_invoice
from schemas.invoice import Invoice, InvoiceStatus
from schemas.j1p import invoice as j1p
from schemas.oracle import invoice as oracle


def transform(row: Row, mapping: Mapping) -> Transformed | Unchanged:
    """Return what is to be sent of an invoice. Raises Refused."""
    if is_document_reference(row.get("ReferenceKeyOne")):
        return Unchanged(reason="JAGGAER had the invoice first: Oracle has it from there, through us.")
    status = oracle.status(row)
    if status is InvoiceStatus.NOT_VALIDATED:
        return Unchanged(reason="An invoice that is not validated is not sent to JAGGAER yet.")
    canceled = status is InvoiceStatus.CANCELED
    if canceled and mapping.dialect is not Dialect.CXML:
        return Unchanged(reason="That an invoice was canceled goes as its payment state.")
    invoice, coder = oracle.parse(row), Recorder(mapping.coder)
    body = _written(invoice, mapping, coder)
    return Transformed(
        body=body,
        body_hash=body_hash(body),
        send_as=SendAs.CANCEL if canceled else SendAs.PUT,
        needs=() if canceled else (*_parties(invoice), *coder.needs(mapping.references)),
        mapping_version=mapping.version,
    )


def _written(invoice: Invoice, mapping: Mapping, coder: Recorder) -> bytes:
    """Return the body in the dialect that is spoken."""
    units = mapping.units(invoice.business_unit)
    match mapping.dialect:
        case Dialect.J1P:
            return j1p.build(invoice, units=units, coder=coder, layout=mapping.j1p.invoice)
        case Dialect.CXML:
            return invoice_detail_request.build(invoice, units=units, coder=coder, layout=mapping.cxml)
        case Dialect.INDIRECT:
            return buyer_invoice.build(invoice, units=units, coder=coder, layout=mapping.indirect)


def _parties(invoice: Invoice) -> tuple[Need, ...]:
    """Return the supplier and the orders that JAGGAER must know first."""
    number = invoice.supplier.number
    supplier = [Need(flow="suppliers", number=number, field="SupplierNumber", noun="supplier")] if number else []
    matched = (line.order.number for line in invoice.live_lines if line.order is not None)
    orders = dict.fromkeys(filter(None, (invoice.order_number, *matched)))
    return (
        *supplier,
        *(Need(flow="purchase_orders", number=order, field="PurchaseOrderNumber", noun="order") for order in orders),
    )


RESOURCE = Resource(
    path="invoices",
    key="InvoiceId",
    number="InvoiceNumber",
    unit="BusinessUnit",
    children=(
        Child(
            accessor="invoiceLines",
            key="LineNumber",
            children=(Child(accessor="invoiceDistributions", key="InvoiceDistributionId"),),
        ),
        Child(accessor="invoiceInstallments", key="InstallmentNumber"),
    ),
)
"""Invoices whole (oracle-fusion.md, 3.4)."""

FLOW = Flow(
    name="invoices",
    source=FromOracle(resource=lambda _: RESOURCE, cut=oracle.cut_children),
    identify=lambda row, _: oracle.identify(row),
    transform=transform,
)
