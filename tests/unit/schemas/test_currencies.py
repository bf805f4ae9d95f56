"""How fine the amounts of a currency are, and that nothing finer passes."""

from decimal import Decimal

import pytest

from schemas.currencies import check_minor_units, minor_unit, minor_units
from schemas.money import CURRENCIES, Money
from schemas.refusals import RefusalClass, Refused


@pytest.mark.parametrize(("currency", "places"), [("USD", 2), ("JPY", 0), ("KWD", 3), ("CLP", 0), ("MRU", 2)])
def test_a_currency_has_its_decimals(currency: str, places: int) -> None:
    assert minor_units(currency) == places
    assert minor_unit(currency) == Decimal(1) / 10**places


def test_every_currency_has_its_decimals_and_nothing_else_has() -> None:
    assert {minor_units(currency) for currency in CURRENCIES} == {0, 2, 3}
    with pytest.raises(ValueError, match="XAU"):
        minor_units("XAU")


@pytest.mark.parametrize(
    ("amount", "currency"),
    [("12.34", "USD"), ("12.340000", "USD"), ("-0.01", "EUR"), ("1E+3", "JPY"), ("12.00", "JPY"), ("0.001", "KWD")],
)
def test_an_amount_of_its_currency_passes_with_any_zeros_behind(amount: str, currency: str) -> None:
    check_minor_units(Money(amount=Decimal(amount), currency=currency), "Total")


@pytest.mark.parametrize(
    ("amount", "currency"), [("12.345", "USD"), ("-0.001", "EUR"), ("12.5", "JPY"), ("0.0001", "KWD"), ("1E-30", "USD")]
)
def test_an_amount_that_is_finer_is_refused_and_not_rounded(amount: str, currency: str) -> None:
    with pytest.raises(Refused) as caught:
        check_minor_units(Money(amount=Decimal(amount), currency=currency), "lines[LineNumber=2].Ordered")
    refusal = caught.value.refusal
    assert (refusal.category, refusal.field) == (RefusalClass.INVALID, "lines[LineNumber=2].Ordered")
    assert refusal.value == format(Decimal(amount), "f")
    assert currency in refusal.reason
