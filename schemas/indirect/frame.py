"""The frame of every Indirect message: root, version, and a Header that says which message this is and who sends it.

MessageId is the key of the effect and never changes on a retry (jaggaer-cxml.md, 3.1). The same documents in the same
frame give the same bytes. No message leaves that our own grammar refuses.

Values are padded with blanks and line breaks in JAGGAER's own messages (3.3), so what is read is trimmed.

Limits: the shared secret travels in clear inside the message; the transport must be TLS. Attachments are not written.
"""

import re
from dataclasses import dataclass, field

from lxml import etree

from schemas.cxml import safe_xml
from schemas.cxml.elements import add, child_content, content_of, written_moment
from schemas.cxml.safe_xml import Element
from schemas.cxml.validation import Grammar, InvalidCxml, validate
from schemas.identity import Intent
from schemas.indirect.layout import IndirectLayout

_GRAMMAR = Grammar(__package__, "indirect.rng", ("buyer_invoice.rng",))
_DOCTYPE = re.compile(r"[A-Za-z]+ https?://\S+\.dtd")  # each customer's host serves them; none is ever fetched


class UnreadableMessage(ValueError):
    """What came is not the Indirect message that was expected; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndirectCredentials:
    """By which JAGGAER knows the sender."""

    identity: str
    shared_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageKind:
    """One kind of message: its root element and the path of its DTD below the customer's DTD address."""

    root: str
    dtd: str


def message(
    kind: MessageKind,
    document: Element,
    intent: Intent,
    credentials: IndirectCredentials,
    layout: IndirectLayout,
) -> bytes:
    """Return the message of one delivery with XML declaration in UTF-8, and a DOCTYPE where the layout says from where.

    Raises Refused (INVALID) naming the element that our grammar does not take.
    """
    root = etree.Element(kind.root)
    root.set("version", layout.version)
    header = add(root, "Header")
    add(header, "MessageId", intent.dedupe_key)
    add(header, "Timestamp", written_moment(intent.stated_at))
    sender = add(header, "Authentication")
    add(sender, "Identity", credentials.identity)
    add(sender, "SharedSecret", credentials.shared_secret)
    root.append(document)
    try:
        validate(root, _GRAMMAR)
    except InvalidCxml as invalid:
        raise invalid.refused("the message") from None
    if not layout.dtd_base:
        return etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    doctype = f'<!DOCTYPE {kind.root} SYSTEM "{layout.dtd_base}/{kind.dtd}">'
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, doctype=doctype)


def read(data: bytes) -> Element:
    """Return the root of a message. Raises UnreadableMessage."""
    try:
        return safe_xml.parse(data.lstrip(), doctype=_DOCTYPE)
    except safe_xml.NotSafeXml as error:
        raise UnreadableMessage(f"the message cannot be read: {error}") from None


def only(root: Element, path: str) -> Element:
    """Return the one element at this path, or the root where it is that element. Raises UnreadableMessage."""
    name = path.rsplit("/", 1)[-1]
    found = [root] if root.tag == name else root.findall(path)
    if len(found) != 1:
        raise UnreadableMessage(f"the {root.tag} holds {len(found)} {name}, one was expected")
    return found[0]


def trimmed(element: Element, path: str) -> str | None:
    """Return the text at a path below, without the padding around it; None where there is none or nothing in it."""
    return (child_content(element, path) or "").strip(" \t\r\n") or None


def texts(element: Element, path: str) -> tuple[str, ...]:
    """Return the texts of all elements at a path below, trimmed, empty ones left out."""
    found = (content_of(each).strip(" \t\r\n") for each in element.iterfind(path))
    return tuple(text for text in found if text)
