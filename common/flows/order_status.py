"""The state of purchase orders, from Oracle to JAGGAER: what is to be sent of a row.

An order whose state alone changes is not sent again by the flow of orders; its state goes as a document of its own.
Open is what the other side takes an order to be, so an open order is sent as taking back what was said of it before,
and if nothing was, nothing is sent (`workers/delivery.py`). A canceled order is taken back by the flow of orders.

Limits: transform does not know the payloadID under which the order went, so a cXML document names it by its number.
"""

from common.flows.flow import Mapping
from common.ledger.verdicts import SendAs, Transformed, Unchanged
from common.oracle.answers import Row
from common.settings import Dialect
from schemas.cxml import order_status_update
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
        body = j1p.build(change, layout=mapping.j1p)
        return Transformed(body=body, body_hash=j1p.content_hash(body), send_as=send_as)
    body = order_status_update.build(change, order_payload_id=None)
    return Transformed(body=body, body_hash=order_status_update.content_hash(body), send_as=send_as)
