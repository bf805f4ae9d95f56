"""The gateway as an ASGI application: `POST /cxml/{integration}` and `GET /health`.

A body is read with a limit in bytes and in time, and kept in memory: all bodies together have a budget, beyond which a
sender is asked to come again. What is longer than its integration allows is read to its end and thrown away as it
comes, because a sender that is cut off while it sends never sees the answer. Parsing is for threads: one lane for short
documents, another for long ones, so that a long one never makes a short one wait.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from common.settings import GatewaySettings
from producers.gateway import receiving
from producers.gateway.client_address import client_of
from producers.gateway.judging import Posted
from producers.gateway.receiving import Reply

SHORT_THREADS, LONG_THREADS, HEALTH_THREADS = 4, 1, 1
_SHORT_BYTES = 1_000_000
_HEALTH_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much is read: bytes of all bodies together, bytes that are thrown away of one, seconds for one."""

    memory: int = 150_000_000
    thrown_away: int = 200_000_000
    seconds: float = 60.0


Receive = Callable[[Posted], Reply | None]
"""Answers a document; None where the address is nobody's."""


class GatewayApp:
    """What the routes share. `settings` gives those of an integration, None if it takes nothing."""

    def __init__(
        self,
        receive: Receive,
        settings: Callable[[str], GatewaySettings | None],
        check: Callable[[], bool],
        limits: Limits | None = None,
    ) -> None:
        self._receive = receive
        self._settings = settings
        self._check = check
        self._limits = limits or Limits()
        self._held = 0
        self._short = ThreadPoolExecutor(SHORT_THREADS, "gateway")
        self._long = ThreadPoolExecutor(LONG_THREADS, "gateway-long")
        self._health = ThreadPoolExecutor(HEALTH_THREADS, "gateway-health")

    def starlette(self) -> Starlette:
        """Return the application."""
        return Starlette(
            routes=[
                Route("/cxml/{integration}", self.post, methods=["POST"]),
                Route("/health", self.health, methods=["GET"]),
            ]
        )

    async def post(self, request: Request) -> Response:
        """Answer one document."""
        integration = str(request.path_params["integration"])
        settings = self._settings(integration)
        if settings is None:
            return PlainTextResponse("No integration of this name takes documents.", 404)
        if request.headers.get("content-encoding", "identity").lower() != "identity":
            return _response(receiving.failure(415, 406, "The body must not be compressed."))
        try:
            async with asyncio.timeout(self._limits.seconds):
                body = await self._body(request, settings.max_bytes)
        except TimeoutError:
            late = receiving.failure(408, 560, "The document did not arrive in time. Send it again.")
            return _response(late, close=True)
        except ClientDisconnect:
            return Response(status_code=400)
        if isinstance(body, Reply):
            return _response(body)
        try:
            said = request.headers.getlist(settings.client_header) if settings.client_header else []
            client = client_of(request.client.host if request.client else "", said)
            return await self._answered(integration, request, bytes(body), client)
        finally:
            self._held -= len(body)

    async def health(self, _: Request) -> Response:
        """Answer 200 while the ledger does."""
        check = asyncio.get_running_loop().run_in_executor(self._health, self._check)
        try:
            well = await asyncio.wait_for(asyncio.shield(check), _HEALTH_SECONDS)
        except TimeoutError:
            well = False
        return PlainTextResponse("well" if well else "the ledger is not available", 200 if well else 503)

    def close(self) -> None:
        """Let the threads end."""
        for lane in (self._short, self._long, self._health):
            lane.shutdown(wait=False, cancel_futures=True)

    async def _answered(self, integration: str, request: Request, body: bytes, client: str) -> Response:
        posted = Posted(
            integration=integration,
            body=body,
            content_type=request.headers.get("content-type", ""),
            url=_url(request),
            client=client,
        )
        lane = self._short if len(body) <= _SHORT_BYTES else self._long
        reply = await asyncio.get_running_loop().run_in_executor(lane, self._receive, posted)
        return PlainTextResponse("Not found.", 404) if reply is None else _response(reply)

    async def _body(self, request: Request, most: int) -> bytearray | Reply:
        """Return the body, counted as held until the caller is done with it; or the answer to one that is too long."""
        body, seen = bytearray(), 0
        kept = False
        try:
            async for chunk in request.stream():
                seen += len(chunk)
                if seen > self._limits.thrown_away:
                    return receiving.failure(413, 406, f"The body is longer than {most} bytes.")
                if seen > most or self._held + len(chunk) > self._limits.memory:
                    self._held -= len(body)
                    body.clear()
                    continue
                body += chunk
                self._held += len(chunk)
            if seen > most:
                return receiving.failure(200, 406, f"The body has {seen} bytes, {most} are taken.")
            if len(body) < seen:
                return receiving.failure(503, 560, "Too much is being received. Send the same document again later.")
            kept = True
            return body
        finally:
            if not kept:
                self._held -= len(body)


def _url(request: Request) -> str:
    """Return the address that was asked, "" if its Host is none."""
    try:
        return str(request.url)
    except ValueError:
        return ""


def _response(reply: Reply, *, close: bool = False) -> Response:
    headers = {"connection": "close"} if close else {}
    if reply.retry_after is not None:
        headers["retry-after"] = str(reply.retry_after)
    return Response(reply.body, reply.status, headers, media_type="text/xml")
