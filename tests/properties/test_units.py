"""Unit codes survive the way there and back, in any case, under any mapping."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.refusals import RefusalClass, Refused
from schemas.units import DEFAULT_UNITS, unit_map

CODES = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=1, max_size=4)


@given(st.sampled_from(sorted(DEFAULT_UNITS.to_standard)), st.sampled_from([str.upper, str.lower, str.title]))
def test_a_known_code_leads_to_a_standard_one_and_back_to_the_same_meaning(
    code: str, spelling: Callable[[str], str]
) -> None:
    standard = DEFAULT_UNITS.standard(spelling(code), line=1)
    assert DEFAULT_UNITS.standard(standard, line=1) == standard
    if standard.casefold() in DEFAULT_UNITS.to_source:
        assert DEFAULT_UNITS.standard(DEFAULT_UNITS.source(standard, line=1), line=1) == standard


@given(CODES, CODES)
def test_a_mapped_code_leads_to_what_it_was_mapped_to_and_back(source: str, standard: str) -> None:
    units = unit_map({source: standard})
    assert units.standard(source.lower(), line=1) == standard
    assert units.source(standard.lower(), line=1) == source


@given(st.text(max_size=20).filter(lambda code: code.strip().casefold() not in DEFAULT_UNITS.to_standard))
def test_any_other_code_is_refused_and_never_guessed(code: str) -> None:
    with pytest.raises(Refused, match="line 9") as caught:
        DEFAULT_UNITS.standard(code, line=9)
    assert caught.value.refusal.category is (RefusalClass.MAPPING if code else RefusalClass.INVALID)
