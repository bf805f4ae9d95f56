"""Where requests go: judged by sockets that count who connected, not by what the guard says of itself (A17, A18)."""

import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack

import httpcore
import httpx
import pytest

from common.connections import address_guard, http_client
from common.connections.address_guard import AddressRule
from common.connections.http_client import Reach
from tests.fixtures.sockets import Handler, Listener, answering, listening

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nSet-Cookie: session=1\r\nConnection: close\r\n\r\n{}"
PUBLIC = "93.184.216.34"

ATTACKS = [
    "http://public.example:{port}/",
    "http://127.0.0.1:{port}/",
    "https://127.0.0.1:{port}/",
    "https://127.0.0.53:{port}/",
    "https://127.1:{port}/",
    "https://0x7f.1:{port}/",
    "https://0x7f000001:{port}/",
    "https://0x7F.0.0.1:{port}/",
    "https://2130706433:{port}/",
    "https://017700000001:{port}/",
    "https://0177.0.0.1:{port}/",
    "https://127.0.0.1.:{port}/",
    "https://0.0.0.0:{port}/",
    "https://0:{port}/",
    "https://[::1]:{port}/",
    "https://[::]:{port}/",
    "https://[::ffff:127.0.0.1]:{port}/",
    "https://[::ffff:7f00:1]:{port}/",
    "https://[::127.0.0.1]:{port}/",
    "https://[64:ff9b::7f00:1]:{port}/",
    "https://[2002:7f00:1::]:{port}/",
    "https://[fe80::1]:{port}/",
    "https://[fc00::1]:{port}/",
    "https://[fd12:3456::1]:{port}/",
    "https://[ff02::1]:{port}/",
    "https://169.254.169.254:{port}/latest/meta-data/",
    "https://168.63.129.16:{port}/",
    "https://100.100.100.200:{port}/",
    "https://100.64.0.1:{port}/",
    "https://10.0.0.1:{port}/",
    "https://172.31.255.255:{port}/",
    "https://192.168.1.1:{port}/",
    "https://198.18.0.1:{port}/",
    "https://224.0.0.1:{port}/",
    "https://255.255.255.255:{port}/",
    "https://localhost:{port}/",
    "https://localhost.:{port}/",
    "https://metadata:{port}/",
    "https://metadata.google.internal:{port}/computeMetadata/v1/",
    "https://printer.local:{port}/",
    "https://private.example:{port}/",
    "https://both.example:{port}/",
    "https://mapped.example:{port}/",
    "https://public.example@127.0.0.1:{port}/",
    "https://user:password@private.example:{port}/",
    "https://127.0.0.1:{port}#@public.example/",
    "https://127.0.0.1:{port}\\@public.example/",
    "https://①②⑦.⓪.⓪.①:{port}/",
    "https://ｌｏｃａｌｈｏｓｔ:{port}/",  # noqa: RUF001
    "https://private。example:{port}/",
    "ftp://127.0.0.1:{port}/",
    "file://127.0.0.1:{port}/etc/passwd",
    "gopher://127.0.0.1:{port}/_",
]
NAMES = {
    "public.example": [PUBLIC],
    "private.example": ["127.0.0.1"],
    "both.example": [PUBLIC, "127.0.0.1"],
    "mapped.example": ["::ffff:127.0.0.1"],
}


class Dial(httpcore.SyncBackend):
    """Notes whom it was asked to connect to, and reaches this machine only: nothing here may leave it."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def connect_tcp(self, host: str, port: int, *rest: object, **named: object) -> httpcore.NetworkStream:
        self.asked.append(host)
        if host == PUBLIC:
            raise httpcore.ConnectError("not connected to in tests")
        return super().connect_tcp(host, port, *rest, **named)  # type: ignore[arg-type]


class Resolver:
    """Resolves the names of the table; every other one to this machine, as a hostile or odd resolver may."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = list(answers)
        self.asked = 0

    def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked += 1
        if self.answers:
            return self.answers.pop(0)
        return NAMES.get(host, ["127.0.0.1"])


@pytest.fixture
def listener() -> Iterator[Listener]:
    """A server that answers whoever connects."""
    with listening(answering(ANSWER)) as running:
        yield running


def client(hosts: Sequence[str], resolver: Resolver, dial: Dial, *, allow_private: bool = False) -> httpx.Client:
    reach = Reach(rule=AddressRule(hosts=frozenset(hosts), allow_private=allow_private))
    return http_client.build(
        reach, timeout_seconds=2.0, connections=4, monotonic=time.monotonic, resolver=resolver, dial=dial
    )


