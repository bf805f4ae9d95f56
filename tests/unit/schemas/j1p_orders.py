"""Purchase orders as they are written for J1P, for the tests of that."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from schemas import exact_json
from schemas.identity import Action, Intent
from schemas.j1p.purchase_order import J1pLayout, J1pOrder, build, parse
from schemas.purchase_order import PurchaseOrder
from schemas.units import DEFAULT_UNITS
from tests.factories import AS_IN_SOURCE

LAYOUT = J1pLayout()
CREATE = Intent(
    action=Action.CREATE,
    serial=1,
    dedupe_key="7.0.abc@ml-connector",
    previous_key=None,
    stated_at=datetime(2025, 3, 6, 8, 0, tzinfo=UTC),
)
UPDATE = replace(CREATE, action=Action.UPDATE, serial=3, dedupe_key="9.0.def@ml-connector", previous_key="7.0")


def body(order: PurchaseOrder) -> bytes:
    return build(order, units=DEFAULT_UNITS, coder=AS_IN_SOURCE, layout=LAYOUT)


def built(order: PurchaseOrder) -> Any:
    return exact_json.loads(body(order))


def sent_lines(order: PurchaseOrder) -> Any:
    return built(order)["purchaseOrder"]["poLineList"]["poLine"]


def read(data: bytes) -> J1pOrder:
    return parse(exact_json.loads(data), LAYOUT)
