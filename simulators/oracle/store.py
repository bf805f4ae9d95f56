"""The rows of a resource: made when they are asked for, kept only when they were changed or loaded.

What is kept of every row is its key and two stamps: its own, and the newest of it and its children. Both are indexed,
so that a page of a few rows among a hundred thousand is found without looking at the others. A key, a number, and
a value that no unchanged row has are looked up; other attributes are remembered once they were asked for. Safe for
several threads.

Limits: a rare value of a child's attribute is looked for in every row, at about a third of a millisecond each.
"""

import bisect
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from random import Random
from typing import Any, Protocol

from simulators.oracle.query import All, Compared, Condition, Either, Path, Value
from simulators.oracle.resource import STAMP, Resource, Row
from simulators.oracle.rows import Sort, newest_stamp, sortable, walk

_FEW = 5_000
"""Candidates that are rather sorted than walked in the order of an index."""
LOWEST = datetime(1900, 1, 1, tzinfo=UTC)
"""The stamp of rows that carry none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The rows of a page, and whether there are more behind it."""

    rows: list[Row]
    more: bool


@dataclass(slots=True)
class _Index:
    """Keys in the order of a stamp."""

    entries: list[tuple[datetime, int]] = field(default_factory=list)

    def move(self, key: int, before: datetime | None, after: datetime) -> None:
        if before is not None:
            self.drop(key, before)
        bisect.insort(self.entries, (after, key))

    def drop(self, key: int, stamp: datetime) -> None:
        del self.entries[bisect.bisect_left(self.entries, (stamp, key))]

    def since(self, bound: datetime) -> Iterator[int]:
        start = bisect.bisect_left(self.entries, (bound, 0))
        return (key for _, key in islice(self.entries, start, None))

    def count_since(self, bound: datetime) -> int:
        return len(self.entries) - bisect.bisect_left(self.entries, (bound, 0))


class Source(Protocol):
    """Where the rows of a store come from that were never changed: each is made from its key alone.

    `alike` says what is known of every such row without making it, by the accessors that lead to a level. The children
    of such a row carry its own stamp.
    """

    @property
    def alike(self) -> Mapping[Path, Mapping[str, Any]]:
        """What is the same in every row of a level."""
        ...

    def keys(self) -> list[int]:
        """Return the keys that the store starts with, ascending."""
        ...

    def stamp(self, key: int) -> datetime:
        """Return when a row was last updated, `LOWEST` where its resource does not say."""
        ...

    def key_of(self, number: str) -> int | None:
        """Return the key of the row that is made with this number, None if none ever is."""
        ...

    def value(self, key: int, name: str) -> Any:
        """Return one attribute of a row without its children."""
        ...

    def row(self, key: int) -> Row:
        """Return a row, the same every time."""
        ...


