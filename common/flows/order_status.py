"""The state of purchase orders, from Oracle to JAGGAER: closed, on hold, open again.

An order whose state alone changes is not sent again by the flow of orders; its state goes as a document of its own.
Open is what the other side takes an order to be, so an open order is sent as taking back what was said of it before,
and if nothing was, nothing is sent (`workers/delivery.py`). A canceled order is taken back by the flow of orders.

Limits: transform does not know the payloadID under which the order went, so a cXML document names it by its number.
"""

from dataclasses import replace

from common.connections.source import Row
from common.flows import purchase_orders
from common.flows.flow import Flow, FromOracle, Mapping
from common.ledger.verdicts import Need, SendAs, Transformed, Unchanged
from common.settings import Dialect
from schemas.cxml import order_status_update
from schemas.identity import body_hash
from schemas.j1p import order_status as j1p
from schemas.oracle import order_status_change as oracle
from schemas.order_status import OrderState


def transform(row: Row, mapping: Mapping) -> Transformed | Unchanged:
    """Return what is to be sent of an order's state. Raises Refused for a state that nobody knows."""
    change = oracle.parse(row)
    if change is None:
        return Unchanged(reason=f"An order in status {row.get('Status')} is not released to JAGGAER yet.")
    if change.state is OrderState.CANCELED:
        return Unchanged(reason="A canceled order is sent as a cancel of the order.")
    send_as = SendAs.CANCEL if change.state is OrderState.OPEN else SendAs.PUT
    if mapping.dialect is Dialect.J1P:
        body = j1p.build(change, layout=mapping.j1p.order)
    else:
        body = order_status_update.build(change, order_payload_id=None)
    need = Need(flow=purchase_orders.FLOW.name, key=str(change.key), field="POHeaderId", noun="order")
    needs = (need,) if send_as is SendAs.PUT else ()
    return Transformed(body=body, body_hash=body_hash(body), send_as=send_as, needs=needs)


RESOURCE = replace(purchase_orders.RESOURCE, children=())
"""The headers alone (oracle-fusion.md, 3.1)."""

FLOW = Flow(
    name="order_status",
    source=FromOracle(resource=lambda _: RESOURCE, cut=oracle.cut_children),
    identify=lambda row, _: oracle.identify(row),
    transform=transform,
)
