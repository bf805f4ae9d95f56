"""Sheets as people write them, and what they are told when one cannot be read."""

import io
import time
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest
from openpyxl import Workbook, load_workbook

from common.mapping.resolve import UNIT
from common.mapping.rules import MappingKind, PatternKind, RuleSet
from common.mapping.sheets import SheetRefused, read_csv, read_xlsx, write_csv, write_xlsx
from tests.unit.common.mapping.sets import CHART, accounts, rule, values

WRITTEN = """rule;precedence;company;cost_center;account;valid_to;split;percent;-> Account;-> CostCenter;default;note
4;10;01;110..199;=52*;2026-12-31;;;5200;CC-{cost_center};;first
;20;;300;;;IT;60;{account};A;;shared
;;;;;;IT;40;{account};B;;
;99;;;;;;;9999;0000;yes;"for all;
else"
"""


A_PERCENT = "a number above 0 and up to 100, like 33.5"
A_RANGE = "a range like 5000..5999, both ends codes without wildcards, or a code after a leading ="
BRACES = "a value of the target; this one has a brace without its other half (a brace itself is written {{ or }})"


def read(text: str) -> RuleSet:
    return read_csv(text.encode(), kind=MappingKind.ACCOUNTS, segments=CHART.segments, sheet="rules.csv")


def told(text: str) -> list[str]:
    with pytest.raises(SheetRefused) as caught:
        read(text)
    return [str(fault) for fault in caught.value.faults]


def workbook(*rows: Sequence[object], formats: dict[str, str] | None = None) -> bytes:
    book = Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(list(row))
    for cell, number_format in (formats or {}).items():
        book.active[cell].number_format = number_format
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def told_of(content: bytes) -> list[str]:
    with pytest.raises(SheetRefused) as caught:
        read_xlsx(content, kind=MappingKind.ACCOUNTS, segments=CHART.segments, sheet="rules.xlsx")
    return [str(fault) for fault in caught.value.faults]


def test_a_sheet_as_a_person_writes_it() -> None:
    rules = read(WRITTEN)

    first, split, fallback = rules.rules
    assert (rules.fields, [one.number for one in rules.rules]) == (("Account", "CostCenter"), [4, 5, 6])
    assert [(one.part, one.kind, one.text, one.high) for one in first.patterns] == [
        ("company", PatternKind.EXACT, "01", None),
        ("cost_center", PatternKind.RANGE, "110", "199"),
        ("account", PatternKind.EXACT, "52*", None),
    ]
    assert (first.precedence, first.valid_to, first.note) == (10, date(2026, 12, 31), "first")
    assert first.targets[0].values == values(Account="5200", CostCenter="CC-{cost_center}")
    assert [(target.percent, target.values[1].value) for target in split.targets] == [
        (Decimal(60), "A"),
        (Decimal(40), "B"),
    ]
    assert (fallback.default, fallback.patterns, fallback.note) == (True, (), "for all;\nelse")


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_either_delimiter_with_or_without_a_mark_is_the_same(mark: str, delimiter: str) -> None:
    text = f"{mark}precedence;account;-> Account;note\r\n10;5210;5210;'=no formula\r\n".replace(";", delimiter)
    (one,) = read(text).rules
    assert (one.patterns[0].text, one.note) == ("5210", "=no formula")


def test_every_fault_is_told_at_once_with_its_place() -> None:
    text = """precedence,account,valid_from,split,percent,-> Account,default
x,5999..5000,2026-02-30,,0,,maybe
10,5*..6,31.01.2026,A,50,{account,
10,7,,A,"33,5",A,
,1,,B,,B,,surplus
10,1,,A,50,B,
"""
    assert [fault.removeprefix("rules.csv, ") for fault in told(text)] == [
        "row 2, column precedence: found 'x', expected a whole number",
        "row 2, column account: found '5999..5000', expected a range that begins at its lower end",
        "row 2, column -> Account: found '', expected a value in one of the columns with an arrow",
        "row 2, column percent: found '0', expected a number above 0 and up to 100, like 33.5",
        "row 2, column valid_from: found '2026-02-30', expected a date like 2026-01-31",
        "row 2, column default: found 'maybe', expected yes, no or nothing",
        f"row 3, column account: found '5*..6', expected {A_RANGE}",
        f"row 3, column -> Account: found '{{account', expected {BRACES}",
        "row 3, column valid_from: found '31.01.2026', expected a date like 2026-01-31",
        "row 4, column account: found '7', expected the same as in row 3 of this split, or nothing",
        "row 4, column percent: found '33,5', expected a number above 0 and up to 100, like 33.5",
        "row 5, column 8: found 'surplus', expected nothing, as the column has no heading",
        "row 5, column precedence: found '', expected a whole number: the rule with the lowest applies first",
        "row 6, column split: found 'A', expected the rows of one split next to each other",
    ]


