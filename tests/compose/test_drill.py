"""The drill: orders flow through docker compose while everything in it is scaled, killed, stopped and taken down.

The two simulated systems run in the test, so that their journals outlive it all. In the end each order version was
applied once, the newest last, none is missing, and the books balance. Needs Docker on Linux as root, and the ports that
docker-compose.yml publishes; takes minutes. ML_CONNECTOR_TEST_DRILL is the number of orders.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from time import monotonic

import httpx
import pytest

from common.bus.definitions import User
from schemas.tickets import Queue
from simulators.jaggaer.business_faults import BusinessFault, BusinessFaultKind
from simulators.jaggaer.order import Door
from tests.compose.engine import Compose
from tests.fixtures.cluster import Secrets
from tests.fixtures.environment import GIVEN
from tests.fixtures.settings_text import simulated
from tests.fixtures.world import World, eventually, world

pytestmark = [
    pytest.mark.timeout(1800),
    pytest.mark.skipif(shutil.which("docker") is None or os.geteuid() != 0, reason="needs Docker, as root"),
]

ORDERS = int(GIVEN.get("ML_CONNECTOR_TEST_DRILL", "3000"))
PACE = ORDERS / 300
"""Requests per second to JAGGAER: so that orders are under way for five minutes, however fast the machine is."""
PATIENCE_SECONDS = 900
MANAGEMENT = "http://127.0.0.1:15672"
QUEUE, DEAD_LETTERS = Queue.JAGGAER_DELIVER, f"{Queue.JAGGAER_DELIVER}.XQ"
OPEN = {"captured", "transforming", "ready", "sending", "unknown", "checking", "dead"}

_JAGGAER = f"""\
timeout_seconds = 8
max_requests_per_second = {PACE}
absent_reads = 2
absent_first_wait_seconds = 0.5
"""
_SETTINGS = """
{oracle}
{jaggaer}
[integrations.main.accounts]
mapping = "as_in_oracle"

[integrations.main.flows.purchase_orders]
every_seconds = 3
overlap_seconds = 600
safety_seconds = 2

[timing]
lease = 15
ticket_lost_after = 8
"""

_ATTEMPTS = """
import pathlib, pika
parameters = pika.URLParameters(pathlib.Path("/run/secrets/own/rabbitmq_url").read_text().strip())
attempts = {{
    "purge": lambda channel: channel.queue_purge("{dead_letters}"),
    "read": lambda channel: channel.basic_get("{dead_letters}"),
    "delete": lambda channel: channel.queue_delete("{queue}"),
    "publish": lambda channel: (channel.confirm_delivery(), channel.basic_publish("", "{queue}", b"x")),
}}
for name, attempt in attempts.items():
    connection = pika.BlockingConnection(parameters)
    try:
        attempt(connection.channel())
        print(name, "allowed")
    except pika.exceptions.ChannelClosedByBroker as error:
        print(name, error.reply_code)
