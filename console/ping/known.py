"""Which documents are known to be there: the settings' canary, else the newest number that the ledger has."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import psycopg
from pydantic import SecretStr

from common.connections import credentials
from common.connections.credentials import CredentialName
from common.connections.deadline import TookTooLong, within
from common.connections.errors import ClientRefused
from common.connections.token_request import SecretSource
from common.database.pool import Database, DatabaseUnavailable
from common.ledger import books
from common.settings import FlowSettings, Settings, SettingsRefused
from common.vault.errors import VaultError
from console import opened
from console.ping.findings import Canary

_SECONDS = 3.0
_NO_LEDGER = "there is no ledger here (DATABASE_URL is not set)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the ledger knows, by integration and flow; `trouble` says why it was not asked, None if it was."""

    read: Mapping[tuple[str, str], str] = field(default_factory=dict)
    delivered: Mapping[tuple[str, str], str] = field(default_factory=dict)
    trouble: str | None = None

    def at_source(self, integration: str, flow: str, settings: FlowSettings) -> Canary | None:
        """Return a document that the source must show, None if none is known."""
        if settings.canary is not None:
            return Canary(number=settings.canary, configured=True)
        number = self.read.get((integration, flow))
        return None if number is None else Canary(number=number, configured=False)

    def at_target(self, integration: str, flow: str) -> Canary | None:
        """Return a document that the target must have, because it was delivered; None if none is known."""
        number = self.delivered.get((integration, flow))
        return None if number is None else Canary(number=number, configured=False)


def stored_secret(settings: Settings, connection: str, name: CredentialName) -> SecretSource:
    """Return what reads a stored credential. It raises ClientRefused if there is no ledger to read it from."""

    def read() -> SecretStr:
        if not _has_ledger(settings):
            raise ClientRefused(f"The settings name no {name} for {connection}, and {_NO_LEDGER} to store one in.")
        try:
            return within(_SECONDS, lambda: _read(connection, name))
        except (DatabaseUnavailable, TookTooLong, VaultError, SettingsRefused, psycopg.Error) as error:
            raise ClientRefused(f"The stored {name} of {connection} cannot be read: {error}") from error

    return read


def _read(connection: str, name: CredentialName) -> SecretStr:
    with opened.ledger_and_vault() as (database, vault):
        return credentials.read(database, vault, connection, name)


def _has_ledger(settings: Settings) -> bool:
    return settings.database_url is not None or (settings.state_folder / "postgres" / "postmaster.pid").exists()


def ask_ledger(settings: Settings, wanted: Iterable[tuple[str, str]]) -> Known:
    """Return what the ledger knows of these integrations and flows. Never raises for a ledger that is not there."""
    if not _has_ledger(settings):
        return Known(trouble=_NO_LEDGER)
    try:
        return within(_SECONDS, lambda: _asked(list(wanted)))
    except (DatabaseUnavailable, TookTooLong):
        return Known(trouble="the ledger does not answer")
    except psycopg.Error:
        return Known(trouble="the ledger cannot be read: was `ml-connector migrate` run?")


def _asked(wanted: list[tuple[str, str]]) -> Known:
    with opened.ledger() as database:
        return Known(
            read=_newest(database, wanted, delivered=False), delivered=_newest(database, wanted, delivered=True)
        )


def _newest(database: Database, wanted: list[tuple[str, str]], *, delivered: bool) -> dict[tuple[str, str], str]:
    found = {
        (integration, flow): books.newest_number(database, integration, flow, delivered=delivered)
        for integration, flow in wanted
    }
    return {key: number for key, number in found.items() if number is not None}
