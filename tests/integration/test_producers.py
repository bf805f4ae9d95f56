"""The producers' duties on a real ledger: what is lost comes back, once, and without reading the whole ledger."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from dramatiq import Message

from common.bus.inspection import MemoryInspector
from common.bus.memory import MemoryBroker
from common.bus.publisher import MemoryPublisher
from common.database import migrate
from common.database.pool import Database
from common.ledger import alerts, books, dead_letters, jobs, outbox, pairs, rescue
from common.ledger.jobs import JobKind, Run
from common.ledger.records import Stage
from common.ledger.verdicts import Superseded, Wait
from producers import sweeper
from producers.relay import Relay
from producers.sweeper import Sweeper
from schemas.identity import JobId, RecordId
from schemas.tickets import Queue, RecordTicket
from tests.fixtures.services import fresh_database
from tests.fixtures.world import eventually
from tests.integration import long_ledger
from tests.integration.bench import NOON, ROUTES, LedgerBench, version

pytestmark = pytest.mark.services


class Bus:
    """A bus in memory with a relay and a sweeper; `lose` forgets every ticket on it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.now = 1000.0
        self.broker = MemoryBroker()
        self.sweeper = self._sweeper()
        self.lose()

    def _sweeper(self) -> Sweeper:
        return Sweeper(
            database=self.database,
            inspector=MemoryInspector(self.broker),
            routes=ROUTES,
            queues=list(Queue),
            lost_after=timedelta(seconds=30),
            actor="sweeper",
            monotonic=lambda: self.now,
        )

    def lose(self) -> None:
        """Begin again with empty queues."""
        self.broker = MemoryBroker()
        for queue in Queue:
            self.broker.declare_queue(queue)
        self.sweeper = self._sweeper()

    def relay(self, queue: Queue) -> None:
        """Publish every ticket of a queue."""
        while Relay(database=self.database, publisher=MemoryPublisher(self.broker), queue=queue).run_once():
            pass

    def sweep(self) -> bool:
        """Sweep, some time after the last time."""
        self.now += 60
        return self.sweeper.run_once()

    def take(self, queue: Queue) -> list[RecordId]:
        """Take every record ticket off a queue."""
        waiting = self.broker.queues[queue]
        bodies = [waiting.get() for _ in range(waiting.qsize())]
        return [RecordTicket.decode(Message.decode(body).kwargs).record_id for body in bodies]


@pytest.fixture
def bus(database: Database) -> Bus:
    """A bus for the ledger."""
    return Bus(database)


def age(database: Database, table: bytes) -> None:
    """Let every ticket be written long ago."""
    with database.connection() as connection:
        connection.execute(b"UPDATE " + table + b" SET ticket_at = clock_timestamp() - interval '1 hour'")


def forget_tickets(database: Database) -> None:
    with database.connection() as connection:
        connection.execute("DELETE FROM outbox")


def unpublished(bench: LedgerBench, queue: Queue = Queue.TRANSFORM) -> int:
    return outbox.unpublished(bench.database, queue, up_to=1000)


def test_after_the_loss_of_a_broker_every_record_comes_back_a_batch_at_a_time(
    bench: LedgerBench, bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("_BATCH", 10), ("_BATCHES", 2), ("_ENOUGH", 35)):
        monkeypatch.setattr(sweeper, name, value)
    lost = set(bench.see(*(version(key) for key in range(1, 101))))
    bus.relay(Queue.TRANSFORM)
    age(bench.database, b"record")
    bus.lose()

    assert bus.sweep()
    assert unpublished(bench) == 20
    assert bus.sweep()
    assert not bus.sweep()  # enough for now: the relay is behind
    assert unpublished(bench) == 40

    back: set[RecordId] = set()
    for _ in range(20):
        bus.relay(Queue.TRANSFORM)
        taken = bus.take(Queue.TRANSFORM)
        for record_id in taken:
            bench.settle(bench.claim(Stage.TRANSFORM, record_id), Superseded(by=1))
        back.update(taken)
        bus.sweep()

    assert back == lost


def test_a_queue_that_is_merely_long_gets_no_second_tickets(bench: LedgerBench, bus: Bus) -> None:
    bench.see(version(1), version(2), version(3))
    bus.relay(Queue.TRANSFORM)
    age(bench.database, b"record")

    assert not bus.sweep()
    assert unpublished(bench) == 0

    bus.broker.queues[Queue.TRANSFORM].get()
    bus.sweep()
    assert unpublished(bench) == 3  # nobody can say which was lost


