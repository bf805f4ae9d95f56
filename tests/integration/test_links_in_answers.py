"""Links in Oracle's answers lead nowhere but to Oracle's own API, and the token with them (A18)."""

import json
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from common.connections.errors import NotSent
from common.connections.exchange import Exchange
from common.connections.source import SourceUnreadable
from common.flows import purchase_orders
from common.oracle.client import OracleClient
from schemas.exact_json import JsonValue
from tests.fixtures import exchanges
from tests.fixtures.sockets import Handler, Listener, listening, read_request

API = "/fscmRestApi/resources/11.13.18.05"


@dataclass
class Pod:
    """A pod that answers one order, whose lines are cut, and which says of itself whatever the test wants."""

    link: str = ""
    asked: list[str] = field(default_factory=list)

    def __call__(self, _: Listener) -> Handler:
        def handler(connection: socket.socket) -> None:
            request = read_request(connection)
            self.asked.append(request.decode())
            body = json.dumps(self._answer(request)).encode()
            head = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body)
            connection.sendall(head + body)

        return handler

    def _answer(self, request: bytes) -> object:
        if request.startswith(b"POST /token"):
            return {"access_token": "canary-token", "expires_in": 3600}
        if b"/child/lines" in request.partition(b"\r\n")[0]:
            return {"items": [] if b"offset=1" in request else [{"LineNumber": 2}]}
        lines = {"items": [{"LineNumber": 1}], "count": 1, "hasMore": True}
        return {"items": [{"POHeaderId": 1, "lines": lines, "links": [{"rel": "self", "href": self.link}]}]}


Read = Callable[[str], list[str]]


@pytest.fixture
def evil() -> Iterator[Listener]:
    """Another host (of the same machine), which must see nothing."""

    def handler(connection: socket.socket) -> None:
        read_request(connection)

    with listening(lambda _: handler) as listener:
        yield listener


def oracle_at(url: str) -> tuple[Exchange, OracleClient]:
    exchange = exchanges.alone(url, connections=1)
    return exchange, OracleClient(exchange, version="11.13.18.05", page_size=10, child_filters=False)


@pytest.fixture
def read() -> Iterator[Read]:
    """Reads an order whose self link is given; returns the request lines, the token's apart."""
    pod = Pod()
    with listening(pod) as listener:
        exchange, oracle = oracle_at(listener.url)

        def asked(link: str) -> list[str]:
            pod.link = link
            oracle.whole(purchase_orders.RESOURCE, {"POHeaderId": 1})
            return [request.partition(" HTTP/")[0] for request in pod.asked[1:]]

        with exchange:
            yield asked


def test_a_link_to_another_host_is_asked_of_our_own(read: Read, evil: Listener) -> None:
    asked = read(f"{evil.url}{API}/purchaseOrders/1")

    assert asked[1].startswith(f"GET {API}/purchaseOrders/1/child/lines?")
    assert evil.connections == 0


@pytest.mark.parametrize(
    "link",
    [
        "{evil}/steal",
        "//{evil}/steal",
        "@{evil}/steal",
        "https://pod.example//{evil}/x",
        "https://[",
        "javascript:x",
        "",
        "{evil}/fscmRestApi/resourcesX/1",
    ],
)
def test_a_link_that_leads_out_of_the_api_is_refused(read: Read, evil: Listener, link: str) -> None:
    with pytest.raises(SourceUnreadable, match="self link"):
        read(link.replace("{evil}", evil.url))
    assert evil.connections == 0


@pytest.mark.parametrize("tail", ["/../../admin", "/%2e%2e/x", "/1\\..\\x", "/1%0d%0aX:y", "/1 2"])
def test_a_link_that_climbs_or_breaks_out_is_never_sent(read: Read, evil: Listener, tail: str) -> None:
    with pytest.raises(NotSent, match="its path"):
        read(f"{evil.url}{API}{tail}")
    assert evil.connections == 0


@pytest.mark.parametrize("key", ["1;OrderNumber=2", "1,2", None, True])
def test_a_key_that_is_no_whole_number_is_not_asked_for(evil: Listener, key: JsonValue) -> None:
    exchange, oracle = oracle_at(evil.url)

    with exchange, pytest.raises(SourceUnreadable, match="no whole number as its key"):
        oracle.whole(purchase_orders.RESOURCE, {"POHeaderId": key})
    assert evil.connections == 0
