"""A mapping set as a sheet that people keep in a spreadsheet program, and back, as CSV or XLSX.

One row is one rule, or one share of a rule that splits: rows next to each other with the same text in `split` are one
rule, and all but the first may leave everything but percent and targets empty. `precedence` must be given; a rule
without a number in `rule` gets the next free one. How patterns are written: patterns.py; headings: headings.py.

All faults of a sheet are told at once, each with its row and column. What `write_csv` and `write_xlsx` give is read
back as the same set. Limit: whether a rule makes sense is not asked here but in checks.py.
"""

import difflib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count, groupby

from common.mapping import headings
from common.mapping.headings import Column, ColumnKind
from common.mapping.patterns import pattern
from common.mapping.quoting import quoted_parts
from common.mapping.rules import MappingKind, Pattern, Rule, RuleSet, TargetShare
from common.mapping.sheet_lines import CONTROL, WHOLE, Line, SheetFault
from common.mapping.sheet_table import table
from common.mapping.spreadsheets import NoSpreadsheet, Row, from_csv, from_xlsx, to_csv, to_xlsx
from schemas.coding import FieldValue


class SheetRefused(ValueError):
    """A sheet cannot be read; `faults` has everything that is wrong with it, and the message one line for each."""

    def __init__(self, faults: Sequence[SheetFault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = tuple(faults)


def read_csv(content: bytes, *, kind: MappingKind, segments: Collection[str], sheet: str = "CSV") -> RuleSet:
    """Return the set that a CSV holds. `segments` are those of all charts (units: `unit`). Raises SheetRefused."""
    try:
        rows = from_csv(content)
    except NoSpreadsheet as error:
        raise _no_spreadsheet(sheet, error) from None
    return _Sheet(name=sheet, segments=segments, faults=[]).read(rows, kind)


def read_xlsx(content: bytes, *, kind: MappingKind, segments: Collection[str], sheet: str = "XLSX") -> RuleSet:
    """Return the set that a workbook holds. `segments` are those of all charts (units: `unit`). Raises SheetRefused."""
    try:
        rows = from_xlsx(content)
    except NoSpreadsheet as error:
        raise _no_spreadsheet(sheet, error) from None
    return _Sheet(name=sheet, segments=segments, faults=[]).read(rows, kind)


def write_csv(rules: RuleSet, segments: Sequence[str] = ()) -> bytes:
    """Return a set as CSV, with a column for each segment. Raises ValueError for what no sheet can hold."""
    return to_csv(table(rules, segments))


def write_xlsx(rules: RuleSet, segments: Sequence[str] = ()) -> bytes:
    """Return a set as a workbook, with a column for each segment. Raises ValueError for what no sheet can hold."""
    return to_xlsx(table(rules, segments))


def _no_spreadsheet(sheet: str, error: NoSpreadsheet) -> SheetRefused:
    return SheetRefused([SheetFault(sheet=sheet, row=0, column="", value="something else", expected=str(error))])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sheet:
    """A sheet while it is read: its name, the segments there are, and what is wrong with it so far."""

    name: str
    segments: Collection[str]
    faults: list[SheetFault]

    def refuse(self, row: int, column: str, value: str, expected: str) -> None:
        self.faults.append(SheetFault(sheet=self.name, row=row, column=column, value=value, expected=expected))

    def read(self, rows: Sequence[Row], kind: MappingKind) -> RuleSet:
        """Return the set. Raises SheetRefused with all faults: of the headings, else of the rows."""
        columns = self._columns(rows[0]) if rows else []
        if not rows:
            self.refuse(1, "", "", "a row of headings")
        self._stop_at_faults()
        lines = [self._line(row, columns) for row in rows[1:]]
        rules = tuple(self._numbered([self._rule(group, columns) for group in self._groups(lines)]))
        self._stop_at_faults()
        fields = tuple(column.name for column in columns if column.kind is ColumnKind.TARGET)
        return RuleSet(kind=kind, fields=fields, rules=rules)

    def _stop_at_faults(self) -> None:
        if self.faults:
            raise SheetRefused(sorted(self.faults, key=lambda fault: fault.row))

    def _columns(self, row: Row) -> list[Column]:
        texts = [cell.text for cell in row.cells]
        while texts and not texts[-1]:
            texts.pop()
        columns = [headings.column(text) for text in texts]
        for position, (text, column) in enumerate(zip(texts, columns, strict=True)):
            if not column.name or CONTROL.search(text):
                self.refuse(row.number, f"{position + 1}", text, "a heading")
            elif column in columns[:position]:
                self.refuse(row.number, text, text, "each heading once")
            elif column.kind is ColumnKind.SEGMENT and column.name not in self.segments:
                self.refuse(row.number, text, text, f"a heading that is known{_nearest(text, self.segments)}")
            elif column.kind is ColumnKind.DESCRIPTION and Column(ColumnKind.TARGET, column.name) not in columns:
                self.refuse(row.number, text, text, f"a column `-> {column.name}` that it describes")
        if headings.PRECEDENCE not in columns:
            self.refuse(row.number, "precedence", "", "a column `precedence`: the rule with the lowest applies first")
        if not any(column.kind is ColumnKind.TARGET for column in columns):
            self.refuse(row.number, "-> ..", "", "a column `-> name` for each field of the target")
        return columns

    def _line(self, row: Row, columns: Sequence[Column]) -> Line:
        for position, cell in enumerate(row.cells[len(columns) :], start=len(columns) + 1):
            if cell.text:
                self.refuse(row.number, f"{position}", cell.text, "nothing, as the column has no heading")
        return Line(
            sheet=self.name,
            number=row.number,
            cells=dict(zip(columns, row.cells, strict=False)),
            faults=self.faults,
        )

    def _groups(self, lines: Sequence[Line]) -> Iterator[list[Line]]:
        """Yield the rows of each rule."""
        seen: set[str] = set()
        for split, together in groupby(lines, key=lambda line: line.label(headings.SPLIT)):
            group = list(together)
            if not split:
                yield from ([line] for line in group)
                continue
            if split in seen:
                group[0].refuse(headings.SPLIT, "the rows of one split next to each other")
            seen.add(split)
            yield group

    def _rule(self, group: Sequence[Line], columns: Sequence[Column]) -> tuple[int | None, Line, Rule]:
        """Return the number that a rule states, its first row, and the rule."""
        line = group[0]
        self._check_repeated(group, columns)
        precedence = line.whole(headings.PRECEDENCE)
        if precedence is None and not line.cell(headings.PRECEDENCE).text:
            line.refuse(headings.PRECEDENCE, "a whole number: the rule with the lowest applies first")
        rule = Rule(
            number=0,
            precedence=precedence or 0,
            patterns=tuple(_patterns(line, columns)),
            targets=tuple(_target(one, columns, alone=len(group) == 1) for one in group),
            business_unit=line.text(headings.BUSINESS_UNIT) or None,
            chart=line.text(headings.CHART) or None,
            valid_from=line.day(headings.VALID_FROM),
            valid_to=line.day(headings.VALID_TO),
            default=line.flag(headings.DEFAULT),
            note=line.label(headings.NOTE),
        )
        return line.whole(headings.RULE), line, rule

    def _check_repeated(self, group: Sequence[Line], columns: Sequence[Column]) -> None:
        """Refuse what the further rows of a split say differently from the first."""
        for line in group[1:]:
            for column in columns:
                own = column is headings.PERCENT or column.kind in (ColumnKind.TARGET, ColumnKind.DESCRIPTION)
                if not own and line.cell(column).text not in ("", group[0].cell(column).text):
                    line.refuse(column, f"the same as in row {group[0].number} of this split, or nothing")

    def _numbered(self, read: Sequence[tuple[int | None, Line, Rule]]) -> Iterator[Rule]:
        """Yield the rules under their numbers; those that state none get the numbers after the highest."""
        stated = [number for number, _, _ in read if number is not None]
        free = count(max(stated, default=0) + 1)
        seen: set[int] = set()
        for number, line, rule in read:
            if number in seen:
                line.refuse(headings.RULE, "a number that no other rule has")
            elif number is not None:
                seen.add(number)
            yield replace(rule, number=next(free) if number is None else number)


def _nearest(name: str, known: Collection[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    return f"; did you mean {close[0]}?" if close else f"; segments are {', '.join(sorted(known))}"


def _patterns(line: Line, columns: Sequence[Column]) -> Iterator[Pattern]:
    for column in columns:
        if column.kind is ColumnKind.SEGMENT and (text := line.text(column, "a code or a pattern")):
            try:
                yield pattern(column.name, text)
            except ValueError as error:
                line.refuse(column, str(error))


def _target(line: Line, columns: Sequence[Column], *, alone: bool) -> TargetShare:
    fields = [column for column in columns if column.kind is ColumnKind.TARGET]
    values = [value for column in fields if (value := _value(line, column))]
    if not any(line.cell(column).text for column in fields):
        line.refuse(fields[0], "a value in one of the columns with an arrow")
    percent = line.percent()
    if percent is None and not alone and not line.cell(headings.PERCENT).text:
        line.refuse(headings.PERCENT, "the percent of each row of a split")
    return TargetShare(percent=WHOLE if percent is None else percent, values=tuple(values))


def _value(line: Line, column: Column) -> FieldValue | None:
    text = line.text(column, "a value of the target")
    description = line.text(Column(ColumnKind.DESCRIPTION, column.name))
    try:
        quoted_parts(text)
    except ValueError as error:
        line.refuse(column, f"a value of the target; this one {error}")
    if description and not text:
        line.refuse(column, "a value, as it has a description")
    return FieldValue(field=column.name, value=text, description=description or None) if text else None
