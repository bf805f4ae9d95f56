"""Every sealed value under a new key while a system syncs, killed on the way and finished by the next rotation.

Lengths come from the environment: ML_CONNECTOR_SOAK_ROWS (100000), ML_CONNECTOR_SOAK_SEED (1).
"""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from common.database.pool import Database
from common.ledger import payload_place
from common.vault.seal import Vault
from common.vault.sources import KeyFile
from schemas.identity import RecordId
from tests.fixtures.environment import GIVEN
from tests.fixtures.world import World, eventually, world
from tests.integration.vaults import keep_only_newest
from tests.soak.test_connections import Soak, soaking

pytestmark = [pytest.mark.services, pytest.mark.timeout(3600)]

ROWS = int(GIVEN.get("ML_CONNECTOR_SOAK_ROWS", "100000"))
SEED = int(GIVEN.get("ML_CONNECTOR_SOAK_SEED", "1"))
ORDERS = 50
CHANGE_EVERY_SECONDS = 0.5
LONGEST_SILENCE_SECONDS = 30.0
"""Between two versions that arrive: a poll every three seconds and three stages need a fraction of it."""
PATIENCE_SECONDS = 1800.0

_JOB = b"""
INSERT INTO job (job_id, integration, flow, kind, due_at, state, finished_at)
VALUES (gen_random_uuid(), 'before', 'purchase_orders', 'scheduled', now(), 'done', now()) RETURNING job_id
"""
_RECORDS = b"""
INSERT INTO record (integration, flow, document_key, document_number, changed_at, content_hash, read_at, job_id, state,
                    settled_at, action, body_hash)
SELECT 'before', 'purchase_orders', n::text, 'B' || n, now(), sha256(n::text::bytea), now(), %(job_id)s, 'delivered',
       now(), 'put', sha256('') FROM generate_series(1, %(rows)s) AS n
RETURNING record_id
"""
_ANOTHER_KEY = b"SELECT count(*) AS n FROM payload WHERE substring(sealed for 17) <> ALL (%(beginnings)s::bytea[])"


def plain(record_id: int) -> bytes:
    """Return what a filled row holds: about a kilobyte that compresses badly, different in each row."""
    return f"{record_id}:{random.Random(SEED * 1_000_003 + record_id).randbytes(512).hex()}".encode()  # noqa: S311


def fill(database_url: str, key_file: Path) -> list[int]:
    """Seal so many payloads as the product does and write them in bulk; return their records."""
    database = Database(database_url, size=2)  # the vault looks up its keys beside the transaction
    vault = Vault(database, KeyFile(path=key_file))
    with database.transaction() as connection:
        connection.execute("SET LOCAL statement_timeout = 0")
        job = connection.execute(_JOB).fetchone()
        assert job is not None
        made = connection.execute(_RECORDS, {"rows": ROWS, **job}).fetchall()
        filled = [int(row["record_id"]) for row in made]
        with connection.cursor().copy("COPY payload (record_id, part, sealed) FROM STDIN") as rows:
            for record_id in filled:
                place = payload_place.place(RecordId(record_id), "source")
                rows.write_row((record_id, "source", vault.seal(plain(record_id), place)))
    database.close()
    return filled


@dataclass(slots=True)
class Changes:
    """Orders that change until told to stop, and the revisions that were asked for."""

    around: World
    stop: threading.Event = field(default_factory=threading.Event)
    made: int = 0

    def make(self) -> None:
        """Change one order after the other, so that there is always something to sync."""
        keys = self.around.keys
        while not self.stop.wait(CHANGE_EVERY_SECONDS):
            self.made += 1
            self.around.oracle.change_line(keys[self.made % len(keys)], 1, quantity=Decimal(self.made % 97 + 1))


@contextmanager
def changing(around: World) -> Iterator[Changes]:
    """Change orders for the length of a `with` block."""
    changes = Changes(around)
    thread = threading.Thread(target=changes.make)
    thread.start()
    try:
        yield changes
    finally:
        changes.stop.set()
        thread.join()


