"""Pairs of rules that may both apply to one subject, found without comparing every rule with every other."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import combinations, product

from common.mapping.patterns import overlap
from common.mapping.resolve import Applied, applied
from common.mapping.rules import PatternKind, Rule, RuleSet


def conflicts(rules: RuleSet) -> Iterator[tuple[int, int, str]]:
    """Yield rules of one precedence that may both apply and give a different value, and the first such field."""
    alike: dict[tuple[int, str], list[Applied]] = {}
    told: set[tuple[int, int]] = set()
    for one in applied(rules):
        for field in one.gives:
            alike.setdefault((one.rule.precedence, field), []).append(one)
    for (_, field), group in alike.items():
        for one, other in _overlapping(group):
            pair = (one.rule.number, other.rule.number)
            if pair not in told and _given(one.rule, field) != _given(other.rule, field):
                told.add(pair)
                yield *pair, field


def rival_splits(rules: RuleSet) -> Iterator[tuple[int, int]]:
    """Yield rules that split, may both apply, and may both be used because they give different fields."""
    splitting = [one for one in applied(rules) if len(one.rule.targets) > 1]
    for one, other in _overlapping(splitting):
        if set(one.gives) != set(other.gives):
            yield one.rule.number, other.rule.number


def may_both_apply(one: Applied, other: Applied) -> bool:
    """Tell whether two rules may apply to one subject on one day."""
    first, second = one.rule, other.rule
    return (
        (first.business_unit is None or second.business_unit in (None, first.business_unit))
        and (first.chart is None or second.chart in (None, first.chart))
        and _begin(first) <= _end(second)
        and _begin(second) <= _end(first)
        and all(overlap(a, b) for a in one.asks for b in other.asks if a.part == b.part)
    )


def _overlapping(rules: Sequence[Applied]) -> Iterator[tuple[Applied, Applied]]:
    """Yield the pairs that may both apply, each once, the earlier rule first."""
    exact = [one.part for rule in rules for one in rule.asks if one.kind is PatternKind.EXACT]
    parts = sorted(set(exact), key=lambda part: (-exact.count(part), part))
    for one, other in _near(rules, parts):
        if may_both_apply(one, other):
            yield (one, other) if one.rank < other.rank else (other, one)


def _near(rules: Sequence[Applied], parts: Sequence[str]) -> Iterator[tuple[Applied, Applied]]:
    """Yield the pairs of rules that do not ask for different codes of some part."""
    if not parts or len(rules) < 2:
        yield from combinations(rules, 2)
        return
    by_code: dict[str | None, list[Applied]] = {}
    for rule in rules:
        by_code.setdefault(_code(rule, parts[0]), []).append(rule)
    loose = by_code.pop(None, [])
    for group in (loose, *by_code.values()):
        yield from _near(group, parts[1:])
    for group in by_code.values():
        yield from product(loose, group)


def _code(rule: Applied, part: str) -> str | None:
    return next((one.text for one in rule.asks if one.part == part and one.kind is PatternKind.EXACT), None)


def _given(rule: Rule, field: str) -> list[tuple[Decimal, str, str | None]]:
    return [
        (target.percent, value.value, value.description)
        for target in rule.targets
        for value in target.values
        if value.field == field
    ]


def _begin(rule: Rule) -> date:
    return rule.valid_from or date.min


def _end(rule: Rule) -> date:
    return rule.valid_to or date.max
