"""Which rules are proposed for what has no coding, why, and what is never proposed."""

from common.mapping.resolve import Resolved, resolve
from common.mapping.rules import RuleSet
from common.mapping.suggest import Suggestion, suggest
from schemas.coding import FieldValue
from tests.unit.common.mapping.sets import CHART, accounts, combination, rule

DESCRIBED = {("account", "5210"): "Office Supplies", ("account", "77"): "Travel", ("cost_center", "110"): "IT"}


def target(field: str, value: str, description: str | None = None) -> FieldValue:
    return FieldValue(field=field, value=value, description=description)


def proposed(rules: RuleSet, *targets: FieldValue, texts: tuple[str, ...] = ("01-110-5210",)) -> tuple[Suggestion, ...]:
    subjects = [combination(text) for text in texts]
    return suggest(rules, subjects, targets, lambda part, code: DESCRIBED.get((part, code)), precedence=50)


def test_the_same_code_and_description_speak_most() -> None:
    both, code, other, described = (
        proposed(accounts(), *targets)[0].score
        for targets in (
            [target("Account", "5210", "office  SUPPLIES.")],
            [target("Account", "5210")],
            [target("Account", "5210", "Fuel")],
            [target("Account", "X1", "Óffice supplies")],
        )
    )
    assert both > described > code > other > 0


def test_a_proposal_is_a_rule_that_settles_its_subject() -> None:
    rules = accounts(rule(7, {"account": "1"}, Account="1"))
    (one,) = proposed(rules, target("Account", "{X1}", "Office supplies"))
    assert (one.rule.number, one.rule.precedence, one.rule.chart, one.subjects) == (8, 50, CHART.name, 1)
    assert one.because == "account 5210 is described as 'Office Supplies', like Account {X1}"
    found = resolve(accounts(*rules.rules, one.rule), combination("01-110-5210"))
    assert isinstance(found, Resolved)
    assert found.shares[0].values[0].value == "{X1}"


def test_the_best_proposal_for_most_subjects_comes_first() -> None:
    texts = ("01-110-5210", "02-110-5210", "02-110-5210", "01-120-77")
    found = proposed(accounts(), target("Account", "5210"), target("Account", "T", "travel"), texts=texts)
    assert [(one.rule.patterns[0].text, one.subjects) for one in found] == [("77", 1), ("5210", 2)]


def test_segments_that_speak_equally_get_half() -> None:
    alone, _ = proposed(accounts(fields=("Fund",)), target("Fund", "11"), texts=("11-11-5210",))
    sole = proposed(accounts(fields=("Fund",)), target("Fund", "11"), texts=("11-12-5210",))
    assert alone.score * 2 == sole[0].score


def test_a_segment_named_like_the_field_goes_before_another() -> None:
    rules = accounts(fields=("CostCenter",))
    (one,) = proposed(rules, target("CostCenter", "11"), texts=("11-11-11",))
    assert one.rule.patterns[0].part == "cost_center"


def test_nothing_is_proposed_for_what_is_mapped_or_ambiguous_or_unlike() -> None:
    mapped = accounts(rule(1, {"account": "5210"}, Account="x"))
    assert proposed(mapped, target("Account", "5210")) == ()
    twins = (target("Account", "A", "office supplies"), target("Account", "B", "Office Supplies"))
    assert proposed(accounts(), *twins) == ()
    assert proposed(accounts(), target("Account", "9", "Fuel"), target("Account", "8")) == ()
    assert proposed(accounts(), target("Fund", "5210")) == ()
