"""The rows of a mapping sheet, cell by cell: what each kind of column may hold, and what is said where it does not."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from common.mapping import headings
from common.mapping.headings import Column
from common.mapping.spreadsheets import Cell, CellKind

WHOLE = Decimal(100)
"""The percent of a rule that does not split."""

LONGEST = 32_000
"""Signs of a text: a cell of a workbook holds few more."""

CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""What no sheet carries: control characters but the line feed, and what is no character."""

_EMPTY = Cell("")
_AS_TEXT = "format the column as text, type it again"
_HINTS = {
    CellKind.NUMBER: f"; the cell holds a number, so zeros at the front may be lost: {_AS_TEXT}",
    CellKind.PERCENTAGE: f"; the cell holds a number shown in percent: {_AS_TEXT}",
    CellKind.DATE: f"; the program made a date of it: {_AS_TEXT}",
    CellKind.TRUTH: f"; the program made a truth value of it: {_AS_TEXT}",
    CellKind.FORMULA: f"; the cell holds a formula: {_AS_TEXT}",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetFault:
    """One thing that is wrong with a sheet: the row as spreadsheet programs count, the heading of the column.

    Row 0 without a column is the whole file.
    """

    sheet: str
    row: int
    column: str
    value: str
    expected: str

    def __str__(self) -> str:
        """`rules.csv, row 7, column account: found '59..', expected a range like ..`."""
        row, column = (f"row {self.row}" if self.row else ""), (f"column {self.column}" if self.column else "")
        place = ", ".join(text for text in (self.sheet, row, column) if text)
        return f"{place}: found {self.value!r}, expected {self.expected}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row by its columns. What cannot be read is added to `faults`, which all rows share, and stands for nothing."""

    sheet: str
    number: int
    cells: Mapping[Column, Cell]
    faults: list[SheetFault]

    def cell(self, column: Column) -> Cell:
        """Return the cell in a column; it is empty where the sheet has no such column."""
        return self.cells.get(column, _EMPTY)

    def refuse(self, column: Column, expected: str) -> None:
        """Add a fault."""
        found = self.cell(column).text
        self.faults.append(
            SheetFault(sheet=self.sheet, row=self.number, column=column.heading, value=found, expected=expected)
        )

    def text(self, column: Column, expected: str = "text") -> str:
        """Return a text; anything that a program made of one is refused."""
        cell = self.cell(column)
        if cell.kind is not CellKind.TEXT:
            self.refuse(column, expected + _HINTS[cell.kind])
        elif CONTROL.search(cell.text) or ("\n" in cell.text and column is not headings.NOTE):
            self.refuse(column, f"{expected} without control characters")
        elif len(cell.text) > LONGEST:
            self.refuse(column, f"{expected} of at most {LONGEST} signs")
        else:
            return cell.text
        return ""

    def label(self, column: Column) -> str:
        """Return text that is not compared with any code, so that a number will do."""
        cell = self.cell(column)
        return cell.text if cell.kind is CellKind.NUMBER else self.text(column)

    def whole(self, column: Column) -> int | None:
        """Return a whole number, None where there is none."""
        cell = self.cell(column)
        if cell.kind in (CellKind.TEXT, CellKind.NUMBER) and re.fullmatch(r"-?[0-9]{1,9}(\.0)?", cell.text):
            return int(cell.text.removesuffix(".0"))
        if cell.text:
            self.refuse(column, "a whole number")
        return None

    def percent(self) -> Decimal | None:
        """Return the percent, None where there is none."""
        cell = self.cell(headings.PERCENT)
        if cell.kind in (CellKind.TEXT, CellKind.NUMBER) and re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,20})?", cell.text):
            percent = Decimal(cell.text)
            if 0 < percent <= WHOLE:
                return percent
        if cell.text:
            hint = _HINTS[cell.kind] if cell.kind is CellKind.PERCENTAGE else ""
            self.refuse(headings.PERCENT, f"a number above 0 and up to 100, like 33.5{hint}")
        return None

    def day(self, column: Column) -> date | None:
        """Return a day, None where there is none."""
        cell = self.cell(column)
        if cell.kind in (CellKind.TEXT, CellKind.DATE) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", cell.text):
            try:
                return date.fromisoformat(cell.text)
            except ValueError:
                pass
        if cell.text:
            self.refuse(column, "a date like 2026-01-31")
        return None

    def flag(self, column: Column) -> bool:
        """Tell whether a cell says yes."""
        cell = self.cell(column)
        word = cell.text.casefold()
        if cell.kind not in (CellKind.TEXT, CellKind.TRUTH) or word not in ("", "yes", "no"):
            self.refuse(column, "yes, no or nothing")
        return word == "yes"
