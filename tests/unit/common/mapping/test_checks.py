"""What is found wrong with a set before it is used, and what is left alone."""

import time
from datetime import date

import pytest

from common.mapping.checks import Finding, Severity, validate
from common.mapping.patterns import pattern
from common.mapping.rules import Pattern, PatternKind, Rule, RuleSet
from tests.unit.common.mapping.sets import CHART, accounts, rule, units

SPLIT = (("60", {"Account": "A"}), ("40", {"Account": "B"}))


def unasked(field: str, value: str) -> bool | None:
    return None


def found(rules: RuleSet) -> list[str]:
    return [finding.reason for finding in validate(rules, unasked, [CHART])]


def test_a_sound_set_has_no_findings() -> None:
    rules = accounts(
        rule(1, {"account": "5210"}, Account="5200", Fund="F-{cost_center}"),
        rule(2, {"account": "5210..5299"}, precedence=20, Account="5201", Fund="1"),
        rule(3, {"account": "6*", "company": "01"}, ("60", {"Fund": "A"}), ("40", {"Fund": "B"}), chart="US"),
        rule(9, precedence=99, default=True, Account="9999", Fund="{{none}}"),
        fields=("Account", "Fund"),
    )
    assert validate(rules, lambda *_: True, [CHART]) == []


@pytest.mark.parametrize(
    ("one", "says"),
    [
        (rule(7, Account="x"), "rule 7 would match everything; mark it as a default"),
        (rule(7, {"account": "*"}, Account="x"), "rule 7 would match everything; mark it as a default"),
        (
            rule(7, {"account": "5"}, ("60", {"Account": "A"})),
            "rule 7 has percents that are not above 0 or do not make 100: 60",
        ),
        (
            rule(7, {"account": "5"}, Account="x", valid_from=date(2026, 2, 1), valid_to=date(2026, 1, 1)),
            "rule 7 ends on 2026-01-01, before it begins on 2026-02-01",
        ),
        (rule(7, {"account": "5"}, Account="x", Fund="y"), "rule 7 gives Fund, which the set does not promise"),
        (
            rule(7, {"account": "5"}, ("60", {"Account": "A"}), ("40", {"Fund": "B"})),
            "rule 7 gives Account in some of its shares only",
        ),
        (rule(7, {"account": "5"}, Account="{fund}"), "rule 7 quotes fund, which is no segment of any chart"),
        (
            rule(7, {"account": "5"}, Account="{fund}", chart="US"),
            "rule 7 quotes fund, which is no segment of chart US",
        ),
        (
            rule(7, {"account": "5"}, Account="{fund"),
            "gives Account as '{fund', which has a brace without its other half",
        ),
        (rule(7, {"fund": "5"}, Account="x"), "rule 7 asks for fund, which is no segment of any chart"),
        (rule(7, {"account": "5"}, Account="x", chart="DE"), "rule 7 is for chart DE, which does not exist"),
    ],
)
def test_a_rule_that_cannot_mean_what_it_says_is_an_error(one: Rule, says: str) -> None:
    findings = validate(accounts(one, rule(8, {"account": "7"}, Account="x")), unasked, [CHART])
    told = [finding for finding in findings if says in finding.reason]
    assert [(finding.severity, finding.rules) for finding in told] == [(Severity.ERROR, (7,))]


def test_a_range_from_a_table_that_ends_before_it_begins_is_an_error() -> None:
    sound = rule(7, {"account": "5"}, Account="x")
    empty = Pattern(part="account", kind=PatternKind.RANGE, text="59", high="50")
    one = Rule(number=7, precedence=1, patterns=(empty,), targets=sound.targets)
    assert "rule 7 asks for account 59..50, a range that ends before it begins." in found(accounts(one))


def test_a_field_that_no_rule_gives_is_an_error_of_the_set() -> None:
    rules = accounts(rule(1, {"account": "5"}, Account="x"), fields=("Account", "Fund"))
    (finding,) = validate(rules, unasked)
    assert finding == Finding(
        severity=Severity.ERROR, rules=(), reason="no rule gives Fund, so that nothing can be mapped."
    )


def test_a_unit_is_not_split_and_has_no_segments() -> None:
    one = rule(1, {"unit": "Crt"}, ("60", {"unit": "CT"}), ("40", {"unit": "BX"}))
    two = rule(2, {"account": "5"}, precedence=20, unit="EA")
    told = [finding.reason for finding in validate(units(one, two), unasked)]
    assert told == [
        "rule 1 splits a unit of measure, which is a code and no amount.",
        "rule 2 asks for account, which is no segment of any chart.",
    ]


