"""Which codes pass, which are overridden, and what an unmapped one says."""

import pytest

from schemas.refusals import RefusalClass, Refused
from schemas.units import DEFAULT_UNITS, unit_map


@pytest.mark.parametrize(
    ("code", "standard"),
    [
        ("Ea", "EA"),
        ("EACH", "EA"),
        ("Box", "BX"),
        ("kg", "KGM"),
        ("Hour", "HUR"),
        ("HR", "HUR"),
        (" hr ", "HUR"),
        ("KGM", "KGM"),
        ("c62", "C62"),
    ],
)
def test_usual_codes_become_standard_ones(code: str, standard: str) -> None:
    assert DEFAULT_UNITS.standard(code, line=1) == standard


def test_a_customers_own_code_goes_over_the_table() -> None:
    units = unit_map({"Ea": "C62", "Crt ": "CT", "Pod": "X9"})
    assert [units.standard(code, line=1) for code in ("EA", "crt", "pod", "Each")] == ["C62", "CT", "X9", "EA"]
    assert [units.source(code, line=1) for code in ("C62", "CT", "x9", "KGM")] == ["Ea", "Crt", "Pod", "kg"]


def test_reading_back_gives_the_most_usual_source_code() -> None:
    assert [DEFAULT_UNITS.source(code, line=1) for code in ("EA", "KGM", "HUR", "BX")] == ["Ea", "kg", "Hour", "Box"]


def test_an_unmapped_code_is_refused_with_its_line_and_what_to_do() -> None:
    with pytest.raises(Refused) as caught:
        DEFAULT_UNITS.standard("Firkin", line=7)
    refusal = caught.value.refusal
    assert (refusal.category, refusal.field, refusal.value) == (
        RefusalClass.MAPPING,
        "lines[LineNumber=7].UOMCode",
        "Firkin",
    )
    assert "line 7" in refusal.reason
    assert "unit mapping" in refusal.next_step


def test_a_standard_code_without_a_source_code_is_refused() -> None:
    with pytest.raises(Refused, match="no code for") as caught:
        DEFAULT_UNITS.source("ZZ", line=2)
    assert caught.value.refusal.category is RefusalClass.MAPPING


@pytest.mark.parametrize("code", [None, ""])
def test_a_quantity_without_a_unit_is_the_sources_fault(code: str | None) -> None:
    with pytest.raises(Refused) as caught:
        DEFAULT_UNITS.standard(code, line=3)
    assert caught.value.refusal.category is RefusalClass.INVALID


@pytest.mark.parametrize("overrides", [{"": "EA"}, {"Ea": " "}])
def test_a_mapping_with_an_empty_side_is_refused(overrides: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="both sides"):
        unit_map(overrides)


def test_what_the_other_side_calls_a_unit_otherwise_is_written_and_read_its_way() -> None:
    units = unit_map({"Crt": "CT"}, {"DZN": "DZ", "ct": "CTN", "EA": "EACH"})
    assert [units.standard(code, line=1) for code in ("Dozen", "doz", "Crt", "Ea", "kg")] == [
        "DZ",
        "DZ",
        "CTN",
        "EACH",
        "KGM",
    ]
    assert [units.source(code, line=1) for code in ("dz", "DZN", "CTN", "each", "KGM")] == [
        "Dozen",
        "Dozen",
        "Crt",
        "Ea",
        "kg",
    ]
    assert (units.theirs("EA"), DEFAULT_UNITS.theirs("EA")) == ("EACH", "EA")


def test_of_two_units_that_the_other_side_calls_the_same_the_first_is_read_back() -> None:
    units = unit_map(theirs={"CT": "BOX", "BX": "BOX"})
    assert units.source("box", line=1) == "Carton"


def test_a_list_of_theirs_with_an_empty_side_is_refused() -> None:
    with pytest.raises(ValueError, match="both sides"):
        unit_map(theirs={"EA": " "})
