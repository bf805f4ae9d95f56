"""A set that is written to a sheet is read back as the same set, and no sheet, however broken, breaks the reader."""

import csv
import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.mapping.quoting import filled, literal
from common.mapping.rules import MappingKind, Pattern, PatternKind, Rule, RuleSet, TargetShare
from common.mapping.sheet_lines import SheetFault
from common.mapping.sheets import SheetRefused, read_csv, read_xlsx, write_csv, write_xlsx
from common.mapping.spreadsheets import from_csv, to_csv
from schemas.coding import FieldValue
from tests.properties.mapping_sets import PARTS, RULE_SETS, TEXTS

FORMATS = [(write_csv, read_csv), (write_xlsx, read_xlsx)]
Write = Callable[..., bytes]
Read = Callable[..., RuleSet]

ANY_TEXT = st.builds(
    lambda code, value, unit, note, percent, described: RuleSet(
        kind=MappingKind.ACCOUNTS,
        fields=("Cost Center", "-> x"),
        rules=(
            Rule(
                number=7,
                precedence=-1,
                patterns=(Pattern(part="account", kind=PatternKind.EXACT, text=code),),
                targets=(
                    TargetShare(
                        percent=percent,
                        values=(FieldValue(field="-> x", value=literal(value), description=described),),
                    ),
                ),
                business_unit=unit,
                valid_to=date(2026, 12, 31),
                note=note,
            ),
        ),
    ),
    TEXTS,
    TEXTS,
    st.none() | TEXTS,
    st.just("") | TEXTS | st.just("two\nlines"),
    st.decimals("0.01", "100", places=2, allow_nan=False).map(Decimal),
    st.none() | TEXTS,
)


WORKBOOK = write_xlsx(
    RuleSet(
        kind=MappingKind.ACCOUNTS,
        fields=("Account",),
        rules=(
            Rule(
                number=1,
                precedence=10,
                patterns=(Pattern(part="account", kind=PatternKind.EXACT, text="5210"),),
                targets=(TargetShare(percent=Decimal(100), values=(FieldValue(field="Account", value="5210"),)),),
            ),
        ),
    )
)


@pytest.mark.parametrize(("write", "read"), FORMATS)
@given(RULE_SETS | ANY_TEXT)
@settings(max_examples=60, deadline=None)
def test_a_set_is_read_back_as_it_was_written(write: Write, read: Read, rules: RuleSet) -> None:
    assert read(write(rules, PARTS), kind=rules.kind, segments=PARTS) == rules


@given(st.lists(st.lists(TEXTS | st.sampled_from(["=1+1", "@x", "'=1", "-5"]), min_size=1, max_size=4), max_size=4))
def test_a_csv_holds_nothing_that_is_run_and_loses_no_text(rows: list[list[str]]) -> None:
    content = to_csv([["heading", "heading"], *rows])
    assert [[cell.text for cell in row.cells] for row in from_csv(content)][1:] == rows
    written = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in written for cell in row)


@pytest.mark.parametrize("read", [read_csv, read_xlsx])
@given(st.binary(max_size=200))
def test_bytes_that_are_no_sheet_are_refused(read: Read, content: bytes) -> None:
    with pytest.raises(SheetRefused) as caught:
        read(content, kind=MappingKind.ACCOUNTS, segments=PARTS)
    assert caught.value.faults


def faults(read: Read, content: bytes) -> tuple[SheetFault, ...]:
    """Return what is wrong with a sheet; anything but a refusal is a failure of the test."""
    try:
        read(content, kind=MappingKind.ACCOUNTS, segments=PARTS)
    except SheetRefused as refused:
        return refused.faults
    return ()


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_a_damaged_workbook_is_refused_or_read(data: st.DataObject) -> None:
    content = bytearray(WORKBOOK)
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=5)):
        content[place] ^= data.draw(st.integers(1, 255))
    faults(read_xlsx, bytes(content))


@given(st.lists(st.lists(st.sampled_from(["", "1", "x", "=1", "*", "5..1", "rule", "9" * 30]) | TEXTS, max_size=9)))
@settings(max_examples=100, deadline=None)
def test_any_cells_are_read_or_refused_with_their_place(rows: list[list[str]]) -> None:
    heading = ["rule", "precedence", "split", "percent", "valid_from", "default", "account", "-> Account", "note"]
    for fault in faults(read_csv, to_csv([heading, *rows])):
        assert fault.row > 1
        assert fault.column in heading


@given(st.text(max_size=20))
def test_a_literal_value_stands_for_its_text(text: str) -> None:
    assert filled(literal(text), {}) == text
