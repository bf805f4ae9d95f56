"""Tolerances as a settings file says them."""

import tomllib
from decimal import Decimal

import pytest
from pydantic import ValidationError

from common.settings import MatchSettings
from schemas.match_values import Allowance, Tolerances

FILE = """
quantity_percent = 5
price_percent = 0.1
price = 0.50
[business_units."Norway Business Unit"]
price_percent = 0
short_after_days = 14
"""


def test_numbers_are_exactly_as_written_and_a_business_unit_overrides_what_it_names() -> None:
    settings = MatchSettings.model_validate(tomllib.loads(FILE))

    usual = settings.tolerances("US1 Business Unit")
    assert usual.quantity == Allowance(percent=Decimal(5))
    assert usual.price == Allowance(percent=Decimal("0.1"), absolute=Decimal("0.5"))
    assert usual.short_after_days == 30
    norway = settings.tolerances("Norway Business Unit")
    assert norway.quantity == usual.quantity
    assert norway.price == Allowance(percent=Decimal(0), absolute=Decimal("0.5"))
    assert norway.short_after_days == 14


def test_without_settings_everything_is_exact() -> None:
    assert MatchSettings().tolerances(None) == Tolerances()


@pytest.mark.parametrize("value", ['"5"', "-1", "true", "nan", "inf", "0.12345678901234567"])
def test_what_is_no_exact_number_is_refused(value: str) -> None:
    with pytest.raises(ValidationError, match="a number from 0"):
        MatchSettings.model_validate(tomllib.loads(f"quantity = {value}"))