def hosts_of(url: str) -> list[str]:
    """Return the host of a URL in every reading of it: the settings name it, so that only its address is at fault."""
    try:
        return ["public.example", httpx.URL(url).host, httpx.URL(url).raw_host.decode()]
    except httpx.InvalidURL:
        return ["public.example"]


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_address_that_is_not_public_is_never_connected_to(listener: Listener, attack: str) -> None:
    url = attack.format(port=listener.port)
    dial = Dial()
    with client(hosts_of(url), Resolver(), dial) as opened, pytest.raises((httpx.HTTPError, httpx.InvalidURL)):
        opened.get(url, headers={"Authorization": "Bearer canary"})

    assert listener.connections == 0
    assert dial.asked == []


@pytest.mark.parametrize("attack", ATTACKS)
def test_such_an_address_is_refused_when_the_settings_are_read_or_resolves_to_one(attack: str) -> None:
    url = attack.format(port=443)
    rule = AddressRule(hosts=frozenset(hosts_of(url)))
    by_name = "private.example", "both.example", "mapped.example"

    assert address_guard.url_refusal(url, rule) is not None or httpx.URL(url).host in by_name


def test_the_same_address_is_reached_where_the_settings_allow_it(listener: Listener) -> None:
    """The control: without the rule, the sockets above would have counted."""
    with client(["private.example"], Resolver(), Dial(), allow_private=True) as opened:
        assert opened.get(f"http://private.example:{listener.port}/").status_code == 200

    assert listener.connections == 1


def test_allowing_private_addresses_allows_no_other_host(listener: Listener) -> None:
    with client(["private.example"], Resolver(), Dial(), allow_private=True) as opened:
        for url in (f"http://127.0.0.1:{listener.port}/", f"http://user@private.example:{listener.port}/"):
            with pytest.raises(httpx.ConnectError, match="the address is refused"):
                opened.get(url)

    assert listener.connections == 0


def test_a_name_that_resolves_differently_the_next_time_gains_nothing(listener: Listener) -> None:
    resolver, dial = Resolver([PUBLIC], ["127.0.0.1"]), Dial()
    with client(["rebinding.example"], resolver, dial) as opened:
        for said in ("not connected to in tests", "127.0.0.1 is not a public address"):
            with pytest.raises(httpx.ConnectError, match=said):
                opened.get(f"https://rebinding.example:{listener.port}/")

    assert dial.asked == [PUBLIC], "connected to the address that was judged, and resolved once for it"
    assert resolver.asked == 2
    assert listener.connections == 0


def test_a_redirect_goes_nowhere() -> None:
    with ExitStack() as stack:
        elsewhere = stack.enter_context(listening(answering(ANSWER)))
        moved = f"HTTP/1.1 302 Found\r\nLocation: {elsewhere.url}/\r\nContent-Length: 0\r\n\r\n".encode()
        here = stack.enter_context(listening(answering(moved)))
        opened = stack.enter_context(client(["127.0.0.1"], Resolver(), Dial(), allow_private=True))

        assert opened.get(f"{here.url}/").status_code == 302
        assert elsewhere.connections == 0


def test_nothing_of_the_environment_is_used(listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    with listening(answering(ANSWER)) as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        with client(["127.0.0.1"], Resolver(), Dial(), allow_private=True) as opened:
            opened.get(f"{listener.url}/")

        assert (listener.connections, proxy.connections) == (1, 0)


def test_a_proxy_of_the_settings_is_used_and_may_be_private() -> None:
    asked: list[bytes] = []

    def tunnel(_: Listener) -> Handler:
        def handler(connection: socket.socket) -> None:
            asked.append(connection.recv(65536))
            connection.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")

        return handler

    with listening(tunnel) as proxy:
        reach = Reach(rule=AddressRule(hosts=frozenset({"public.example"})), proxy=proxy.url)
        with (
            http_client.build(reach, timeout_seconds=2.0, connections=4, monotonic=time.monotonic) as opened,
            pytest.raises(httpx.ProxyError),
        ):
            opened.get("https://public.example/", headers={"Authorization": "Bearer canary"})

        assert asked[0].startswith(b"CONNECT public.example:443 HTTP/1.1\r\n")
        assert b"canary" not in asked[0]


def test_a_proxy_is_no_way_around_the_rule(listener: Listener) -> None:
    reach = Reach(rule=AddressRule(hosts=frozenset({"127.0.0.1"})), proxy=listener.url)
    with (
        http_client.build(reach, timeout_seconds=2.0, connections=4, monotonic=time.monotonic) as opened,
        pytest.raises(httpx.ConnectError, match="not a public address"),
    ):
        opened.get("https://127.0.0.1/")

    assert listener.connections == 0


def test_no_cookie_is_kept() -> None:
    asked: list[bytes] = []

    def remembering(_: Listener) -> Handler:
        def handler(connection: socket.socket) -> None:
            asked.append(connection.recv(65536))
            connection.sendall(ANSWER)

        return handler

    with (
        listening(remembering) as listener,
        client(["127.0.0.1"], Resolver(), Dial(), allow_private=True) as opened,
    ):
        for _ in range(2):
            opened.get(f"{listener.url}/")

    assert len(asked) == 2
    assert b"cookie" not in asked[1].lower()
