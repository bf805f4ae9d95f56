"""J1P orders where a customer has other names for their fields."""

from typing import Any

import pytest

from schemas import exact_json
from schemas.j1p.layout import FIELDS
from schemas.j1p.purchase_order import J1pLayout, address, build, parse, same_content
from schemas.purchase_order import PurchaseOrder
from schemas.units import DEFAULT_UNITS
from tests.factories import AS_IN_SOURCE, order_line, purchase_order, service_line
from tests.intents import UPDATE
from tests.unit.schemas.j1p_orders import LAYOUT, body, read


def test_a_customers_names_are_used_for_writing_and_reading() -> None:
    layout = J1pLayout(order="po", header="head", line_list="rows", line="row", number="no", revision="rev", batch="id")
    data = address(build(purchase_order(), units=DEFAULT_UNITS, coder=AS_IN_SOURCE, layout=layout), UPDATE, layout)
    order = parse(exact_json.loads(data), layout)
    assert (order.number, order.revision, order.original_request_id) == ("US164861", 2, UPDATE.dedupe_key)
    assert len(order.lines) == 2


def full_order() -> PurchaseOrder:
    """Return an order that states everything that an order can."""
    return purchase_order(note_to_supplier="Ring twice", lines=(order_line(), service_line(number=2)))


def field_names(value: object) -> set[str]:
    """Return every key of a JSON value, however deep."""
    if isinstance(value, dict):
        return set(value).union(*(field_names(inner) for inner in value.values()))
    return set().union(*(field_names(inner) for inner in value)) if isinstance(value, list) else set()


def test_every_field_that_is_sent_can_be_named_otherwise() -> None:
    message = exact_json.loads(address(body(full_order()), UPDATE, LAYOUT))
    own = {"purchaseOrder", "poHeader", "poLineList", "poLine", "batchId", "poNumber", "revisionNumber"}

    assert field_names(message) - own <= FIELDS
    assert len(field_names(message)) > 40


def test_a_customer_with_other_names_is_written_and_read_in_them() -> None:
    theirs = J1pLayout(names={name: f"x-{name}" for name in FIELDS})
    built_by_them = build(full_order(), units=DEFAULT_UNITS, coder=AS_IN_SOURCE, layout=theirs)
    message = exact_json.loads(address(built_by_them, UPDATE, theirs))
    own = {theirs.order, theirs.header, theirs.line_list, theirs.line, theirs.batch, theirs.number, theirs.revision}

    assert all(name.startswith("x-") for name in field_names(message) - own)
    assert same_content(parse(message, theirs), read(address(body(full_order()), UPDATE, LAYOUT)))
    assert parse(message, theirs).revision == UPDATE.serial - 1


@pytest.mark.parametrize(
    "layout",
    [
        {"names": {"buyer": "supplier"}},
        {"names": {"buyer": "x", "supplier": "x"}},
        {"names": {"buyer": ""}},
        {"names": {"buyer": "poNumber"}},
        {"number": "quantity"},
        {"order": "poHeader"},
        {"names": {"supplyer": "x"}},
    ],
)
def test_names_that_collide_are_refused(layout: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"name|field"):
        J1pLayout(**layout)


def test_two_fields_may_change_names() -> None:
    assert J1pLayout(names={"buyer": "supplier", "supplier": "buyer"}).names["buyer"] == "supplier"
