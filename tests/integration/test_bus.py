"""The bus against a real RabbitMQ: what must not stop it, what must not be lost, what must not be settled twice."""

import threading
import uuid
from collections.abc import Iterator

import dramatiq
import orjson
import pika
import pytest
from dramatiq.errors import ConnectionClosed
from dramatiq.middleware import CurrentMessage
from pika.adapters.blocking_connection import BlockingChannel

from common.bus import topology
from common.bus.broker import DeliveryTag, LedgerBroker, TicketRefused
from common.bus.envelope import ARRIVAL_OPTION
from common.bus.inspection import RabbitInspector
from common.bus.publisher import RabbitPublisher
from common.bus.session import BusUnavailable
from common.database.pool import DatabaseUnavailable
from schemas.identity import JobId, RecordId
from schemas.tickets import Outgoing, Queue, RecordTicket
from tests.fixtures.services import fresh_vhost

pytestmark = pytest.mark.services

DEAD_LETTERS = topology.dead_letter_queue(Queue.TRANSFORM)
WAIT_SECONDS = 15


def ticket(number: int, queue: Queue = Queue.TRANSFORM) -> Outgoing:
    return Outgoing(
        ticket_id=number,
        queue=queue,
        ticket=RecordTicket(
            record_id=RecordId(number),
            job_id=JobId(str(uuid.UUID(int=number))),
            integration="main",
            flow="purchase_orders",
            document=f"US{number}",
        ),
    )


class Consumer:
    """A worker on the transform queue that notes what it is given, and can be told what to answer."""

    def __init__(self, url: str) -> None:
        self.broker = LedgerBroker(url)
        self.given: list[tuple[int, bool]] = []
        self.refuse: set[int] = set()
        self.fail_once: set[int] = set()
        self.changed = threading.Condition()
        dramatiq.actor(actor_name="transform", queue_name="transform", broker=self.broker, throws=TicketRefused)(
            self.take
        )
        self.worker = dramatiq.Worker(self.broker, queues={"transform"}, worker_threads=2)

    def take(self, **fields: object) -> None:
        message = CurrentMessage.get_current_message()
        assert message is not None
        number = RecordTicket.decode(fields).record_id
        with self.changed:
            self.given.append((number, message.options[ARRIVAL_OPTION]))
            self.changed.notify_all()
        if number in self.fail_once:
            self.fail_once.discard(number)
            raise RuntimeError("not planned for")
        if number in self.refuse:
            raise TicketRefused(str(number))

    def wait_for(self, *numbers: int) -> None:
        with self.changed:
            assert self.changed.wait_for(
                lambda: set(numbers) <= {number for number, _ in self.given}, timeout=WAIT_SECONDS
            ), f"{numbers} not among {self.given}"


@pytest.fixture
def url() -> Iterator[str]:
    """A vhost of its own."""
    with fresh_vhost() as address:
        yield address


@pytest.fixture
def channel(url: str) -> Iterator[BlockingChannel]:
    """A plain channel, for what only a stranger would do, with the queues declared."""
    inspector = RabbitInspector(url)
    inspector.depth(Queue.TRANSFORM)
    inspector.close()
    connection = pika.BlockingConnection(pika.URLParameters(url))
    yield connection.channel()
    connection.close()


@pytest.fixture
def publisher(url: str) -> Iterator[RabbitPublisher]:
    """A publisher on the vhost."""
    opened = RabbitPublisher(url)
    yield opened
    opened.close()


@pytest.fixture
def consumer(url: str) -> Iterator[Consumer]:
    """A running consumer."""
    running = Consumer(url)
    running.worker.start()
    yield running
    running.worker.stop()
    running.broker.close()


def depth(channel: BlockingChannel, queue: str) -> int:
    return int(channel.queue_declare(queue, passive=True).method.message_count)


def eventually_depth(channel: BlockingChannel, queue: str, expected: int) -> int:
    """Return the queue's depth once it is as expected, or what it is after the patience is over."""
    for _ in range(WAIT_SECONDS * 20):
        if depth(channel, queue) == expected:
            return expected
        channel.connection.process_data_events(time_limit=0.05)
    return depth(channel, queue)


FOREIGN = orjson.dumps(
    {
        "queue_name": "nobody.consumes",
        "actor_name": "nobody.consumes",
        "args": [],
        "kwargs": {},
        "options": {},
        "message_id": "x",
        "message_timestamp": 1,
    }
)


@pytest.mark.parametrize(
    "body",
    [b"garbage", b"[]", b'{"options": null}', FOREIGN, b"x" * 2_000_000, b"\x80\x04pickle"],
    ids=["garbage", "list", "null options", "foreign queue", "2 MB", "pickle"],
)
def test_what_is_not_a_ticket_goes_to_the_dead_letters_and_nothing_behind_it_waits(
    consumer: Consumer, channel: BlockingChannel, publisher: RabbitPublisher, body: bytes
) -> None:
    for _ in range(5):
        channel.basic_publish("", "transform", body)
    publisher.publish([ticket(1), ticket(2)])

    consumer.wait_for(1, 2)
    assert eventually_depth(channel, DEAD_LETTERS, 5) == 5
    assert all(thread.is_alive() for thread in consumer.worker.workers)


def test_a_refused_ticket_is_a_dead_letter_and_comes_back_marked_when_it_is_moved_back(
    consumer: Consumer, channel: BlockingChannel, publisher: RabbitPublisher
) -> None:
    consumer.refuse = {7}
    publisher.publish([ticket(7)])
    consumer.wait_for(7)
    assert eventually_depth(channel, DEAD_LETTERS, 1) == 1

    consumer.refuse = set()
    method, properties, body = channel.basic_get(DEAD_LETTERS)
    channel.basic_publish("", "transform", body, properties)
    channel.basic_ack(method.delivery_tag)

    with consumer.changed:
        assert consumer.changed.wait_for(lambda: len(consumer.given) == 2, timeout=WAIT_SECONDS)
    assert consumer.given == [(7, False), (7, True)]


