"""Reading Oracle's orders: identity, completeness, canonical form, and rows that cannot be used."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from schemas import exact_json
from schemas.exact_json import JsonValue
from schemas.oracle import purchase_order as oracle
from schemas.purchase_order import OrderStatus
from schemas.refusals import RefusalClass, Refused
from tests.factories import purchase_order
from tests.oracle_orders import as_oracle, raw_order
from tests.oracle_rows import Object, first, rows


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
