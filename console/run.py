"""`ml-connector run`: the whole system in one process.

Without DATABASE_URL it brings an embedded PostgreSQL, without RABBITMQ_URL a bus in its memory. With `--only` a process
serves some queues, so that several of them share the work and one can be stopped without the others. A process that
serves all of them is the cXML gateway, too, if an integration has one when it starts.
"""

import os
import signal
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack

import dramatiq

from common.bus.broker import LedgerBroker
from common.bus.memory import MemoryBroker
from common.installation import configure_logs
from common.reloading import Installations
from common.telemetry.logs import LogFormat, logger
from console import opened
from producers import duties
from producers.gateway import server
from producers.gateway.sign_ins import SignIns
from producers.pulse import Pulse
from producers.watch import watched
from schemas.tickets import Queue
from workers import actors

_LOG = logger(__name__)
_SHUTDOWN_SECONDS = 20
_DATABASE_CONNECTIONS = len(Queue) + 2 + server.DATABASE_CONNECTIONS
"""At most, besides one for each worker thread."""


def run(queues: frozenset[Queue], threads: int, *, as_json: bool) -> None:
    """Work on these queues until SIGTERM or SIGINT. SIGHUP has the settings file looked at at once.

    `as_json`: log lines are JSON, whatever the settings say.
    """
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with ExitStack() as stack:
        settings = opened.settings_with_database(stack)
        configure_logs(settings, LogFormat.JSON if as_json else None)
        opened.prepare(settings)
        installations = Installations(settings, os.environ, database_size=threads + _DATABASE_CONNECTIONS)
        stack.callback(installations.close)
        signal.signal(signal.SIGHUP, lambda *_: installations.look_now())
        memory = MemoryBroker() if settings.rabbitmq_url is None else None
        broker = memory or LedgerBroker(settings.rabbitmq_url or "")
        actors.declare(broker, installations.lent, queues)
        worker = dramatiq.Worker(broker, queues={str(queue) for queue in queues}, worker_threads=threads)
        worker.start()
        sign_ins = SignIns()
        gateway = _gateway(installations, stop, stack, sign_ins) if queues == frozenset(Queue) else None
        _LOG.info("running", queues=sorted(queues))
        pulse = Pulse()
        with watched(settings, pulse, installations, [sign_ins]):
            duties.run(installations, queues, stop, memory, pulse)
        worker.stop(timeout=_SHUTDOWN_SECONDS * 1000)
        if gateway is not None:
            gateway.result()


def _gateway(
    installations: Installations, stop: threading.Event, stack: ExitStack, sign_ins: SignIns
) -> "Future[None] | None":
    """Start the gateway in a thread, if an integration has one. Where it ends, everything does: it says why."""
    if all(side.gateway is None for side in installations.current.sides.values()):
        return None
    thread = stack.enter_context(ThreadPoolExecutor(1, "gateway-server"))
    stack.callback(stop.set)
    app = server.application(installations, sign_ins=sign_ins)
    running = thread.submit(server.run, app, installations.current.settings.gateway_bind, stop)
    running.add_done_callback(lambda _: stop.set())
    return running
