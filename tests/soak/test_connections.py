"""Connections over minutes: short tokens, throttling, and an outage under load, in separate worker processes.

Lengths come from the environment, so that a quick look is possible: ML_CONNECTOR_SOAK_ORDERS (10000),
ML_CONNECTOR_SOAK_STORM_SECONDS (300), ML_CONNECTOR_SOAK_OUTAGE_SECONDS (600), ML_CONNECTOR_SOAK_SEED (1).
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from time import monotonic

import pytest

from common.database.pool import Database
from schemas.tickets import Queue
from simulators.faults import Bucket, Fault, FaultKind
from tests.fixtures.cluster import Cluster, Plan, Process
from tests.fixtures.environment import GIVEN
from tests.fixtures.services import fresh_database, fresh_vhost, private_broker
from tests.fixtures.world import World, eventually, world

pytestmark = [pytest.mark.services, pytest.mark.timeout(3600)]

ORDERS = int(GIVEN.get("ML_CONNECTOR_SOAK_ORDERS", "10000"))
STORM_SECONDS = float(GIVEN.get("ML_CONNECTOR_SOAK_STORM_SECONDS", "300"))
OUTAGE_SECONDS = float(GIVEN.get("ML_CONNECTOR_SOAK_OUTAGE_SECONDS", "600"))
SEED = int(GIVEN.get("ML_CONNECTOR_SOAK_SEED", "1"))
PLAN = Plan(page_size=500, every=3, overlap=120, lease=15, jaggaer_timeout=8, ticket_lost_after=20)
IMPORT = "/purchaseorders"


@dataclass(frozen=True, slots=True, kw_only=True)
class Soak:
    """A running cluster between two simulated systems."""

    around: World
    cluster: Cluster
    database: Database
    deliverers: list[Process]

    def applied(self) -> int:
        """Return how many order versions JAGGAER has applied."""
        return len(self.around.applied())

    def count(self, query: bytes) -> int:
        """Return the number that a query selects as `n`."""
        row = self.database.fetch_one(query)
        assert row is not None
        return int(row["n"] or 0)

    def complete(self) -> bool:
        """Whether both sides agree and nothing is left to do."""
        open_ = b"SELECT count(*) AS n FROM record WHERE state NOT IN ('delivered', 'unchanged', 'superseded')"
        return len(self.around.jaggaer.orders) >= ORDERS and self.count(open_) == 0 and not self.around.disagreements()


@contextmanager
def soaking(folder: Path, around: World) -> Iterator[Soak]:
    """Run producers and workers of each kind, two processes of them deliver."""
    with fresh_vhost(private_broker()) as rabbitmq_url, fresh_database() as database_url:
        cluster = Cluster(folder, around, database_url, rabbitmq_url, PLAN)
        database = Database(database_url, size=1)
        with cluster:
            cluster.migrate()
            cluster.producers()
            cluster.workers(Queue.ORACLE_POLL, threads=2)
            cluster.workers(Queue.TRANSFORM)
            deliverers = [cluster.workers(Queue.JAGGAER_DELIVER) for _ in range(2)]
            yield Soak(around=around, cluster=cluster, database=database, deliverers=deliverers)
        database.close()


def test_tokens_that_live_two_seconds_fail_no_record_and_spend_no_attempt(tmp_path: Path) -> None:
    with world(orders=ORDERS, lines=2, seed=SEED) as around:
        around.oracle.switches.token_life_seconds = 2
        around.jaggaer.tokens.seconds = 2
        started = monotonic()
        with soaking(tmp_path, around) as soak:
            assert eventually(soak.complete, seconds=1200)
            seconds = monotonic() - started
            spent = soak.count(b"SELECT max(attempts) AS n FROM record")
            dead = soak.count(b"SELECT count(*) AS n FROM audit_event WHERE to_state = 'dead'")
        tokens = len(around.jaggaer.journal.read(kind="token_issued", limit=10_000_000))
    print(f"\nseed {SEED}: {ORDERS} orders in {seconds:.0f} s over {tokens} tokens; most attempts {spent}, dead {dead}")
    assert (dead, around.doubles()) == (0, [])
    assert spent <= 1
    assert tokens >= 2  # or nothing ran out while records were sent


def test_a_storm_of_throttling_costs_hardly_a_request(tmp_path: Path) -> None:
    with world(orders=ORDERS, lines=2, seed=SEED) as around, soaking(tmp_path, around) as soak:
        assert eventually(lambda: soak.applied() > 300, seconds=120)
        full = speed(soak, 10)
        bucket = throttle(around, 0.7 * full)
        keep_busy(around, STORM_SECONDS)
        around.jaggaer.faults.clear()
        first_pause_over = min(bucket.refused, default=0.0) + 1
        taken, refused = (sum(at > first_pause_over for at in times) for times in (bucket.taken, bucket.refused))
        keep_changing(around, full * 40)
        wait(20)
        recovered = speed(soak, 10)
        spent = soak.count(b"SELECT max(attempts) AS n FROM record WHERE state <> 'dead'")
    print(
        f"\nseed {SEED}: {full:.0f} records/s, limited to {0.7 * full:.0f}/s for {STORM_SECONDS:.0f} s: "
        f"{taken / STORM_SECONDS:.0f}/s taken, {(taken + refused) / taken:.4f} requests each after the first pause; "
        f"{recovered:.0f}/s after it; most attempts {spent}"
    )
    assert (taken + refused) / taken < 1.05
    assert taken / STORM_SECONDS > 0.35 * full
    assert recovered > 0.7 * full
    assert spent <= 1


def test_an_outage_under_load_costs_only_time(tmp_path: Path) -> None:
    with world(orders=ORDERS, lines=2, seed=SEED) as around, soaking(tmp_path, around) as soak:
        assert eventually(lambda: soak.applied() > ORDERS / 10, seconds=240)
        before = [resident_mb(process) for process in soak.deliverers]
        around.jaggaer.faults.add(Fault(kind=FaultKind.DROP_BEFORE))
        asked = len(around.jaggaer.journal.read(limit=10_000_000))
        wait(OUTAGE_SECONDS / 2)
        keep_changing(around, 100)
        wait(OUTAGE_SECONDS / 2)
        during = [resident_mb(process) for process in soak.deliverers]
        spent = soak.count(b"SELECT max(attempts) AS n FROM record")
        assert len(around.jaggaer.journal.read(limit=10_000_000)) == asked
        around.jaggaer.faults.clear()
        back_at = monotonic()
        assert eventually(soak.complete, seconds=900)
        drained = monotonic() - back_at
    grown = max(after - first for first, after in zip(before, during, strict=True))
    print(
        f"\nseed {SEED}: away for {OUTAGE_SECONDS:.0f} s; memory grew by {grown:.1f} MB; most attempts {spent}; "
        f"backlog drained in {drained:.0f} s"
    )
    assert around.doubles() == []
    assert spent <= 2  # the three failures by which the outage was found
    assert grown < 20


def throttle(around: World, per_second: float) -> Bucket:
    """Let JAGGAER take so many imports a second, and ask for a pause of a second for the others."""
    fault = Fault(
        kind=FaultKind.THROTTLE, path=IMPORT, method="POST", status=429, retry_after="1", per_second=per_second
    )
    return around.jaggaer.faults.buckets[around.jaggaer.faults.add(fault)]


def keep_busy(around: World, seconds: float) -> None:
    """Change orders so that there is always something to deliver."""
    until, turn = monotonic() + seconds, 0
    while monotonic() < until:
        turn += 1
        keep_changing(around, 2000, offset=turn)
        wait(10)


def keep_changing(around: World, count: float, *, offset: int = 0) -> None:
    """Change so many orders, all over the range."""
    keys = around.keys
    for position in range(int(count)):
        around.oracle.change_line(
            keys[(position * 7 + offset * 3) % len(keys)], 1, quantity=Decimal(position % 90 + offset % 7 + 1)
        )


def speed(soak: Soak, seconds: float) -> float:
    """Return how many versions a second JAGGAER applies."""
    before = soak.applied()
    wait(seconds)
    return (soak.applied() - before) / seconds


def wait(seconds: float) -> None:
    """Let time pass."""
    threading.Event().wait(seconds)


def resident_mb(process: Process) -> float:
    """Return the memory of a process and its children, in MB."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return sum(_resident(pid) for pid in (str(process.pid), *children))


def _resident(pid: str) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0
