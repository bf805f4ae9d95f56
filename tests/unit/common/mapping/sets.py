"""Short ways to write rules, charts and subjects in tests."""

from datetime import date
from decimal import Decimal

from common.mapping.patterns import pattern
from common.mapping.resolve import subject
from common.mapping.rules import Chart, MappingKind, Rule, RuleSet, Subject, TargetShare
from schemas.coding import FieldValue

CHART = Chart(name="US", delimiter="-", segments=("company", "cost_center", "account"))
TODAY = date(2026, 3, 1)


def values(**fields: str) -> tuple[FieldValue, ...]:
    return tuple(FieldValue(field=field, value=value) for field, value in fields.items())


def rule(
    number: int,
    asks: dict[str, str] | None = None,
    *targets: tuple[str, dict[str, str]],
    precedence: int = 10,
    business_unit: str | None = None,
    chart: str | None = None,
    valid_from: date | None = None,
    valid_to: date | None = None,
    default: bool = False,
    **gives: str,
) -> Rule:
    """Return a rule that gives `gives`, or splits into `targets`, each a percent with what it gives."""
    shares = targets or (("100", gives),)
    return Rule(
        number=number,
        precedence=precedence,
        patterns=tuple(pattern(part, text) for part, text in (asks or {}).items()),
        targets=tuple(TargetShare(percent=Decimal(percent), values=values(**given)) for percent, given in shares),
        business_unit=business_unit,
        chart=chart,
        valid_from=valid_from,
        valid_to=valid_to,
        default=default,
    )


def accounts(*rules: Rule, fields: tuple[str, ...] = ("Account",)) -> RuleSet:
    return RuleSet(kind=MappingKind.ACCOUNTS, fields=fields, rules=rules)


def units(*rules: Rule) -> RuleSet:
    return RuleSet(kind=MappingKind.UNITS, fields=("unit",), rules=rules)


def combination(text: str, business_unit: str | None = "BU1", on: date = TODAY, chart: Chart = CHART) -> Subject:
    return subject(text, chart, business_unit, on)