class Store:
    """The rows of one resource, by its key."""

    def __init__(self, resource: Resource, source: Source) -> None:
        self.resource = resource
        self._source = source
        self._by_key: list[Sort] = [(resource.key, False)]
        self._lock = threading.RLock()
        self._keys = source.keys()
        self._stamps = {key: source.stamp(key) for key in self._keys}
        self._touched = dict(self._stamps)
        self._kept: dict[int, Any] = {}
        """The changed rows, as `_packed` made them."""
        self._indexed = tuple(name for name in (resource.number, *resource.indexed) if name is not None)
        self._kept_as: dict[tuple[str, Any], set[int]] = {}
        """The changed rows that have or had a value of an indexed attribute; whoever looks one up compares."""
        self._columns: dict[str, dict[int, Value]] = {}
        """What was asked of the rows that were never changed, by attribute."""
        entries = sorted((stamp, key) for key, stamp in self._stamps.items())
        self._by_stamp, self._by_touch = _Index(list(entries)), _Index(list(entries))

    def __len__(self) -> int:
        return len(self._keys)

    def __contains__(self, key: Any) -> bool:
        return key in self._stamps

    def get(self, key: int) -> Row:
        """Return a row; do not change it. Raises KeyError."""
        with self._lock:
            if key not in self._stamps:
                raise KeyError(key)
            kept = self._kept.get(key)
            return self._source.row(key) if kept is None else self._unpacked(key, kept)

    def put(self, row: Row) -> None:
        """Take a row, new or changed, with the stamps that it carries."""
        with self._lock:
            key = row[self.resource.key]
            if key not in self._stamps:
                bisect.insort(self._keys, key)
            stamp, touched = LOWEST, LOWEST
            if self.resource.stamped:
                stamp, touched = row[STAMP], newest_stamp(row, self.resource)
            self._by_stamp.move(key, self._stamps.get(key), stamp)
            self._by_touch.move(key, self._touched.get(key), touched)
            for name in self._indexed:
                if row[name] is not None:
                    self._kept_as.setdefault((name, row[name]), set()).add(key)
            self._stamps[key], self._touched[key], self._kept[key] = stamp, touched, self._packed(row)

    def remove(self, key: int) -> None:
        """Take a row away, without a trace for those who read. Raises KeyError."""
        with self._lock:
            self._by_stamp.drop(key, self._stamps.pop(key))
            self._by_touch.drop(key, self._touched.pop(key))
            self._kept.pop(key, None)
            self._keys.remove(key)

    def all(self) -> Iterator[Row]:
        """Return every row, in the order of keys."""
        for key in self.keys():
            yield self.get(key)

    def value(self, key: int, name: str) -> Any:
        """Return one attribute of a row; a row that was never changed is not made for it."""
        kept = self._kept.get(key)
        if kept is not None:
            return self._kept_value(key, kept, name)
        return self._made_value(key, name)

    def child_stamps(self, key: int, path: Path) -> Iterable[Value]:
        """Return every stamp of a child of a row; one that was never changed is not made for it."""
        return (self.stamp(key),) if key not in self._kept else walk(self.get(key), path)

    def _made_value(self, key: int, name: str) -> Any:
        column = self._columns.setdefault(name, {})
        if key not in column:
            column[key] = self._source.value(key, name)
        return column[key]

    def _packed(self, row: Row) -> Any:
        """Return what is kept of a changed row."""
        return row

    def _unpacked(self, key: int, kept: Any) -> Row:  # noqa: ARG002 - for those who keep less than the row
        """Return the row of what was kept."""
        row: Row = kept
        return row

    def _kept_value(self, key: int, kept: Any, name: str) -> Any:  # noqa: ARG002 - as above
        """Return one attribute of what was kept."""
        return kept[name]

    def keys(self) -> list[int]:
        """Return every key, ascending."""
        with self._lock:
            return list(self._keys)

    def select(
        self, condition: Condition, sorts: list[Sort], offset: int, limit: int, *, chance: Random | None = None
    ) -> Selection:
        """Return a page of the rows for which the condition holds; with `chance`, rows that sort equal come anyhow."""
        with self._lock:
            rows = self._matching(condition, sorts)
            if chance is not None:
                keys = list(rows)
                chance.shuffle(keys)
                rows = iter(self._sorted(keys, sorts))
            found = list(islice(rows, offset, offset + limit + 1))
            return Selection(rows=[self.get(key) for key in found[:limit]], more=len(found) > limit)

    def count(self, condition: Condition) -> int:
        """Return for how many rows the condition holds."""
        with self._lock:
            return sum(1 for _ in self._matching(condition, self._by_key))

    def _matching(self, condition: Condition, sorts: list[Sort]) -> Iterator[int]:
        bound = touched_since(condition) or LOWEST
        touched = self._by_touch.count_since(bound)
        few = touched <= _FEW
        candidates = self._candidates(condition)
        walked: Iterable[int]
        if candidates is not None and len(candidates) <= touched:
            walked = self._sorted(sorted(candidates), sorts)
        elif not few and sorts[:1] in ([], self._by_key):
            walked = islice(self._keys, bisect.bisect_right(self._keys, key_above(condition, self.resource.key)), None)
        elif not few and sorts in ([(STAMP, False)], [(STAMP, False), *self._by_key]):
            walked = self._by_stamp.since(touched_since(condition, of_children=False) or LOWEST)
        else:
            walked = self._sorted(sorted(self._by_touch.since(bound)), sorts)
        return (key for key in walked if condition.holds(StoredRow(self, key)))

    def _candidates(self, condition: Condition) -> set[int] | None:
        """Return keys outside which no row can fulfil the condition, None where only looking can tell."""
        match condition:
            case Compared((name,), "=" | "in", operand, _) if name == self.resource.key or name in self._indexed:
                wanted = operand if isinstance(operand, tuple) else (operand,)
                return {key for one in wanted for key in self._known_as(name, one)}
            case Compared(path, _, _, test) if (same := self.alike(path)) is not None and not test(same[0]):
                return set(self._kept)
            case All(parts):
                sets = [found for part in parts if (found := self._candidates(part)) is not None]
                return min(sets, key=len, default=None)
            case Either(parts):
                each = [self._candidates(part) for part in parts]
                known = [found for found in each if found is not None]
                return set().union(*known) if len(known) == len(each) else None
            case _:
                return None

    def _known_as(self, name: str, value: Any) -> Iterator[int]:
        """Find the rows of a key or of a number."""
        if name == self.resource.key:
            yield from (value,) if value in self._stamps else ()
            return
        yield from self._kept_as.get((name, value), set()) & self._kept.keys()
        key = self._source.key_of(value) if name == self.resource.number else None
        if key in self._stamps and key not in self._kept:
            yield key

    def known_as(self, name: str, value: Any) -> set[int]:
        """Return the keys of the rows that have a value of the number or an indexed attribute."""
        with self._lock:
            return {key for key in self._known_as(name, value) if self.value(key, name) == value}

    def _sorted(self, keys: list[int], sorts: list[Sort]) -> list[int]:
        for name, downward in reversed(sorts):
            keys.sort(key=self._sort_key(name), reverse=downward)
        return keys

    def _sort_key(self, name: str) -> Callable[[int], Any]:
        if name == self.resource.key:
            return lambda key: key
        if name == STAMP:
            return self._stamps.__getitem__
        return lambda key: sortable(self.value(key, name))

    def stamp(self, key: int) -> datetime:
        """Return when a row was last updated."""
        return self._stamps[key]

    def never_changed(self, key: int) -> bool:
        """Whether a row is as it was made: its children then carry its own stamp."""
        return key not in self._kept

    def alike(self, path: Path) -> tuple[Any] | None:
        """Return the value that an attribute has in every row that was never changed, None if they differ."""
        level = self._source.alike.get(path[:-1], {})
        return (level[path[-1]],) if path[-1] in level else None


