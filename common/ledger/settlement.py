"""What a verdict does to a claimed record: the new state and the new budget, decided without touching anything.

Rules that nobody may forget:

* An attempt is counted when a record is claimed. Waiting and reading back give it back, so an outage spends nothing;
  a crash cannot give back, so a record that kills its workers ends dead.
* After an unclear send `may_be_applied` stays true until the target was read back, whatever happens in between.
* Reading back spends attempts only while the target answers without saying anything clear.
* A definite refusal raises `refusals`, because the next try needs a new dedupe key.
"""

from dataclasses import dataclass
from typing import assert_never

from common.ledger.states import RESTS_IN, State, check_move
from common.ledger.verdicts import (
    Absent,
    Dead,
    DeadClass,
    Delivered,
    Failed,
    Rebuild,
    Superseded,
    Transformed,
    Unchanged,
    Unclear,
    Verdict,
    Wait,
)

_FIRST_READ_BACK_SECONDS = 1.0
_REBUILD_SECONDS = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What a claimed record has used up, and whether the target may have it already."""

    attempts: int
    readbacks: int
    refusals: int
    may_be_applied: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How often and how long: the first and the longest pause between tries, in seconds, and how many tries."""

    first: float
    longest: float
    max_attempts: int

    def pause(self, attempts: int, chance: float) -> float:
        """Return the pause after so many attempts: doubling, capped, and somewhere in its upper half by `chance`."""
        full = min(self.longest, self.first * 2.0 ** min(attempts, 30))
        return float(full * (0.5 + chance / 2))


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """Where a record goes: its state, budget, what made it so, and how many seconds it rests (None: no rest)."""

    state: State
    budget: Budget
    outcome: str | None
    rest_seconds: float | None = None
    dead: Dead | None = None


def settle(claimed: State, budget: Budget, verdict: Verdict, patience: Patience, chance: float) -> Settlement:
    """Decide. `chance` (0 to 1) spreads pauses. Raises MoveRefused for a verdict that this claim cannot have."""
    settlement = _decide(claimed, budget, verdict, patience, chance)
    check_move(claimed, settlement.state)
    return settlement


def _decide(claimed: State, budget: Budget, verdict: Verdict, patience: Patience, chance: float) -> Settlement:
    match verdict:
        case Transformed():
            return Settlement(state=State.READY, budget=_spend(budget, attempts=0), outcome=None)
        case Delivered():
            settled = _spend(budget, may_be_applied=False)
            return Settlement(state=State.DELIVERED, budget=settled, outcome=verdict.how)
        case Unchanged():
            return Settlement(state=State.UNCHANGED, budget=budget, outcome=verdict.reason)
        case Superseded():
            reason = verdict.reason or f"Version {verdict.by} of the document is newer."
            return Settlement(state=State.SUPERSEDED, budget=budget, outcome=reason)
        case Wait() | Rebuild():
            return _later(claimed, budget, verdict)
        case Absent():
            return _absent(budget, verdict, patience)
        case Unclear():
            return _unclear(claimed, budget, verdict, patience, chance)
        case Failed():
            return _failed(claimed, budget, verdict, patience, chance)
        case Dead():
            return _dead(budget, verdict)
        case _:
            assert_never(verdict)


def _later(claimed: State, budget: Budget, verdict: Wait | Rebuild) -> Settlement:
    """Rest, and go on from where it was; from the beginning for a rebuild, unless what was sent is still unclear."""
    state = RESTS_IN[claimed]
    if isinstance(verdict, Wait):
        return Settlement(state=state, budget=_give_back(budget), outcome=verdict.reason, rest_seconds=verdict.seconds)
    state = State.UNKNOWN if budget.may_be_applied else State.CAPTURED
    return Settlement(state=state, budget=_give_back(budget), outcome=verdict.reason, rest_seconds=_REBUILD_SECONDS)


def _absent(budget: Budget, verdict: Absent, patience: Patience) -> Settlement:
    budget = _give_back(budget)
    if not verdict.proved:
        budget = _spend(budget, readbacks=budget.readbacks + 1)
        rest = verdict.look_again_seconds
        return Settlement(state=State.UNKNOWN, budget=budget, outcome=verdict.reason, rest_seconds=rest)
    budget = _spend(budget, readbacks=0, may_be_applied=False)
    if budget.attempts >= patience.max_attempts:
        return _dead(budget, _exhausted(budget.attempts, verdict.reason))
    return Settlement(state=State.READY, budget=budget, outcome=verdict.reason, rest_seconds=0.0)


def _unclear(claimed: State, budget: Budget, verdict: Unclear, patience: Patience, chance: float) -> Settlement:
    if claimed is not State.CHECKING:
        budget = _spend(budget, may_be_applied=True, readbacks=0)
        rest = _FIRST_READ_BACK_SECONDS
    elif not verdict.answered:
        budget, rest = _give_back(budget), patience.pause(2, chance)
    elif budget.attempts >= patience.max_attempts:
        return _dead(budget, _never_clear(budget.attempts, verdict.reason))
    else:
        rest = patience.pause(budget.attempts, chance)
    return Settlement(state=State.UNKNOWN, budget=budget, outcome=verdict.reason, rest_seconds=rest)


def _failed(claimed: State, budget: Budget, verdict: Failed, patience: Patience, chance: float) -> Settlement:
    if claimed is State.SENDING:  # it may have failed after the request left
        budget = _spend(budget, may_be_applied=True)
    if budget.attempts >= patience.max_attempts:
        return _dead(budget, _exhausted(budget.attempts, verdict.reason))
    state = State.UNKNOWN if claimed is State.SENDING else RESTS_IN[claimed]
    rest = patience.pause(budget.attempts, chance)
    return Settlement(state=state, budget=budget, outcome=verdict.reason, rest_seconds=rest)


def _dead(budget: Budget, verdict: Dead) -> Settlement:
    if verdict.refused_by_target:
        budget = _spend(budget, refusals=budget.refusals + 1, may_be_applied=False)
    if verdict.found is not None:
        budget = _spend(budget, may_be_applied=False)
    return Settlement(state=State.DEAD, budget=budget, outcome=verdict.reason, dead=verdict)


def _never_clear(attempts: int, reason: str) -> Dead:
    return Dead(
        category=DeadClass.EXHAUSTED,
        reason=f"Whether the target has it did not get clear in {attempts} tries, at last: {reason}",
        next_step="Look for it at the target. Replay to look again, and to send it if it is not there.",
    )


def _exhausted(attempts: int, reason: str) -> Dead:
    return Dead(
        category=DeadClass.EXHAUSTED,
        reason=f"Failed {attempts} times, at last: {reason}",
        next_step="Read its trace, remove the cause, then replay it.",
    )


def _give_back(budget: Budget) -> Budget:
    return _spend(budget, attempts=max(0, budget.attempts - 1))


def _spend(
    budget: Budget,
    *,
    attempts: int | None = None,
    readbacks: int | None = None,
    refusals: int | None = None,
    may_be_applied: bool | None = None,
) -> Budget:
    return Budget(
        attempts=budget.attempts if attempts is None else attempts,
        readbacks=budget.readbacks if readbacks is None else readbacks,
        refusals=budget.refusals if refusals is None else refusals,
        may_be_applied=budget.may_be_applied if may_be_applied is None else may_be_applied,
    )
