"""Purchase orders, from Oracle to JAGGAER.

Source: `purchaseOrders` with lines, schedules and distributions (oracle-fusion.md, 3.1), read by stamp and rescanned.
Target: J1P import (jaggaer-cxml.md, 2.4) or cXML OrderRequest (6.1), by the integration's dialect.

An order that is still being written or approved is not sent: its next version will be. A canceled order is sent as a
cancel of what the other side has; if it has nothing, there is nothing to send (`workers/delivery.py`). The content of a
cancel is not checked: it takes back what it says, and nothing may keep it from that.
"""

from dataclasses import replace

from common.flows.flow import Flow, Mapping
from common.ledger.verdicts import SendAs, Transformed, Unchanged
from common.oracle.answers import Row
from common.oracle.client import OracleClient
from common.settings import Dialect
from schemas import order_checks
from schemas.cxml import order_request
from schemas.j1p import purchase_order as j1p
from schemas.oracle import purchase_order as oracle
from schemas.purchase_order import OrderStatus, PurchaseOrder
from schemas.tickets import Queue


def transform(row: Row, mapping: Mapping) -> Transformed | Unchanged:
    """Return what is to be sent of an order as Oracle gave it. Raises Refused."""
    if oracle.status(row) is OrderStatus.NOT_RELEASED:  # asked first: a draft may lack what a released order must have
        return Unchanged(reason=f"An order in status {row.get('Status')} is not released to JAGGAER yet.")
    order = oracle.parse(row)
    canceled = order.status is OrderStatus.CANCELED or all(line.canceled for line in order.lines)
    send_as = SendAs.CANCEL if canceled else SendAs.PUT
    if not canceled:
        order_checks.check(order, mapping.max_lengths)
    if mapping.dialect is Dialect.J1P:
        body = j1p.build(order, units=mapping.units, coder=mapping.coder, layout=mapping.j1p)
        return Transformed(body=body, body_hash=j1p.content_hash(body), send_as=send_as)
    whole = _to_delete(order) if canceled else order
    body = order_request.build(whole, units=mapping.units, coder=mapping.coder, layout=mapping.cxml)
    return Transformed(body=body, body_hash=order_request.content_hash(body), send_as=send_as)


def _to_delete(order: PurchaseOrder) -> PurchaseOrder:
    """Return the order with its lines: a delete repeats what it deletes, an update leaves canceled lines out (6.1)."""
    return replace(order, lines=tuple(replace(line, canceled=False) for line in order.lines))


FLOW = Flow(
    name="purchase_orders",
    poll_queue=Queue.ORACLE_POLL,
    deliver_queue=Queue.JAGGAER_DELIVER,
    page=OracleClient.purchase_orders,
    whole=OracleClient.whole_purchase_order,
    shows=OracleClient.shows_purchase_order,
    identify=oracle.identify,
    cut=oracle.cut_children,
    transform=transform,
    target=lambda targets: targets.purchase_orders,
    sight=OracleClient.sight_purchase_orders,
)
