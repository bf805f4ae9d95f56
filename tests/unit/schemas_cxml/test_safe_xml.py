"""Hostile and odd XML: refused without reading anything outside the bytes, or read without losing a character."""

import gzip
from pathlib import Path

import pytest

from schemas.cxml.safe_xml import NotSafeXml, parse

CXML = b'<!DOCTYPE cXML SYSTEM "http://xml.cxml.org/schemas/cXML/1.2.014/cXML.dtd">'


@pytest.mark.parametrize(
    "data",
    [
        b'<!DOCTYPE cXML [<!ENTITY x "9">]><cXML><Money>&x;</Money></cXML>',
        b'<!DOCTYPE cXML [<!ENTITY x "9">]><cXML currency="&x;"/>',
        b'<!DOCTYPE cXML [<!ENTITY x SYSTEM "file:///etc/hostname">]><cXML>&x;</cXML>',
        b'<!DOCTYPE cXML SYSTEM "http://xml.cxml.org/a.dtd" [<!ENTITY % p SYSTEM "http://127.0.0.1:1/x"> %p;]><cXML/>',
    ],
)
def test_a_document_that_declares_an_entity_is_refused(data: bytes) -> None:
    with pytest.raises(NotSafeXml, match="declares the entity"):
        parse(data)


@pytest.mark.parametrize("rest", [b'<cXML currency="9&x;"/>', b"<cXML><Money>9&x;</Money></cXML>"])
def test_an_entity_that_only_the_dtd_could_declare_is_refused(rest: bytes) -> None:
    """libxml2 takes it beside a DOCTYPE: the attribute would be 9, and so would the text."""
    with pytest.raises(NotSafeXml, match="Entity 'x' not defined; entities are never resolved"):
        parse(CXML + rest)


def test_entities_that_expand_to_gigabytes_are_refused() -> None:
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "lol"}">' for n in range(12))
    with pytest.raises(NotSafeXml):
        parse(f'<!DOCTYPE cXML [{levels}]><cXML a="&e11;">&e11;</cXML>'.encode())


@pytest.mark.parametrize(
    "doctype",
    [b"<!DOCTYPE html>", b"<!DOCTYPE cXML>", b'<!DOCTYPE cXML SYSTEM "file:///x.dtd">',
     b'<!DOCTYPE Other SYSTEM "http://xml.cxml.org/x.dtd">', b'<!DOCTYPE cXML SYSTEM "http://xml.cxml.org.evil/x.dtd">'],
)  # fmt: skip
def test_a_doctype_that_is_not_cxmls_own_is_refused(doctype: bytes) -> None:
    with pytest.raises(NotSafeXml, match="DOCTYPE"):
        parse(doctype + b"<cXML/>")


@pytest.mark.parametrize(
    "start", [b"", CXML, CXML.replace(b"xml.cxml.org", b"xml.cXML.org").replace(b"http:", b"https:")]
)
def test_cxmls_own_doctype_or_none_is_taken_and_not_fetched(start: bytes) -> None:
    assert parse(start + b"<cXML/>").tag == "cXML"


def test_a_doctype_cannot_add_attributes_that_nobody_sent() -> None:
    declared = CXML[:-1] + b' [<!ATTLIST Money currency CDATA "USD">]>'
    assert parse(declared + b"<Money>1</Money>").get("currency") is None


def test_an_external_dtd_is_not_read(tmp_path: Path) -> None:
    dtd = tmp_path / "xml.cxml.org"
    dtd.write_text('<!ATTLIST cXML a CDATA "read">')
    with pytest.raises(NotSafeXml):
        parse(f'<!DOCTYPE cXML SYSTEM "{dtd}"><cXML/>'.encode())


def test_a_comment_or_instruction_does_not_cut_a_value_in_two() -> None:
    assert parse(b"<Money>12<!-- not --><?nor this?>.50</Money>").text == "12.50"


def test_compressed_bytes_are_not_inflated() -> None:
    with pytest.raises(NotSafeXml):
        parse(gzip.compress(b"<cXML/>"))


def test_a_document_longer_than_allowed_is_refused_before_it_is_parsed() -> None:
    with pytest.raises(NotSafeXml, match="9 bytes, 8 are allowed"):
        parse(b"<not xml ", max_bytes=8)
    assert parse(b"<cXML />", max_bytes=8).tag == "cXML"


def test_elements_nested_without_end_are_refused() -> None:
    with pytest.raises(NotSafeXml):
        parse(b"<a>" * 100_000)


def test_the_line_at_fault_is_named() -> None:
    with pytest.raises(NotSafeXml, match="line 3: ") as refused:
        parse(b"<cXML>\n<a>\n</b>\n</cXML>")
    assert refused.value.line == 3


@pytest.mark.parametrize("data", [b"", b"   ", b"plain text", b"\xff\xfe\x00", b"<cXML>\xff</cXML>"])
def test_what_is_not_xml_is_refused(data: bytes) -> None:
    with pytest.raises(NotSafeXml):
        parse(data)


def test_the_declared_encoding_is_obeyed() -> None:
    assert parse('<?xml version="1.0" encoding="ISO-8859-1"?><a>Größe</a>'.encode("latin-1")).text == "Größe"
    assert parse('<?xml version="1.0" encoding="UTF-16"?><a>Größe</a>'.encode("utf-16")).text == "Größe"
