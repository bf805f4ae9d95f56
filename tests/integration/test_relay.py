"""The relay against a real ledger and a real RabbitMQ: a queue that refuses tickets keeps only its own."""

import threading
from collections.abc import Iterator

import pytest

from common.bus import topology
from common.bus.inspection import RabbitInspector
from common.bus.publisher import RabbitPublisher
from common.bus.session import BusUnavailable
from common.database.pool import Database
from common.ledger import outbox
from common.ledger.verdicts import SendAs
from producers import loop, relay
from producers.pulse import Pulse
from producers.relay import Relay
from schemas.tickets import Queue
from tests.fixtures.services import fresh_vhost
from tests.fixtures.world import eventually
from tests.integration.bench import LedgerBench, version

pytestmark = pytest.mark.services

FULL, OPEN = Queue.TRANSFORM, Queue.JAGGAER_DELIVER


@pytest.fixture
def url(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A vhost whose transform queue takes one ticket or two, and then refuses what is published."""
    arguments = topology._arguments

    def shorter(queue: str) -> dict[str, str | int]:
        return {**arguments(queue), **({"x-max-length": 1} if queue == FULL else {})}

    monkeypatch.setattr(topology, "_arguments", shorter)
    with fresh_vhost() as address:
        yield address


def relay_of(database: Database, url: str, queue: Queue) -> Relay:
    return Relay(database=database, publisher=RabbitPublisher(url), queue=queue)


def test_a_queue_that_refuses_tickets_keeps_only_its_own(bench: LedgerBench, url: str) -> None:
    ids = bench.see(*(version(key) for key in range(1, 21)))
    for record_id in ids[:5]:
        bench.make_ready(record_id, send_as=SendAs.PUT)
    stop = threading.Event()
    duties = [relay.duty(relay_of(bench.database, url, queue), 0.05) for queue in (FULL, OPEN)]
    threads = loop.start(duties, stop, Pulse())
    inspector = RabbitInspector(url)
    try:
        assert eventually(lambda: inspector.depth(OPEN) == 5)
    finally:
        stop.set()
        for thread in threads:
            thread.join(10)

    left = outbox.unpublished(bench.database, FULL, up_to=99)
    assert 10 < left < 20
    assert inspector.depth(FULL) == 20 - left  # what was not refused was confirmed, and nothing was published twice
    inspector.close()


def test_a_refused_ticket_goes_out_once_there_is_room_over_the_same_connection(bench: LedgerBench, url: str) -> None:
    bench.see(*(version(key) for key in range(1, 11)))
    refused = relay_of(bench.database, url, FULL)
    with pytest.raises(BusUnavailable, match=r"transform did not take \d+ of 10 tickets"):
        refused.run_once()
    publisher = refused.publisher
    assert isinstance(publisher, RabbitPublisher)
    connection = publisher._session._connection
    assert connection is not None

    left = outbox.unpublished(bench.database, FULL, up_to=99)
    with publisher._session.channel() as channel:
        channel.queue_purge(FULL)
    with pytest.raises(BusUnavailable):
        refused.run_once()

    assert outbox.unpublished(bench.database, FULL, up_to=99) < left
    assert publisher._session._connection is connection
    publisher.close()
