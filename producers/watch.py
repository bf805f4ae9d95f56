"""What a producer process tells of itself: how its duties go, and the metrics of the whole system."""

from collections.abc import Iterator
from contextlib import contextmanager

from common.reloading import Installations
from common.settings import Settings
from common.telemetry.health import Health, HealthServer
from producers import duties
from producers.metrics import LedgerMetrics
from producers.pulse import Pulse


@contextmanager
def watched(settings: Settings, pulse: Pulse, installations: Installations) -> Iterator[None]:
    """Answer at the settings' address, if they name one, until the block ends."""
    if settings.health is None:
        yield
        return
    metrics = LedgerMetrics(installations.current.database, lambda: duties.on_schedule(installations.current))
    health = Health(alive=pulse.alive, ready=pulse.ready, metrics=metrics.text)
    server = HealthServer(health, settings.health.host, settings.health.port)
    try:
        yield
    finally:
        server.close()
