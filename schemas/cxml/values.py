"""Reading numbers, amounts and times of a cXML document, whoever wrote it.

Tolerant where real documents are odd (jaggaer-cxml.md, 7): an amount may have commas between its thousands, a time that
is unreadable or has no zone counts as none. Strict in one thing: a number that is no number is refused, never guessed.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType

from schemas.cxml.elements import attribute, child_content, content_of
from schemas.cxml.safe_xml import Element
from schemas.money import Money

_NUMERAL = re.compile(r"[+-]?([0-9]{1,100}|[0-9]{1,3}(,[0-9]{3}){1,32})(\.[0-9]{1,100})?")


class UnreadableCxml(ValueError):
    """A document without what was looked for, or not readably; the message names the element and its text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CxmlDistribution:
    """Who pays a part of a line: the name of the accounting, its segments as (name or type, id), the charge."""

    account: str
    segments: tuple[tuple[str, str], ...]
    charge: Money


def money(parent: Element, path: str) -> Money | None:
    """Return the amount of the Money below a path, None where there is none. Raises UnreadableCxml."""
    found = parent.find(f"{path}/Money")
    if found is None:
        return None
    try:
        return Money(amount=number(content_of(found), f"{path}/Money"), currency=(found.get("currency") or "").strip())
    except UnreadableCxml:
        raise
    except ValueError as error:
        raise UnreadableCxml(f"{path}/Money: {error}") from None


def number(text: str, where: str) -> Decimal:
    """Return a decimal number. Raises UnreadableCxml naming the place."""
    stripped = text.strip()
    if not _NUMERAL.fullmatch(stripped):
        raise UnreadableCxml(f"{where} is {stripped[:40]!r}: a decimal number was expected")
    return Decimal(stripped.replace(",", ""))


def whole(element: Element, name: str) -> int | None:
    """Return an attribute that is a whole number, None where it is absent or empty. Raises UnreadableCxml."""
    text = attribute(element, name)
    if not text:
        return None
    value = number(text, f"{element.tag}/@{name}")
    if value != int(value):
        raise UnreadableCxml(f"{element.tag}/@{name} is {text!r}: a whole number was expected")
    return int(value)


def moment(text: str | None) -> datetime | None:
    """Return a time with its zone, None for one that is unreadable or has none."""
    try:
        found = datetime.fromisoformat((text or "").strip())
    except ValueError:
        return None
    return found if found.tzinfo else None


def extrinsics(parent: Element | None) -> Mapping[str, str]:
    """Return the Extrinsics of an element by name; of two with one name the last one counts."""
    found = () if parent is None else parent.iterfind("Extrinsic")
    return MappingProxyType({attribute(extrinsic, "name") or "": content_of(extrinsic) for extrinsic in found})


def distributions(item: Element) -> Iterator[CxmlDistribution]:
    """Yield who pays for an item. Raises UnreadableCxml."""
    for distribution in item.iterfind("Distribution"):
        accounting, charge = distribution.find("Accounting"), money(distribution, "Charge")
        if accounting is None or charge is None:
            raise UnreadableCxml("a Distribution needs an Accounting and a Charge with a Money")
        yield CxmlDistribution(
            account=attribute(accounting, "name") or "", segments=tuple(_segments(accounting)), charge=charge
        )


def _segments(accounting: Element) -> Iterator[tuple[str, str]]:
    """Yield both ways of writing segments: AccountingSegment, and the older Segment that is still sent (6.1)."""
    for segment in accounting:
        yield child_content(segment, "Name") or attribute(segment, "type") or "", attribute(segment, "id") or ""
