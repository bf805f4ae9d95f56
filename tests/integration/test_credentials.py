"""The store of credentials: versions, events, places, and how soon a change is seen."""

import threading
from pathlib import Path

import pytest
from pydantic import SecretStr

from common.connections import credentials
from common.connections.credentials import CredentialMissing, CredentialName, StoredSecret
from common.connections.errors import ClientRefused, NotSent
from common.database.pool import Database
from common.settings import SettingsRefused
from common.vault.errors import DoesNotOpen
from common.vault.seal import Vault
from tests.integration.vaults import a_vault, keep_only_newest

pytestmark = pytest.mark.services

SECRET = CredentialName.CLIENT_SECRET


def put(database: Database, vault: Vault, secret: str, *, connection: str = "main.oracle") -> int:
    return credentials.put(database, vault, connection, SECRET, SecretStr(secret), actor="person:test")


def test_the_newest_value_is_read_and_each_change_is_noted_without_it(database: Database, vault: Vault) -> None:
    assert [put(database, vault, f"canary-{number}") for number in range(3)] == [1, 2, 3]

    assert credentials.read(database, vault, "main.oracle", SECRET) == SecretStr("canary-2")
    (row,) = credentials.stored(database)
    assert (row.connection, row.name, row.version, row.set_by) == ("main.oracle", SECRET, 3, "person:test")
    events = database.fetch_all(b"SELECT * FROM audit_event WHERE event = 'credential set' ORDER BY event_id")
    assert [event["detail"]["version"] for event in events] == [1, 2, 3]
    assert {(event["integration"], event["actor"]) for event in events} == {("main", "person:test")}
    assert "canary" not in f"{events} {row} {credentials.read(database, vault, 'main.oracle', SECRET)!r}"


def test_people_who_set_it_at_once_each_get_a_version(database: Database, vault: Vault) -> None:
    start, versions = threading.Barrier(4), []

    def set_it(number: int) -> None:
        start.wait()
        versions.append(put(database, vault, f"secret-{number}"))

    threads = [threading.Thread(target=set_it, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(versions) == [1, 2, 3, 4]
    assert credentials.read(database, vault, "main.oracle", SECRET).get_secret_value().startswith("secret-")


def test_a_credential_does_not_open_for_another_connection_or_version(database: Database, vault: Vault) -> None:
    put(database, vault, "of main")
    put(database, vault, "of other", connection="other.oracle")
    moves = b"""UPDATE credential SET connection = 'x' WHERE connection = 'main.oracle';
                UPDATE credential SET connection = 'main.oracle' WHERE connection = 'other.oracle'"""
    moves_back = b"""UPDATE credential SET connection = 'other.oracle' WHERE connection = 'main.oracle';
                     UPDATE credential SET connection = 'main.oracle', version = 2 WHERE connection = 'x'"""
    for change in (moves, moves_back):
        with database.connection() as connection:
            connection.execute(change)
        with pytest.raises(DoesNotOpen, match="changed or moved"):
            credentials.read(database, vault, "main.oracle", SECRET)


def test_a_changed_secret_is_seen_within_seconds_and_not_read_for_each_use(database: Database, vault: Vault) -> None:
    now = 0.0
    secret = StoredSecret(database, vault, "main.oracle", SECRET, lambda: now)
    with pytest.raises(CredentialMissing, match=r"ml-connector credentials set main\.oracle client_secret"):
        secret()
    put(database, vault, "first")
    assert secret() == SecretStr("first")
    put(database, vault, "second")
    assert secret() == SecretStr("first")
    now = 10.0
    assert secret() == SecretStr("second")


def test_what_fails_is_told_apart_by_who_must_act(database: Database, vault: Vault, tmp_path: Path) -> None:
    put(database, vault, "secret")
    (tmp_path / "keys").write_text(f"another {(tmp_path / 'keys').read_text().split()[-1]}\n")
    keep_only_newest(tmp_path / "keys")
    lost = StoredSecret(database, a_vault(database, tmp_path / "keys"), "main.oracle", SECRET, lambda: 0.0)
    away = Database("postgresql://127.0.0.1:1/none", size=1, patience_seconds=0.2)

    with pytest.raises(ClientRefused, match="needs the master key"):
        lost()
    try:
        with pytest.raises(NotSent, match="cannot be read"):
            StoredSecret(away, vault, "main.oracle", SECRET, lambda: 0.0)()
    finally:
        away.close()


def test_a_secret_comes_from_the_settings_before_the_store(database: Database, vault: Vault) -> None:
    put(database, vault, "stored")
    stored = StoredSecret(database, vault, "main.oracle", SECRET, lambda: 0.0)
    files: list[str | None] = ["first", "first", "changed", None]

    def given() -> SecretStr:
        text = files.pop(0)
        if text is None:
            raise SettingsRefused("the file is away for a moment")
        return SecretStr(text)

    assert credentials.source(lambda: None, stored)() == SecretStr("stored")
    secret = credentials.source(given, stored)
    assert [secret(), secret(), secret()] == [SecretStr("first"), SecretStr("changed"), SecretStr("first")]
    files.append(None)
    with pytest.raises(SettingsRefused):
        credentials.source(given, stored)
