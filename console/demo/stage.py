"""The demo's stage: servers, simulators and the system's own processes, each ended by its id when the demo ends.

Everything is real: an embedded PostgreSQL, two simulators as servers, and two processes of `ml-connector run`, one for
delivery and one for everything else. They share a RabbitMQ if RABBITMQ_URL names one; else each has a bus in its
memory, and a process that is killed loses its tickets, which the ledger issues again.
"""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx

from common.database.embedded import EmbeddedPostgres
from common.vault.sources import KeyFile
from schemas.tickets import Queue

_START_SECONDS = 30.0
_STOP_SECONDS = 15.0
_DELIVERY = (Queue.JAGGAER_DELIVER, Queue.ORACLE_DELIVER)

_CONFIG = """
[integrations.demo.oracle]
url = "{oracle}"
allow_private = true
write_timeout_seconds = 5

[integrations.demo.oracle.oauth]
token_url = "{oracle}/oauth2/v1/token"
client_id = "ml-connector"
client_secret_env = "ORACLE_CLIENT_SECRET"

[integrations.demo.jaggaer]
url = "{jaggaer}"
allow_private = true
timeout_seconds = 5
absent_first_wait_seconds = 1
absent_reads = 2

[integrations.demo.jaggaer.oauth]
token_url = "{jaggaer}/auth/realms/J1p-integrations/protocol/openid-connect/token"
client_id = "ml-connector"
client_secret_env = "JAGGAER_CLIENT_SECRET"

[integrations.demo.accounts]
mapping = "as_in_oracle"

[integrations.demo.flows.purchase_orders]
every_seconds = 2
overlap_seconds = 60
safety_seconds = 1

[integrations.demo.flows.acknowledgments]
every_seconds = 2
safety_seconds = 1

[integrations.demo.flows.receipts]
every_seconds = 2
safety_seconds = 1

[integrations.demo.flows.supplier_invoices]
every_seconds = 2
safety_seconds = 1

[timing]
lease = 11
sweep = 0.5
schedule = 0.5
ticket_lost_after = 3
retry_first = 0.5
"""


class DidNotStart(Exception):
    """A part of the demo did not start; the message says which, and what it said."""


class Stage:
    """The running parts of one demo. Close it, and nothing of them is left."""

    def __init__(self, folder: Path, orders: int) -> None:
        self._folder = folder
        self._closing = ExitStack()
        self.environment = {**os.environ, **_secrets()}
        self.oracle, self.jaggaer = (f"http://127.0.0.1:{_free_port()}" for _ in range(2))
        self._start_simulators(orders)
        self._start_database()

    def start(self) -> None:
        """Start the system's two processes."""
        others = [queue for queue in Queue if queue not in _DELIVERY]
        self._run("core", *others)
        self.start_delivery()

    def start_delivery(self) -> None:
        """Start the delivery process."""
        self._delivery = self._run("delivery", *_DELIVERY)

    def kill_delivery(self) -> int:
        """Kill the delivery process, as the kernel does when memory runs out; return its id."""
        self._delivery.send_signal(signal.SIGKILL)
        self._delivery.wait()
        return self._delivery.pid

    def ask(self, system: str, path: str, body: object = None) -> Any:
        """Ask a simulator's admin API; with a body, post it."""
        url = {"oracle": self.oracle, "jaggaer": self.jaggaer}[system] + path
        response = httpx.get(url, timeout=30) if body is None else httpx.post(url, json=body, timeout=30)
        response.raise_for_status()
        return response.json()

    def close(self) -> None:
        """End every process and server, the last started first."""
        self._closing.close()

    def _start_simulators(self, orders: int) -> None:
        ports = {"--oracle-port": self.oracle, "--jaggaer-port": self.jaggaer}
        options = [part for name, url in ports.items() for part in (name, url.rsplit(":", 1)[1])]
        self._process("simulators", [sys.executable, "-m", "simulators", "both", *options, "--orders", str(orders)])
        for system in ("oracle", "jaggaer"):
            self._wait_for(system)

    def _start_database(self) -> None:
        server = EmbeddedPostgres(self._folder / "postgres")
        self._closing.callback(server.close)
        config = self._folder / "connector.toml"
        config.write_text(_CONFIG.format(oracle=self.oracle, jaggaer=self.jaggaer))
        KeyFile(path=self._folder / "keys").create()
        self.environment |= {
            "DATABASE_URL": server.url,
            "ML_CONNECTOR_CONFIG": str(config),
            "ML_CONNECTOR_KEY_FILE": str(self._folder / "keys"),
            "ML_CONNECTOR_STATE": str(self._folder),
            "ML_CONNECTOR_LOG_LEVEL": "WARNING",
        }

    def _run(self, name: str, *queues: Queue) -> "subprocess.Popen[bytes]":
        only = [part for queue in queues for part in ("--only", str(queue))]
        return self._process(name, [sys.executable, "-m", "console.main", "run", *only])

    def _process(self, name: str, command: list[str]) -> "subprocess.Popen[bytes]":
        with (self._folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(  # noqa: S603 - our own command line
                command, env=self.environment, cwd=self._folder, stdout=log, stderr=log, start_new_session=True
            )
        self._closing.callback(_end, process)
        return process

    def _wait_for(self, system: str) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while True:
            try:
                self.ask(system, "/admin/summary")
            except httpx.HTTPError as error:
                if time.monotonic() > deadline:
                    said = (self._folder / "simulators.log").read_text(errors="replace")[-500:]
                    raise DidNotStart(f"The {system} simulator did not start: {said}") from error
                time.sleep(0.05)
            else:
                return


def _end(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _secrets() -> dict[str, str]:
    names = ("ORACLE_CLIENT_SECRET", "JAGGAER_CLIENT_SECRET", "JAGGAER_SHARED_SECRET")
    return {name: secrets.token_urlsafe(24) for name in names}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
