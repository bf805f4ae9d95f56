"""The one builder of HTTP clients.

What every client of this system keeps, whatever is asked through it:

* it connects only where its address rule allows (`address_guard.py`, `network.py`);
* TLS is 1.2 or later and always verified; settings can add CA certificates, and nothing turns it off;
* a request ends within its total time, and an answer within its limits (`answer_limits.py`);
* redirects are not followed, cookies are not kept, and of the environment nothing is read: no proxy, no certificates.
"""

import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path

import httpcore
import httpx

from common.clock import Monotonic
from common.connections import address_guard, answer_limits, attempt
from common.connections.address_guard import AddressRule, Resolver
from common.connections.answer_limits import AnswerLimits, AnswerRefused, Unpacker
from common.connections.attempt import Attempt
from common.connections.network import GuardedBackend

_CONNECT_SECONDS = 5.0
_KEEP_ALIVE_SECONDS = 5.0
_RECODED = (b"content-encoding", b"content-length")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How one connection is reached: which addresses, which further CA certificates, through which proxy."""

    rule: AddressRule
    ca_file: Path | None = None
    proxy: str | None = field(default=None, repr=False)


def build(
    reach: Reach,
    *,
    timeout_seconds: float,
    connections: int,
    monotonic: Monotonic,
    resolver: Resolver = address_guard.resolve,
    dial: httpcore.NetworkBackend | None = None,
) -> httpx.Client:
    """Return a client; `close()` it at the end. Raises OSError if the CA file cannot be read or holds none."""
    connect = min(_CONNECT_SECONDS, timeout_seconds)
    tls = tls_context(reach.ca_file)
    trusted = frozenset({httpx.URL(reach.proxy).host} if reach.proxy else ())
    backend = GuardedBackend(reach.rule, monotonic, resolver=resolver, trusted=trusted, dial=dial)
    pool = _pool(reach.proxy, tls, connections, backend)
    return httpx.Client(
        transport=BoundedTransport(pool, tls, reach.rule, timeout_seconds, monotonic),
        headers={"Accept-Encoding": "gzip", "User-Agent": "ml-connector"},
        # Who waits long for a free connection would be cut off while its answer is on the way: better not sent at all.
        timeout=httpx.Timeout(timeout_seconds, connect=connect, pool=timeout_seconds / 2),
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        follow_redirects=False,
        trust_env=False,
    )


def tls_context(ca_file: Path | None) -> ssl.SSLContext:
    """Return TLS as every client speaks it. Raises OSError if the CA file cannot be read or holds none."""
    context = httpx.create_ssl_context(trust_env=False)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if ca_file is not None:
        context.load_verify_locations(cafile=ca_file)
    return context


class BoundedTransport(httpx.HTTPTransport):
    """Sends one request within its total time, and hands out its answer within the limits."""

    def __init__(
        self,
        pool: httpcore.ConnectionPool,
        tls: ssl.SSLContext,
        rule: AddressRule,
        total_seconds: float,
        monotonic: Monotonic,
    ) -> None:
        super().__init__(verify=tls, trust_env=False)
        self._pool.close()
        self._pool = pool
        self._rule = rule
        self._total_seconds = total_seconds
        self._monotonic = monotonic
        self._limits = AnswerLimits()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send, and return the answer's head; its body is read by whoever wants it. Raises httpx.HTTPError."""
        refusal = address_guard.url_refusal(request.url.copy_with(path="/", query=None, fragment=None), self._rule)
        if refusal is not None:
            raise httpx.ConnectError(f"the address is refused: {refusal}", request=request)
        given = request.extensions.get(attempt.EXTENSION)
        current = given if isinstance(given, Attempt) else Attempt(self._monotonic() + self._total_seconds)
        with attempt.running(current):
            response = super().handle_request(request)
        try:
            unpacker = self._unpacker(response.headers)
        except AnswerRefused as error:
            response.close()
            raise httpx.DecodingError(str(error), request=request) from error
        return httpx.Response(
            status_code=response.status_code,
            headers=[(name, value) for name, value in response.headers.raw if name.lower() not in _RECODED],
            stream=_BoundedStream(response.stream, unpacker, current),
            extensions=response.extensions,
        )

    def _unpacker(self, headers: httpx.Headers) -> Unpacker:
        announced = headers.get("content-length", "")
        if announced.isdecimal() and int(announced) > self._limits.wire:
            raise AnswerRefused(f"the answer announces {announced} bytes, more than {self._limits.wire}")
        return Unpacker(self._limits, packed=answer_limits.is_packed(headers.get("content-encoding")))


class _BoundedStream(httpx.SyncByteStream):
    """The body of an answer, unpacked."""

    def __init__(
        self, stream: httpx.SyncByteStream | httpx.AsyncByteStream, unpacker: Unpacker, current: Attempt
    ) -> None:
        if not isinstance(stream, httpx.SyncByteStream):
            raise TypeError("a synchronous transport gave an asynchronous stream")
        self._stream = stream
        self._unpacker = unpacker
        self._attempt = current

    def __iter__(self) -> Iterator[bytes]:
        try:
            for part in self._parts():
                yield from self._unpacker.feed(part)
            self._unpacker.finish()
        except AnswerRefused as error:
            raise httpx.DecodingError(str(error)) from error

    def close(self) -> None:
        """Give the connection back, or close it if the answer was not read to its end."""
        self._stream.close()

    def _parts(self) -> Iterator[bytes]:
        parts = iter(self._stream)
        while True:
            with attempt.running(self._attempt):
                part = next(parts, None)
            if part is None:
                return
            yield part


def _pool(proxy: str | None, tls: ssl.SSLContext, connections: int, backend: GuardedBackend) -> httpcore.ConnectionPool:
    if proxy is None:
        return httpcore.ConnectionPool(
            ssl_context=tls,
            max_connections=connections,
            max_keepalive_connections=connections,
            keepalive_expiry=_KEEP_ALIVE_SECONDS,
            network_backend=backend,
        )
    way = httpx.Proxy(proxy)
    target = httpcore.URL(scheme=way.url.raw_scheme, host=way.url.raw_host, port=way.url.port, target=way.url.raw_path)
    return httpcore.HTTPProxy(
        proxy_url=target,
        proxy_auth=way.raw_auth,
        ssl_context=tls,
        proxy_ssl_context=tls if way.url.scheme == "https" else None,
        max_connections=connections,
        max_keepalive_connections=connections,
        keepalive_expiry=_KEEP_ALIVE_SECONDS,
        network_backend=backend,
    )
