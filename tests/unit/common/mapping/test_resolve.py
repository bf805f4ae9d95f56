"""Which rule gives what, and what is said where none does."""

import time
from datetime import date
from decimal import Decimal

import pytest

from common.mapping.resolve import Resolved, RuleIndex, RuleSetCoder, Unmapped, WrongChart, resolve, subject
from common.mapping.rules import Chart, Rule, RuleSet, Subject
from schemas.coding import Account, Coder
from schemas.refusals import RefusalClass, Refused
from tests.unit.common.mapping.sets import CHART, TODAY, accounts, combination, rule


def given(rules: RuleSet, asked: Subject) -> dict[str, str]:
    found = resolve(rules, asked)
    assert isinstance(found, Resolved), found
    (share,) = found.shares
    return {value.field: value.value for value in share.values}


def reason(rules: RuleSet, asked: Subject) -> str:
    found = resolve(rules, asked)
    assert isinstance(found, Unmapped), found
    return found.reason


def test_a_combination_is_taken_apart_by_its_chart() -> None:
    assert subject("01-110-5210", CHART, "BU1", TODAY) == Subject(
        text="01-110-5210",
        parts=(("company", "01"), ("cost_center", "110"), ("account", "5210")),
        business_unit="BU1",
        chart="US",
        on=TODAY,
    )


@pytest.mark.parametrize("text", ["01-110", "01-110-5210-0000", "", "01.110.5210"])
def test_a_combination_of_another_chart_is_refused(text: str) -> None:
    with pytest.raises(WrongChart, match="company-cost_center-account"):
        subject(text, CHART, None, TODAY)


@pytest.mark.parametrize(("delimiter", "segments"), [("", ("a",)), ("-", ()), ("-", ("a", "a"))])
def test_a_chart_that_takes_nothing_apart_is_none(delimiter: str, segments: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="chart 'US'"):
        Chart(name="US", delimiter=delimiter, segments=segments)


def test_each_field_comes_from_the_first_rule_that_gives_it() -> None:
    rules = accounts(
        rule(1, {"account": "52*"}, precedence=20, Account="5200"),
        rule(2, {"account": "5210"}, precedence=10, Account="5210"),
        rule(3, {"cost_center": "100..199"}, precedence=30, CostCenter="CC-{cost_center}", Account="never"),
        fields=("Account", "CostCenter"),
    )
    found = resolve(rules, combination("01-110-5210"))
    assert isinstance(found, Resolved)
    assert found.given_by == (("Account", 2), ("CostCenter", 3))
    assert given(rules, combination("01-110-5210")) == {"Account": "5210", "CostCenter": "CC-110"}
    assert given(rules, combination("01-110-5299")) == {"Account": "5200", "CostCenter": "CC-110"}


def test_the_lower_number_decides_between_rules_of_one_precedence() -> None:
    assert given(
        accounts(rule(2, {"account": "5*"}, Account="b"), rule(1, {"account": "*0"}, Account="a")), SUBJECT
    ) == {"Account": "a"}


SUBJECT = combination("01-110-5210")


@pytest.mark.parametrize(
    ("one", "applies"),
    [
        (rule(1, {"account": "5210"}, Account="x"), True),
        (rule(1, {"account": "521"}, Account="x"), False),
        (rule(1, {"account": "5?10", "company": "01"}, Account="x"), True),
        (rule(1, {"account": "5210", "company": "02"}, Account="x"), False),
        (rule(1, {"account": "5210..5210"}, Account="x"), True),
        (rule(1, {"account": "0005000..5999"}, Account="x"), True),
        (rule(1, {"account": "5211..5999"}, Account="x"), False),
        (rule(1, {"account": "=52*"}, Account="x"), False),
        (rule(1, {"project": "*", "account": "5210"}, Account="x"), True),
        (rule(1, {"project": "7"}, Account="x"), False),
        (rule(1, {"account": "5210"}, Account="x", business_unit="BU1"), True),
        (rule(1, {"account": "5210"}, Account="x", business_unit="BU2"), False),
        (rule(1, {"account": "5210"}, Account="x", chart="US"), True),
        (rule(1, {"account": "5210"}, Account="x", chart="DE"), False),
        (rule(1, {"account": "5210"}, Account="x", valid_from=TODAY, valid_to=TODAY), True),
        (rule(1, {"account": "5210"}, Account="x", valid_from=date(2026, 3, 2)), False),
        (rule(1, {"account": "5210"}, Account="x", valid_to=date(2026, 2, 28)), False),
        (rule(1, Account="x"), False),
        (rule(1, {"account": "*", "company": "**"}, Account="x"), False),
        (rule(1, Account="x", default=True), True),
    ],
)
def test_a_rule_applies_by_its_patterns_unit_chart_and_days(one: Rule, applies: bool) -> None:  # noqa: FBT001
    assert isinstance(resolve(accounts(one), SUBJECT), Resolved) is applies


