"""PostgreSQL's roles: the run role does the system's work and changes no table and no event; the read role looks."""

import secrets
from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from common.database import migrate, roles
from common.database.address import DatabaseRefused, parse
from common.database.pool import Database
from common.database.roles import LOGINS, Role, role_name

pytestmark = pytest.mark.services

PASSWORD = secrets.token_hex(8)


@pytest.fixture
def kept_apart(database_url: str) -> Iterator[str]:
    """A migrated database whose roles are kept apart; they are removed at the end."""
    made = roles.create(database_url, dict.fromkeys(LOGINS, PASSWORD))
    with closing(Database(as_role(database_url, Role.MIGRATE), size=1)) as owner:
        migrate.migrate(owner)
        assert roles.grant(owner)
    yield database_url
    with psycopg.connect(database_url, autocommit=True) as admin:
        admin.execute("GRANT ALL ON SCHEMA public TO CURRENT_USER")
        for name in made:
            admin.execute(sql.SQL("REASSIGN OWNED BY {} TO CURRENT_USER").format(sql.Identifier(name)))
            admin.execute(sql.SQL("DROP OWNED BY {}").format(sql.Identifier(name)))
        for name in reversed(made):
            admin.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))


def as_role(url: str, role: Role) -> str:
    return make_conninfo(url, user=role_name(str(parse(url)["dbname"]), role), password=PASSWORD)


REFUSED = {
    Role.RUN: (
        b"UPDATE audit_event SET actor = 'nobody'",
        b"DELETE FROM audit_event",
        b"TRUNCATE audit_event",
        b"TRUNCATE record CASCADE",
        b"CREATE TABLE another (id int)",
        b"DROP TABLE outbox",
        b"DELETE FROM schema_migration",
        b"DROP TABLE alert",
        b"ALTER TABLE record ADD COLUMN more int",
    ),
    Role.READ: (
        b"DELETE FROM outbox",
        b"UPDATE alert SET resolved_at = now()",
        b"INSERT INTO leadership VALUES ('a', 'b', 1, now())",
        b"CREATE TABLE a (id int)",
    ),
}
ALLOWED = {
    Role.RUN: (
        b"INSERT INTO leadership (duty, holder, epoch, until) VALUES ('a', 'b', 1, now()) RETURNING 1 AS one",
        b"INSERT INTO audit_event (actor, event, integration, flow) VALUES ('a', 'b', 'c', 'd') RETURNING 1 AS one",
        b"DELETE FROM leadership RETURNING 1 AS one",
        b"UPDATE outbox SET claimed_until = NULL RETURNING 1 AS one",
        b"SELECT name FROM schema_migration",
        b"UPDATE inbox SET sealed = NULL, answer = NULL RETURNING 1 AS one",
        b"INSERT INTO alert VALUES (gen_random_uuid(), 'a', '-', 'b', '', '', now()) RETURNING 1 AS one",
        b"UPDATE alert SET resolved_at = now() RETURNING 1 AS one",
    ),
    Role.READ: (b"SELECT count(*) FROM record", b"SELECT count(*) FROM audit_event", b"SELECT count(*) FROM alert"),
}


@pytest.mark.parametrize("role", [Role.RUN, Role.READ])
def test_a_role_may_do_what_its_work_needs_and_nothing_else(kept_apart: str, role: Role) -> None:
    with closing(Database(as_role(kept_apart, role), size=1)) as database:
        for statement in ALLOWED[role]:
            database.fetch_all(statement)
        for statement in REFUSED[role]:
            with pytest.raises(DatabaseRefused, match="may not do this"), database.connection() as connection:
                connection.execute(statement)


def test_making_the_roles_again_changes_nothing_but_passwords(kept_apart: str) -> None:
    again = roles.create(kept_apart, dict.fromkeys(LOGINS, "another"))

    assert again == [role_name(str(parse(kept_apart)["dbname"]), role) for role in Role]


def test_without_roles_nothing_is_granted(database_url: str) -> None:
    with closing(Database(database_url, size=1)) as database:
        migrate.migrate(database)

        assert not roles.grant(database)
