"""What a process tells of itself over HTTP, to whoever watches it: a container engine, Kubernetes, Prometheus.

`/livez`: its threads are at work; if not, it must be started anew. `/readyz`: it also has what it needs; if not,
waiting is enough. `/metrics`, where there are any. Nothing else is answered, nothing is read from a request but its
path, and no answer holds more than names and sentences, so no secret can be asked out of it.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import orjson

from common.telemetry import redaction
from common.telemetry.logs import logger

_LOG = logger(__name__)
_REQUEST_SECONDS = 5
METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at: well, or not and why."""

    name: str
    well: bool
    reason: str = ""


Look = Callable[[], Sequence[Finding]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How a process can be asked: is it alive, is it ready, and its metrics as text."""

    alive: Look
    ready: Look
    metrics: Callable[[], bytes] | None = None


class HealthServer:
    """Answers at one address until it is closed. Raises nothing: a process works without being watched, too."""

    def __init__(self, health: Health, host: str, port: int) -> None:
        self._server: ThreadingHTTPServer | None = None
        try:
            self._server = ThreadingHTTPServer((host, port), _handler(health))
        except OSError as error:
            _LOG.warning("nobody can ask how this process is", address=f"{host}:{port}", reason=str(error))
            return
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, name="health", daemon=True).start()

    @property
    def port(self) -> int | None:
        """The port it answers on, None if it could not have the address."""
        return self._server.server_address[1] if self._server is not None else None

    def close(self) -> None:
        """Stop answering."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()


def answer(health: Health, path: str) -> tuple[HTTPStatus, str, bytes]:
    """Return status, content type and body for a path."""
    match path:
        case "/livez":
            return _findings(health.alive)
        case "/readyz":
            return _findings(health.ready)
        case "/metrics" if health.metrics is not None:
            return HTTPStatus.OK, METRICS_TYPE, health.metrics()
        case _:
            return HTTPStatus.NOT_FOUND, "text/plain", b"There is /livez, /readyz and, of producers, /metrics.\n"


def _findings(look: Look) -> tuple[HTTPStatus, str, bytes]:
    found = look()
    status = HTTPStatus.OK if all(one.well for one in found) else HTTPStatus.SERVICE_UNAVAILABLE
    told = {one.name: "ok" if one.well else redaction.mask(one.reason or "not ok") for one in found}
    return status, "application/json", orjson.dumps(told) + b"\n"


def _handler(health: Health) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = _REQUEST_SECONDS
        server_version, sys_version = "ml-connector", ""

        def do_GET(self) -> None:
            """Answer one question."""
            try:
                status, kind, body = answer(health, self.path)
            except Exception as error:  # noqa: BLE001 - whatever cannot be looked at is not well
                _LOG.warning("how this process is cannot be told", path=self.path, reason=redaction.mask(str(error)))
                status, kind, body = HTTPStatus.SERVICE_UNAVAILABLE, "text/plain", b"It cannot be told; see the log.\n"
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Say nothing about being asked every few seconds."""

    return Handler
