"""What the inbox drops when it is old: never an answer that may be asked for, and nothing gets a second effect."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from common.bus.memory import MemoryBroker
from common.database import migrate
from common.database.pool import Database
from common.installation import SEALED_TABLES
from common.ledger import inbox
from common.ledger.inbox import Reached
from common.vault import rotation
from common.vault.rotation import Pace
from producers import duties, pulse
from producers.pruner import Pruner
from schemas.tickets import Queue
from tests.fixtures.gateway import RunningGateway
from tests.fixtures.received import Pushed, receipt
from tests.fixtures.services import fresh_database
from tests.integration.bench import LedgerBench
from tests.integration.shared_gateway.gateway_bench import inbox_takes_a_while

RECEIPT = Pushed(content=receipt())
ASKED = {"integration": "main", "sender": "network", "payload_id": "1@hub"}


def pruner(database: Database, *, batch: int = 100) -> Pruner:
    return Pruner(database=database, kept_for={"main": timedelta(days=400)}, actor="test", batch=batch)


def all_end(database: Database, state: str = "delivered") -> None:
    database.fetch_all(
        b"""UPDATE record SET state = %(state)s, settled_at = now(), dead_class = 'rejected', outcome = 'no',
            next_step = 'x' WHERE flow LIKE 'pushed%%' RETURNING record_id""",
        {"state": state},
    )


def age(database: Database, days: float) -> None:
    """Let every request have come so many days ago."""
    asked = {"ago": timedelta(days=days)}
    database.fetch_all(b"UPDATE inbox SET received_at = now() - %(ago)s RETURNING inbox_id", asked)


def whole(database: Database) -> set[str]:
    """Return the payloadIDs of the requests that are still whole."""
    rows = database.fetch_all(b"SELECT payload_id FROM inbox WHERE sealed IS NOT NULL AND answer IS NOT NULL")
    return {row["payload_id"] for row in rows}


def events(database: Database) -> list[int]:
    rows = database.fetch_all(b"SELECT detail FROM audit_event WHERE event = 'inbox pruned' ORDER BY event_id")
    return [row["detail"]["requests"] for row in rows]


def test_a_repetition_gets_the_first_answer_for_as_long_as_it_is_kept(door: RunningGateway, database: Database) -> None:
    first = door.post(RECEIPT.document())
    all_end(database)
    age(database, 399.9)

    assert not pruner(database).run_once()
    assert door.post(RECEIPT.document()).body == first.body
    assert events(database) == []


def test_what_is_older_loses_body_and_answer_and_still_has_no_second_effect(
    door: RunningGateway, bench: LedgerBench
) -> None:
    door.post(RECEIPT.document())
    all_end(bench.database)
    age(bench.database, 400.1)

    assert not pruner(bench.database).run_once()
    assert whole(bench.database) == set()
    assert inbox.body(bench.database, bench.vault, **ASKED) is None
    again = door.post(RECEIPT.document())
    assert again.code == 200
    assert "came before, under this payloadID" in again.status.detail
    assert door.post(replace(RECEIPT, content=receipt("R2")).document()).code == 409
    assert door.post(replace(RECEIPT, payload_id="2@hub", content=receipt(quantity="6")).document()).code == 409
    assert len(bench.database.fetch_all(b"SELECT FROM record WHERE flow LIKE 'pushed%%'", {})) == 1


def test_a_refusal_that_is_old_is_still_a_refusal(door: RunningGateway, database: Database) -> None:
    wrong = replace(RECEIPT, content=receipt(quantity="many")).document()
    door.post(wrong)
    age(database, 500)
    pruner(database).run_once()

    assert whole(database) == set()
    assert door.post(wrong).code == 406


@pytest.mark.parametrize("state", ["captured", "dead"])
def test_the_original_of_what_is_not_at_its_end_stays(door: RunningGateway, database: Database, state: str) -> None:
    first = door.post(RECEIPT.document())
    if state == "dead":
        all_end(database, state)
    age(database, 4000)

    assert not pruner(database).run_once()
    assert whole(database) == {"1@hub"}
    assert door.post(RECEIPT.document()).body == first.body
    assert events(database) == []


@pytest.mark.parametrize("state", ["delivered", "unchanged", "superseded"])
def test_what_is_at_its_end_goes(door: RunningGateway, database: Database, state: str) -> None:
    door.post(RECEIPT.document())
    all_end(database, state)
    age(database, 401)
    pruner(database).run_once()

    assert whole(database) == set()


def test_batches_pass_over_what_must_stay_and_each_has_its_event(door: RunningGateway, database: Database) -> None:
    for number in range(7):
        posted = replace(RECEIPT, payload_id=f"{number}@hub", content=receipt(f"R{number}"))
        assert door.post(posted.document()).code == 200
        if number == 2:
            all_end(database, "dead")
    database.fetch_all(
        b"""UPDATE record SET state = 'delivered', settled_at = now()
            WHERE flow LIKE 'pushed%%' AND state <> 'dead' RETURNING record_id"""
    )
    age(database, 401)
    duty = pruner(database, batch=2)

    assert [duty.run_once() for _ in range(4)] == [True, True, True, False]
    assert whole(database) == {"0@hub", "1@hub", "2@hub"}
    assert sum(events(database)) == 4
    assert [duty.run_once() for _ in range(2)] == [True, False]
    assert sum(events(database)) == 4


def test_only_the_integrations_of_the_settings_are_pruned(door: RunningGateway, database: Database) -> None:
    door.post(RECEIPT.document())
    all_end(database)
    age(database, 4000)
    Pruner(database=database, kept_for={"another": timedelta(days=30)}, actor="test").run_once()

    assert whole(database) == {"1@hub"}


def test_keys_are_rotated_when_bodies_are_gone(door: RunningGateway, bench: LedgerBench) -> None:
    door.post(RECEIPT.document())
    all_end(bench.database)
    age(bench.database, 401)
    pruner(bench.database).run_once()
    first = {"first": UUID(int=1)}
    bench.database.fetch_all(b"UPDATE inbox SET inbox_id = %(first)s RETURNING inbox_id", first)
    door.post(replace(RECEIPT, payload_id="2@hub", content=receipt("R2")).document())
    pace = Pace(batch=1, rest=lambda _: None)

    rotation.rotate(bench.database, bench.vault, SEALED_TABLES, reseal=True, actor="person:test", pace=pace)

    assert rotation.needed_master_keys(bench.database, SEALED_TABLES)
    kept = inbox.body(bench.database, bench.vault, **{**ASKED, "payload_id": "2@hub"})
    assert kept is not None


def test_two_that_prune_at_once_count_each_request_once(door: RunningGateway, database: Database) -> None:
    for number in range(20):
        posted = replace(RECEIPT, payload_id=f"{number}@hub", content=receipt(f"R{number}"))
        assert door.post(posted.document()).code == 200
    all_end(database)
    age(database, 401)
    with inbox_takes_a_while(database, "BEFORE UPDATE", seconds=0.05), ThreadPoolExecutor(2) as both:
        done = [both.submit(pruner(database).run_once) for _ in range(2)]
        assert not any(one.result() for one in done)

    assert whole(database) == set()
    assert sum(events(database)) == 20


def test_every_producer_prunes_what_the_settings_say_and_never_looks_stuck(door: RunningGateway) -> None:
    made = duties.duties(door.installations.current, frozenset(Queue), MemoryBroker())
    (found,) = [duty for duty in made if duty.name == "pruner"]

    assert found.run_once.__self__.kept_for == {"main": timedelta(days=400)}  # type: ignore[attr-defined]
    assert all(duty.every_seconds < pulse._SILENT_SECONDS / 2 for duty in made)
    for duty in made:
        duty.close()


REQUESTS = 30_000
MOST_BLOCKS = 60
"""What a statement may read that finds nothing to do; the table has ten times as many."""

LONG = b"""
INSERT INTO inbox (inbox_id, integration, sender, payload_id, request, origin, number, operation, content_hash,
                   content_type, sealed, deviations, code, answer, received_at)