def test_a_splitting_rule_codes_every_share_and_others_code_all_of_it() -> None:
    rules = accounts(
        rule(1, {"cost_center": "110"}, ("60", {"CostCenter": "A"}), ("40", {"CostCenter": "B"})),
        rule(2, {"account": "5210"}, Account="{account}"),
        fields=("Account", "CostCenter"),
    )
    found = resolve(rules, SUBJECT)
    assert isinstance(found, Resolved)
    coded = [(share.percent, [(value.field, value.value) for value in share.values]) for share in found.shares]
    assert coded == [
        (Decimal(60), [("Account", "5210"), ("CostCenter", "A")]),
        (Decimal(40), [("Account", "5210"), ("CostCenter", "B")]),
    ]


def test_two_splits_at_once_are_not_mapped() -> None:
    rules = accounts(
        rule(4, {"cost_center": "110"}, ("60", {"CostCenter": "A"}), ("40", {"CostCenter": "B"})),
        rule(9, {"account": "5210"}, ("50", {"Account": "A"}), ("50", {"Account": "B"})),
        fields=("Account", "CostCenter"),
    )
    assert reason(rules, SUBJECT) == "rules 4 and 9 both split it; at most one rule may split a combination."


@pytest.mark.parametrize(
    ("one", "says"),
    [
        (rule(7, {"account": "5210"}, ("60", {"Account": "A"}), ("41", {"Account": "B"})), "percents of rule 7"),
        (rule(7, {"account": "5210"}, ("110", {"Account": "A"}), ("-10", {"Account": "B"})), "percents of rule 7"),
        (rule(7, {"account": "5210"}, ("NaN", {"Account": "A"})), "percents of rule 7"),
        (rule(7, {"account": "5210"}, ("99.99", {"Account": "A"})), "percents of rule 7"),
        (rule(7, {"account": "5210"}, Account="{project}"), "quotes project"),
        (rule(7, {"account": "5210"}, Account="{account"), "brace without its other half"),
        (rule(7, {"account": "5210"}, Account=" "), "has an empty value"),
    ],
)
def test_a_rule_that_contradicts_itself_maps_nothing(one: Rule, says: str) -> None:
    fallback = rule(8, default=True, precedence=99, Account="never a way around")
    found = resolve(accounts(one, fallback), SUBJECT)
    assert isinstance(found, Unmapped)
    assert says in found.reason
    assert "rule 7" in found.reason
    assert found.fields == ()


def test_a_field_that_only_some_shares_have_is_not_given() -> None:
    rules = accounts(
        rule(1, {"account": "5210"}, ("60", {"Account": "A", "X": "1"}), ("40", {"Account": "B"})), fields=("X",)
    )
    assert reason(rules, SUBJECT) == "no rule gives X (business unit BU1, 2026-03-01)."


def test_what_has_no_rule_is_named_with_its_segments() -> None:
    rules = accounts(
        rule(1, {"account": "6*"}, Account="x"),
        rule(2, {"company": "01"}, Company="x"),
        fields=("Account", "Company", "Fund"),
    )
    found = resolve(rules, SUBJECT)
    assert isinstance(found, Unmapped)
    assert (found.fields, found.parts) == (("Account", "Fund"), (("account", "5210"),))
    assert found.reason == "Account has no rule for account 5210; no rule gives Fund (business unit BU1, 2026-03-01)."


def test_the_coder_gives_shares_or_refuses_where_the_account_stands() -> None:
    coder: Coder = RuleSetCoder(
        accounts(rule(1, {"account": "5210"}, Account="x")), lambda unit: CHART if unit == "BU1" else None
    )

    def refused(combination: str, unit: str | None = "BU1") -> str:
        with pytest.raises(Refused) as caught:
            coder.shares(Account(combination=combination, business_unit=unit, on=TODAY, place="lines[0].account"))
        refusal = caught.value.refusal
        assert (refusal.category, refusal.field, refusal.value) == (
            RefusalClass.MAPPING,
            "lines[0].account",
            combination,
        )
        assert refusal.next_step.endswith(", then release the document.")
        return str(refusal)

    (share,) = coder.shares(Account(combination="01-1-5210", business_unit="BU1", on=TODAY, place=""))
    assert (share.percent, share.values[0].value) == (Decimal(100), "x")
    assert "Account has no rule for account 99" in refused("01-1-99")
    assert "Add a rule to the account mapping" in refused("01-1-99")
    assert "it has 1 segments" in refused("99")
    assert "no chart of accounts is set for business unit BU2" in refused("01-1-5210", "BU2")
    assert "no chart of accounts is set for documents without one" in refused("01-1-5210", None)


def test_ten_thousand_rules_map_ten_thousand_combinations_in_seconds() -> None:
    exact = [
        rule(number, {"account": f"{number:05}", "company": "01"}, Account=f"{number}") for number in range(10_000)
    ]
    loose = [rule(number, {"cost_center": f"{number - 9_900}*"}, CostCenter="x") for number in range(10_001, 10_100)]
    index = RuleIndex(accounts(*exact, *loose, fields=("Account", "CostCenter")))
    asked = [combination(f"01-{101 + number % 99}-{number:05}") for number in range(10_000)]

    begun = time.process_time()
    found = [index.resolve(one) for one in asked]

    assert all(isinstance(one, Resolved) for one in found)
    assert time.process_time() - begun < 15
