"""Access: how each connection is let in, shared by every process through the ledger's database.

One row per connection: its token (sealed), the claim of the one worker that fetches the next, and why it is stopped if
its client is refused. Each change is one compare-and-set, so a stampede asks the token endpoint once, and a worker that
dies while it asks is followed by another when its claim runs out.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from common.connections.token_request import Issued
from common.database import statements
from common.database.pool import Database
from common.vault.rotation import SealedTable
from common.vault.seal import Place, Vault

CLAIM_SECONDS = 8.0
"""How long one worker may take to fetch a token, before another one tries."""
FORCE_EVERY_SECONDS = 60.0
"""A token that is not due is renewed at most this often: a system that refuses every token is not flooded."""
RENEW_AT = 0.8
STOPPED_SECONDS = 300.0
"""How long a refused client is left alone, unless its secret is replaced before."""

_SQL = statements.load(__name__)
_SHORTEST_LIFE_SECONDS = 1.0
_FIRST_PAUSE = timedelta(seconds=0.5)
_LONGEST_PAUSE = timedelta(seconds=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the row says: times in seconds from now, None where there is none."""

    generation: int = 0
    token: str | None = field(default=None, repr=False)
    renew_in: float | None = None
    expires_in: float | None = None
    retry_in: float | None = None
    fetching: bool = False
    """A worker is asking for the next token."""
    stopped_because: str | None = None
    refused: str | None = field(default=None, repr=False)
    """The identity whose refusal stopped the connection."""

    @property
    def is_good(self) -> bool:
        """Whether there is a token that has not run out."""
        return self.token is not None and (self.expires_in or 0.0) > 0.0

    @property
    def stopped_for(self) -> float:
        """How many seconds the connection stays stopped; 0 if it is not."""
        return max(0.0, self.retry_in or 0.0) if self.stopped_because is not None else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """The access row of one connection."""

    database: Database
    vault: Vault
    connection: str
    actor: str

    def look(self) -> Seen:
        """Read the row. Raises DatabaseUnavailable."""
        row = self.database.fetch_one(_SQL["look"], {"connection": self.connection})
        if row is None:
            return Seen()
        return Seen(
            generation=row["generation"],
            token=self._open("sealed", row["sealed"]),
            renew_in=row["renew_in"],
            expires_in=row["expires_in"],
            retry_in=row["retry_in"],
            fetching=row["fetching"],
            stopped_because=row["stopped_because"],
            refused=self._open("refused", row["refused"]),
        )

    def claim(self, seen: Seen, *, forced: bool, changed: bool) -> UUID | None:
        """Become the one who fetches the token after the one seen; None if that is not for us now.

        `forced`: the token was refused before its time. `changed`: the secret is another than the one refused.
        """
        parameters = {
            "claim": uuid4(),
            "generation": seen.generation,
            "lease": timedelta(seconds=CLAIM_SECONDS),
            "force_every": timedelta(seconds=FORCE_EVERY_SECONDS),
            "forced": forced,
            "changed": changed,
        }
        return parameters["claim"] if self._write("claim", parameters) else None  # type: ignore[return-value]

    def keep(self, claim: UUID, issued: Issued, *, took: float) -> bool:
        """Keep a token that was asked for `took` seconds ago; False if another worker was faster."""
        life = max(_SHORTEST_LIFE_SECONDS, issued.life)
        parameters = {
            "claim": claim,
            "sealed": self.vault.seal(issued.value.encode(), self._place("sealed")),
            "renew_in": timedelta(seconds=life * RENEW_AT - took),
            "expires_in": timedelta(seconds=life - took),
        }
        return self._write("keep", parameters)

    def fail(self, claim: UUID) -> None:
        """Note that the try got no answer."""
        with self.database.connection() as connection:
            parameters = {"claim": claim, "first": _FIRST_PAUSE, "longest": _LONGEST_PAUSE}
            connection.execute(_SQL["fail"], {**parameters, "connection": self.connection})

    def stop(self, claim: UUID | None, because: str, *, refused: str) -> None:
        """Stop the connection, because its client is refused as `refused`. The reason must not hold a secret."""
        parameters = {
            "claim": claim,
            "because": because,
            "refused": self.vault.seal(refused.encode(), self._place("refused")),
            "retry": timedelta(seconds=STOPPED_SECONDS),
        }
        self._write("stop", parameters)

    def resume(self) -> None:
        """Note that a connection without tokens, which was stopped, is let in again."""
        self._write("resume", {})

    def _write(self, statement: str, parameters: dict[str, Any]) -> bool:
        known = {
            "connection": self.connection,
            "integration": self.connection.rpartition(".")[0],
            "actor": self.actor,
        }
        return self.database.fetch_one(_SQL[statement], {**parameters, **known}) is not None

    def _open(self, column: str, sealed: bytes | None) -> str | None:
        return None if sealed is None else self.vault.open(bytes(sealed), self._place(column)).decode()

    def _place(self, column: str) -> Place:
        return _place({"connection": self.connection, "part": column})


def everywhere(database: Database) -> list[dict[str, Any]]:
    """Return how each connection is let in, for people."""
    return database.fetch_all(_SQL["everywhere"])


def _place(row: dict[str, Any]) -> Place:
    return Place(table="access", column=row["part"], row=row["connection"])


SEALED = SealedTable(name="access", sql=_SQL, before_first={"connection": "", "part": ""}, place=_place)
