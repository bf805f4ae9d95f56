"""How a J1P order is read back and compared."""

from dataclasses import replace
from decimal import Decimal

import pytest

from schemas.exact_json import JsonValue
from schemas.j1p.purchase_order import (
    J1pLine,
    J1pOrder,
    J1pSupplier,
    UnreadableOrder,
    address,
    other_owner,
    parse,
    same_content,
)
from tests.factories import purchase_order
from tests.intents import UPDATE
from tests.unit.schemas.j1p_orders import LAYOUT, body, read


def test_our_own_message_is_read_back() -> None:
    assert read(address(body(purchase_order()), UPDATE, LAYOUT)) == J1pOrder(
        number="US164861",
        revision=2,
        canceled=False,
        currency="USD",
        total=Decimal("1712.75"),
        lines=(
            J1pLine(
                number=1,
                quantity=Decimal(10),
                unit_price=Decimal(150),
                uom="EA",
                description="Network switch, 24 ports",
            ),
            J1pLine(
                number=2,
                quantity=Decimal(1),
                unit_price=Decimal("212.75"),
                uom="EA",
                description="Installation",
            ),
        ),
        original_request_id=UPDATE.dedupe_key,
        legal_entity="Vision Operations",
        business_unit="Vision Operations",
        supplier=J1pSupplier(name="Advanced Network Devices", external_id="300100047414503", site="FRESNO"),
    )


JAGGAERS_LINE: dict[str, JsonValue] = {
    "lineNumber": "1",
    "quantity": "10.0",
    "unitPrice": {"currency": "USD", "money": "150"},
    "item": {"unitOfMeasure": {"dimension": "EA"}},
}
JAGGAERS_HEADER: dict[str, JsonValue] = {
    "poNumber": "US164861",
    "revisionNumber": "2",
    "status": "Cancelled",
    "total": {"currency": "USD", "value": "1500.0"},
    "originalRequestMessageId": "k",
    "legalEntity": "Vision France",
    "businessUnit": {"internalName": "Vision Paris", "name": "Paris"},
    "supplier": {"id": 12, "name": "Office Depot", "supplierNumber": "1013"},
}


@pytest.mark.parametrize(
    "order",
    [
        {"header": JAGGAERS_HEADER, "lineList": {"poLine": [JAGGAERS_LINE]}},
        {"poHeader": JAGGAERS_HEADER, "poLineList": {"poLine": JAGGAERS_LINE}},
        {"purchaseOrder": {"poHeader": JAGGAERS_HEADER, "poLineList": {"poLine": [JAGGAERS_LINE]}}},
    ],
)
def test_jaggaers_answer_is_read_in_its_wrappers_with_strings_for_numbers(order: dict[str, JsonValue]) -> None:
    answer: JsonValue = {"returnCode": "0", "jipurchaseorderList": {"jipurchaseorder": [order]}}
    line = J1pLine(number=1, quantity=Decimal(10), unit_price=Decimal(150), uom="EA", description=None)
    expected = J1pOrder(
        number="US164861",
        revision=2,
        canceled=True,
        currency="USD",
        total=Decimal(1500),
        lines=(line,),
        original_request_id="k",
        legal_entity="Vision France",
        business_unit="Vision Paris",
        supplier=J1pSupplier(name="Office Depot", external_id=None, site=None),
    )
    assert parse(answer, LAYOUT) == parse(order, LAYOUT) == expected


