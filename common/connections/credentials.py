"""Credentials: the secrets of connections, sealed in the database, each change with its event and without its value.

A connection is named `<integration>.oracle` or `<integration>.jaggaer`; who may push to the gateway has one named
`<integration>.gateway.<sender>`; where alerts are told, `alerts`. Only the newest value of a credential is kept.
A process reads one again after a few seconds, so that a changed one takes effect without a restart.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import SecretStr

from common.clock import Monotonic
from common.connections.errors import ClientRefused, NotSent
from common.connections.token_request import SecretSource
from common.database import statements
from common.database.pool import Database, DatabaseUnavailable
from common.settings import SettingsRefused
from common.vault.errors import DoesNotOpen
from common.vault.rotation import SealedTable
from common.vault.seal import Place, Vault

_SQL = statements.load(__name__)
_READ_AGAIN_SECONDS = 2.0


class CredentialName(StrEnum):
    """What a credential is."""

    CLIENT_SECRET = "client_secret"  # noqa: S105 - a name, not a secret
    PASSWORD = "password"  # noqa: S105
    SHARED_SECRET = "shared_secret"  # noqa: S105
    WEBHOOK = "webhook"
    """The address at which alerts are told; its connection is named `alerts`."""


SecretStore = Callable[[str, CredentialName], SecretSource]
"""Gives what reads a stored credential of a connection."""


class CredentialMissing(ClientRefused):
    """A connection has no such credential: nothing was sent; a person must set it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What may be known of a stored credential."""

    connection: str
    name: CredentialName
    version: int
    set_at: datetime
    set_by: str


def put(
    database: Database, vault: Vault, connection: str, name: CredentialName, secret: SecretStr, *, actor: str
) -> int:
    """Keep a credential in place of the one before, and return its version."""
    scope = {"connection": connection, "name": name}
    while True:
        row = database.fetch_one(_SQL["version"], scope)
        version = row["version"] + 1 if row else 1
        sealed = vault.seal(secret.get_secret_value().encode(), _place({**scope, "version": version}))
        integration = connection.partition(".")[0]
        asked = {**scope, "version": version, "sealed": sealed, "actor": actor, "integration": integration}
        if database.fetch_one(_SQL["put"], asked) is not None:
            return version


def read(database: Database, vault: Vault, connection: str, name: CredentialName) -> SecretStr:
    """Return a credential. Raises CredentialMissing or DoesNotOpen."""
    row = database.fetch_one(_SQL["read"], {"connection": connection, "name": name})
    if row is None:
        raise CredentialMissing(
            f"There is no {name} for {connection}: the settings name no file or environment variable that holds it, "
            f"and none is stored. Run: ml-connector credentials set {connection} {name}"
        )
    return SecretStr(vault.open(bytes(row["sealed"]), _place(row)).decode())


def stored(database: Database) -> list[Stored]:
    """Return what is stored, without any value."""
    return [Stored(**{**row, "name": CredentialName(row["name"])}) for row in database.fetch_all(_SQL["list"])]


class StoredSecret:
    """A credential that is read when it is called for, and again after a few seconds. Safe to use from several threads.

    Raises ClientRefused when a person must act (it is missing, or cannot be opened), NotSent when it cannot be read
    just now. Neither is remembered.
    """

    def __init__(
        self, database: Database, vault: Vault, connection: str, name: CredentialName, monotonic: Monotonic
    ) -> None:
        self._wanted = (database, vault, connection, name)
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._kept: tuple[SecretStr, float] | None = None

    def __call__(self) -> SecretStr:
        """Return the credential as it was a few seconds ago at most."""
        with self._lock:
            if self._kept is None or self._monotonic() >= self._kept[1]:
                self._kept = None
                self._kept = (self._read(), self._monotonic() + _READ_AGAIN_SECONDS)
            return self._kept[0]

    def _read(self) -> SecretStr:
        try:
            return read(*self._wanted)
        except DoesNotOpen as error:
            raise ClientRefused(str(error)) from error
        except DatabaseUnavailable as error:
            raise NotSent(f"The {self._wanted[3]} of {self._wanted[2]} cannot be read: {error}") from error


def source(given: Callable[[], SecretStr | None], stored_one: SecretSource) -> SecretSource:
    """Return where a secret comes from: as the settings say, or from the store if they say nothing.

    `given` reads what the settings name (None: nothing). It is asked now, so that what is missing stops the start, and
    at each use, so that a changed file takes effect; while the file cannot be read, what it held at the start is used.
    """
    first = given()
    if first is None:
        return stored_one

    def again() -> SecretStr:
        try:
            return given() or first
        except SettingsRefused:
            return first

    return again


def _place(row: dict[str, Any]) -> Place:
    return Place(table="credential", column="sealed", row=f"{row['connection']}/{row['name']}/{row['version']}")


SEALED = SealedTable(
    name="credential", sql=statements.load(__name__), before_first={"connection": "", "name": ""}, place=_place
)
