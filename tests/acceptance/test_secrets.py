"""Canary secrets everywhere, and everything that the system leaves behind searched for them."""

import secrets
from pathlib import Path

import pika
import pytest

from common.bus import topology
from common.database.pool import Database
from schemas.tickets import Queue
from simulators.faults import Fault, FaultKind
from simulators.jaggaer.business_faults import BusinessFault, BusinessFaultKind
from tests.fixtures.cluster import Cluster, Plan
from tests.fixtures.flows import CHART, all_flows
from tests.fixtures.hook import hook
from tests.fixtures.services import fresh_database, fresh_vhost
from tests.fixtures.world import World, eventually, world
from tests.integration.vaults import dump, forms_of

pytestmark = pytest.mark.services

COMMANDS = (
    ("status",),
    ("jobs",),
    ("balance",),
    ("dead", "list"),
    ("credentials", "list"),
    ("credentials", "export-key-id"),
    ("credentials", "test", "alerts"),
    ("config", "show"),
    ("config", "check"),
    ("ping",),
)


@pytest.mark.parametrize("dialect", ["j1p", "cxml", "indirect"])
def test_no_secret_is_left_anywhere(tmp_path: Path, dialect: str) -> None:
    private = f"canary-{secrets.token_hex(12)}"
    with (
        fresh_vhost() as rabbitmq_url,
        fresh_database() as database_url,
        world(orders=12, lines=2, suppliers=4, invoices=6) as around,
        hook() as chat,
    ):
        hide(private, around)
        upset(around)
        cluster = Cluster(tmp_path, around, database_url, rabbitmq_url, all_flows(Plan(dialect=dialect, every=1)))
        cluster.environment["ML_CONNECTOR_LOG_LEVEL"] = "DEBUG"
        cluster.environment["ALERT_WEBHOOK"], chat.status = chat.url, 404
        cluster.rewrite(("[timing]\n", '[alerts]\nurl_env = "ALERT_WEBHOOK"\nallow_private = true\n\n[timing]\n'))
        with cluster:
            cluster.migrate()
            assert cluster.command("map", "import", str(CHART.sheet(tmp_path))).returncode == 0
            cluster.producers()
            cluster.workers(Queue.ORACLE_POLL)
            cluster.workers(Queue.TRANSFORM)
            cluster.workers(Queue.JAGGAER_DELIVER)
            assert eventually(lambda: dead_letters(cluster) and len(around.applied()) >= 8)
            found = {" ".join(command): said(cluster, *command) for command in COMMANDS}
            found["trace"] = said(cluster, "trace", around.number(around.keys[0]))
        found["queues"] = waiting(rabbitmq_url)
        found["logs"] = cluster.logs()
        database = Database(database_url, size=1)
        found["database"] = dump(database).decode("latin-1")
        database.close()

    known = (around.known.oracle, around.known.jaggaer, around.known.cxml, chat.secret, *tokens_of(around), private)
    assert len(known) > 6
    assert "HTTP 404" in found["credentials test alerts"]
    assert around.number(around.keys[0]) in found["database"]  # the search does find what is there
    assert "exchanged" in found["logs"]
    leaks = [
        (place, secret[:6])
        for place, text in found.items()
        for secret in known
        if any(form.decode("latin-1") in text for form in forms_of(secret.encode()))
    ]
    assert leaks == []


def hide(private: str, around: World) -> None:
    """Write something private into every order, supplier and invoice."""
    for key in around.keys:
        around.oracle.change(key, Description=private)
    for key in list(around.oracle.suppliers.keys()):
        around.oracle.suppliers.change(key, TaxpayerId=private, TaxRegistrationNumber=private)
    for key in list(around.oracle.invoices.keys()):
        around.oracle.invoices.change(key, Description=private)


def upset(around: World) -> None:
    """Let go wrong what makes a system say much: refusals that quote the order, lost answers, refused tokens."""
    numbers = [around.number(key) for key in around.keys[:3]]
    for number in numbers:
        fault = BusinessFault(
            kind=BusinessFaultKind.REFUSE, prefix=number, text=f"Bearer {around.known.jaggaer} is bad"
        )
        around.jaggaer.business_faults.add(fault)
    around.jaggaer.faults.add(Fault(kind=FaultKind.DROP_AFTER, method="POST", path="/purchaseorders", times=2))
    around.jaggaer.faults.add(Fault(kind=FaultKind.STATUS, status=401, path="/purchaseorders", times=1))
    around.oracle.faults.add(Fault(kind=FaultKind.STATUS, status=401, path="/fscmRestApi", times=1))
    around.oracle.faults.add(Fault(kind=FaultKind.STATUS, status=500, path="/oauth2", times=1))


def dead_letters(cluster: Cluster) -> bool:
    """Whether the refused orders are dead."""
    return cluster.command("dead", "list", "--json").stdout.count('"record_id"') >= 3


def said(cluster: Cluster, *arguments: str) -> str:
    """Return all that a command prints: as JSON, which shows most."""
    run = cluster.command(*arguments, "--json")
    return run.stdout + run.stderr


def waiting(rabbitmq_url: str) -> str:
    """Return every message of every queue."""
    connection = pika.BlockingConnection(pika.URLParameters(rabbitmq_url))
    channel = connection.channel()
    bodies = []
    for declaration in topology.all_declarations():
        while (got := channel.basic_get(declaration.name, auto_ack=True))[0] is not None:
            bodies.append(f"{got[1]} {got[2]!r}")
    connection.close()
    assert bodies  # the dead letters, at least
    return "\n".join(bodies)


def tokens_of(around: World) -> list[str]:
    """Return every token that was issued."""
    return [*around.jaggaer.tokens._ends, *around.oracle.tokens._expires]
