"""The worker process of a cluster: settings from the environment, RabbitMQ as the bus.

Importing it declares the actors and connects to nothing. The installation is opened by the first message, which is
after dramatiq has forked: no connection may cross a fork.
"""

import os
from functools import cache

import dramatiq

from common.installation import broker_for, configure_logs
from common.reloading import Installations
from common.settings import load
from common.telemetry import logs
from workers import actors
from workers.watch import Watch

_DATABASE_CONNECTIONS = 16
"""At most; one per thread that works, so dramatiq's default of eight threads never waits for one."""

_SETTINGS = load(os.environ)
logs.guard_handlers()


@cache
def _installations() -> Installations:
    configure_logs(_SETTINGS)
    return Installations(_SETTINGS, os.environ, database_size=_DATABASE_CONNECTIONS)


broker = broker_for(_SETTINGS)
broker.add_middleware(Watch(_SETTINGS, lambda: _installations().current))
dramatiq.set_broker(broker)
actors.declare(broker, lambda: _installations().lent())
