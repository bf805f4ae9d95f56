"""Running a simulator: in a thread for tests, or as a process of its own.

uvicorn with its plain HTTP/1.1 protocol, which here also shows its transport to the application, so that a fault can
cut a real connection.
"""

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email.utils import formatdate
from pathlib import Path
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from simulators.faults import TRANSPORT, App, Message, Receive, Scope, Send

_STOP_SECONDS = 10.0


class CuttableProtocol(H11Protocol):
    """HTTP/1.1 whose scope carries the transport of its connection."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # uvicorn narrows it too
        """Note the transport where the application finds it."""
        super().connection_made(transport)
        self.app_state = {**self.app_state, TRANSPORT: transport}


def _dated(app: App) -> App:
    """Return the application with a Date header on every answer that does not show a clock of its own."""

    async def dated(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_dated(message: Message) -> None:
            if message["type"] == "http.response.start" and not any(name == b"date" for name, _ in message["headers"]):
                message["headers"] = [*message["headers"], (b"date", formatdate(usegmt=True).encode())]
            await send(message)

        await app(scope, receive, send_dated)

    return dated


class RunningServer(uvicorn.Server):
    """A server that says when it listens, and where: `announce` gets its address."""

    def __init__(
        self,
        app: App,
        host: str,
        port: int,
        *,
        announce: Callable[[str], None] = lambda _: None,
        certificate: Path | None = None,
    ) -> None:
        config = uvicorn.Config(
            _dated(app),
            host=host,
            port=port,
            http=CuttableProtocol,
            ws="none",
            lifespan="off",
            access_log=False,
            log_level="warning",
            timeout_graceful_shutdown=1,
            date_header=False,
            ssl_certfile=certificate,
        )
        super().__init__(config)
        self.listening = threading.Event()
        self._announce = announce
        self._settled = threading.Event()

    async def startup(self, sockets: list[Any] | None = None) -> None:
        """Listen, and say so."""
        await super().startup(sockets)
        self.listening.set()
        self._settled.set()
        self._announce(self.url)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to `run_together`: uvicorn takes them for one server only, and raises them again at its end."""
        yield

    def run_in_thread(self) -> None:
        """Serve, and let whoever waits know if it never listened: uvicorn then exits, which ends the thread only."""
        with suppress(SystemExit):
            self.run()
        self._settled.set()

    def wait_until_listening(self) -> None:
        """Wait for the first request's moment. Raises OSError if the address cannot be had."""
        if not (self._settled.wait(_STOP_SECONDS) and self.listening.is_set()):
            raise OSError(f"cannot listen on {self.config.host}:{self.config.port}: is the port taken?")

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return int(self.servers[0].sockets[0].getsockname()[1])

    @property
    def url(self) -> str:
        """Its address."""
        return f"{'https' if self.config.is_ssl else 'http'}://{self.config.host}:{self.port}"


@contextmanager
def serve(
    app: App, *, host: str = "127.0.0.1", port: int = 0, certificate: Path | None = None
) -> Iterator[RunningServer]:
    """Run an application in a thread for the length of a `with` block. Port 0 takes a free one.

    `certificate` is a PEM file with a private key and its certificate: with it, TLS is spoken.
    """
    server = RunningServer(app, host, port, certificate=certificate)
    thread = threading.Thread(target=server.run_in_thread, name="simulator", daemon=True)
    thread.start()
    server.wait_until_listening()
    try:
        yield server
    finally:
        server.should_exit = True
        thread.join(_STOP_SECONDS)


async def run_together(servers: list[RunningServer]) -> None:
    """Run several servers in this process until SIGTERM or SIGINT ends them."""

    def stop() -> None:
        for server in servers:
            server.should_exit = True

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop)
    await asyncio.gather(*(server.serve() for server in servers))
