"""Which rules almost applied to a subject, and what kept them from it: for the person who asks why it has no coding."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from common.mapping.patterns import conditions, folded, matches, written
from common.mapping.resolve import gives
from common.mapping.rules import Pattern, Rule, RuleSet, Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class NearMiss:
    """A rule that did not apply: its number, the fields it would have given, and each thing that kept it from it."""

    rule: int
    fields: tuple[str, ...]
    because: tuple[str, ...]


def near_misses(rules: RuleSet, subject: Subject, *, most: int = 3) -> tuple[NearMiss, ...]:
    """Return the rules that fewest things kept from applying, nearest first, then in the order of the rules."""
    parts = {part: folded(code, rules.kind) for part, code in subject.parts}
    misses = [
        ((rule.precedence, rule.number), NearMiss(rule=rule.number, fields=fields, because=because))
        for rule in rules.rules
        if (fields := gives(rule, rules.fields)) and (because := tuple(_obstacles(rule, rules, subject, parts)))
    ]
    misses.sort(key=lambda found: (len(found[1].because), found[0]))
    return tuple(miss for _, miss in misses[:most])


def _obstacles(rule: Rule, rules: RuleSet, subject: Subject, parts: Mapping[str, str]) -> Iterator[str]:
    asked = conditions(rule, rules.kind)
    if not asked and not rule.default:
        yield "it would match everything and is not marked as a default"
    if rule.business_unit not in (None, subject.business_unit):
        here = subject.business_unit or "a document without one"
        yield f"it is for business unit {rule.business_unit}, not for {here}"
    if rule.chart not in (None, subject.chart):
        yield f"it is for chart {rule.chart}, not {subject.chart}"
    if rule.valid_from and subject.on < rule.valid_from:
        yield f"it is valid from {rule.valid_from.isoformat()}, not yet on {subject.on.isoformat()}"
    if rule.valid_to and rule.valid_to < subject.on:
        yield f"it was valid until {rule.valid_to.isoformat()}, no longer on {subject.on.isoformat()}"
    for one in asked:
        if one.part not in parts:
            yield f"it asks for {one.part}, which {subject.text} does not have"
        elif not matches(one, parts[one.part]):
            yield f"it asks for {one.part} {_shown(one)}, not {parts[one.part]}"


def _shown(one: Pattern) -> str:
    try:
        return written(one)
    except ValueError:
        return one.text
