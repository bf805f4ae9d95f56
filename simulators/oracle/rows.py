"""Rows that are there: asked for values, sorted, stamped, and kept in short lists."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial
from random import Random
from typing import Any

from simulators.oracle.query import Condition, Path, Value
from simulators.oracle.resource import STAMP, Resource, Row, levels

Sort = tuple[str, bool]
"""An attribute, and whether it sorts downward."""


class PlainRow:
    """A row that is there, as a condition sees it."""

    __slots__ = ("row",)

    def __init__(self, row: Row) -> None:
        self.row = row

    def values(self, path: Path) -> Iterable[Value]:
        """Return every value of an attribute."""
        return (self.row[path[0]],) if len(path) == 1 else walk(self.row, path)


class Listed:
    """A short list of rows that nobody changes but by loading others: units, currencies, ledgers."""

    def __init__(self, resource: Resource, rows: Iterable[Row]) -> None:
        self.resource = resource
        self._rows = {row[resource.key]: row for row in rows}

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, key: Any) -> bool:
        return key in self._rows

    def get(self, key: Any) -> Row:
        """Return a row; do not change it. Raises KeyError."""
        return self._rows[key]

    def put(self, row: Row) -> None:
        """Take a row, new or in place of a known one."""
        self._rows[row[self.resource.key]] = row

    def keys(self) -> list[Any]:
        """Return every key, ascending."""
        return sorted(self._rows)

    def all(self) -> Iterator[Row]:
        """Return every row, in the order of keys."""
        return (self._rows[key] for key in self.keys())


def chosen(rows: Iterable[Row], condition: Condition, sorts: list[Sort], *, chance: Random | None) -> list[Row]:
    """Return the rows for which the condition holds, sorted; with `chance`, rows that sort equal come anyhow."""
    found = [row for row in rows if condition.holds(PlainRow(row))]
    if chance is not None:
        chance.shuffle(found)
    for name, downward in reversed(sorts):
        found.sort(key=partial(_sorted_by, name), reverse=downward)
    return found


def restamp(row: Row, resource: Resource, stamp: datetime) -> None:
    """Stamp a row and everything below it."""
    for level in levels(row, resource):
        level[STAMP] = stamp


def newest_stamp(row: Row, resource: Resource) -> datetime:
    """Return the newest stamp of a row and everything below it. Raises ValueError where nothing is stamped."""
    newest: datetime = max(level[STAMP] for level in levels(row, resource))
    return newest


def walk(row: Row, path: Path) -> Iterator[Value]:
    """Return every value of an attribute: of the row itself, or of all its children that the path leads to."""
    if len(path) == 1:
        yield row[path[0]]
    else:
        for child in row[path[0]]:
            yield from walk(child, path[1:])


def sortable(value: Any) -> tuple[bool, Any]:
    """Return what sorts as a value does, nulls last."""
    return (value is None, 0 if value is None else value)


def _sorted_by(name: str, row: Row) -> tuple[bool, Any]:
    return sortable(row[name])
