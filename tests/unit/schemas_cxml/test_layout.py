"""A layout refuses at birth what no document could carry."""

import pytest

from schemas.cxml.layout import CxmlLayout


def test_the_doctype_names_the_version_and_the_mode_says_test() -> None:
    layout = CxmlLayout(dtd_version="1.2.048", test=True)
    assert layout.doctype == '<!DOCTYPE cXML SYSTEM "http://xml.cxml.org/schemas/cXML/1.2.048/cXML.dtd">'
    assert layout.deployment_mode == "test"
    assert CxmlLayout().deployment_mode == "production"


def test_a_version_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match=r"'1\.2\.014\"><x' is not a cXML version"):
        CxmlLayout(dtd_version='1.2.014"><x')


def test_a_language_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="'English!' is not a language tag"):
        CxmlLayout(language="English!")


def test_an_empty_separator_is_refused() -> None:
    with pytest.raises(ValueError, match="empty separator"):
        CxmlLayout(segment_separator="")
