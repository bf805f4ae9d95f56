"""The frame of the XML messages, read as a stream: the header first, then one document after the other (3.1).

So a document that comes before a parse error is there although the message as a whole is not well-formed. A DOCTYPE is
never followed and declares nothing; entities are refused.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from lxml import etree


class NotReadable(ValueError):
    """The message can not be read beyond this point; the text says where and why, as a parser would.

    `inside` tells whether the point is inside a document, which then counts as attempted.
    """

    def __init__(self, text: str, *, inside: bool = False) -> None:
        super().__init__(text)
        self.inside = inside


class WrongRoot(NotReadable):
    """The message is another one than this address takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """Who sends the message, and under which id."""

    message_id: str
    identity: str
    secret: str


def parts(body: bytes, root_name: str, document_name: str) -> Iterator[Header | etree._Element]:
    """Go through the header and then the documents of a message, as they are read. Raises NotReadable, WrongRoot."""
    reader: Any = etree.iterparse(
        BytesIO(body), events=("start", "end"), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    root: etree._Element | None = None
    inside = False
    try:
        for event, element in reader:
            if root is None:
                root = _checked(element, root_name)
            elif element.getparent() is root:
                inside = event == "start" and element.tag == document_name
                if event == "end":
                    yield _part(element, document_name)
                    element.clear()
    except etree.XMLSyntaxError as error:
        said = (error.msg or "").partition(", line ")[0]
        raise NotReadable(f"XML Error : {said} at line {error.lineno}", inside=inside) from error


def _checked(root: etree._Element, name: str) -> etree._Element:
    if root.tag != name:
        raise WrongRoot(f"XML Error : the root element is {root.tag!s}, this address takes {name}")
    declared: Any = root.getroottree().docinfo.internalDTD  # lxml-stubs does not know its entities
    if declared is not None and declared.entities():
        raise WrongRoot("XML Error : the DOCTYPE declares entities, which are refused")
    return root


def _part(element: etree._Element, document_name: str) -> Header | etree._Element:
    if element.tag == "Header":
        return Header(
            message_id=_text(element, "MessageId"),
            identity=_text(element, "Authentication/Identity"),
            secret=_text(element, "Authentication/SharedSecret"),
        )
    if element.tag != document_name:
        raise NotReadable(f"XML Error : element {element.tag!s} is not allowed here at line {element.sourceline}")
    if next(element.iter(etree.Entity), None) is not None:
        raise NotReadable(f"XML Error : an entity that is not XML's own at line {element.sourceline}", inside=True)
    return element


def _text(header: etree._Element, path: str) -> str:
    return (header.findtext(path) or "").strip()
