"""Purchase orders as they are written for J1P, for the tests of that."""

from typing import Any

from schemas import exact_json
from schemas.j1p.purchase_order import J1pLayout, J1pOrder, build, parse
from schemas.purchase_order import PurchaseOrder
from schemas.units import DEFAULT_UNITS
from tests.factories import AS_IN_SOURCE

LAYOUT = J1pLayout()


def body(order: PurchaseOrder) -> bytes:
    return build(order, units=DEFAULT_UNITS, coder=AS_IN_SOURCE, layout=LAYOUT)


def built(order: PurchaseOrder) -> Any:
    return exact_json.loads(body(order))


def sent_lines(order: PurchaseOrder) -> Any:
    return built(order)["purchaseOrder"]["poLineList"]["poLine"]


def read(data: bytes) -> J1pOrder:
    return parse(exact_json.loads(data), LAYOUT)
