"""The coder of an integration: by its active set, or a refusal that says what to do."""

from datetime import date

import pytest

from common.mapping.coding import coder
from common.mapping.rules import MappingKind, RuleSet
from common.mapping.sheets import read_csv
from common.settings import AccountSettings, ChartSettings
from schemas.coding import Account
from schemas.refusals import RefusalClass, Refused

SETTINGS = AccountSettings(
    segments=["company", "account"],
    fields=["Account"],
    charts={"norway": ChartSettings(delimiter=".", segments=["account"], business_units=["Norway"])},
)


def account(combination: str, business_unit: str | None = None) -> Account:
    return Account(combination=combination, business_unit=business_unit, on=date(2026, 11, 2), place="lines[1].Account")


def rules() -> RuleSet:
    sheet = b"precedence,chart,account,-> Account\n1,norway,52,N\n2,,52,A\n"
    return read_csv(sheet, kind=MappingKind.ACCOUNTS, segments=("company", "account"))


def test_a_combination_is_taken_apart_by_its_business_units_chart() -> None:
    by_set = coder(rules(), SETTINGS, integration="main")

    assert by_set.shares(account("01-52"))[0].values[0].value == "A"
    assert by_set.shares(account("52", "Norway"))[0].values[0].value == "N"
    with pytest.raises(Refused, match="it has 1 segments; chart usual has 2"):
        by_set.shares(account("52"))


def test_without_an_active_set_every_combination_waits_and_says_for_what() -> None:
    with pytest.raises(Refused) as refused:
        coder(None, SETTINGS, integration="main").shares(account("01-52"))

    refusal = refused.value.refusal
    assert (refusal.category, refusal.field, refusal.value) == (RefusalClass.MAPPING, "lines[1].Account", "01-52")
    assert "no mapping set is active" in refusal.reason
    assert "`ml-connector map import FILE`" in refusal.next_step
