"""Named SQL files and migrations."""

import pytest

from common.database import migrate, statements


def test_a_file_is_split_into_its_statements() -> None:
    found = statements.split("-- name: one\n-- Does one.\nSELECT 1\n\n-- name: two\nSELECT 2\n")

    assert found == {"one": b"-- Does one.\nSELECT 1", "two": b"SELECT 2"}


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
