"""Amounts print without exponent and add up exactly, in one currency only."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.money import CURRENCIES, Money, plain, total

CODES = st.sampled_from(sorted(CURRENCIES))
AMOUNTS = st.decimals(-(10**15), 10**15, places=4) | st.integers(-30, 18).map(lambda power: Decimal(1).scaleb(power))
SMALL_STEPS = st.integers(-(10**18), 10**18)


@given(AMOUNTS, CODES)
def test_an_amount_prints_in_plain_digits(amount: Decimal, currency: str) -> None:
    digits = plain(amount)
    assert set(digits) <= set("-0123456789.")
    assert Decimal(digits) == amount
    assert str(Money(amount=amount, currency=currency)) == f"{digits} {currency}"


@given(st.lists(SMALL_STEPS), CODES)
def test_a_total_is_exact(steps: list[int], currency: str) -> None:
    amounts = [Money(amount=Decimal(step).scaleb(-4), currency=currency) for step in steps]
    assert total(amounts, currency).amount.scaleb(4) == sum(steps)


@given(AMOUNTS, st.lists(CODES, min_size=2, max_size=2, unique=True))
def test_currencies_are_never_added(amount: Decimal, codes: list[str]) -> None:
    amounts = [Money(amount=amount, currency=code) for code in codes]
    with pytest.raises(ValueError, match=f"cannot be added to a sum in {codes[0]}"):
        total(amounts, codes[0])


@given(st.text(max_size=4).filter(lambda code: code not in CURRENCIES))
def test_what_is_no_currency_is_no_money(code: str) -> None:
    with pytest.raises(ValueError, match="ISO 4217"):
        Money(amount=Decimal(1), currency=code)


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "-Infinity"])
def test_what_has_no_value_is_no_money(amount: str) -> None:
    with pytest.raises(ValueError, match="is not an amount"):
        Money(amount=Decimal(amount), currency="USD")
