"""Delivery: one effect at the target, once; or the reason why none is wanted.

A claimed record is the only version of its document that is under way, so what the crosswalk says about the document
holds until the claim is settled. An unclear send is read back before anything else, also after a replay.
"""

from collections.abc import Callable
from typing import assert_never

from common.connections.target import Outgoing, Target
from common.ledger.records import Claim
from common.ledger.states import State
from common.ledger.verdicts import Absent, Dead, DeadClass, SendAs, Superseded, Unchanged, Verdict, Wait, dead_by
from schemas.identity import Action, Intent
from schemas.refusals import Refused

_UNDECIDED_SECONDS = 1.0


def deliver(held: Claim, target: Target, missing: Callable[[], Superseded | Wait | Dead | None]) -> Verdict:
    """Judge a claimed record: send it, read it back, or find that it need not go.

    `missing` says what the record needs first, or what took its place; it is asked only of one that would be sent.
    """
    try:
        if held.state is State.CHECKING:
            return target.find(outgoing(held))
        return _not_now(held) or _needless(held) or missing() or _send(held, target)
    except Refused as refused:
        return dead_by(refused.refusal)


def outgoing(held: Claim) -> Outgoing:
    """Return the effect that a claim wants: the same to the byte whenever it is asked for again."""
    if held.sending_since is None or held.action is None:
        raise ValueError(f"record {held.record_id} is claimed for delivery but was never transformed")
    intent = Intent(
        action=_action(held, held.action),
        serial=held.standing.serial + 1,
        dedupe_key=held.dedupe_key,
        previous_key=held.standing.delivered_key,
        stated_at=held.sending_since,
    )
    return Outgoing(
        number=held.document_number,
        reference=held.reference,
        body=held.payload,
        intent=intent,
        readbacks=held.budget.readbacks,
        trusted_until=held.trusted_until,
    )


def _send(held: Claim, target: Target) -> Verdict:
    effect = outgoing(held)
    if held.budget.may_be_applied:  # replayed after an unclear send that was never settled
        found = target.find(effect)
        if not isinstance(found, Absent):
            return found
    return target.send(effect)


def _not_now(held: Claim) -> Superseded | Wait | Dead | None:
    """Return what the document's other versions mean for this one, None if it may go.

    A version that may be at the target already is settled before anything else, whatever came after it.
    """
    standing = held.standing
    if held.budget.may_be_applied:
        return None
    if standing.heir is not None:
        return Superseded(by=standing.heir)
    if standing.undecided:
        return Wait(seconds=_UNDECIDED_SECONDS, reason="A later version of the document is not mapped yet.")
    if standing.doubtful is not None:
        return Dead(
            category=DeadClass.CONFLICT,
            reason=f"Record {standing.doubtful} of the same document is dead, and the target may have it or not.",
            next_step=f"Replay record {standing.doubtful} first (it is looked for before it is sent), then this one.",
        )
    return None


def _needless(held: Claim) -> Unchanged | None:
    """Return why this version need not go, None if it must."""
    standing = held.standing
    match held.action:
        case SendAs.CANCEL if standing.target_id is None and not held.budget.may_be_applied:
            return Unchanged(reason="It was never sent, so there is nothing to cancel.")
        case SendAs.CANCEL if standing.delivered_action is SendAs.CANCEL:
            return Unchanged(reason="The target has it canceled already.")
        case SendAs.PUT if standing.delivered_action is SendAs.PUT and standing.delivered_hash == held.body_hash:
            return Unchanged(reason="The target has this content already.")
        case _:
            return None


def _action(held: Claim, action: SendAs) -> Action:
    match action:
        case SendAs.CANCEL:
            return Action.CANCEL
        case SendAs.PUT:
            return Action.CREATE if held.standing.target_id is None else Action.UPDATE
        case _:
            assert_never(action)
