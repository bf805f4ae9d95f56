"""Text that XML cannot carry: the escape is visible, reversible and leaves all other text alone."""

import pytest
from lxml import etree

from schemas.cxml.text import decode, encode


@pytest.mark.parametrize("text", ["", "Pump, 3 kW", "Größe 10 µm 🛒", "a\tb\nc\rd", "]]> & < \" '", "\x7f\x85\u2028"])
def test_text_that_xml_can_carry_stays_as_it_is(text: str) -> None:
    assert encode(text) == text


def test_a_control_character_becomes_visible_and_comes_back() -> None:
    assert encode("Pump\x07!") == "Pump\u241b0007;!"
    assert decode("Pump\u241b0007;!") == "Pump\x07!"


def test_a_text_that_looks_like_an_escape_is_not_taken_for_one() -> None:
    assert encode("\u241b0007;") == "\u241b241B;0007;"
    assert decode(encode("\u241b0007;")) == "\u241b0007;"


@pytest.mark.parametrize("foreign", ["\u241b", "\u241b0041;", "\u241bzzzz;", "\u241b0007", "\u241b000a;"])
def test_what_we_never_write_is_read_as_it_stands(foreign: str) -> None:
    assert decode(foreign) == foreign


def test_every_character_of_the_first_plane_can_be_carried() -> None:
    element = etree.Element("t")
    for code in range(0x10000):
        element.text = encode(chr(code))
        assert decode(element.text) == chr(code)
