"""More delivery workers help where JAGGAER takes its time: what is waited for there is waited for side by side.

JAGGAER answers each import after half a second. Lengths come from the environment: ML_CONNECTOR_SOAK_SCALE (4 processes
instead of one), ML_CONNECTOR_SOAK_SEED (1).
"""

import threading
from pathlib import Path

import pytest

from schemas.tickets import Queue
from simulators.faults import Fault, FaultKind
from tests.fixtures.cluster import Cluster, Plan
from tests.fixtures.environment import GIVEN
from tests.fixtures.services import fresh_database, fresh_vhost, private_broker
from tests.fixtures.world import World, eventually, world

pytestmark = [pytest.mark.services, pytest.mark.timeout(900)]

SCALE = int(GIVEN.get("ML_CONNECTOR_SOAK_SCALE", "4"))
SEED = int(GIVEN.get("ML_CONNECTOR_SOAK_SEED", "1"))
ORDERS = 3000
ANSWER_SECONDS = 0.5
MEASURED_SECONDS = 15.0
THREADS = 8
"""Threads of a worker process: so many imports are under way at a time."""


def test_more_delivery_workers_deliver_more(tmp_path: Path) -> None:
    with (
        world(orders=ORDERS, lines=2, seed=SEED) as around,
        fresh_vhost(private_broker()) as rabbitmq_url,
        fresh_database() as database_url,
        Cluster(tmp_path, around, database_url, rabbitmq_url, Plan(every=86_400.0, jaggaer_timeout=8)) as cluster,
    ):
        around.jaggaer.faults.add(
            Fault(kind=FaultKind.LATENCY, path="/purchaseorders", method="POST", seconds=ANSWER_SECONDS)
        )
        cluster.migrate()
        cluster.producers()
        for queue in (Queue.ORACLE_POLL, Queue.TRANSFORM, Queue.JAGGAER_DELIVER):
            cluster.workers(queue, threads=THREADS)
        alone = speed(around)
        for _ in range(SCALE - 1):
            cluster.workers(Queue.JAGGAER_DELIVER, threads=THREADS)
        together = speed(around)
        assert around.doubles() == []

    print(f"\nseed {SEED}: one process {alone:.1f}/s, {SCALE} processes {together:.1f}/s: {together / alone:.2f} times")
    assert alone <= 1.1 * THREADS / ANSWER_SECONDS  # or nothing was waited for
    assert together > 0.6 * SCALE * alone


def speed(around: World) -> float:
    """Return how many orders a second arrive, measured once the workers are at it."""
    reached = len(around.applied()) + 50
    assert eventually(lambda: len(around.applied()) >= reached, seconds=60)
    threading.Event().wait(5)
    before = len(around.applied())
    threading.Event().wait(MEASURED_SECONDS)
    return (len(around.applied()) - before) / MEASURED_SECONDS
