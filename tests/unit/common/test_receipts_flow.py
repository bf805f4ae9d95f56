"""What a receipt and its orders come to, and what a receipt waits for or is refused for."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from common.flows import receipts
from common.flows.flow import Lacking, Mapping
from common.ledger.verdicts import Transformed, Unchanged
from common.settings import Dialect
from schemas.oracle import receipt_wanted
from schemas.oracle.receipt_wanted import WantedReceipt
from schemas.purchase_order import PurchaseOrder
from schemas.refusals import RefusalClass, Refused
from tests.factories import order_line, purchase_order, schedule, service_line
from tests.fixtures.mappings import written_in
from tests.receipts import Object, cxml_item, cxml_receipt, j1p_line, j1p_receipt

GOODS = order_line(schedules=(schedule(organization="V1", direct_delivery=True),))
SERVICE = service_line(schedules=(schedule(quantity=None, amount=Decimal("212.75"), organization="V1"),))
ORDER = purchase_order(lines=(GOODS, SERVICE))


def mapping(*orders: PurchaseOrder) -> Mapping:
    known = orders or (ORDER,)
    return written_in(Dialect.J1P, orders=lambda number: tuple(one for one in known if one.number == number))


def wanted(row: Object, *orders: PurchaseOrder) -> WantedReceipt:
    written = receipts.transform(row, mapping(*orders))
    assert isinstance(written, Transformed)
    return receipt_wanted.decode(written.body)


def test_lines_about_one_order_line_are_wanted_together() -> None:
    row = j1p_receipt(
        j1p_line(1),
        j1p_line(2, quantity="2.5"),
        j1p_line(3, quantity="1", action="Returned"),
        j1p_line(4, quantity="9", action="Cancelled"),
    )
    (line,) = wanted(row).lines
    assert (line.received, line.returned, line.unit, line.said_by) == (Decimal("6.5"), Decimal(1), "Ea", (1, 2, 3, 4))
    assert (line.order.key, line.order.legal_entity, line.places[0].direct) == (ORDER.key, "Vision Operations", True)


def test_the_body_reads_back_as_it_was_written() -> None:
    written = wanted(j1p_receipt(j1p_line(quantity="0.001")))
    assert receipt_wanted.decode(receipt_wanted.encode(written)) == written


def test_a_touch_is_nothing_new_to_want() -> None:
    first, touched = (receipts.transform(j1p_receipt(lastUpdate=at), mapping()) for at in ("2025-03-20", "2025-03-21"))
    assert isinstance(first, Transformed)
    assert isinstance(touched, Transformed)
    assert first.body_hash == touched.body_hash


@pytest.mark.parametrize(
    ("changes", "received"),
    [
        ({"quantity": None, "amount": Decimal("100.50"), "currency": "USD"}, "100.50"),
        ({"quantity": "1"}, "212.75"),
        ({"quantity": "0.2"}, "42.550"),
    ],
)
def test_a_service_is_received_by_amount_or_by_its_share(changes: Any, received: str) -> None:
    (line,) = wanted(j1p_receipt(j1p_line(poLineNumber="2", **changes))).lines
    assert (line.by_amount, line.received, line.unit) == (True, Decimal(received), None)


def test_parts_that_are_no_share_together_are_refused_with_what_they_come_to() -> None:
    parts = [j1p_line(1, poLineNumber="2", quantity="0.3333333"), j1p_line(2, poLineNumber="2", quantity="0.6666666")]

    with pytest.raises(Refused) as caught:
        wanted(j1p_receipt(*parts))

    assert (caught.value.refusal.value, caught.value.refusal.field) == ("0.9999999", "lineList.line[0].quantity")


def test_a_pushed_receipt_is_about_several_orders() -> None:
    other = replace(ORDER, key=ORDER.key + 1, number="US164862")
    document = cxml_receipt(orders=[("US164861", cxml_item()), ("US164862", cxml_item(2, 2, "1", amount="12.75"))])
    assert [(line.order.number, line.received) for line in wanted(document.as_row(), ORDER, other).lines] == [
        ("US164861", Decimal(4)),
        ("US164862", Decimal("12.75")),
    ]


@pytest.mark.parametrize(
    ("line", "reason", "category"),
    [
        ({"unitOfMeasure": "BX"}, "ordered in EA", RefusalClass.MAPPING),
        ({"unitOfMeasure": None}, "names no unit", RefusalClass.INVALID),
        ({"quantity": None, "amount": 5, "currency": "USD"}, "buys a quantity", RefusalClass.INVALID),
        ({"poLineNumber": "2", "amount": 5, "currency": "EUR"}, "never converted", RefusalClass.INVALID),
        ({"poLineNumber": "2", "quantity": "0.001"}, "no payment can be made of", RefusalClass.INVALID),
    ],
)
def test_what_cannot_be_counted_in_the_orders_terms_is_refused(line: Any, reason: str, category: RefusalClass) -> None:
    with pytest.raises(Refused, match=reason) as caught:
        receipts.transform(j1p_receipt(j1p_line(**line)), mapping())
    assert caught.value.refusal.category is category


def test_an_order_number_of_two_legal_entities_is_told_by_the_business_unit_or_by_nobody() -> None:
    france = replace(ORDER, key=ORDER.key + 1, legal_entity="Vision France", business_unit="Vision France")
    (line,) = wanted(j1p_receipt(businessUnit="Vision France"), ORDER, france).lines
    assert line.order.key == france.key
    with pytest.raises(Refused, match="several legal entities") as caught:
        wanted(j1p_receipt(businessUnit=None), ORDER, france)
    assert caught.value.refusal.category is RefusalClass.CONFLICT


def test_a_receipt_waits_for_its_order_and_for_the_line_of_it_that_it_names() -> None:
    for line, said in (
        (j1p_line(poNumber="US9"), "order US9"),
        (j1p_line(poLineNumber="7"), "line 7 of order US164861"),
    ):
        with pytest.raises(Lacking) as caught:
            receipts.transform(j1p_receipt(line), mapping())
        assert str(caught.value.need) == said


def test_what_is_cancelled_waits_for_nothing() -> None:
    row = j1p_receipt(j1p_line(poNumber="US9", action="Cancelled"))
    assert isinstance(receipts.transform(row, mapping()), Unchanged)


def test_a_place_without_an_organization_is_refused() -> None:
    with pytest.raises(Refused, match="names no organization"):
        wanted(j1p_receipt(), purchase_order())
