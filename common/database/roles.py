"""PostgreSQL roles with the least rights that do, for installations that keep them apart.

Named after the database, because roles belong to the whole server. `migrate` owns the database and its tables; `run` is
what producers and workers are: it reads and writes rows and changes no table; `read` looks; `audit` is nobody's login
but the right to append to the audit events, which `run` has through it: nobody but the owner can change or remove an
event. Without these roles everything works as whoever DATABASE_URL names.
"""

from collections.abc import Mapping
from contextlib import closing
from enum import StrEnum

import psycopg
from psycopg import sql
from psycopg.errors import DuplicateObject

from common.database import address, creation
from common.database.address import DatabaseRefused
from common.database.pool import Connection, Database

_MAINTENANCE = "postgres"
_CONNECT_SECONDS = 5
_APPEND_ONLY = ("audit_event",)
_NOT_WRITTEN = (*_APPEND_ONLY, "schema_migration")

_TABLES = b"SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tableowner = current_user"
_KNOWN = b"SELECT rolname FROM pg_roles WHERE rolname = ANY(%(names)s)"


class Role(StrEnum):
    """The roles of one database."""

    MIGRATE = "migrate"
    RUN = "run"
    READ = "read"
    AUDIT = "audit"


LOGINS = (Role.MIGRATE, Role.RUN, Role.READ)


def role_name(database: str, role: Role) -> str:
    """Return a role's name on the server."""
    return f"{database}_{role}"


def create(admin_url: str, passwords: Mapping[Role, str]) -> list[str]:
    """Make the database and its roles if they are missing, and set the passwords of those that log in.

    `admin_url` names the database, as a user who may do this. Returns the names of the roles. Raises DatabaseRefused.
    """
    creation.create_if_missing(admin_url)
    parts = address.parse(admin_url)
    database = str(parts.get("dbname"))
    try:
        connection = psycopg.connect(
            **{**parts, "dbname": _MAINTENANCE, "connect_timeout": _CONNECT_SECONDS}, autocommit=True
        )
        with closing(connection):
            for role in Role:
                _create(connection, role_name(database, role))
            for role in LOGINS:
                _let_in(connection, role_name(database, role), passwords[role])
            _hand_over(connection, database)
    except psycopg.Error as error:
        raise DatabaseRefused(f"The roles of {database} cannot be made: {error}".strip()) from error
    return [role_name(database, role) for role in Role]


def _create(connection: psycopg.Connection, name: str) -> None:
    try:
        connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN INHERIT").format(sql.Identifier(name)))
    except DuplicateObject:
        return


def _let_in(connection: psycopg.Connection, name: str, password: str) -> None:
    """Let a role log in. The server is told a verifier, never the password, which its log might keep."""
    verifier = connection.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256").decode()
    connection.execute(sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(name), sql.Literal(verifier)))


def _hand_over(connection: psycopg.Connection, database: str) -> None:
    """Give the database to the role that migrates it, and close it to everybody who is not named."""
    migrate, run, read, audit = (sql.Identifier(role_name(database, role)) for role in Role)
    for statement in (
        sql.SQL("GRANT {} TO CURRENT_USER").format(migrate),
        sql.SQL("ALTER DATABASE {} OWNER TO {}").format(sql.Identifier(database), migrate),
        sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(database)),
        sql.SQL("GRANT CONNECT ON DATABASE {} TO {}, {}").format(sql.Identifier(database), run, read),
        sql.SQL("GRANT {} TO {}").format(audit, run),
    ):
        connection.execute(statement)


def grant(database: Database) -> bool:
    """Give the roles what they need of the present tables; run it after every migration, as their owner.

    Returns whether there are such roles: without them nothing is granted.
    """
    with database.transaction() as connection:
        row = connection.execute(b"SELECT current_database() AS name").fetchone()
        names = {role: role_name(str(row["name"] if row else ""), role) for role in Role}
        known = connection.execute(_KNOWN, {"names": list(names.values())}).fetchall()
        if len(known) < len(names):
            return False
        _grant(connection, {role: sql.Identifier(name) for role, name in names.items()})
        return True


def _grant(connection: Connection, role: Mapping[Role, sql.Identifier]) -> None:
    run, read, audit = role[Role.RUN], role[Role.READ], role[Role.AUDIT]
    connection.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}, {}, {}").format(run, read, audit))
    connection.execute(sql.SQL("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {}, {}").format(run, audit))
    for table in sorted(found["tablename"] for found in connection.execute(_TABLES)):
        name = sql.Identifier("public", table)
        connection.execute(sql.SQL("GRANT SELECT ON {} TO {}, {}").format(name, run, read))
        if table in _APPEND_ONLY:
            connection.execute(sql.SQL("GRANT SELECT, INSERT ON {} TO {}").format(name, audit))
        elif table not in _NOT_WRITTEN:
            connection.execute(sql.SQL("GRANT INSERT, UPDATE, DELETE ON {} TO {}").format(name, run))