"""


@pytest.fixture
def around() -> Iterator[World]:
    """Both systems, where containers of this machine reach them."""
    said = subprocess.run(
        ["docker", "run", "--rm", "--add-host", "systems:host-gateway", "rabbitmq:4-management", "cat", "/etc/hosts"],
        capture_output=True,
        text=True,
        check=True,
    )
    gateway = next(line.split()[0] for line in said.stdout.splitlines() if line.endswith("systems"))
    with world(orders=ORDERS, lines=2, host=gateway) as running:
        yield running


@pytest.fixture
def compose(around: World, tmp_path: Path) -> Iterator[Compose]:
    """The project, up against both systems; taken down with everything that it kept."""
    (tmp_path / "connector.toml").write_text(settings(around))
    (tmp_path / "oracle").write_text(around.known.oracle)
    (tmp_path / "jaggaer").write_text(around.known.jaggaer)
    for path in tmp_path.iterdir():  # the containers' user is another
        path.chmod(0o644)
    tmp_path.chmod(0o755)
    project = Compose("ml-connector-drill", tmp_path)
    try:
        yield project
    finally:
        project.attempt("down", "--volumes", "--timeout", "10")


def settings(around: World) -> str:
    """Return the settings of the containers, which reach both systems by a name of their own."""
    oracle = section("oracle", around.oracle_url, around.known, "write_timeout_seconds = 8\n")
    return _SETTINGS.format(oracle=oracle, jaggaer=section("jaggaer", around.jaggaer_url, around.known, _JAGGAER))


def section(name: str, url: str, known: Secrets, more: str) -> str:
    secret = f'client_secret_file = "/etc/ml-connector/{name}"'
    reached = str(httpx.URL(url).copy_with(host="systems"))
    return simulated(name, reached, client_id=known.client_id, secret=secret, more=more)


@contextmanager
def step(what: str) -> Iterator[None]:
    begun = monotonic()
    print(f"{what}", flush=True)
    yield
    print(f"  done after {monotonic() - begun:.1f} s", flush=True)


def test_nothing_is_lost_or_doubled_whatever_happens_to_the_containers(around: World, compose: Compose) -> None:
    print()
    with step("up: from nothing"):
        compose("build", "secrets")
        compose("up", "--detach", "--wait")
    with step("a worker's user may not do more than work"):
        said = compose("exec", "-T", "deliver-jaggaer", "python", "-c", attempts())
        assert dict(line.split() for line in said.splitlines()) == dict.fromkeys(
            ("purge", "read", "delete", "publish"), "403"
        )
    with step("scaled up and down while orders flow"):
        wait_for(around, 0.1)
        scale(compose, {"deliver-jaggaer": 3, "transform": 2, "poll-oracle": 2, "producers": 2})
        wait_for(around, 0.3)
        change_some(around)
    with step("every kind of container killed"):
        for service in ("deliver-jaggaer", "transform", "poll-oracle", "producers"):
            compose.crash(service)
        wait_for(around, 0.45)
        scale(compose, {"deliver-jaggaer": 1, "transform": 1, "poll-oracle": 1, "producers": 1})
    for server, share in (("rabbitmq", 0.6), ("postgres", 0.75)):
        with step(f"{server} stopped and started"):
            compose("stop", server)
            compose("start", server)
            wait_for(around, share)
    with step("down, and up again"):
        change_some(around)
        compose("down")
        compose("up", "--detach", "--wait")
    with step("everything arrives"):
        agrees(around, compose)
    with step("a dead letter is moved back by the operator's shovel"):
        shovelled(around, compose)


def wait_for(around: World, share: float) -> None:
    assert eventually(lambda: len(around.jaggaer.orders) >= ORDERS * share, seconds=PATIENCE_SECONDS), share
    print(f"  {len(around.jaggaer.orders)} of {ORDERS} orders are in JAGGAER", flush=True)


def scale(compose: Compose, wanted: dict[str, int]) -> None:
    scales = [part for service, number in wanted.items() for part in ("--scale", f"{service}={number}")]
    compose("up", "--detach", "--no-recreate", *scales)


def agrees(around: World, compose: Compose) -> None:
    """Wait until nothing is open, and hold both journals and the books against each other."""
    assert eventually(lambda: around.disagreements() == [] and open_states(compose) == {}, seconds=PATIENCE_SECONDS), (
        around.disagreements()[:5],
        open_states(compose),
    )
    assert around.doubles() == []
    revisions: dict[str, list[int]] = {}
    for entry in around.applied():
        revisions.setdefault(entry.key, []).append(int(entry.detail["revision"]))
    assert [number for number, seen in revisions.items() if seen != list(range(len(seen)))] == []
    assert compose.program("balance")["balances"]
    print(f"  {len(around.applied())} versions of {ORDERS} orders, each applied once, in order", flush=True)


def open_states(compose: Compose) -> dict[str, int]:
    return {row["state"]: row["records"] for row in compose.program("status")["records"] if row["state"] in OPEN}


def shovelled(around: World, compose: Compose) -> None:
    """Let JAGGAER refuse one change, move it back through the management page's API, and see it arrive once."""
    refuses = BusinessFault(kind=BusinessFaultKind.REFUSE, door=Door.J1P, code=17, text="budget closed")
    around.jaggaer.business_faults.add(refuses)
    key = next(key for key in around.keys if around.oracle.latest(key)["Status"] != "Canceled")
    around.oracle.change_line(key, 1, quantity=Decimal(4711))
    before = len(around.applied())
    with httpx.Client(
        base_url=MANAGEMENT, auth=(User.OPERATOR, compose("run", "--rm", "-T", "secrets", "show").strip())
    ) as http:
        assert eventually(lambda: depth(http, DEAD_LETTERS) == 1)
        around.jaggaer.business_faults.clear()
        value = {"src-uri": "amqp://", "src-queue": DEAD_LETTERS, "dest-uri": "amqp://", "dest-queue": QUEUE}
        value |= {"ack-mode": "on-confirm", "src-delete-after": "queue-length"}
        made = http.put("/api/parameters/shovel/%2F/move-back", json={"value": value})
        assert made.status_code == 201, made.text
        assert eventually(lambda: depth(http, DEAD_LETTERS) == 0)
    agrees(around, compose)
    assert len(around.applied()) == before + 1
    events = json.dumps(compose.program("trace", around.number(key)))
    assert "replayed" in events


def depth(http: httpx.Client, queue: str) -> int:
    return int(http.get(f"/api/queues/%2F/{queue}").json().get("messages", -1))


def attempts() -> str:
    return _ATTEMPTS.format(queue=QUEUE, dead_letters=DEAD_LETTERS)


def change_some(around: World) -> None:
    """Change fifty orders all over the range."""
    for position, key in enumerate(around.keys[:: max(1, ORDERS // 50)]):
        around.oracle.change_line(key, 1, quantity=Decimal(position + 2))
