"""When a version is sent, when it need not go, and what is asked before it is sent again."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from common.connections.sighting import Sighting
from common.connections.target import Outgoing, TargetVerdict
from common.ledger.records import Claim, Standing
from common.ledger.settlement import Budget
from common.ledger.states import State
from common.ledger.verdicts import Absent, Dead, DeadClass, Delivered, SendAs, Superseded, Unchanged, Unclear, Wait
from schemas.identity import Action, JobId, RecordId
from workers import delivery

SINCE = datetime(2026, 11, 23, 8, tzinfo=UTC)


def nothing() -> None:
    """Say that the record lacks nothing."""


DELIVERED = Delivered(target_id="US1", how="test")
ABSENT = Absent(reason="not there", proved=True)
REFUSED = Dead(category=DeadClass.REFUSED, reason="no", next_step="fix", refused_by_target=True)
CONFLICT = Dead(category=DeadClass.CONFLICT, reason="other", next_step="compare")

NEVER = Standing(
    heir=None, undecided=False, doubtful=None, delivered_record_id=None, delivered_hash=None, delivered_action=None,
    delivered_key=None, target_id=None, serial=0,
)  # fmt: skip
BEFORE = replace(
    NEVER, delivered_record_id=RecordId(9), delivered_hash=b"old", delivered_action=SendAs.PUT, delivered_key="k9",
    target_id="US1", serial=3,
)  # fmt: skip


class Target:
    """A target that answers as it is told and notes what it was asked."""

    def __init__(self, send: TargetVerdict = DELIVERED, find: TargetVerdict = ABSENT) -> None:
        self._send, self._find = send, find
        self.asked: list[tuple[str, Outgoing]] = []

    def send(self, outgoing: Outgoing) -> TargetVerdict:
        self.asked.append(("send", outgoing))
        return self._send

    def find(self, outgoing: Outgoing) -> TargetVerdict:
        self.asked.append(("find", outgoing))
        return self._find

    def sight(self, number: str | None) -> Sighting:
        raise NotImplementedError

    def hold_back_seconds(self) -> float:
        return 0.0

    @property
    def verbs(self) -> list[str]:
        return [verb for verb, _ in self.asked]


def claim(
    standing: Standing = NEVER,
    *,
    state: State = State.SENDING,
    action: SendAs = SendAs.PUT,
    may_be_applied: bool = False,
    body_hash: bytes = b"new",
) -> Claim:
    return Claim(
        record_id=RecordId(17),
        state=state,
        fence=1,
        integration="main",
        flow="purchase_orders",
        document_key="1",
        document_number="US1",
        job_id=JobId("j"),
        budget=Budget(attempts=1, readbacks=0, refusals=0, may_be_applied=may_be_applied),
        action=action,
        body_hash=body_hash,
        sending_since=SINCE,
        standing=standing,
        payload=b"body",
        actor="w",
        trusted_until=99.0,
    )


@pytest.mark.parametrize(
    ("standing", "action", "expected", "serial", "previous"),
    [
        (NEVER, SendAs.PUT, Action.CREATE, 1, None),
        (BEFORE, SendAs.PUT, Action.UPDATE, 4, "k9"),
        (BEFORE, SendAs.CANCEL, Action.CANCEL, 4, "k9"),
    ],
)
def test_the_crosswalk_decides_what_is_sent(
    standing: Standing, action: SendAs, expected: Action, serial: int, previous: str | None
) -> None:
    target = Target()

    assert delivery.deliver(claim(standing, action=action), target, nothing) == DELIVERED
    ((_, sent),) = target.asked
    assert (sent.intent.action, sent.intent.serial, sent.intent.previous_key) == (expected, serial, previous)
    assert sent.intent.stated_at == SINCE


@pytest.mark.parametrize(
    ("held", "verdict"),
    [
        (claim(replace(NEVER, heir=RecordId(18))), Superseded),
        (claim(BEFORE, body_hash=b"old"), Unchanged),
        (claim(NEVER, action=SendAs.CANCEL), Unchanged),
        (claim(replace(BEFORE, delivered_action=SendAs.CANCEL), action=SendAs.CANCEL), Unchanged),
    ],
    ids=["a newer version is known", "same content", "never sent, nothing to cancel", "canceled already"],
)
def test_what_need_not_go_is_not_sent(held: Claim, verdict: type[Superseded | Unchanged]) -> None:
    target = Target()

    assert isinstance(delivery.deliver(held, target, nothing), verdict)
    assert target.asked == []


def test_the_same_content_after_a_cancel_is_sent() -> None:
    held = claim(replace(BEFORE, delivered_action=SendAs.CANCEL), body_hash=b"old")

    assert delivery.deliver(held, Target(), nothing) == DELIVERED


def test_an_unknown_record_is_only_read_back() -> None:
    target = Target(find=Unclear(reason="down"))

    assert delivery.deliver(claim(state=State.CHECKING, may_be_applied=True), target, nothing) == Unclear(reason="down")
    assert target.verbs == ["find"]


@pytest.mark.parametrize("found", [DELIVERED, CONFLICT, Unclear(reason="down")])
def test_a_replayed_record_that_may_be_applied_is_read_back_and_not_sent(found: TargetVerdict) -> None:
    target = Target(find=found)

    assert delivery.deliver(claim(may_be_applied=True), target, nothing) == found
    assert target.verbs == ["find"]


def test_a_replayed_record_that_is_not_there_is_sent() -> None:
    target = Target(find=ABSENT)

    assert delivery.deliver(claim(may_be_applied=True), target, nothing) == DELIVERED
    assert target.verbs == ["find", "send"]


def test_a_version_waits_until_it_is_known_what_a_later_one_is() -> None:
    target = Target()

    assert isinstance(delivery.deliver(claim(replace(NEVER, undecided=True)), target, nothing), Wait)
    assert target.asked == []


def test_nothing_is_sent_over_a_dead_version_that_may_have_arrived() -> None:
    target = Target()

    verdict = delivery.deliver(claim(replace(BEFORE, doubtful=RecordId(12)), body_hash=b"old"), target, nothing)
    assert isinstance(verdict, Dead)
    assert "record 12" in verdict.next_step
    assert target.asked == []


def test_what_may_have_arrived_is_settled_first_whatever_came_after_it() -> None:
    standing = replace(NEVER, heir=RecordId(18), undecided=True, doubtful=RecordId(12))
    target = Target(find=DELIVERED)

    assert delivery.deliver(claim(standing, may_be_applied=True), target, nothing) == DELIVERED
    assert target.verbs == ["find"]


def test_what_the_target_has_from_elsewhere_is_updated_not_created() -> None:
    standing = replace(NEVER, target_id="US1", serial=2)
    target = Target()

    assert delivery.deliver(claim(standing), target, nothing) == DELIVERED
    ((_, sent),) = target.asked
    assert (sent.intent.action, sent.intent.serial) == (Action.UPDATE, 3)


def test_a_repetition_is_the_same_to_the_byte() -> None:
    first, second = Target(), Target()
    delivery.deliver(claim(), first, nothing)
    delivery.deliver(claim(state=State.CHECKING, may_be_applied=True), second, nothing)

    assert first.asked[0][1] == second.asked[0][1]
