"""Transport faults, switchable while a simulator runs: what can go wrong between a request and its answer.

`Faults.wrap` puts them around an ASGI application. A fault is taken by the first request that it matches; `times`
bounds how often, `share` by how many of the matching requests (decided by a seeded generator, so that a run repeats).
Requests under /admin are never faulted. Faults that cut the connection need the protocol of `server.py`, which shows
its transport to the application.
"""

import asyncio
import random
import threading
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import asdict, dataclass, fields, replace
from enum import StrEnum
from time import monotonic
from typing import Any, get_type_hints

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

TRANSPORT = "transport"
"""Where `server.py` puts the connection's transport in the scope's state."""


class FaultKind(StrEnum):
    """What goes wrong."""

    STATUS = "status"
    """Nothing is processed; the answer is `status`."""
    STATUS_AFTER = "status_after"
    """The request is processed; the answer is `status` all the same."""
    LATENCY = "latency"
    """The request is processed after `seconds`."""
    HANG_AFTER = "hang_after"
    """The request is processed, and answered after `seconds`."""
    DROP_BEFORE = "drop_before"
    """Nothing is processed; the connection is cut."""
    DROP_AFTER = "drop_after"
    """The request is processed; the connection is cut without a byte of the answer."""
    THROTTLE = "throttle"
    """`per_second` requests are processed; the answer to the others is `status`, with `retry_after`."""
    TRUNCATE = "truncate"
    """The request is processed; the connection is cut in the middle of the answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault: its kind, which requests it meets, and how it shows. `retry_after` is sent as it is."""

    kind: FaultKind
    path: str = ""
    method: str | None = None
    times: int | None = None
    share: float = 1.0
    status: int = 503
    retry_after: str | None = None
    seconds: float = 1.0
    per_second: float = 50.0
    body: str = "<html><body><h1>Service unavailable</h1></body></html>"
    content_type: str = "text/html"

    def meets(self, method: str, path: str) -> bool:
        """Whether a request is one of those that this fault is for."""
        return self.path in path and self.method in (None, method) and self.times != 0


class Bucket:
    """What one throttle has let through and refused: the moments of both (monotonic clock)."""

    def __init__(self, per_second: float) -> None:
        self._per_second = per_second
        self._level = self._most = max(1.0, per_second / 4)
        self._filled_at = monotonic()
        self.taken: list[float] = []
        self.refused: list[float] = []

    def takes(self) -> bool:
        """Judge one request."""
        now = monotonic()
        self._level = min(self._most, self._level + (now - self._filled_at) * self._per_second)
        self._filled_at = now
        within = self._level >= 1
        self._level -= within
        (self.taken if within else self.refused).append(now)
        return within


class Faults:
    """The faults that are switched on."""

    def __init__(self, seed: int = 1) -> None:
        self._random = random.Random(seed)  # noqa: S311 - repeatable on purpose
        self._lock = threading.Lock()
        self._switched_on: dict[int, Fault] = {}
        self.buckets: dict[int, Bucket] = {}
        self._next_id = 1

    def add(self, fault: Fault) -> int:
        """Switch a fault on and return its id."""
        with self._lock:
            number, self._next_id = self._next_id, self._next_id + 1
            self._switched_on[number] = fault
            if fault.kind is FaultKind.THROTTLE:
                self.buckets[number] = Bucket(fault.per_second)
            return number

    def clear(self) -> None:
        """Switch every fault off."""
        with self._lock:
            self._switched_on.clear()

    def list(self) -> dict[int, Fault]:
        """Return the faults that are on, by id, with the times that are left."""
        with self._lock:
            return dict(self._switched_on)

    def take(self, method: str, path: str) -> Fault | None:
        """Return the fault that this request meets, and count it."""
        if not self._switched_on:
            return None
        with self._lock:
            for number, fault in self._switched_on.items():
                if number in self.buckets and fault.meets(method, path) and self.buckets[number].takes():
                    continue
                if fault.meets(method, path) and self._random.random() < fault.share:
                    if fault.times is not None:
                        self._switched_on[number] = replace(fault, times=fault.times - 1)
                    return fault
            return None

    def wrap(self, app: App) -> App:
        """Return the application with the faults around it."""

        async def faulty(scope: Scope, receive: Receive, send: Send) -> None:
            fault = None
            if scope["type"] == "http" and not scope["path"].startswith("/admin"):
                fault = self.take(scope["method"], scope["path"])
            await (app(scope, receive, send) if fault is None else _suffer(fault, app, scope, receive, send))

        return faulty


