"""What is known of a request that failed, against servers that misbehave at the level of sockets.

The class decides whether a document may be sent again at once (NotSent) or must be read back first (OutcomeUnknown), so
an error in this table is a lost or a doubled order (messaging-and-reliability.md, section 4).
"""

import gzip
import socket
import struct
import threading
import time
from collections.abc import Callable
from contextlib import suppress

import pytest

from common.connections.errors import ExchangeFailed, NotSent, OutcomeUnknown
from common.connections.exchange import Exchange, Request
from tests.fixtures import exchanges
from tests.fixtures.ports import free_port
from tests.fixtures.sockets import Handler, Listener, answering, listening, read_request

TIMEOUT = 0.6
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def exchange(url: str, *, connections: int = 4) -> Exchange:
    return exchanges.alone(url, timeout=TIMEOUT, connections=connections)


def failure_of(url: str, content: bytes = b"{}") -> tuple[type[ExchangeFailed], str, float]:
    """Post once; return how it failed, what was said, and after how many seconds."""
    started = time.monotonic()
    with exchange(url) as opened, pytest.raises(ExchangeFailed) as failed:
        opened.send(Request(method="POST", path="/x", content=content, authorized=False))
    return type(failed.value), str(failed.value), time.monotonic() - started


def close_at_once(_: Listener) -> Handler:
    return lambda _: None


def reset_at_once(_: Listener) -> Handler:
    def handler(connection: socket.socket) -> None:
        connection.recv(1)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    return handler


def close_after_reading(_: Listener) -> Handler:
    def handler(connection: socket.socket) -> None:
        read_request(connection)

    return handler


def silence(listener: Listener) -> Handler:
    def handler(connection: socket.socket) -> None:
        read_request(connection)
        listener.released.wait(10)

    return handler


def never_reads(listener: Listener) -> Handler:
    def handler(_: socket.socket) -> None:
        listener.released.wait(10)

    return handler


def drip(head: bytes) -> Callable[[Listener], Handler]:
    def made(listener: Listener) -> Handler:
        def handler(connection: socket.socket) -> None:
            read_request(connection)
            connection.sendall(head)
            while not listener.released.wait(0.1):
                connection.sendall(b"x")

        return handler

    return made


@pytest.mark.parametrize(
    ("server", "content"),
    [
        (close_at_once, b"{}"),
        (reset_at_once, b"{}"),
        (reset_at_once, b"x" * 4_000_000),
        (close_after_reading, b"{}"),
        (answering(b"HTTP/1.1 200 OK\r\nContent-Len"), b"{}"),
        (answering(HEAD + b"Content-Length: 100\r\n\r\n{"), b"{}"),
        (answering(HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\n{}"), b"{}"),
        (answering(HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n"), b"{}"),
        (answering(b"\x00\xff\x15\x03\x01 not http at all\r\n\r\n"), b"{}"),
        (answering(b"SSH-2.0-OpenSSH_9.2\r\n"), b"{}"),
        (answering(b"HTTP/1.1 999999 ?\r\n\r\n"), b"{}"),
        (answering(HEAD + b"X-Long: " + b"a" * 300_000 + b"\r\n\r\n"), b"{}"),
        (answering(HEAD + b"Content-Encoding: br\r\nContent-Length: 2\r\n\r\n{}"), b"{}"),
        (answering(HEAD + b"Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}"), b"{}"),
        (answering(HEAD + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"{}" * 99)[:-9]), b"{}"),
        (answering(b"HTTP/1.1 307 Moved\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n"), b"{}"),
        (silence, b"{}"),
        (never_reads, b"x" * 30_000_000),
        (drip(b""), b"{}"),
        (drip(b"HTTP/1.1 200 OK\r\nX-Drip: "), b"{}"),
        (drip(HEAD + b"Content-Length: 1000\r\n\r\n"), b"{}"),
    ],
    ids=[
        "closes at once",
        "resets after a byte",
        "resets while we write",
        "closes after reading",
        "breaks off in the head",
        "breaks off in the body",
        "breaks off in a chunk",
        "bad chunk size",
        "garbage",
        "another protocol",
        "no status",
        "endless header",
        "coding not asked for",
        "broken gzip",
        "gzip without its end",
        "redirect",
        "never answers",
        "never reads",
        "drips garbage",
        "drips a header",
        "drips a body",
    ],
)
def test_what_may_have_arrived_is_unknown(server: Callable[[Listener], Handler], content: bytes) -> None:
    with listening(server) as listener:
        kind, said, seconds = failure_of(listener.url, content)

    assert kind is OutcomeUnknown, said
    assert "POST test/x: " in said
    assert seconds < TIMEOUT + 0.5, "the whole request has one deadline"
    assert listener.connections == 1, "an unclear request is never repeated by itself"


def test_nothing_was_sent_where_nobody_listens() -> None:
    assert failure_of(f"http://127.0.0.1:{free_port()}")[0] is NotSent


def test_nothing_was_sent_to_a_name_without_an_address() -> None:
    assert failure_of("http://nowhere.invalid")[0] is NotSent


def test_nothing_was_sent_while_the_connection_was_not_taken() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full, socket.socket() as first, socket.socket() as second:
        for waiting in (first, second):  # Linux takes one more than the backlog, then lets everyone wait
            waiting.settimeout(0)
            with suppress(BlockingIOError):
                waiting.connect(full.getsockname())
        kind, said, seconds = failure_of(f"http://127.0.0.1:{full.getsockname()[1]}")

    assert kind is NotSent, said
    assert seconds < TIMEOUT + 0.5


def read_a_little(then: bytes) -> Callable[[Listener], Handler]:
    def handler(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(then)

    return lambda _: handler


@pytest.mark.parametrize(
    "server",
    [close_at_once, reset_at_once, silence, read_a_little(b"HTTP/1.1 200 OK\r\n\r\n"), read_a_little(b"\x16\x03\x03")],
    ids=["closes", "resets", "hangs", "answers in the clear", "half a handshake"],
)
def test_nothing_was_sent_before_the_tls_handshake_ended(server: Callable[[Listener], Handler]) -> None:
    with listening(server) as listener:
        kind, said, seconds = failure_of(f"https://127.0.0.1:{listener.port}")

    assert kind is NotSent, said
    assert seconds < TIMEOUT + 0.5


def test_nothing_was_sent_while_every_connection_was_taken() -> None:
    with listening(silence) as listener, exchange(listener.url, connections=1) as opened:
        failures: list[ExchangeFailed] = []

        def ask() -> None:
            try:
                opened.send(Request(method="POST", path="/x", content=b"{}", authorized=False))
            except ExchangeFailed as failed:
                failures.append(failed)

        threads = [threading.Thread(target=ask) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert sorted(type(failed).__name__ for failed in failures) == ["NotSent", "OutcomeUnknown"]
        assert listener.connections == 1


def test_an_answer_that_ends_in_time_is_an_answer() -> None:
    body = gzip.compress(b'{"ok": 1}') + gzip.compress(b" ")
    head = HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(body)
    with listening(answering(head + body)) as listener, exchange(listener.url) as opened:
        answer = opened.send(Request(method="POST", path="/x", content=b"{}", authorized=False))

    assert (answer.status, answer.content) == (200, b'{"ok": 1} ')
