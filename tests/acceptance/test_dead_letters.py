"""What JAGGAER refuses: dead at once with the reason, shovelled back and delivered once, however often it is moved."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pika
import pytest

from common.bus import topology
from common.ledger import books, dead_letters
from schemas.tickets import Queue
from simulators.jaggaer.business_faults import BusinessFault, BusinessFaultKind
from simulators.jaggaer.order import Door
from tests.fixtures.cluster import Plan
from tests.fixtures.services import PrivateBroker, fresh_vhost, private_broker
from tests.fixtures.system import System, system
from tests.fixtures.world import World, eventually, world

pytestmark = pytest.mark.services

QUEUE, DEAD_LETTERS = Queue.JAGGAER_DELIVER, topology.dead_letter_queue(Queue.JAGGAER_DELIVER)
REFUSALS = pytest.mark.parametrize(
    ("dialect", "fault", "says"),
    [
        ("j1p", BusinessFault(kind=BusinessFaultKind.REFUSE, door=Door.J1P, code=17, text="budget closed"), "17"),
        ("j1p", BusinessFault(kind=BusinessFaultKind.PARTIAL, door=Door.J1P, text="budget closed"), "budget closed"),
        ("cxml", BusinessFault(kind=BusinessFaultKind.REFUSE, door=Door.CXML, code=409, text="budget closed"), "409"),
    ],
    ids=["returnCode in HTTP 200", "document error in success", "cXML Status 4xx"],
)


@contextmanager
def refusing(
    folder: Path, database_url: str, dialect: str, fault: BusinessFault, *, orders: int
) -> Iterator[tuple[World, System, PrivateBroker]]:
    """Run a system against a JAGGAER that refuses everything until the fault is cleared."""
    broker = private_broker()
    with fresh_vhost(broker) as rabbitmq_url, world(orders=orders) as around:
        around.jaggaer.business_faults.add(fault)
        plan = Plan(dialect=dialect, every=1)
        with system(folder, around, database_url, rabbitmq_url, plan) as inside:
            yield around, inside, broker


def test_the_dead_letter_queue_shows_what_waits_again_after_it_was_purged(tmp_path: Path, database_url: str) -> None:
    fault = BusinessFault(kind=BusinessFaultKind.REFUSE, door=Door.J1P, text="budget closed")
    with refusing(tmp_path, database_url, "j1p", fault, orders=5) as (around, inside, _):
        assert eventually(lambda: states(inside) == {"dead": 5}), states(inside)
        assert eventually(lambda: depth(inside, DEAD_LETTERS) == 5)
        assert eventually(lambda: purge(inside, DEAD_LETTERS))  # a sweep may hold all of them for a moment

        assert eventually(lambda: depth(inside, DEAD_LETTERS) == 5)
        assert states(inside) == {"dead": 5}
        assert sorted(entry.key for entry in around.refused()) == sorted(around.number(key) for key in around.keys)


def states(inside: System) -> dict[str, int]:
    """Return how many records are in each state."""
    return {row["state"]: row["records"] for row in books.states(inside.database)}


def depth(inside: System, queue: str) -> int:
    """Return how many messages a queue holds."""
    connection = pika.BlockingConnection(pika.URLParameters(inside.rabbitmq_url))
    try:
        return int(connection.channel().queue_declare(queue, passive=True).method.message_count)
    finally:
        connection.close()


def purge(inside: System, queue: str) -> int:
    """Empty a queue, as an operator does by mistake, and return how many messages were lost."""
    connection = pika.BlockingConnection(pika.URLParameters(inside.rabbitmq_url))
    try:
        return int(connection.channel().queue_purge(queue).method.message_count)
    finally:
        connection.close()


def shovel(inside: System, broker: PrivateBroker, name: str) -> None:
    """Move every dead letter back, as an operator does in the management page."""
    vhost = urlsplit(inside.rabbitmq_url or "").path.lstrip("/")
    address = f"amqp:///{vhost}"
    broker.api(
        "PUT",
        f"/api/parameters/shovel/{vhost}/{name}",
        {
            "value": {
                "src-protocol": "amqp091",
                "src-uri": address,
                "src-queue": DEAD_LETTERS,
                "src-delete-after": "queue-length",
                "dest-protocol": "amqp091",
                "dest-uri": address,
                "dest-queue": QUEUE,
                "ack-mode": "on-confirm",
            }
        },
    )


@REFUSALS
def test_a_refusal_is_dead_at_once_and_a_shovel_delivers_it_once(
    tmp_path: Path, database_url: str, dialect: str, fault: BusinessFault, says: str
) -> None:
    with refusing(tmp_path, database_url, dialect, fault, orders=6) as (around, inside, broker):
        assert eventually(lambda: states(inside) == {"dead": 6}), states(inside)
        assert eventually(lambda: depth(inside, DEAD_LETTERS) == 6)
        dead = dead_letters.find(inside.database)
        assert all(says in letter["reason"] and "budget closed" in letter["reason"] for letter in dead)
        assert around.applied() == []
        row = inside.database.fetch_one(b"SELECT max(attempts) AS n FROM record")
        assert row == {"n": 1}

        around.jaggaer.business_faults.clear()
        shovel(inside, broker, "first")

        assert eventually(lambda: states(inside) == {"delivered": 6}), states(inside)
        assert eventually(lambda: depth(inside, DEAD_LETTERS) == 0)
        assert sorted(entry.key for entry in around.applied()) == sorted(around.number(key) for key in around.keys)


def test_a_dead_letter_that_is_shovelled_twice_and_replayed_is_delivered_once(
    tmp_path: Path, database_url: str
) -> None:
    fault = BusinessFault(kind=BusinessFaultKind.REFUSE, door=Door.J1P, code=17)
    with refusing(tmp_path, database_url, "j1p", fault, orders=3) as (around, inside, broker):
        assert eventually(lambda: states(inside) == {"dead": 3} and depth(inside, DEAD_LETTERS) == 3)
        copies = take_copies(inside)
        around.jaggaer.business_faults.clear()

        put_back(inside, copies + copies)
        shovel(inside, broker, "second")
        for letter in dead_letters.find(inside.database):
            inside.cluster.command("dead", "replay", str(letter["record_id"]))

        assert eventually(lambda: states(inside) == {"delivered": 3}), states(inside)
        assert eventually(lambda: depth(inside, QUEUE) == 0)
        assert len(around.applied()) == 3
        assert around.doubles() == []
        row = inside.database.fetch_one(b"SELECT max(generation) AS n FROM record")
        assert row == {"n": 1}


def test_a_replay_without_the_cause_removed_dies_again_with_a_fresh_budget(tmp_path: Path, database_url: str) -> None:
    fault = BusinessFault(kind=BusinessFaultKind.REFUSE, door=Door.J1P, code=17)
    with refusing(tmp_path, database_url, "j1p", fault, orders=2) as (_, inside, broker):
        assert eventually(lambda: states(inside) == {"dead": 2} and depth(inside, DEAD_LETTERS) == 2)

        shovel(inside, broker, "third")

        assert eventually(lambda: all(letter["generation"] == 1 for letter in dead_letters.find(inside.database)))
        assert eventually(lambda: states(inside) == {"dead": 2} and depth(inside, DEAD_LETTERS) == 2)
        row = inside.database.fetch_one(b"SELECT max(attempts) AS n, max(refusals) AS m FROM record")
        assert row == {"n": 1, "m": 2}


def test_the_dead_letter_queue_shows_what_waits_for_a_person(tmp_path: Path, database_url: str) -> None:
    fault = BusinessFault(kind=BusinessFaultKind.REFUSE, door=Door.J1P, code=17)
    with refusing(tmp_path, database_url, "j1p", fault, orders=4) as (around, inside, _):
        assert eventually(lambda: states(inside) == {"dead": 4} and depth(inside, DEAD_LETTERS) == 4)
        first, second, *_ = (letter["record_id"] for letter in dead_letters.find(inside.database))

        inside.cluster.command("dead", "discard", str(first), "--reason", "entered by hand")
        around.jaggaer.business_faults.clear()
        inside.cluster.command("dead", "replay", str(second))

        assert eventually(lambda: depth(inside, DEAD_LETTERS) == 2)
        assert eventually(lambda: states(inside) == {"dead": 3, "delivered": 1})


def take_copies(inside: System) -> list[tuple[pika.BasicProperties, bytes]]:
    """Return a copy of each dead letter, leaving them where they are."""
    connection = pika.BlockingConnection(pika.URLParameters(inside.rabbitmq_url))
    channel = connection.channel()
    copies = []
    while (got := channel.basic_get(DEAD_LETTERS))[0] is not None:
        copies.append((got[1], got[2]))
    connection.close()  # gives them back
    return copies


def put_back(inside: System, messages: list[tuple[pika.BasicProperties, bytes]]) -> None:
    """Publish dead letters to the queue that they came from, headers and all."""
    connection = pika.BlockingConnection(pika.URLParameters(inside.rabbitmq_url))
    channel = connection.channel()
    for properties, body in messages:
        channel.basic_publish("", QUEUE, body, properties)
    connection.close()
