"""Settings that change under load: nothing is lost, nothing arrives twice, judged by JAGGAER's journal."""

import json
import os
import signal
from collections import Counter
from decimal import Decimal
from pathlib import Path

import psycopg
import pytest
from structlog.testing import capture_logs
from structlog.typing import EventDict

from common.ledger import books
from schemas.tickets import Queue
from simulators.faults import Fault, FaultKind
from tests.fixtures.cluster import Cluster, Plan
from tests.fixtures.system import System, system
from tests.fixtures.world import World, eventually, world

pytestmark = pytest.mark.services

ORDERS = 60
SLOW = Fault(kind=FaultKind.LATENCY, seconds=0.1, method="POST")
TO_CXML = ('dialect = "j1p"', 'dialect = "cxml"')
TO_J1P = ('dialect = "cxml"', 'dialect = "j1p"')


def complete(around: World, inside: System) -> bool:
    """Whether both sides agree and nothing is left to do."""
    left = {row["state"] for row in books.states(inside.database)}
    return not around.disagreements() and left <= {"delivered", "unchanged", "superseded"}


def arrivals(around: World) -> Counter[str]:
    """Return how often something of each order took effect."""
    return Counter(entry.key for entry in around.applied())


def doors(around: World) -> set[str]:
    """Return by which doors orders came."""
    return {str(entry.detail["door"]) for entry in around.applied()}


