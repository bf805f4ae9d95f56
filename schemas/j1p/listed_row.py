"""One object of a document that JAGGAER lists, read field by field, with refusals that name the path.

How a value may be spelled is `fields.py`'s; what is spelled otherwise refuses its document (jaggaer-cxml.md, 2.2).
"""

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

from schemas.exact_json import JsonValue
from schemas.j1p import fields
from schemas.j1p.fields import UnreadableOrder
from schemas.refusals import Refusal, RefusalClass, Refused

T = TypeVar("T")

_CORRECT = "Correct it in JAGGAER; the corrected document is read by the next poll."


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedRow:
    """An object and where it stands: the document's path is empty, its header's is `header`."""

    raw: Mapping[str, JsonValue]
    path: str = ""

    def at(self, name: str) -> str:
        """Return the path of a field of this object."""
        return f"{self.path}.{name}" if self.path else name

    def refused(self, name: str, reason: str, next_step: str = _CORRECT) -> Refused:
        """Return the exception that refuses the document for this field."""
        value = self.raw.get(name)
        shown = "" if value is None or isinstance(value, dict | list) else str(value)
        return Refused(
            Refusal(category=RefusalClass.INVALID, field=self.at(name), value=shown, reason=reason, next_step=next_step)
        )

    def required(self, name: str, value: T | None) -> T:
        """Return a value that was read under this name. Raises Refused where JAGGAER left it out."""
        if value is None:
            raise self.refused(name, "JAGGAER gives no value, and the document cannot do without.")
        return value

    def text(self, name: str) -> str | None:
        """Return text, None where it says nothing. Raises Refused, also for what the ledger cannot keep in clear."""
        found = self._read(fields.text, name)
        if any(unicodedata.category(character) == "Cc" for character in found or ""):
            raise self.refused(name, "it holds a control character.")
        return found.strip() or None if found else None

    def named(self, name: str) -> str | None:
        """Return a name, written as text or as an object with an internal name. Raises Refused."""
        return self._read(fields.named, name)

    def unit(self, name: str) -> str | None:
        """Return a unit, written as text or as an object with a dimension. Raises Refused."""
        return self._read(fields.unit, name)

    def number(self, name: str) -> Decimal | None:
        """Return a number. Raises Refused."""
        return self._read(fields.number, name)

    def whole(self, name: str) -> int | None:
        """Return a whole number. Raises Refused."""
        return self._read(fields.whole, name)

    def moment(self, name: str) -> datetime | None:
        """Return a time in UTC. Raises Refused."""
        return self._read(fields.moment, name)

    def child(self, name: str) -> "ListedRow":
        """Return an object below, an empty one where it was left out. Raises Refused."""
        return ListedRow(raw=self._read(fields.child, name), path=self.at(name))

    def rows(self, name: str) -> Iterator["ListedRow"]:
        """Yield the objects of a list below. Raises Refused."""
        for index, row in enumerate(self._read(fields.rows, name)):
            yield ListedRow(raw=row, path=f"{self.at(name)}[{index}]")

    def _read(self, reader: Callable[[Mapping[str, JsonValue], str], T], name: str) -> T:
        try:
            return reader(self.raw, name)
        except UnreadableOrder as error:
            raise self.refused(name, f"it cannot be read: {error}.") from None
