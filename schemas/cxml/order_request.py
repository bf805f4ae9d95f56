"""cXML purchase orders: building the OrderRequest, and reading an order document back.

`build` writes what the order says and depends on nothing else: the same order gives the same bytes, which tell whether
anything changed for the other side. What belongs to one delivery is added by `envelope.address`. The element set is the
small one of jaggaer-cxml.md, 6.1: valid for cXML 1.2.014 and for every later 1.2. Where each value goes:
`order_header.py` and `item_out.py`.

Limits: lines that are cancelled are left out, which cancels them at the receiver (6.1); an order without a line cannot
be said in cXML, so whoever deletes an order builds it with the lines that it had.
"""

from lxml import etree

from schemas.coding import Coder
from schemas.cxml.item_out import add_line
from schemas.cxml.layout import CxmlLayout
from schemas.cxml.order_header import add_header
from schemas.cxml.order_reading import (
    CxmlLine,
    CxmlOrder,
    NotAnOrderRequest,
    RequestType,
    order_request_of,
    parse,
)
from schemas.cxml.values import CxmlDistribution
from schemas.purchase_order import PurchaseOrder
from schemas.refusals import Refusal, RefusalClass, Refused
from schemas.units import UnitMap

__all__ = (
    "CxmlDistribution",
    "CxmlLayout",
    "CxmlLine",
    "CxmlOrder",
    "NotAnOrderRequest",
    "RequestType",
    "build",
    "order_request_of",
    "parse",
)


def build(order: PurchaseOrder, *, units: UnitMap, coder: Coder, layout: CxmlLayout) -> bytes:
    """Return the OrderRequest element in UTF-8, without what depends on the delivery.

    Raises Refused: INVALID where the order lacks what cXML requires or its charges do not add up, MAPPING for a unit
    or an account that has no counterpart.
    """
    lines = [line for line in order.lines if not line.canceled]
    if not lines:
        raise Refused(
            Refusal(
                category=RefusalClass.INVALID,
                field="lines",
                value=f"{len(order.lines)} lines, none of them live",
                reason=f"order {order.number} has no line left to send, and cXML requires one.",
                next_step="Cancel the whole order at its source: it is then sent as a delete.",
            )
        )
    root = etree.Element("OrderRequest")
    add_header(root, order, lines, layout)
    for line in lines:
        add_line(root, order, line, units, coder, layout)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=False)
