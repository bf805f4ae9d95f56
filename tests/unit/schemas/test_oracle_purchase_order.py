"""Reading Oracle's orders: identity, completeness, canonical form, and every contradiction that is refused."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from schemas import exact_json
from schemas.exact_json import JsonValue
from schemas.money import Money
from schemas.oracle import purchase_order as oracle
from schemas.purchase_order import OrderStatus
from schemas.refusals import RefusalClass, Refused
from tests.factories import order_line, purchase_order, schedule, service_line
from tests.oracle_orders import as_oracle, raw_order
from tests.oracle_rows import Object


def rows(parent: Object, name: str) -> list[Object]:
    """Return the rows of a child collection, so that a test can change them."""
    collection = parent[name]
    items = collection["items"] if isinstance(collection, dict) else collection
    assert isinstance(items, list)
    return [item for item in items if isinstance(item, dict)]


def first(raw: Object, *names: str) -> Object:
    """Return the first line, schedule or distribution of an order."""
    for name in names:
        raw = rows(raw, name)[0]
    return raw


def samples(folder: Path, shape: str) -> list[Object]:
    answer = exact_json.loads((folder / f"purchaseorders-get-{shape}.json").read_bytes())
    assert isinstance(answer, dict)
    return rows(answer, "items")


def test_oracles_sample_orders_parse_to_the_same_in_both_shapes(oracle_samples: Path) -> None:
    collections, arrays = (samples(oracle_samples, shape) for shape in ("expanded-v4", "expanded-v1"))
    assert len(collections) == len(arrays) == 2
    assert [oracle.parse(raw) for raw in collections] == [oracle.parse(raw) for raw in arrays]
    assert [oracle.identify(raw) for raw in collections] == [oracle.identify(raw) for raw in arrays]
    assert [oracle.cut_children(raw) for raw in collections] == [(), ()]


def test_an_order_read_without_its_lines_is_identified_but_not_parsed(oracle_samples: Path) -> None:
    (header,) = samples(oracle_samples, "onlydata-page")
    assert oracle.identify(header).amount == Decimal("1712.75")
    with pytest.raises(Refused, match="at least one line"):
        oracle.parse(header)


@pytest.mark.parametrize("shape", ["collections", "arrays"])
def test_every_field_arrives_in_canonical_form(shape: str) -> None:
    order = purchase_order()
    raw = as_oracle(order, shape="arrays" if shape == "arrays" else "collections")
    assert oracle.parse(raw) == order


def test_rows_are_read_by_rising_number_whatever_order_they_come_in() -> None:
    raw = raw_order(shape="arrays")
    raw["lines"] = list(reversed(rows(raw, "lines")))
    assert oracle.parse(raw) == purchase_order()


def test_missing_optional_attributes_are_none() -> None:
    raw = raw_order()
    for name in (
        "Description",
        "SoldToLegalEntity",
        "BuyerDisplayName",
        "ShipToLocationCode",
        "PaymentTerms",
        "TotalTax",
    ):
        del raw[name]
    order = oracle.parse(raw)
    assert (order.description, order.legal_entity, order.buyer, order.ship_to) == (None, None, None, None)
    assert (order.payment_terms, order.tax) == (None, None)


@pytest.mark.parametrize("name", [None, ""])
def test_an_order_need_not_say_where_the_bill_goes(name: str | None) -> None:
    assert oracle.parse(raw_order(BillToLocation=name, BillToLocationId=None)).bill_to is None


def test_amounts_that_are_left_out_follow_from_their_parts() -> None:
    raw = raw_order()
    del raw["Ordered"], first(raw, "lines")["Ordered"], rows(raw, "lines")[1]["Ordered"]
    order = oracle.parse(raw)
    assert (order.ordered.amount, [line.ordered for line in order.lines]) == (
        Decimal("1712.75"),
        [Decimal(1500), Decimal("212.75")],
    )


def test_identity_takes_the_newest_stamp_of_any_row() -> None:
    raw = raw_order()
    first(raw, "lines", "schedules", "distributions")["LastUpdateDate"] = "2025-06-01T02:00:00.5+02:00"
    assert oracle.identify(raw).changed_at == datetime(2025, 6, 1, 0, 0, 0, 500_000, UTC)


def test_identity_carries_what_makes_the_books_balance() -> None:
    identity = oracle.identify(raw_order(POHeaderId="300100209101001", Total="1712.75"))
    assert (identity.key, identity.number, identity.business_unit, identity.currency, identity.amount) == (
        "300100209101001",
        "US164861",
        "Vision Operations",
        "USD",
        Decimal("1712.75"),
    )


def test_identity_does_without_amount_currency_and_business_unit() -> None:
    identity = oracle.identify(raw_order(Total=None, CurrencyCode=None, ProcurementBU=None))
    assert (identity.amount, identity.currency, identity.business_unit) == (None, None, None)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("POHeaderId", None),
        ("POHeaderId", Decimal("300100209101001.0")),
        ("OrderNumber", None),
        ("OrderNumber", ""),
        ("OrderNumber", "US\x001"),
        ("OrderNumber", "US\x851"),
        ("ProcurementBU", "Vision\x00"),
        ("CurrencyCode", "US\x00"),
        ("Total", "a lot"),
        ("LastUpdateDate", "2025-08-01T14:22:41"),
        ("LastUpdateDate", ["2025-08-01"]),
    ],
)
def test_an_order_without_identity_is_refused_by_field(name: str, value: JsonValue) -> None:
    with pytest.raises(Refused) as caught:
        oracle.identify(raw_order() | {name: value})
    assert caught.value.refusal.field == name


def test_an_order_without_any_stamp_is_refused() -> None:
    raw = raw_order(LastUpdateDate=None, lines=[])
    with pytest.raises(Refused, match="LastUpdateDate"):
        oracle.identify(raw)


def test_cut_children_are_named_by_path() -> None:
    raw = raw_order()
    for parent, name, change in (
        (raw, "lines", {"hasMore": True}),
        (rows(raw, "lines")[1], "schedules", {"count": 26}),
        (first(raw, "lines", "schedules"), "distributions", {"hasMore": True}),
    ):
        collection = parent[name]
        assert isinstance(collection, dict)
        collection.update(change)
    assert set(oracle.cut_children(raw)) == {"lines", "lines[1].schedules", "lines[0].schedules[0].distributions"}
    with pytest.raises(Refused, match="cut off"):
        oracle.parse(raw)


def test_a_draft_has_a_status_though_it_cannot_be_parsed() -> None:
    draft: Object = {"POHeaderId": 1, "OrderNumber": "US1", "StatusCode": "INCOMPLETE"}
    assert oracle.status(draft) is OrderStatus.NOT_RELEASED
    with pytest.raises(Refused):
        oracle.parse(draft)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("POHeaderId", None),
        ("OrderNumber", "US\x00"),
        ("CurrencyCode", None),
        ("CurrencyCode", "US Dollar"),
        ("Total", None),
        ("Total", "NaN"),
        ("Revision", None),
        ("Supplier", None),
        ("lines", None),
        ("lines", {"items": []}),
        ("OrderDate", "01/03/2025"),
        ("Description", 5),
    ],
)
def test_a_header_that_cannot_be_used_is_refused_by_field(name: str, value: JsonValue) -> None:
    with pytest.raises(Refused) as caught:
        oracle.parse(raw_order() | {name: value})
    assert (caught.value.refusal.category, caught.value.refusal.field) == (RefusalClass.INVALID, name)


LINE = ("lines",)
SCHEDULE = ("lines", "schedules")
DISTRIBUTION = ("lines", "schedules", "distributions")


@pytest.mark.parametrize(
    ("names", "name", "value", "path"),
    [
        (LINE, "LineNumber", None, "lines[0].LineNumber"),
        (LINE, "LineNumber", Decimal("1.5"), "lines[0].LineNumber"),
        (LINE, "LineNumber", 0, "lines[0].LineNumber"),
        (LINE, "LineNumber", 2, "lines[1].LineNumber"),
        (LINE, "Description", None, "lines[0].Description"),
        (LINE, "Quantity", -10, "lines[0].Quantity"),
        (LINE, "Quantity", None, "lines[0].Quantity"),
        (LINE, "Price", None, "lines[0].Price"),
        (LINE, "Price", "150,00", "lines[0].Price"),
        (SCHEDULE, "ScheduleNumber", None, "lines[0].schedules[0].ScheduleNumber"),
        (SCHEDULE, "Quantity", -1, "lines[0].schedules[0].Quantity"),
        (SCHEDULE, "RequestedDeliveryDate", "soon", "lines[0].schedules[0].RequestedDeliveryDate"),
        (DISTRIBUTION, "Quantity", -1, "lines[0].schedules[0].distributions[0].Quantity"),
        (DISTRIBUTION, "POChargeAccount", None, "lines[0].schedules[0].distributions[0].POChargeAccount"),
    ],
)
def test_a_row_that_cannot_be_used_is_refused_by_path(
    names: tuple[str, ...], name: str, value: JsonValue, path: str
) -> None:
    raw = raw_order()
    first(raw, *names)[name] = value
    with pytest.raises(Refused) as caught:
        oracle.parse(raw)
    assert caught.value.refusal.field == path


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
