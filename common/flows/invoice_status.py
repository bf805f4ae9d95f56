"""The payment state of invoices, from Oracle to JAGGAER: partly paid, paid, canceled.

Source: the headers of `invoices`. Target: J1P payments (jaggaer-cxml.md, 2.4) or cXML StatusUpdateRequest. An invoice
of which nothing is paid is what the other side takes it to be, so that is only said to take back what was said before.

An invoice that JAGGAER had first (`supplier_invoices.py`) is named as JAGGAER named it: by its id (2.1), or by the
payloadID that it was pushed under (5.4). Where that is not known, it is named by its number and its supplier's name
(2.3): the supplier's number may be another one on each side.
"""

import hashlib
from dataclasses import replace

from common.connections.source import Row
from common.flows import invoices
from common.flows.flow import Flow, FromOracle, Mapping
from common.ledger.verdicts import Need, SendAs, Transformed, Unchanged
from common.settings import Dialect
from schemas.cxml import status_update_request
from schemas.identity import Identity, body_hash, is_document_reference
from schemas.invoice import Invoice, InvoiceStatus
from schemas.j1p import invoice_status as j1p
from schemas.oracle import invoice as oracle
from schemas.supplier_invoice import JaggaerName

_UNPAID = frozenset((InvoiceStatus.NOT_VALIDATED, InvoiceStatus.VALIDATED))


def identify(row: Row) -> Identity:
    """Return who an invoice is; a version of it is how far it is paid. Raises Refused."""
    identity = oracle.identify(row)
    state = f"{identity.number}|{oracle.status(row)}|{row.get('AmountPaid')}"
    return replace(identity, content_hash=hashlib.sha256(state.encode()).digest())


def transform(row: Row, mapping: Mapping) -> Transformed | Unchanged:
    """Return what is to be sent of the payment state of an invoice. Raises Refused."""
    invoice, reference = oracle.parse(row), row.get("ReferenceKeyOne")
    from_jaggaer = is_document_reference(reference)
    if mapping.dialect is Dialect.CXML and invoice.status is InvoiceStatus.CANCELED and not from_jaggaer:
        return Unchanged(reason="In cXML a canceled invoice is taken back as an invoice.")
    named = mapping.jaggaers_invoice(invoice.number, str(reference)) or JaggaerName() if from_jaggaer else None
    body = _written(invoice, named, mapping)
    unpaid = invoice.status in _UNPAID
    need = Need(flow=invoices.FLOW.name, key=str(invoice.key), field="InvoiceId", noun="invoice")
    return Transformed(
        body=body,
        body_hash=body_hash(body),
        send_as=SendAs.CANCEL if unpaid else SendAs.PUT,
        needs=() if unpaid or from_jaggaer else (need,),
    )


def _written(invoice: Invoice, named: JaggaerName | None, mapping: Mapping) -> bytes:
    """Return the body in the dialect that is spoken; `named` is what JAGGAER calls one that it had first."""
    if mapping.dialect is Dialect.CXML:
        return status_update_request.build(invoice, layout=mapping.cxml, named=named)
    return j1p.build(invoice, layout=mapping.j1p.invoice, named=named)


RESOURCE = replace(invoices.RESOURCE, children=())
"""The headers alone."""

FLOW = Flow(
    name="invoice_status",
    source=FromOracle(resource=lambda _: RESOURCE, cut=lambda _: ()),
    identify=lambda row, _: identify(row),
    transform=transform,
)
