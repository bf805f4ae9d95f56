"""The journal of effects: what a simulated system really did, in order, independent of anyone's ledger.

An entry is written when an effect takes hold (or when a request that asked for one was refused), never when an answer
is sent: an effect whose answer was lost is in the journal, and that is the point of it.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One effect or refusal: `kind` says which, `key` the document, `detail` what a test may want to judge by."""

    sequence: int
    at: datetime
    kind: str
    key: str
    detail: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        """Return the entry as plain JSON values, times as ISO 8601 in UTC."""
        return {
            "sequence": self.sequence,
            "at": self.at.isoformat(),
            "kind": self.kind,
            "key": self.key,
            "detail": dict(self.detail),
        }


class Journal:
    """An append-only list of entries, safe to write from several threads."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []
        self._lock = threading.Lock()

    def write(self, kind: str, key: str, **detail: Any) -> Entry:
        """Append an entry and return it."""
        with self._lock:
            entry = Entry(sequence=len(self._entries) + 1, at=datetime.now(UTC), kind=kind, key=key, detail=detail)
            self._entries.append(entry)
            return entry

    def read(self, *, after: int = 0, kind: str | None = None, limit: int = 1000) -> list[Entry]:
        """Return at most `limit` entries with a sequence above `after`, oldest first, of one kind if asked."""
        found: list[Entry] = []
        for position in range(after, len(self._entries)):
            entry = self._entries[position]
            if kind is None or entry.kind == kind:
                found.append(entry)
                if len(found) == limit:
                    break
        return found

    def clear(self) -> None:
        """Forget everything: the next entry has sequence 1."""
        with self._lock:
            self._entries.clear()