@pytest.mark.parametrize(
    ("headings", "says"),
    [
        (
            "precedence,acount,-> Account",
            "column acount: found 'acount', expected a heading that is known; did you mean",
        ),
        ("precedence,zzz,-> Account", "segments are account, company, cost_center"),
        ("precedence,account,account,-> Account", "expected each heading once"),
        ("account,-> Account", "column precedence: found '', expected a column `precedence`"),
        ("precedence,account", "expected a column `-> name` for each field of the target"),
        ("precedence,,account,-> Account", "column 2: found '', expected a heading"),
        ("precedence,-> Account,description -> Fund", "a column `-> Fund` that it describes"),
        ("", "row 1: found '', expected a row of headings"),
    ],
)
def test_headings_that_mean_nothing_are_refused(headings: str, says: str) -> None:
    assert says in " ".join(told(f"{headings}\n"))


def test_a_split_without_percents_and_a_number_used_twice_are_refused() -> None:
    faults = told("rule,precedence,account,split,percent,-> Account\n1,1,5,S,60,A\n,,,S,,B\n1,1,6,,,C\n")
    assert faults == [
        "rules.csv, row 3, column percent: found '', expected the percent of each row of a split",
        "rules.csv, row 4, column rule: found '1', expected a number that no other rule has",
    ]


def test_a_code_of_two_lines_is_refused_and_a_note_is_not() -> None:
    (fault,) = told('precedence,account,-> Account,note\n10,"52\n10",5210,"two\nlines"\n')
    assert fault.endswith("expected a code or a pattern without control characters")


@pytest.mark.parametrize("segment", ["note", "Rule", "[a]", "->", "a -> b", "description -> x", "-> Account"])
def test_a_segment_with_the_name_of_something_else_keeps_it(segment: str) -> None:
    rules = accounts(rule(1, {segment: "5"}, Account="x"))
    assert read_csv(write_csv(rules), kind=MappingKind.ACCOUNTS, segments=(segment,)) == rules


@pytest.mark.parametrize("content", [b"\xff\xfe", b"precedence\n\xe4", b'precedence\n"' + b"x" * 200_000])
def test_a_file_that_is_no_csv_is_refused(content: bytes) -> None:
    with pytest.raises(SheetRefused, match=r"expected a CSV"):
        read_csv(content, kind=MappingKind.ACCOUNTS, segments=())


def test_what_a_program_made_of_a_code_is_refused_with_a_hint() -> None:
    content = workbook(
        ("precedence", "company", "account", "-> Account", "valid_from", "percent", "default"),
        (10, 110, "5210", "=1+1", date(2026, 1, 1), 0.6, True),
        (20, date(2026, 1, 2), True, "x", 46000, 33.5, "no"),
        formats={"F2": "0%"},
    )
    as_text = "format the column as text, type it again"
    no_zeros = f"the cell holds a number, so zeros at the front may be lost: {as_text}"
    no_formula = f"the cell holds a formula: {as_text}"
    no_percent = f"the cell holds a number shown in percent: {as_text}"
    no_truth = f"the program made a truth value of it: {as_text}"
    no_date = f"the program made a date of it: {as_text}"
    assert [fault.removeprefix("rules.xlsx, ") for fault in told_of(content)] == [
        f"row 2, column company: found '110', expected a code or a pattern; {no_zeros}",
        f"row 2, column -> Account: found '=1+1', expected a value of the target; {no_formula}",
        f"row 2, column percent: found '0.6', expected {A_PERCENT}; {no_percent}",
        f"row 3, column company: found '2026-01-02', expected a code or a pattern; {no_date}",
        f"row 3, column account: found 'yes', expected a code or a pattern; {no_truth}",
        "row 3, column valid_from: found '46000', expected a date like 2026-01-31",
    ]


