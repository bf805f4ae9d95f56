"""What a producer process tells of itself: how its duties go, and the metrics of the whole system."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from prometheus_client.registry import Collector

from common.reloading import Installations
from common.settings import Settings
from common.telemetry.health import Health, HealthServer
from producers import duties
from producers.metrics import LedgerMetrics
from producers.pulse import Pulse


@contextmanager
def watched(
    settings: Settings, pulse: Pulse, installations: Installations, beside: Sequence[Collector] = ()
) -> Iterator[None]:
    """Answer at the settings' address, if they name one, until the block ends. `beside`: what else is counted here."""
    database = installations.current.database
    metrics = LedgerMetrics(database, lambda: duties.on_schedule(installations.current), beside=beside)
    with answering(settings, Health(alive=pulse.alive, ready=pulse.ready, metrics=metrics.text)):
        yield


@contextmanager
def answering(settings: Settings, health: Health) -> Iterator[None]:
    """Answer at the settings' address, if they name one, until the block ends."""
    if settings.health is None:
        yield
        return
    server = HealthServer(health, settings.health.host, settings.health.port)
    try:
        yield
    finally:
        server.close()
