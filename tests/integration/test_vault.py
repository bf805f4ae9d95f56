"""The vault on a real PostgreSQL: several processes, moved rows, lost keys, stolen dumps."""

import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from common.connections import credentials
from common.connections.credentials import CredentialName
from common.database.pool import Database
from common.ledger import books, payload_place
from common.ledger.records import Stage
from common.ledger.verdicts import Dead
from common.vault import keys
from common.vault.errors import DoesNotOpen, KeyMissing
from common.vault.seal import Place, Vault
from common.vault.sources import KeyFile, KeyVariable
from schemas.identity import RecordId
from tests.integration.bench import LedgerBench, version
from tests.integration.vaults import a_vault, dump, forms_of, sealed_as_before

pytestmark = pytest.mark.services

HERE = Place(table="payload", column="source", row="17")
BY_VERSION_1 = bytes.fromhex(
    "01026b31ee4a45f0bfba7380e9f715b0dc27c73f4e59077972630a56dc5c59ad85dbc1f8fa7be5e91783e891d97070c80d33aac75f860f22bc"
    "18904574e7f43cde20"
)
"""Sealed for HERE by the code that wrote version 1, with the key 00 01 .. 1f under the id k1."""


class CountingDatabase(Database):
    """A database that counts what it is asked."""

    asked = 0

    def fetch_one(
        self, statement: bytes, parameters: dict[str, Any] | None = None, *, prepare: bool | None = None
    ) -> Any:
        self.asked += 1
        return super().fetch_one(statement, parameters, prepare=prepare)


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    """Where the vault of this test has its master keys."""
    return tmp_path / "keys"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(plain=st.binary(max_size=5_000), row=st.text(max_size=20))
def test_what_was_sealed_opens_in_every_process(vault: Vault, database: Database, plain: bytes, row: str) -> None:
    place = Place(table="payload", column="source", row=row.encode("utf-8", "replace").decode())

    assert vault.open(vault.seal(plain, place), place) == plain


def test_another_process_opens_what_it_has_not_sealed(vault: Vault, database: Database, key_file: Path) -> None:
    sealed = vault.seal(b"plain", HERE)

    assert sealed[0] == 2
    assert a_vault(database, key_file).open(sealed, HERE) == b"plain"


def test_what_version_1_sealed_still_opens_and_is_not_written_any_more(database: Database) -> None:
    vault = Vault(database, KeyVariable(variable="V", text="k1 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="))

    assert vault.open(BY_VERSION_1, HERE) == b'{"OrderNumber":"US164861"}'
    assert vault.seal(b"plain", HERE)[0] == 2
    with pytest.raises(DoesNotOpen, match="changed or moved"):
        vault.open(BY_VERSION_1, Place(table="payload", column="source", row="18"))


def test_the_database_is_asked_once_for_many_values(database: Database, vault: Vault, database_address: str) -> None:
    counting = CountingDatabase(database_address, size=1)
    try:
        busy = Vault(counting, vault.keys.masters.source)
        for _ in range(500):
            busy.open(busy.seal(b"plain", HERE), HERE)
        assert counting.asked <= 4
    finally:
        counting.close()


def test_a_purpose_has_a_data_key_of_its_own(vault: Vault) -> None:
    """So that a value sealed as a payload is not even sealed with the key that opens credentials."""
    payload = vault.seal(b"plain", HERE)
    credential = vault.seal(b"plain", Place(table="credential", column="sealed", row="17"))

    assert payload[1:17] != credential[1:17]


def test_payloads_that_change_places_do_not_open(bench: LedgerBench, database: Database, vault: Vault) -> None:
    first, second = bench.see(version(1), version(2))
    swap = b"""UPDATE payload p SET sealed = o.sealed FROM payload o
               WHERE p.record_id <> o.record_id AND p.part = o.part"""
    with database.connection() as connection:
        connection.execute(swap)

    for record_id in (first, second):
        with pytest.raises(DoesNotOpen, match="changed or moved"):
            books.payload(database, vault, record_id, "source")


def test_a_source_does_not_open_as_a_target(bench: LedgerBench, database: Database, vault: Vault) -> None:
    (record_id,) = bench.see(version(1))
    bench.make_ready(record_id)
    with database.connection() as connection:
        connection.execute(
            b"UPDATE payload SET sealed = (SELECT sealed FROM payload WHERE part = 'source') WHERE part = 'target'"
        )

    assert isinstance(bench.claim(Stage.DELIVER, record_id).unopened, Dead)
    with pytest.raises(DoesNotOpen, match="changed or moved"):
        books.payload(database, vault, record_id, "target")