def test_a_record_that_rests_is_not_lost_and_comes_back_after_its_rest(bench: LedgerBench, bus: Bus) -> None:
    (record_id,) = bench.see(version(1))
    bench.make_ready(record_id)
    bench.settle(bench.claim(Stage.DELIVER, record_id), Wait(seconds=600, reason="busy"))
    forget_tickets(bench.database)
    age(bench.database, b"record")

    bus.sweep()
    assert unpublished(bench, Queue.JAGGAER_DELIVER) == 0

    with bench.database.connection() as connection:
        connection.execute("UPDATE record SET next_attempt_at = clock_timestamp() - interval '1 second'")
    bus.sweep()
    bus.sweep()
    assert unpublished(bench, Queue.JAGGAER_DELIVER) == 1


def open_job(database: Database) -> JobId:
    run = Run(
        integration="main",
        flow="purchase_orders",
        kind=JobKind.SCHEDULED,
        due_at=NOON,
        overlap=timedelta(minutes=1),
        queue=Queue.ORACLE_POLL,
    )
    job_id = jobs.open_job(database, run, actor="test")
    assert job_id is not None
    return job_id


def test_a_job_whose_reader_is_gone_gets_one_poll_command_while_nobody_reads(bench: LedgerBench, bus: Bus) -> None:
    job_id = open_job(bench.database)
    assert jobs.claim_page(bench.database, job_id, lease_seconds=0.001, actor="gone") is not None
    forget_tickets(bench.database)

    for _ in range(3):
        bus.sweep()
        bus.relay(Queue.ORACLE_POLL)

    assert bus.broker.depth(Queue.ORACLE_POLL) == 1


def test_a_job_whose_poll_command_was_lost_gets_another_after_a_while(bench: LedgerBench, bus: Bus) -> None:
    open_job(bench.database)
    bus.relay(Queue.ORACLE_POLL)
    bus.lose()
    bus.sweep()
    assert unpublished(bench, Queue.ORACLE_POLL) == 0

    age(bench.database, b"job")
    for _ in range(3):
        bus.sweep()
        bus.relay(Queue.ORACLE_POLL)
        age(bench.database, b"job")

    assert bus.broker.depth(Queue.ORACLE_POLL) == 1


def test_due_times_are_judged_by_the_clock_of_the_database_whatever_was_written_ahead_of_it(
    database: Database,
) -> None:
    flows = [("main", "purchase_orders")]
    before = jobs.last_due(database, flows)
    assert before.due_at == {}
    assert abs(before.now - datetime.now(UTC)) < timedelta(minutes=1)  # the same machine

    long_ledger.write(database, records=0, jobs=40, tickets=0)
    with database.connection() as connection:
        connection.execute(
            "INSERT INTO job (job_id, integration, flow, kind, due_at, state, finished_at) "
            "SELECT gen_random_uuid(), integration, flow, kind, now() + interval '1 year', state, now() "
            "FROM job WHERE kind = 'scheduled' LIMIT 1"
        )
    last = jobs.last_due(database, flows)

    assert set(last.due_at) == {(*flows[0], JobKind.SCHEDULED), (*flows[0], JobKind.RESCAN)}
    assert timedelta(minutes=4) < last.now - last.due_at[*flows[0], JobKind.SCHEDULED] < timedelta(minutes=6)
    assert timedelta(minutes=99) < last.now - last.due_at[*flows[0], JobKind.RESCAN] < timedelta(minutes=101)
    assert jobs.last_due(database, []).due_at == {}


def blocks(plan: Mapping[str, Any]) -> int:
    """Return how many blocks of 8 KiB a plan read, from memory or disk."""
    return int(plan["Shared Hit Blocks"]) + int(plan["Shared Read Blocks"])


RECORDS, JOBS, TICKETS = 30_000, 10_000, 10_000
MOST_BLOCKS = 60
"""What a statement may read that finds nothing to do. The smallest of the three tables has twice as many."""
LOST_AFTER = {"lost_after": timedelta(hours=6), "limit": 1000}
FLOWS = {"integrations": ["main"], "flows": ["purchase_orders"]}
IDS = [RecordId(number) for number in range(1, 21)]


