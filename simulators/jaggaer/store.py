"""A store of documents, one for all doors, and the replica through which reads see it.

Documents lie in the order of their last update, oldest first, so a page of a list and "changed since" need no sorting.
A document is a value: applying a change puts a new one in its place, and the replica of a lagging read keeps showing
the old one until enough time or enough reads have passed.

Limits: everything is in memory and lost at exit; a list without a filter on key or time walks all documents.
"""

import threading
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, Protocol, TypeVar


class Stored(Protocol):
    """What a document must have to lie in a store."""

    @property
    def updated_at(self) -> datetime:
        """When it was last changed."""


K = TypeVar("K", bound=Hashable)
D = TypeVar("D", bound=Stored)


@dataclass(slots=True, kw_only=True)
class _Held(Generic[D]):
    """What reads still show of one document: the value before (None: nothing), until a time and for some reads."""

    shown: D | None
    until: datetime
    reads: int


class Store(Generic[K, D]):
    """Documents by key. Safe to read from another thread than the one that serves."""

    def __init__(self) -> None:
        self._documents: dict[K, D] = {}
        self._held: dict[K, _Held[D]] = {}
        self._lock = threading.RLock()

    def __len__(self) -> int:
        return len(self._documents)

    def __contains__(self, key: K) -> bool:
        return key in self._documents

    def __iter__(self) -> Iterator[D]:
        """Go through all documents as they are, least recently updated first."""
        with self._lock:
            return iter(list(self._documents.values()))

    def keys(self) -> list[K]:
        """Return the keys of all documents, least recently updated first."""
        with self._lock:
            return list(self._documents)

    def get(self, key: K) -> D | None:
        """Return the document as it is, None if there is none of this key."""
        return self._documents.get(key)

    def put(self, key: K, document: D, *, lag_seconds: float = 0.0, lag_reads: int = 0) -> None:
        """Hold the document as the most recently updated one; with a lag, reads show its predecessor for a while."""
        with self._lock:
            before = self._documents.pop(key, None)
            if lag_seconds or lag_reads:
                held = self._held.get(key)
                self._held[key] = _Held(
                    shown=held.shown if held else before,
                    until=document.updated_at + timedelta(seconds=lag_seconds),
                    reads=lag_reads,
                )
            self._documents[key] = document

    def read(self, key: K, now: datetime) -> D | None:
        """Return the document as a read of it shows it, which counts as a read."""
        with self._lock:
            held = self._current_lag(key, now)
            return held.shown if held else self._documents.get(key)

    def read_since(self, since: datetime | None, now: datetime) -> list[D]:
        """Return the documents as one read of a list shows them, updated at `since` or later, oldest update first."""
        with self._lock:
            if self._held:
                return self._lagging_since(since, now)
            if since is None:
                return list(self._documents.values())
            found: list[D] = []
            for document in reversed(self._documents.values()):
                if document.updated_at < since:
                    break
                found.append(document)
            return found[::-1]

    def remove(self, key: K) -> None:
        """Forget a document, also what reads still show of it."""
        with self._lock:
            self._documents.pop(key, None)
            self._held.pop(key, None)

    def clear(self) -> None:
        """Forget all documents."""
        with self._lock:
            self._documents.clear()
            self._held.clear()

    def _lagging_since(self, since: datetime | None, now: datetime) -> list[D]:
        lags = {key: lag for key in list(self._held) if (lag := self._current_lag(key, now))}
        shown = (lags[key].shown if key in lags else document for key, document in self._documents.items())
        found = [one for one in shown if one is not None and (since is None or one.updated_at >= since)]
        return sorted(found, key=lambda document: document.updated_at)

    def _current_lag(self, key: K, now: datetime) -> _Held[D] | None:
        """Return what is still held back of a document and count this read; a lag that is over is forgotten."""
        held = self._held.get(key)
        if held is None:
            return None
        if held.reads <= 0 and now >= held.until:
            del self._held[key]
            return None
        held.reads -= 1
        return held