@pytest.mark.parametrize("other", ["payload", "credential"])
def test_a_wrapped_data_key_that_was_swapped_does_not_open(
    vault: Vault, database: Database, key_file: Path, other: str
) -> None:
    sealed = vault.seal(b"plain", HERE)
    vault.keys.begin(other, vault.keys.masters.newest, since=datetime.now(UTC) + timedelta(days=1))
    with database.connection() as connection:
        swapped = connection.execute(
            b"UPDATE data_key k SET wrapped = o.wrapped FROM data_key o WHERE o.data_key_id <> k.data_key_id"
        )
        assert swapped.rowcount == 2

    with pytest.raises(DoesNotOpen, match="does not open with the master key"):
        a_vault(database, key_file).open(sealed, HERE)


def test_a_lost_master_key_is_named_and_nothing_is_sealed_without_it(
    vault: Vault, database: Database, key_file: Path
) -> None:
    lost = vault.keys.masters.newest
    sealed = vault.seal(b"plain", HERE)
    key_file.unlink()
    KeyFile(path=key_file).create()
    after = a_vault(database, key_file)

    for attempt, value in ((after.open, sealed), (after.seal, b"plain")):
        with pytest.raises(KeyMissing) as refused:
            attempt(value, HERE)
        assert lost in str(refused.value)
        assert "Put that key back" in str(refused.value)
        assert str(key_file) in str(refused.value)


def test_a_wrong_key_under_the_right_name_is_told_apart(vault: Vault, database: Database, key_file: Path) -> None:
    sealed = vault.seal(b"plain", HERE)
    wrong = f"{vault.keys.masters.newest} {keys.new_line().split()[1]}\n"
    key_file.write_text(wrong)

    with pytest.raises(DoesNotOpen, match="is not the one of this database"):
        a_vault(database, key_file).open(sealed, HERE)


def test_a_lost_data_key_is_named(vault: Vault, database: Database, key_file: Path) -> None:
    sealed = vault.seal(b"plain", HERE)
    with database.connection() as connection:
        connection.execute(b"DELETE FROM data_key")

    with pytest.raises(DoesNotOpen, match="Restore the table data_key"):
        a_vault(database, key_file).open(sealed, HERE)


@pytest.mark.parametrize("value", [b"", b"plain", b"\x00", b"\x03" * 60, b'{"OrderNumber": "US164861"}' * 3])
def test_what_is_not_sealed_is_never_taken_for_plain(vault: Vault, value: bytes) -> None:
    with pytest.raises(DoesNotOpen):
        vault.open(value, HERE)


def test_a_data_key_is_replaced_after_a_week(vault: Vault, database: Database, key_file: Path) -> None:
    before = vault.seal(b"plain", HERE)
    with database.connection() as connection:
        connection.execute(b"UPDATE data_key SET created_at = created_at - interval '8 days'")
    later = a_vault(database, key_file)
    after = later.seal(b"plain", HERE)

    assert before[1:17] != after[1:17]
    assert later.open(before, HERE) == later.open(after, HERE) == b"plain"


def test_a_dump_without_the_key_tells_nothing(
    bench: LedgerBench, database: Database, vault: Vault, key_file: Path
) -> None:
    (record_id,) = bench.see(version(1))
    canaries = [secrets.token_urlsafe(24).encode() for _ in range(3)]
    bench.make_ready(record_id, canaries[0])
    credentials.put(
        database,
        vault,
        "main.oracle",
        CredentialName.CLIENT_SECRET,
        SecretStr(canaries[1].decode()),
        actor="test",
    )
    ring = KeyFile(path=key_file).read()
    place = payload_place.place(RecordId(record_id), "source")
    with database.connection() as connection:
        connection.execute(
            b"UPDATE payload SET sealed = %(sealed)s WHERE part = 'source'",
            {"sealed": sealed_as_before(ring, canaries[2], place)},
        )
    stolen = dump(database)

    assert b"US1" in stolen  # the dump is one
    for secret in (*canaries, *ring.keys.values()):
        assert not any(form in stolen for form in forms_of(secret))
    assert books.payload(database, vault, record_id, "target") == canaries[0]
    assert books.payload(database, vault, record_id, "source") == canaries[2]
