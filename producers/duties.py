"""Which duties a producer process has, and how they are put together from an installation."""

import threading
from collections.abc import Mapping
from datetime import timedelta

from common.bus.memory import MemoryBroker
from common.flows.registry import FLOWS, ROUTES
from common.installation import Installation
from common.reloading import Installations
from common.settings import FlowSettings
from producers import alerter, dead_letter_sweep, loop, pruner, relay, scheduler, sweeper
from producers.alerter import Alerter
from producers.dead_letter_sweep import DeadLetterSweep
from producers.loop import Duty
from producers.pruner import Pruner
from producers.pulse import Pulse
from producers.relay import Relay
from producers.scheduler import Scheduler
from producers.sweeper import Sweeper
from schemas.tickets import Queue

_LOOK_SECONDS = 0.25
_SHUTDOWN_SECONDS = 20


def run(
    installations: Installations,
    queues: frozenset[Queue],
    stop: threading.Event,
    broker: MemoryBroker | None = None,
    pulse: Pulse | None = None,
) -> None:
    """Do the duties of a process until `stop` is set; begin them anew whenever other settings are in force.

    A duty keeps nothing in memory, so beginning anew loses nothing. How they go can be asked of `pulse`.
    """
    pulse = pulse or Pulse()
    while not stop.is_set():
        installation = installations.current
        changed = threading.Event()
        threads = loop.start(duties(installation, queues, broker), changed, pulse)
        while installations.current is installation and not stop.wait(_LOOK_SECONDS):
            installations.renew()
        changed.set()
        for thread in threads:
            thread.join(_SHUTDOWN_SECONDS)


def duties(installation: Installation, queues: frozenset[Queue], broker: MemoryBroker | None = None) -> list[Duty]:
    """Return the duties of a process that serves these queues; `broker` is its bus in memory, if it has one.

    On a bus in memory a process relays for its own queues only: nobody else could take those tickets.
    """
    served = sorted(queues)
    timing = installation.timing
    made = [
        relay.duty(
            Relay(database=installation.database, publisher=installation.publisher(broker), queue=queue),
            timing.relay_idle,
        )
        for queue in served
    ]
    made += [
        sweeper.duty(_sweeper(installation, served, broker), timing.sweep),
        dead_letter_sweep.duty(
            DeadLetterSweep(
                database=installation.database,
                inspector=installation.inspector(broker),
                routes=ROUTES,
                queues=served,
                lost_after=timedelta(seconds=timing.ticket_lost_after),
                actor=installation.actor,
            ),
            timing.dead_letter_sweep,
        ),
    ]
    if any(queue.takes_poll_commands for queue in served):
        made.append(scheduler.duty(_scheduler(installation), timing.schedule))
        made.append(pruner.duty(_pruner(installation)))
        made.append(alerter.duty(_alerter(installation), timing.alerts))
    return made


def _sweeper(installation: Installation, queues: list[Queue], broker: MemoryBroker | None) -> Sweeper:
    return Sweeper(
        database=installation.database,
        inspector=installation.inspector(broker),
        routes=ROUTES,
        queues=queues,
        lost_after=timedelta(seconds=installation.timing.ticket_lost_after),
        actor=installation.actor,
        monotonic=installation.monotonic,
    )


def _scheduler(installation: Installation) -> Scheduler:
    return Scheduler(database=installation.database, flows=_flows(installation), actor=installation.actor)


def _pruner(installation: Installation) -> Pruner:
    kept_for = {
        side.name: timedelta(days=side.gateway.settings.keep_days)
        for side in installation.sides.values()
        if side.gateway is not None
    }
    return Pruner(database=installation.database, kept_for=kept_for, actor=installation.actor)


def _alerter(installation: Installation) -> Alerter:
    return Alerter(
        database=installation.database,
        integrations=frozenset(installation.sides),
        on_schedule=on_schedule(installation),
        hook=installation.alert_hook,
        actor=installation.actor,
    )


def on_schedule(installation: Installation) -> list[tuple[str, str]]:
    """Return the flows (integration, flow) that are polled as things stand."""
    return [flow for flow, settings in _flows(installation).items() if settings.on_schedule]


def _flows(installation: Installation) -> Mapping[tuple[str, str], FlowSettings]:
    return {
        (side.name, flow): settings
        for side in installation.sides.values()
        for flow, settings in side.flows.items()
        if FLOWS[flow].is_polled
    }
