"""Verdicts: what a step found out about one record, as values. The stage settles them; nothing else writes a state.

A step is a function from a claimed record to a verdict. Every verdict carries its evidence, because it becomes the
audit event. Only `Dead` and a crash spend anything: `Wait` gives the attempt back.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from schemas.convergence import Conflict
from schemas.refusals import Refusal


class SendAs(StrEnum):
    """What a version asks for at the target, before it is known whether the target has the document."""

    PUT = "put"
    CANCEL = "cancel"


class DeadClass(StrEnum):
    """Who must act on a dead record."""

    INVALID = "invalid"
    """The source document is wrong: correct it in the source; its next version arrives by itself."""
    MAPPING = "mapping"
    """A code is not mapped: add the mapping, then replay."""
    DEPENDENCE = "dependence"
    """Something that must be at the target first will not come by itself: deliver it, and this one is released."""
    REFUSED = "refused"
    """The target refused it: remove the cause there, then replay."""
    CONFLICT = "conflict"
    """The target has something else under this number: compare both, then replay or discard."""
    EXHAUSTED = "exhausted"
    """It failed too often without a clear reason: read its trace, then replay."""
    DISCARDED = "discarded"
    """A person decided that it need not go; it can still be replayed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """A document that must be at the target first: of which flow, and its key or its number.

    `active` asks for one that is in use: a value that may be coded with. `field` is where the document names it, `noun`
    what people call it, `why` one sentence about what asks for it.
    """

    flow: str
    key: str | None = None
    number: str | None = None
    active: bool = False
    field: str
    noun: str
    why: str = ""

    @property
    def name(self) -> str:
        """The name by which the ledger looks for those who wait."""
        return f"{self.flow}/key/{self.key}" if self.key is not None else f"{self.flow}/number/{self.number}"

    def __str__(self) -> str:
        return f"{self.noun} {self.number or self.key}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Transformed:
    """Mapped: `body` is what will be sent, but for its envelope; `body_hash` tells it from what was sent before.

    `needs` must be at the target first; `mapping_version` names the mapping sets by which it was written. Of the
    documents in one `lane` of a flow only one is under way at a time: what one has done decides what the next does.
    """

    body: bytes = field(repr=False)
    body_hash: bytes
    send_as: SendAs
    needs: tuple[Need, ...] = ()
    mapping_version: str | None = None
    lane: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PutRight:
    """The document whose newest version must be told again, and why: the same words mean the same cause."""

    flow: str
    key: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """What a delivery made both sides of a shared document have in common, and what only a person can decide.

    `kind` names the pairs it belongs to; `seen_version` is the version of the pair that was compared with, 0 if there
    was none. `put_right` says what the side that was not told must be told because it is not its own to change: its
    flow, and why.
    """

    kind: str
    oracle_key: str
    oracle_number: str
    jaggaer_key: str | None
    fields: Mapping[str, str | None] = field(repr=False)
    seen_version: int
    conflicts: tuple[Conflict, ...] = ()
    put_right: PutRight | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """The target has it. `how` says how we know; `target_id` is its name there."""

    target_id: str
    how: str
    agreement: Agreement | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unchanged:
    """Nothing is to be sent, and `reason` says why."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Superseded:
    """The record `by` is newer: sending this one would put older over newer. `reason` says more where that needs it."""

    by: int
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unclear:
    """It was sent, and whether it was applied is not known: read back before anything else.

    `answered` when the target does answer, but says nothing that we understand: reading back then spends attempts,
    because it may never get clear. While it does not answer, it spends none.
    """

    reason: str
    answered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Absent:
    """A read-back found the target without it. `proved` once that was seen often enough over enough time."""

    reason: str
    proved: bool
    look_again_seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuild:
    """Nothing was sent: the body was written for settings that are not in force any more. Transform it again."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Not now: try again after so many seconds. Spends no attempt."""

    seconds: float
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """It failed for no reason that anyone planned for. Spends an attempt; the last one makes the record dead."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the target has under our number: its name there, and how many versions of it were sent, as it counts."""

    target_id: str
    serial: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Dead:
    """A person must act.

    `refused_by_target` when the target itself said no: its next try needs a new dedupe key. `found` when it has
    something else under our number: ours is not there, and the next try is an update of what is. `needs` are what it
    died for want of: their delivery brings it back. `may_be_early` when what it lacks may be brought by documents of
    the same flow that were read before it and are still on their way.
    """

    category: DeadClass
    reason: str
    next_step: str
    field: str | None = None
    value: str | None = None
    refused_by_target: bool = False
    found: Found | None = None
    needs: tuple[Need, ...] = ()
    may_be_early: bool = False


Verdict = Transformed | Delivered | Unchanged | Superseded | Unclear | Absent | Rebuild | Wait | Failed | Dead


def dead_by(refusal: Refusal) -> Dead:
    """Return the verdict on a document that a parser or builder refused."""
    return Dead(
        category=DeadClass(refusal.category.value),
        reason=refusal.reason,
        next_step=refusal.next_step,
        field=refusal.field,
        value=refusal.value,
    )


def evidence(verdict: Verdict) -> dict[str, Any]:
    """Return what the audit event keeps of a verdict: everything but the document's own bytes."""
    match verdict:
        case Transformed():
            shown = {"send_as": verdict.send_as, "body_hash": verdict.body_hash.hex()}
            return {**shown, "mapping_version": verdict.mapping_version} if verdict.mapping_version else shown
        case Delivered():
            return {"target_id": verdict.target_id, "how": verdict.how}
        case Superseded():
            return {"by": verdict.by}
        case Absent():
            return {"reason": verdict.reason, "proved": verdict.proved}
        case Wait():
            return {"reason": verdict.reason, "seconds": verdict.seconds}
        case Dead():
            return {
                "class": verdict.category,
                "reason": verdict.reason,
                "field": verdict.field,
                "value": verdict.value,
                "next_step": verdict.next_step,
            }
        case Unchanged() | Unclear() | Rebuild() | Failed():
            return {"reason": verdict.reason}