SELECT gen_random_uuid(), 'main', 'network', n || '@hub', 'ReceiptRequest', 'DUNS 1', 'R' || n, 'new', 'hash',
       'text/xml', CASE WHEN n > %(pruned)s THEN 'sealed'::bytea END, '{}', 200,
       CASE WHEN n > %(pruned)s THEN 'answer'::bytea END,
       now() - make_interval(days => CASE WHEN n > %(pruned)s THEN 1 ELSE 500 END)
FROM generate_series(1, %(requests)s) AS n
"""


@pytest.mark.parametrize("analyzed", [True, False])
def test_no_prune_and_no_rotation_reads_the_whole_inbox(analyzed: bool) -> None:  # noqa: FBT001 - a test's case
    place = Reached()
    prune = {
        "integration": "main",
        "kept_for": timedelta(days=400),
        "received_at": place.received_at,
        "inbox_id": place.inbox_id,
        "limit": 100,
        "at_their_end": ["delivered"],
        "actor": "test",
    }
    with fresh_database() as url:
        database = Database(url, size=1)
        migrate.migrate(database)
        with database.connection() as connection:
            connection.execute("ALTER TABLE inbox SET (autovacuum_enabled = off)")
            connection.execute(LONG, {"requests": REQUESTS, "pruned": REQUESTS})
            if analyzed:
                connection.execute("VACUUM ANALYZE inbox")
        read = {
            "prune": blocks(database, inbox._SQL["prune"], prune),
            "last": blocks(database, inbox._SQL["sealed_last"], {}),
        }
        with database.connection() as connection:
            connection.execute(LONG.replace(b"'@hub'", b"'@new'"), {"requests": REQUESTS, "pruned": 0})
            if analyzed:
                connection.execute("VACUUM ANALYZE inbox")
        read["prune nothing"] = blocks(database, inbox._SQL["prune"], prune)
        read["last of many"] = blocks(database, inbox._SQL["sealed_last"], {})
        database.close()

    assert all(figure < MOST_BLOCKS for figure in read.values()), read


def blocks(database: Database, statement: bytes, parameters: dict[str, object]) -> int:
    """Return how many blocks of 8 KiB a statement read, from memory or disk."""
    explained = b"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) " + statement
    with database.connection() as connection, connection.transaction(force_rollback=True):
        row = connection.execute(explained, parameters).fetchone()
    assert row is not None
    plan = row["QUERY PLAN"][0]["Plan"]
    return int(plan["Shared Hit Blocks"]) + int(plan["Shared Read Blocks"])
