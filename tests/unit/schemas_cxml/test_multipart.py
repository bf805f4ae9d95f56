"""The document of a body: by its Content-Type, by `start`, else the first XML part; attachments to the byte."""

import base64

import pytest

from schemas.cxml.multipart import NotADocument, split

RELATED = 'multipart/related; boundary="=_x (1)"; type="text/xml"'


def body(*parts: bytes, end: bytes = b"\r\n--=_x (1)--\r\n") -> bytes:
    return b"".join(b"\r\n--=_x (1)\r\n" + part for part in parts) + end


def test_xml_is_the_document_itself() -> None:
    for content_type in ("text/xml", "application/xml; charset=utf-8", "application/cxml+xml", ""):
        assert split(b"<a/>", content_type).document.content == b"<a/>"
    assert split(b"<a/>", 'text/xml; charset="ISO-8859-1"').document.charset == "iso-8859-1"


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "application/x-www-form-urlencoded", "xml"])
def test_anything_else_is_not(content_type: str) -> None:
    with pytest.raises(NotADocument, match="is taken"):
        split(b"<a/>", content_type) if content_type != "xml" else split(b"<a/>", "image/png")


def test_the_part_that_start_names_is_the_document() -> None:
    given = body(
        b"Content-Type: text/xml\r\n\r\n<other/>", b"Content-Type: text/xml\r\nContent-ID: <a@b>\r\n\r\n<cXML/>"
    )
    assert split(given, RELATED + '; start="<a@b>"').document.content == b"<cXML/>"
    assert split(given, RELATED).document.content == b"<other/>"
    assert split(given, RELATED + '; start="<none>"').document.content == b"<other/>"


def test_attachments_are_decoded_and_otherwise_kept_to_the_byte() -> None:
    raw = b"\r\n--=_y\r\n\x00\xff\r\n\r\n"
    found = split(
        body(
            b"Content-Type: application/pdf\r\nContent-ID: <1>\r\n\r\n" + raw,
            b"Content-Type: application/xml; charset=utf-16\r\n\r\n<a/>",
            b"Content-Type: image/png\r\nContent-Transfer-Encoding: BASE64\r\n\r\n" + base64.encodebytes(raw),
            b"Content-Transfer-Encoding: quoted-printable\r\n\r\n=3D1",
        ),
        RELATED,
    )
    assert [part.content for part in found.attachments] == [raw, raw, b"=1"]
    assert [part.content_id for part in found.attachments] == ["1", "", ""]
    assert (found.document.media_type, found.document.charset) == ("application/xml", "utf-16")


def test_lines_may_end_with_a_line_feed_alone() -> None:
    given = b"--x\nContent-Type: text/xml\n\n<a/>\n--x--"
    assert split(given, "multipart/related; boundary=x").document.content == b"<a/>"


@pytest.mark.parametrize(
    ("given", "content_type", "said"),
    [
        (b"", RELATED, "was cut"),
        (body(b"Content-Type: text/xml\r\n\r\n<a/>", end=b""), RELATED, "was cut"),
        (body(b"Content-Type: text/xml\r\n\r\n<a/>"), "multipart/related", "no boundary"),
        (body(b"Content-Type: text/plain\r\n\r\nx"), RELATED, "is XML"),
        (body(b"Content-Type: text/xml"), RELATED, "blank line"),
        (body(b"X: " + b"y" * 20_000 + b"\r\n\r\n<a/>"), RELATED, "blank line"),
        (body(*[b"\r\n<a/>"] * 200), RELATED, "over 100 parts"),
        (body(b"Content-Transfer-Encoding: x-uu\r\n\r\nx"), RELATED, "encoded as 'x-uu'"),
        (body(b"Content-Transfer-Encoding: base64\r\n\r\nA"), RELATED, "base64"),
    ],
)
def test_what_is_broken_is_told(given: bytes, content_type: str, said: str) -> None:
    with pytest.raises(NotADocument, match=said):
        split(given, content_type)
