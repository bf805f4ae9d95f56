"""`python -m producers.gateway`: the cXML gateway in a process of its own. Run as many as you like."""

import os
import signal
import threading

from common.installation import configure_logs
from common.reloading import Installations
from common.settings import load
from producers.gateway import server
from producers.gateway.sign_ins import SignIns
from producers.watch import answering


def main() -> None:
    """Serve until SIGTERM or SIGINT. SIGHUP has the settings file looked at at once."""
    settings = load(os.environ)
    configure_logs(settings)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    installations = Installations(settings, os.environ, database_size=server.DATABASE_CONNECTIONS)
    signal.signal(signal.SIGHUP, lambda *_: installations.look_now())
    sign_ins = SignIns()
    app = server.application(installations, sign_ins=sign_ins)
    try:
        with answering(settings, server.health(installations, sign_ins)):
            server.run(app, settings.gateway_bind, stop)
    finally:
        installations.close()


if __name__ == "__main__":
    main()
