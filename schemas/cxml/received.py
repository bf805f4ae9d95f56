"""Reading what somebody posted as cXML: tolerant where the meaning is clear, exact where it is not.

Real senders write a bare `&`, a line break before the XML declaration, or name another encoding in the HTTP header than
in the document (jaggaer-cxml.md, 5.2 and 7). Such a document is read, and what was odd about it is recorded. What could
mean two things is refused. Which encoding counts: a byte order mark or the XML declaration, else the HTTP charset, else
UTF-8.

Limits: a bare `&` is only taken in encodings that write it in one byte. Bytes and markup are counted before anything is
parsed, because a tree takes many times the memory of its text.
"""

import codecs
import re
from dataclasses import dataclass

from schemas.cxml import safe_xml
from schemas.cxml.safe_xml import Element, NotSafeXml

MAX_MARKUP = 400_000
"""So many `<` a document may have: about 200,000 elements, ten times those of an invoice with 1,000 lines."""

_MOST_SLIPS = 1_000
_DECLARATION = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._\-]{1,40})")
_TEXT_ENCODINGS = re.compile(r"utf-(8|16)(-sig|-le|-be)?|ascii|iso8859-[0-9]+|cp125[0-9]")
_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_REFERENCE = rb"#[0-9]{1,7};|#x[0-9A-Fa-f]{1,6};|[A-Za-z_][A-Za-z0-9_.\-]{0,63};"
_NOTABLE = re.compile(rb"<!\[CDATA\[|<!--|<\?|&(?!" + _REFERENCE + rb")")
_ENDS = {b"<![CDATA[": b"]]>", b"<!--": b"-->", b"<?": b"?>"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A document as it was understood, and what was odd about its bytes, one sentence each."""

    root: Element
    deviations: tuple[str, ...]


def read(data: bytes, *, charset: str | None = None, max_bytes: int = safe_xml.MAX_BYTES) -> Received:
    """Return the document. `charset` is that of the HTTP header. Raises NotSafeXml."""
    if len(data) > max_bytes:
        raise NotSafeXml(f"the document has {len(data)} bytes, {max_bytes} are allowed")
    odd: list[str] = []
    text = data.lstrip()
    if text is not data and len(text) != len(data):
        odd.append("There are blanks before the document.")
    text = _in_known_encoding(text, charset, odd)
    if text.count(b"<") > MAX_MARKUP:
        raise NotSafeXml(f"the document has over {MAX_MARKUP // 2} elements")
    try:
        root = safe_xml.parse(text, max_bytes=len(text))
    except NotSafeXml:
        escaped, lines = _with_escaped_ampersands(text)
        if not lines:
            raise
        root = safe_xml.parse(escaped, max_bytes=len(escaped))
        odd.append(f"{len(lines)} & stood there without ;, the first of them in line {lines[0]}.")
    return Received(root=root, deviations=tuple(odd))


def _in_known_encoding(text: bytes, charset: str | None, odd: list[str]) -> bytes:
    """Return the text so that a parser knows its encoding. Raises NotSafeXml."""
    declared = _DECLARATION.match(text)
    own = declared[1].decode("ascii") if declared else None
    if charset is None or text.startswith(_MARKS):
        return text
    if own is not None:
        if _name_of(own) != _name_of(charset):
            odd.append(f"The HTTP header says charset {charset}, the document {own}: the document counts.")
        return text
    if not _TEXT_ENCODINGS.fullmatch(_name_of(charset)):
        odd.append(f"The HTTP header says charset {charset}, which is none that is taken.")
        return text
    try:
        return text.decode(charset).encode()
    except ValueError:
        raise NotSafeXml(f"the document is not in {charset}, as the HTTP header says, and names no encoding") from None


def _name_of(encoding: str) -> str:
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        return encoding.casefold()


def _with_escaped_ampersands(text: bytes) -> tuple[bytes, list[int]]:
    """Return the text with each bare `&` as `&amp;`, and the lines where they stood. What is literal anyway stays.

    No lines: there is none, or there are so many that this is no slip of a sender.
    """
    parts: list[bytes] = []
    lines: list[int] = []
    line, counted, kept = 1, 0, 0
    position = 0
    while found := _NOTABLE.search(text, position):
        end = _ENDS.get(found[0])
        if end is not None:
            closed = text.find(end, found.end())
            if closed < 0:
                break
            position = closed + len(end)
            continue
        if len(lines) == _MOST_SLIPS:
            return text, []
        line += text.count(b"\n", counted, found.start())
        counted = position = found.end()
        lines.append(line)
        parts += (text[kept : found.start()], b"&amp;")
        kept = found.end()
    return b"".join((*parts, text[kept:])), lines
