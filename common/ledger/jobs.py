"""Jobs: runs of a flow, and the claim on the page that is being read.

A job walks one window, page by page; each page is one poll command, so that no message runs for minutes and a worker
that dies loses one page. Of one flow only one job reads at a time (`job_reading`): records are admitted in the order in
which they were read, and "newest" means what it says.
"""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from psycopg.errors import UniqueViolation

from common.database import statements
from common.database.pool import Connection, Database
from common.ledger.admission import Origin
from common.ledger.records import LeaseLost
from common.telemetry import redaction
from schemas.identity import JobId
from schemas.tickets import Queue

_SQL = statements.load(__name__)
_BUSY_REST = timedelta(seconds=2)


class JobKind(StrEnum):
    """Why a job runs, and which window it reads."""

    SCHEDULED = "scheduled"
    """Because it was due: everything since the cursor, less the overlap."""
    MANUAL = "manual"
    """Because a person asked: the same window."""
    RESCAN = "rescan"
    """Every document, whatever its stamps say: finds what was changed without a stamp."""
    PUSHED = "pushed"
    """Because a document was pushed to the gateway: it reads nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A job to be opened: which flow, why, when it was due, and what its flow's first cursor row needs to know."""

    integration: str
    flow: str
    kind: JobKind
    due_at: datetime
    overlap: timedelta
    queue: Queue


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A claimed page of a job: which part of which window to read next."""

    job_id: JobId
    integration: str
    flow: str
    kind: JobKind
    fence: int
    attempts: int
    cursor_before: datetime | None
    window_from: datetime | None
    window_to: datetime | None
    after_key: int
    walks: int
    read_at: datetime
    actor: str

    @property
    def origin(self) -> Origin:
        """Return where the records of this page come from."""
        return Origin(
            integration=self.integration, flow=self.flow, job_id=self.job_id, read_at=self.read_at, actor=self.actor
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What one page showed. `more` asks for another; `window_to` is the source's time when it was asked."""

    more: bool
    window_to: datetime
    after_key: int
    rows_seen: int
    rows_new: int
    rows_late: int
    lateness: timedelta
    walked_again: bool
    contradictions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LastDue:
    """When each kind of job of each flow was last due, and the time by which every process judges that."""

    now: datetime
    due_at: dict[tuple[str, str, JobKind], datetime]


def open_job(database: Database, run: Run, *, actor: str) -> JobId | None:
    """Open a job with its poll command; None when it was opened before, or one of its kind is still unfinished."""
    row = database.fetch_one(
        _SQL["open"],
        {
            "job_id": str(uuid.uuid4()),
            "integration": run.integration,
            "flow": run.flow,
            "kind": run.kind,
            "due_at": run.due_at,
            "overlap": run.overlap,
            "queue": run.queue,
            "actor": actor,
        },
    )
    return JobId(str(row["job_id"])) if row else None


def last_due(database: Database, flows: Collection[tuple[str, str]]) -> LastDue:
    """Return when each kind of job of these flows (integration, flow) was last due, and the database's time."""
    rows = database.fetch_all(
        _SQL["last_due"],
        {
            "integrations": [integration for integration, _ in flows],
            "flows": [flow for _, flow in flows],
            "kinds": [JobKind.SCHEDULED, JobKind.RESCAN],
        },
    )
    due = {(row["integration"], row["flow"], JobKind(row["kind"])): row["due_at"] for row in rows if row["due_at"]}
    return LastDue(now=rows[0]["now"], due_at=due)


def overdue(database: Database, flows: Collection[tuple[str, str]]) -> list[dict[str, Any]]:
    """Return for how long each of these flows (integration, flow) waits for a read that was due; zero if none was."""
    parameters = {"integrations": [integration for integration, _ in flows], "flows": [flow for _, flow in flows]}
    return database.fetch_all(_SQL["overdue"], parameters)


def claim_page(database: Database, job_id: JobId, *, lease_seconds: float, actor: str) -> Page | None:
    """Claim the next page of a job; None when the job is finished, resting, claimed, or another job reads its flow."""
    parameters = {"job_id": job_id, "lease": timedelta(seconds=lease_seconds), "actor": actor}
    try:
        row = database.fetch_one(_SQL["claim_page"], parameters)
    except UniqueViolation:  # job_reading: another job of this flow reads
        with database.connection() as connection:
            connection.execute(_SQL["step_aside"], {"job_id": job_id, "rest": _BUSY_REST})
        return None
    return _page(row, actor) if row else None