def test_an_order_without_optional_fields_is_read() -> None:
    order = parse({"header": {"poNumber": "1"}}, LAYOUT)
    assert (order.revision, order.canceled, order.currency, order.total, order.lines) == (None, False, None, None, ())
    assert (order.legal_entity, order.business_unit) == (None, None)
    assert order.supplier == J1pSupplier(name=None, external_id=None, site=None)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ([], "not a JSON object"),
        ({}, "no poNumber"),
        ({"jipurchaseorderList": {"jipurchaseorder": []}}, "holds 0 orders"),
        ({"jipurchaseorderList": None}, "holds 0 orders"),
        ({"jipurchaseorderList": []}, "not an object"),
        ({"header": {"poNumber": {}}}, "poNumber is not text"),
        ({"header": {"poNumber": "1", "revisionNumber": "1.5"}}, "revisionNumber is 1.5"),
        ({"header": {"poNumber": "1", "total": {"value": "much"}}}, "'much', not a number"),
        ({"header": {"poNumber": "1"}, "lineList": {"poLine": [1]}}, "something else than objects"),
        ({"header": {"poNumber": "1"}, "lineList": {"poLine": [{}]}}, "no lineNumber"),
    ],
)
def test_what_is_no_order_is_refused_by_field(value: JsonValue, message: str) -> None:
    with pytest.raises(UnreadableOrder) as caught:
        parse(value, LAYOUT)
    assert message in str(caught.value)


SENT = read(address(body(purchase_order()), UPDATE, LAYOUT))


@pytest.mark.parametrize(
    "other",
    [
        replace(SENT, revision=None, original_request_id=None),
        replace(SENT, total=Decimal("1712.7500")),
        replace(SENT, total=None, currency=None),
        replace(SENT, legal_entity=None, business_unit=None),
        replace(SENT, supplier=J1pSupplier(name=None, external_id=None, site=None)),
        replace(SENT, supplier=replace(SENT.supplier, name="ADVANCED NETWORK DEVICES ")),
        replace(SENT, lines=tuple(replace(line, uom=None, description=None) for line in SENT.lines)),
        replace(SENT, lines=tuple(replace(line, unit_price=Decimal(f"{line.unit_price}0")) for line in SENT.lines)),
    ],
)
def test_the_same_content_is_recognised_however_it_is_written(other: J1pOrder) -> None:
    assert same_content(SENT, other)


@pytest.mark.parametrize(
    "other",
    [
        replace(SENT, number="US164862"),
        replace(SENT, canceled=True),
        replace(SENT, currency="EUR"),
        replace(SENT, total=Decimal("1712.76")),
        replace(SENT, lines=SENT.lines[:1]),
        replace(SENT, legal_entity="Vision France"),
        replace(SENT, business_unit="Vision Paris"),
        replace(SENT, supplier=replace(SENT.supplier, name="Office Depot")),
        replace(SENT, supplier=replace(SENT.supplier, external_id="12")),
        replace(SENT, supplier=replace(SENT.supplier, site="PARIS")),
        *(
            replace(SENT, lines=(replace(SENT.lines[0], **change), SENT.lines[1]))
            for change in (
                {"number": 3},
                {"quantity": Decimal(11)},
                {"quantity": None},
                {"unit_price": Decimal("150.01")},
                {"uom": "BX"},
                {"description": "Network switch"},
            )
        ),
    ],
)
def test_another_content_is_told_apart(other: J1pOrder) -> None:
    assert not same_content(SENT, other)


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (replace(SENT, legal_entity="Vision France"), "legal entity 'Vision France' (ours: 'Vision Operations')"),
        (
            replace(SENT, supplier=replace(SENT.supplier, external_id="12")),
            "supplier id '12' (ours: '300100047414503')",
        ),
        (replace(SENT, supplier=replace(SENT.supplier, name="Other", external_id=None)), "supplier 'Other' (ours: "),
    ],
)
def test_an_order_of_another_legal_entity_or_supplier_is_another_order(other: J1pOrder, said: str) -> None:
    assert said in (other_owner(other, SENT) or "")


@pytest.mark.parametrize(
    "other",
    [
        SENT,
        replace(SENT, legal_entity=None, supplier=J1pSupplier(name=None, external_id=None, site=None)),
        replace(SENT, supplier=replace(SENT.supplier, name="Renamed", site="PARIS")),
        replace(SENT, legal_entity=" vision  operations", business_unit="Vision Paris", lines=()),
    ],
)
def test_an_order_of_the_same_legal_entity_and_supplier_is_ours(other: J1pOrder) -> None:
    assert other_owner(other, SENT) is None
