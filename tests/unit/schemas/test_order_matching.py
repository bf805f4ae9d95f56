"""Matching a supplier's invoice to orders: which schedule bears what, and what is refused rather than guessed."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from schemas import order_matching
from schemas.order_matching import Matched
from schemas.purchase_order import OrderStatus, Party, PurchaseOrder
from schemas.refusals import Refusal, RefusalClass, Refused
from schemas.supplier_invoice import BilledLine, SupplierInvoice
from schemas.units import DEFAULT_UNITS
from tests.factories import order_line, purchase_order, schedule, service_line
from tests.supplier_invoice_factories import billed_line, supplier_invoice

ORDER = purchase_order()


def matched(*lines: BilledLine, order: PurchaseOrder = ORDER, others: tuple[PurchaseOrder, ...] = ()) -> Matched:
    orders = {one.number: one for one in (order, *others)}
    return order_matching.match(billing(*lines), orders, lambda _: DEFAULT_UNITS)


def billing(*lines: BilledLine, **changes: object) -> SupplierInvoice:
    return supplier_invoice(lines=lines or (billed_line(),), **changes)


def refused(attempt: Callable[[], object]) -> Refusal:
    with pytest.raises(Refused) as caught:
        attempt()
    return caught.value.refusal


def parts(found: Matched) -> list[tuple[int, list[int], str | None, str]]:
    return [
        (
            line.order_line,
            [one.number for one in line.schedules],
            None if line.quantity is None else str(line.quantity),
            str(line.amount),
        )
        for line in found.lines
    ]


def test_whose_it_is_is_said_by_the_order() -> None:
    found = matched(order=purchase_order(bill_to_unit="Vision Services"))

    assert (found.business_unit, found.supplier, found.site) == (
        "Vision Services",
        "Advanced Network Devices",
        "FRESNO",
    )
    assert matched().business_unit == "Vision Operations"


def test_a_line_may_be_borne_by_every_schedule_of_its_order_line() -> None:
    third = Decimal("0.333")
    line = order_line(price=third, schedules=(schedule(number=1, quantity=Decimal(1)), schedule(number=3)))
    billed = billed_line(price=third, quantity=Decimal(5), amount=Decimal("1.67"))

    assert parts(matched(billed, order=purchase_order(lines=(line,)))) == [(1, [1, 3], "5", "1.67")]


def test_a_canceled_schedule_bears_nothing() -> None:
    line = order_line(schedules=(schedule(number=1, canceled=True), schedule(number=2)))

    assert parts(matched(order=purchase_order(lines=(line,)))) == [(1, [2], "4", "600.00")]


def test_a_service_is_matched_by_its_amount() -> None:
    billed = billed_line(order_line=2, quantity=Decimal(1), price=Decimal("100.00"), amount=Decimal("100.00"))

    assert parts(matched(billed)) == [(2, [1], None, "100.00")]


def test_an_order_billed_as_a_whole_must_leave_no_choice() -> None:
    whole = billed_line(order_line=None, quantity=None, price=None, amount=Decimal("212.75"))

    assert parts(matched(whole, order=purchase_order(lines=(service_line(),)))) == [(2, [1], None, "212.75")]
    assert refused(lambda: matched(whole)).category is RefusalClass.CONFLICT


@pytest.mark.parametrize("code", ["EA", "ea", "Each", None])
def test_spellings_of_the_orders_unit_are_that_unit(code: str | None) -> None:
    assert parts(matched(billed_line(uom=code))) == [(1, [1], "4", "600.00")]


@pytest.mark.parametrize("code", ["BX", "DZ", "XYZ"])
def test_another_unit_is_refused_with_both_codes(code: str) -> None:
    refusal = refused(lambda: matched(billed_line(uom=code)))

    assert (refusal.category, refusal.value) == (RefusalClass.MAPPING, code)
    assert "Ea" in refusal.reason


@pytest.mark.parametrize(
    ("line", "order"),
    [
        (billed_line(order_line=7), ORDER),
        (billed_line(), purchase_order(status=OrderStatus.CANCELED)),
        (billed_line(), purchase_order(lines=(order_line(canceled=True),))),
        (billed_line(), purchase_order(lines=(order_line(schedules=()),))),
        (billed_line(quantity=None, price=None), ORDER),
        (billed_line(price=Decimal(-1)), ORDER),
        (billed_line(), purchase_order(supplier=Party(source_id=1, name="Another Supplier", code="SITE"))),
        (billed_line(), purchase_order(total=replace(ORDER.total, currency="EUR"))),
    ],
)
def test_what_cannot_be_posted_to_the_right_order_is_a_conflict(line: BilledLine, order: PurchaseOrder) -> None:
    assert refused(lambda: matched(line, order=order)).category is RefusalClass.CONFLICT


def test_the_orders_of_one_invoice_must_agree_about_its_site() -> None:
    other = purchase_order(number="US2", supplier=replace(ORDER.supplier, code="BOSTON"))
    lines = (billed_line(), billed_line(number=2, order_number="US2"))

    refusal = refused(lambda: matched(*lines, others=(other,)))
    assert (refusal.category, refusal.field, refusal.value) == (RefusalClass.CONFLICT, "SupplierSite", "BOSTON")
    assert len(matched(*lines, others=(purchase_order(number="US2"),)).lines) == 2


def test_a_line_without_order_is_refused_with_what_to_do() -> None:
    refusal = refused(lambda: order_matching.order_numbers(billing(billed_line(order_number=None))))

    assert refusal.category is RefusalClass.MAPPING
    assert "discard" in refusal.next_step


def test_two_orders_of_one_number_are_told_apart_by_business_unit_or_supplier() -> None:
    other = purchase_order(business_unit="Vision Germany", legal_entity="Vision Germany")
    by_supplier = purchase_order(supplier=replace(ORDER.supplier, name="Another Supplier", source_id=1))

    assert order_matching.chosen(billing(), billed_line(), (other, ORDER)) is ORDER
    assert order_matching.chosen(billing(), billed_line(), (by_supplier, ORDER)) is ORDER
    unsaid = billing(business_unit=None)
    assert (
        refused(lambda: order_matching.chosen(unsaid, billed_line(), (other, ORDER))).category is RefusalClass.CONFLICT
    )


def test_the_suppliers_oracle_id_says_more_than_a_name() -> None:
    renamed = billing(supplier_number=str(ORDER.supplier.source_id), supplier_name="Another name of it")

    assert order_matching.match(renamed, {ORDER.number: ORDER}, lambda _: DEFAULT_UNITS).lines
