"""What a subject becomes under a set of rules: field by field, the first rule by precedence, then by number.

An account combination is mapped whole or not at all: a field that no rule gives, two splits at once, or a rule that
contradicts itself leave it unmapped, with the reason. Nothing is guessed, and no rule applies to everything unless it
is marked as a default.
"""

import heapq
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from common.mapping.patterns import conditions, folded, matches
from common.mapping.quoting import filled
from common.mapping.rules import Chart, Pattern, PatternKind, Rule, RuleSet, Subject, TargetShare
from schemas.coding import Account, CodedShare, FieldValue
from schemas.refusals import Refusal, RefusalClass, Refused

UNIT = "unit"
"""The one part, and the one field, of a unit of measure."""

_REMEMBERED = 20_000


class WrongChart(ValueError):
    """A combination has not the segments of the chart that it should be of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """How a subject is coded; `given_by` says for each field the number of the rule that gave it."""

    shares: tuple[CodedShare, ...]
    given_by: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmapped:
    """A subject that has no coding, and why, in a sentence for whoever keeps the rules.

    `fields` are those that no rule gives, `parts` the segments that rules for them look at; both are empty where rules
    give everything but contradict themselves or each other.
    """

    fields: tuple[str, ...]
    parts: tuple[tuple[str, str], ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Applied:
    """A rule as it applies: its place in the order, the fields of the set that it gives, what it asks."""

    rank: int
    rule: Rule
    gives: tuple[str, ...]
    asks: tuple[Pattern, ...]

    def holds(self, subject: Subject, parts: Mapping[str, str]) -> bool:
        """Tell whether the rule applies to a subject, whose parts are given as they are compared."""
        rule = self.rule
        return (
            rule.business_unit in (None, subject.business_unit)
            and rule.chart in (None, subject.chart)
            and (rule.valid_from is None or rule.valid_from <= subject.on)
            and (rule.valid_to is None or subject.on <= rule.valid_to)
            and all(one.part in parts and matches(one, parts[one.part]) for one in self.asks)
        )


def subject(text: str, chart: Chart, business_unit: str | None, on: date) -> Subject:
    """Take a combination apart. Raises WrongChart when it has more or fewer segments than the chart."""
    values = text.split(chart.delimiter)
    if len(values) != len(chart.segments):
        expected = chart.delimiter.join(chart.segments)
        raise WrongChart(
            f"it has {len(values)} segments; chart {chart.name} has {len(chart.segments)}, written {expected}"
        )
    parts = tuple(zip(chart.segments, values, strict=True))
    return Subject(text=text, parts=parts, business_unit=business_unit, chart=chart.name, on=on)


def unit(code: str, business_unit: str | None, on: date) -> Subject:
    """Return a unit of measure as a subject."""
    return Subject(text=code, parts=((UNIT, code.strip()),), business_unit=business_unit, chart=None, on=on)


def applied(rules: RuleSet) -> tuple[Applied, ...]:
    """Return the rules in the order in which they are tried; catch-alls that are no defaults are left out."""
    ranked = sorted(rules.rules, key=lambda rule: (rule.precedence, rule.number))
    asked = [(rule, conditions(rule, rules.kind)) for rule in ranked]
    return tuple(
        Applied(rank=rank, rule=rule, gives=gives(rule, rules.fields), asks=asks)
        for rank, (rule, asks) in enumerate(asked)
        if asks or rule.default
    )


def gives(rule: Rule, fields: Iterable[str]) -> tuple[str, ...]:
    """Return which of the fields a rule gives: those that have a value in every one of its shares."""
    every = [{value.field for value in target.values} for target in rule.targets]
    return tuple(field for field in fields if every and all(field in one for one in every))


def adds_up(targets: Iterable[TargetShare]) -> bool:
    """Tell whether the percents of a rule are above 0 and make 100, exactly."""
    percents = [target.percent for target in targets]
    return all(percent.is_finite() and percent > 0 for percent in percents) and sum(map(Fraction, percents)) == 100


class RuleIndex:
    """A set made ready for many subjects: rules lie under the code they ask for, so that few of them are tried."""

    def __init__(self, rules: RuleSet) -> None:
        self.rules = rules
        self._open: list[Applied] = []
        self._exact: dict[tuple[str, str], list[Applied]] = {}
        self._loose: dict[str, list[Applied]] = {}
        self._looked_at = {field: _looked_at(field, rules) for field in rules.fields}
        every = applied(rules)
        usual = Counter((one.part, one.text) for rule in every for one in rule.asks if one.kind is PatternKind.EXACT)
        for rule in every:
            self._lay(rule, usual)
        # Few codes make many combinations: which wildcards and ranges hold for one is worth remembering.
        self._holding = lru_cache(maxsize=_REMEMBERED)(self._loose_holding)

    def resolve(self, subject: Subject) -> Resolved | Unmapped:
        """Return the coding of a subject, or why it has none."""
        given: dict[str, Applied] = {}
        for one in self._applying(subject):
            for field in one.gives:
                given.setdefault(field, one)
            if len(given) == len(self.rules.fields):
                return _coded(subject, {field: given[field].rule for field in self.rules.fields})
        return self._without_rule(subject, [field for field in self.rules.fields if field not in given])

    def _lay(self, rule: Applied, usual: Mapping[tuple[str, str], int]) -> None:
        """Put a rule under the rarest code that it asks for."""
        exact = [(one.part, one.text) for one in rule.asks if one.kind is PatternKind.EXACT]
        if exact:
            self._exact.setdefault(min(exact, key=lambda code: usual[code]), []).append(rule)
        elif rule.asks:
            self._loose.setdefault(rule.asks[0].part, []).append(rule)
        else:
            self._open.append(rule)

    def _loose_holding(self, part: str, code: str) -> tuple[Applied, ...]:
        return tuple(rule for rule in self._loose.get(part, ()) if matches(rule.asks[0], code))

    def _applying(self, subject: Subject) -> Iterator[Applied]:
        parts = {part: folded(code, self.rules.kind) for part, code in subject.parts}
        laid = [self._exact.get(code, []) for code in parts.items()]
        loose = [self._holding(part, code) for part, code in parts.items()]
        in_order = heapq.merge(*laid, *loose, self._open, key=lambda one: one.rank)
        return (one for one in in_order if one.holds(subject, parts))

    def _without_rule(self, subject: Subject, fields: list[str]) -> Unmapped:
        codes = dict(subject.parts)
        looked_at = {field: [part for part in self._looked_at[field] if part in codes] for field in fields}
        reasons = [
            f"{field} has no rule for {', '.join(f'{part} {codes[part]}' for part in parts)}"
            if parts
            else f"no rule gives {field}"
            for field, parts in looked_at.items()
        ]
        parts = dict.fromkeys(part for field in fields for part in looked_at[field])
        return Unmapped(
            fields=tuple(fields),
            parts=tuple((part, code) for part, code in subject.parts if part in parts),
            reason=f"{'; '.join(reasons)} ({_where(subject)}).",
        )


def resolve(rules: RuleSet, subject: Subject) -> Resolved | Unmapped:
    """Return the coding of one subject, or why it has none. For many subjects make one `RuleIndex`."""
    return RuleIndex(rules).resolve(subject)


class RuleSetCoder:
    """A `Coder` (schemas/coding.py) by rules. `chart_of` knows a business unit's chart, None if it has none."""

    def __init__(self, rules: RuleSet, chart_of: Callable[[str | None], Chart | None]) -> None:
        self._index = RuleIndex(rules)
        self._chart_of = chart_of

    def shares(self, account: Account) -> tuple[CodedShare, ...]:
        """Return at least one share. Raises Refused (MAPPING) naming what has no rule, and what to do."""
        chart = self._chart_of(account.business_unit)
        if chart is None:
            owner = f"business unit {account.business_unit}" if account.business_unit else "documents without one"
            raise _refused(account, f"no chart of accounts is set for {owner}.", "Set the chart")
        try:
            asked = subject(account.combination, chart, account.business_unit, account.on)
        except WrongChart as error:
            raise _refused(account, f"{error}.", "Correct the account, or the chart's delimiter and segments") from None
        found = self._index.resolve(asked)
        if isinstance(found, Unmapped):
            action = "Add a rule to the account mapping" if found.fields else "Correct the rules of the account mapping"
            raise _refused(account, found.reason, action)
        return found.shares


