"""Named SQL files and migrations."""

from pathlib import Path

import pytest
from psycopg._queries import MAX_CACHED_STATEMENT_LENGTH

import common
from common.database import migrate, statements


def test_a_file_is_split_into_its_statements() -> None:
    found = statements.split("-- name: one\n-- Does one.\nSELECT 1\n\n-- name: two\nSELECT 2\n")

    assert found == {"one": b"-- Does one.\nSELECT 1", "two": b"SELECT 2"}


def test_only_the_first_remark_is_sent_along() -> None:
    found = statements.split(
        "-- name: one\n-- Does one,\n-- or two.\nSELECT 1,  -- one\n       '--'\n    -- of all\nFROM t\n"
    )

    assert found == {"one": b"-- Does one,\nSELECT 1,\n'--'\nFROM t"}


def test_no_statement_is_so_long_that_it_is_taken_apart_each_time_it_is_run() -> None:
    folder = Path(common.__file__).parent
    files = [one for one in folder.rglob("*.sql") if one.parent.name != "migrations"]
    found = {file.name: statements.split(file.read_text()) for file in files}

    assert len(found) > 10
    assert [
        f"{file}: {name}"
        for file in found
        for name, text in found[file].items()
        if len(text) > MAX_CACHED_STATEMENT_LENGTH
    ] == []


def test_a_name_that_occurs_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="one is defined twice"):
        statements.split("-- name: one\nSELECT 1\n-- name: one\nSELECT 2\n")


def test_a_missing_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(KeyError, match=r"outbox\.sql has no statement 'put'; it has in_order, claim, "):
        statements.load("common.ledger.outbox")["put"]


@pytest.mark.parametrize(
    "module", ["records", "jobs", "cursor", "outbox", "rescue", "dead_letters", "books", "leadership"]
)
def test_every_statement_says_what_it_does(module: str) -> None:
    found = statements.load(f"common.ledger.{module}")

    assert found.names
    assert all(found[name].startswith(b"-- ") for name in found.names)


def test_migrations_are_numbered_without_gaps() -> None:
    numbers = [int(migration.name[:4]) for migration in migrate.known()]

    assert numbers == list(range(1, len(numbers) + 1))
