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
