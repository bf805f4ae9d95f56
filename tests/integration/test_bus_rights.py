"""Who may do what on RabbitMQ: each user does its work with the rights of the definitions, and nothing else (A15)."""

import secrets
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx
import pika
import pytest
from pika.adapters.blocking_connection import BlockingChannel
from pika.exceptions import ChannelClosedByBroker

from common.bus import declaring, topology
from common.bus.broker import LedgerBroker
from common.bus.definitions import User, definitions
from common.bus.inspection import RabbitInspector
from common.bus.publisher import RabbitPublisher
from common.bus.session import BusUnavailable, RabbitSession
from schemas.identity import JobId, RecordId
from schemas.tickets import Outgoing, Queue, RecordTicket
from tests.fixtures.rabbitmq import PrivateBroker, private_broker
from tests.fixtures.world import eventually

pytestmark = pytest.mark.services

QUEUE = Queue.TRANSFORM
DEAD_LETTERS = topology.dead_letter_queue(QUEUE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bus:
    """A broker that was told the definitions file and nothing else."""

    broker: PrivateBroker
    passwords: dict[User, str]

    def url(self, user: User) -> str:
        return f"amqp://{user}:{self.passwords[user]}@{urlsplit(self.broker.url).netloc.rpartition('@')[2]}/"

    def api(self, user: User, method: str, path: str, body: object = None) -> httpx.Response:
        with httpx.Client(base_url=self.broker.management_url, auth=(user, self.passwords[user])) as http:
            return http.request(method, path, json=body)


@pytest.fixture(scope="module")
def bus() -> Bus:
    """The private node, with users and queues as RabbitMQ would read them at its start."""
    broker = private_broker()
    passwords = {user: secrets.token_hex(8) for user in User}
    broker.api("POST", "/api/definitions", definitions(passwords))
    return Bus(broker=broker, passwords=passwords)


@pytest.fixture(autouse=True)
def emptied(bus: Bus) -> Iterator[None]:
    """Leave the queues as they were found."""
    yield
    connection = pika.BlockingConnection(pika.URLParameters(bus.broker.url))
    for name in (QUEUE, DEAD_LETTERS):
        connection.channel().queue_purge(name)
    connection.close()


def ticket(number: int) -> Outgoing:
    job = JobId(str(uuid.UUID(int=number)))
    named = RecordTicket(
        record_id=RecordId(number), job_id=job, integration="main", flow="purchase_orders", document=f"US{number}"
    )
    return Outgoing(ticket_id=number, queue=QUEUE, ticket=named)


def refused(bus: Bus, user: User, attempt: Callable[[BlockingChannel], object]) -> bool:
    """Return whether RabbitMQ refuses a user something for want of rights."""
    connection = pika.BlockingConnection(pika.URLParameters(bus.url(user)))
    try:
        channel = connection.channel()
        channel.confirm_delivery()
        attempt(channel)
    except ChannelClosedByBroker as error:
        return bool(error.reply_code == 403)
    finally:
        if connection.is_open:
            connection.close()
    return False


def publish(bus: Bus, *numbers: int) -> list[int]:
    publisher = RabbitPublisher(bus.url(User.PRODUCER))
    try:
        return publisher.publish([ticket(number) for number in numbers])
    finally:
        publisher.close()


def work(bus: Bus, count: int, *, refuse: bool) -> None:
    """Take tickets as a worker does, and finish or refuse them."""
    broker = LedgerBroker(bus.url(User.WORKER))
    consumer = broker.consume(QUEUE, prefetch=count, timeout=1000)
    for _ in range(count):
        message = next(consumer)
        assert message is not None
        (consumer.nack if refuse else consumer.ack)(message)
    consumer.close()
    broker.close()


def depth(bus: Bus, name: str) -> int:
    connection = pika.BlockingConnection(pika.URLParameters(bus.broker.url))
    found = connection.channel().queue_declare(name, passive=True).method.message_count
    connection.close()
    return int(found)


ATTEMPTS: dict[str, Callable[[BlockingChannel], object]] = {
    "purge dead letters": lambda channel: channel.queue_purge(DEAD_LETTERS),
    "read dead letters": lambda channel: channel.basic_get(DEAD_LETTERS),
    "purge tickets": lambda channel: channel.queue_purge(QUEUE),
    "read tickets": lambda channel: channel.basic_get(QUEUE),
    "delete a queue": lambda channel: channel.queue_delete(QUEUE),
    "declare a queue": lambda channel: channel.queue_declare("another"),
    "publish": lambda channel: channel.basic_publish("", QUEUE, b"{}", mandatory=True),
    "make an exchange": lambda channel: channel.exchange_declare("another"),
    "bind a queue": lambda channel: channel.queue_bind(QUEUE, "amq.direct"),
}
MAY = {
    User.WORKER: {"read tickets", "purge tickets"},  # RabbitMQ has no right to consume without the right to purge
    User.PRODUCER: {"publish", "read dead letters", "purge dead letters"},
    User.BOOTSTRAP: {"delete a queue", "publish", "read tickets", "purge tickets"},
    User.OPERATOR: {"publish", "read dead letters", "purge dead letters"},
    User.MONITOR: set[str](),
}


@pytest.mark.parametrize("user", [user for user in User if user is not User.BOOTSTRAP])
def test_a_user_may_do_what_its_work_needs_and_nothing_else(bus: Bus, user: User) -> None:
    allowed = {name for name, attempt in ATTEMPTS.items() if not refused(bus, user, attempt)}

    assert allowed == MAY[user]


def test_a_ticket_goes_its_way_with_the_rights_of_producers_and_workers(bus: Bus) -> None:
    assert publish(bus, 1, 2) == [1, 2]

    work(bus, 1, refuse=False)
    work(bus, 1, refuse=True)

    assert eventually(lambda: depth(bus, DEAD_LETTERS) == 1)
    assert depth(bus, QUEUE) == 0
    inspector = RabbitInspector(bus.url(User.PRODUCER))
    assert inspector.sweep_dead_letters(QUEUE, lambda _: set()).taken_out == 1
    inspector.close()


def test_the_operator_moves_dead_letters_back_by_a_shovel_and_can_do_no_more(bus: Bus) -> None:
    publish(bus, 7)
    work(bus, 1, refuse=True)
    assert eventually(lambda: depth(bus, DEAD_LETTERS) == 1)

    shovel = {
        "src-uri": "amqp://",
        "src-queue": DEAD_LETTERS,
        "dest-uri": "amqp://",
        "dest-queue": QUEUE,
        "ack-mode": "on-confirm",
        "src-delete-after": "queue-length",
    }
    made = bus.api(User.OPERATOR, "PUT", "/api/parameters/shovel/%2F/back", {"value": shovel})

    assert made.status_code == 201, made.text
    assert eventually(lambda: (depth(bus, DEAD_LETTERS), depth(bus, QUEUE)) == (0, 1))
    assert bus.api(User.OPERATOR, "GET", "/api/shovels").status_code == 200
    assert bus.api(User.OPERATOR, "DELETE", f"/api/queues/%2F/{DEAD_LETTERS}").status_code in (401, 403)
    assert bus.api(User.OPERATOR, "GET", "/api/users").status_code == 401
    assert bus.api(User.WORKER, "PUT", "/api/parameters/shovel/%2F/mine", {"value": shovel}).status_code == 401


def test_a_queue_that_is_gone_is_named_to_those_who_may_not_declare_it_and_comes_back_by_the_bootstrap(
    bus: Bus,
) -> None:
    bus.broker.api("DELETE", f"/api/queues/%2F/{QUEUE}")

    with pytest.raises(BusUnavailable, match=r"There is no queue transform.*bus declare"):
        publish(bus, 9)

    session = RabbitSession(bus.url(User.BOOTSTRAP))
    assert QUEUE in session.declare()
    session.close()
    assert publish(bus, 9) == [9]


def test_a_queue_with_other_arguments_is_refused_when_it_is_declared(bus: Bus) -> None:
    connection = pika.BlockingConnection(pika.URLParameters(bus.url(User.BOOTSTRAP)))
    other = topology.QueueDeclaration(name=QUEUE, arguments={"x-queue-type": "classic"})

    with pytest.raises(declaring.QueueRefused, match="Queue transform is there with other arguments"):
        declaring.declare(connection, other)
    connection.close()
