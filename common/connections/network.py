"""The network under httpx: connects only where the guard lets it, and never longer than the attempt may last.

A name is resolved once per connection, every address of the answer is judged, and what is connected to is the address
that was judged. TLS and the Host header still carry the name, because httpcore takes those from the URL.

Limit: the system's resolver cannot be interrupted. An attempt whose deadline passes there ends without having sent.
"""

import ssl
from collections.abc import Iterable

import httpcore

from common.clock import Monotonic
from common.connections import address_guard, attempt
from common.connections.address_guard import AddressRule, Resolver

_SLICE_BYTES = 16 * 1024
"""What is handed over at once: the deadline is looked at between two slices."""

_SocketOption = tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]


class GuardedBackend(httpcore.NetworkBackend):
    """Opens the connections of one client. `trusted` hosts (the proxy of the settings) may have any address."""

    def __init__(
        self,
        rule: AddressRule,
        monotonic: Monotonic,
        *,
        resolver: Resolver,
        trusted: frozenset[str] = frozenset(),
        dial: httpcore.NetworkBackend | None = None,
    ) -> None:
        self._rule = rule
        self._monotonic = monotonic
        self._resolver = resolver
        self._trusted = trusted
        self._dial = dial or httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[_SocketOption] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address of a host that answers. Raises httpcore.ConnectError or ConnectTimeout."""
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in self._addresses(host, port):
            left = _left(self._monotonic, timeout, httpcore.ConnectTimeout)
            try:
                stream = self._dial.connect_tcp(address, port, left, local_address, socket_options or ())
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return GuardedStream(stream, self._monotonic)
        raise failure

    def _addresses(self, host: str, port: int) -> list[str]:
        try:
            addresses = list(self._resolver(host, port))
        except OSError as error:
            raise httpcore.ConnectError(f"{host} cannot be resolved: {error}") from error
        for address in addresses if host not in self._trusted else ():
            refusal = address_guard.address_refusal(address, self._rule)
            if refusal is not None:
                raise httpcore.ConnectError(f"{host} is not connected to: {refusal}")
        return addresses


class GuardedStream(httpcore.NetworkStream):
    """An open connection: counts what is handed to it and keeps every attempt's deadline."""

    def __init__(self, inner: httpcore.NetworkStream, monotonic: Monotonic) -> None:
        self._inner = inner
        self._monotonic = monotonic

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read what is there. Raises httpcore.ReadTimeout or ReadError."""
        return self._inner.read(max_bytes, _left(self._monotonic, timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write all of it. Raises httpcore.WriteTimeout or WriteError; a part of it may have left then."""
        for start in range(0, len(buffer), _SLICE_BYTES):
            part = buffer[start : start + _SLICE_BYTES]
            left = _left(self._monotonic, timeout, httpcore.WriteTimeout)
            attempt.current().sent += len(part)
            self._inner.write(part, left)

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """Begin TLS. Whatever was written before it was for a proxy: of the request itself nothing has left."""
        left = _left(self._monotonic, timeout, httpcore.ConnectTimeout)
        secured = self._inner.start_tls(ssl_context, server_hostname, left)
        attempt.current().sent = 0
        return GuardedStream(secured, self._monotonic)

    def close(self) -> None:
        """Close the connection."""
        self._inner.close()

    def get_extra_info(self, info: str) -> object:
        """Return what httpcore wants to know of the socket."""
        return self._inner.get_extra_info(info)


def _left(monotonic: Monotonic, timeout: float | None, over: type[httpcore.TimeoutException]) -> float:
    """Return how long the next step may take. Raises `over` when the attempt's time is over."""
    left = attempt.current().deadline - monotonic()
    if left <= 0:
        raise over("the time for the whole request is over")
    return left if timeout is None else min(left, timeout)
