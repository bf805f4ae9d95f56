"""Whatever Oracle's history shows, a plan brings it to what is wanted, and plans nothing once it is there."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.oracle.receipt_plan import Correct, NotPossible, Receive, Return, plan
from schemas.oracle.receipt_wanted import Place, WantedLine
from tests.receiving_model import Receiving, place, wanted_line

_MOST_BOUTS = 12
NUMBERS = st.decimals(min_value=0, max_value=50, places=3)


@st.composite
def lines(draw: st.DrawFn, places: tuple[Place, ...]) -> WantedLine:
    """Draw what one version of one receipt wants of an order line."""
    received = draw(st.decimals(min_value=-20, max_value=50, places=3))
    return wanted_line(f"{received:f}", f"{draw(NUMBERS | st.just(Decimal(0))):f}", *places)


@st.composite
def places(draw: st.DrawFn) -> tuple[Place, ...]:
    ordered = draw(st.lists(NUMBERS, min_size=1, max_size=3))
    return tuple(place(n, f"{each:f}", direct=draw(st.booleans())) for n, each in enumerate(ordered, start=1))


@st.composite
def versions(draw: st.DrawFn) -> list[tuple[str, WantedLine]]:
    """Draw versions of several receipts of one order line, in the order in which they come."""
    at = draw(places())
    return draw(st.lists(st.tuples(st.sampled_from("ABC"), lines(at)), min_size=1, max_size=8))


@given(versions(), st.booleans())
def test_every_version_brings_the_net_of_its_receipt_to_what_it_wants(
    versions: list[tuple[str, WantedLine]],
    follows: bool,  # noqa: FBT001 - drawn
) -> None:
    receiving = Receiving(follows=follows)
    for reference, wanted in versions:
        before = dict.fromkeys("ABC", Decimal(0)) | {other: net(receiving, wanted, other) for other in "ABC"}
        if settle(receiving, wanted, reference):
            assert net(receiving, wanted, reference) == wanted.received - wanted.returned
        for other in set("ABC") - {reference}:
            assert net(receiving, wanted, other) == before[other]


def settle(receiving: Receiving, wanted: WantedLine, reference: str) -> bool:
    """Plan and apply until nothing is planned; False where Oracle holds too little."""
    for _ in range(_MOST_BOUTS):
        try:
            effects = plan(wanted, receiving.history, reference)
        except NotPossible:
            held = sum(
                (receiving.history.holds(row) for row in receiving.history.receipts(wanted.order.key, 1)), Decimal(0)
            )
            assert held < wanted.returned + abs(wanted.received) + net(receiving, wanted, reference).copy_abs()
            return False
        if not effects:
            return True
        receiving.apply(effects[:1] if isinstance(effects[0], Correct | Return) else effects, reference)
    raise AssertionError("it never comes to an end")


def net(receiving: Receiving, wanted: WantedLine, reference: str) -> Decimal:
    history, order = receiving.history, wanted.order.key
    return history.received(order, wanted.line, reference) - history.returned(order, wanted.line, reference)


def test_a_receipt_goes_to_the_schedules_in_the_order_in_which_they_are_needed() -> None:
    effects = plan(wanted_line("7", "0", place(2, "4"), place(1, "5")), Receiving().history, "A")
    assert [(effect.place.schedule, effect.number) for effect in effects if isinstance(effect, Receive)] == [
        (2, Decimal(4)),
        (1, Decimal(3)),
    ]


def test_what_another_receipt_filled_is_not_filled_again_and_too_much_is_oracles_to_judge() -> None:
    receiving = Receiving()
    at = (place(1, "4"), place(2, "4"))
    settle(receiving, wanted_line("4", "0", *at), "A")
    effects = plan(wanted_line("6", "0", *at), receiving.history, "B")
    assert [(effect.place.schedule, effect.number) for effect in effects if isinstance(effect, Receive)] == [
        (2, Decimal(6))
    ]


def test_a_quantity_raised_in_receiving_is_corrected_and_one_that_was_delivered_is_received_again() -> None:
    for direct, expected in ((False, Correct), (True, Receive)):
        receiving = Receiving()
        settle(receiving, wanted_line("3", "0", place(1, "10", direct=direct)), "A")
        (effect,) = plan(wanted_line("5", "0", place(1, "10", direct=direct)), receiving.history, "A")
        assert (type(effect), effect.number) == (expected, Decimal(2))


def test_a_return_goes_back_from_the_delivery_and_its_undoing_is_received() -> None:
    receiving = Receiving()
    at = place(1, "10", direct=True)
    settle(receiving, wanted_line("8", "0", at), "A")
    (effect,) = plan(wanted_line("0", "3", at), receiving.history, "B")
    assert isinstance(effect, Return)
    assert effect.parent == receiving.rows[1].key
    settle(receiving, wanted_line("0", "3", at), "B")
    (undone,) = plan(wanted_line("0", "0", at), receiving.history, "B")
    assert isinstance(undone, Receive)


def test_more_than_oracle_holds_can_not_be_taken_back() -> None:
    with pytest.raises(NotPossible, match="Oracle holds 0"):
        plan(wanted_line("0", "2"), Receiving().history, "A")


def test_a_correction_that_oracle_made_by_itself_counts_for_what_it_corrects() -> None:
    receiving = Receiving()
    settle(receiving, wanted_line("8", "0", place(1, "10", direct=True)), "A")
    receiving.apply([Correct(line=wanted_line(), parent=receiving.rows[1].key, number=Decimal(-3))], "A")

    receiving.rows[-1] = replace(receiving.rows[-1], reference=None)
    assert net(receiving, wanted_line(), "A") == 5
