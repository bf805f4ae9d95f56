"""Records: the versions of documents, and the one door through which their state changes.

Three verbs carry a record through its life: `admit` (`admission.py`) takes a page of versions into the ledger, `claim`
gives one record to one worker for a while, `settle` writes what came of it. Each is one statement, so each is all or
nothing, and each writes its audit event with the change. A worker that dies between two of them leaves a lease that
runs out (`rescue.py`); a worker that was paused past its lease finds its fence outdated and changes nothing.
"""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from psycopg.errors import UniqueViolation
from psycopg.types.json import Jsonb

from common.clock import Monotonic
from common.database import statements
from common.database.pool import Connection, Database
from common.ledger import dead_letters, pairs
from common.ledger.payload_place import place
from common.ledger.readmission import readmit
from common.ledger.settlement import Budget, Settlement
from common.ledger.states import SETTLED, State
from common.ledger.stored_text import storable
from common.ledger.verdicts import (
    Dead,
    DeadClass,
    Delivered,
    Found,
    Need,
    PutRight,
    SendAs,
    Transformed,
    Verdict,
    Wait,
    evidence,
)
from common.telemetry import redaction
from common.vault.seal import DoesNotOpen, KeyMissing, Vault
from schemas.identity import JobId, RecordId, dedupe_key, document_reference
from schemas.tickets import Queue

_SQL = statements.load(__name__)
_BUSY_REST = timedelta(seconds=1)
_KEY_WAIT_SECONDS = 60.0


class Stage(StrEnum):
    """What a ticket asks for."""

    TRANSFORM = "transform"
    DELIVER = "deliver"