@pytest.mark.parametrize(("first", "change"), [("j1p", TO_CXML), ("cxml", TO_J1P)])
def test_a_change_of_dialect_under_load_loses_and_doubles_nothing(
    tmp_path: Path, database_url: str, first: str, change: tuple[str, str]
) -> None:
    with world(orders=ORDERS) as around:
        around.jaggaer.switch(batch_memory=False)
        around.jaggaer.faults.add(Fault(kind=FaultKind.DROP_AFTER, method="POST", path="/purchaseorders", times=3))
        around.jaggaer.faults.add(Fault(kind=FaultKind.DROP_AFTER, method="POST", path="/CXMLReceive", times=3))
        around.jaggaer.faults.add(SLOW)
        with system(tmp_path, around, database_url, None, Plan(every=1, page_size=7, dialect=first)) as inside:
            assert eventually(lambda: len(around.jaggaer.orders) >= ORDERS // 4)
            inside.cluster.rewrite(change, ("page_size = 7", "page_size = 50"))

            assert eventually(lambda: complete(around, inside)), books.states(inside.database)

        assert arrivals(around) == {around.number(key): 1 for key in around.keys}
        assert doors(around) == {"j1p", "cxml"}
        assert around.refused() == []


def test_a_flow_that_is_switched_off_finishes_and_reads_nothing_new_until_it_is_on_again(
    tmp_path: Path, database_url: str
) -> None:
    with world(orders=ORDERS) as around:
        around.jaggaer.faults.add(SLOW)
        with system(tmp_path, around, database_url, None, Plan(every=1)) as inside:
            assert eventually(lambda: len(around.jaggaer.orders) >= ORDERS // 4)
            off = ("every_seconds = 1", "enabled = false\nevery_seconds = 1")
            inside.cluster.rewrite(off)
            assert eventually(lambda: not inside.installations.current.sides["main"].flow("purchase_orders").enabled)
            assert eventually(lambda: complete(around, inside)), books.states(inside.database)
            assert eventually(lambda: quiet(inside))
            asked = len(around.oracle.journal.read(limit=10_000_000))

            around.oracle.change_line(around.keys[0], 1, quantity=Decimal(7))
            inside.cluster.rewrite((off[1], off[0]))
            assert eventually(lambda: arrivals(around)[around.number(around.keys[0])] == 2)
            assert eventually(lambda: complete(around, inside))

        assert asked
        assert arrivals(around).total() == ORDERS + 1


def quiet(inside: System) -> bool:
    """Whether no job is open."""
    return inside.database.fetch_one(b"SELECT 1 AS open FROM job WHERE state IN ('open', 'reading')") is None


def test_a_file_with_faults_is_refused_and_the_old_settings_go_on(tmp_path: Path, database_url: str) -> None:
    running = Plan(every=1)
    with (
        world(orders=8) as around,
        capture_logs() as logs,
        system(tmp_path, around, database_url, None, running) as inside,
    ):
        assert eventually(lambda: complete(around, inside))
        before = inside.installations.current
        inside.cluster.rewrite(("page_size = 100", "page_sise = 3"))
        assert eventually(lambda: refusals(logs))
        around.oracle.change_line(around.keys[0], 1, quantity=Decimal(5))

        assert eventually(lambda: len(around.applied()) == 9 and complete(around, inside))
        (said,) = refusals(logs)
        assert "oracle.page_sise: unknown key; did you mean page_size?" in said
        assert inside.installations.current is before
        inside.cluster.rewrite(("page_sise = 3", "page_size = 3"))
        assert eventually(lambda: inside.installations.current is not before)


def refusals(logs: list[EventDict]) -> list[str]:
    """Return why changed settings were refused, each time that it was said."""
    return [entry["reason"] for entry in logs if "are refused" in entry["event"]]


def test_worker_processes_take_a_change_over_too(tmp_path: Path, database_url: str, rabbitmq_url: str) -> None:
    with world(orders=ORDERS * 2) as around:
        around.jaggaer.switch(lenient_chain=True)  # an order that came as J1P has no payloadID to refer to
        around.jaggaer.faults.add(SLOW)
        with Cluster(tmp_path, around, database_url, rabbitmq_url, Plan(every=1, page_size=20)) as cluster:
            cluster.migrate()
            cluster.producers()
            for queue in (Queue.ORACLE_POLL, Queue.TRANSFORM, Queue.JAGGAER_DELIVER):
                cluster.workers(queue, threads=4)
            assert eventually(lambda: len(around.jaggaer.orders) >= ORDERS // 2), cluster.logs()[-3000:]
            cluster.rewrite(TO_CXML, ("page_size = 20", "page_size = 100"))

            assert eventually(lambda: not around.disagreements()), cluster.logs()[-3000:]
            assert arrivals(around) == {around.number(key): 1 for key in around.keys}
            by_j1p = next(entry.key for entry in around.applied() if entry.detail["door"] == "j1p")
            changed = next(key for key in around.keys if around.number(key) == by_j1p)
            around.oracle.change_line(changed, 1, quantity=Decimal(7))
            assert eventually(lambda: arrivals(around)[by_j1p] == 2 and not around.disagreements())

        assert arrivals(around).total() == 2 * ORDERS + 1
        assert doors(around) == {"j1p", "cxml"}
        assert around.refused() == []


def test_a_signal_has_the_file_looked_at_at_once(tmp_path: Path, database_url: str, rabbitmq_url: str) -> None:
    with world(orders=1) as around:
        cluster = Cluster(tmp_path, around, database_url, rabbitmq_url, Plan(every=1))
        off = ("\nevery_seconds = 1\n", "\nenabled = false\nevery_seconds = 1\n")
        cluster.rewrite(("reload = 0.2", "reload = 3600"), off)
        with cluster:
            cluster.migrate()
            producers = cluster.producers()
            assert eventually(lambda: _leads(cluster))
            assert jobs(cluster) == []
            cluster.rewrite((off[1], off[0]))
            os.kill(producers.pid, signal.SIGHUP)

            assert eventually(lambda: jobs(cluster)), cluster.logs()
            assert producers.running


def _leads(cluster: Cluster) -> bool:
    """Whether the scheduler is at work, and so the signal is handled."""
    with psycopg.connect(cluster.environment["DATABASE_URL"]) as connection:
        return connection.execute("SELECT 1 FROM leadership").fetchone() is not None


def jobs(cluster: Cluster) -> list[object]:
    """Return the jobs that were opened."""
    return list(json.loads(cluster.command("jobs", "--json").stdout))