def statements() -> Iterator[tuple[str, bytes, dict[str, Any]]]:
    """Every statement that a duty runs again and again."""
    routes = rescue._routes(ROUTES)
    yield "expire leases", rescue._SQL["expire_leases"], {"limit": 1000, "actor": "test"}
    yield "reissue rested", rescue._SQL["reissue_rested"], {**routes, "limit": 1000}
    yield "reissue jobs", rescue._SQL["reissue_jobs"], {**routes, "limit": 1000}
    for queue in (Queue.TRANSFORM, Queue.JAGGAER_DELIVER):
        lane = {**rescue._lane(ROUTES, queue), **LOST_AFTER}
        yield f"stale on {queue}", rescue._SQL["stale_records"], lane
        yield f"reissue stale on {queue}", rescue._SQL["reissue_stale_records"], lane
    lane = {**rescue._lane(ROUTES, Queue.ORACLE_POLL), **LOST_AFTER}
    yield "stale jobs", rescue._SQL["stale_jobs"], lane
    yield "reissue stale jobs", rescue._SQL["reissue_stale_jobs"], lane
    claim = {"limit": 200, "lease": timedelta(seconds=30)}
    yield "claim no ticket", outbox._SQL["claim"], {**claim, "queue": Queue.TRANSFORM}
    yield "unpublished", outbox._SQL["unpublished"], {"queue": Queue.TRANSFORM, "limit": 1000}
    yield "last due", jobs._SQL["last_due"], {**FLOWS, "kinds": ["scheduled", "rescan"]}
    yield "recent jobs", jobs._SQL["recent"], {"limit": 20}
    yield "still waiting", dead_letters._SQL["still_waiting"], {"ids": IDS}
    yield "overdue", jobs._SQL["overdue"], FLOWS
    yield "dead", books._SQL["dead"], {}
    yield "oldest ticket", outbox._SQL["oldest"], {"queues": list(Queue)}
    yield "undecided", pairs._SQL["undecided"], {}
    yield "open alerts", alerts._SQL["open"], {}
    yield "claim no telling", alerts._SQL["claim"], {"lease": timedelta(seconds=15)}


@pytest.fixture(scope="module")
def long_url() -> Iterator[str]:
    """The address of a long ledger in which nothing is to be done."""
    with fresh_database() as url:
        opened = Database(url, size=1)
        migrate.migrate(opened)
        long_ledger.write(opened, records=RECORDS, jobs=JOBS, tickets=TICKETS)
        opened.close()
        yield url


@pytest.fixture
def long(long_url: str) -> Iterator[Database]:
    """The long ledger."""
    opened = Database(long_url, size=1)
    yield opened
    opened.close()


@pytest.mark.parametrize(("statement", "parameters"), [pytest.param(s, p, id=name) for name, s, p in statements()])
def test_no_duty_reads_the_whole_ledger(long: Database, statement: bytes, parameters: dict[str, Any]) -> None:
    found = plan(long, statement, parameters)

    assert blocks(found["Plan"]) < MOST_BLOCKS, found


def test_the_oldest_open_record_is_found_among_those_that_are_open(long: Database) -> None:
    found = plan(long, books._SQL["oldest_open"], {})

    assert blocks(found["Plan"]) < RECORDS * 3 // 100 / 4, found  # three of a hundred are open, and lie together


def plan(database: Database, statement: bytes, parameters: dict[str, Any]) -> Mapping[str, Any]:
    """Run a statement for nothing; return how PostgreSQL did it."""
    explained = b"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) " + statement
    with database.connection() as connection, connection.transaction(force_rollback=True):
        row = connection.execute(explained, parameters).fetchone()
    assert row is not None
    (found,) = row["QUERY PLAN"]
    return dict(found)


ENTRIES = b"""
SELECT (SELECT sum(seq_tup_read) FROM pg_stat_user_tables) + sum(idx_tup_read) AS read, sum(idx_scan) AS scans
FROM pg_stat_user_indexes
"""


def test_an_empty_queue_is_asked_again_and_again_without_reading_the_long_one(long: Database, long_url: str) -> None:
    before = long.fetch_one(ENTRIES)
    asked = Database(long_url, size=1)
    for _ in range(20):  # a statement that is prepared gets a plan for any parameters after ten
        assert outbox.claim(asked, Queue.TRANSFORM, limit=200, lease=timedelta(seconds=30)) == []
        assert outbox.unpublished(asked, Queue.TRANSFORM, up_to=50_000) == 0
        for queue in (Queue.TRANSFORM, Queue.JAGGAER_DELIVER, Queue.ORACLE_POLL):
            assert rescue.stale(asked, ROUTES, queue, lost_after=timedelta(hours=6), up_to=1000) == 0
        rescue.expire_leases(asked, actor="test")
        rescue.reissue_rested(asked, ROUTES)
        rescue.reissue_jobs(asked, ROUTES)
        jobs.last_due(asked, [("main", "purchase_orders")])
    asked.close()  # its session now reports what it has read

    assert before is not None
    assert eventually(lambda: (after := long.fetch_one(ENTRIES)) is not None and after["scans"] > before["scans"] + 100)
    after = long.fetch_one(ENTRIES)
    assert after is not None
    assert after["read"] - before["read"] < TICKETS
