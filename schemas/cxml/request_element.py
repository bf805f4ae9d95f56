"""One element of a cXML request that was pushed to us, read attribute by attribute, with refusals that name the path.

How a number or an amount may be spelled is `values.py`'s; here what cannot be read refuses its document, with the way
to it as a person finds it: `ReceiptOrder[2]/ReceiptItem[1]/@quantity`.
"""

import hashlib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

from lxml import etree

from schemas.cxml import safe_xml, values
from schemas.cxml.elements import attribute, child_content
from schemas.cxml.safe_xml import Element, NotSafeXml
from schemas.cxml.values import UnreadableCxml
from schemas.money import Money
from schemas.pushed import PushedDocument
from schemas.refusals import Refusal, RefusalClass, Refused

T = TypeVar("T")

_CORRECT = "Correct it in the system that sent it, and send it again under a new payloadID."


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestElement:
    """An element and where it stands below the request; the request's own path is empty."""

    element: Element
    path: str = ""

    def at(self, name: str) -> str:
        """Return the path of an attribute (`@quantity`) or an element below."""
        return f"{self.path}/{name}" if self.path else name

    def refused(self, name: str, value: str, reason: str, next_step: str = _CORRECT) -> Refused:
        """Return the exception that refuses the document for something below this element."""
        return Refused(
            Refusal(category=RefusalClass.INVALID, field=self.at(name), value=value, reason=reason, next_step=next_step)
        )

    def required(self, name: str, value: T | None) -> T:
        """Return a value that was read under this name. Raises Refused where the document left it out."""
        if value is None:
            raise self.refused(name, "", "the document leaves it out, and cannot do without.")
        return value

    def text(self, name: str) -> str | None:
        """Return an attribute, None where it is absent or blank. Raises Refused for a control character."""
        return self._legible(f"@{name}", attribute(self.element, name))

    def content(self, path: str) -> str | None:
        """Return the text of an element below, None where it is absent or blank. Raises Refused."""
        return self._legible(path, child_content(self.element, path))

    def number(self, name: str) -> Decimal | None:
        """Return a number; a minus may stand behind it, as some ERPs write it (6.4). Raises Refused."""
        text = self.text(name)
        if text is None:
            return None
        leading = f"-{text[:-1].strip()}" if text.endswith("-") else text
        try:
            return values.number(leading, f"@{name}")
        except UnreadableCxml:
            raise self.refused(f"@{name}", text, "a decimal number was expected.") from None

    def whole(self, name: str) -> int | None:
        """Return a whole number. Raises Refused."""
        found = self.number(name)
        if found is not None and found != int(found):
            raise self.refused(f"@{name}", self.text(name) or "", "a whole number was expected.")
        return None if found is None else int(found)

    def moment(self, name: str) -> datetime | None:
        """Return a time. Raises Refused for one that is unreadable or without a zone: nobody could say when it was."""
        text, found = self.text(name), values.moment(self.text(name))
        if text is not None and found is None:
            raise self.refused(f"@{name}", text, "a time with its zone was expected (2025-03-04T09:30:00+01:00).")
        return found

    def money(self, path: str) -> Money | None:
        """Return the amount of the Money below a path. Raises Refused."""
        try:
            return values.money(self.element, path)
        except UnreadableCxml as error:
            raise self.refused(path, child_content(self.element, path) or "", f"it cannot be read: {error}.") from None

    def child(self, name: str) -> "RequestElement | None":
        """Return the first child of a name, None where there is none."""
        found = self.element.find(name)
        return None if found is None else RequestElement(element=found, path=self.at(name))

    def children(self, name: str) -> Iterator["RequestElement"]:
        """Yield the children of a name, numbered from 1."""
        for place, found in enumerate(self.element.iterfind(name), start=1):
            yield RequestElement(element=found, path=self.at(f"{name}[{place}]"))

    def _legible(self, name: str, text: str | None) -> str | None:
        """Return text that the ledger keeps in clear. Raises Refused."""
        if any(unicodedata.category(character) == "Cc" for character in (text or "").strip()):
            raise self.refused(name, text or "", "it holds a control character.")
        return (text or "").strip() or None


@dataclass(frozen=True, slots=True, kw_only=True)
class PushedRequest:
    """A pushed request: the element, when its document was written, and the hash of what it says."""

    request: RequestElement
    written_at: datetime | None
    content_hash: bytes


def of_pushed(pushed: PushedDocument) -> PushedRequest:
    """Return the request of a pushed document. Raises Refused."""
    try:
        root = safe_xml.parse(pushed.cxml.encode())
    except (NotSafeXml, UnicodeEncodeError) as error:
        raise _unreadable(pushed, f"the document is not XML that may be read: {error}.") from None
    found = root if root.tag == pushed.request else root.find(f"Request/{pushed.request}")
    if found is None:
        raise _unreadable(pushed, f"the document holds no {pushed.request}.")
    content = etree.canonicalize(etree.tostring(found, encoding="unicode"), strip_text=True)
    return PushedRequest(
        request=RequestElement(element=found),
        written_at=values.moment(attribute(root, "timestamp")),
        content_hash=hashlib.sha256(content.encode()).digest(),
    )


def _unreadable(pushed: PushedDocument, reason: str) -> Refused:
    return Refused(
        Refusal(
            category=RefusalClass.INVALID,
            field=pushed.request,
            value=pushed.payload_id,
            reason=reason,
            next_step=_CORRECT,
        )
    )
