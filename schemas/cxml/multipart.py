"""The body of an HTTP request: the cXML document in it, and its attachments, by the Content-Type.

`text/xml` and `application/xml` are the document itself; `multipart/related` holds it in the part that `start` names,
else in the first XML part (jaggaer-cxml.md, 5.2; RFC 2387). Only the header lines of a part are parsed as text; its
content is cut out of the bytes as it came.
"""

import base64
import binascii
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from email.parser import HeaderParser

_MOST_PARTS = 100
_MOST_HEADER_BYTES = 16_384
_XML = re.compile(r"(text|application)/(xml|[a-z0-9.\-]+\+xml)")
_BLANK_LINE = re.compile(rb"\r?\n\r?\n|\A\r?\n")


class NotADocument(ValueError):
    """The body holds no XML document; the message says what it holds instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a body, decoded: its media type, charset (None: not said), Content-ID without <>, and content."""

    media_type: str
    charset: str | None
    content_id: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A document and what came with it."""

    document: Part
    attachments: tuple[Part, ...]


def split(body: bytes, content_type: str) -> Body:
    """Return the document of a body. Raises NotADocument."""
    header = Message()
    header["Content-Type"] = content_type or "text/xml"
    media_type = header.get_content_type()
    if media_type.startswith("multipart/"):
        return _of_parts(list(_parts(body, header)), str(header.get_param("start") or ""))
    if not _XML.fullmatch(media_type):
        raise NotADocument(f"the Content-Type is {media_type}; text/xml, application/xml or multipart/related is taken")
    document = Part(media_type=media_type, charset=header.get_content_charset(), content_id="", content=body)
    return Body(document=document, attachments=())


def _of_parts(parts: list[Part], start: str) -> Body:
    named = next((part for part in parts if part.content_id and part.content_id == start.strip("<> ")), None)
    document = named or next((part for part in parts if _XML.fullmatch(part.media_type)), None)
    if document is None:
        raise NotADocument(f"none of the {len(parts)} parts of the body is XML")
    return Body(document=document, attachments=tuple(part for part in parts if part is not document))


def _parts(body: bytes, header: Message) -> Iterator[Part]:
    boundary = header.get_boundary()
    if not boundary:
        raise NotADocument("the Content-Type is multipart and names no boundary")
    named = re.escape(boundary.encode("utf-8", "replace"))
    delimiter = re.compile(rb"(?:\A|\r?\n)--" + named + rb"(--)?[ \t]*(?=\r?\n|\Z)")
    begin: int | None = None
    for count, found in enumerate(delimiter.finditer(body)):
        if count > _MOST_PARTS:
            raise NotADocument(f"the body has over {_MOST_PARTS} parts")
        if begin is not None:
            yield _part(body[begin : found.start()])
        begin = found.end()
        if found[1]:
            return
    raise NotADocument("the body does not end with its boundary: it was cut, or the boundary is another")


def _part(raw: bytes) -> Part:
    """Return a part; `raw` begins with the line break behind its delimiter."""
    raw = raw.removeprefix(b"\r\n") if raw.startswith(b"\r\n") else raw.removeprefix(b"\n")
    blank = _BLANK_LINE.search(raw, 0, _MOST_HEADER_BYTES)
    if blank is None:
        raise NotADocument(f"a part of the body has no blank line behind its header in {_MOST_HEADER_BYTES} bytes")
    header = HeaderParser().parsestr(raw[: blank.start()].decode("latin-1"))
    return Part(
        media_type=header.get_content_type(),
        charset=header.get_content_charset(),
        content_id=str(header.get("Content-ID", "")).strip("<> "),
        content=_decoded(raw[blank.end() :], str(header.get("Content-Transfer-Encoding", "")).strip().lower()),
    )


def _decoded(content: bytes, encoding: str) -> bytes:
    match encoding:
        case "" | "7bit" | "8bit" | "binary":
            return content
        case "base64":
            try:
                return base64.b64decode(content)
            except binascii.Error:
                raise NotADocument("a part of the body is not the base64 that it says") from None
        case "quoted-printable":
            return quopri.decodestring(content)
        case other:
            raise NotADocument(f"a part of the body is encoded as {other!r}")
