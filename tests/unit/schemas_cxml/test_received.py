"""Documents as others write them: read where the meaning is clear, with what was odd; refused where it is not."""

import pytest

from schemas.cxml import received
from schemas.cxml.received import MAX_MARKUP, read
from schemas.cxml.safe_xml import NotSafeXml

DOCTYPE = b'<!DOCTYPE cXML SYSTEM "http://xml.cxml.org/schemas/cXML/1.2.048/Fulfill.dtd">'


def text_of(data: bytes, charset: str | None = None) -> str | None:
    return read(data, charset=charset).root.text


def test_what_is_as_it_should_be_has_no_deviation() -> None:
    assert read(b'<?xml version="1.0"?>\n<cXML>a &amp; b &#38;</cXML>', charset="utf-8").deviations == ()


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"<a>x & y</a>", "x & y"),
        (b"<a>AT&T</a>", "AT&T"),
        (b"<a>a&b=c &amp; d</a>", "a&b=c & d"),
        (b"<a>& <![CDATA[ & &amp; ]]></a>", "&  & &amp; "),
        (b"<a><!-- & --><?p & ?>x & y</a>", "x & y"),
    ],
)
def test_a_bare_ampersand_is_what_it_looks_like(data: bytes, text: str) -> None:
    document = read(data)
    assert document.root.text == text
    assert "stood there without ;, the first of them in line 1" in document.deviations[0]


def test_the_line_of_the_first_bare_ampersand_is_told() -> None:
    assert read(b'<a>\n<b c="1 & 2"/>\n& </a>').deviations == (
        "2 & stood there without ;, the first of them in line 2.",
    )


@pytest.mark.parametrize(
    "data",
    [
        b"<a>&nbsp; & x</a>",
        b"<a>& </b>",
        b"<a>" + b"& " * 1_001 + b"</a>",
        b"<a>& <!-- </a>",
        b"<a>& <![CDATA[ </a>",
        DOCTYPE + b'<cXML a="9&x;">& </cXML>',
        b"<a",
        b"",
        b"\xff\xfe\x00",
        b'<?xml version="1.0" encoding="UTF-8"?><a>\xe4</a>',
        b'<?xml version="1.0" encoding="UTF-16"?><a>x</a>',
    ],
)
def test_what_is_not_clear_is_refused(data: bytes) -> None:
    with pytest.raises(NotSafeXml):
        read(data)


@pytest.mark.parametrize("place", [b'<cXML a="9&x;"/>', b"<cXML>9&x;</cXML>"])
def test_an_entity_that_only_a_dtd_could_declare_is_not_dropped_in_silence(place: bytes) -> None:
    with pytest.raises(NotSafeXml, match="Entity 'x' not defined"):
        read(DOCTYPE + place)


@pytest.mark.parametrize(
    ("data", "charset", "odd"),
    [
        ("<a>ä</a>".encode(), None, 0),
        ("<a>ä</a>".encode(), "UTF-8", 0),
        ("<a>ä</a>".encode("latin-1"), "iso-8859-1", 0),
        ("<a>ä</a>".encode("utf-16"), "utf-8", 0),
        ('<?xml version="1.0" encoding="latin1"?><a>ä</a>'.encode("latin-1"), "ISO-8859-1", 0),
        ('<?xml version="1.0" encoding="ISO-8859-1"?><a>ä</a>'.encode("latin-1"), "utf-8", 1),
        ("<a>ä</a>".encode(), "punycode", 1),
        ("<a>ä</a>".encode(), "none-of-ours", 1),
    ],
)
def test_the_document_says_its_encoding_else_the_header(data: bytes, charset: str | None, odd: int) -> None:
    document = read(data, charset=charset)
    assert document.root.text == "ä"
    assert len(document.deviations) == odd


def test_a_document_that_is_not_in_the_headers_charset_is_refused() -> None:
    with pytest.raises(NotSafeXml, match="not in utf-8"):
        read("<a>ä</a>".encode("latin-1"), charset="utf-8")


def test_size_and_markup_are_counted_before_parsing() -> None:
    with pytest.raises(NotSafeXml, match="30 bytes, 10 are allowed"):
        read(b" " * 30, max_bytes=10)
    with pytest.raises(NotSafeXml, match="elements"):
        read(b"<a>" + b"<b/>" * MAX_MARKUP + b"</a>")
    with pytest.raises(NotSafeXml):
        read(b"<a>" * 5_000 + b"</a>" * 5_000)


@pytest.mark.parametrize("opener", [b"<!--", b"<?", b"<![CDATA["])
def test_looking_for_ampersands_takes_one_walk(opener: bytes) -> None:
    """Each opener without an end would otherwise be searched to the end: minutes for a megabyte."""
    escaped, lines = received._with_escaped_ampersands(b"& " + opener * 200_000)
    assert lines == [1]
    assert escaped.startswith(b"&amp; <")
