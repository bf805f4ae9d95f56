"""Traffic: how each connection is doing, shared by every process through the ledger's database.

One row per connection: until when it is paused, how fast it may be used, and whether its breaker is open. What one
worker learns (a Retry-After, an outage, a recovery) all workers know half a second later.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from common.database import statements
from common.database.pool import Database

_SQL = statements.load(__name__)
_MEMORY_SECONDS = 5.0
"""How long an answer counts in the measured speed."""
_SLOWEST = 1.0
"""Requests a second that throttling leaves at least."""
_FIRST_OPEN = timedelta(seconds=0.5)
_LONGEST_OPEN = timedelta(seconds=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """How a connection is doing: times in seconds from now, `rate` in requests a second (None: no limit)."""

    paused_in: float = 0.0
    rate: float | None = None
    open: bool = False
    open_in: float = 0.0
    probing: bool = False
    because: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """The traffic row of one connection. Everything raises DatabaseUnavailable."""

    database: Database
    connection: str
    actor: str

    def look(self, answered: int) -> Condition:
        """Count this process's answers since it last looked, and return how the connection is doing."""
        row = self._one("look", {"answered": answered, "memory": _MEMORY_SECONDS})
        if row is None:
            return Condition()
        return Condition(
            paused_in=max(0.0, row["paused_in"] or 0.0),
            rate=row["rate"],
            open=row["open"],
            open_in=max(0.0, row["open_in"] or 0.0),
            probing=row["probing"],
            because=row["because"],
        )

    def pause(self, seconds: float, because: str) -> None:
        """Pause the connection for everybody."""
        wait = timedelta(seconds=seconds)
        self._do("pause", {"wait": wait, "slowest": _SLOWEST, "because": because})

    def take(self, wanted: int, most: float | None) -> int:
        """Take up to so many permits to send; `most` is the rate that the settings allow."""
        row = self._one("take", {"wanted": wanted, "most": most})
        return int(row["granted"]) if row else wanted

    def open(self, because: str, *, probed: bool) -> None:
        """Open the breaker; `probed` if this was the probe of one that is open."""
        self._do("open", {"first": _FIRST_OPEN, "longest": _LONGEST_OPEN, "because": because, "probed": probed})

    def probe(self, lease_seconds: float) -> bool:
        """Become the one who tries whether the system is back."""
        return self._one("probe", {"lease": timedelta(seconds=lease_seconds)}) is not None

    def close(self) -> None:
        """Close the breaker."""
        self._do("close", {})

    def _one(self, statement: str, parameters: dict[str, Any]) -> dict[str, Any] | None:
        return self.database.fetch_one(_SQL[statement], {**parameters, "connection": self.connection})

    def _do(self, statement: str, parameters: dict[str, Any]) -> None:
        with self.database.connection() as connection:
            known = {"connection": self.connection, "integration": self.connection.rpartition(".")[0]}
            connection.execute(_SQL[statement], {**parameters, **known, "actor": self.actor})


def everywhere(database: Database) -> list[dict[str, Any]]:
    """Return how each connection is doing, for people."""
    return database.fetch_all(_SQL["everywhere"])
