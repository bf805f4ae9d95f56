"""The installation: the one place that constructs what the system is made of, from its settings.

Opened once per process, after any fork, and closed in reverse. Everything else is given what it needs.
"""

import os
import random
import socket
from collections.abc import Mapping as Environment

from common.bus.broker import LedgerBroker
from common.bus.inspection import Inspector, MemoryInspector, RabbitInspector
from common.bus.memory import MemoryBroker
from common.bus.publisher import MemoryPublisher, Publisher, RabbitPublisher
from common.clock import Monotonic, monotonic
from common.connections import access, alert_hook, configured, credentials
from common.connections.alert_hook import AlertHook
from common.connections.credentials import SecretStore
from common.database.pool import Database
from common.ledger import inbox, pairs, payloads
from common.ledger.settlement import Patience
from common.settings import FileSettings, Settings, SettingsRefused, Timing
from common.sides import Shared, Side, open_side
from common.telemetry import logs, redaction
from common.telemetry.logs import LogFormat
from common.vault.seal import Vault
from common.vault.sources import KeyCommand, KeyFile, KeySource, KeyVariable

_CONNECTIONS_FOR_KEYS = 1
"""Apart from the others: a data key is looked up while its thread holds one of those."""

SEALED_TABLES = (payloads.SEALED, inbox.SEALED, credentials.SEALED, access.SEALED, pairs.SEALED)
"""Every table with sealed values: what a rotation of keys goes through. A table that is missing here is never resealed,
and master keys that only it needs are not told."""


class Installation:
    """Everything that one process works with. `close()` it at the end."""

    def __init__(
        self,
        settings: Settings,
        environment: Environment[str, str],
        *,
        database_size: int,
        before: "Installation | None" = None,
    ) -> None:
        check_connections(settings)
        self.settings = settings
        self.actor = f"{socket.gethostname()}:{os.getpid()}"
        self.monotonic: Monotonic = monotonic
        self.database: Database = before.database if before else open_database(settings, size=database_size)
        self.key_pool: Database = before.key_pool if before else open_database(settings, size=_CONNECTIONS_FOR_KEYS)
        self.vault: Vault = before.vault if before else open_vault(settings, self.key_pool)
        shared = Shared(database=self.database, vault=self.vault, actor=self.actor)
        self.sides: dict[str, Side] = {}
        self.alert_hook = open_alert_hook(settings, environment, shared.stored)
        try:
            for name, integration in settings.integrations.items():
                self.sides[name] = open_side(name, integration, environment, shared)
        except SettingsRefused:
            self.close_connections()
            raise

    def changed(self, file: FileSettings, environment: Environment[str, str]) -> "Installation":
        """Return an installation of other settings on the same database and vault. Raises SettingsRefused."""
        settings = self.settings.model_copy(update={"file": file})
        return Installation(settings, environment, database_size=0, before=self)

    @property
    def timing(self) -> Timing:
        """The machinery's waits."""
        return self.settings.timing

    @property
    def patience(self) -> Patience:
        """How often and how long to try."""
        return Patience(
            first=self.timing.retry_first, longest=self.timing.retry_longest, max_attempts=self.timing.max_attempts
        )

    def chance(self) -> float:
        """Return a number from 0 to 1 that spreads pauses."""
        return random.random()  # noqa: S311 - spreads retries, protects nothing

    def publisher(self, broker: MemoryBroker | None = None) -> Publisher:
        """Return a publisher of its own for one relay; on the bus in memory if this process has one."""
        return MemoryPublisher(broker) if broker is not None else RabbitPublisher(self._rabbitmq_url())

    def inspector(self, broker: MemoryBroker | None = None) -> Inspector:
        """Return an inspector of its own for one duty; of the bus in memory if this process has one."""
        return MemoryInspector(broker) if broker is not None else RabbitInspector(self._rabbitmq_url())

    def close(self) -> None:
        """Let go of both systems and the database."""
        self.close_connections()
        self.key_pool.close()
        self.database.close()

    def close_connections(self) -> None:
        """Let go of both systems; the database goes on."""
        for side in reversed(self.sides.values()):
            side.close()

    def _rabbitmq_url(self) -> str:
        if self.settings.rabbitmq_url is None:
            raise SettingsRefused("RABBITMQ_URL is not set. Set it, or use `ml-connector run` for a bus in memory.")
        redaction.register_url(self.settings.rabbitmq_url)
        return self.settings.rabbitmq_url


def configure_logs(settings: Settings, log_format: LogFormat | None = None) -> None:
    """Let this process log as its settings say, or in the given format. Raises SettingsRefused."""
    formats, levels = list(LogFormat), ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
    wanted, level = settings.log.format, settings.log.level.upper()
    if wanted not in formats:
        raise SettingsRefused(f"ML_CONNECTOR_LOG_FORMAT is {wanted!r}. It can be {' or '.join(formats)}.")
    if level not in levels:
        raise SettingsRefused(
            f"ML_CONNECTOR_LOG_LEVEL is {settings.log.level!r}. It can be one of {', '.join(levels)}."
        )
    logs.configure(log_format or LogFormat(wanted), level)


def check_connections(settings: Settings) -> None:
    """Check every address of the settings. Raises SettingsRefused naming the keys at fault."""
    for name, integration in settings.integrations.items():
        configured.check(f"integrations.{name}.oracle", integration.oracle)
        configured.check(f"integrations.{name}.jaggaer", integration.jaggaer)


def open_alert_hook(settings: Settings, environment: Environment[str, str], stored: SecretStore) -> AlertHook | None:
    """Return where alerts are told, None if nowhere. Raises SettingsRefused."""
    alerts = settings.file.alerts
    return None if alerts is None else alert_hook.open_hook(alerts, environment, stored, monotonic)


def open_database(settings: Settings, *, size: int) -> Database:
    """Return the ledger's database. Raises SettingsRefused or DatabaseRefused."""
    if settings.database_url is None:
        raise SettingsRefused("DATABASE_URL is not set. Set it, or use `ml-connector run`, which brings its own.")
    redaction.register_url(settings.database_url)
    return Database(settings.database_url, size=size)


def open_vault(settings: Settings, database: Database) -> Vault:
    """Return what opens and seals payloads and secrets. Raises SettingsRefused or MasterKeyRefused."""
    source = key_source(settings)
    if isinstance(source, KeyFile) and not source.path.exists():
        raise SettingsRefused(
            f"There is no key file at {source.path}. Run `ml-connector migrate` to create one, and keep a copy of it "
            f"apart from the database's backups: without it no payload can be read."
        )
    return Vault(database, source)


def key_source(settings: Settings) -> KeySource:
    """Return where the master keys come from."""
    if settings.master_key is not None:
        return KeyVariable(variable="ML_CONNECTOR_MASTER_KEY", text=settings.master_key.get_secret_value())
    if settings.master_key_command is not None:
        command = settings.master_key_command.get_secret_value()
        return KeyCommand(variable="ML_CONNECTOR_MASTER_KEY_COMMAND", command=command)
    return KeyFile(path=settings.key_file)


def broker_for(settings: Settings) -> LedgerBroker:
    """Return the broker of a worker process. Connects to nothing yet. Raises SettingsRefused or BusRefused."""
    if settings.rabbitmq_url is None:
        raise SettingsRefused(
            "RABBITMQ_URL is not set. Worker processes share a RabbitMQ; `ml-connector run` needs none."
        )
    redaction.register_url(settings.rabbitmq_url)
    return LedgerBroker(settings.rabbitmq_url)
