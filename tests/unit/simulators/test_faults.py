"""Each transport fault over a real connection: what the client meets, and whether the request was processed."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulators.faults import Fault, FaultKind, Faults, admin_routes
from simulators.server import serve

ANSWER = {"items": ["an answer that is long enough to be cut in its middle"] * 50}


@dataclass(slots=True)
class Counting:
    """A server that counts what it processed, with faults around it."""

    client: httpx.Client
    faults: Faults
    processed: list[str] = field(default_factory=list)

    def ask(self, path: str = "/orders", method: str = "GET") -> httpx.Response:
        return self.client.request(method, path)


@pytest.fixture
def counting() -> Iterator[Counting]:
    faults, processed = Faults(), list[str]()

    async def handle(request: Request) -> Response:
        processed.append(request.url.path)
        return JSONResponse(ANSWER)

    routes = [*admin_routes(faults), Route("/{path:path}", handle, methods=["GET", "POST"])]
    with serve(faults.wrap(Starlette(routes=routes))) as server, httpx.Client(base_url=server.url) as client:
        yield Counting(client=client, faults=faults, processed=processed)


@pytest.mark.parametrize(("kind", "processed"), [(FaultKind.STATUS, 0), (FaultKind.STATUS_AFTER, 1)])
@pytest.mark.parametrize("retry_after", [None, "7", "Mon, 03 Feb 2031 04:05:06 GMT"])
def test_a_status_is_answered_instead(counting: Counting, kind: FaultKind, processed: int, retry_after: str) -> None:
    counting.faults.add(Fault(kind=kind, status=429, retry_after=retry_after, body="slow down", times=1))
    answer = counting.ask()

    assert (answer.status_code, answer.text, answer.headers.get("Retry-After")) == (429, "slow down", retry_after)
    assert len(counting.processed) == processed
    assert counting.ask().json() == ANSWER


@pytest.mark.parametrize(
    ("kind", "error", "processed"),
    [
        (FaultKind.DROP_BEFORE, (httpx.RemoteProtocolError, httpx.ReadError), 0),
        (FaultKind.DROP_AFTER, (httpx.RemoteProtocolError, httpx.ReadError), 1),
        (FaultKind.TRUNCATE, (httpx.RemoteProtocolError, httpx.ReadError), 1),
    ],
)
def test_a_connection_is_cut(
    counting: Counting, kind: FaultKind, error: tuple[type[Exception], ...], processed: int
) -> None:
    counting.faults.add(Fault(kind=kind, times=1))
    with pytest.raises(error):
        counting.ask()

    assert len(counting.processed) == processed
    assert counting.ask().json() == ANSWER


def test_a_truncated_answer_shows_its_head_and_half_of_its_body(counting: Counting) -> None:
    counting.faults.add(Fault(kind=FaultKind.TRUNCATE))
    whole = len(json.dumps(ANSWER, separators=(",", ":")))
    with counting.client.stream("GET", "/orders") as answer:
        assert (answer.status_code, answer.headers["Content-Length"]) == (200, str(whole))
        with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
            answer.read()
    assert answer.num_bytes_downloaded in (0, whole // 2)


@pytest.mark.parametrize("kind", [FaultKind.LATENCY, FaultKind.HANG_AFTER])
def test_an_answer_comes_late_and_whole(counting: Counting, kind: FaultKind) -> None:
    counting.faults.add(Fault(kind=kind, seconds=0.2))
    started = perf_counter()
    assert counting.ask().json() == ANSWER
    assert perf_counter() - started >= 0.2


@pytest.mark.parametrize(("kind", "processed"), [(FaultKind.LATENCY, 0), (FaultKind.HANG_AFTER, 1)])
def test_a_client_that_gives_up_has_or_has_not_been_served(counting: Counting, kind: FaultKind, processed: int) -> None:
    counting.faults.add(Fault(kind=kind, seconds=30))
    with pytest.raises(httpx.ReadTimeout):
        counting.client.get("/orders", timeout=0.3)
    assert len(counting.processed) == processed


def test_only_the_requests_that_a_fault_is_for_meet_it(counting: Counting) -> None:
    counting.faults.add(Fault(kind=FaultKind.STATUS, path="/orders", method="POST"))
    statuses = [
        counting.ask(path, method).status_code
        for path, method in (("/orders", "GET"), ("/items", "POST"), ("/v1/orders/7", "POST"))
    ]
    assert statuses == [200, 200, 503]


def test_a_fault_ends_after_its_times_and_then_the_next_is_met(counting: Counting) -> None:
    counting.faults.add(Fault(kind=FaultKind.STATUS, status=500, times=2))
    counting.faults.add(Fault(kind=FaultKind.STATUS, status=502, times=1))
    assert [counting.ask().status_code for _ in range(4)] == [500, 500, 502, 200]
    assert [fault.times for fault in counting.faults.list().values()] == [0, 0]


def test_a_share_of_the_requests_meets_a_fault_and_the_same_ones_every_time() -> None:
    def met(seed: int) -> list[bool]:
        faults = Faults(seed)
        faults.add(Fault(kind=FaultKind.STATUS, share=0.3))
        return [faults.take("GET", "/") is not None for _ in range(1000)]

    assert met(1) == met(1) != met(2)
    assert 250 < sum(met(1)) < 350


def test_faults_are_switched_by_http_and_never_meet_their_own_switch(counting: Counting) -> None:
    settings = {"kind": "status", "status": 500, "times": 3, "share": 1, "method": "GET"}
    assert counting.client.post("/admin/faults", json=settings).json() == {"id": 1}
    assert counting.ask().status_code == 500
    (shown,) = counting.client.get("/admin/faults").json().values()
    assert (shown["kind"], shown["status"], shown["times"]) == ("status", 500, 2)
    assert counting.client.delete("/admin/faults").json() == {}
    assert counting.ask().status_code == 200


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, "kind must be one of status, status_after, latency"),
        ({"kind": "explode"}, "kind must be one of"),
        ({"kind": "status", "code": 500}, "unknown: code; known are body, content_type, kind"),
        ({"kind": "status", "status": "500"}, "status: '500' is not int"),
        ({"kind": "status", "status": True}, "status: True is not int"),
        ({"kind": "status", "retry_after": 7}, "retry_after: 7 is not str | None"),
        ({"kind": "latency", "seconds": "1"}, "seconds: '1' is not float"),
        ([], "a fault is a JSON object"),
    ],
)
def test_a_fault_that_does_not_exist_is_a_400_that_names_the_known(
    counting: Counting, settings: Any, said: str
) -> None:
    answer = counting.client.post("/admin/faults", json=settings)
    assert answer.status_code == 400
    assert said in answer.json()["error"]