def _refused(account: Account, reason: str, action: str) -> Refused:
    return Refused(
        Refusal(
            category=RefusalClass.MAPPING,
            field=account.place,
            value=account.combination,
            reason=reason,
            next_step=f"{action}, then release the document.",
        )
    )


def _looked_at(field: str, rules: RuleSet) -> tuple[str, ...]:
    """Return the parts that the rules for a field ask for."""
    concerned = [rule for rule in rules.rules if field in gives(rule, (field,))]
    asked = [one.part for rule in concerned for one in conditions(rule, rules.kind)]
    return tuple(sorted(set(asked)))


def _where(subject: Subject) -> str:
    owner = f"business unit {subject.business_unit}, " if subject.business_unit else ""
    return f"{owner}{subject.on.isoformat()}"


def _coded(subject: Subject, given: Mapping[str, Rule]) -> Resolved | Unmapped:
    used = {rule.number: rule for rule in given.values()}
    splitting = [rule for rule in used.values() if len(rule.targets) > 1]
    wrong = [number for number, rule in used.items() if not adds_up(rule.targets)]
    if wrong:
        return _contradiction(f"the percents of rule {wrong[0]} are not above 0, or do not make 100.")
    if len(splitting) > 1:
        numbers = " and ".join(str(number) for number in sorted(rule.number for rule in splitting))
        return _contradiction(f"rules {numbers} both split it; at most one rule may split a combination.")
    shares = splitting[0].targets if splitting else (TargetShare(percent=Decimal(100), values=()),)
    try:
        coded = tuple(_share(subject, given, share) for share in shares)
    except ValueError as error:
        return _contradiction(f"{error}.")
    return Resolved(shares=coded, given_by=tuple((field, rule.number) for field, rule in given.items()))


def _share(subject: Subject, given: Mapping[str, Rule], share: TargetShare) -> CodedShare:
    parts = dict(subject.parts)
    values = []
    for field, rule in given.items():
        target = rule.targets[0] if len(rule.targets) == 1 else share
        values.append(_filled(next(value for value in target.values if value.field == field), rule, parts))
    return CodedShare(percent=share.percent, values=tuple(values))


def _filled(value: FieldValue, rule: Rule, parts: Mapping[str, str]) -> FieldValue:
    try:
        text = filled(value.value, parts)
    except ValueError as error:
        raise ValueError(f"{value.field} by rule {rule.number}: {value.value!r} {error}") from None
    if not text.strip():
        raise ValueError(f"{value.field} by rule {rule.number} has an empty value")
    return FieldValue(field=value.field, value=text, description=value.description)


def _contradiction(reason: str) -> Unmapped:
    return Unmapped(fields=(), parts=(), reason=reason)
