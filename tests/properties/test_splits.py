"""A split loses nothing and invents nothing, whatever the amount, its sign and the percentages."""

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.splits import split

HUNDRED = 10**6  # 100 percent in the smallest step drawn here


@st.composite
def percentages(draw: st.DrawFn) -> list[Decimal]:
    """Draw percentages with four decimals that add up to 100."""
    cuts = sorted(draw(st.lists(st.integers(0, HUNDRED), max_size=8)))
    return [Decimal(upper - lower) / 10_000 for lower, upper in pairwise([0, *cuts, HUNDRED])]


amounts = st.decimals(-(10**30), 10**30, places=4) | st.integers(-20, 20).map(lambda units: Decimal(f"{units}E-2"))


@settings(max_examples=200)
@given(amount=amounts, percents=percentages(), places=st.sampled_from([0, 2, 3]))
def test_shares_add_up_exactly_and_each_is_less_than_a_unit_away(
    amount: Decimal, percents: list[Decimal], places: int
) -> None:
    shares = split(amount, percents, places)

    assert sum(map(Fraction, shares)) == Fraction(amount)
    assert len(shares) == len(percents)
    for share, percent in zip(shares, percents, strict=True):
        assert abs(Fraction(share) - Fraction(amount) * Fraction(percent) / 100) < Fraction(1, 10**places)
        assert share * amount >= 0
    assert split(amount, percents, places) == shares


@settings(max_examples=100)
@given(units=st.integers(-(10**9), 10**9), percents=percentages(), places=st.sampled_from([0, 2, 3]))
def test_an_amount_that_its_currency_can_express_is_split_into_such(
    units: int, percents: list[Decimal], places: int
) -> None:
    written = Decimal(f"{units}00E-{places + 2}")  # zeros behind are no finer digits
    shares = split(written, percents, places)
    assert all((Fraction(share) * 10**places).denominator == 1 for share in shares)
    assert [-share for share in split(-written, percents, places)] == shares


@pytest.mark.parametrize(
    ("amount", "percents", "places", "shares"),
    [
        ("0.01", "33.34 33.33 33.33", 2, "0.01 0.00 0.00"),
        ("0.01", "33.33 33.33 33.34", 2, "0.00 0.00 0.01"),
        ("-0.01", "33.34 33.33 33.33", 2, "-0.01 -0.00 -0.00"),
        ("100.00", "33.3333 33.3333 33.3334", 2, "33.33 33.33 33.34"),
        ("0.05", "50 50", 2, "0.03 0.02"),
        ("7", "50 50", 0, "4 3"),
        ("0.005", "50 50", 2, "0.003 0.002"),
        ("1E+3", "25 75", 2, "250.00 750.00"),
        ("5", "0 100", 2, "0.00 5.00"),
    ],
)
def test_what_is_left_over_goes_to_those_that_lost_most_and_among_equals_to_the_first(
    amount: str, percents: str, places: int, shares: str
) -> None:
    assert list(map(str, split(Decimal(amount), list(map(Decimal, percents.split())), places))) == shares.split()


def test_the_whole_is_the_amount_as_it_was_written() -> None:
    assert str(split(Decimal("1500.000"), [Decimal(100)], 2)[0]) == "1500.000"


@pytest.mark.parametrize("percents", ["", "99.99", "50 50.01", "150 -50"])
def test_percentages_that_are_not_a_whole_are_refused(percents: str) -> None:
    with pytest.raises(ValueError, match="add up to 100"):
        split(Decimal(1), list(map(Decimal, percents.split())), 2)


def test_what_is_no_amount_is_not_split() -> None:
    with pytest.raises(ValueError, match="NaN"):
        split(Decimal("NaN"), [Decimal(100)], 2)
