"""Which orders may be sent, and what is said of one that may not."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from common.flows.flow import Mapping
from common.flows.purchase_orders import transform
from common.ledger.verdicts import SendAs, Transformed
from common.settings import Dialect
from schemas import exact_json
from schemas.money import Money
from schemas.oracle import purchase_order as oracle
from schemas.order_checks import TEXTS, check
from schemas.purchase_order import OrderStatus, PurchaseOrder
from schemas.refusals import Refusal, RefusalClass, Refused
from simulators.oracle.generator import Generator
from tests.drawn_orders import purchase_orders
from tests.factories import distribution, order_line, purchase_order, schedule, service_line
from tests.fixtures.mappings import written_in
from tests.oracle_orders import as_oracle


def refusal(order: PurchaseOrder, **max_lengths: int) -> Refusal:
    with pytest.raises(Refused) as caught:
        check(order, max_lengths)
    return caught.value.refusal


def with_line(**changes: Any) -> PurchaseOrder:
    return purchase_order(lines=(order_line(**changes), service_line()))


def with_schedule(**changes: Any) -> PurchaseOrder:
    return with_line(schedules=(schedule(**changes),))


def with_share(**changes: Any) -> PurchaseOrder:
    return with_schedule(distributions=(distribution(**changes),))


SCHEDULE = "lines[LineNumber=1].schedules[ScheduleNumber=1]"
FINE = distribution(amount=Decimal("0.001"))
SHARE = f"{SCHEDULE}.distributions[DistributionNumber=1]"


@pytest.mark.parametrize(
    ("order", "field", "value"),
    [
        (with_line(schedules=(schedule(), schedule(number=2))), "lines[LineNumber=1].Quantity", "10"),
        (with_line(quantity=Decimal(11)), "lines[LineNumber=1].Quantity", "11"),
        (with_share(quantity=Decimal("9.999")), f"{SCHEDULE}.Quantity", "10"),
        (with_share(amount=Decimal("1499.99")), f"{SCHEDULE}.Ordered", "1500.00"),
        (with_schedule(amount=Decimal("1500.01")), f"{SCHEDULE}.Amount", "1500.01"),
        (with_line(ordered=Decimal("1500.001")), "lines[LineNumber=1].Ordered", "1500.001"),
        (with_line(amount=Decimal("0.001")), "lines[LineNumber=1].Amount", "0.001"),
        (with_schedule(ordered=Decimal("1500.001")), f"{SCHEDULE}.Ordered", "1500.001"),
        (
            with_schedule(ordered=None, distributions=(distribution(amount=Decimal("0.001")),)),
            f"{SHARE}.Amount",
            "0.001",
        ),
        (purchase_order(total=Money(amount=Decimal("0.001"), currency="USD")), "Total", "0.001"),
        (purchase_order(tax=Money(amount=Decimal("0.001"), currency="USD")), "TotalTax", "0.001"),
        (purchase_order(ordered=Money(amount=Decimal("0.001"), currency="USD")), "Ordered", "0.001"),
        (purchase_order(deduction=Money(amount=Decimal("0.001"), currency="USD")), "DiscountAmount", "0.001"),
        (purchase_order(number=" "), "OrderNumber", " "),
        (purchase_order(supplier=replace(purchase_order().supplier, name="\t")), "Supplier", "\t"),
        (with_line(description=" "), "lines[LineNumber=1].Description", " "),
        (with_share(account=" "), f"{SHARE}.POChargeAccount", " "),
        (purchase_order(ordered_at=datetime(1989, 12, 31, tzinfo=UTC)), "OrderDate", "1989-12-31"),
        (with_schedule(requested_delivery=date(1970, 1, 1)), f"{SCHEDULE}.RequestedDeliveryDate", "1970-01-01"),
        (with_schedule(promised_delivery=date(4712, 12, 31)), f"{SCHEDULE}.PromisedDeliveryDate", "4712-12-31"),
    ],
)
def test_what_must_not_be_sent_is_refused_with_its_place_and_value(
    order: PurchaseOrder, field: str, value: str
) -> None:
    refused = refusal(order)
    assert (refused.category, refused.field, refused.value) == (RefusalClass.INVALID, field, value)


def test_both_figures_of_a_sum_are_told() -> None:
    assert "its distributions add up to 1499.99" in refusal(with_share(amount=Decimal("1499.99"))).reason


GONE = schedule(number=2, canceled=True, quantity=Decimal(3), ordered=Decimal(450), requested_delivery=date(1970, 1, 1),
                distributions=(distribution(amount=Decimal("1.001"), quantity=Decimal(9), account=" "),))  # fmt: skip


@pytest.mark.parametrize(
    "order",
    [
        purchase_order(),
        with_line(schedules=(schedule(), GONE)),
        with_line(quantity=Decimal(13), schedules=(schedule(), GONE)),
        with_line(canceled=True, description=" ", ordered=Decimal("0.001"), quantity=Decimal(0)),
        with_line(schedules=()),
        with_line(price=None, amount=Decimal(1500), quantity=Decimal(12)),
        with_schedule(distributions=()),
        with_schedule(quantity=None),
        with_schedule(ordered=None),
        with_schedule(requested_delivery=None, promised_delivery=None),
        with_schedule(requested_delivery=date(2025, 1, 1)),  # wanted before it was ordered
        with_share(quantity=None, percent=None),
        with_share(amount=None),
        with_line(price=Decimal("150.00000001")),
        with_line(ordered=Decimal("1500.000")),
        purchase_order(description=" ", note_to_supplier="", payment_terms=None),
        purchase_order(lines=(order_line(quantity=Decimal(0), ordered=Decimal(0), schedules=()),)),
    ],
)
def test_what_real_orders_contain_passes(order: PurchaseOrder) -> None:
    check(order, {})


@settings(max_examples=60)
@given(purchase_orders(max_lines=3))
def test_any_order_that_adds_up_passes_unless_a_text_says_nothing(order: PurchaseOrder) -> None:
    try:
        check(order, {})
    except Refused as refused:
        assert not refused.refusal.value.strip()  # noqa: PT017 - most orders pass


@pytest.mark.parametrize("text", sorted(TEXTS))
def test_a_text_is_refused_from_one_character_too_many(text: str) -> None:
    order = with_line(note_to_supplier="No substitutes")
    order = replace(order, note_to_supplier="Ring twice", lines=order.lines[:1])
    found = refusal(order, **{text: 1}).value
    check(order, {text: len(found)})
    refused = refusal(order, **{text: len(found) - 1})
    assert f"it has {len(found)} characters" in refused.reason
    assert "max_lengths" in refused.next_step


def test_every_generated_order_passes() -> None:
    generator = Generator(seed=7, lines=3)
    for number in range(1, 300):
        raw = exact_json.loads(json.dumps(generator.order(generator.key(number)), default=str).encode())
        assert isinstance(raw, dict)
        check(oracle.parse(raw), {})


@pytest.mark.parametrize("name", ["purchaseorders-get-expanded-v1.json", "purchaseorders-get-expanded-v4.json"])
@pytest.mark.parametrize("dialect", Dialect)
def test_every_published_order_is_sent(shared_folder: Path, name: str, dialect: Dialect) -> None:
    published: Any = exact_json.loads((shared_folder / "reference" / "oracle-samples" / name).read_bytes())
    for row in published["items"]:
        assert isinstance(transform({"BillToLocation": "Office", **row}, mapping(dialect)), Transformed)


def mapping(dialect: Dialect = Dialect.J1P, **max_lengths: int) -> Mapping:
    return written_in(dialect, max_lengths=max_lengths)


@pytest.mark.parametrize("dialect", Dialect)
def test_what_is_sent_is_checked_first(dialect: Dialect) -> None:
    raw = as_oracle(with_share(quantity=Decimal(9)))
    with pytest.raises(Refused, match="its distributions add up to 9"):
        transform(raw, mapping(dialect))
    with pytest.raises(Refused, match="the other side takes 5"):
        transform(as_oracle(purchase_order()), mapping(dialect, **{"lines.Description": 5}))


@pytest.mark.parametrize("dialect", Dialect)
@pytest.mark.parametrize(
    "canceled",
    [
        lambda order: replace(order, status=OrderStatus.CANCELED, source_status="Canceled"),
        lambda order: replace(order, lines=tuple(replace(line, canceled=True) for line in order.lines)),
    ],
)
def test_nothing_keeps_an_order_from_being_cancelled(
    dialect: Dialect, canceled: Callable[[PurchaseOrder], PurchaseOrder]
) -> None:
    written = transform(as_oracle(canceled(with_share(quantity=Decimal(9)))), mapping(dialect))
    assert isinstance(written, Transformed)
    assert written.send_as is SendAs.CANCEL
