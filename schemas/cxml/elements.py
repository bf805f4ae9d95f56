"""Writing and reading elements: the only place where values become XML text and XML text becomes values.

Whatever the source put into a text or attribute comes out of it again (`schemas/cxml/text.py`); numbers are plain
decimals; times are ISO 8601 in UTC, days have no time (jaggaer-cxml.md, 5.1 and 6.1).

Limits: times are written to the millisecond, finer digits are cut off.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime

from lxml import etree

from schemas.cxml import text
from schemas.cxml.safe_xml import Element
from schemas.money import Money, plain

_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def add(parent: Element, name: str, content: str = "", attributes: Mapping[str, str] | None = None) -> Element:
    """Append a child with text and attributes, and return it."""
    child = etree.SubElement(parent, name)
    for key, value in (attributes or {}).items():
        child.set(key, text.encode(value))
    if content:
        child.text = text.encode(content)
    return child


def add_worded(parent: Element, name: str, content: str, language: str) -> None:
    """Append a child whose text is in a human language: Name, Description, Comments."""
    add(parent, name, content, {_XML_LANG: language})


def add_money(parent: Element, name: str, money: Money) -> Element:
    """Append a child that holds an amount, and return it. The amount keeps its digits."""
    child = add(parent, name)
    add(child, "Money", plain(money.amount), {"currency": money.currency})
    return child


def add_extrinsics(parent: Element, values: Iterable[tuple[str, str | None]]) -> None:
    """Append an Extrinsic for each value that there is."""
    for name, value in values:
        if value is not None:
            add(parent, "Extrinsic", value, {"name": name})


def written_day(day: date) -> str:
    """Return a day where cXML wants a time: its midnight in UTC."""
    return f"{day.isoformat()}T00:00:00+00:00"


def written_moment(moment: datetime) -> str:
    """Return an aware time as cXML writes it: `2025-03-04T09:30:00+00:00`, with milliseconds where it has any."""
    utc = moment.astimezone(UTC)
    return utc.isoformat(timespec="milliseconds" if utc.microsecond else "seconds")


def content_of(element: Element) -> str:
    """Return the text of an element and of all within it, exactly."""
    return text.decode("".join(map(str, element.itertext())))


def child_content(element: Element, path: str) -> str | None:
    """Return the text of the first element at a path below, None where there is none."""
    found = element.find(path)
    return None if found is None else content_of(found)


def attribute(element: Element, name: str) -> str | None:
    """Return an attribute's value, None where it is absent."""
    value = element.get(name)
    return None if value is None else text.decode(value)