def admin_routes(faults: Faults) -> list[Route]:
    """Return the routes by which faults are listed (GET), switched on (POST) and cleared (DELETE)."""

    async def handle(request: Request) -> Response:
        if request.method == "DELETE":
            faults.clear()
        elif request.method == "POST":
            try:
                return JSONResponse({"id": faults.add(fault_from(await request.json()))}, status_code=201)
            except ValueError as error:
                return JSONResponse({"error": str(error)}, status_code=400)
        return JSONResponse({str(number): asdict(fault) for number, fault in faults.list().items()})

    return [Route("/admin/faults", handle, methods=["GET", "POST", "DELETE"])]


def fault_from(settings: Any) -> Fault:
    """Read a fault from JSON. Raises ValueError naming what is known."""
    if not isinstance(settings, dict):
        raise ValueError("a fault is a JSON object")  # noqa: TRY004 - one exception for every wrong setting
    known = {field.name for field in fields(Fault)}
    unknown = set(settings) - known
    if unknown:
        raise ValueError(f"unknown: {', '.join(sorted(unknown))}; known are {', '.join(sorted(known))}")
    try:
        kind = FaultKind(settings.get("kind", ""))
    except ValueError:
        raise ValueError(f"kind must be one of {', '.join(FaultKind)}") from None
    hints = get_type_hints(Fault)
    for name, value in settings.items():
        if name != "kind" and not _fits(value, hints[name]):
            raise ValueError(f"{name}: {value!r} is not {getattr(hints[name], '__name__', hints[name])}")
    return Fault(**{**settings, "kind": kind})


def _fits(value: Any, hint: Any) -> bool:
    """Whether a JSON value is one for a setting of this type. A whole number is a number; true is none."""
    return not isinstance(value, bool) and isinstance(value, int | float if hint is float else hint)


async def _suffer(fault: Fault, app: App, scope: Scope, receive: Receive, send: Send) -> None:
    match fault.kind:
        case FaultKind.STATUS | FaultKind.THROTTLE:
            await _answer(fault, scope, receive, send)
        case FaultKind.LATENCY:
            await asyncio.sleep(fault.seconds)
            await app(scope, receive, send)
        case FaultKind.DROP_BEFORE:
            await _cut(scope)
        case FaultKind.STATUS_AFTER:
            await _process(app, scope, receive)
            await _answer(fault, scope, receive, send)
        case FaultKind.DROP_AFTER:
            await _process(app, scope, receive)
            await _cut(scope)
        case FaultKind.HANG_AFTER:
            messages = await _process(app, scope, receive)
            await asyncio.sleep(fault.seconds)
            for message in messages:
                await send(message)
        case FaultKind.TRUNCATE:
            await _truncate(await _process(app, scope, receive), scope, send)


async def _process(app: App, scope: Scope, receive: Receive) -> list[Message]:
    """Let the application work, and keep its answer back."""
    kept: list[Message] = []

    async def keep(message: Message) -> None:
        kept.append(message)

    await app(scope, receive, keep)
    return kept


async def _answer(fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
    headers = {"Retry-After": fault.retry_after} if fault.retry_after is not None else None
    answer = Response(fault.body, status_code=fault.status, headers=headers, media_type=fault.content_type)
    await answer(scope, receive, send)


async def _truncate(messages: list[Message], scope: Scope, send: Send) -> None:
    body = b"".join(message.get("body", b"") for message in messages)
    await send(messages[0])
    await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
    await _cut(scope)


async def _cut(scope: Scope) -> None:
    """Cut the connection, and let the server notice before the application returns."""
    scope["state"][TRANSPORT].abort()
    await asyncio.sleep(0.01)
