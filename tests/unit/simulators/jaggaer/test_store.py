"""The store and the sums of money: exact, in order of update, large enough."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from simulators.jaggaer import money
from simulators.jaggaer.order import Change, Door, Line, Order, State, Version
from simulators.jaggaer.orders import Orders, Tally

START = datetime(2024, 2, 14, tzinfo=UTC)


def order(number: str, total: str = "1", minutes: int = 0) -> Order:
    at = START + timedelta(minutes=minutes)
    version = Version(
        door=Door.J1P,
        change=Change.NEW,
        revision=0,
        key=number,
        total=Decimal(total),
        currency="USD",
        line_count=1,
        digest="",
        at=at,
    )
    return Order(
        number=number,
        state=State.OPEN,
        source=Door.J1P,
        revision=0,
        currency="USD",
        total=Decimal(total),
        business_unit=None,
        lines=(Line(number=1, quantity=Decimal(1), unit_price=Decimal(total), uom="EA", document=b"{}"),),
        frame=b"{}",
        updated_at=at,
        versions=(version,),
    )


def test_sums_keep_every_digit() -> None:
    orders = Orders()
    orders.put("1", order("1", "100000000000000000000000000.01"))
    orders.put("2", order("2", "0.000000000000000000001"))

    exact = Decimal("100000000000000000000000000.010000000000000000001")
    assert orders.tallies() == [Tally(currency="USD", state=State.OPEN, count=2, total=exact)]


def test_changes_since_a_time_are_found_among_a_hundred_thousand_orders() -> None:
    orders = Orders()
    for number in range(100_000):
        orders.put(str(number), order(str(number), minutes=number))
    orders.put("7", order("7", minutes=100_000))

    found = orders.read_since(START + timedelta(minutes=99_999), START)
    assert [one.number for one in found] == ["99999", "7"]
    assert len(orders) == len(orders.read_since(None, START)) == 100_000
    assert orders.tallies()[0].total == 100_000


@pytest.mark.parametrize(
    ("amount", "currency", "rounded"),
    [
        (Fraction(5, 1000), "USD", "0.01"),
        (Fraction(-5, 1000), "USD", "-0.01"),
        (Fraction(4999, 1_000_000), "USD", "0.00"),
        (Fraction(1, 2), "JPY", "1"),
        (Fraction(10, 3), "KWD", "3.333"),
        (Fraction(10, 3), None, "3.33"),
    ],
)
def test_amounts_round_half_up_to_the_minor_unit(amount: Fraction, currency: str | None, rounded: str) -> None:
    assert str(money.rounded(amount, currency)) == rounded