def test_values_that_the_target_does_not_take_are_told_once_each() -> None:
    asked: list[tuple[str, str]] = []

    def known(field: str, value: str) -> bool | None:
        asked.append((field, value))
        return {"5210": True, "gone": False, "old": False}.get(value)

    rules = accounts(
        rule(1, {"account": "1"}, Account="gone"),
        rule(2, {"account": "2"}, ("60", {"Account": "gone"}), ("40", {"Account": "5210"})),
        rule(3, {"account": "3"}, Account="old", valid_to=date(2025, 12, 31)),
        rule(4, {"account": "4"}, Account="unasked"),
        rule(5, {"account": "5"}, Account="{account}"),
    )
    assert [(finding.severity, finding.rules, finding.reason) for finding in validate(rules, known)] == [
        (Severity.ERROR, (1, 2), "Account 'gone' is unknown or inactive at the target."),
        (Severity.WARNING, (3,), "Account 'old' is unknown or inactive at the target."),
    ]
    assert sorted(asked) == [("Account", "5210"), ("Account", "gone"), ("Account", "old"), ("Account", "unasked")]


@pytest.mark.parametrize(
    ("one", "other", "overlap"),
    [
        (rule(1, {"account": "52*"}, Account="a"), rule(2, {"account": "5210"}, Account="b"), True),
        (rule(1, {"account": "52*"}, Account="a"), rule(2, {"account": "5210"}, Account="a"), False),
        (rule(1, {"account": "52*"}, Account="a"), rule(2, {"account": "5210"}, precedence=11, Account="b"), False),
        (rule(1, {"account": "52*"}, Account="a"), rule(2, {"account": "5310"}, Account="b"), False),
        (rule(1, {"account": "52*"}, Account="a"), rule(2, {"account": "*9"}, Account="b"), True),
        (rule(1, {"account": "52*"}, Account="a"), rule(2, {"account": "53*"}, Account="b"), False),
        (rule(1, {"account": "52*"}, Account="a"), rule(2, {"account": "5300..5399"}, Account="b"), False),
        (rule(1, {"account": "52*"}, Account="a"), rule(2, {"account": "5000..5399"}, Account="b"), True),
        (rule(1, {"account": "52*"}, Account="a"), rule(2, {"cost_center": "1*"}, Account="b"), True),
        (rule(1, {"account": "5210"}, Account="a"), rule(2, {"cost_center": "1"}, Account="b"), True),
        (
            rule(1, {"account": "5210", "company": "01"}, Account="a"),
            rule(2, {"cost_center": "1", "company": "02"}, Account="b"),
            False,
        ),
        (
            rule(1, {"account": "5"}, Account="a", business_unit="A"),
            rule(2, {"account": "5"}, Account="b", business_unit="B"),
            False,
        ),
        (rule(1, {"account": "5"}, Account="a", business_unit="A"), rule(2, {"account": "5"}, Account="b"), True),
        (rule(1, {"account": "5"}, Account="a", chart="US"), rule(2, {"account": "5"}, Account="b", chart="DE"), False),
        (
            rule(1, {"account": "5"}, Account="a", valid_to=date(2025, 12, 31)),
            rule(2, {"account": "5"}, Account="b", valid_from=date(2026, 1, 1)),
            False,
        ),
        (
            rule(1, {"account": "5"}, Account="a", valid_to=date(2026, 1, 1)),
            rule(2, {"account": "5"}, Account="b", valid_from=date(2026, 1, 1)),
            True,
        ),
        (rule(1, {"account": "5"}, Account="a"), rule(2, {"account": "5"}, Fund="b"), False),
    ],
)
def test_rules_that_disagree_need_different_precedence(one: Rule, other: Rule, overlap: bool) -> None:  # noqa: FBT001
    reason = "rules 1 and 2 have the same precedence, may both apply, and give a different Account."
    findings = validate(accounts(one, other), unasked)
    expected = Finding(severity=Severity.ERROR, rules=(1, 2), reason=reason)
    assert (expected in findings) is overlap


def test_rules_that_disagree_on_several_fields_are_told_once() -> None:
    one, other = (rule(number, {"account": "5"}, Account=f"{number}", Fund=f"{number}") for number in (1, 2))
    told = validate(accounts(one, other, fields=("Account", "Fund")), unasked)
    assert [finding.rules for finding in told if finding.severity is Severity.ERROR] == [(1, 2)]


