"""A store whose rows people change: every change is stamped, journalled, and seen when `changes` lets it be."""

import copy
from collections.abc import Callable
from datetime import datetime
from typing import Any

from simulators.oracle.changes import Changes
from simulators.oracle.errors import FusionError
from simulators.oracle.resource import STAMP, Resource, Row
from simulators.oracle.rows import restamp
from simulators.oracle.store import Source, Store

Clock = Callable[[], datetime]


class ChangingStore(Store):
    """The rows of one resource, and what can be done to each; `noun` is what the journal calls one."""

    noun = "row"

    def __init__(self, resource: Resource, source: Source, changes: Changes, now: Clock) -> None:
        super().__init__(resource, source)
        self.now = now
        self._changes = changes

    def latest(self, key: int) -> Row:
        """Return a row as it is, visible or not; do not change it. Raises KeyError."""
        return self._changes.latest(self, key)

    def load(self, row: Row) -> None:
        """Take a row as it is, new or in place of a known one."""
        self.publish(row, "loaded")

    def change(self, key: int, **attributes: Any) -> Row:
        """Change attributes of a row; its stamp moves. Raises FusionError for one that it does not have."""
        self._check_known(attributes, self.resource)
        return self._change(key, "changed", lambda row: row.update(attributes))

    def touch(self, key: int) -> Row:
        """Give a row a new stamp and change nothing else: a ghost update."""
        return self._change(key, "touched", lambda _: None)

    def described(self, row: Row) -> dict[str, Any]:
        """Return what the journal says of a row."""
        return {} if self.resource.number is None else {"number": row[self.resource.number]}

    def _add(self, row: Row) -> Row:
        """Take a new row, stamped now everywhere in it."""
        restamp(row, self.resource, self.now())
        self.publish(row, "added")
        return row

    def _change(self, key: int, what: str, apply: Callable[[Row], object], *, moves: bool = True) -> Row:
        """Change a copy of a row and publish it; `moves`: its own stamp moves with it."""
        with self._changes.lock:
            row = copy.deepcopy(self.latest(key))
            apply(row)
            if moves and self.resource.stamped:
                row[STAMP] = self.now()
            self.publish(row, what)
            return row

    def _take_away(self, key: int) -> Row:
        with self._changes.lock:
            row = self.latest(key)
            self._changes.take_away(self, row, f"{self.noun}_deleted", **self.described(row))
            return row

    def publish(self, row: Row, what: str, **told: Any) -> None:
        """Take a row, new or changed, with the stamps that it carries; the journal says what was done, and `told`."""
        stamp = {"last_update_date": row[STAMP].isoformat()} if self.resource.stamped else {}
        self._changes.publish(self, row, f"{self.noun}_{what}", **self.described(row), **stamp, **told)

    def _check_known(self, attributes: dict[str, Any], resource: Resource) -> None:
        unknown = attributes.keys() - (resource.attributes.keys() - {resource.key})
        if unknown:
            raise FusionError(400, f"The attribute {min(unknown)} of {resource.name} can't be changed.")
