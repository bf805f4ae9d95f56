"""The gateway as a server: uvicorn on the address that the settings give, in a thread of the process that starts it."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import uvicorn

from common.database.pool import DatabaseUnavailable
from common.reloading import Installations
from common.settings import Bind, GatewaySettings, SettingsRefused
from common.telemetry.health import Finding, Health
from common.telemetry.logs import logger
from producers.gateway.app import HEALTH_THREADS, LONG_THREADS, SHORT_THREADS, GatewayApp, Limits
from producers.gateway.receiving import Receiver, Takes, flows_by_request
from producers.gateway.sign_ins import SignIns

DATABASE_CONNECTIONS = SHORT_THREADS + LONG_THREADS + HEALTH_THREADS + 1
"""At most; one for each thread, and one for whoever asks how the process is."""

_LOG = logger(__name__)
_MOST_CONNECTIONS = 500
_SHUTDOWN_SECONDS = 20
_LOOK_SECONDS = 0.05


class _Server(uvicorn.Server):
    """A server that says where it listens, and leaves signals to the process."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen."""
        await super().startup(sockets)
        _LOG.info("the gateway listens", url=f"http://{self.config.host}:{self.config.port}/cxml/<integration>")

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take none."""
        yield


def application(
    installations: Installations,
    takes: Takes = flows_by_request,
    limits: Limits | None = None,
    sign_ins: SignIns | None = None,
) -> GatewayApp:
    """Return the gateway of an installation. `close()` it at the end."""

    def settings(integration: str) -> GatewaySettings | None:
        side = installations.current.sides.get(integration)
        return None if side is None or side.gateway is None else side.gateway.settings

    receiver = Receiver(installations, takes, sign_ins)
    return GatewayApp(receiver.receive, settings, partial(_ledger_is_there, installations), limits)


def health(installations: Installations, sign_ins: SignIns) -> Health:
    """Return how a process that is only a gateway can be asked."""

    def ready() -> list[Finding]:
        return [Finding(name="ledger", well=_ledger_is_there(installations), reason="not available")]

    return Health(alive=list, ready=ready, metrics=sign_ins.text)


def _ledger_is_there(installations: Installations) -> bool:
    try:
        return installations.current.database.fetch_one(b"SELECT 1 AS well FROM inbox LIMIT 0", None) is None
    except DatabaseUnavailable:
        return False


def run(app: GatewayApp, bind: Bind, stop: threading.Event) -> None:
    """Serve until `stop` is set; what is under way then is answered. Raises SettingsRefused if it cannot listen."""
    config = uvicorn.Config(
        app.starlette(),
        host=bind.host,
        port=bind.port,
        log_config=None,
        log_level="warning",
        access_log=False,
        proxy_headers=False,  # what a header says of the client is believed only where the settings name it
        server_header=False,
        http="h11",
        ws="none",
        lifespan="off",
        limit_concurrency=_MOST_CONNECTIONS,
        timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
    )
    server = _Server(config)
    thread = threading.Thread(target=_serve, args=(server,), name="gateway", daemon=True)
    thread.start()
    while thread.is_alive() and not stop.wait(_LOOK_SECONDS):
        pass
    started = server.started
    server.should_exit = True
    thread.join(_SHUTDOWN_SECONDS + 5)
    app.close()
    if not started and not stop.is_set():
        raise SettingsRefused(f"The gateway cannot listen at {bind.host}:{bind.port}: see ML_CONNECTOR_GATEWAY_BIND.")


def _serve(server: uvicorn.Server) -> None:
    try:
        server.run()
    except SystemExit:  # how uvicorn says that it cannot listen; it has logged why
        _LOG.error("the gateway cannot listen")