@contextmanager
def rotating(soak: Soak) -> Iterator["subprocess.Popen[str]"]:
    """Start a rotation that seals everything again, in a process of its own."""
    process = subprocess.Popen(
        [sys.executable, "-m", "console.main", "credentials", "rotate", "--reseal", "--json"],
        env=soak.cluster.environment,
        cwd=soak.cluster.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def seconds_of(work: Callable[[], Any]) -> float:
    """Return how long something takes."""
    began = monotonic()
    work()
    return monotonic() - began


def kill_in_the_middle(soak: Soak, beginnings: list[bytes]) -> int:
    """Kill a rotation when a third of the rows is sealed again; return how many were."""

    def sealed_again() -> int:
        row = soak.database.fetch_one(_ANOTHER_KEY, {"beginnings": beginnings})
        return int(row["n"]) if row else 0

    with rotating(soak) as process:
        assert eventually(lambda: sealed_again() > ROWS / 3, seconds=PATIENCE_SECONDS), process.poll()
        os.kill(process.pid, signal.SIGKILL)
        process.wait(30)
    locks = b"SELECT count(*) AS n FROM pg_locks WHERE locktype = 'advisory' AND objid = x'6f746174'::int::oid"
    assert eventually(lambda: soak.count(locks) == 0)
    assert soak.count(b"SELECT count(*) AS n FROM key_rotation WHERE finished_at IS NULL") == 1
    return sealed_again()


def finish(soak: Soak) -> dict[str, Any]:
    """Run the rotation again, to its end; return what it says."""
    with rotating(soak) as process:
        output, errors = process.communicate(timeout=PATIENCE_SECONDS)
        assert process.returncode == 0, errors
    said: dict[str, Any] = json.loads(output)
    return said


def beginnings_in_use(soak: Soak) -> list[bytes]:
    """Return how the sealed payloads begin: one beginning for each data key."""
    rows = soak.database.fetch_all(b"SELECT DISTINCT substring(sealed for 17) AS beginning FROM payload")
    return [bytes(row["beginning"]) for row in rows]


def open_all(soak: Soak, key_file: Path, filled: list[int]) -> int:
    """Open every payload as a process that has only the newest master key; return how many there are."""
    vault, expected, opened, after = Vault(soak.database, KeyFile(path=key_file)), set(filled), 0, (0, "")
    page = (
        b"SELECT record_id, part, sealed FROM payload WHERE (record_id, part) > (%(record_id)s, %(part)s)"
        b" ORDER BY record_id, part LIMIT 5000"
    )
    while rows := soak.database.fetch_all(page, {"record_id": after[0], "part": after[1]}):
        for row in rows:
            value = vault.open(bytes(row["sealed"]), payload_place.place(RecordId(row["record_id"]), row["part"]))
            if row["record_id"] in expected:
                assert value == plain(row["record_id"])
                expected.remove(row["record_id"])
        opened += len(rows)
        after = rows[-1]["record_id"], rows[-1]["part"]
    assert not expected, f"{len(expected)} payloads are gone"
    return opened


def silences(around: World, since: datetime) -> list[float]:
    """Return the seconds between the versions that JAGGAER applied one after the other."""
    moments = [since, *(entry.at for entry in around.applied() if entry.at > since)]
    return [(later - earlier).total_seconds() for earlier, later in pairwise(moments)]


def test_every_value_is_sealed_again_while_orders_are_synced(tmp_path: Path) -> None:
    with world(orders=ORDERS, lines=2, seed=SEED) as around, soaking(tmp_path, around) as soak:
        key_file = tmp_path / "keys"
        filled: list[int] = []
        filling = seconds_of(lambda: filled.extend(fill(soak.cluster.environment["DATABASE_URL"], key_file)))
        assert eventually(lambda: len(around.applied()) >= ORDERS)
        before = beginnings_in_use(soak)
        with changing(around) as changes:
            assert eventually(lambda: len(around.applied()) > ORDERS)
            began, since = monotonic(), around.applied()[-1].at
            reached = kill_in_the_middle(soak, before)
            said = finish(soak)
            rotating_seconds = monotonic() - began
            arrived = [gap for gap in silences(around, since) if gap]
        assert eventually(lambda: not around.disagreements())
        assert eventually(lambda: soak.count(b"SELECT count(*) AS n FROM record WHERE settled_at IS NULL") == 0)

        only_newest = tmp_path / "newest"
        shutil.copy(key_file, only_newest)
        assert keep_only_newest(only_newest) == said["master_key"]
        opened = open_all(soak, only_newest, filled)
        after = beginnings_in_use(soak)
        dead = soak.count(b"SELECT count(*) AS n FROM audit_event WHERE to_state = 'dead'")
    print(
        f"\nseed {SEED}: {ROWS} rows filled in {filling:.0f} s; killed at {reached}, then {said['resealed']} more; "
        f"{rotating_seconds:.0f} s in all ({ROWS / rotating_seconds:.0f} rows/s); meanwhile {len(arrived)} versions "
        f"arrived, {changes.made} changes made, longest silence {max(arrived):.1f} s; {opened} payloads opened"
    )
    assert said["continued"]
    assert reached + said["resealed"] >= ROWS
    assert not set(before) & set(after)
    assert max(arrived) < LONGEST_SILENCE_SECONDS
    assert (dead, around.doubles()) == (0, [])
