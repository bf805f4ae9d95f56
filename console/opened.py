"""What a command needs opened: settings, the ledger, and nothing else that it does not use."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import typer

from common.database import creation, migrate, roles
from common.database.embedded import EmbeddedPostgres
from common.database.pool import Database
from common.installation import SEALED_TABLES, key_source, open_database, open_vault
from common.settings import Settings, SettingsRefused, load
from common.vault import rotation
from common.vault.seal import Vault
from common.vault.sources import KeyFile

_CONNECTIONS = 2


def settings_with_database(stack: ExitStack) -> Settings:
    """Return the settings; without DATABASE_URL, with an embedded server that runs until the stack ends."""
    settings = load(os.environ)
    if settings.database_url is not None:
        return settings
    server = EmbeddedPostgres(settings.state_folder / "postgres")
    stack.callback(server.close)
    return settings.model_copy(update={"database_url": server.url})


def chosen_integration(settings: Settings, name: str | None) -> str:
    """Return the integration that a command is about: the named one, or the only one. Raises BadParameter."""
    integrations = settings.integrations
    chosen = name or (next(iter(integrations)) if len(integrations) == 1 else None)
    if chosen not in integrations:
        raise typer.BadParameter(f"Name one of the integrations: {', '.join(integrations)}.")
    return chosen


@contextmanager
def ledger() -> Iterator[Database]:
    """Lend the ledger's database."""
    with ExitStack() as stack:
        database = open_database(settings_with_database(stack), size=_CONNECTIONS)
        stack.callback(database.close)
        yield database


@contextmanager
def ledger_and_vault() -> Iterator[tuple[Database, Vault]]:
    """Lend the ledger's database and what opens its payloads."""
    with ExitStack() as stack:
        yield stack.enter_context(ledger_and_vault_of(settings_with_database(stack)))


@contextmanager
def ledger_and_vault_of(settings: Settings) -> Iterator[tuple[Database, Vault]]:
    """Lend the same, for settings that name their database."""
    database = open_database(settings, size=_CONNECTIONS)
    try:
        yield database, open_vault(settings, database)
    finally:
        database.close()


def prepare(settings: Settings) -> list[str]:
    """Make database and key file if there are none, and bring the tables to this version; return what was applied.

    Raises SettingsRefused if there is no key file, but a database that needs the one it had.
    """
    if settings.database_url is not None:
        creation.create_if_missing(settings.database_url)
    database = open_database(settings, size=_CONNECTIONS)
    try:
        creation.check_encoding(database)
        applied = migrate.migrate(database)
        roles.grant(database)
        _make_key_file(settings, database)
        return applied
    finally:
        database.close()


def _make_key_file(settings: Settings, database: Database) -> None:
    source = key_source(settings)
    if not isinstance(source, KeyFile) or source.path.exists():
        return
    needed = rotation.needed_master_keys(database, SEALED_TABLES)
    if needed:
        raise SettingsRefused(
            f"There is no key file at {source.path}, but this database needs the master key {', '.join(needed)}. Put "
            f"the key file back, from the copy that is kept apart from the backups. A new key would open nothing."
        )
    source.create()
