"""What a verdict does to a record's state and budget."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.ledger import states
from common.ledger.settlement import Budget, Patience, Settlement, settle
from common.ledger.states import MoveRefused, State
from common.ledger.verdicts import (
    Absent,
    Dead,
    DeadClass,
    Delivered,
    Failed,
    Found,
    Rebuild,
    SendAs,
    Superseded,
    Transformed,
    Unchanged,
    Unclear,
    Verdict,
    Wait,
)

PATIENCE = Patience(first=2.0, longest=900.0, max_attempts=12)
REFUSED = Dead(category=DeadClass.REFUSED, reason="no", next_step="fix", refused_by_target=True)


def budget(*, attempts: int = 1, readbacks: int = 0, refusals: int = 0, may_be_applied: bool = False) -> Budget:
    return Budget(attempts=attempts, readbacks=readbacks, refusals=refusals, may_be_applied=may_be_applied)


def settled(claimed: State, verdict: Verdict, before: Budget | None = None) -> Settlement:
    return settle(claimed, before or budget(), verdict, PATIENCE, chance=1.0)


@pytest.mark.parametrize(
    ("claimed", "rests_in"),
    [(State.TRANSFORMING, State.CAPTURED), (State.SENDING, State.READY), (State.CHECKING, State.UNKNOWN)],
)
def test_waiting_gives_the_attempt_back(claimed: State, rests_in: State) -> None:
    result = settled(claimed, Wait(seconds=7, reason="busy"), budget(attempts=5))

    assert (result.state, result.budget.attempts, result.rest_seconds) == (rests_in, 4, 7)


def test_what_was_written_for_other_settings_begins_again_unless_it_may_have_been_sent() -> None:
    never_sent = settled(State.SENDING, Rebuild(reason="cxml now"), budget(attempts=5))
    maybe_sent = settled(State.SENDING, Rebuild(reason="cxml now"), budget(attempts=5, may_be_applied=True))

    assert (never_sent.state, never_sent.budget) == (State.CAPTURED, budget(attempts=4))
    assert (maybe_sent.state, maybe_sent.budget) == (State.UNKNOWN, budget(attempts=4, may_be_applied=True))


def test_an_unclear_send_must_be_read_back_and_is_remembered() -> None:
    result = settled(State.SENDING, Unclear(reason="reset"), budget(attempts=3, readbacks=2))

    assert result.state is State.UNKNOWN
    assert result.budget == budget(attempts=3, may_be_applied=True)


def test_reading_back_what_never_gets_clear_ends_dead_and_may_still_be_applied() -> None:
    unclear = Unclear(reason="gibberish", answered=True)
    before = budget(attempts=3, may_be_applied=True)
    assert settled(State.CHECKING, unclear, before).budget == before

    result = settled(State.CHECKING, unclear, budget(attempts=12, may_be_applied=True))
    assert (result.state, result.budget.may_be_applied) == (State.DEAD, True)


def test_another_document_under_our_number_means_that_ours_is_not_there() -> None:
    other = Dead(category=DeadClass.CONFLICT, reason="x", next_step="y", found=Found(target_id="US1", serial=4))

    assert not settled(State.CHECKING, other, budget(may_be_applied=True)).budget.may_be_applied


def test_reading_back_spends_no_attempt_while_the_target_is_away() -> None:
    before = budget(attempts=11, may_be_applied=True)
    for _ in range(100):
        result = settled(State.CHECKING, Unclear(reason="still down"), budget(attempts=12, may_be_applied=True))

        assert (result.state, result.budget) == (State.UNKNOWN, before)


def test_one_read_back_that_finds_nothing_proves_nothing() -> None:
    verdict = Absent(reason="not there", proved=False, look_again_seconds=30)
    result = settled(State.CHECKING, verdict, budget(attempts=2, may_be_applied=True))

    assert (result.state, result.rest_seconds) == (State.UNKNOWN, 30)
    assert result.budget == budget(attempts=1, readbacks=1, may_be_applied=True)


def test_a_proved_absence_may_be_sent_again() -> None:
    result = settled(
        State.CHECKING, Absent(reason="not there", proved=True), budget(attempts=2, readbacks=2, may_be_applied=True)
    )

    assert (result.state, result.budget) == (State.READY, budget(attempts=1))


def test_a_document_that_never_arrives_ends_dead() -> None:
    result = settled(State.CHECKING, Absent(reason="not there", proved=True), budget(attempts=13, may_be_applied=True))

    assert result.state is State.DEAD
    assert result.dead is not None
    assert result.dead.category is DeadClass.EXHAUSTED


def test_a_refusal_by_the_target_asks_for_a_new_key_and_settles_the_doubt() -> None:
    result = settled(State.SENDING, REFUSED, budget(may_be_applied=True))

    assert (result.state, result.budget) == (State.DEAD, budget(refusals=1))


def test_a_conflict_leaves_the_doubt_so_that_a_replay_reads_back_first() -> None:
    conflict = Dead(category=DeadClass.CONFLICT, reason="other", next_step="compare")
    result = settled(State.CHECKING, conflict, budget(attempts=2, may_be_applied=True))

    assert result.budget.may_be_applied
    assert result.budget.refusals == 0


@pytest.mark.parametrize("claimed", [State.TRANSFORMING, State.SENDING, State.CHECKING])
def test_a_defect_spends_attempts_until_the_record_is_dead(claimed: State) -> None:
    resting = settled(claimed, Failed(reason="TypeError"), budget(attempts=11))
    ended = settled(claimed, Failed(reason="TypeError"), budget(attempts=12))

    assert resting.state in states.OPEN
    assert resting.budget.attempts == 11
    assert ended.state is State.DEAD


def test_a_defect_while_sending_is_read_back() -> None:
    result = settled(State.SENDING, Failed(reason="KeyError"))

    assert result.state is State.UNKNOWN
    assert result.budget.may_be_applied


def test_a_transformed_record_begins_its_delivery_with_a_fresh_budget() -> None:
    verdict = Transformed(body=b"{}", body_hash=b"h", send_as=SendAs.PUT)

    assert settled(State.TRANSFORMING, verdict, budget(attempts=9)).budget.attempts == 0


@pytest.mark.parametrize(
    ("claimed", "verdict"),
    [
        (State.TRANSFORMING, Delivered(target_id="1", how="?")),
        (State.CHECKING, Superseded(by=2)),
        (State.READY, Unchanged(reason="?")),
    ],
)
def test_a_verdict_that_a_claim_cannot_have_is_refused(claimed: State, verdict: Verdict) -> None:
    with pytest.raises(MoveRefused):
        settled(claimed, verdict)


@given(attempts=st.integers(0, 10_000), chance=st.floats(0, 1))
def test_pauses_grow_and_stay_within_their_bounds(attempts: int, chance: float) -> None:
    pause = PATIENCE.pause(attempts, chance)

    assert PATIENCE.first / 2 <= pause <= PATIENCE.longest
    assert pause <= PATIENCE.pause(attempts + 1, 1.0)


def test_every_state_can_be_reached_and_only_settled_ones_are_ends() -> None:
    reached = {State.CAPTURED} | {after for _, after in states.MOVES}
    left = {before for before, _ in states.MOVES}

    assert reached == set(State)
    assert set(State) - left == {State.DELIVERED, State.UNCHANGED, State.SUPERSEDED}
    assert set(states.LEASE_LOST) == set(states.RESTS_IN) == states.CLAIMED


@pytest.mark.parametrize("target", [states.RESTS_IN, states.LEASE_LOST])
def test_rests_and_lost_leases_are_moves(target: dict[State, State]) -> None:
    assert set(target.items()) <= states.MOVES
