"""Rotating keys: under load, crashed at every batch, with keys from each kind of source."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import SecretStr

from common.connections import credentials
from common.connections.credentials import CredentialName
from common.database.pool import Database
from common.installation import SEALED_TABLES
from common.ledger import books, payload_place
from common.ledger.records import Claim, Stage
from common.ledger.verdicts import SendAs, Transformed
from common.vault import keys, rotation, sealed_value
from common.vault.errors import KeyMissing, MasterKeyRefused
from common.vault.rotation import Pace, Rotated, RotationBusy
from common.vault.seal import Place, Vault
from common.vault.sources import KeyFile, KeyVariable
from schemas.identity import RecordId
from tests.integration.bench import LedgerBench, version
from tests.integration.vaults import a_vault, keep_only_newest, sealed_as_before

pytestmark = pytest.mark.services

SECRETS = {"main.oracle": SecretStr("of-oracle"), "main.jaggaer": SecretStr("of-jaggaer"), "b.oracle": SecretStr("b")}


class Crash(BaseException):
    """The process dies here."""


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    """Where the vault of this test has its master keys."""
    return tmp_path / "keys"


def rotate(
    database: Database,
    key_file: Path,
    *,
    reseal: bool = False,
    tell: Callable[[], object] | None = None,
    batch: int = 2,
) -> Rotated:
    """Rotate as a process of its own, in small batches; `tell` is called after each of them."""

    def step(*_: object) -> None:
        if tell is not None:
            tell()

    pace = Pace(batch=batch, rest=step, progress=step)
    return rotation.rotate(
        database, a_vault(database, key_file), SEALED_TABLES, reseal=reseal, actor="person:test", pace=pace
    )


class Kept:
    """Payloads and credentials in a database, and what they must open to."""

    def __init__(self, bench: LedgerBench, key_file: Path) -> None:
        self._database = bench.database
        self._key_file = key_file
        self.records = bench.see(*(version(number) for number in range(1, 6)))
        for record_id in self.records:
            bench.make_ready(record_id, f"body {record_id}".encode())
        for name, secret in SECRETS.items():
            credentials.put(
                bench.database, bench.vault, name, CredentialName.CLIENT_SECRET, secret, actor="person:test"
            )
        place = payload_place.place(self.records[0], "source")
        sealed = sealed_as_before(KeyFile(path=key_file).read(), b"{}", place)
        with bench.database.connection() as connection:
            connection.execute(
                b"UPDATE payload SET sealed = %(sealed)s WHERE record_id = %(id)s AND part = 'source'",
                {"sealed": sealed, "id": self.records[0]},
            )

    def open_all(self) -> None:
        """Open everything as a new process would."""
        vault = a_vault(self._database, self._key_file)
        for record_id in self.records:
            assert books.payload(self._database, vault, record_id, "source") == b"{}"
            assert books.payload(self._database, vault, record_id, "target") == f"body {record_id}".encode()
        for connection, secret in SECRETS.items():
            assert credentials.read(self._database, vault, connection, CredentialName.CLIENT_SECRET) == secret

    def sealed_with(self) -> set[object]:
        """Return the ids of the keys that the values are sealed with."""
        everywhere = b"SELECT sealed FROM payload UNION ALL SELECT sealed FROM credential"
        place = Place(table="t", column="c", row="r")
        return {sealed_value.header(bytes(row["sealed"]), place).key for row in self._database.fetch_all(everywhere)}


@pytest.fixture
def kept(bench: LedgerBench, key_file: Path) -> Kept:
    """Something to rotate: five orders with both payloads, one of them of version 1, and three credentials."""
    return Kept(bench, key_file)


def test_a_rotation_wraps_every_data_key_and_begins_new_ones(kept: Kept, database: Database, key_file: Path) -> None:
    before = kept.sealed_with()
    done = rotate(database, key_file)

    assert (done.rewrapped, done.resealed, done.rotation.continued) == (2, 0, False)
    assert list(KeyFile(path=key_file).read().keys)[-1] == done.rotation.master_key_id
    assert kept.sealed_with() == before
    assert a_vault(database, key_file).seal(b"x", Place(table="payload", column="c", row="1"))[1:17] not in {
        getattr(key, "bytes", None) for key in before
    }
    kept.open_all()


def test_after_sealing_again_only_the_newest_key_is_needed(kept: Kept, database: Database, key_file: Path) -> None:
    first = KeyFile(path=key_file).read().current
    before = kept.sealed_with()
    assert rotation.needed_master_keys(database, SEALED_TABLES) == {first: 1}
    plain = rotate(database, key_file).rotation.master_key_id
    assert rotation.needed_master_keys(database, SEALED_TABLES) == {plain: 0, first: 1}
    done = rotate(database, key_file, reseal=True)

    assert done.resealed == 13
    assert rotation.needed_master_keys(database, SEALED_TABLES) == {done.rotation.master_key_id: 0}
    assert not before & kept.sealed_with()
    assert keep_only_newest(key_file) == done.rotation.master_key_id
    kept.open_all()


@pytest.mark.parametrize("plan", [{"reseal": False}, {"reseal": True}], ids=["rewrap", "reseal"])
def test_a_rotation_that_dies_at_any_batch_is_finished_by_the_next(
    kept: Kept, database: Database, key_file: Path, plan: dict[str, bool]
) -> None:
    batches: list[None] = []
    rotate(database, key_file, **plan, tell=lambda: batches.append(None))
    assert len(batches) >= (12 if plan["reseal"] else 1)

    for last in range(len(batches)):
        with pytest.raises(Crash):
            rotate(database, key_file, **plan, tell=dying_after(last))
        begun = database.fetch_one(b"SELECT master_key_id FROM key_rotation WHERE finished_at IS NULL")
        assert begun is not None
        kept.open_all()
        finished = rotate(database, key_file)

        assert finished.rotation.continued
        assert finished.rotation.reseal is plan["reseal"]
        assert finished.rotation.master_key_id == begun["master_key_id"] == KeyFile(path=key_file).read().current
        if plan["reseal"]:
            assert set(rotation.needed_master_keys(database, SEALED_TABLES)) == {begun["master_key_id"]}
        kept.open_all()


def dying_after(batches: int) -> Callable[[], None]:
    """Return what lets so many batches pass, and dies at the next."""
    left = iter([None] * batches)

    def step() -> None:
        if next(left, Crash) is Crash:
            raise Crash

    return step


class Busy:
    """Threads that take, map and read documents until they are stopped, each with a vault of its own, as processes."""

    def __init__(self, database: Database, key_file: Path) -> None:
        self.stop = threading.Event()
        self.failures: list[Exception] = []
        self.mapped: list[RecordId] = []
        self._seen: list[RecordId] = []
        self._threads = [
            threading.Thread(target=self._run, args=(step, LedgerBench(database, a_vault(database, key_file))))
            for step in (self._take, self._map, self._read, self._read)
        ]
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """Stop every thread."""
        self.stop.set()
        for thread in self._threads:
            thread.join()

    def wait_for_one_more(self) -> None:
        """Wait until another document went all the way, or one failed."""
        already = len(self.mapped)
        while len(self.mapped) == already and not self.failures:
            self.stop.wait(0.01)

    def _run(self, step: Callable[[LedgerBench, int], None], own: LedgerBench) -> None:
        number = 0
        while not self.stop.wait(0.002):
            number += 1
            try:
                step(own, number)
            except Exception as error:  # noqa: BLE001 - whatever fails is what the test looks for
                self.failures.append(error)
                return

    def _take(self, own: LedgerBench, number: int) -> None:
        self._seen.extend(own.see(*(version(number * 10 + key) for key in range(3))))

    def _map(self, own: LedgerBench, _: int) -> None:
        if len(self._seen) > len(self.mapped):
            record_id = self._seen[len(self.mapped)]
            held = own.claim(Stage.TRANSFORM, record_id)
            own.settle(held, Transformed(body=b"body", body_hash=b"h", send_as=SendAs.PUT))
            self.mapped.append(record_id)

    def _read(self, own: LedgerBench, number: int) -> None:
        if self.mapped:
            check_payloads(own, self.mapped[number % len(self.mapped)])


def check_payloads(own: LedgerBench, record_id: RecordId) -> None:
    assert books.payload(own.database, own.vault, record_id, "source") == b"{}"
    assert books.payload(own.database, own.vault, record_id, "target") == b"body"


def test_documents_are_taken_mapped_and_read_while_keys_rotate(
    bench: LedgerBench, database: Database, key_file: Path
) -> None:
    """No process is told of the rotations: each finds out by what it meets."""
    busy = Busy(database, key_file)
    done = []
    try:
        for number in range(5):
            busy.wait_for_one_more()
            done.append(rotate(database, key_file, reseal=number > 1, batch=20, tell=lambda: busy.stop.wait(0.005)))
        busy.wait_for_one_more()
    finally:
        busy.close()

    assert busy.failures == []
    assert len({rotated.rotation.master_key_id for rotated in done}) == 5
    assert sum(rotated.resealed for rotated in done) > 0
    assert keep_only_newest(key_file) == done[-1].rotation.master_key_id
    after = LedgerBench(database, a_vault(database, key_file))
    for record_id in busy.mapped:
        check_payloads(after, record_id)


def test_a_value_that_is_written_while_it_is_sealed_again_stays_as_written(
    bench: LedgerBench, database: Database, key_file: Path
) -> None:
    (record_id,) = bench.see(version(1))
    bench.make_ready(record_id, b"first")
    table = SEALED_TABLES[0]
    span = {"record_id": 0, "part": "", "last_record_id": record_id, "last_part": "target"}
    page = database.fetch_all(table.sql["sealed_page"], {**span, "whole": True, "fresh": [], "limit": 10})
    late = bench.vault.seal(b"second", payload_place.place(record_id, "target"))
    with database.connection() as connection:
        connection.execute(b"UPDATE payload SET sealed = %(late)s WHERE part = 'target'", {"late": late})
        changed = [connection.execute(table.sql["reseal"], {**row, "new": b"lost"}).rowcount for row in page]

    assert changed == [1, 0]
    assert books.payload(database, bench.vault, record_id, "target") == b"second"


def test_what_a_late_writer_sealed_with_the_old_data_key_is_sealed_again_too(
    kept: Kept, database: Database, key_file: Path
) -> None:
    """Another process goes on with the data key that it knows for some seconds, behind the pass."""
    late = Vault(database, KeyFile(path=key_file), current_for_seconds=3_600)
    place = payload_place.place(kept.records[0], "source")
    late.seal(b"x", place)
    told: list[None] = []

    def write_behind() -> None:
        told.append(None)
        if len(told) == 6:  # the first pass is over these rows
            with database.connection() as connection:
                connection.execute(
                    b"UPDATE payload SET sealed = %(sealed)s WHERE record_id = %(id)s AND part = 'source'",
                    {"sealed": late.seal(b"{}", place), "id": kept.records[0]},
                )

    before = kept.sealed_with()
    rotate(database, key_file, reseal=True, tell=write_behind)

    assert not before & kept.sealed_with()
    kept.open_all()


def test_a_rotation_seals_with_the_new_data_key_at_once(kept: Kept, database: Database, key_file: Path) -> None:
    used = Vault(database, KeyFile(path=key_file), current_for_seconds=3_600)
    used.seal(b"x", payload_place.place(kept.records[0], "source"))
    before = kept.sealed_with()
    pace = Pace(rest=lambda _: None)
    done = rotation.rotate(database, used, SEALED_TABLES, reseal=True, actor="person:test", pace=pace)

    assert done.resealed == 13  # and not once more in the second pass
    assert not before & kept.sealed_with()


def test_two_rotations_do_not_run_at_once(kept: Kept, database: Database, key_file: Path) -> None:
    refused: list[str] = []

    def another() -> None:
        for attempt in (
            lambda: rotate(database, key_file),
            lambda: rotation.add_master_key(database, KeyFile(path=key_file)),
        ):
            with pytest.raises(RotationBusy) as busy:
                attempt()
            refused.append(str(busy.value))

    rotate(database, key_file, reseal=True, tell=another)

    assert len(refused) > 2
    assert len(KeyFile(path=key_file).read().keys) == 2
    kept.open_all()


def test_a_prepared_key_is_the_one_that_is_rotated_to(kept: Kept, database: Database, key_file: Path) -> None:
    """Also when the process died between making a key and beginning the rotation."""
    prepared = rotation.add_master_key(database, KeyFile(path=key_file))

    assert rotation.add_master_key(database, KeyFile(path=key_file)) == prepared
    assert a_vault(database, key_file).seal(b"x", Place(table="new", column="c", row="1"))
    assert prepared not in rotation.needed_master_keys(database, SEALED_TABLES)  # other machines do not have it yet
    assert rotate(database, key_file).rotation.master_key_id == prepared


def test_a_variable_gets_its_new_key_from_the_operator(database: Database) -> None:
    old, new = keys.new_line(), keys.new_line()
    place = Place(table="payload", column="c", row="1")
    sealed = Vault(database, KeyVariable(variable="V", text=old)).seal(b"plain", place)

    def rotated(text: str) -> Rotated:
        vault = Vault(database, KeyVariable(variable="V", text=text))
        return rotation.rotate(database, vault, SEALED_TABLES, reseal=False, actor="person:test")

    with pytest.raises(MasterKeyRefused, match="Add a new key as its last line"):
        rotated(old)
    with pytest.raises(KeyMissing, match="does not hold"):
        rotated(new)  # the old one was taken away too early
    assert rotated(old + new).rotation.continued
    assert Vault(database, KeyVariable(variable="V", text=new)).open(sealed, place) == b"plain"


def test_a_rotation_is_noted_without_any_key(kept: Kept, database: Database, key_file: Path) -> None:
    done = rotate(database, key_file, reseal=True)
    events = database.fetch_all(
        b"SELECT actor, event, detail FROM audit_event WHERE event LIKE 'key rotation%%' ORDER BY event_id", {}
    )

    assert [event["event"] for event in events] == ["key rotation begun", "key rotation finished"]
    assert {event["actor"] for event in events} == {"person:test"}
    assert events[1]["detail"]["master_key"] == done.rotation.master_key_id
    assert events[1]["detail"]["resealed"] == done.resealed == 13


def test_every_table_with_sealed_values_is_gone_through(database: Database) -> None:
    """A table that is not would keep values that need an old key, and nobody would be told."""
    rows = database.fetch_all(
        b"""SELECT table_name FROM information_schema.columns
            WHERE table_schema = 'public' AND data_type = 'bytea'
              AND (column_name LIKE '%%sealed%%' OR table_name = 'pair' AND column_name = 'agreed')""",
        {},
    )

    assert {row["table_name"] for row in rows} == {table.name for table in SEALED_TABLES}


def test_a_claim_is_still_what_it_was(kept: Kept, bench: LedgerBench, database: Database, key_file: Path) -> None:
    rotate(database, key_file, reseal=True)
    held = LedgerBench(database, a_vault(database, key_file)).claim(Stage.DELIVER, kept.records[0])

    assert isinstance(held, Claim)
    assert held.payload == f"body {kept.records[0]}".encode()