def test_a_ticket_whose_actor_fails_is_given_again(
    consumer: Consumer, channel: BlockingChannel, publisher: RabbitPublisher
) -> None:
    consumer.fail_once = {3}
    publisher.publish([ticket(3)])

    with consumer.changed:
        assert consumer.changed.wait_for(lambda: len(consumer.given) == 2, timeout=WAIT_SECONDS)
    assert depth(channel, DEAD_LETTERS) == 0


def test_the_queues_are_quorum_queues_without_delay_queues(channel: BlockingChannel) -> None:
    for declaration in topology.all_declarations():
        channel.queue_declare(declaration.name, durable=True, arguments=dict(declaration.arguments))
    with pytest.raises(pika.exceptions.ChannelClosedByBroker, match="NOT_FOUND"):
        channel.queue_declare("transform.DQ", passive=True)


def test_a_sweep_takes_out_what_waits_for_nobody_and_keeps_the_rest_in_order(
    channel: BlockingChannel, publisher: RabbitPublisher, url: str
) -> None:
    for number in (1, 2, 3, 2, 4):
        publisher.publish([ticket(number)])
        _, _, body = channel.basic_get("transform", auto_ack=True)
        channel.basic_publish("", DEAD_LETTERS, body)
    channel.basic_publish("", DEAD_LETTERS, b"not a ticket")
    assert eventually_depth(channel, DEAD_LETTERS, 6) == 6
    inspector = RabbitInspector(url)

    swept = inspector.sweep_dead_letters(Queue.TRANSFORM, lambda _: {RecordId(2), RecordId(3)})
    inspector.close()

    assert (swept.looked_at, swept.taken_out) == (6, 3)  # 1, 4 and the second ticket of 2
    assert eventually_depth(channel, DEAD_LETTERS, 3) == 3
    left = [channel.basic_get(DEAD_LETTERS, auto_ack=True)[2] for _ in range(3)]
    assert [orjson.loads(body)["kwargs"]["record_id"] for body in left[:2]] == [2, 3]
    assert left[2] == b"not a ticket"


def test_a_sweep_that_cannot_be_finished_gives_everything_back_in_its_order(
    channel: BlockingChannel, publisher: RabbitPublisher, url: str
) -> None:
    for number in (1, 2, 3, 4):
        publisher.publish([ticket(number)])
        _, _, body = channel.basic_get("transform", auto_ack=True)
        channel.basic_publish("", DEAD_LETTERS, body)
    assert eventually_depth(channel, DEAD_LETTERS, 4) == 4
    inspector = RabbitInspector(url)

    def away(_: list[RecordId]) -> set[RecordId]:
        raise DatabaseUnavailable("in the middle of a sweep")

    with pytest.raises(DatabaseUnavailable):
        inspector.sweep_dead_letters(Queue.TRANSFORM, away)

    assert eventually_depth(channel, DEAD_LETTERS, 4) == 4
    swept = inspector.sweep_dead_letters(Queue.TRANSFORM, lambda _: {RecordId(2), RecordId(3), RecordId(4)})
    inspector.close()
    assert (swept.looked_at, swept.taken_out) == (4, 1)
    assert eventually_depth(channel, DEAD_LETTERS, 3) == 3
    left = [orjson.loads(channel.basic_get(DEAD_LETTERS, auto_ack=True)[2]) for _ in range(3)]
    assert [message["kwargs"]["record_id"] for message in left] == [2, 3, 4]


def test_a_publisher_without_a_broker_says_so_and_one_that_was_closed_opens_again(publisher: RabbitPublisher) -> None:
    away = RabbitPublisher("amqp://guest:guest@127.0.0.1:1/none")
    with pytest.raises(BusUnavailable):
        away.publish([ticket(1)])

    assert publisher.publish([ticket(1), ticket(2)]) == [1, 2]
    publisher.close()
    assert publisher.publish([ticket(3)]) == [3]


def test_a_worker_waits_for_a_broker_whose_host_has_no_address() -> None:
    broker = LedgerBroker("amqp://guest:guest@no-such-host.invalid/")
    with pytest.raises(ConnectionClosed):
        broker.consume(Queue.TRANSFORM)


def test_workers_cannot_publish() -> None:
    broker = LedgerBroker("amqp://guest:guest@127.0.0.1:1/none")
    actor = dramatiq.actor(actor_name="transform", queue_name="transform", broker=broker)(lambda: None)

    with pytest.raises(RuntimeError, match="workers do not publish"):
        actor.send()


def test_a_stale_tag_settles_nothing() -> None:
    stale, new = DeliveryTag(2), DeliveryTag(2)

    assert stale != new
    assert not stale == new  # noqa: SIM201 - both operators decide
    assert stale == stale  # noqa: PLR0124 - the point of the type
    assert new not in {stale, DeliveryTag(3)}


def test_the_private_names_of_dramatiq_that_the_broker_rests_on_are_there() -> None:
    from dramatiq.brokers import rabbitmq

    assert {"__next__", "ack", "nack", "_nack"} <= set(vars(rabbitmq._RabbitmqConsumer))
    assert {"_declare_queue", "_declare_dq_queue", "_declare_xq_queue", "_ensure_queue", "declare_queue"} <= set(
        vars(rabbitmq.RabbitmqBroker)
    )
