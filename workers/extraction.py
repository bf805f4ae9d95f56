"""Extraction: one page of one window, from the source into the ledger.

The page, the job's progress and (on the last page) the cursor are one transaction: a worker that dies anywhere has read
a page for nothing, and it is read again. Rows that cannot be identified are admitted dead, so that a bad row neither
stops its page nor vanishes.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from common.connections.errors import ClientRefused, ExchangeFailed, NotSent
from common.connections.source import Row, Source, SourcePage, SourceRefused, SourceUnreadable, Window
from common.database.pool import Connection
from common.flows.flow import Flow, Reading
from common.flows.registry import FLOWS
from common.installation import Installation
from common.ledger import absences, admission, books, cursor, jobs
from common.ledger.admission import Admitted, Sighting
from common.ledger.jobs import JobKind, Page, Progress
from common.ledger.records import LeaseLost
from common.sides import Side
from common.telemetry.logs import about, logger
from common.vault.seal import KeyMissing
from schemas import exact_json
from schemas.refusals import Refusal, RefusalClass, Refused
from schemas.tickets import PollCommand

_LOG = logger(__name__)
_MAX_WALKS = 5
_LEASE_FACTOR = 4.0
_FEW_ABSENT = 10
"""So many documents may vanish at once without a question."""
_STAY_SECONDS = 5.0
"""How long a worker goes on with the pages of one poll command."""
_LONGEST_HOLD_SECONDS = 5.0
"""How long a job rests before its source is looked at again: a person who put it right should not wait longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _ReadPage:
    """A page as it was read, before it is admitted."""

    side: Side
    flow: Flow
    page: Page
    shown: SourcePage

    @property
    def told(self) -> Reading:
        """What identifying its rows may depend on."""
        return Reading(names=self.side.names, on=self.shown.source_time.date())

    @property
    def stamped(self) -> bool:
        """Whether the source stamps what is read."""
        return self.side.source(self.flow.name).stamped


def extract(installation: Installation, command: PollCommand) -> None:
    """Read the next pages of a job, for a few seconds at most. Raises DatabaseUnavailable; the command is given back.

    A long window goes on with a new poll command, so that no message runs for minutes. While the source is to be left
    alone nothing is claimed: what is not claimed costs nothing.
    """
    seconds = _hold_back(installation, command)
    if seconds > 0 and jobs.rest(installation.database, command.job_id, seconds=seconds):
        return
    page = jobs.claim_page(
        installation.database, command.job_id, lease_seconds=_lease(installation), actor=installation.actor
    )
    until = installation.monotonic() + _STAY_SECONDS
    while page is not None:
        with about(job=page.job_id, flow=page.flow):
            page = _read_page(installation, page, stays=installation.monotonic() < until)


def _hold_back(installation: Installation, command: PollCommand) -> float:
    """Return how many seconds the job should rest, 0 if it may be claimed."""
    side = installation.sides.get(command.integration)
    if side is None or command.flow not in FLOWS:
        return 0.0
    return min(side.source(command.flow).hold_back_seconds(), _LONGEST_HOLD_SECONDS)


def _lease(installation: Installation) -> float:
    return installation.timing.lease * _LEASE_FACTOR


def _read_page(installation: Installation, page: Page, *, stays: bool) -> Page | None:
    """Read one page; return the next one if this worker is to go on with it."""
    side, flow = installation.sides.get(page.integration), FLOWS.get(page.flow)
    if side is None or flow is None:
        jobs.fail(installation.database, page, f"{page.integration}/{page.flow} is not in this worker's settings")
        return None
    try:
        shown = _read(installation, side, flow, page)
    except LeaseLost as error:
        _LOG.warning("page read too late, nothing written", job=page.job_id, reason=str(error))
    except SourceRefused as error:
        _LOG.error("the source refuses", reason=str(error))
        jobs.fail(installation.database, page, str(error))
    except (ClientRefused, NotSent) as error:
        _put_off(installation, page, str(error), seconds=_LONGEST_HOLD_SECONDS)
    except (ExchangeFailed, SourceUnreadable) as error:
        _put_off(installation, page, str(error))
    else:
        return _admit(installation, _ReadPage(side=side, flow=flow, page=page, shown=shown), stays=stays)
    return None


