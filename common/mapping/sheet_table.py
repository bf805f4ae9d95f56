"""A mapping set as the rows of a sheet: what sheets.py reads back as the same set, or nothing."""

from collections.abc import Iterator, Sequence

from common.mapping import headings
from common.mapping.headings import Column, ColumnKind
from common.mapping.patterns import written
from common.mapping.rules import Rule, RuleSet, TargetShare
from common.mapping.sheet_lines import CONTROL, LONGEST, WHOLE
from schemas.coding import FieldValue
from schemas.money import plain


def table(rules: RuleSet, segments: Sequence[str]) -> Iterator[list[str]]:
    """Yield the headings and the rows of a set. Raises ValueError for what no sheet can hold."""
    used = [one.part for rule in rules.rules for one in rule.patterns]
    values = [value for rule in rules.rules for target in rule.targets for value in target.values]
    columns = [
        *headings.BEFORE_SEGMENTS,
        *(Column(ColumnKind.SEGMENT, part) for part in dict.fromkeys((*segments, *used))),
        *headings.AFTER_SEGMENTS,
        *(Column(ColumnKind.TARGET, field) for field in rules.fields),
        *(Column(ColumnKind.DESCRIPTION, field) for field in _described(rules.fields, values)),
        *headings.AT_THE_END,
    ]
    yield [_kept(column.heading) for column in columns]
    for rule in rules.rules:
        own = _cells(rule)
        for target in rule.targets:
            cells = own | _target_cells(rule, target)
            unknown = [column.name for column in cells if column not in columns]
            if unknown:
                raise ValueError(f"rule {rule.number} gives {unknown[0]}, which is no field of the set")
            yield [cells.get(column, "") for column in columns]


def _described(fields: Sequence[str], values: Sequence[FieldValue]) -> list[str]:
    described = {value.field for value in values if value.description is not None}
    return [field for field in fields if field in described]


def _cells(rule: Rule) -> dict[Column, str]:
    """Return what the rows of a rule have in common."""
    cells = {Column(ColumnKind.SEGMENT, one.part): _kept(written(one)) for one in rule.patterns}
    if len(cells) != len(rule.patterns):
        raise ValueError(f"rule {rule.number} has two patterns for one segment, which no sheet can hold")
    return cells | {
        headings.RULE: str(rule.number),
        headings.PRECEDENCE: str(rule.precedence),
        headings.BUSINESS_UNIT: _kept(rule.business_unit),
        headings.CHART: _kept(rule.chart),
        headings.VALID_FROM: rule.valid_from.isoformat() if rule.valid_from else "",
        headings.VALID_TO: rule.valid_to.isoformat() if rule.valid_to else "",
        headings.SPLIT: f"rule {rule.number}" if len(rule.targets) > 1 else "",
        headings.DEFAULT: "yes" if rule.default else "",
        headings.NOTE: _kept(rule.note or None, lines=True),
    }


def _target_cells(rule: Rule, target: TargetShare) -> dict[Column, str]:
    whole = len(rule.targets) == 1 and target.percent == WHOLE
    cells = {headings.PERCENT: "" if whole else plain(target.percent)}
    for value in target.values:
        cells[Column(ColumnKind.TARGET, value.field)] = _kept(value.value)
        if value.description is not None:
            cells[Column(ColumnKind.DESCRIPTION, value.field)] = _kept(value.description)
    return cells


def _kept(text: str | None, *, lines: bool = False) -> str:
    """Return a text that is read back as it is. Raises ValueError for any other."""
    if text is None:
        return ""
    lost = not text or text != text.strip() or len(text) > LONGEST or CONTROL.search(text)
    if lost or ("\n" in text and not lines):
        raise ValueError(
            f"{text[:40]!r} cannot be written in a sheet: it is empty, too long, or has signs that are lost"
        )
    return text
