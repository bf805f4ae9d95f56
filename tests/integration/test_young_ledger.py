"""A ledger that was filled a moment ago, of which PostgreSQL has no statistics yet: a first load must not slow down."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import pytest

from common.database.pool import Database
from common.ledger import outbox, records
from common.ledger.records import Stage
from common.ledger.verdicts import Need
from common.vault.seal import Vault
from schemas.tickets import Queue
from tests.fixtures.world import eventually
from tests.integration.bench import LedgerBench, version

pytestmark = pytest.mark.services

DOCUMENTS = 3000
DELIVERIES = 20
FIRST_PAGE = 500
PLANNED = 15
"""A statement that a session has run so often keeps its plan, for any parameters, however the ledger fills."""
MOST_ENTRIES_EACH = 150
"""Entries of tables and indexes that one record reads on its whole way, however many documents there are."""
READ = b"""
SELECT (SELECT sum(seq_tup_read) FROM pg_stat_user_tables) + sum(idx_tup_read) AS entries,
       (SELECT sum(seq_scan) FROM pg_stat_user_tables) + sum(idx_scan) AS scans
FROM pg_stat_user_indexes
"""
ALL_SETTLED = b"UPDATE record SET state = 'unchanged', settled_at = clock_timestamp()"
LISTED = b"SELECT FROM pg_stat_activity WHERE pid = %(session)s"
SUPPLIER = Need(flow="suppliers", key="7", field="SupplierId", noun="supplier")


@pytest.mark.parametrize("needs", [(), (SUPPLIER,)], ids=["all may go", "some wait for their supplier"])
def test_a_record_reads_no_more_of_a_young_ledger_the_fuller_it_is(
    database: Database, database_address: str, vault: Vault, needs: tuple[Need, ...]
) -> None:
    with a_session(database_address, vault) as worker:
        with a_session(database_address, vault) as loader:
            for record_id in loader.see(*(version(-key) for key in range(1, FIRST_PAGE)))[:PLANNED]:
                worker.deliver(record_id)
            ids = loader.see(*(version(key) for key in range(DOCUMENTS)))
            for record_id in ids[-100:]:
                loader.make_ready(record_id, needs=needs)
        before = read_so_far(database)
        for record_id in ids[:DELIVERIES]:
            worker.deliver(record_id)

    assert entries_since(before, database) / DELIVERIES < MOST_ENTRIES_EACH


def test_an_outbox_that_a_load_went_through_is_asked_without_reading_what_is_gone(
    database: Database, database_address: str, vault: Vault
) -> None:
    with a_session(database_address, vault) as loader:
        loader.see(*(version(key) for key in range(DOCUMENTS)))
        while tickets := claim_tickets(loader):
            outbox.confirm(loader.database, tickets)

    def each_reads() -> float:
        before = read_so_far(database)
        with a_session(database_address, vault) as relay:
            for _ in range(DELIVERIES):
                assert claim_tickets(relay) == []
        return entries_since(before, database) / DELIVERIES

    # Whoever comes first marks what is gone, unless somebody's snapshot, an ANALYZE's say, is older than that.
    assert eventually(lambda: each_reads() < MOST_ENTRIES_EACH, seconds=30)


def test_what_came_before_a_document_is_asked_without_reading_what_is_settled(
    database: Database, database_address: str, vault: Vault
) -> None:
    with a_session(database_address, vault) as loader:
        loader.see(*(version(key) for key in range(DOCUMENTS)))
        with loader.database.connection() as connection:
            connection.execute(ALL_SETTLED)
            connection.execute(b"VACUUM record")
        (late,) = loader.see(version(DOCUMENTS))
        loader.see(flow="invoices")
    before = read_so_far(database)
    with a_session(database_address, vault) as worker:
        held = worker.claim(Stage.TRANSFORM, late)
        for _ in range(DELIVERIES):
            assert not records.earlier_open(worker.database, held, ["invoices"])

    assert entries_since(before, database) / DELIVERIES < MOST_ENTRIES_EACH


def claim_tickets(bench: LedgerBench) -> list[int]:
    """Claim tickets for transformation as a relay does; return their ids."""
    claimed = outbox.claim(bench.database, Queue.TRANSFORM, limit=200, lease=timedelta(seconds=30))
    return [ticket.ticket_id for ticket in claimed]


@contextmanager
def a_session(address: str, vault: Vault) -> Iterator[LedgerBench]:
    """Lend a bench whose only session has reported what it has read when the block is over.

    A session reports while it ends, and is listed until it has: closing it here does not wait for either.
    """
    database = Database(address, size=1)
    bench = LedgerBench(database, vault)
    session = bench.count(b"SELECT pg_backend_pid() AS n")
    yield bench
    database.close()
    others = Database(address, size=1)
    assert eventually(lambda: others.fetch_one(LISTED, {"session": session}) is None)
    others.close()


@dataclass(frozen=True, slots=True)
class Read:
    """What the sessions that have ended had read, and in how many scans: a scan that finds nothing is one, too."""

    entries: int
    scans: int


def read_so_far(database: Database) -> Read:
    """Return what PostgreSQL has been told by now."""
    row = database.fetch_one(READ)
    assert row is not None
    return Read(entries=int(row["entries"]), scans=int(row["scans"]))


def entries_since(before: Read, database: Database) -> int:
    """Return how many entries were read since then, as soon as the session that read them has reported."""
    assert eventually(lambda: read_so_far(database).scans > before.scans)
    return read_so_far(database).entries - before.entries
