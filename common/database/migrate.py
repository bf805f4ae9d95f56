"""Migrations: numbered SQL files, applied once, in order, each in its own transaction.

A file is named `NNNN_pre_what.sql` (before the new code runs) or `NNNN_post_what.sql` (after the old code is gone).
Two processes that migrate at once take turns by an advisory lock; neither that wait nor an index on a large table has
a time limit. A file that changed after it was applied is refused: the database would no longer be what the files say.
"""

import hashlib
import re
from dataclasses import dataclass
from importlib import resources

from common.database.pool import Connection, Database

_NAME = re.compile(r"^(\d{4})_(pre|post)_(\w+)\.sql$")
_LOCK = 0x6D6C_636F_6E6E  # "mlconn"

_TABLE = b"""
CREATE TABLE IF NOT EXISTS schema_migration (
    name       text PRIMARY KEY,
    checksum   text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
)
"""


class MigrationChanged(Exception):
    """A migration that was applied is not the file of that name any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """One file: its name orders it, its checksum proves it."""

    name: str
    sql: bytes

    @property
    def checksum(self) -> str:
        """SHA-256 of the file, as hexadecimal digits."""
        return hashlib.sha256(self.sql).hexdigest()


def known() -> list[Migration]:
    """Return the migrations of this version of the program, in order. Raises ValueError for a file named otherwise."""
    found = []
    for file in resources.files("common.database").joinpath("migrations").iterdir():
        if not file.name.endswith(".sql"):
            continue
        if not _NAME.match(file.name):
            raise ValueError(f"{file.name} is not named NNNN_pre|post_what.sql")
        found.append(Migration(name=file.name.removesuffix(".sql"), sql=file.read_bytes()))
    return sorted(found, key=lambda migration: migration.name)


def migrate(database: Database) -> list[str]:
    """Apply what is missing and return the names of what was applied. Raises MigrationChanged."""
    applied = []
    with database.connection() as connection:
        connection.execute("SET statement_timeout = 0; SET lock_timeout = 0")
        connection.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        try:
            connection.execute(_TABLE)
            for migration in pending(connection):
                with connection.transaction():
                    connection.execute(migration.sql)
                    connection.execute(
                        "INSERT INTO schema_migration (name, checksum) VALUES (%s, %s)",
                        [migration.name, migration.checksum],
                    )
                applied.append(migration.name)
        finally:
            connection.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
            connection.execute("RESET statement_timeout; RESET lock_timeout")
    return applied


def pending(connection: Connection) -> list[Migration]:
    """Return what this program knows and the database has not applied. Raises MigrationChanged."""
    rows = connection.execute("SELECT name, checksum FROM schema_migration").fetchall()
    checksums = {row["name"]: row["checksum"] for row in rows}
    missing = []
    for migration in known():
        applied = checksums.get(migration.name)
        if applied is None:
            missing.append(migration)
        elif applied != migration.checksum:
            raise MigrationChanged(
                f"Migration {migration.name} was applied with checksum {applied[:12]} but its file now has "
                f"{migration.checksum[:12]}. Restore the file; put the change into a new migration."
            )
    return missing
