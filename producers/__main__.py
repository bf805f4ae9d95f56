"""`python -m producers`: the producers of a cluster, in one process. Run as many as you like; the scheduler elects."""

import os
import signal
import threading

from common.installation import configure_logs
from common.reloading import Installations
from common.settings import load
from producers import duties
from producers.pulse import Pulse
from producers.watch import watched
from schemas.tickets import Queue

_DATABASE_CONNECTIONS = len(Queue) + 7
"""At most; one for each duty, and one for metrics."""


def main() -> None:
    """Run every duty until SIGTERM or SIGINT. SIGHUP has the settings file looked at at once."""
    settings = load(os.environ)
    configure_logs(settings)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    installations = Installations(settings, os.environ, database_size=_DATABASE_CONNECTIONS)
    signal.signal(signal.SIGHUP, lambda *_: installations.look_now())
    pulse = Pulse()
    with watched(settings, pulse, installations):
        duties.run(installations, frozenset(Queue), stop, pulse=pulse)
    installations.close()


if __name__ == "__main__":
    main()