def move_on(
    connection: Connection, page: Page, progress: Progress, *, queue: Queue, stay_seconds: float | None
) -> Page | None:
    """Keep what the page showed. Belongs into the page's transaction.

    Returns the next page, claimed for another `stay_seconds`, or None when its poll command was written instead
    (`stay_seconds` None) or the job is done. Raises LeaseLost if the claim no longer holds.
    """
    stays = stay_seconds is not None and progress.more
    row = connection.execute(
        _SQL["move_on"],
        {
            "job_id": page.job_id,
            "fence": page.fence,
            "actor": page.actor,
            "queue": queue,
            "more": progress.more,
            "stay": stays,
            "lease": timedelta(seconds=stay_seconds or 0),
            "window_to": progress.window_to,
            "after_key": progress.after_key,
            "rows_seen": progress.rows_seen,
            "rows_new": progress.rows_new,
            "rows_late": progress.rows_late,
            "lateness": progress.lateness,
            "walked_again": int(progress.walked_again),
            "contradictions": list(progress.contradictions),
        },
    ).fetchone()
    if row is None:
        raise LeaseLost(f"job {page.job_id} is not claimed with fence {page.fence} any more")
    return _page(row, page.actor) if stays else None


def renew(database: Database, page: Page, *, lease_seconds: float) -> None:
    """Keep the claim on a page for longer. Raises LeaseLost if it no longer holds."""
    parameters = {**_held(page), "lease": timedelta(seconds=lease_seconds)}
    if database.fetch_one(_SQL["renew"], parameters) is None:
        raise LeaseLost(f"job {page.job_id} is not claimed with fence {page.fence} any more")


def rest(database: Database, job_id: JobId, *, seconds: float) -> bool:
    """Let a job rest that nobody has claimed; the sweeper writes its next poll command. False if it does not wait."""
    return database.fetch_one(_SQL["rest"], {"job_id": job_id, "rest": timedelta(seconds=seconds)}) is not None


def put_off(database: Database, page: Page, *, rest_seconds: float, reason: str, counts: bool) -> None:
    """Give the page back, to be read later. Does nothing if the claim no longer holds.

    `counts` spends an attempt; where it does not, a reason that comes again makes no event.
    """
    database.fetch_one(
        _SQL["put_off"],
        {
            **_held(page),
            "rest": timedelta(seconds=rest_seconds),
            "reason": redaction.mask(reason),
            "give_back": 0 if counts else 1,
        },
    )


def fail(database: Database, page: Page, reason: str) -> None:
    """End the job as failed: the cursor stays where it is. Does nothing if the claim no longer holds."""
    database.fetch_one(_SQL["fail"], {**_held(page), "reason": redaction.mask(reason)})


def open_pushed(connection: Connection, integration: str, flow: str, *, actor: str) -> Origin:
    """Open the job of one document that was pushed, which is done already. Belongs into the document's transaction."""
    asked = {"job_id": str(uuid.uuid4()), "integration": integration, "flow": flow, "actor": actor}
    row = None
    while row is None:  # two jobs of a flow are never due in the same microsecond
        row = connection.execute(_SQL["open_pushed"], asked).fetchone()
    return Origin(
        integration=integration, flow=flow, job_id=JobId(str(row["job_id"])), read_at=row["opened_at"], actor=actor
    )


def count_pushed(connection: Connection, origin: Origin, *, rows_new: int) -> None:
    """Keep how many records a pushed document brought that the ledger did not have: one, or none."""
    connection.execute(_SQL["count_pushed"], {"job_id": origin.job_id, "rows_new": rows_new})


def recent(database: Database, limit: int) -> list[dict[str, Any]]:
    """Return the newest jobs, newest first."""
    return database.fetch_all(_SQL["recent"], {"limit": limit})


def _held(page: Page) -> dict[str, Any]:
    return {"job_id": page.job_id, "fence": page.fence, "actor": page.actor}


def _page(row: dict[str, Any], actor: str) -> Page:
    return Page(
        job_id=JobId(str(row["job_id"])),
        integration=row["integration"],
        flow=row["flow"],
        kind=JobKind(row["kind"]),
        fence=row["fence"],
        attempts=row["attempts"],
        cursor_before=row["cursor_before"],
        window_from=row["window_from"],
        window_to=row["window_to"],
        after_key=row["after_key"],
        walks=row["walks"],
        read_at=row["read_at"],
        actor=actor,
    )