class LeaseLost(Exception):
    """The claim is not ours any more: another worker has the record. Nothing was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the crosswalk knows of a record's document, and what the document's other versions mean for this one.

    `heir` is the newest of the later versions that is on its way to the target or there; `undecided` says that a later
    one is not mapped yet (it may be a draft, or die); `doubtful` is a dead version that may have reached the target.
    """

    heir: RecordId | None
    undecided: bool
    doubtful: RecordId | None
    delivered_record_id: RecordId | None
    delivered_hash: bytes | None
    delivered_action: SendAs | None
    delivered_key: str | None
    target_id: str | None
    serial: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A record that is ours until `trusted_until` (this process's monotonic clock): what it is and what it carries."""

    record_id: RecordId
    state: State
    fence: int
    integration: str
    flow: str
    document_key: str
    document_number: str
    job_id: JobId
    budget: Budget
    action: SendAs | None
    body_hash: bytes | None
    sending_since: datetime | None
    standing: Standing
    needs: tuple[Need, ...] = ()
    payload: bytes = field(repr=False)
    unopened: Wait | Dead | None = None
    """What to do about a payload that does not open."""
    actor: str
    trusted_until: float

    @property
    def reference(self) -> str:
        """The name under which the target keeps this document, the same for all of its versions."""
        return document_reference(integration=self.integration, flow=self.flow, key=self.document_key)

    @property
    def dedupe_key(self) -> str:
        """The key of the effect that this claim wants."""
        return dedupe_key(
            integration=self.integration,
            flow=self.flow,
            record_id=self.record_id,
            refusals=self.budget.refusals,
            body_hash=self.body_hash or b"",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NotClaimed:
    """Why a record was not given out: its state (None: there is no such record), or another version is under way."""

    state: State | None
    busy: bool = False


def claim(
    database: Database,
    vault: Vault,
    stage: Stage,
    record_id: RecordId,
    *,
    lease_seconds: float,
    actor: str,
    monotonic: Monotonic,
) -> Claim | NotClaimed:
    """Give a record to this worker, or say why not. One statement; a second worker gets NotClaimed."""
    started = monotonic()
    parameters = {"record_id": record_id, "lease": timedelta(seconds=lease_seconds), "actor": actor}
    try:
        row = database.fetch_one(_SQL[f"claim_{stage}"], parameters)
    except UniqueViolation:  # another version of it, or a document of its lane, is being sent or read back
        with database.connection() as connection:
            connection.execute(_SQL["step_aside"], {"record_id": record_id, "rest": _BUSY_REST})
        return NotClaimed(state=State.READY, busy=True)
    if row is None:
        return NotClaimed(state=state_of(database, record_id))
    held = _claim(row, actor, started + lease_seconds)
    try:
        part = "source" if stage is Stage.TRANSFORM else "target"
        return replace(held, payload=vault.open(bytes(row["sealed"]), place(record_id, part)))
    except DoesNotOpen as error:
        return replace(held, unopened=_about(error))


def settle(
    database: Database, vault: Vault, held: Claim, verdict: Verdict, settlement: Settlement, *, queue: Queue | None
) -> None:
    """Write what came of a claim, its event and its next ticket. Raises LeaseLost if the claim no longer holds.

    A delivery ends the rest of those who wait for the document, and brings back those who died for want of it. That is
    not part of the one statement: a worker that dies before it leaves them to rest for as long as they would have.
    """
    parameters = _settlement(held, verdict, settlement, queue)
    if isinstance(verdict, Transformed):
        parameters["body"] = vault.seal(verdict.body, place(held.record_id, "target"))
        parameters |= {
            "body_hash": verdict.body_hash,
            "action": verdict.send_as,
            "needs": _needs_column(verdict.needs),
            "mapping_version": verdict.mapping_version,
            "lane": storable(verdict.lane),
        }
    elif isinstance(verdict, Dead):
        parameters["needs"] = _needs_column(verdict.needs)
    moved = _moved(database, vault, held, verdict, parameters)
    if moved["resting"]:
        with database.connection() as connection:
            connection.execute(_SQL["wake"], {"ids": moved["resting"]})
    for record_id in moved["died_waiting"]:
        dead_letters.replay(database, record_id, actor=held.actor, how=f"{held.document_number} was delivered")


def _moved(
    database: Database, vault: Vault, held: Claim, verdict: Verdict, parameters: dict[str, Any]
) -> dict[str, Any]:
    agreement = verdict.agreement if isinstance(verdict, Delivered) else None
    with database.transaction() if agreement else database.connection() as connection:
        moved = connection.execute(_SQL["settle"], parameters).fetchone()
        if moved is None:
            raise LeaseLost(f"record {held.record_id} is not claimed with fence {held.fence} any more")
        if agreement is not None:
            pairs.keep(connection, vault, held.integration, held.record_id, agreement, actor=held.actor)
            _put_right(connection, vault, held, agreement.put_right)
    return moved


def _put_right(connection: Connection, vault: Vault, held: Claim, wrong: PutRight | None) -> None:
    """Let the other side be told what it has changed and does not own."""
    if wrong is not None:
        readmit(
            connection,
            vault,
            integration=held.integration,
            flow=wrong.flow,
            key=wrong.key,
            actor=held.actor,
            because=wrong.because,
        )


def _needs_column(wanted: tuple[Need, ...]) -> Jsonb | None:
    return Jsonb({need.name: _need_detail(need) for need in wanted}) if wanted else None


def _need_detail(need: Need) -> dict[str, Any]:
    return {name: getattr(need, name) for name in ("flow", "key", "number", "active", "field", "noun", "why")}


def rest(database: Database, record_id: RecordId, *, seconds: float) -> bool:
    """Let an unclaimed record rest; the sweeper writes its next ticket. False if it does not wait for a send."""
    parameters = {"record_id": record_id, "rest": timedelta(seconds=seconds)}
    return database.fetch_one(_SQL["rest"], parameters) is not None


def earlier_open(database: Database, held: Claim, before: Collection[str]) -> bool:
    """Whether a document that goes before this one is still on its way: of the same flow, or of the flows `before`."""
    parameters = {"record_id": held.record_id, "before": list(before)}
    row = database.fetch_one(_SQL["earlier_open"], parameters)
    return bool(row and row["open"])


def state_of(database: Database, record_id: RecordId) -> State | None:
    """Return the state of a record, None if there is none of that id."""
    row = database.fetch_one(_SQL["state_of"], {"record_id": record_id})
    return State(row["state"]) if row else None


def _about(error: DoesNotOpen) -> Wait | Dead:
    """Return what a payload that does not open means: a missing key can come back, changed bytes cannot."""
    if isinstance(error, KeyMissing):
        return Wait(seconds=_KEY_WAIT_SECONDS, reason=str(error))
    return Dead(
        category=DeadClass.EXHAUSTED,
        reason=str(error),
        next_step="Restore the row from a backup, then replay; or discard it, and let the next rescan read it again.",
    )


def _claim(row: dict[str, Any], actor: str, trusted_until: float) -> Claim:
    return Claim(
        record_id=RecordId(row["record_id"]),
        state=State(row["state"]),
        fence=row["fence"],
        integration=row["integration"],
        flow=row["flow"],
        document_key=row["document_key"],
        document_number=row["document_number"],
        job_id=JobId(str(row["job_id"])),
        budget=Budget(
            attempts=row["attempts"],
            readbacks=row["readbacks"],
            refusals=row["refusals"],
            may_be_applied=row["may_be_applied"],
        ),
        action=SendAs(row["action"]) if row["action"] else None,
        body_hash=bytes(row["body_hash"]) if row["body_hash"] else None,
        sending_since=row["sending_since"],
        needs=tuple(Need(**detail) for detail in (row["needs"] or {}).values()),
        standing=_standing(row),
        payload=b"",
        actor=actor,
        trusted_until=trusted_until,
    )


def _shown(verdict: Verdict) -> dict[str, Any]:
    """Return a verdict's evidence as the audit event keeps it: for ever, and readable by every operator."""
    shown: dict[str, Any] = redaction.mask_value(evidence(verdict))
    if isinstance(verdict, Dead):
        shown["value"] = redaction.mask_field(verdict.field, verdict.value)
    return {name: storable(value) if isinstance(value, str) else value for name, value in shown.items()}


def _shown_text(text: str | None) -> str | None:
    return storable(redaction.mask(text)) if text else None


def _standing(row: dict[str, Any]) -> Standing:
    return Standing(
        heir=RecordId(row["heir"]) if row["heir"] else None,
        undecided=row["undecided"],
        doubtful=RecordId(row["doubtful"]) if row["doubtful"] else None,
        delivered_record_id=RecordId(row["delivered_record_id"]) if row["delivered_record_id"] else None,
        delivered_hash=bytes(row["delivered_hash"]) if row["delivered_hash"] else None,
        delivered_action=SendAs(row["delivered_action"]) if row["delivered_action"] else None,
        delivered_key=row["delivered_key"],
        target_id=row["target_id"],
        serial=row["serial"],
    )


def _settlement(held: Claim, verdict: Verdict, settlement: Settlement, queue: Queue | None) -> dict[str, Any]:
    dead: Dead | None = settlement.dead
    rest = settlement.rest_seconds
    return {
        "record_id": held.record_id,
        "fence": held.fence,
        "from": held.state,
        "to": settlement.state,
        "settled": settlement.state in SETTLED,
        "attempts": settlement.budget.attempts,
        "readbacks": settlement.budget.readbacks,
        "refusals": settlement.budget.refusals,
        "may_be_applied": settlement.budget.may_be_applied,
        "rest": None if rest is None else timedelta(seconds=rest),
        "outcome": _shown_text(settlement.outcome),
        "dead_class": dead.category if dead else None,
        "dead_field": dead.field if dead else None,
        "dead_value": storable(redaction.mask_field(dead.field, dead.value)) if dead else None,
        "next_step": _shown_text(dead.next_step) if dead else None,
        "action": None,
        "names": [f"{held.flow}/key/{held.document_key}", f"{held.flow}/number/{held.document_number}"],
        "needs": None,
        "mapping_version": None,
        "lane": None,
        "body": None,
        "body_hash": None,
        "dedupe_key": held.dedupe_key,
        **_bound(held, verdict),
        "queue": queue,
        "actor": held.actor,
        "event": type(verdict).__name__.lower(),
        "detail": Jsonb(_shown(verdict)),
    }


def _bound(held: Claim, verdict: Verdict) -> dict[str, Any]:
    """Return what the crosswalk learns: the document's name at the target, and how many versions it counts there."""
    match verdict:
        case Delivered():
            return {"target_id": verdict.target_id, "serial": held.standing.serial + 1}
        case Dead(found=Found() as found):
            return {"target_id": found.target_id, "serial": max(found.serial, held.standing.serial)}
        case _:
            return {"target_id": None, "serial": held.standing.serial}
