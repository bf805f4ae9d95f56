"""The orders of a pod: generated when they are asked for, kept only when they were changed or loaded.

What is kept of every order is its key and two stamps: its own, and the newest of it and its children. Both are indexed,
so that a page of a few rows among a hundred thousand is found without looking at the others. A key, an OrderNumber, and
a value that no generated order has are looked up; other attributes of headers are remembered once they were asked for.
Safe for several threads.

Limits: a rare value of a child's attribute is looked for in every order, at about a third of a millisecond each.
"""

import bisect
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from itertools import islice
from random import Random
from typing import Any

from simulators.oracle.generator import ALIKE, Generator, Order
from simulators.oracle.query import All, Compared, Condition, Either, Path, Value

_FEW = 5_000
"""Candidates that are rather sorted than walked in the order of an index."""
_LOWEST = datetime(1900, 1, 1, tzinfo=UTC)

Sort = tuple[str, bool]
"""An attribute, and whether it sorts downward."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """A page of keys, and whether there are more behind it."""

    keys: list[int]
    more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """What a summary needs of an order."""

    status: str
    business_unit: str
    currency: str
    total: Decimal


@dataclass(slots=True)
class _Index:
    """Keys in the order of a stamp."""

    entries: list[tuple[datetime, int]] = field(default_factory=list)

    def move(self, key: int, before: datetime | None, after: datetime) -> None:
        if before is not None:
            del self.entries[bisect.bisect_left(self.entries, (before, key))]
        bisect.insort(self.entries, (after, key))

    def since(self, bound: datetime) -> Iterator[int]:
        start = bisect.bisect_left(self.entries, (bound, 0))
        return (key for _, key in islice(self.entries, start, None))

    def count_since(self, bound: datetime) -> int:
        return len(self.entries) - bisect.bisect_left(self.entries, (bound, 0))


class Orders:
    """The store."""

    def __init__(self, generator: Generator, count: int) -> None:
        self.generator = generator
        self._lock = threading.RLock()
        self._keys = [generator.key(number) for number in range(count)]
        self._stamps = {key: generator.stamp(key) for key in self._keys}
        self._touched = dict(self._stamps)
        self._kept: dict[int, Order] = {}
        self._kept_numbers: dict[str, set[int]] = {}
        """The changed orders that have or had a number; whoever looks one up compares."""
        self._columns: dict[str, dict[int, Value]] = {}
        """What was asked of the headers that were never changed, by attribute."""
        self._generated = count
        entries = [(stamp, key) for key, stamp in self._stamps.items()]
        self._by_stamp, self._by_touch = _Index(list(entries)), _Index(list(entries))

    def __len__(self) -> int:
        return len(self._keys)

    def __contains__(self, key: int) -> bool:
        return key in self._stamps

    def get(self, key: int) -> Order:
        """Return an order; do not change it. Raises KeyError."""
        with self._lock:
            if key not in self._stamps:
                raise KeyError(key)
            return self._kept.get(key) or self.generator.order(key)

    def next_generated(self) -> Order:
        """Return a new order that is not in the store yet."""
        with self._lock:
            self._generated += 1
            return self.generator.order(self.generator.key(self._generated - 1))

    def put(self, order: Order) -> None:
        """Take an order, new or changed, with the stamps that it carries."""
        with self._lock:
            key = order["POHeaderId"]
            if key not in self._stamps:
                bisect.insort(self._keys, key)
            stamp, touched = order["LastUpdateDate"], newest_stamp(order)
            self._by_stamp.move(key, self._stamps.get(key), stamp)
            self._by_touch.move(key, self._touched.get(key), touched)
            self._kept_numbers.setdefault(order["OrderNumber"], set()).add(key)
            self._stamps[key], self._touched[key], self._kept[key] = stamp, touched, order

    def all(self) -> Iterator[Order]:
        """Return every order, in the order of keys."""
        for key in self.keys():
            yield self.get(key)

    def briefs(self) -> Iterator[Brief]:
        """Return every order's, in the order of keys."""
        for key in self.keys():
            yield Brief(
                status=self.value(key, "Status"),
                business_unit=self.value(key, "ProcurementBU"),
                currency=self.value(key, "CurrencyCode"),
                total=self.value(key, "Total"),
            )

    def value(self, key: int, name: str) -> Any:
        """Return one attribute of an order's header; an order that was never changed is not made for it."""
        kept = self._kept.get(key)
        if kept is not None:
            return kept[name]
        column = self._columns.setdefault(name, {})
        if key not in column:
            column[key] = self.generator.value(key, name)
        return column[key]

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
            return Selection(keys=found[:limit], more=len(found) > limit)

    def count(self, condition: Condition) -> int:
        """Return for how many rows the condition holds."""
        with self._lock:
            return sum(1 for _ in self._matching(condition, [("POHeaderId", False)]))

    def _matching(self, condition: Condition, sorts: list[Sort]) -> Iterator[int]:
        bound = touched_since(condition) or _LOWEST
        touched = self._by_touch.count_since(bound)
        few = touched <= _FEW
        candidates = self._candidates(condition)
        walked: Iterable[int]
        if candidates is not None and len(candidates) <= touched:
            walked = self._sorted(sorted(candidates), sorts)
        elif not few and sorts[:1] in ([], [("POHeaderId", False)]):
            walked = islice(self._keys, bisect.bisect_right(self._keys, key_above(condition)), None)
        elif not few and sorts in ([("LastUpdateDate", False)], [("LastUpdateDate", False), ("POHeaderId", False)]):
            walked = self._by_stamp.since(touched_since(condition, of_children=False) or _LOWEST)
        else:
            walked = self._sorted(sorted(self._by_touch.since(bound)), sorts)
        return (key for key in walked if condition.holds(StoredRow(self, key)))

    def _candidates(self, condition: Condition) -> set[int] | None:
        """Return keys outside which no row can fulfil the condition, None where only looking can tell."""
        match condition:
            case Compared(path, "=" | "in", operand, _) if path in (("POHeaderId",), ("OrderNumber",)):
                wanted = operand if isinstance(operand, tuple) else (operand,)
                return {key for one in wanted for key in self._known_as(path[0], one)}
            case Compared(path, _, _, test) if path[-1] in ALIKE[path[:-1]] and not test(ALIKE[path[:-1]][path[-1]]):
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
        """Find the orders of a key or of an OrderNumber."""
        if name == "POHeaderId":
            yield from (value,) if value in self._stamps else ()
            return
        yield from self._kept_numbers.get(value, ())
        key = self.generator.key_of(value)
        if key in self._stamps and key not in self._kept:
            yield key

    def _sorted(self, keys: list[int], sorts: list[Sort]) -> list[int]:
        for name, downward in reversed(sorts):
            keys.sort(key=self._sort_key(name), reverse=downward)
        return keys

    def _sort_key(self, name: str) -> Callable[[int], Any]:
        if name == "POHeaderId":
            return lambda key: key
        if name == "LastUpdateDate":
            return self._stamps.__getitem__
        return lambda key: sortable(self.value(key, name))

    def stamp(self, key: int) -> datetime:
        """Return when an order was last updated."""
        return self._stamps[key]

    def never_changed(self, key: int) -> bool:
        """Whether an order is as it was generated: its children then carry its own stamp."""
        return key not in self._kept


