"""Making, checking and losing a database."""

import secrets

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from common.database import creation, migrate
from common.database.address import DatabaseRefused
from common.database.migrate import Migration, MigrationChanged
from common.database.pool import Database, DatabaseUnavailable, NotMigrated

pytestmark = pytest.mark.services


def drop(url: str, name: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}"'.encode())


def test_a_missing_database_is_made_in_utf_8_and_an_existing_one_left_alone(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        name = f"{connection.info.dbname}_made"
    url = make_conninfo(database_url, dbname=name)

    assert creation.create_if_missing(url)
    assert not creation.create_if_missing(url)
    database = Database(url, size=1)
    creation.check_encoding(database)
    assert database.fetch_one("SELECT 'プリンター' AS text".encode()) == {"text": "プリンター"}
    database.close()
    drop(database_url, name)


def test_a_database_that_cannot_hold_our_text_is_refused_with_the_way_out(database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        name = f"{connection.info.dbname}_ascii"
        connection.execute(
            f"CREATE DATABASE \"{name}\" ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0".encode()
        )
    database = Database(make_conninfo(database_url, dbname=name), size=1)

    with pytest.raises(DatabaseRefused, match="SQL_ASCII, not UTF8"):
        creation.check_encoding(database)
    database.close()
    drop(database_url, name)


def test_migrations_are_applied_once_and_a_changed_one_is_refused(database_url: str) -> None:
    database = Database(database_url, size=2)
    assert migrate.migrate(database) == [migration.name for migration in migrate.known()]
    assert migrate.migrate(database) == []
    with database.connection() as connection:
        connection.execute("UPDATE schema_migration SET checksum = 'another'")

    with pytest.raises(MigrationChanged, match="Restore the file"):
        migrate.migrate(database)
    database.close()


def test_a_server_that_is_away_is_one_exception() -> None:
    database = Database("postgresql://127.0.0.1:1/none", size=1, patience_seconds=0.2)

    with pytest.raises(DatabaseUnavailable, match="PostgreSQL is not available"):
        database.fetch_one(b"SELECT 1")
    database.close()


def test_a_database_that_is_not_migrated_says_what_to_run(database_url: str) -> None:
    database = Database(database_url, size=1)

    with pytest.raises(NotMigrated, match=r'relation "record" does not exist\). Run `ml-connector migrate`'):
        database.fetch_one(b"SELECT record_id FROM record")
    database.close()


def test_somebody_who_may_not_make_databases_is_told_when_connecting(database_url: str) -> None:
    role = f"ml_connector_test_{secrets.token_hex(6)}"
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {role} LOGIN".encode())
    try:
        assert not creation.create_if_missing(make_conninfo(database_url, user=role, dbname=f"{role}_made"))
    finally:
        with psycopg.connect(database_url, autocommit=True) as connection:
            connection.execute(f"DROP ROLE {role}".encode())


def test_a_session_keeps_its_limits_whatever_options_the_address_has(database_url: str) -> None:
    database = Database(make_conninfo(database_url, options="-c work_mem=5MB", keepalives_idle="7"), size=1)
    with database.connection() as connection:
        known = connection.info.get_parameters()
        row = connection.execute(
            "SELECT current_setting('work_mem') AS a, current_setting('lock_timeout') AS b"
        ).fetchone()

    assert row == {"a": "5MB", "b": "10s"}
    assert (known["keepalives_idle"], known["tcp_user_timeout"]) == ("7", "20000")
    database.close()


def test_no_migration_has_a_time_limit_and_every_later_statement_has(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = Migration(name="9999_pre_slow", sql=b"CREATE TABLE slow AS SELECT current_setting('statement_timeout') AS a")
    monkeypatch.setattr(migrate, "known", lambda: [slow])
    database = Database(database_url, size=1)
    migrate.migrate(database)

    assert database.fetch_one(b"SELECT a, current_setting('statement_timeout') AS b FROM slow") == {
        "a": "0",
        "b": "30s",
    }
    database.close()