def test_two_splits_that_may_meet_are_a_warning() -> None:
    one = rule(1, {"account": "52*"}, *SPLIT)
    other = rule(2, {"cost_center": "1"}, ("50", {"Fund": "A"}), ("50", {"Fund": "B"}), precedence=20)
    reason = "rules 1 and 2 both split and may both apply; what both split is not mapped."
    assert found(accounts(one, other, fields=("Account", "Fund"))) == [reason]


def hides(*rules: Rule, fields: tuple[str, ...] = ("Account",)) -> list[tuple[int, ...]]:
    findings = validate(accounts(*rules, fields=fields), unasked)
    return [finding.rules for finding in findings if "never applies:" in finding.reason]


def test_a_rule_that_earlier_ones_always_precede_is_a_warning() -> None:
    wide = rule(1, {"account": "5*"}, precedence=1, Account="a")
    narrow = rule(2, {"account": "521?", "company": "01"}, Account="b")
    assert hides(wide, narrow) == [(2, 1)]
    (finding,) = validate(accounts(wide, narrow), unasked)
    assert finding.reason == "rule 2 never applies: rule 1 comes always first for all that it gives."


@pytest.mark.parametrize(
    ("one", "hidden"),
    [
        (rule(1, {"account": "52*"}, precedence=1, Account="a"), False),
        (rule(1, {"account": "52*", "company": "01"}, precedence=1, Account="a"), False),
        (rule(1, {"account": "5*"}, precedence=99, Account="a"), False),
        (rule(1, {"account": "5*"}, precedence=1, Fund="a"), False),
        (rule(1, {"account": "5*"}, precedence=1, Account="a", business_unit="BU1"), False),
        (rule(1, {"account": "5*"}, precedence=1, Account="a", chart="US"), False),
        (rule(1, {"account": "5*"}, precedence=1, Account="a", valid_from=date(2026, 1, 1)), False),
        (rule(1, precedence=1, Account="a"), False),
        (rule(1, precedence=1, Account="a", default=True), True),
        (rule(1, {"account": "5*"}, precedence=1, Account="a"), True),
    ],
)
def test_a_rule_that_leaves_something_over_hides_none(one: Rule, hidden: bool) -> None:  # noqa: FBT001
    assert (hides(one, rule(2, {"account": "5*"}, Account="b")) == [(2, 1)]) is hidden


def test_a_rule_may_be_hidden_field_by_field_and_year_by_year() -> None:
    account = rule(1, {"account": "5*"}, precedence=1, Account="a")
    until = rule(2, {"account": "*"}, precedence=2, Fund="a", default=True, valid_to=date(2025, 12, 31))
    then = rule(3, precedence=2, Fund="b", default=True, valid_from=date(2026, 1, 1))
    later = rule(4, precedence=2, Fund="b", default=True, valid_from=date(2026, 1, 2))
    both = rule(5, {"account": "52*"}, Account="c", Fund="c")
    assert hides(account, until, then, both, fields=("Account", "Fund")) == [(5, 1, 2, 3)]
    assert hides(account, until, later, both, fields=("Account", "Fund")) == []


def test_more_overlaps_than_anyone_reads_are_cut_and_said_to_be() -> None:
    rules = accounts(*(rule(number, {"account": "5*"}, Account=f"{number}") for number in range(1, 60)))
    findings = [finding for finding in validate(rules, unasked) if finding.severity is Severity.ERROR]
    assert len(findings) == 501
    assert "there are more than 500 overlaps" in findings[0].reason


def test_ten_thousand_rules_are_judged_in_seconds() -> None:
    many = [
        rule(number, {"company": "01", "account": f"{number:05}"}, Account="x", Fund=f"{number}")
        for number in range(10_000)
    ]
    others = [rule(number, {"cost_center": f"{number}"}, CostCenter=f"{number}") for number in range(10_000, 15_000)]
    rules = accounts(*many, *others, fields=("Account", "Fund", "CostCenter"))
    begun = time.process_time()
    assert validate(rules, unasked, [CHART]) == []
    assert time.process_time() - begun < 20


def test_patterns_that_are_too_long_are_refused() -> None:
    with pytest.raises(ValueError, match="at most 240 signs"):
        pattern("account", "*a" * 200)
