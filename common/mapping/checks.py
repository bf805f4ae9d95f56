"""What is wrong with a set of rules before any document meets it.

An error is a rule that cannot mean what it says: the set should not be used. A warning is one that may be meant.

Limits: overlaps are found pair by pair and may name two rules although no subject exists that both match; a rule
is called unreachable only when it surely is. Values that quote the subject are not looked up at the target.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from common.mapping.overlaps import conflicts, rival_splits
from common.mapping.patterns import conditions, holds_nothing
from common.mapping.quoting import filled, quoted_parts
from common.mapping.reach import unreachable
from common.mapping.resolve import UNIT, adds_up, gives
from common.mapping.rules import Chart, MappingKind, Rule, RuleSet

Known = Callable[[str, str], bool | None]
"""Whether the target knows a value of a field and lets it be used; None: it was not asked."""

_MOST_OVERLAPS = 500


class Severity(StrEnum):
    """Whether a set may be used in spite of a finding."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong: the numbers of the rules concerned (none: the whole set), and what, in a sentence."""

    severity: Severity
    rules: tuple[int, ...]
    reason: str


def validate(rules: RuleSet, known: Known, charts: Sequence[Chart] = ()) -> list[Finding]:
    """Return everything that is found wrong, errors first. Without `charts`, names of segments are not judged."""
    findings = [
        *_never_given(rules),
        *(_error(rule, reason) for rule in rules.rules for reason in _contradictions(rule, rules)),
        *(_error(rule, reason) for rule in rules.rules for reason in _misnamed(rule, rules, charts)),
        *_unknown_targets(rules, known),
        *_overlapping(rules),
        *_never_applied(rules),
    ]
    return sorted(findings, key=lambda finding: (finding.severity is Severity.WARNING, finding.rules))


def _error(rule: Rule, reason: str) -> Finding:
    return Finding(severity=Severity.ERROR, rules=(rule.number,), reason=f"rule {rule.number} {reason}.")


def _never_given(rules: RuleSet) -> Iterator[Finding]:
    given = {field for rule in rules.rules for field in gives(rule, rules.fields)}
    for field in rules.fields:
        if field not in given:
            reason = f"no rule gives {field}, so that nothing can be mapped."
            yield Finding(severity=Severity.ERROR, rules=(), reason=reason)


def _contradictions(rule: Rule, rules: RuleSet) -> Iterator[str]:
    """Yield what a rule says against itself, as the rest of a sentence."""
    if rule.valid_from and rule.valid_to and rule.valid_to < rule.valid_from:
        yield f"ends on {rule.valid_to.isoformat()}, before it begins on {rule.valid_from.isoformat()}"
    for one in rule.patterns:
        if holds_nothing(one):
            yield f"asks for {one.part} {one.text}..{one.high}, a range that ends before it begins"
    if not conditions(rule, rules.kind) and not rule.default:
        yield "would match everything; mark it as a default if that is meant, it never applies otherwise"
    if not adds_up(rule.targets):
        percents = ", ".join(str(target.percent) for target in rule.targets) or "none"
        yield f"has percents that are not above 0 or do not make 100: {percents}"
    if rules.kind is MappingKind.UNITS and len(rule.targets) > 1:
        yield "splits a unit of measure, which is a code and no amount"
    yield from _uneven(rule, rules)


def _uneven(rule: Rule, rules: RuleSet) -> Iterator[str]:
    """Yield what is wrong with the fields that a rule gives."""
    fields = {value.field: None for target in rule.targets for value in target.values}
    for field in fields:
        if field not in rules.fields:
            yield f"gives {field}, which the set does not promise"
        elif field not in gives(rule, rules.fields):
            yield f"gives {field} in some of its shares only, so that it does not count"
    for target in rule.targets:
        for value in target.values:
            try:
                quoted_parts(value.value)
            except ValueError as error:
                yield f"gives {value.field} as {value.value!r}, which {error}"


def _misnamed(rule: Rule, rules: RuleSet, charts: Sequence[Chart]) -> Iterator[str]:
    """Yield the charts and segments that a rule names and that do not exist."""
    if rules.kind is MappingKind.ACCOUNTS and not charts:
        return
    own = [chart for chart in charts if rule.chart in (None, chart.name)]
    if rule.chart is not None and not own:
        yield f"is for chart {rule.chart}, which does not exist"
        return
    segments = {UNIT} if rules.kind is MappingKind.UNITS else {part for chart in own for part in chart.segments}
    asked = [one.part for one in rule.patterns]
    quoted = [name for target in rule.targets for value in target.values for name in _quoted(value.value)]
    where = f"chart {rule.chart}" if rule.chart else "any chart"
    for part in dict.fromkeys(asked):
        if part not in segments:
            yield f"asks for {part}, which is no segment of {where}"
    for part in dict.fromkeys(quoted):
        if part not in segments:
            yield f"quotes {part}, which is no segment of {where}"


def _quoted(value: str) -> tuple[str, ...]:
    try:
        return quoted_parts(value)
    except ValueError:
        return ()


def _unknown_targets(rules: RuleSet, known: Known) -> Iterator[Finding]:
    """Yield each value that the target does not take, once; of rules that have an end it may be no longer taken."""
    users: dict[tuple[str, str], dict[int, Rule]] = {}
    for rule in rules.rules:
        for field, text in _plain_values(rule):
            users.setdefault((field, text), {})[rule.number] = rule
    for (field, text), concerned in users.items():
        if known(field, text) is False:
            ending = all(rule.valid_to for rule in concerned.values())
            yield Finding(
                severity=Severity.WARNING if ending else Severity.ERROR,
                rules=tuple(sorted(concerned)),
                reason=f"{field} {text!r} is unknown or inactive at the target.",
            )


def _plain_values(rule: Rule) -> Iterator[tuple[str, str]]:
    for target in rule.targets:
        for value in target.values:
            try:
                yield value.field, filled(value.value, {})
            except ValueError:
                continue


def _overlapping(rules: RuleSet) -> Iterator[Finding]:
    found = conflicts(rules)
    for one, other, field in islice(found, _MOST_OVERLAPS):
        reason = f"rules {one} and {other} have the same precedence, may both apply, and give a different {field}."
        yield Finding(severity=Severity.ERROR, rules=(one, other), reason=reason)
    if next(found, None):
        reason = (
            f"there are more than {_MOST_OVERLAPS} overlaps of rules with the same precedence; these are the first."
        )
        yield Finding(severity=Severity.ERROR, rules=(), reason=reason)
    for one, other in islice(rival_splits(rules), _MOST_OVERLAPS):
        reason = f"rules {one} and {other} both split and may both apply; what both split is not mapped."
        yield Finding(severity=Severity.WARNING, rules=(one, other), reason=reason)


def _never_applied(rules: RuleSet) -> Iterator[Finding]:
    for number, earlier in unreachable(rules):
        reason = f"rule {number} never applies: {_listed(earlier)} always first for all that it gives."
        yield Finding(severity=Severity.WARNING, rules=(number, *earlier), reason=reason)


def _listed(numbers: Iterable[int]) -> str:
    first, *more = (str(number) for number in numbers)
    return f"rules {first}, {', '.join(more)} come" if more else f"rule {first} comes"
