"""Which acknowledgments count, told by what they replace and when they were noticed, not by when they came."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from schemas.acknowledgment import Acknowledgment, AcknowledgmentType, Operation
from schemas.acknowledgment_precedence import Said, overruling
from tests.acknowledgment_factories import NOTICED_AT, acknowledgment

ACCEPT, DETAIL = AcknowledgmentType.ACCEPT, AcknowledgmentType.DETAIL


def new(payload_id: str, kind: AcknowledgmentType = DETAIL, *, hour: int = 0, **changes: Any) -> Acknowledgment:
    at = NOTICED_AT + timedelta(hours=hour)
    return acknowledgment(kind, payload_id=payload_id, confirmation_id=None, noticed_at=at, **changes)


def update(payload_id: str, replaces: str | None, *, hour: int = 0, **changes: Any) -> Acknowledgment:
    return replace(new(payload_id, hour=hour), operation=Operation.UPDATE, replaces=replaces, **changes)


def named(said: Acknowledgment, name: str) -> Acknowledgment:
    return replace(said, confirmation_id=name)


def counting(*documents: Acknowledgment, pushed: bool = True) -> set[str | None]:
    """Return the payloadIDs of those that count, as they came."""
    known = [
        Said(
            arrived=place,
            key=one.confirmation_id or one.replaces or one.payload_id or "",
            pushed=pushed,
            changed_at=NOTICED_AT + timedelta(minutes=place),
            acknowledgment=one,
        )
        for place, one in enumerate(documents, start=1)
    ]
    return {one.acknowledgment.payload_id for one in known if overruling(one, known) is None}


@pytest.mark.parametrize(
    ("documents", "expected"),
    [
        ([named(new("a"), "C"), named(update("b", "a", hour=1), "C")], {"b"}),
        ([named(new("a"), "C"), named(update("b", "a", hour=1), "C"), named(update("c", "b", hour=2), "C")], {"c"}),
        ([named(new("a", hour=5), "C"), named(update("b", "a"), "C")], {"b"}),
        ([named(new("a"), "C"), named(update("b", None, hour=1), "C")], {"b"}),
        ([named(new("a"), "C"), named(new("b"), "D")], {"a", "b"}),
        ([named(update("b", "a"), "C"), named(update("d", "c"), "D")], {"b", "d"}),
        ([new("a"), update("b", "a"), update("c", "b")], {"c"}),
        ([new("a"), update("b", "a", hour=2), update("c", "b", hour=1)], {"c"}),
        ([named(new("a"), "C"), named(new("b", ACCEPT, hour=1), "D")], {"b"}),
        ([named(new("a", ACCEPT), "C"), named(new("b", hour=1), "D")], {"a", "b"}),
        (
            [named(new("a"), "C"), named(new("b", ACCEPT, hour=1), "D"), named(update("c", "a", hour=2), "C")],
            {"b", "c"},
        ),
        ([named(new("a"), "C"), named(replace(update("b", "x", hour=1), type=ACCEPT), "D")], {"a", "b"}),
    ],
)
def test_what_counts_does_not_depend_on_what_came_first(documents: list[Acknowledgment], expected: set[str]) -> None:
    for arrived in permutations(documents):
        assert counting(*arrived) == expected


def test_of_what_was_noticed_at_the_same_moment_the_last_to_come_counts() -> None:
    assert counting(named(new("a"), "C"), named(new("b"), "C")) == {"b"}
    assert counting(new("a", ACCEPT), new("b", ACCEPT)) == {"b"}


def test_what_replaces_itself_in_a_circle_is_told_by_its_time() -> None:
    assert counting(named(update("a", "b"), "C"), named(update("b", "a", hour=1), "C")) == {"b"}
    assert counting(update("a", "a")) == {"a"}


def test_a_row_that_jaggaer_lists_anew_takes_its_own_place_only() -> None:
    rows = [named(replace(new("", hour=hour), payload_id=name), "C") for name, hour in (("a", 1), ("b", 0))]
    assert counting(*rows, pushed=False) == {"b"}
    assert counting(named(new("a"), "C"), named(new("b", ACCEPT, hour=1), "D"), pushed=False) == {"a", "b"}
