"""Every flow there is."""

from types import MappingProxyType

from common.flows import purchase_orders
from common.ledger.rescue import Route

FLOWS = MappingProxyType({flow.name: flow for flow in (purchase_orders.FLOW,)})
"""The flows by name."""

ROUTES = [
    Route(flow=flow.name, poll_queue=flow.poll_queue, deliver_queue=flow.deliver_queue) for flow in FLOWS.values()
]
"""Which queues serve each flow."""
