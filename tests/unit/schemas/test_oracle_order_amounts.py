"""The amounts of Oracle's orders: how they follow from one another, and every contradiction that is refused."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from schemas.money import Money
from schemas.oracle import purchase_order as oracle
from schemas.refusals import RefusalClass, Refused
from tests.factories import order_line, purchase_order, schedule, service_line
from tests.oracle_orders import as_oracle, raw_order
from tests.oracle_rows import Object, first, rows


def test_amounts_that_are_left_out_follow_from_their_parts() -> None:
    raw = raw_order()
    del raw["Ordered"], first(raw, "lines")["Ordered"], rows(raw, "lines")[1]["Ordered"]
    order = oracle.parse(raw)
    assert (order.ordered.amount, [line.ordered for line in order.lines]) == (
        Decimal("1712.75"),
        [Decimal(1500), Decimal("212.75")],
    )


def _lower_header(raw: Object) -> None:
    raw["Ordered"] = Decimal("1712.74")


def _raise_total(raw: Object) -> None:
    raw["Total"] = Decimal("1712.76")


def _lower_schedule(raw: Object) -> None:
    first(raw, "lines", "schedules")["Ordered"] = Decimal("1499.99")


def _raise_price(raw: Object) -> None:
    first(raw, "lines")["Price"] = Decimal("150.0006")


def _raise_amount(raw: Object) -> None:
    rows(raw, "lines")[1]["Amount"] = Decimal("212.76")


@pytest.mark.parametrize(
    ("change", "field", "figures"),
    [
        (_lower_header, "Ordered", ("1712.75", "1712.74 USD")),
        (_raise_total, "Total", ("1712.75", "1712.76 USD")),
        (_lower_schedule, "lines[0].Ordered", ("1499.99", "1500.00")),
        (_raise_price, "lines[0].Ordered", ("1500.0060", "1500.00")),
        (_raise_amount, "lines[1].Ordered", ("212.76", "212.75")),
    ],
)
def test_amounts_that_contradict_are_refused_with_both_figures(
    change: Callable[[Object], None], field: str, figures: tuple[str, str]
) -> None:
    raw = raw_order()
    change(raw)
    with pytest.raises(Refused) as caught:
        oracle.parse(raw)
    refusal = caught.value.refusal
    assert (refusal.category, refusal.field) == (RefusalClass.INVALID, field)
    assert all(figure in refusal.reason for figure in figures)


@pytest.mark.parametrize(
    ("currency", "price", "ordered", "agrees"),
    [
        ("USD", "33.3335", "100.00", True),
        ("USD", "33.335", "100.01", True),
        ("USD", "33.335", "100.02", False),
        ("JPY", "33.5", "101", True),
        ("JPY", "33.5", "99", False),
        ("KWD", "33.3335", "100.001", True),
        ("KWD", "33.3335", "100.002", False),
    ],
)
def test_a_line_may_be_rounded_by_half_a_minor_unit_of_its_currency(
    currency: str,
    price: str,
    ordered: str,
    agrees: bool,  # noqa: FBT001 - a table's column
) -> None:
    line = order_line(quantity=Decimal(3), price=Decimal(price), ordered=Decimal(ordered), schedules=())
    raw = raw_order(
        lines=as_oracle(purchase_order(lines=(line,)))["lines"],
        CurrencyCode=currency,
        Ordered=Decimal(ordered),
        Total=Decimal(ordered),
    )
    if agrees:
        assert oracle.parse(raw).lines[0].ordered == Decimal(ordered)
    else:
        with pytest.raises(Refused, match="quantity x price"):
            oracle.parse(raw)


@pytest.mark.parametrize("ordered", ["0", "1500.00"])
@pytest.mark.parametrize("counted", [True, False])
def test_a_cancelled_line_may_keep_its_amount_and_may_be_counted(ordered: str, counted: bool) -> None:  # noqa: FBT001 - a table's column
    gone = order_line(ordered=Decimal(ordered), canceled=True)
    order = purchase_order(lines=(gone, service_line()))
    sum_of_lines = Decimal("212.75") + (Decimal(ordered) if counted else 0)
    parsed = oracle.parse(as_oracle(order) | {"Ordered": sum_of_lines, "Total": sum_of_lines})
    assert [line.canceled for line in parsed.lines] == [True, False]


def test_a_cancelled_schedule_need_not_be_counted() -> None:
    gone = schedule(number=2, ordered=Decimal("75.00"), canceled=True)
    order = purchase_order(lines=(order_line(schedules=(schedule(), gone)), service_line()))
    assert [part.canceled for part in oracle.parse(as_oracle(order)).lines[0].schedules] == [False, True]


def taxed(header_tax: str | None, *line_taxes: str | None, total: str = "1725.09") -> Object:
    """Return the plain order with a total of its own, and what header and lines say about tax."""
    raw = raw_order(TotalTax=header_tax, Total=Decimal(total))
    for line, tax in zip(rows(raw, "lines"), line_taxes, strict=False):
        line["TotalTax"] = tax
    return raw


def test_a_tax_that_only_the_lines_state_is_the_orders_tax() -> None:
    order = oracle.parse(taxed(None, "10.00", "2.34"))
    assert order.tax == Money(amount=Decimal("12.34"), currency="USD")
    assert order.total == Money(amount=Decimal("1725.09"), currency="USD")


@pytest.mark.parametrize("line_taxes", [(), ("12.34", None), ("12.35", "0"), ("10.00", "2.33")])
def test_a_total_that_nobody_explains_is_refused_with_both_figures(line_taxes: tuple[str | None, ...]) -> None:
    with pytest.raises(Refused) as caught:
        oracle.parse(taxed(None, *line_taxes))
    refusal = caught.value.refusal
    assert (refusal.category, refusal.field) == (RefusalClass.INVALID, "Total")
    assert "1725.09 USD" in refusal.reason
    assert "1712.75" in refusal.reason


def test_an_order_that_states_no_tax_anywhere_may_have_none() -> None:
    assert oracle.parse(taxed(None, total="1712.75")).tax is None


def test_a_tax_of_a_cancelled_line_need_not_be_counted() -> None:
    gone = order_line(ordered=Decimal(0), canceled=True)
    raw = as_oracle(purchase_order(lines=(gone, service_line())))
    for line, tax in zip(rows(raw, "lines"), ("99.00", "2.25"), strict=True):
        line["TotalTax"] = tax
    parsed = oracle.parse(raw | {"Ordered": "212.75", "TotalTax": None, "Total": "215.00"})
    assert parsed.tax == Money(amount=Decimal("2.25"), currency="USD")


def adjusted(ordered: str, before: str | None, discount: str | None, credit: str | None) -> Object:
    """Return the plain order, whose lines come to 1712.75, with these figures in its header."""
    return raw_order(
        Ordered=ordered, Total=ordered, OrderedAmountBeforeAdjustments=before, DiscountAmount=discount,
        CreditAmount=credit,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("figures", "deduction"),
    [
        (("1612.75", "1712.75", "100.00", None), "100.00"),
        (("1612.75", "1712.75", None, "100.00"), "100.00"),
        (("1612.75", "1712.75", "70.00", "30.00"), "100.00"),
        (("1612.75", "1712.75", "-70.00", "-30.00"), "100.00"),
        (("1612.75", None, "100.00", None), "100.00"),
        (("1712.75", "1812.75", "100.00", None), None),
        (("1712.75", "1712.75", "0", "0.00"), None),
        (("1712.75", None, "100.00", None), None),
    ],
)
def test_a_discount_or_credit_is_taken_off_the_lines_or_in_them_already(
    figures: tuple[str, str | None, str | None, str | None], deduction: str | None
) -> None:
    order = oracle.parse(adjusted(*figures))
    assert order.ordered.amount == order.total.amount == Decimal(figures[0])
    expected = None if deduction is None else Money(amount=Decimal(deduction), currency="USD")
    assert order.deduction == expected


@pytest.mark.parametrize(
    ("figures", "field", "said"),
    [
        (("1612.75", "1712.75", None, None), "Ordered", ("1712.75", "1612.75 USD")),
        (("1612.75", "1712.75", "99.99", None), "Ordered", ("1712.75", "1612.75 USD", "99.99")),
        (("1812.75", "1712.75", "100.00", None), "Ordered", ("1712.75", "1812.75 USD", "100.00")),
        (("1612.75", "1712.76", "100.00", None), "OrderedAmountBeforeAdjustments", ("1712.76", "1612.75 USD")),
        (("1712.75", "1812.76", "100.00", None), "OrderedAmountBeforeAdjustments", ("1812.76", "1712.75 USD")),
    ],
)
def test_adjustments_that_contradict_the_other_amounts_are_refused_with_the_figures(
    figures: tuple[str, str | None, str | None, str | None], field: str, said: tuple[str, ...]
) -> None:
    with pytest.raises(Refused) as caught:
        oracle.parse(adjusted(*figures))
    assert caught.value.refusal.field == field
    assert all(figure in caught.value.refusal.reason for figure in said)