def test_true_numbers_dates_and_truth_values_are_read_where_they_belong() -> None:
    content = workbook(
        ("Rule", "Precedence", "account", "-> Account", "valid_from", "percent", "default", "split", "note"),
        (3, 10.0, "0110", " 0110 ", date(2026, 1, 31), 33.3333, True, 1, 2026),
        (None, None, None, "0120", None, 66.6667, None, 1, None),
        (None,) * 9,
    )
    (one,) = read_xlsx(content, kind=MappingKind.ACCOUNTS, segments=CHART.segments).rules
    assert (one.number, one.precedence, one.valid_from, one.default) == (3, 10, date(2026, 1, 31), True)
    assert [target.percent for target in one.targets] == [Decimal("33.3333"), Decimal("66.6667")]
    assert (one.patterns[0].text, one.targets[0].values[0].value, one.note) == ("0110", "0110", "2026")


def test_the_sheet_called_mapping_is_read_and_of_others_none_is_guessed() -> None:
    book = load_workbook(io.BytesIO(write_xlsx(accounts(rule(1, {"account": "5"}, Account="x")))))
    book.create_sheet("notes", 0)
    for title, refused in (("mapping", False), ("codes", True)):
        book.worksheets[1].title = title
        out = io.BytesIO()
        book.save(out)
        if refused:
            assert "one called mapping; this one has 2" in told_of(out.getvalue())[0]
        else:
            assert read_xlsx(out.getvalue(), kind=MappingKind.ACCOUNTS, segments=("account",)).rules[0].number == 1


def test_a_workbook_that_would_not_fit_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    content = write_xlsx(accounts(rule(1, {"account": "5"}, Account="x")))
    monkeypatch.setattr("common.mapping.spreadsheets._UNPACKED", 1_000)
    assert "unpacks to at most 1000 bytes" in told_of(content)[0]
    monkeypatch.undo()
    monkeypatch.setattr("common.mapping.spreadsheets._ROWS", 1)
    assert "at most 1 rows" in told_of(content)[0]


def test_a_written_workbook_holds_text_only_and_no_formula() -> None:
    rules = accounts(rule(1, {"account": "=5*"}, Account="=1+1"))
    sheet = load_workbook(io.BytesIO(write_xlsx(rules, CHART.segments)))["mapping"]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert "=1+1" in [cell.value for cell in cells]
    assert {cell.data_type for cell in cells} == {"s"}
    assert {cell.number_format for cell in cells} == {"@"}


def test_what_no_sheet_can_hold_is_not_written() -> None:
    for one in (
        rule(1, {"account": "5"}, Account=" x"),
        rule(1, {"account": "5"}, Account="a\x00b"),
        rule(1, {"account": "5"}, Account=""),
        rule(1, {"account": "5"}, Fund="x"),
        rule(1, {"account": "5"}, Account="x", chart=""),
    ):
        with pytest.raises(ValueError, match=r"cannot be written in a sheet|no field of the set"):
            write_csv(accounts(one))


def test_units_are_kept_in_sheets_too() -> None:
    rules = read_csv(b"precedence,unit,-> unit\n1,Crt,CT\n", kind=MappingKind.UNITS, segments=(UNIT,))
    assert read_csv(write_csv(rules, (UNIT,)), kind=MappingKind.UNITS, segments=(UNIT,)) == rules


def test_ten_thousand_rules_are_read_in_seconds() -> None:
    rules = accounts(*(rule(number, {"account": f"{number:05}"}, Account="x") for number in range(1, 10_001)))
    content = write_csv(rules, CHART.segments)
    begun = time.process_time()
    assert read_csv(content, kind=MappingKind.ACCOUNTS, segments=CHART.segments) == rules
    assert time.process_time() - begun < 15
