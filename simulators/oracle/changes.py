"""When a change is seen: at once, some seconds later, when it is released, or together with others (section 6).

A change builds on the one before it, visible or not: once it is seen, whatever is older and still hidden is seen in it
and never comes back alone. The journal notes both moments.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from simulators.journal import Journal
from simulators.oracle.options import Switches
from simulators.oracle.resource import Row
from simulators.oracle.store import Store


@dataclass(frozen=True, slots=True)
class _Change:
    """A row as it is from now on, where it belongs, and what the journal says of it: nothing where `kind` is None.

    `subject`: what the journal calls it by, if not by its key.
    """

    store: Store
    row: Row
    kind: str | None
    told: dict[str, Any]
    subject: str | None = None

    @property
    def key(self) -> int:
        key: int = self.row[self.store.resource.key]
        return key

    def concerns(self, store: Store, key: int) -> bool:
        return self.store is store and self.key == key


@dataclass(frozen=True, slots=True)
class _Hidden:
    """A change that is made and not visible yet; None: until it is released."""

    sequence: int
    change: _Change
    visible_at: float | None


class Changes:
    """The changes of one pod that are not visible yet, and how others become so."""

    def __init__(self, switches: Switches, journal: Journal) -> None:
        self.lock = threading.RLock()
        """Held by whoever reads a row, changes it and publishes it."""
        self._switches = switches
        self._journal = journal
        self._hidden: list[_Hidden] = []
        self._made = 0
        self._staged: list[_Change] | None = None

    def publish(self, store: Store, row: Row, kind: str, **told: Any) -> None:
        """Note a change, and make it visible now or later, or together with others."""
        self._take(_Change(store, row, kind, told))

    def publish_together(self, rows: list[tuple[Store, Row]], kind: str, subject: str, **told: Any) -> None:
        """Note what one act does to several rows: one entry of the journal, which calls it by `subject`."""
        with self.lock:
            for position, (store, row) in enumerate(rows):
                self._take(_Change(store, row, None if position else kind, {} if position else told, subject))

    def _take(self, change: _Change) -> None:
        with self.lock:
            if self._staged is not None:
                self._staged.append(change)
            else:
                self._publish(change)

    def waiting(self, store: Store) -> dict[int, Row]:
        """Return the rows of a store that nobody sees yet as they are, by key; those of a batch among them."""
        with self.lock:
            changes = [hidden.change for hidden in self._hidden] + (self._staged or [])
            return {change.key: change.row for change in changes if change.store is store}

    def latest(self, store: Store, key: int) -> Row:
        """Return a row as it is, visible or not; do not change it. Raises KeyError."""
        with self.lock:
            waiting = [hidden.change for hidden in self._hidden]
            waiting += self._staged or []
            for change in reversed(waiting):
                if change.concerns(store, key):
                    return change.row
        return store.get(key)

    def visible(self, store: Store, key: int) -> Row:
        """Return a row as a client sees it, and a batch its own changes; do not change it. Raises KeyError."""
        with self.lock:
            for change in reversed(self._staged or ()):
                if change.concerns(store, key):
                    return change.row
        return store.get(key)

    def release(self) -> int:
        """Make every held-back change visible; return how many."""
        with self.lock:
            return self._show(list(self._hidden))

    def release_due(self) -> None:
        """Make visible what has waited long enough."""
        if not self._hidden:
            return
        with self.lock:
            now = time.monotonic()
            self._show(
                [hidden for hidden in self._hidden if hidden.visible_at is not None and hidden.visible_at <= now]
            )

    def forget(self) -> None:
        """Drop whatever is not visible yet."""
        with self.lock:
            self._hidden.clear()

    def take_away(self, store: Store, row: Row, kind: str | None, **told: Any) -> None:
        """Take a row away at once, with what is not visible yet of it; `kind` None: without an entry."""
        change = _Change(store, row, kind, told)
        with self.lock:
            self._hidden = [hidden for hidden in self._hidden if not hidden.change.concerns(store, change.key)]
            if kind is not None:
                self._journal.write(kind, str(change.key), **told)
            if change.key in store:
                store.remove(change.key)

    @contextmanager
    def all_or_none(self) -> Iterator[None]:
        """Make the changes of a `with` block together at its end, and none of them if it raises."""
        with self.lock:
            staged: list[_Change] = []
            self._staged = staged
            try:
                yield
            finally:
                self._staged = None
            for change in staged:
                self._publish(change)

    def _publish(self, change: _Change) -> None:
        switches = self._switches
        late = switches.hold_back or switches.visible_after_seconds > 0
        if change.kind is not None:
            self._journal.write(change.kind, change.subject or str(change.key), **change.told, visible=not late)
        self._made += 1
        if late:
            wait = None if switches.hold_back else time.monotonic() + switches.visible_after_seconds
            self._hidden.append(_Hidden(self._made, change, wait))
        else:
            self._supersede(change, self._made)
            change.store.put(change.row)

    def _show(self, hidden: list[_Hidden]) -> int:
        """Make changes visible in the order in which they were made; return how many."""
        for one in hidden:
            change = one.change
            self._supersede(change, one.sequence)
            change.store.put(change.row)
            if change.kind is None:
                continue
            told = {} if "number" not in change.told else {"number": change.told["number"]}
            self._journal.write("became_visible", change.subject or str(change.key), **told)
        return len(hidden)

    def _supersede(self, change: _Change, sequence: int) -> None:
        """Drop the hidden changes of a row up to one that is seen now: it contains them."""
        self._hidden = [
            hidden
            for hidden in self._hidden
            if not hidden.change.concerns(change.store, change.key) or hidden.sequence > sequence
        ]
