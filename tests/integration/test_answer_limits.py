"""Answers that are too large, and what they may cost before they are refused (A20)."""

import secrets
import socket
import subprocess
import sys
import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from common.connections.answer_limits import AnswerLimits, AnswerRefused, Unpacker
from tests.fixtures.sockets import Handler, Listener, listening, read_request

GZIP = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

_ASK = """
import resource, sys, threading, time
from common.connections.exchange import Request
from tests.fixtures import exchanges

url, what = sys.argv[1:]
exchange = exchanges.alone(url, timeout=20.0, connections=2)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
started = time.process_time()
try:
    exchange.send(Request(method="GET", path="/" + what, authorized=what == "token"))
    said = "an answer"
except Exception as error:
    said = f"{type(error).__name__}: {error}"
grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
print(f"{time.process_time() - started:.2f}|{grown:.1f}|{said}")
"""


@cache
def bomb() -> bytes:
    """Return 10 MB that unpack to 10 GB: one block of zeros, made once and repeated (deflate needs no end)."""
    packer = zlib.compressobj(9, wbits=16 + zlib.MAX_WBITS)
    start = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(bytes(16 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    return start + block * (10_000_000 // len(block))


def sending(head: bytes, part: Callable[[], bytes], times: int) -> Callable[[Listener], Handler]:
    def made(_: Listener) -> Handler:
        def handler(connection: socket.socket) -> None:
            read_request(connection)
            connection.sendall(head)
            for _ in range(times):
                connection.sendall(part())

        return handler

    return made


def ask(server: Callable[[Listener], Handler], what: str = "x") -> tuple[float, float, str]:
    """Ask in a process of its own; return its processor seconds, how much its memory grew (MiB), and what it said."""
    with listening(server) as listener:
        done = subprocess.run(
            [sys.executable, "-c", _ASK, listener.url, what],
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
    seconds, grown, said = done.stdout.strip().splitlines()[-1].split("|", 2)
    return float(seconds), float(grown), said


@pytest.mark.parametrize("what", ["x", "token"], ids=["as an answer", "as a token"])
def test_a_bomb_is_refused_at_once_and_while_it_is_small(what: str) -> None:
    assert 9_000_000 < len(bomb()) <= 10_000_000
    seconds, grown, said = ask(sending(GZIP, bomb, 1), what)

    assert "unpacks to more than 100 times its size" in said
    assert said.startswith("OutcomeUnknown" if what == "x" else "NotSent")
    assert seconds < 2.0
    assert grown < 64.0


def test_an_endless_answer_is_refused_at_its_limit() -> None:
    seconds, grown, said = ask(sending(CHUNKED, lambda: b"10000\r\n" + bytes(0x10000) + b"\r\n", 1_000_000))

    assert "larger than 50000000 bytes" in said
    assert seconds < 5.0
    assert grown < 64.0


def test_an_answer_that_announces_too_much_is_not_read() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 50000001\r\n\r\n"
    seconds, grown, said = ask(sending(head, lambda: bytes(1000), 1))

    assert "announces 50000001 bytes" in said
    assert seconds < 2.0
    assert grown < 16.0


LIMITS = AnswerLimits(wire=10_000, unpacked=50_000, ratio=10, ratio_from=1_000)


def unpack(parts: list[bytes], *, packed: bool = True) -> bytes:
    unpacker = Unpacker(LIMITS, packed=packed)
    content = b"".join(piece for part in parts for piece in unpacker.feed(part))
    unpacker.finish()
    return content


def gzip(content: bytes, level: int = 9) -> bytes:
    packer = zlib.compressobj(level, wbits=16 + zlib.MAX_WBITS)
    return packer.compress(content) + packer.flush()


def test_an_answer_is_the_same_however_it_is_cut() -> None:
    content = b"".join(b"%d," % (number * number) for number in range(2_000))
    packed = gzip(content)

    for size in (1, 7, 1_000, len(packed)):
        assert unpack([packed[at : at + size] for at in range(0, len(packed), size)]) == content


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (gzip(bytes(30_000)), "more than 10 times its size"),
        (gzip(secrets.token_bytes(7_000) * 8), "unpacks to more than 50000 bytes"),
        (gzip(bytes(range(256)) * 300, level=0), "larger than 10000 bytes"),
        (gzip(b"x" * 100)[:-1], "breaks off"),
        (gzip(b"x" * 100)[:5], "breaks off"),
        (gzip(b"x" * 100) + b"rest", "gzip coding is broken"),
        (b"plain", "gzip coding is broken"),
        (gzip(b"x" * 100)[:-8] + bytes(8), "gzip coding is broken"),
    ],
)
def test_what_is_too_large_or_broken_is_refused(content: bytes, says: str) -> None:
    with pytest.raises(AnswerRefused, match=says):
        unpack([content])


def test_what_is_not_packed_is_limited_too() -> None:
    assert unpack([b"x" * 10_000], packed=False) == b"x" * 10_000
    with pytest.raises(AnswerRefused, match="larger than 10000 bytes"):
        unpack([b"x" * 5_000] * 3, packed=False)


def test_an_empty_answer_has_no_coding_to_end() -> None:
    assert unpack([]) == b""
