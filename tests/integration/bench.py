"""Verbs over a real ledger that make tests read as sentences: see, claim, settle."""

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from common.database.pool import Connection, Database
from common.ledger import admission, cursor, jobs, records
from common.ledger.admission import Admitted, Sighting
from common.ledger.jobs import JobKind, Page, Progress, Run
from common.ledger.records import Claim, NotClaimed, Stage
from common.ledger.rescue import Route
from common.ledger.settlement import Patience, settle
from common.ledger.states import State
from common.ledger.verdicts import Delivered, Need, SendAs, Transformed, Verdict
from common.vault.seal import Vault
from schemas.identity import Identity, RecordId
from schemas.tickets import Queue

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
PATIENCE = Patience(first=0.01, longest=0.05, max_attempts=4)
ROUTES = [Route(flow="purchase_orders", poll_queue=Queue.ORACLE_POLL, deliver_queue=Queue.JAGGAER_DELIVER)]


class OneTransaction(Database):
    """A database whose every statement belongs to one transaction that somebody else ends."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        yield self._connection


class LedgerBench:
    """A ledger, and a job that is always open for one more page."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self.database = database
        self.vault = vault
        self._runs = 0

    def page(self, kind: JobKind = JobKind.SCHEDULED, *, flow: str = "purchase_orders") -> Page:
        """Open a job and claim its first page."""
        self._runs += 1
        run = Run(
            integration="main",
            flow=flow,
            kind=kind,
            due_at=NOON + timedelta(minutes=self._runs),
            overlap=timedelta(minutes=1),
            queue=Queue.ORACLE_POLL,
        )
        job_id = jobs.open_job(self.database, run, actor="test")
        assert job_id is not None
        page = jobs.claim_page(self.database, job_id, lease_seconds=30, actor="test")
        assert page is not None
        return page

    def admit(self, page: Page, *identities: Identity) -> Admitted:
        """Take versions into the ledger and end their job, as one transaction."""
        sightings = [Sighting(source=b"{}", identity=one, content_hash=one.content_hash) for one in identities]
        with self.database.transaction() as connection:
            admitted = admission.admit(connection, self.vault, page.origin, sightings)
            late, lateness = cursor.measure_lateness(admitted, page.cursor_before, page.read_at)
            progress = Progress(
                more=False,
                window_to=max((one.changed_at for one in identities), default=NOON),
                after_key=0,
                rows_seen=len(identities),
                rows_new=len(admitted.record_ids),
                rows_late=late,
                lateness=lateness,
                walked_again=False,
                contradictions=(),
            )
            jobs.move_on(connection, page, progress, queue=Queue.ORACLE_POLL, stay_seconds=None)
            cursor.advance(
                connection,
                page.origin,
                position=progress.window_to,
                overlap=timedelta(minutes=1),
                max_overlap=timedelta(days=2),
            )
        return admitted

    def see(self, *identities: Identity, flow: str = "purchase_orders") -> tuple[RecordId, ...]:
        """Take versions into the ledger; return the ids of the new ones."""
        return self.admit(self.page(flow=flow), *identities).record_ids

    def deliver(self, record_id: RecordId, send_as: SendAs = SendAs.PUT) -> None:
        """Take a captured record to its target."""
        self.make_ready(record_id, body=str(record_id).encode(), send_as=send_as)
        self.settle(self.claim(Stage.DELIVER, record_id), Delivered(target_id="there", how="test"))

    def claim(self, stage: Stage, record_id: RecordId, *, lease_seconds: float = 30, actor: str = "w") -> Claim:
        """Claim a record that can be claimed."""
        held = self.try_claim(stage, record_id, lease_seconds=lease_seconds, actor=actor)
        assert isinstance(held, Claim), held
        return held

    def try_claim(
        self, stage: Stage, record_id: RecordId, *, lease_seconds: float = 30, actor: str = "w"
    ) -> Claim | NotClaimed:
        """Claim a record, or say why not."""
        return records.claim(
            self.database,
            self.vault,
            stage,
            record_id,
            lease_seconds=lease_seconds,
            actor=actor,
            monotonic=time.monotonic,
        )

    def settle(self, held: Claim, verdict: Verdict) -> State:
        """Settle a claim; return the new state."""
        return self._settle(self.database, held, verdict)

    def _settle(self, database: Database, held: Claim, verdict: Verdict) -> State:
        settlement = settle(held.state, held.budget, verdict, PATIENCE, chance=0.5)
        queue = Queue.JAGGAER_DELIVER if isinstance(verdict, Transformed) else None
        records.settle(database, self.vault, held, verdict, settlement, queue=queue)
        return settlement.state

    @contextmanager
    def settlement_not_yet_committed(self, held: Claim, verdict: Verdict) -> Iterator[None]:
        """Settle a claim, and commit that at the end of the `with` block: a commit that takes its time."""
        with self.database.connection() as connection, connection.transaction():
            self._settle(OneTransaction(connection), held, verdict)
            yield

    def somebody_waits_for_a_lock(self) -> bool:
        """Whether a statement in this database waits for another transaction."""
        return self.count(b"SELECT count(*) AS n FROM pg_stat_activity WHERE wait_event_type = 'Lock'") > 0

    def make_ready(
        self, record_id: RecordId, body: bytes = b"body", send_as: SendAs = SendAs.PUT, needs: tuple[Need, ...] = ()
    ) -> None:
        """Take a captured record through transformation."""
        held = self.claim(Stage.TRANSFORM, record_id)
        digest = hashlib.sha256(body).digest()
        self.settle(held, Transformed(body=body, body_hash=digest, send_as=send_as, needs=needs))

    def state(self, record_id: RecordId) -> State | None:
        """Return the state of a record."""
        return records.state_of(self.database, record_id)

    def count(self, query: bytes) -> int:
        """Return the number that a query selects as `n`."""
        row = self.database.fetch_one(query)
        assert row is not None
        return int(row["n"])


def version(key: int = 1, *, minute: int = 0, content: bytes = b"a") -> Identity:
    """Return a version of order `key`, stamped `minute` minutes after noon."""
    return Identity(
        key=str(key),
        number=f"US{key}",
        changed_at=NOON + timedelta(minutes=minute),
        content_hash=hashlib.sha256(content).digest(),
        business_unit="Vision Operations",
        currency="USD",
        amount=Decimal("1712.75"),
    )


def without_amount(identity: Identity) -> Identity:
    """Return the version without what its source left out."""
    return replace(identity, amount=None, currency=None, business_unit=None)
