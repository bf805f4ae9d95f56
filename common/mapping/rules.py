"""A mapping set as values: rules with patterns and targets. `resolve.py` applies one, `checks.py` judges one.

A *subject* is what is mapped, as named parts: an account combination by its segments (`{"company": "01", "account":
"5210"}`), a unit of measure as `{"unit": "Ea"}`. Target *fields* are resolved one by one: for each field that the set
promises, the first rule by precedence (lower first, then by number) that matches the subject and gives that field. So
one rule may code a whole combination and others single segments; at most one of the rules that apply may split.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from schemas.coding import FieldValue


class MappingKind(StrEnum):
    """What a set maps."""

    ACCOUNTS = "accounts"
    UNITS = "units"


class PatternKind(StrEnum):
    """How a pattern is compared with a part of the subject."""

    EXACT = "exact"
    RANGE = "range"
    """`5000..5999`, both ends included: numbers by value if all three are digits, else by code point."""
    WILDCARD = "wildcard"
    """`52*` or `5?10`: `*` any text, also none; `?` one sign."""
    ANY = "any"
    """`*`: whatever is there, as if there were no pattern."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """The condition on one part of the subject. `high` is set for a range only."""

    part: str
    kind: PatternKind
    text: str
    high: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetShare:
    """What a matching subject becomes, for a percentage of it.

    A value may quote parts of the subject in braces: `CC-{cost_center}`; `{{` and `}}` are the braces themselves.
    `percent` is 100 unless the rule splits. The shares of one rule give the same fields.
    """

    percent: Decimal
    values: tuple[FieldValue, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One row of a set. `number` names it in messages; a part without a pattern may be anything.

    `business_unit` and `chart` of None match any; `valid_to` is the last day. `default` marks a rule that is meant to
    match every subject of its business unit, chart and dates: without it, such a rule is an error and never applies.
    """

    number: int
    precedence: int
    patterns: tuple[Pattern, ...]
    targets: tuple[TargetShare, ...]
    business_unit: str | None = None
    chart: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    default: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """How combinations are taken apart: `01-110-5210-0000` by delimiter `-` into named segments.

    Raises ValueError at birth without a delimiter, without segments, or for two segments of one name.
    """

    name: str
    delimiter: str
    segments: tuple[str, ...]

    def __post_init__(self) -> None:
        """Refuse what cannot take a combination apart."""
        if not self.delimiter or not self.segments:
            raise ValueError(f"chart {self.name!r} needs a delimiter and at least one segment")
        _refuse_twins(f"segment of chart {self.name!r}", self.segments)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """One version of a set: `fields` are the target fields that every mapped subject must get.

    Raises ValueError at birth for two rules of one number or two fields of one name: the number decides between rules
    of equal precedence, so that the order in which rules are listed never does.
    """

    kind: MappingKind
    fields: tuple[str, ...]
    rules: tuple[Rule, ...]

    def __post_init__(self) -> None:
        """Refuse a set whose result would depend on the order of its rules."""
        _refuse_twins("rule", [rule.number for rule in self.rules])
        _refuse_twins("field", self.fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is mapped: its text as the source writes it, its parts, and where and when it is used."""

    text: str
    parts: tuple[tuple[str, str], ...]
    business_unit: str | None
    chart: str | None
    on: date


def _refuse_twins(what: str, names: Iterable[object]) -> None:
    twins = [str(name) for name, count in Counter(names).items() if count > 1]
    if twins:
        raise ValueError(f"more than one {what}: {', '.join(twins)}")
