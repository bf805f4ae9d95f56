"""Suppliers, from Oracle to JAGGAER.

Source: `suppliers` with addresses, sites and their assignments, and contacts (oracle-fusion.md, 3.5). Target: J1P
import (jaggaer-cxml.md, 2.4) or the SupplierSyncMessage (3.3). A supplier is never taken away: one that is inactive is
sent as inactive, and one that was never sent is not sent for that. Where either side may change suppliers, the record
only says which one changed: both sides are compared at delivery (`common/sides/shared_documents.py`).
"""

from dataclasses import replace

from common.connections.source import Row
from common.flows.flow import Flow, FromOracle, Mapping
from common.ledger.verdicts import SendAs, Transformed, Unchanged
from common.oracle.resource import Child, Resource
from common.settings import Dialect
from schemas.identity import body_hash
from schemas.indirect import supplier_sync
from schemas.j1p import supplier as j1p
from schemas.oracle import supplier as oracle
from schemas.shared_reference import SharedReference


def transform(row: Row, mapping: Mapping) -> Transformed | Unchanged:
    """Return what is to be sent of a supplier. Raises Refused."""
    supplier = oracle.parse(row)
    send_as = SendAs.PUT if supplier.active else SendAs.CANCEL
    if mapping.dialect is Dialect.J1P:
        body = j1p.build(supplier, layout=mapping.j1p.supplier)
        sent = Transformed(body=body, body_hash=body_hash(body), send_as=send_as)
        reference = SharedReference(oracle_key=str(supplier.key), number=supplier.number)
        return replace(sent, body=reference.encode()) if mapping.shared else sent
    body = supplier_sync.build(supplier, layout=mapping.indirect)
    return Transformed(body=body, body_hash=body_hash(body), send_as=send_as)


RESOURCE = Resource(
    path="suppliers",
    key="SupplierId",
    number="SupplierNumber",
    children=(
        Child(accessor="addresses", key="SupplierAddressId"),
        Child(
            accessor="sites",
            key="SupplierSiteId",
            children=(Child(accessor="assignments", key="AssignmentId"),),
        ),
        Child(accessor="contacts", key="SupplierContactId"),
    ),
)
"""Suppliers whole (oracle-fusion.md, 3.5)."""

FLOW = Flow(
    name="suppliers",
    source=FromOracle(resource=lambda _: RESOURCE, cut=oracle.cut_children),
    identify=lambda row, _: oracle.identify(row),
    transform=transform,
)
