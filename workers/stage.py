"""The stage: what is done around every step, written once for all flows.

A ticket goes through a pipe of verbs: claim, work, settle. The claim is committed before the work begins and carries a
lease and a fence; the settlement is one statement that changes nothing unless the claim still holds. What happens on a
crash between any two of them:

* before the claim is committed: the ticket is delivered again;
* between claim and settlement: the lease runs out and the sweeper takes the record back, to be read back first if it
  may have been sent;
* after the settlement: the ticket is delivered again, and finds nothing to claim.

A ticket that finds its record dead belongs into the dead-letter queue, so that the queue shows what waits for a person;
unless it comes *from* there: then someone wants it replayed.
"""

import time
from collections.abc import Callable
from enum import Enum, auto

from common.flows.flow import Flow
from common.flows.registry import FLOWS
from common.installation import Installation
from common.ledger import books, dead_letters, needs, records
from common.ledger.records import Claim, LeaseLost, NotClaimed, Stage
from common.ledger.settlement import settle
from common.ledger.states import State
from common.ledger.verdicts import Dead, Failed, Superseded, Transformed, Verdict, Wait
from common.sides import Side
from common.telemetry.logs import about, logger
from common.vault.seal import KeyMissing
from schemas.tickets import Queue, RecordTicket
from workers import delivery, patience, transformation

_LOG = logger(__name__)
_NOT_CONFIGURED_SECONDS = 30.0
_HOLD_SECONDS = 5.0
"""How long a worker waits with a ticket in its hand: as little as it takes not to turn in circles."""
_KEY_WAIT_SECONDS = 60.0
_EARLIER_SECONDS = 2.0
"""How long a document waits that may lack what others before it bring."""


class Disposition(Enum):
    """What becomes of a ticket."""

    DONE = auto()
    DEAD_LETTER = auto()


def run(installation: Installation, stage: Stage, ticket: RecordTicket, *, replayed: bool) -> Disposition:
    """Take one ticket through claim, work and settlement. Raises DatabaseUnavailable; the ticket is then given back."""
    if stage is Stage.DELIVER:
        seconds = _hold_back(installation, ticket)
        if seconds > 0 and records.rest(installation.database, ticket.record_id, seconds=seconds):
            return Disposition.DONE
    held = records.claim(
        installation.database,
        installation.vault,
        stage,
        ticket.record_id,
        lease_seconds=installation.timing.lease,
        actor=installation.actor,
        monotonic=installation.monotonic,
    )
    if isinstance(held, NotClaimed):
        return _not_claimed(installation, ticket, held, replayed=replayed)
    with about(record=held.record_id, job=held.job_id, document=held.document_number):
        verdict = _judge(installation, stage, held)
        return _settle(installation, held, verdict)


def _hold_back(installation: Installation, ticket: RecordTicket) -> float:
    """Wait a little before claiming while the target is away: what is not claimed costs nothing.

    Returns how many seconds the record should rest, 0 if it may be claimed. The ticket's words are only trusted for
    this: a wrong one waits for the wrong system, or not at all.
    """
    side, flow = installation.sides.get(ticket.integration), FLOWS.get(ticket.flow)
    if side is None or flow is None:
        return 0.0
    target = side.target(flow.name)
    seconds = target.hold_back_seconds()
    if seconds > 0:
        time.sleep(min(seconds, _HOLD_SECONDS))
        seconds = target.hold_back_seconds()
    return seconds * (1 + installation.chance())


def _not_claimed(
    installation: Installation, ticket: RecordTicket, refusal: NotClaimed, *, replayed: bool
) -> Disposition:
    if refusal.state is not State.DEAD:
        return Disposition.DONE
    if not replayed:
        return Disposition.DEAD_LETTER
    if dead_letters.replay(installation.database, ticket.record_id, actor=installation.actor, how="shovel"):
        _LOG.info("replayed by shovel", record=ticket.record_id, document=ticket.document)
    return Disposition.DONE


def _judge(installation: Installation, stage: Stage, held: Claim) -> Verdict:
    side, flow = installation.sides.get(held.integration), FLOWS.get(held.flow)
    if side is None or flow is None:
        return _not_configured(held)
    if held.budget.attempts > installation.timing.max_attempts:
        return Failed(reason="its workers died while they had it")
    if held.unopened is not None:
        return held.unopened
    return _work(installation, stage, held, side, flow)