@dataclass(frozen=True, slots=True)
class StoredRow:
    """A row as a condition sees it; the order is generated only if it asks for more than key and stamp."""

    orders: Orders
    key: int

    def values(self, path: Path) -> Iterable[Value]:
        """Return every value of an attribute."""
        if path == ("POHeaderId",):
            return (self.key,)
        if path == ("LastUpdateDate",) or (path[-1] == "LastUpdateDate" and self.orders.never_changed(self.key)):
            return (self.orders.stamp(self.key),)
        if len(path) == 1:
            return (self.orders.value(self.key, path[0]),)
        if path[-1] in ALIKE[path[:-1]] and self.orders.never_changed(self.key):
            return (ALIKE[path[:-1]][path[-1]],) if self.orders.generator.lines else ()
        return _walk(self.orders.get(self.key), path)


@dataclass(frozen=True, slots=True)
class PlainRow:
    """A row that is there, as a condition sees it."""

    row: Order

    def values(self, path: Path) -> Iterable[Value]:
        """Return every value of an attribute."""
        return _walk(self.row, path)


def newest_stamp(order: Order) -> datetime:
    """Return the newest stamp of an order and its children."""
    stamps: list[datetime] = [order["LastUpdateDate"]]
    for line in order["lines"]:
        stamps.append(line["LastUpdateDate"])
        for schedule in line["schedules"]:
            stamps.append(schedule["LastUpdateDate"])
            stamps += [distribution["LastUpdateDate"] for distribution in schedule["distributions"]]
    return max(stamps)


def touched_since(condition: Condition, *, of_children: bool = True) -> datetime | None:
    """Return a stamp such that no row without a stamp from then on can fulfil the condition.

    The stamp is meant anywhere in the row, or, without `of_children`, its own.
    """
    match condition:
        case Compared(path, ">=" | ">" | "=" | "between", datetime() as operand, _) if path[-1] == "LastUpdateDate":
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


def key_above(condition: Condition) -> int:
    """Return a key such that every row that fulfils the condition has a greater one."""
    match condition:
        case Compared(("POHeaderId",), ">", int(operand), _):
            return operand
        case Compared(("POHeaderId",), ">=", int(operand), _):
            return operand - 1
        case All(parts):
            return max((key_above(part) for part in parts), default=0)
        case _:
            return 0


def _walk(row: Order, path: Path) -> Iterator[Value]:
    if len(path) == 1:
        yield row[path[0]]
    else:
        for child in row[path[0]]:
            yield from _walk(child, path[1:])


def sortable(value: Any) -> tuple[bool, Any]:
    """Return what sorts as a value does, nulls last."""
    return (value is None, 0 if value is None else value)
