"""What a worker process tells of itself: whether its threads are at work, and whether it has what they need.

dramatiq goes on when one of its threads has died, and prefetches messages that nobody will take
(messaging-and-reliability.md, section 0, fact 3). So a dead thread is told as `/livez`, and whoever watches the process
starts it anew.
"""

from collections.abc import Callable
from typing import Any

import dramatiq
from dramatiq.middleware import Middleware
from dramatiq.worker import Worker

from common.database.pool import DatabaseUnavailable
from common.installation import Installation
from common.settings import Settings
from common.telemetry.health import Finding, Health, HealthServer


class Watch(Middleware):
    """Answers at the settings' address from the moment the worker's threads run until it is told to stop."""

    def __init__(self, settings: Settings, installation: Callable[[], Installation]) -> None:
        self._address = settings.health
        self._installation = installation
        self._server: HealthServer | None = None

    def after_worker_boot(self, broker: dramatiq.Broker, worker: Worker) -> None:  # noqa: ARG002 - dramatiq's signature
        """Begin to answer: this process is the one that works, whatever was forked before."""
        if self._address is None:
            return
        health = Health(
            alive=lambda: threads(worker), ready=lambda: [*threads(worker), *consumers(worker), self._database()]
        )
        self._server = HealthServer(health, self._address.host, self._address.port)

    def before_worker_shutdown(self, broker: dramatiq.Broker, worker: Worker) -> None:  # noqa: ARG002 - the same
        """Answer no more."""
        if self._server is not None:
            self._server.close()

    def _database(self) -> Finding:
        try:
            self._installation().database.fetch_one(b"SELECT 1 AS one")
        except DatabaseUnavailable as error:
            return Finding(name="database", well=False, reason=str(error))
        return Finding(name="database", well=True)


def threads(worker: Worker) -> list[Finding]:
    """Tell of every thread whether it still runs."""
    consuming = [Finding(name=f"consumes {queue}", well=one.is_alive()) for queue, one in worker.consumers.items()]
    working = [one.is_alive() for one in worker.workers]
    reason = f"{working.count(False)} of {len(working)} threads have died"
    return [*consuming, Finding(name="works", well=all(working), reason=reason)]


def consumers(worker: Worker) -> list[Finding]:
    """Tell of every queue whether its consumer has a connection."""
    return [
        Finding(name=f"connected for {queue}", well=_connected(one), reason="RabbitMQ is away, or has not this queue")
        for queue, one in worker.consumers.items()
    ]


def _connected(thread: Any) -> bool:
    connection = getattr(thread.consumer, "connection", None)
    return connection is not None and bool(connection.is_open)
