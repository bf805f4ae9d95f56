"""Purchase orders, from Oracle to JAGGAER.

Source: `purchaseOrders` with lines, schedules and distributions (oracle-fusion.md, 3.1), read by stamp and rescanned.
Target: J1P import (jaggaer-cxml.md, 2.4) or cXML OrderRequest (6.1), by the integration's dialect.

An order that is still being written or approved is not sent: its next version will be. A canceled order is sent as a
cancel of what the other side has; if it has nothing, there is nothing to send (`workers/delivery.py`). The content of a
cancel is not checked: it takes back what it says, and nothing may keep it from that.
"""

from dataclasses import replace

from common.connections.source import Row
from common.flows.coding_needs import Recorder
from common.flows.flow import Flow, FromOracle, Mapping
from common.ledger.verdicts import Need, SendAs, Transformed, Unchanged
from common.oracle.resource import Child, Resource
from common.settings import Dialect
from schemas import order_checks
from schemas.cxml import order_request
from schemas.identity import body_hash
from schemas.indirect import purchase_order as indirect
from schemas.j1p import purchase_order as j1p
from schemas.oracle import purchase_order as oracle
from schemas.purchase_order import OrderStatus, PurchaseOrder


def transform(row: Row, mapping: Mapping) -> Transformed | Unchanged:
    """Return what is to be sent of an order as Oracle gave it. Raises Refused."""
    if oracle.status(row) is OrderStatus.NOT_RELEASED:  # asked first: a draft may lack what a released order must have
        return Unchanged(reason=f"An order in status {row.get('Status')} is not released to JAGGAER yet.")
    order = oracle.parse(row)
    canceled = order.status is OrderStatus.CANCELED or all(line.canceled for line in order.lines)
    if not canceled:
        order_checks.check(order, mapping.max_lengths)
    coder = Recorder(mapping.coder)
    body = _written(_to_delete(order) if canceled else order, mapping, coder)
    return Transformed(
        body=body,
        body_hash=body_hash(body),
        send_as=SendAs.CANCEL if canceled else SendAs.PUT,
        needs=() if canceled else (*_supplier(order), *coder.needs(mapping.references)),
        mapping_version=mapping.version,
    )


def _written(order: PurchaseOrder, mapping: Mapping, coder: Recorder) -> bytes:
    """Return the body in the dialect that is spoken."""
    units = mapping.units(order.business_unit)
    match mapping.dialect:
        case Dialect.J1P:
            return j1p.build(order, units=units, coder=coder, layout=mapping.j1p.order)
        case Dialect.CXML:
            return order_request.build(order, units=units, coder=coder, layout=mapping.cxml)
        case Dialect.INDIRECT:
            return indirect.build(order, units=units, coder=coder, layout=mapping.indirect)


def _supplier(order: PurchaseOrder) -> tuple[Need, ...]:
    """Return the supplier that JAGGAER must know first."""
    key = order.supplier.source_id
    if key is None:
        return ()
    return (Need(flow="suppliers", key=str(key), field="SupplierId", noun="supplier"),)


def _to_delete(order: PurchaseOrder) -> PurchaseOrder:
    """Return the order with its lines: a delete repeats what it deletes, an update leaves canceled lines out (6.1)."""
    return replace(order, lines=tuple(replace(line, canceled=False) for line in order.lines))


RESOURCE = Resource(
    path="purchaseOrders",
    key="POHeaderId",
    number="OrderNumber",
    unit="ProcurementBU",
    children=(
        Child(
            accessor="lines",
            key="POLineId",
            children=(
                Child(
                    accessor="schedules",
                    key="LineLocationId",
                    children=(Child(accessor="distributions", key="PODistributionId"),),
                ),
            ),
        ),
    ),
)
"""Orders whole (oracle-fusion.md, 3.1)."""

FLOW = Flow(
    name="purchase_orders",
    source=FromOracle(resource=lambda _: RESOURCE, cut=oracle.cut_children),
    identify=lambda row, _: oracle.identify(row),
    transform=transform,
)
