"""Ten thousand orders through separate worker processes, while everything that can happen to a cluster happens.

Two more delivery workers join in the middle, one is killed, RabbitMQ is restarted, every queue is purged, orders change
and are canceled meanwhile. In the end JAGGAER's journal shows each order version once, the newest last, none missing.
The number of orders can be lowered by ML_CONNECTOR_TEST_STORM for a quick look.
"""

from decimal import Decimal
from pathlib import Path

import pika
import pytest

from common.bus import topology
from schemas.tickets import Queue
from simulators.journal import Entry
from tests.fixtures.cluster import Cluster, Plan
from tests.fixtures.environment import GIVEN
from tests.fixtures.services import fresh_database, fresh_vhost, private_broker
from tests.fixtures.world import World, eventually, world

pytestmark = [pytest.mark.services, pytest.mark.timeout(600)]

ORDERS = int(GIVEN.get("ML_CONNECTOR_TEST_STORM", "10000"))
PATIENCE_SECONDS = 420


def purge(rabbitmq_url: str) -> None:
    """Empty every queue, as an operator does by mistake."""
    connection = pika.BlockingConnection(pika.URLParameters(rabbitmq_url))
    channel = connection.channel()
    for declaration in topology.all_declarations():
        channel.queue_purge(declaration.name)
    connection.close()


def reached(around: World, share: float) -> bool:
    """Wait until JAGGAER has applied a share of the orders."""
    return bool(eventually(lambda: len(around.jaggaer.orders) >= ORDERS * share, seconds=PATIENCE_SECONDS))


def versions_of(entries: list[Entry]) -> dict[str, list[int]]:
    """Return the revisions that JAGGAER applied of each order, in the order in which it applied them."""
    found: dict[str, list[int]] = {}
    for entry in entries:
        found.setdefault(entry.key, []).append(int(entry.detail["revision"]))
    return found


def test_nothing_is_lost_or_doubled_whatever_happens_to_the_cluster(tmp_path: Path) -> None:
    broker = private_broker()
    with fresh_vhost(broker) as rabbitmq_url, fresh_database() as database_url, world(orders=ORDERS, lines=2) as around:
        plan = Plan(page_size=500, every=3, overlap=120, lease=12, jaggaer_timeout=5, ticket_lost_after=8)
        with Cluster(tmp_path, around, database_url, rabbitmq_url, plan) as cluster:
            cluster.migrate()
            cluster.producers()
            cluster.workers(Queue.ORACLE_POLL, threads=2)
            cluster.workers(Queue.TRANSFORM)
            first = cluster.workers(Queue.JAGGAER_DELIVER)
            assert reached(around, 0.1), cluster.logs()[-3000:]

            change_some(around)
            cluster.workers(Queue.JAGGAER_DELIVER)
            cluster.workers(Queue.JAGGAER_DELIVER)
            assert reached(around, 0.3)
            first.kill()
            assert reached(around, 0.45)
            broker.restart()
            assert reached(around, 0.6), cluster.logs()[-3000:]
            purge(rabbitmq_url)
            change_some(around)

            assert eventually(lambda: complete(around, cluster), seconds=PATIENCE_SECONDS), (
                around.disagreements()[:5],
                cluster.command("status").stdout,
                cluster.logs()[-3000:],
            )
            balance = cluster.command("balance")

        assert balance.returncode == 0, balance.stdout
        assert around.doubles() == []
        for number, revisions in versions_of(around.applied()).items():
            assert revisions == list(range(len(revisions))), f"{number} arrived as {revisions}"


def change_some(around: World) -> None:
    """Change fifty orders all over the range, and cancel ten."""
    keys = around.keys
    step = max(1, len(keys) // 60)
    for position, key in enumerate(keys[::step][:60]):
        if position % 6 == 5 and around.oracle.latest(key)["Status"] != "Canceled":
            around.oracle.cancel(key)
        elif around.oracle.latest(key)["Status"] != "Canceled":
            around.oracle.change_line(key, 1, quantity=Decimal(position + 2))


def complete(around: World, cluster: Cluster) -> bool:
    """Whether both sides agree, asked only when as many orders are there as there should be."""
    return len(around.jaggaer.orders) >= ORDERS * 0.99 and around.disagreements() == [] and quiet(cluster)


def quiet(cluster: Cluster) -> bool:
    """Whether no record is open."""
    return '"captured"' not in (said := cluster.command("status", "--json").stdout) and not any(
        f'"{state}"' in said for state in ("transforming", "ready", "sending", "unknown", "checking", "dead")
    )
