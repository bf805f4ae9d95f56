"""The bytes of a document on the wire: encoding, attachments, and what is spoiled about them (5.2, 7)."""

from dataclasses import dataclass

from simulators.jaggaer.cxml_sender_target import Attachment, Spoiling

_ENCODINGS = {
    Spoiling.FALSE_UTF_8: ("UTF-8", "iso-8859-1"),
    Spoiling.LATIN_1: ("ISO-8859-1", "iso-8859-1"),
    Spoiling.UTF_16: ("UTF-16", "utf-16"),
}
"""The encoding that is declared, and the one that is used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """A body and its Content-Type: built once, sent as often as it takes."""

    content_type: str
    body: bytes


def encoded(document: str, spoiling: Spoiling | None) -> bytes:
    """Return the document with its XML declaration, as bytes."""
    declared, used = _ENCODINGS.get(spoiling, ("UTF-8", "utf-8")) if spoiling else ("UTF-8", "utf-8")
    if spoiling is Spoiling.BARE_AMPERSAND:
        document = document.replace("&amp;", "&")
    text = f'<?xml version="1.0" encoding="{declared}"?>\n{document}'
    return text.encode(used, "xmlcharrefreplace")


def on_the_wire(body: bytes, attachment: Attachment | None, content_id: str | None) -> Wire:
    """Return a document, alone or with its attachment in a multipart/related body."""
    if attachment is None or content_id is None:
        return Wire(content_type="text/xml; charset=UTF-8", body=body)
    boundary, start = f"part-{content_id}".replace("@", "."), f"document.{content_id}"
    parts = (
        ("text/xml", start, body),
        (attachment.content_type, content_id, attachment.content),
    )
    lines = [
        b"".join(
            (
                f"--{boundary}\r\nContent-Type: {content_type}\r\nContent-Transfer-Encoding: binary\r\n".encode(),
                f"Content-ID: <{name}>\r\n\r\n".encode(),
                content,
                b"\r\n",
            )
        )
        for content_type, name, content in parts
    ]
    kind = f'multipart/related; boundary="{boundary}"; type="text/xml"; start="<{start}>"'
    return Wire(content_type=kind, body=b"".join((*lines, f"--{boundary}--\r\n".encode())))
