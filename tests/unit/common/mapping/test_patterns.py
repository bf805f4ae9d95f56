"""How patterns are read, what they match, and which of two takes in the other."""

import pytest

from common.mapping.patterns import covers, folded, matches, overlap, pattern, written
from common.mapping.rules import MappingKind, Pattern, PatternKind


def read(text: str) -> Pattern:
    return pattern("account", text)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("5210", PatternKind.EXACT),
        ("=5*", PatternKind.EXACT),
        ("=", PatternKind.EXACT),
        ("5000..5999", PatternKind.RANGE),
        ("A10..B", PatternKind.RANGE),
        ("5*", PatternKind.WILDCARD),
        ("5?10", PatternKind.WILDCARD),
        ("*", PatternKind.ANY),
    ],
)
def test_a_pattern_is_what_it_looks_like(text: str, kind: PatternKind) -> None:
    assert (read(text).kind, written(read(text))) == (kind, text)


@pytest.mark.parametrize("text", ["5..", "..5", "..", "5..6..7", "5*..6", "59..50", "B..A", "010..9"])
def test_a_range_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="a range"):
        read(text)


@pytest.mark.parametrize(
    ("text", "holds", "fails"),
    [
        ("5210", ["5210"], ["05210", "521", "52100", ""]),
        ("=5*", ["5*"], ["5", "51"]),
        ("=", [""], ["=", " "]),
        ("100..200", ["100", "0150", "200"], ["99", "201", "1000", ""]),
        ("A10..A20", ["A10", "A15", "A2"], ["A1", "a15", "A21"]),
        ("5*", ["5", "52", "5\n1"], ["", "15"]),
        ("5?10", ["5210", "5?10"], ["510", "52210"]),
        ("[12]*", ["[12]", "[12]3"], ["1", "2", "12"]),
        ("*", ["", "5"], []),
        ("1..9", ["5", "0009"], ["9" * 5_000, "٣"]),
    ],
)
def test_a_pattern_holds_for_these_codes_and_not_for_those(text: str, holds: list[str], fails: list[str]) -> None:
    assert [code for code in holds if not matches(read(text), code)] == []
    assert [code for code in fails if matches(read(text), code)] == []


@pytest.mark.parametrize(
    ("wide", "narrow", "does"),
    [
        ("5*", "52*", True),
        ("52*", "5*", False),
        ("5?*", "5*", False),
        ("?", "*", False),
        ("5?", "5*", False),
        ("5*", "5?", True),
        ("*", "5..6", True),
        ("5*", "50..59", False),
        ("50..59", "52", True),
        ("50..59", "51..58", True),
        ("50..59", "51..60", False),
        ("5..500", "6..7", False),
        ("1..2", "10..15", False),
        ("A..C", "B..C", True),
        ("A..C", "1..2", False),
        ("5", "5..5", False),
    ],
)
def test_one_takes_in_the_other_for_sure(wide: str, narrow: str, does: bool) -> None:  # noqa: FBT001
    assert covers(read(wide), read(narrow)) is does


@pytest.mark.parametrize(
    ("one", "other", "do"),
    [
        ("5*", "*5", True),
        ("5*1", "5?", True),
        ("5*1", "6*1", False),
        ("5??", "5?", False),
        ("50..59", "59..60", True),
        ("50..59", "60..69", False),
        ("9..10", "10..11", True),
        ("A..B", "C..D", False),
        ("5000..5999", "52*", True),
        ("5000..5999", "6*", False),
        ("5..5999", "6*", True),
        ("5000..5999", "5?", True),
        ("5..10", "7", True),
        ("5..10", "=70", False),
        ("*", "x", True),
    ],
)
def test_some_code_may_be_both(one: str, other: str, do: bool) -> None:  # noqa: FBT001
    assert overlap(read(one), read(other)) is do
    assert overlap(read(other), read(one)) is do


def test_only_codes_of_units_are_compared_without_regard_to_case() -> None:
    assert folded(" Ea ", MappingKind.UNITS) == "ea"
    assert folded(" Ea ", MappingKind.ACCOUNTS) == " Ea "
