"""A migrated ledger of its own for each test that asks for one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from common.database import migrate
from common.database.pool import Database
from common.vault.seal import Vault
from common.vault.sources import KeyFile
from tests.fixtures.services import fresh_database
from tests.integration.bench import LedgerBench


@pytest.fixture
def database_address() -> Iterator[str]:
    """The address of the database of the fixture `database`."""
    with fresh_database() as url:
        yield url


@pytest.fixture
def database(database_address: str) -> Iterator[Database]:
    """A migrated database that nobody else uses."""
    opened = Database(database_address, size=8)
    migrate.migrate(opened)
    yield opened
    opened.close()


@pytest.fixture
def vault(database: Database, tmp_path: Path) -> Vault:
    """A vault with a master key of its own."""
    source = KeyFile(path=tmp_path / "keys")
    source.create()
    return Vault(database, source)


@pytest.fixture
def bench(database: Database, vault: Vault) -> LedgerBench:
    """A ledger with verbs that make tests read as sentences."""
    return LedgerBench(database, vault)
