"""The one place that parses XML.

What arrives may be hostile, so nothing outside the bytes is ever read: no DTD, no entity, no network. A document whose
internal subset declares an entity is refused altogether, because leaving entities unresolved empties the text around
them without a word (messaging-and-reliability.md, A01 to A06); so is one that uses an entity which only a DTD could
declare. A DOCTYPE must be the protocol's own; it is never fetched, and none at all is fine. Comments and processing
instructions are left out, so that they cannot cut a value in two.

Limits: the whole document is held in memory. Depth and entity expansion are bounded by libxml2 (`huge_tree` is off).
"""

import re
from typing import Any, TypeAlias

from lxml import etree

Element: TypeAlias = etree._Element  # noqa: SLF001  # the public name of this class, underscore or not

MAX_BYTES = 10_000_000
"""The longest document that is parsed unless the caller says otherwise; the longest text node libxml2 takes."""

CXML_DOCTYPE = re.compile(r"cXML (?i:https?://xml\.cxml\.org/)\S*")
"""The name and the address of a DOCTYPE that is taken unless the caller says otherwise."""


class NotSafeXml(Exception):
    """The bytes are not XML that may be read. `line` counts from 1, 0 where no line is to blame."""

    def __init__(self, reason: str, line: int = 0) -> None:
        super().__init__(f"line {line}: {reason}" if line else reason)
        self.line = line
        self.reason = reason


def parse(data: bytes, *, max_bytes: int = MAX_BYTES, doctype: re.Pattern[str] = CXML_DOCTYPE) -> Element:
    """Return the root element; a DOCTYPE of the document must match `doctype` (`name address`). Raises NotSafeXml."""
    if len(data) > max_bytes:
        raise NotSafeXml(f"the document has {len(data)} bytes, {max_bytes} are allowed")
    parser = _parser()
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise NotSafeXml(error.msg or "this is not XML", error.lineno or 0) from None
    _check_entities(parser)
    _check_doctype(root, doctype)
    return root


def _parser() -> etree.XMLParser:
    # A parser of its own for each document: a shared one makes threads wait for one another.
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def _check_entities(parser: etree.XMLParser) -> None:
    """Refuse an entity that nobody declared, of which libxml2 only warns where there is a DOCTYPE.

    The DTD could declare it; so the parser goes on, drops it from an attribute, or leaves the text around it empty.
    """
    for entry in parser.error_log:
        if entry.type_name == "WAR_UNDECLARED_ENTITY":
            raise NotSafeXml(f"{entry.message}; entities are never resolved here", entry.line)


def _check_doctype(root: Element, taken: re.Pattern[str]) -> None:
    doctype: Any = root.getroottree().docinfo.internalDTD  # lxml-stubs leave its attributes out
    if doctype is None:
        return
    declared = [entity.name for entity in doctype.entities()]
    if declared:
        raise NotSafeXml(f"the DOCTYPE declares the entity {declared[0]!r}; entities are never resolved here")
    if not taken.fullmatch(f"{doctype.name} {doctype.system_url or ''}"):
        raise NotSafeXml(f"the DOCTYPE is {doctype.name} {doctype.system_url}; only the protocol's own is taken")
    # Defaults that the DOCTYPE declares would show up as attributes that nobody sent, whatever the parser was told.
    root.getroottree().docinfo.clear()
