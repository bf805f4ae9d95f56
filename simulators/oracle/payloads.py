"""Bodies of POST and PATCH, read against the attributes of their resource (oracle-fusion.md, 1.6 to 1.8).

What is wrong with a body is a 400 that names every attribute by its path. A date-time without an offset is read in the
database's time zone, here UTC (1.6). What a body is told that it cannot write, and how long a text may be beyond what
the sheet says, is [assumed].
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from simulators.oracle.errors import FusionError, no_matching_row, refused, required
from simulators.oracle.resource import Kind, Resource, Row

Body = dict[str, Any]
_KINDS = {Kind.INTEGER: (int,), Kind.NUMBER: (int, Decimal), Kind.STRING: (str,), Kind.BOOLEAN: (bool,)}


@dataclass(slots=True, kw_only=True)
class Payload:
    """One object of a body: its typed attributes, where it stands in the body, and what was wrong with it so far.

    The errors of an object within another are those of the whole.
    """

    row: Row
    path: str = ""
    body: Body = field(default_factory=dict)
    errors: list[FusionError] = field(default_factory=list)

    def need(self, *names: str) -> None:
        """Note an error for each attribute that has no value."""
        told = {error.path for error in self.errors}
        missing = [name for name in names if self.row.get(name) is None]
        self.errors += [required(name, self.path) for name in missing if f"{self.path}/{name}" not in told]

    def one_of(self, name: str, values: Sequence[Any], *, binding: str | None = None) -> None:
        """Note an error for a value that its list does not have; no value is none."""
        if self.row.get(name) is not None and self.row[name] not in values:
            self.mismatch(name, binding=binding)

    def mismatch(self, name: str, *, binding: str | None = None) -> None:
        """Note an error for a value that its list of values does not have."""
        error = no_matching_row(binding or name, self.path)
        error.path = f"{self.path}/{name}"
        self.errors.append(error)

    def refuse(self, name: str, detail: str, *, code: str | None = None) -> None:
        """Note an error with a sentence of its own."""
        self.errors.append(refused(name, self.path, detail, code=code))

    def children(self, name: str, resource: Resource, *, writable: frozenset[str] | None = None) -> list["Payload"]:
        """Return the objects of a child collection, a bare list or a collection object; none where there is none."""
        given = self.body.get(name)
        items = given.get("items") if isinstance(given, dict) else given
        if items is None:
            return []
        if not isinstance(items, list):
            self.refuse(name, f"The attribute {name} takes a list of objects.")
            return []
        return [
            _object(item, resource, writable, f"{self.path}/{name}/{place}", self.errors)
            for place, item in enumerate(items)
        ]

    def check(self) -> None:
        """Raise FusionError (400) with everything that was wrong."""
        if self.errors:
            raise FusionError.of(self.errors)


def read(
    body: Body, resource: Resource, *, writable: frozenset[str] | None = None, longest: Mapping[str, int] | None = None
) -> Payload:
    """Read a body; `writable`: the attributes that it may name, every other is maintained by the system.

    `longest`: how many characters a text may have.
    """
    read_one = _object(body, resource, writable, "", [])
    check_lengths(read_one, longest or {})
    return read_one


def check_lengths(payload: Payload, longest: Mapping[str, int]) -> None:
    """Note an error for each text that is too long."""
    for name, most in longest.items():
        if len(payload.row.get(name) or "") > most:
            payload.refuse(name, f"The value of {name} is longer than the {most} characters that it may have.")


def _object(
    body: Any, resource: Resource, writable: frozenset[str] | None, path: str, errors: list[FusionError]
) -> Payload:
    payload = Payload(row={}, path=path, errors=errors)
    if not isinstance(body, dict):
        errors.append(FusionError(400, f"{resource.name} takes objects.", path=path or "/"))
        return payload
    payload.body = body
    for name, value in body.items():
        if name in resource.accessors() or name == "links":
            continue
        if name not in resource.attributes:
            payload.refuse(name, f"The attribute {name} isn't valid for {resource.name}.")
        elif writable is not None and name not in writable:
            payload.refuse(name, f"The attribute {name} of {resource.name} can't be updated.")
        else:
            _take(payload, name, value, resource.attributes[name])
    return payload


def _take(payload: Payload, name: str, value: Any, kind: Kind) -> None:
    try:
        payload.row[name] = _typed(value, kind)
    except (TypeError, ValueError, AttributeError):
        payload.refuse(name, f"The value {str(value)[:60]!r} of {name} is of another type.")


def _typed(value: Any, kind: Kind) -> Any:
    """Return a JSON value as a row holds it. Raises TypeError or ValueError for what is none of the kind."""
    if value is None:
        return None
    match kind:
        case Kind.DATE_TIME:
            moment = datetime.fromisoformat(value)
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        case Kind.DATE:
            return date.fromisoformat(value)
        case _ if type(value) not in _KINDS[kind]:
            raise ValueError(value)
        case Kind.NUMBER:
            return Decimal(value)
        case _:
            return value


def changed(row: Row, given: Row) -> list[str]:
    """Return the names of what a payload changes of a row, for the journal."""
    return sorted(name for name, value in given.items() if row.get(name) != value)


def plain(number: Decimal | None) -> str | None:
    """Return a quantity or an amount as exact text."""
    return None if number is None else format(number, "f")
