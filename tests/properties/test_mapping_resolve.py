"""Any rules and any combination have exactly one result, whichever way the rules are listed."""

import random
import re
from collections import Counter
from datetime import date
from decimal import Decimal

from hypothesis import event, given, settings
from hypothesis import strategies as st

from common.mapping.checks import validate
from common.mapping.difference import difference
from common.mapping.near_misses import near_misses
from common.mapping.overlaps import conflicts
from common.mapping.patterns import covers, matches, overlap, pattern, written
from common.mapping.reach import unreachable
from common.mapping.resolve import Resolved, RuleIndex, Unmapped, resolve
from common.mapping.rules import Pattern, PatternKind, Rule, RuleSet, Subject
from tests.properties.mapping_sets import CROWDED_SETS, FREE_PATTERNS, RULE_SETS, SUBJECTS, readable

EVERYWHERE = [
    Subject(text=code, parts=(("account", code),), business_unit=unit, chart=chart, on=on)
    for code in ("5210", "5299", "5", "6", "052")
    for unit in (None, "BU1")
    for chart in (None, "US")
    for on in (date(2025, 12, 31), date(2026, 1, 1), date(2026, 2, 1), date(2026, 2, 2), date(2026, 3, 2))
]
"""Subjects enough to tell whether a rule of a crowded set is used."""

MODEST = settings(max_examples=60, deadline=None)


def plainly_matches(one: Pattern, code: str) -> bool:
    """Match by the documented meaning alone, without the product's code."""
    if one.kind is PatternKind.RANGE:
        low, high = one.text, one.high or ""
        if all(re.fullmatch(r"[0-9]+", text) for text in (low, code, high)):
            return int(low) <= int(code) <= int(high)
        return low <= code <= high
    if one.kind is PatternKind.EXACT:
        return code == one.text
    expression = "".join({"*": ".*", "?": "."}.get(sign, re.escape(sign)) for sign in one.text)
    return re.fullmatch(expression, code, re.DOTALL) is not None


def plainly_applies(rule: Rule, subject: Subject) -> bool:
    codes = dict(subject.parts)
    asks = [one for one in rule.patterns if one.kind is not PatternKind.ANY]
    return (
        bool(asks or rule.default)
        and rule.business_unit in (None, subject.business_unit)
        and rule.chart in (None, subject.chart)
        and (rule.valid_from or subject.on) <= subject.on <= (rule.valid_to or subject.on)
        and all(one.part in codes and plainly_matches(one, codes[one.part]) for one in asks)
    )


def plainly_given(rules: RuleSet, subject: Subject) -> dict[str, int]:
    """Return which rule gives which field, by trying every rule in order."""
    order = sorted(rules.rules, key=lambda rule: (rule.precedence, rule.number))
    applying = [rule for rule in order if plainly_applies(rule, subject)]
    return {
        field: next(rule.number for rule in applying if field in {value.field for value in rule.targets[0].values})
        for field in rules.fields
        if any(field in {value.field for value in rule.targets[0].values} for rule in applying)
    }


@given(RULE_SETS, st.lists(SUBJECTS, min_size=1, max_size=8))
@MODEST
def test_the_index_finds_what_trying_every_rule_finds(rules: RuleSet, subjects: list[Subject]) -> None:
    index = RuleIndex(rules)
    for subject in subjects:
        found, expected = index.resolve(subject), plainly_given(rules, subject)
        if isinstance(found, Resolved):
            assert dict(found.given_by) == expected
        elif found.fields:
            assert set(found.fields) == set(rules.fields) - expected.keys()
        else:
            assert expected.keys() == set(rules.fields)


@given(RULE_SETS, SUBJECTS, st.randoms(use_true_random=False))
@MODEST
def test_a_result_does_not_depend_on_how_rules_are_listed(
    rules: RuleSet, subject: Subject, shuffler: random.Random
) -> None:
    listed = list(rules.rules)
    shuffler.shuffle(listed)
    other = RuleSet(kind=rules.kind, fields=rules.fields, rules=tuple(listed))
    assert resolve(other, subject) == resolve(rules, subject)


