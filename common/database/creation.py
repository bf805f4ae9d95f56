"""Making the database itself, for whoever starts with a bare server; and refusing one that could not hold our text."""

from contextlib import closing

import psycopg
from psycopg import sql
from psycopg.errors import DuplicateDatabase, InsufficientPrivilege

from common.database import address
from common.database.address import DatabaseRefused
from common.database.pool import Database

_MAINTENANCE = "postgres"
_CONNECT_SECONDS = 5


def create_if_missing(url: str) -> bool:
    """Make the database that the address names, in UTF-8, if the server has none of that name and lets us.

    Returns whether it was made. Where the maintenance database cannot be reached nothing is decided here: connecting
    to the database itself will tell what is wrong. Raises DatabaseRefused for an address that cannot be read.
    """
    parts = address.parse(url)
    name = parts.get("dbname")
    try:
        maintenance = psycopg.connect(
            **{**parts, "dbname": _MAINTENANCE, "connect_timeout": _CONNECT_SECONDS}, autocommit=True
        )
    except psycopg.OperationalError:
        return False
    with closing(maintenance):
        known = maintenance.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if name is None or known is not None:
            return False
        try:
            maintenance.execute(
                sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0").format(
                    sql.Identifier(str(name))
                )
            )
        except (InsufficientPrivilege, DuplicateDatabase):  # the server does not let us, or somebody was quicker
            return False
        return True


def check_encoding(database: Database) -> None:
    """Raise DatabaseRefused for a database that is not in UTF-8: it could not hold every source's text."""
    row = database.fetch_one(b"SELECT current_database() AS name, current_setting('server_encoding') AS encoding")
    if row is not None and row["encoding"] != "UTF8":
        raise DatabaseRefused(
            f"Database {row['name']} has the encoding {row['encoding']}, not UTF8. Name one that does not exist in "
            f"DATABASE_URL: `ml-connector migrate` makes it in UTF8."
        )
