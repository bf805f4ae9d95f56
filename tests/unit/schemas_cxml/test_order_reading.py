"""Order documents of others: published samples are read, oddities forgiven, nonsense refused by name."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from schemas.cxml.order_request import CxmlOrder, RequestType, parse
from schemas.cxml.safe_xml import NotSafeXml
from schemas.cxml.safe_xml import parse as parse_xml
from schemas.cxml.values import UnreadableCxml
from schemas.money import Money
from tests.unit.schemas_cxml.documents import published

SMALLEST = (
    b'<OrderRequest><OrderRequestHeader orderID="7" orderDate="2025-03-06T08:00:00Z">'
    b'<Total><Money currency="USD">1,234,567.80</Money></Total></OrderRequestHeader>'
    b'<ItemOut quantity="1"/></OrderRequest>'
)


def changed(old: bytes, new: bytes) -> bytes:
    assert old in SMALLEST
    return SMALLEST.replace(old, new)


def sample(name: str) -> CxmlOrder:
    return parse(published("cxml-samples", name).read_bytes())


def test_the_first_published_sample_is_read() -> None:
    order = sample("order-01-new.xml")
    assert (order.order_id, order.type, order.total) == ("DO1234", RequestType.NEW, money("85.00", "EUR"))
    assert [(line.line_number, line.quantity, line.unit_price) for line in order.lines] == [
        (1, Decimal(10), money("2.10", "EUR")),
        (2, Decimal(20), money("3.20", "EUR")),
    ]
    assert order.lines[1].comments == "Test comment"


def test_the_second_published_sample_is_read() -> None:
    order = sample("order-02-new-built.xml")
    assert order.order_date == datetime(2022, 9, 14, 16, 12, 13, tzinfo=UTC)
    assert [line.supplier_part_id for line in order.lines] == ["5555", "666"]
    assert order.total == money("3420.60", "USD")


def test_the_third_published_sample_is_read_with_its_older_segments() -> None:
    order = sample("order-03-office-supplies.xml")
    share = order.lines[1].distributions[0]
    assert share.charge == money("83.61", "USD")
    assert share.segments[:2] == (("Main Account (PL/BS)", "10012"), ("Cost Center", "c50"))
    assert order.extrinsics == {"legacy_po": ""}
    assert order.lines[0].extrinsics == {"LineType": "Quantity"}


def money(amount: str, currency: str) -> Money:
    return Money(amount=Decimal(amount), currency=currency)


def test_what_is_missing_is_none_and_commas_between_thousands_are_forgiven() -> None:
    order = parse(SMALLEST)
    line = order.lines[0]
    assert order.total == money("1234567.80", "USD")
    assert (order.type, order.order_version, order.document_reference, order.tax) == (RequestType.NEW, None, None, None)
    assert (line.line_number, line.unit_price, line.uom, line.supplier_part_id) == (None, None, None, None)


def test_an_element_is_read_like_its_bytes() -> None:
    assert parse(parse_xml(SMALLEST)) == parse(SMALLEST)


@pytest.mark.parametrize("stamp", [b"", b"2025-03-06T08:00:00", b"6 March", b"20250306"])
def test_a_time_that_nobody_can_place_counts_as_none(stamp: bytes) -> None:
    assert parse(changed(b"2025-03-06T08:00:00Z", stamp)).order_date is None


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b'orderID="7"', b"", "no orderID"),
        (b'orderID="7"', b'orderID="7" type="change"', "'change': new, update or delete"),
        (b'orderID="7"', b'orderID="7" orderVersion="1.5"', "a whole number was expected"),
        (b"1,234,567.80", b"1,23", "Total/Money is '1,23': a decimal number was expected"),
        (b"1,234,567.80", b"NaN", "'NaN': a decimal number"),
        (b"1,234,567.80", b"", "'': a decimal number"),
        (b"1,234,567.80", b"1e9", "'1e9': a decimal number"),
        (b'"USD"', b'"XXX"', "'XXX' is not an ISO 4217"),
        (b'quantity="1"', b"", "ItemOut/@quantity is ''"),
        (b'quantity="1"/>', b'quantity="1"><Distribution/></ItemOut>', "needs an Accounting and a Charge"),
        (b"<Total>", b"<Sum/><Total1>", "no Total"),
        (b"OrderRequestHeader", b"Header", "no OrderRequestHeader"),
        (b"OrderRequest>", b"Order>", "holds no OrderRequest"),
    ],
)
def test_what_cannot_be_understood_is_refused_by_name(old: bytes, new: bytes, said: str) -> None:
    data = changed(old, new).replace(b"</Total>", b"</Total1>" if b"Total1" in new else b"</Total>")
    with pytest.raises(UnreadableCxml, match=said):
        parse(data)


def test_a_document_with_an_entity_is_not_read_at_all() -> None:
    with pytest.raises(NotSafeXml):
        parse(b'<!DOCTYPE cXML [<!ENTITY x "9">]>' + SMALLEST)
