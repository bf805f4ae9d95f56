"""One row of an Oracle REST resource, read attribute by attribute, with refusals that name the path.

Reads what every framework version sends: numbers as JSON numbers or, from version 9, as strings; children as bare
arrays (versions 1 and 2) or as collection objects (3 and later); null or nothing for an attribute without a value
(oracle-fusion.md, 1.3 and 1.6).

Limits: reads, never corrects. Unknown attributes are ignored, because every quarterly release adds some.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import NamedTuple, TypeVar

from schemas.exact_json import JsonValue
from schemas.refusals import Refusal, RefusalClass, Refused

T = TypeVar("T")

NUMERAL = re.compile(r"-?(0|[1-9][0-9]{0,99})(\.[0-9]{1,99})?([eE][+-]?[0-9]{1,2})?")
"""A number as JSON writes it: how framework 9 spells one in a string."""

_LARGEST_ID = 2**63 - 1
_LONGEST_NUMBER = 100
_LARGEST_NUMBER = 10**_LONGEST_NUMBER
_CORRECT = "Correct it in Oracle; the corrected document is read by the next poll."
_REPORT = "This is not what Oracle documents for this attribute: check the release and the REST framework version."


class Row(NamedTuple):
    """A row and where it stands: the header's path is empty, a line's is `lines[0]`."""

    raw: Mapping[str, JsonValue]
    path: str = ""

    def refused(self, name: str, reason: str, next_step: str = _CORRECT) -> Refused:
        """Return the exception that refuses the document for this attribute."""
        value = self.raw.get(name)
        shown = "" if value is None or isinstance(value, dict | list) else str(value)
        return Refused(
            Refusal(category=RefusalClass.INVALID, field=self.at(name), value=shown, reason=reason, next_step=next_step)
        )

    def at(self, name: str) -> str:
        """Return the path of an attribute of this row."""
        return f"{self.path}.{name}" if self.path else name

    def required(self, name: str, value: T | None) -> T:
        """Return a value that was read under this name. Raises Refused where the source left it out."""
        if value is None:
            raise self.refused(name, "the source gives no value, and the document cannot do without.")
        return value

    def text(self, name: str) -> str | None:
        """Return text as it is. Raises Refused for anything else than text."""
        value = self.raw.get(name)
        if value is None or isinstance(value, str):
            return value
        raise self.refused(name, "text was expected.", _REPORT)

    def name(self, name: str) -> str:
        """Return text that must be there and must say something. Raises Refused."""
        text = self.required(name, self.text(name))
        if not text:
            raise self.refused(name, "it is empty, and the document cannot do without.")
        return text

    def number(self, name: str) -> Decimal | None:
        """Return a number with the digits it came with. Raises Refused for what is not a finite number."""
        match self.raw.get(name):
            case None:
                return None
            case Decimal() as number:
                pass
            case (int() | str()) as value if NUMERAL.fullmatch(str(value)):
                number = Decimal(value)
            case _:
                raise self.refused(name, "a number was expected.", _REPORT)
        if not (number.is_finite() and abs(number.adjusted()) < _LONGEST_NUMBER):
            raise self.refused(name, "this is not a number that a document can carry.")
        return number

    def integer(self, name: str) -> int | None:
        """Return a whole number: `1`, `1.0` and `"1"` alike. Raises Refused for a fraction or no number."""
        value = self.raw.get(name)
        if type(value) is int and -_LARGEST_NUMBER < value < _LARGEST_NUMBER:  # most are
            return value
        number = self.number(name)
        if number is None:
            return None
        if number != int(number):
            raise self.refused(name, "a whole number was expected.", _REPORT)
        return int(number)

    def identifier(self, name: str) -> int | None:
        """Return an Oracle id, a positive int64. Raises Refused for anything that may have been a float on its way."""
        value = self.raw.get(name)
        if value is None:
            return None
        digits = isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < _LONGEST_NUMBER
        if digits or (isinstance(value, int) and not isinstance(value, bool)):
            number = int(str(value))
            if 0 < number <= _LARGEST_ID:
                return number
        raise self.refused(name, "an id is a whole number from 1 to 2^63 - 1, written in digits only.", _REPORT)

    def flag(self, name: str) -> bool | None:
        """Return a flag, written `true` and `false` or `Y` and `N`. Raises Refused for anything else."""
        value = self.raw.get(name)
        if value is None or isinstance(value, bool):
            return value
        if value in ("Y", "N"):
            return value == "Y"
        raise self.refused(name, "a flag was expected (true or false, Y or N).", _REPORT)

    def moment(self, name: str) -> datetime | None:
        """Return a time in UTC. Raises Refused for a time without offset: nobody could say when that was."""
        text = self.text(name)
        if text is None:
            return None
        try:
            moment = datetime.fromisoformat(text)
            if moment.tzinfo is not None:
                return moment.astimezone(UTC)
        except (ValueError, OverflowError):
            pass
        raise self.refused(name, "a time with an offset from UTC was expected (2025-08-08T07:26:01+00:00).", _REPORT)

    def day(self, name: str) -> date | None:
        """Return a date without time zone. Raises Refused."""
        text = self.text(name)
        if text is None:
            return None
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise self.refused(name, "a date was expected (2025-08-08).", _REPORT) from None

    def children(self, name: str) -> Iterator["Row"]:
        """Yield the rows of a child collection, in either shape. Raises Refused for anything else."""
        found = self.raw.get(name)
        items = found.get("items") if isinstance(found, dict) else found
        if items is None:
            return
        if not isinstance(items, list):
            raise self.refused(name, "a collection of rows was expected.", _REPORT)
        path = self.at(name)
        for index, raw in enumerate(items):
            if not isinstance(raw, dict):
                raise self.refused(name, f"row {index} is not an object.", _REPORT)
            yield Row(raw, f"{path}[{index}]")
