"""Reading JAGGAER's answers field by field, in every spelling that its resources use for the same thing.

Numbers come as numbers or as text, a unit as text or as `{"dimension": ..}`, an amount as a number or as
`{"currency", "value"}`, and what has no value is left out (jaggaer-cxml.md, 2.2 and 2.3).

Limits: a value that is none of these is not guessed at but raises UnreadableOrder.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal

from schemas.exact_json import JsonValue

_NUMERAL = re.compile(r"[+-]?[0-9]{1,100}(\.[0-9]{1,100})?([eE][+-]?[0-9]{1,2})?")

_COMPACT = re.compile(r"[0-9]{8}([0-9]{6})?")

_FLAGS = {"true": True, "yes": True, "t": True, "y": True, "false": False, "no": False, "f": False, "n": False}

_CANCELED = frozenset({"cancel", "canceled", "cancelled"})


class UnreadableOrder(ValueError):
    """What JAGGAER gave is no document that can be compared; the message says which field is at fault."""


def child(fields: Mapping[str, JsonValue], name: str) -> Mapping[str, JsonValue]:
    """Return an object, an empty one where it was left out. Raises UnreadableOrder for anything else."""
    value = fields.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise UnreadableOrder(f"{name} is not an object")
    return value


def rows(fields: Mapping[str, JsonValue], name: str) -> list[Mapping[str, JsonValue]]:
    """Return the objects of a list; the one object where the list has lost its brackets. Raises UnreadableOrder."""
    value = fields.get(name)
    found = value if isinstance(value, list) else [] if value is None else [value]
    if not all(isinstance(row, dict) for row in found):
        raise UnreadableOrder(f"{name} holds something else than objects")
    return [row for row in found if isinstance(row, dict)]


def text(fields: Mapping[str, JsonValue], name: str) -> str | None:
    """Return text; a number is written out. Raises UnreadableOrder for an object or list."""
    value = fields.get(name)
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return format(value, "f") if isinstance(value, Decimal) else str(value)
    raise UnreadableOrder(f"{name} is not text")


def number(fields: Mapping[str, JsonValue], name: str) -> Decimal | None:
    """Return a number, also one that came as text or inside an amount object. Raises UnreadableOrder."""
    value = fields.get(name)
    if isinstance(value, dict):
        return number(value, "value" if "value" in value else "money")
    if value is None or isinstance(value, Decimal):
        return value
    if isinstance(value, str) and _NUMERAL.fullmatch(value.strip()):
        return Decimal(value.strip())
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    raise UnreadableOrder(f"{name} is {str(value)[:40]!r}, not a number")


def whole(fields: Mapping[str, JsonValue], name: str) -> int | None:
    """Return a whole number. Raises UnreadableOrder."""
    value = number(fields, name)
    if value is None:
        return None
    if value != int(value):
        raise UnreadableOrder(f"{name} is {value}, not a whole number")
    return int(value)


def flag(fields: Mapping[str, JsonValue], name: str) -> bool | None:
    """Return a flag, also one written as text (`"true"`, `"No"`). Raises UnreadableOrder."""
    value = fields.get(name)
    if value is None or isinstance(value, bool):
        return value
    found = _FLAGS.get(value.strip().casefold()) if isinstance(value, str) else None
    if found is None:
        raise UnreadableOrder(f"{name} is {str(value)[:40]!r}, neither true nor false")
    return found


def texts(fields: Mapping[str, JsonValue], name: str) -> tuple[str, ...]:
    """Return a list of texts; the one text where the list has lost its brackets. Raises UnreadableOrder."""
    value = fields.get(name)
    found = value if isinstance(value, list) else [] if value is None else [value]
    if not all(isinstance(each, str) for each in found):
        raise UnreadableOrder(f"{name} holds something else than text")
    return tuple(each for each in found if isinstance(each, str))


def says_canceled(fields: Mapping[str, JsonValue], *names: str) -> bool:
    """Tell whether one of these fields says that the document is canceled. Raises UnreadableOrder."""
    return any((text(fields, name) or "").strip().casefold() in _CANCELED for name in names)


def named(fields: Mapping[str, JsonValue], name: str) -> str | None:
    """Return a name, written as text or as an object with an internal name. Raises UnreadableOrder."""
    value = fields.get(name)
    return text(value, "internalName") if isinstance(value, dict) else text(fields, name)


def unit(fields: Mapping[str, JsonValue], name: str) -> str | None:
    """Return a unit of measure, written as text or as an object with a dimension. Raises UnreadableOrder."""
    value = fields.get(name)
    return text(value, "dimension") if isinstance(value, dict) else text(fields, name)


def moment(fields: Mapping[str, JsonValue], name: str) -> datetime | None:
    """Return an aware time, written as ISO 8601 or as YYYYMMDD[HHMMSS]; without a zone it is UTC (2.2).

    Raises UnreadableOrder.
    """
    value = text(fields, name)
    if not value or not value.strip():
        return None
    stated = value.strip()
    compact = f"{stated[:8]}T{stated[8:] or '000000'}" if _COMPACT.fullmatch(stated) else stated
    try:
        found = datetime.fromisoformat(compact)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise UnreadableOrder(f"{name} is {stated[:40]!r}, not a time") from None