class StoredRow:
    """A row as a condition sees it; it is made only if more is asked than its key and stamp."""

    __slots__ = ("_key", "_store")

    def __init__(self, store: Store, key: int) -> None:
        self._store = store
        self._key = key

    def values(self, path: Path) -> Iterable[Value]:
        """Return every value of an attribute."""
        store, key = self._store, self._key
        if path[-1] == STAMP:
            return (store.stamp(key),) if len(path) == 1 else store.child_stamps(key, path)
        if len(path) == 1:
            return (key,) if path[0] == store.resource.key else (store.value(key, path[0]),)
        if store.never_changed(key) and (known := store.alike(path)) is not None:
            return known
        return walk(store.get(key), path)


def touched_since(condition: Condition, *, of_children: bool = True) -> datetime | None:
    """Return a stamp such that no row without a stamp from then on can fulfil the condition.

    The stamp is meant anywhere in the row, or, without `of_children`, its own.
    """
    match condition:
        case Compared(path, ">=" | ">" | "=" | "between", datetime() as operand, _) if path[-1] == STAMP:
            return operand if of_children or len(path) == 1 else None
        case All(parts):
            bounds = [touched_since(part, of_children=of_children) for part in parts]
            return max((bound for bound in bounds if bound is not None), default=None)
        case Either(parts):
            bounds = [touched_since(part, of_children=of_children) for part in parts]
            known = [bound for bound in bounds if bound is not None]
            return min(known) if known and len(known) == len(bounds) else None
        case _:
            return None


def pinned(condition: Condition, name: str) -> set[Any] | None:
    """Return the values that an attribute can have in a row that fulfils the condition, None where any will do."""
    match condition:
        case Compared((attribute,), "=", operand, _) if attribute == name:
            return {operand}
        case Compared((attribute,), "in", tuple() as operands, _) if attribute == name:
            return set(operands)
        case All(parts):
            known = [found for part in parts if (found := pinned(part, name)) is not None]
            return set.intersection(*known) if known else None
        case Either(parts):
            each = [pinned(part, name) for part in parts]
            sure = [found for found in each if found is not None]
            return set().union(*sure) if len(sure) == len(each) else None
        case _:
            return None


def key_above(condition: Condition, name: str) -> int:
    """Return a key such that every row that fulfils the condition has a greater one; `name` is the key's attribute."""
    match condition:
        case Compared((attribute,), ">", int(operand), _) if attribute == name:
            return operand
        case Compared((attribute,), ">=", int(operand), _) if attribute == name:
            return operand - 1
        case All(parts):
            return max((key_above(part, name) for part in parts), default=0)
        case _:
            return 0
