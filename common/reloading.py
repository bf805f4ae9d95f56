"""Settings that change while the system runs: what is under way ends with the old ones, what comes next has the new.

Signals would not do: dramatiq keeps SIGHUP for itself and forks its workers. So each process looks at the file every
few seconds, when there is work anyway, and compares its content. A file that is refused, or with which nothing can be
constructed, is logged once and changes nothing. Where servers are and which key is used comes from the environment and
stays what it was at the start; so database and vault are the same before and after.
"""

import hashlib
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from common.clock import Monotonic, monotonic
from common.installation import Installation
from common.settings import FileSettings, Settings, SettingsRefused
from common.settings.reading import content_of, read_text
from common.telemetry.logs import logger

_LOG = logger(__name__)
_SETTLES_SECONDS = 0.5


class SettingsWatch:
    """Looks whether the settings file has changed. Safe to use from several threads."""

    def __init__(self, settings: Settings, clock: Monotonic) -> None:
        self._path = settings.config
        self._clock = clock
        self._lock = threading.Lock()
        self._every_seconds = settings.timing.reload
        self._look_at = clock() + self._every_seconds
        self._in_force = settings.config_digest
        self._settling = b""
        self._complaint = ""

    def look_now(self) -> None:
        """Make the next `changed` look, however short ago the last look was. Safe to call from a signal handler."""
        self._look_at = 0.0

    def take(self, use: Callable[[FileSettings], None]) -> bool:
        """Look, if it is time, and have a change used; tell whether there was one that could be used.

        `use` raises SettingsRefused for what it cannot use; that, and what cannot be read, is logged once and tried
        again at every look, for the cause may be outside the file.
        """
        if self._path is None or self._clock() < self._look_at or not self._lock.acquire(blocking=False):
            return False
        try:
            self._look_at = self._clock() + self._every_seconds
            return self._look(self._path, use)
        except Exception as error:  # noqa: BLE001 - whatever new settings bring about, the old ones must go on
            self._complain(str(error) if isinstance(error, SettingsRefused) else f"{type(error).__name__}: {error}")
            return False
        finally:
            self._lock.release()

    def _complain(self, reason: str) -> None:
        if reason != self._complaint:
            self._complaint = reason
            _LOG.error("changed settings are refused, the old ones stay in force", reason=reason)

    def _look(self, path: Path, use: Callable[[FileSettings], None]) -> bool:
        content = content_of(path)
        digest = hashlib.sha256(content).digest()
        if digest == self._in_force:
            self._complaint = ""
            return False
        if digest != self._settling:  # it may still be written to: half a file can be valid too
            self._settling = digest
            self._look_at = self._clock() + min(_SETTLES_SECONDS, self._every_seconds)
            return False
        found = read_text(content, str(path))
        use(found)
        self._in_force, self._every_seconds, self._complaint = digest, found.timing.reload, ""
        return True


@dataclass(slots=True, kw_only=True)
class _Lent:
    """An installation, and by how many it is used."""

    installation: Installation
    users: int = 0
    retired: bool = False


class Installations:
    """The installation that is in force, and the retired ones that are still used. `close()` it at the end."""

    def __init__(
        self, settings: Settings, environment: Mapping[str, str], *, database_size: int, clock: Monotonic = monotonic
    ) -> None:
        self._environment = environment
        self._lock = threading.Lock()
        self._watch = SettingsWatch(settings, clock)
        self._now = _Lent(installation=Installation(settings, environment, database_size=database_size))

    def look_now(self) -> None:
        """Have the next look at the file taken at once. Safe to call from a signal handler."""
        self._watch.look_now()

    @property
    def current(self) -> Installation:
        """What is in force, for a look; use `lent` to work with it."""
        return self._now.installation

    @contextmanager
    def lent(self) -> Iterator[Installation]:
        """Lend what is in force; it stays whole until it is given back, whatever the settings say by then."""
        self.renew()
        with self._lock:
            lent = self._now
            lent.users += 1
        try:
            yield lent.installation
        finally:
            with self._lock:
                lent.users -= 1
                unused = lent.retired and lent.users == 0
            if unused:
                lent.installation.close_connections()

    def renew(self) -> bool:
        """Put changed settings in force if there are any; tell whether there were."""
        return self._watch.take(self._use)

    def _use(self, changed: FileSettings) -> None:
        installation = self._now.installation.changed(changed, self._environment)
        with self._lock:
            old, self._now = self._now, _Lent(installation=installation)
            old.retired = True
            unused = old.users == 0
        if unused:
            old.installation.close_connections()
        _LOG.info("changed settings are in force")

    def close(self) -> None:
        """Let go of both systems and the database."""
        self._now.installation.close()