def _put_off(installation: Installation, page: Page, reason: str, *, seconds: float | None = None) -> None:
    """Give a page back: for so many seconds at no cost, or for longer each time."""
    rest = installation.patience.pause(page.attempts, installation.chance()) if seconds is None else seconds
    jobs.put_off(installation.database, page, rest_seconds=rest, reason=reason, counts=seconds is None)
    _LOG.warning("page put off", reason=reason, seconds=round(rest, 1))


def _read(installation: Installation, side: Side, flow: Flow, page: Page) -> SourcePage:
    """Read the page, and whole what came cut. Raises LeaseLost, SourceRefused, SourceUnreadable, ExchangeFailed."""
    source = side.source(flow.name)
    shown = source.page(Window(since=page.window_from, after_key=page.after_key))
    if not shown.collection.rows and page.after_key == 0:
        _check_canary(installation, side, flow)
    lease = _Lease(installation, page)
    rows = []
    for row in shown.collection.rows:
        if _is_cut(source, row):
            lease.keep()
            rows.append(source.whole(row))
        else:
            rows.append(row)
    return replace(shown, collection=replace(shown.collection, rows=tuple(rows)))


class _Lease:
    """The claim on a page whose cut documents take their time: kept while they are read."""

    def __init__(self, installation: Installation, page: Page) -> None:
        self._installation = installation
        self._page = page
        self._kept_at = installation.monotonic()

    def keep(self) -> None:
        """Renew the claim when a quarter of it is over. Raises LeaseLost."""
        lease = _lease(self._installation)
        if self._installation.monotonic() - self._kept_at > lease / 4:
            jobs.renew(self._installation.database, self._page, lease_seconds=lease)
            self._kept_at = self._installation.monotonic()


def _check_canary(installation: Installation, side: Side, flow: Flow) -> None:
    """Refuse an empty window if the source does not even show what it showed before. Raises SourceRefused.

    A user who has lost a data role reads empty collections (oracle-fusion.md, 2.1); the cursor must not move over what
    such a user cannot see.
    """
    known = books.newest_delivered(installation.database, side.name, flow.name)
    source = side.source(flow.name)
    if known is not None and not source.shows(known.key):
        raise SourceRefused(
            f"{source.system} shows nothing, not even {known.number}, which it showed before. The integration user has "
            f"lost the role or the data access that lets it see {flow.name}: give it back, and the next poll goes on "
            f"from here."
        )


def _is_cut(source: Source, row: Row) -> bool:
    try:
        return source.is_cut(row)
    except Refused:  # identifying it will refuse it too, for itself alone
        return False


def _admit(installation: Installation, reading: _ReadPage, *, stays: bool) -> Page | None:
    page, flow = reading.page, reading.flow
    sightings = [sight(flow, row, reading.told) for row in reading.shown.collection.rows]
    stay_seconds = _lease(installation) if stays else None
    try:
        with installation.database.transaction() as connection:
            admitted = admission.admit(connection, installation.vault, page.origin, sightings)
            progress = judge_page(page, reading.shown, admitted, stamped=reading.stamped)
            if flow.absent is not None:
                _note_absences(installation, connection, reading, sightings, last=not progress.more)
            following = jobs.move_on(connection, page, progress, queue=flow.poll_queue, stay_seconds=stay_seconds)
            if not progress.more and page.kind is not JobKind.RESCAN:
                _advance(connection, reading, page.window_to or progress.window_to)
    except LeaseLost as error:
        _LOG.warning("page read too late, nothing written", reason=str(error))
        return None
    except SourceRefused as error:
        _LOG.error("too much is gone", reason=str(error))
        jobs.fail(installation.database, page, str(error))
        return None
    except KeyMissing as error:  # nothing is kept that could not be sealed
        _put_off(installation, page, str(error))
        return None
    _LOG.info("page read", rows=progress.rows_seen, new=progress.rows_new, more=progress.more)
    return following


