"""A gateway over a ledger that can be emptied, so that many tests share one."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from common.database import migrate
from common.database.pool import Database
from common.flows.flow import Flow
from common.vault.seal import Vault
from common.vault.sources import KeyFile
from producers.gateway.app import Limits
from tests.fixtures import gateway
from tests.fixtures.gateway import RunningGateway
from tests.fixtures.services import fresh_database
from tests.integration.bench import LedgerBench


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayBench:
    """A gateway that listens, and its ledger."""

    door: RunningGateway
    ledger: LedgerBench

    def empty(self) -> None:
        """Forget everything but the keys."""
        with self.ledger.database.connection() as connection:
            connection.execute(
                "TRUNCATE inbox, payload, outbox, audit_event, record, document, job, cursor RESTART IDENTITY CASCADE"
            )


@contextmanager
def gateway_bench(
    folder: Path,
    *,
    more: str = "",
    senders: str = "",
    takes: Mapping[str, Flow] | None = None,
    limits: Limits | None = None,
) -> Iterator[GatewayBench]:
    """Run a gateway over a ledger of its own for the length of a `with` block."""
    with fresh_database() as url:
        database = Database(url, size=4)
        migrate.migrate(database)
        KeyFile(path=folder / "keys").create()
        vault = Vault(database, KeyFile(path=folder / "keys"))
        try:
            with gateway.running(folder, url, more=more, senders=senders, takes=takes, limits=limits) as door:
                yield GatewayBench(door=door, ledger=LedgerBench(database, vault))
        finally:
            database.close()


@contextmanager
def inbox_takes_a_while(database: Database, moment: str, *, seconds: float) -> Iterator[None]:
    """Let each row of the inbox take its time at a moment, so that what is said to be at the same time really is."""
    with database.connection() as connection:
        connection.execute(
            "CREATE OR REPLACE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN PERFORM pg_sleep({seconds}); RETURN NEW; END $$"
        )
        connection.execute(f"CREATE TRIGGER slow {moment} ON inbox FOR EACH ROW EXECUTE FUNCTION slow()")
        try:
            yield
        finally:
            connection.execute("DROP TRIGGER slow ON inbox")
