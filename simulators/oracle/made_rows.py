"""Rows that were all made at the start, for a store to take them from: small ones without children."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from simulators.oracle.resource import STAMP, Resource, Row
from simulators.oracle.store import LOWEST


class MadeRows:
    """The rows of one resource, by key."""

    def __init__(self, resource: Resource, rows: Iterable[Row]) -> None:
        self._rows = {row[resource.key]: row for row in rows}

    @property
    def alike(self) -> Mapping[tuple[str, ...], Mapping[str, Any]]:
        """Nothing is known without looking."""
        return MappingProxyType({})

    def keys(self) -> list[int]:
        """Return every key, ascending."""
        return sorted(self._rows)

    def stamp(self, key: int) -> datetime:
        """Return when a row was last updated, `LOWEST` where it does not say."""
        stamp: datetime = self._rows[key].get(STAMP, LOWEST)
        return stamp

    def key_of(self, number: str) -> int | None:  # noqa: ARG002 - as every source has it
        """Return None: these rows are not looked up by a number."""
        return None

    def value(self, key: int, name: str) -> Any:
        """Return one attribute of a row."""
        return self._rows[key][name]

    def row(self, key: int) -> Row:
        """Return a row."""
        return self._rows[key]