def _note_absences(
    installation: Installation, connection: Connection, reading: _ReadPage, sightings: list[Sighting], *, last: bool
) -> None:
    """Note what this page showed; after the last one, take into the ledger that the rest is gone. Raises SourceRefused.

    A user who has lost a part of the data access reads less, not an error: if much is gone at once, nobody is told so
    until a person has looked.
    """
    flow, origin = reading.flow, reading.page.origin
    absences.mark_seen(connection, origin, [one.identity.key for one in sightings if one.identity])
    if not last or flow.absent is None:
        return
    before = [exact_json.loads(source) for source in absences.unseen(connection, installation.vault, origin)]
    gone = [(row, flow.absent(row)) for row in before if isinstance(row, dict)]
    lost = [after for row, after in gone if after != row]
    most = reading.side.flow(flow.name).max_absent_percent
    if len(lost) > _FEW_ABSENT and len(lost) * 100 > absences.known(connection, origin) * most:
        raise SourceRefused(
            f"{len(lost)} documents of {flow.name} are not shown any more, over {most:g} % of all. If they are really "
            f"gone, raise max_absent_percent of this flow once; if not, the integration user has lost data access."
        )
    vanished = [sight(flow, row, reading.told) for row in lost]
    admission.admit(connection, installation.vault, origin, vanished)


def _advance(connection: Connection, reading: _ReadPage, window_to: datetime) -> None:
    """Move the cursor to the source's time before the first page, less the safety margin."""
    settings = reading.side.flow(reading.flow.name)
    cursor.advance(
        connection,
        reading.page.origin,
        position=window_to - timedelta(seconds=settings.safety_seconds),
        overlap=timedelta(seconds=settings.overlap_seconds),
        max_overlap=timedelta(seconds=settings.max_overlap_seconds),
    )


def sight(flow: Flow, row: Row, told: Reading) -> Sighting:
    """Return a row as the ledger takes it: identified, or refused with the reason."""
    try:
        source = exact_json.dumps(dict(row))
    except exact_json.NotExactJson:
        return _flawed(row)
    try:
        identity = flow.identify(row, told)
    except Refused as refused:
        return Sighting(
            source=source, identity=None, refusal=refused.refusal, content_hash=hashlib.sha256(source).digest()
        )
    return Sighting(source=source, identity=identity, content_hash=identity.content_hash)


def _flawed(row: Row) -> Sighting:
    """Return the sighting of a row with a value that cannot be kept exactly: refused, with what can be shown of it."""
    source = exact_json.dumps_flawed(dict(row))
    field, value = exact_json.flaw(dict(row)) or ("", "")
    refusal = Refusal(
        category=RefusalClass.INVALID,
        field=field,
        value=value,
        reason="The value cannot be read exactly: half a character, a number of over 100 digits, or a name twice.",
        next_step=f"Correct {row.get('OrderNumber') or 'it'} at its source; its next version arrives by itself.",
    )
    return Sighting(source=source, identity=None, refusal=refusal, content_hash=hashlib.sha256(source).digest())


def judge_page(page: Page, shown: SourcePage, admitted: Admitted, *, stamped: bool = True) -> Progress:
    """Decide what comes after a page: the next one, the end, or the window once more because it contradicted itself."""
    collection = shown.collection
    again = bool(collection.contradictions) and page.walks < _MAX_WALKS
    measured = (
        stamped and page.kind is not JobKind.RESCAN
    )  # what only a rescan finds was never stamped: no overlap would find it
    rows_late, lateness = cursor.measure_lateness(admitted, page.cursor_before if measured else None, shown.source_time)
    return Progress(
        more=again or (collection.more and collection.last_key is not None),
        window_to=shown.source_time,
        after_key=0 if again else max(page.after_key, collection.last_key or 0),
        rows_seen=len(collection.rows),
        rows_new=len(admitted.record_ids),
        rows_late=rows_late,
        lateness=lateness,
        walked_again=again,
        contradictions=collection.contradictions,
    )
