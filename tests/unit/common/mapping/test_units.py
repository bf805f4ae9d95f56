"""Units by rules over the usual table, forward and back."""

from datetime import date

import pytest

from common.mapping.units import UnitCoder
from schemas.refusals import RefusalClass, Refused
from schemas.units import UnitMap
from tests.unit.common.mapping.sets import TODAY, accounts, rule, units

RULES = units(
    rule(1, {"unit": "Ea"}, unit="C62"),
    rule(2, {"unit": "crt"}, unit="CT"),
    rule(3, {"unit": "B*"}, unit="BX", precedence=20),
    rule(4, {"unit": "Pod"}, unit="X9", business_unit="BU2"),
    rule(5, {"unit": "Pod"}, unit="X8", valid_to=date(2025, 12, 31)),
    rule(6, {"unit": "Bad"}, ("60", {"unit": "A"}), ("40", {"unit": "B"})),
    rule(7, {"unit": "Worse"}, unit="{nothing}"),
)


def mapped(business_unit: str | None = None, on: date = TODAY) -> UnitMap:
    return UnitCoder(RULES).units(business_unit, on)


def test_rules_go_over_the_usual_table_and_compare_as_it_does() -> None:
    assert [mapped().standard(code, line=1) for code in ("EA", " Crt ", "bag", "Each", "kg")] == [
        "C62",
        "CT",
        "BX",
        "EA",
        "KGM",
    ]


def test_rules_hold_for_their_unit_and_days() -> None:
    assert mapped("BU2").standard("Pod", line=1) == "X9"
    assert mapped("BU1", date(2025, 1, 1)).standard("Pod", line=1) == "X8"
    with pytest.raises(Refused, match="line 3"):
        mapped("BU1").standard("Pod", line=3)


def test_reading_back_leads_to_a_code_that_leads_forward_again() -> None:
    assert [mapped().source(code, line=1) for code in ("c62", "CT", "KGM")] == ["Ea", "crt", "kg"]
    assert mapped("BU2").source("X9", line=1) == "Pod"
    for code in ("EA", "X9", "nothing", ""):  # `Ea` means C62 here, so it is no way back from EA
        with pytest.raises(Refused):
            mapped().source(code, line=1)


@pytest.mark.parametrize(("code", "says"), [("Bad", "a unit cannot be split"), ("worse", "quotes nothing")])
def test_rules_that_contradict_themselves_are_never_passed_over(code: str, says: str) -> None:
    with pytest.raises(Refused, match=says) as caught:
        mapped().standard(code, line=4)
    assert (caught.value.refusal.category, caught.value.refusal.field) == (
        RefusalClass.MAPPING,
        "lines[LineNumber=4].UOMCode",
    )


def test_a_default_does_not_give_a_unit_to_a_line_that_names_none() -> None:
    all_each = UnitCoder(units(rule(1, default=True, unit="EA"))).units(None, TODAY)
    assert all_each.standard("Firkin", line=1) == "EA"
    with pytest.raises(Refused) as caught:
        all_each.standard(" ", line=1)
    assert caught.value.refusal.category in RefusalClass


def test_a_set_of_accounts_maps_no_units() -> None:
    with pytest.raises(ValueError, match="a set of kind units"):
        UnitCoder(accounts())
