"""Spreadsheets as bytes and as rows of cells: CSV and XLSX. What the cells mean is the affair of sheets.py.

A cell of an XLSX says of which kind it is, because a code that became a number, a date or a formula in a spreadsheet
program is no longer the code that was typed. In a CSV everything is text; a cell that such a program would run as a
formula gets a `'` in front, and one `'` in front is taken off when reading, as those programs do.

Limits: one sheet of a workbook is read, the one called `mapping` or the only one. Blanks around a text are not part of
it. A file may unpack to 64 MiB and have 100,000 rows and 200 columns.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

SHEET = "mapping"

_RUN_AS_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_UNPACKED = 64 * 1024 * 1024
_ROWS, _COLUMNS = 100_000, 200


class CellKind(StrEnum):
    """What a spreadsheet program holds a cell for."""

    TEXT = "a text"
    NUMBER = "a number"
    PERCENTAGE = "a number shown in percent"
    DATE = "a date"
    TRUTH = "a truth value"
    FORMULA = "a formula"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: its content as text (numbers in plain digits, dates as 2026-01-31), and its kind."""

    text: str
    kind: CellKind = CellKind.TEXT


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row that is not empty, and its number as a spreadsheet program shows it, from 1."""

    number: int
    cells: tuple[Cell, ...]


class NoSpreadsheet(ValueError):
    """Bytes cannot be read as a sheet; the message says what would be read."""


def from_csv(content: bytes) -> tuple[Row, ...]:
    """Return the rows of a CSV, parted by `,` or `;`: whichever parts the first row more. Raises NoSpreadsheet."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NoSpreadsheet("a CSV in UTF-8; in a spreadsheet program, save as `CSV UTF-8`") from None
    tables = [list(_records(text, delimiter)) for delimiter in ",;"]
    table = max(tables, key=lambda rows: len(rows[0]) if rows else 0)
    return _rows([_unescaped(text) for text in row] for row in table)


def to_csv(rows: Iterable[Sequence[str]]) -> bytes:
    """Return rows as CSV in UTF-8 with a mark at its beginning, so that spreadsheet programs read it as UTF-8."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows([_escaped(text) for text in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def from_xlsx(content: bytes) -> tuple[Row, ...]:
    """Return the rows of a workbook's sheet. Raises NoSpreadsheet."""
    try:
        unpacked = _unpacked(content)
        workbook = load_workbook(io.BytesIO(content)) if unpacked <= _UNPACKED else None
    except Exception as error:  # noqa: BLE001 - whatever is wrong with a file, openpyxl raises as it comes
        raise NoSpreadsheet(f"a workbook in the XLSX format, without a password ({type(error).__name__})") from None
    if workbook is None:
        raise NoSpreadsheet(f"a workbook that unpacks to at most {_UNPACKED} bytes, not {unpacked}")
    sheet = _the_sheet(workbook)
    if sheet.max_row > _ROWS or sheet.max_column > _COLUMNS:
        raise NoSpreadsheet(f"a sheet of at most {_ROWS} rows and {_COLUMNS} columns")
    return _rows([_cell(cell) for cell in row] for row in sheet.iter_rows())


def to_xlsx(rows: Iterable[Sequence[str]]) -> bytes:
    """Return rows as a workbook whose cells are all text, so that no program makes numbers or formulas of codes."""
    workbook = Workbook()
    sheet = workbook.active
    assert isinstance(sheet, Worksheet)  # noqa: S101 - a new workbook has one
    sheet.title = SHEET
    sheet.freeze_panes = "A2"
    for number, row in enumerate(rows, start=1):
        for column, text in enumerate(row, start=1):
            _write(sheet, number, column, text)
    for column in range(1, sheet.max_column + 1):
        sheet.column_dimensions[get_column_letter(column)].number_format = "@"
        sheet.cell(row=1, column=column).font = Font(bold=True)
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def _unpacked(content: bytes) -> int:
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        return sum(part.file_size for part in parts.infolist())


def _write(sheet: Worksheet, row: int, column: int, text: str) -> None:
    if not text:
        return
    cell = sheet.cell(row=row, column=column)
    cell.value = text
    cell.data_type = "s"  # openpyxl takes what begins with = for a formula
    cell.number_format = "@"


def _the_sheet(workbook: Workbook) -> Worksheet:
    sheets = {sheet.title.casefold(): sheet for sheet in workbook.worksheets}
    if SHEET in sheets:
        return sheets[SHEET]
    if len(sheets) != 1:
        raise NoSpreadsheet(f"a workbook with one sheet, or with one called {SHEET}; this one has {len(sheets)}")
    return next(iter(sheets.values()))


def _rows(table: Iterable[Sequence[Cell]]) -> tuple[Row, ...]:
    return tuple(
        Row(number=number, cells=tuple(cells))
        for number, cells in enumerate(table, start=1)
        if any(cell.text for cell in cells)
    )


def _records(text: str, delimiter: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        yield from reader
    except csv.Error as error:
        raise NoSpreadsheet(f"a CSV with every quote closed ({error}, line {reader.line_num})") from None


def _escaped(text: str) -> str:
    return f"'{text}" if text.startswith((*_RUN_AS_FORMULA, "'")) else text


def _unescaped(text: str) -> Cell:
    return Cell(text.replace("\r\n", "\n").strip().removeprefix("'"))


def _cell(cell: Any) -> Cell:
    value = cell.value
    match value:
        case None:
            return Cell("")
        case bool():
            return Cell("yes" if value else "no", CellKind.TRUTH)
        case int() | float():
            kind = CellKind.PERCENTAGE if "%" in str(cell.number_format) else CellKind.NUMBER
            return Cell(format(Decimal(repr(value)), "f"), kind)  # repr has the digits that the file has
        case datetime() if value == datetime.combine(value.date(), datetime.min.time()):
            return Cell(value.date().isoformat(), CellKind.DATE)
        case date() | time() | timedelta():
            return Cell(str(value), CellKind.DATE)
        case _:
            return Cell(str(value).strip(), CellKind.FORMULA if cell.data_type in "fe" else CellKind.TEXT)