@given(RULE_SETS, SUBJECTS)
@MODEST
def test_what_is_mapped_is_mapped_whole_and_what_is_not_says_why(rules: RuleSet, subject: Subject) -> None:
    match resolve(rules, subject):
        case Resolved(shares=shares):
            assert sum((share.percent for share in shares), Decimal(0)) == 100
            for share in shares:
                assert share.percent > 0
                assert tuple(value.field for value in share.values) == rules.fields
                assert all(value.value.strip() for value in share.values)
        case Unmapped(reason=reason):
            assert reason.endswith(".")


@given(st.one_of(FREE_PATTERNS, st.text(max_size=6)))
def test_a_pattern_is_read_back_as_it_was_written(text: str) -> None:
    try:
        one = pattern("account", text)
    except ValueError:
        assert ".." in text
    else:
        assert pattern("account", written(one)) == one
    code = Pattern(part="account", kind=PatternKind.EXACT, text=text)
    assert pattern("account", written(code)) == code


@given(FREE_PATTERNS.map(readable), FREE_PATTERNS.map(readable), FREE_PATTERNS)
@settings(max_examples=1000, deadline=None)
def test_patterns_lie_to_each_other_as_their_codes_do(one: Pattern, other: Pattern, code: str) -> None:
    for pick in (code, one.text, other.text, one.text.replace("*", code).replace("?", "a")):
        assert matches(one, pick) == (one.kind is PatternKind.ANY or plainly_matches(one, pick))
        if covers(one, other) and matches(other, pick):
            assert matches(one, pick)
        if matches(one, pick) and matches(other, pick):
            assert overlap(one, other)
            assert overlap(other, one)


@given(RULE_SETS | CROWDED_SETS | CROWDED_SETS)
@settings(max_examples=150, deadline=None)
def test_an_unreachable_rule_is_never_used(rules: RuleSet) -> None:
    hidden = {number for number, _ in unreachable(rules)}
    event(f"{len(hidden)} hidden")
    if hidden:
        for subject in EVERYWHERE:
            assert not hidden & set(plainly_given(rules, subject).values())


@given(RULE_SETS | CROWDED_SETS, SUBJECTS)
@MODEST
def test_rules_of_one_precedence_that_disagree_are_found(rules: RuleSet, subject: Subject) -> None:
    found = {frozenset(pair) for *pair, _ in conflicts(rules)}
    applying = [rule for rule in rules.rules if plainly_applies(rule, subject)]
    for one in applying:
        for other in applying:
            same = {value.field for value in one.targets[0].values} == {
                value.field for value in other.targets[0].values
            }
            if one.precedence == other.precedence and same and one.targets != other.targets:
                assert {one.number, other.number} in found


@given(RULE_SETS, st.lists(SUBJECTS, max_size=10))
@MODEST
def test_in_a_set_without_findings_nothing_contradicts_itself(rules: RuleSet, subjects: list[Subject]) -> None:
    findings = validate(rules, lambda *_: None)
    for subject in subjects:
        found = resolve(rules, subject)
        if isinstance(found, Unmapped) and not found.fields:
            assert findings or "quotes" in found.reason or "empty value" in found.reason


@given(RULE_SETS, SUBJECTS)
@MODEST
def test_a_near_miss_is_a_rule_that_does_not_apply(rules: RuleSet, subject: Subject) -> None:
    missed = near_misses(rules, subject, most=99)
    assert Counter(miss.rule for miss in missed) == Counter(
        rule.number for rule in rules.rules if not plainly_applies(rule, subject)
    )


@given(RULE_SETS, RULE_SETS, st.lists(SUBJECTS, max_size=5))
@MODEST
def test_a_difference_leads_from_one_version_to_the_other(old: RuleSet, new: RuleSet, subjects: list[Subject]) -> None:
    found = difference(old, new, subjects)
    rules = {rule.number: rule for rule in old.rules}
    for rule in found.removed:
        assert rules.pop(rule.number) == rule
    for pair in found.changed:
        assert rules[pair.before.number] == pair.before
        rules[pair.after.number] = pair.after
    rules |= {rule.number: rule for rule in found.added}
    assert set(rules.values()) == set(new.rules)

    recoded = [one.subject for one in found.recoded]
    for subject in subjects:
        before, after = resolve(old, subject), resolve(new, subject)
        coded = [one.shares if isinstance(one, Resolved) else None for one in (before, after)]
        assert (subject in recoded) == (coded[0] != coded[1])
