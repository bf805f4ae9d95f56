"""The way to PostgreSQL: a pool per process, and one exception for "not now".

Every session limits itself: no statement over 30 seconds, no lock wait over 10, no transaction left idle. Whatever
fails because the database is away, restarting, or rolled us back, is raised as `DatabaseUnavailable`: the caller waits
and starts its unit of work again, which the ledger's compare-and-sets make harmless.

A pool must not cross a fork: open it in the process that uses it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.errors import InsufficientPrivilege, UndefinedColumn, UndefinedTable
from psycopg.rows import DictRow, dict_row
from psycopg_pool import ConnectionPool, PoolTimeout

from common.database import address
from common.database.address import DatabaseRefused

Connection = psycopg.Connection[DictRow]

_SESSION = (
    "-c statement_timeout=30s -c lock_timeout=10s -c idle_in_transaction_session_timeout=30s "
    "-c timezone=UTC -c synchronous_commit=on"
)
_PATIENCE: dict[str, int] = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
"""When a server that vanished without a word counts as gone: seconds, and milliseconds for the last. An address may say
otherwise. Without them the operating system would wait for a quarter of an hour, or for two hours while idle."""

_LIFETIME_SECONDS = 120.0
"""A session keeps the plans it has made, and those of an empty ledger do not suit a full one: no session grows old."""


class DatabaseUnavailable(Exception):
    """The database is away, restarting, or rolled this unit of work back: nothing was kept, try again later."""


class NotMigrated(DatabaseUnavailable):
    """The database has not the tables of this version of the program, or not yet."""


class Database:
    """A pool of connections. `close()` it at the end; it opens lazily, at its first use.

    Raises DatabaseRefused at once for an address that cannot be read. The pool is given its parts, never its text,
    so that nothing that logs can repeat it.
    """

    def __init__(self, url: str, *, size: int, patience_seconds: float = 5.0) -> None:
        self._patience = patience_seconds
        self._pool: ConnectionPool[Connection] = ConnectionPool(
            min_size=1,
            max_size=size,
            max_lifetime=_LIFETIME_SECONDS,
            timeout=patience_seconds,
            kwargs=_session_of(address.parse(url)),
            open=False,
        )
        self._opened = False

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """Lend a connection in autocommit mode: each statement is its own transaction."""
        if not self._opened:
            self._pool.open()
            self._opened = True
        try:
            with self._pool.connection() as connection:
                yield connection
        except (psycopg.OperationalError, psycopg.InterfaceError, PoolTimeout) as error:
            raise DatabaseUnavailable(f"PostgreSQL is not available: {error}".strip()) from error
        except InsufficientPrivilege as error:
            raise DatabaseRefused(f"The role of DATABASE_URL may not do this: {error.diag.message_primary}.") from error
        except (UndefinedTable, UndefinedColumn) as error:
            raise NotMigrated(
                f"The database has not the tables of this version ({error.diag.message_primary}). "
                f"Run `ml-connector migrate`."
            ) from error

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Lend a connection inside one transaction: all of the block, or nothing."""
        with self.connection() as connection, connection.transaction():
            yield connection

    def fetch_all(
        self, statement: bytes, parameters: dict[str, Any] | None = None, *, prepare: bool | None = None
    ) -> list[DictRow]:
        """Run one statement and return its rows. `prepare=False`: it is planned each time, for these parameters."""
        with self.connection() as connection:
            return connection.execute(statement, parameters, prepare=prepare).fetchall()

    def fetch_one(
        self, statement: bytes, parameters: dict[str, Any] | None = None, *, prepare: bool | None = None
    ) -> DictRow | None:
        """Run one statement and return its first row, or None. `prepare=False`: as for `fetch_all`."""
        with self.connection() as connection:
            return connection.execute(statement, parameters, prepare=prepare).fetchone()

    def close(self) -> None:
        """Close every connection."""
        if self._opened:
            self._pool.close()


def _session_of(parts: dict[str, Any]) -> dict[str, Any]:
    """Return what a connection is opened with: the parts of an address, and what every session needs."""
    return {
        **_PATIENCE,
        **parts,
        "options": f"{parts.get('options') or ''} {_SESSION}".strip(),
        "client_encoding": "UTF8",
        "row_factory": dict_row,
        "autocommit": True,
    }
