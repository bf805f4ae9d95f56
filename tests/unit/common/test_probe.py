"""Looking at a host obeys the rule of its connection and gives up in time."""

import socket
import ssl
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from common.connections import http_client, probe
from common.connections.address_guard import AddressRule
from common.connections.deadline import TookTooLong, within
from common.connections.probe import NoSuchPlace, NoWayThere, Place
from tests.fixtures import certificates
from tests.fixtures.certificates import DAY
from tests.fixtures.ports import free_port

RULE = AddressRule(hosts=frozenset({"pod.example"}))
POD = Place(secure=True, host="pod.example", port=443)


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("https://pod.example", POD),
        ("https://pod.example:8443/x", Place(secure=True, host="pod.example", port=8443)),
        ("http://[::1]:8801", Place(secure=False, host="::1", port=8801)),
        ("http://pod.example", Place(secure=False, host="pod.example", port=80)),
    ],
)
def test_an_address_leads_to_a_place(url: str, place: Place) -> None:
    assert probe.place_of(url) == place


def test_a_name_that_leads_inside_is_not_looked_at() -> None:
    with pytest.raises(NoSuchPlace, match=r"pod\.example is not connected to: 10\.0\.0\.7 is not a public address"):
        probe.addresses(POD, RULE, resolver=lambda *_: ["93.184.216.34", "10.0.0.7"])


def test_every_public_address_is_returned() -> None:
    assert probe.addresses(POD, RULE, resolver=lambda *_: ["93.184.216.34"]) == ("93.184.216.34",)


def test_the_next_address_is_tried_and_the_last_failure_told() -> None:
    nobody = Place(secure=False, host="pod.example", port=free_port())

    with pytest.raises(NoWayThere, match=f"no connection to pod.example:{nobody.port}"):
        probe.connect(nobody, ["127.0.0.1", "127.0.0.1"], 1)


def test_a_certificate_that_is_not_trusted_is_looked_at_and_nothing_is_sent(tmp_path: Path) -> None:
    shown = certificates.server_file(tmp_path, "localhost", None, begins=-3 * DAY, ends=-DAY)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(shown)
    with socket.create_server(("127.0.0.1", 0)) as listening, ThreadPoolExecutor(1) as serving:
        received = serving.submit(_received, listening, context)
        place = Place(secure=True, host="localhost", port=listening.getsockname()[1])
        seen = probe.certificate(place, ["127.0.0.1"], http_client.tls_context(None), 5)

        assert received.result(5) == b""
    assert seen.distrust is not None
    assert (seen.subject, seen.issuer) == ("localhost", "localhost")
    assert probe.days_left(seen, datetime.now(UTC)) == -2  # a day and a moment ago


def _received(listening: socket.socket, context: ssl.SSLContext) -> bytes:
    """Return what a client sends after the handshake that it completes; its first one, it breaks off.

    A client that leaves at once may be gone before it is told of its session: it has sent nothing either.
    """
    refused, _ = listening.accept()
    with refused, pytest.raises(ssl.SSLError):
        context.wrap_socket(refused, server_side=True).recv(1)
    accepted, _ = listening.accept()
    with accepted, context.wrap_socket(accepted, server_side=True) as secured:
        try:
            return secured.recv(100)
        except ConnectionError:
            return b""


def test_work_that_fails_is_told_from_work_that_takes_too_long() -> None:
    def timed_out() -> int:
        raise TimeoutError("its own")

    assert within(5, lambda: 7) == 7
    with pytest.raises(TimeoutError, match="its own"):
        within(5, timed_out)
    never = threading.Event()
    with pytest.raises(TookTooLong, match=r"no answer within 0\.0 s"):
        within(0.01, never.wait)
    never.set()