def _work(installation: Installation, stage: Stage, held: Claim, side: Side, flow: Flow) -> Verdict:
    steps: dict[Stage, Callable[[], Verdict]] = {
        Stage.TRANSFORM: lambda: _patient(
            installation, held, side, transformation.transform(held, flow, side.mapping(flow.name))
        ),
        Stage.DELIVER: lambda: _patient(
            installation,
            held,
            side,
            delivery.deliver(
                held,
                side.target(flow.name),
                lambda: _overruled(installation, held, side, flow) or _missing(installation, held, side),
            ),
        ),
    }
    try:
        return steps[stage]()
    except Exception as error:  # noqa: BLE001 - a defect in one document's way must not take the worker with it
        _LOG.exception("a step failed", stage=stage)
        return Failed(reason=f"{type(error).__name__} in {stage}: {error}"[:500])


def _patient(installation: Installation, held: Claim, side: Side, verdict: Verdict) -> Verdict:
    """Return the verdict, or a wait for what the document died for want of where that may still come."""
    if not isinstance(verdict, Dead):
        return verdict
    before = [flow for flow in FLOWS[held.flow].after if side.flow(flow).enabled]
    if verdict.may_be_early and records.earlier_open(installation.database, held, before):
        reason = f"Documents that go before it are still on their way. {verdict.reason}"
        return Wait(seconds=_EARLIER_SECONDS, reason=reason)
    if not verdict.needs:
        return verdict
    standings = needs.standings(installation.database, held.integration, held.record_id, verdict.needs)
    judged = needs.judge(standings)
    return judged if isinstance(judged, Wait) else verdict


def _overruled(installation: Installation, held: Claim, side: Side, flow: Flow) -> Superseded | None:
    """Return what took a record's place since it was written; that is told by what its source gave, not by its body."""
    if flow.overruled is None or held.budget.may_be_applied:
        return None
    source = books.payload(installation.database, installation.vault, held.record_id, "source")
    return None if source is None else transformation.overruled(source, flow, side.mapping(flow.name))


def _missing(installation: Installation, held: Claim, side: Side) -> Wait | Dead | None:
    """Return what a record lacks.

    Only flows that run are asked: what others bring is somebody else's business.
    """
    wanted = [need for need in held.needs if side.flow(need.flow).enabled]
    return needs.judge(needs.standings(installation.database, held.integration, held.record_id, wanted))


def _settle(installation: Installation, held: Claim, verdict: Verdict) -> Disposition:
    settlement = settle(held.state, held.budget, verdict, installation.patience, installation.chance())
    queue = _next_queue(held, verdict)
    try:
        patience.until(
            held.trusted_until,
            lambda: records.settle(installation.database, installation.vault, held, verdict, settlement, queue=queue),
        )
    except KeyMissing as error:
        _LOG.error("not sealed", record=held.record_id, document=held.document_number, reason=str(error))
        return _settle(installation, held, Wait(seconds=_KEY_WAIT_SECONDS, reason=str(error)))
    except LeaseLost as error:
        _LOG.warning("settled too late, nothing written", reason=str(error))
        return Disposition.DONE
    _LOG.info(settlement.state, verdict=type(verdict).__name__, reason=settlement.outcome)
    return Disposition.DEAD_LETTER if settlement.state is State.DEAD else Disposition.DONE


def _next_queue(held: Claim, verdict: Verdict) -> Queue | None:
    """Return where the record's next ticket goes: a proved absence is sent again through the sweeper's rest."""
    return FLOWS[held.flow].deliver_queue if isinstance(verdict, Transformed) else None


def _not_configured(held: Claim) -> Wait:
    """Leave a record to a worker that knows its integration: while a cluster is renewed, some do not."""
    reason = f"Integration {held.integration!r} or its flow {held.flow!r} is not in the settings of {held.actor}."
    _LOG.error("not configured", record=held.record_id, document=held.document_number, reason=reason)
    return Wait(seconds=_NOT_CONFIGURED_SECONDS, reason=f"{reason} Put it back into connector.toml.")
