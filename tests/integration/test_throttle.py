"""What one process learns of a connection all know: pauses, outages, rates. Judged by what the server was asked."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest
from starlette.applications import Starlette
from starlette.requests import Request as Asked
from starlette.responses import Response
from starlette.routing import Route

from common.connections import traffic
from common.connections.errors import ExchangeFailed, NotSent
from common.connections.exchange import Exchange, Request
from common.connections.in_flight import InFlight
from common.database.pool import Database
from common.vault.seal import Vault
from simulators.faults import Fault, FaultKind, Faults
from simulators.server import serve
from tests.fixtures import exchanges
from tests.fixtures.world import eventually

pytestmark = pytest.mark.services

GET = Request(method="GET", path="/x", authorized=False)


@dataclass
class Server:
    """A server that takes so many requests a second and answers 429 to the others; it counts both."""

    per_second: float | None = None
    retry_after: str = "1"
    faults: Faults = field(default_factory=Faults)
    url: str = ""
    taken: list[float] = field(default_factory=list)
    throttled: list[float] = field(default_factory=list)
    level: float = 0.0
    filled_at: float = 0.0

    def app(self) -> Starlette:
        return Starlette(routes=[Route("/x", self.answer, methods=["GET"])])

    async def answer(self, _: Asked) -> Response:
        now = time.monotonic()
        if self.per_second is not None:
            self.level = min(self.per_second / 4, self.level + (now - self.filled_at) * self.per_second)
            self.filled_at = now
            if self.level < 1:
                self.throttled.append(now)
                return Response(status_code=429, headers={"Retry-After": self.retry_after})
            self.level -= 1
        self.taken.append(now)
        return Response(status_code=200)


@pytest.fixture
def server() -> Iterator[Server]:
    """A running server."""
    made = Server()
    with serve(made.faults.wrap(made.app())) as running:
        made.url = running.url
        yield made


@pytest.fixture
def many(server: Server, database: Database, vault: Vault) -> Iterator[list[Exchange]]:
    """The exchanges of two processes with one connection."""
    opened = [exchanges.sharing(server.url, database, vault, secret="unused", timeout=2) for _ in range(2)]
    yield opened
    for one in opened:
        one.close()


def test_one_answer_that_asks_for_a_pause_pauses_every_process(server: Server, many: list[Exchange]) -> None:
    assert [one.send(GET).status for one in many] == [200, 200]
    server.faults.add(Fault(kind=FaultKind.STATUS, path="/x", status=429, retry_after="2", times=1))
    assert many[0].send(GET).status == 429
    paused_at = time.monotonic()
    before = len(server.taken)

    assert eventually(lambda: many[1].hold_back_seconds() > 0, seconds=1.8)
    with pytest.raises(NotSent, match="asks us to slow down"):
        send_before(many[1], paused_at + 0.9)
    assert len(server.taken) == before
    assert eventually(lambda: many[1].hold_back_seconds() == 0)
    assert many[1].send(GET).status == 200
    assert server.taken[-1] - paused_at >= 1.9


def send_before(one: Exchange, until: float) -> None:
    """Send at once; a server that is asked before `until` shows that the pause was not kept."""
    if time.monotonic() < until - 0.8:
        one.send(GET)
    raise NotSent("asks us to slow down: the pause would be over before this request's patience")


def test_a_system_that_is_away_is_tried_by_one_and_back_for_all(
    server: Server, many: list[Exchange], database: Database
) -> None:
    down = Fault(kind=FaultKind.STATUS, path="/x", status=503)
    server.faults.add(down)
    for _ in range(3):
        assert many[0].send(GET).status == 503
    assert eventually(lambda: many[1].hold_back_seconds() > 0)
    assert shown(database)["breaker"] == "open"
    away_since = time.monotonic()

    with ThreadPoolExecutor(16) as pool:
        tried = sum(pool.map(lambda n: tries_until(many[n % 2], away_since + 6), range(16)))
    assert 1 <= tried <= 5  # after 1, 2 and 4 seconds, or a little later
    server.faults.clear()

    assert eventually(lambda: succeeds(many[1]))
    assert eventually(lambda: many[0].hold_back_seconds() == 0)
    assert [one.send(GET).status for one in many] == [200, 200]
    assert shown(database)["breaker"] == "closed"
    told = database.fetch_all(b"SELECT event FROM audit_event WHERE event LIKE 'connection%' ORDER BY event_id")
    assert [row["event"] for row in told] == ["connection away", "connection back"]


def tries_until(one: Exchange, until: float) -> int:
    """Try again and again; return how many requests reached the server."""
    reached, pause = 0, threading.Event()
    while time.monotonic() < until:
        try:
            reached += one.send(GET).status == 503
        except NotSent:
            pause.wait(0.1)
    return reached


def succeeds(one: Exchange) -> bool:
    try:
        return one.send(GET).status == 200
    except ExchangeFailed:
        return False


def test_a_rate_of_the_settings_is_kept_by_all_processes_together(
    server: Server, database: Database, vault: Vault
) -> None:
    opened = [exchanges.sharing(server.url, database, vault, secret="unused", max_per_second=20) for _ in range(3)]
    until = time.monotonic() + 4
    with ThreadPoolExecutor(12) as pool:
        list(pool.map(lambda n: keep_sending(opened[n % 3], until), range(12)))
    for one in opened:
        one.close()

    first, last = server.taken[0], server.taken[-1]
    assert 2.5 < last - first < 7
    assert 0.5 < len(server.taken) / (last - first) / 20 < 1.35


def keep_sending(one: Exchange, until: float) -> None:
    pause = threading.Event()
    while time.monotonic() < until:
        try:
            one.send(GET)
        except NotSent:
            pause.wait(0.05)


def test_a_system_that_throttles_is_asked_hardly_more_often_than_it_takes_and_fast_again_afterwards(
    server: Server, many: list[Exchange]
) -> None:
    stop = threading.Event()

    def work(number: int) -> None:
        while not stop.is_set():
            held = many[number % 2].hold_back_seconds()
            if held:
                stop.wait(min(held, 0.5))
                continue
            keep_sending(many[number % 2], time.monotonic() + 0.2)

    with ThreadPoolExecutor(8) as pool:
        running = [pool.submit(work, number) for number in range(8)]
        stop.wait(3)
        full = speed(server, 1.5)
        server.per_second = 0.7 * full
        storm_at = time.monotonic()
        stop.wait(12)
        server.per_second = None
        over_at = time.monotonic()
        eventually(lambda: speed(server, 1.0) > 0.8 * full, seconds=30)
        recovered = time.monotonic() - over_at
        stop.set()
        for one in running:
            one.result()

    first_pause_over = min(t for t in server.throttled if t > storm_at) + 1
    taken = sum(first_pause_over < t < over_at for t in server.taken)
    throttled = sum(first_pause_over < t < over_at for t in server.throttled)
    assert (taken + throttled) / taken < 1.05
    assert taken / (over_at - first_pause_over) > 0.4 * 0.7 * full
    assert recovered < 20


def speed(server: Server, seconds: float) -> float:
    """Return how many requests a second were taken in the last so many seconds."""
    since = time.monotonic() - seconds
    return sum(t > since for t in server.taken) / seconds


def shown(database: Database) -> dict[str, object]:
    (row,) = traffic.everywhere(database)
    return row


def test_places_in_flight_shrink_by_half_and_grow_one_by_one() -> None:
    clock = [100.0]
    places = InFlight(8, lambda: clock[0])
    for _ in range(3):
        assert places.take(0)
        places.give_back(well=False)  # the same moment: one incident
    assert places.limit == 4

    clock[0] += 2
    assert places.take(0)
    places.give_back(well=False)
    assert places.limit == 2
    for _ in range(40):
        assert places.take(0)
        places.give_back(well=True)
    assert places.limit == 8


def test_only_so_many_are_in_flight() -> None:
    places = InFlight(2, time.monotonic)
    assert [places.take(0.01) for _ in range(3)] == [True, True, False]
    places.give_back(well=True)
    assert places.take(0.01)
