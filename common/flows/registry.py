"""Every flow there is."""

from types import MappingProxyType

from common.flows import (
    account_combinations,
    acknowledgments,
    cost_centers,
    gl_accounts,
    invoice_status,
    invoices,
    jaggaer_accounts,
    jaggaer_cost_centers,
    jaggaer_suppliers,
    order_status,
    purchase_orders,
    receipts,
    ship_notices,
    supplier_invoices,
    suppliers,
)
from common.ledger.rescue import Route

FLOWS = MappingProxyType(
    {
        flow.name: flow
        for flow in (
            gl_accounts.FLOW,
            cost_centers.FLOW,
            account_combinations.FLOW,
            suppliers.FLOW,
            purchase_orders.FLOW,
            order_status.FLOW,
            invoices.FLOW,
            invoice_status.FLOW,
            jaggaer_accounts.FLOW,
            jaggaer_cost_centers.FLOW,
            jaggaer_suppliers.FLOW,
            acknowledgments.FLOW,
            receipts.FLOW,
            ship_notices.FLOW,
            supplier_invoices.FLOW,
        )
    }
)
"""The flows by name, what others need first."""

ROUTES = [
    Route(flow=flow.name, poll_queue=flow.poll_queue, deliver_queue=flow.deliver_queue) for flow in FLOWS.values()
]
"""Which queues serve each flow."""
