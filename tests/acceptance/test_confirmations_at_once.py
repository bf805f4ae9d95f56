"""Several pushed confirmations of one order that wait at once: which of them count (jaggaer-cxml.md, 6.2)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from common.ledger import records
from common.ledger.states import State
from schemas.acknowledgment import AcknowledgedLine, Acknowledgment, AcknowledgmentType, LineStatusType, Operation
from simulators.faults import Fault, FaultKind
from tests.acceptance.test_acknowledgments import Scene, polls, scene
from tests.acknowledgment_factories import acknowledgment, line, status
from tests.fixtures.services import fresh_database
from tests.fixtures.world import eventually

pytestmark = pytest.mark.services

ACCEPT, REJECT, DETAIL = AcknowledgmentType.ACCEPT, AcknowledgmentType.REJECT, AcknowledgmentType.DETAIL


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with fresh_database() as database_url, scene(tmp_path_factory.mktemp("scene"), database_url) as running:
        assert eventually(lambda: polls(running.inside) > 0)
        yield running


def of(stage: Scene, place: int, kind: AcknowledgmentType, *lines: AcknowledgedLine, **changes: Any) -> Acknowledgment:
    return acknowledgment(kind, *lines, order_number=stage.number(place), payload_id=f"{place}.0@s", **changes)


def update_of(
    said: Acknowledgment, kind: AcknowledgmentType, *lines: AcknowledgedLine, hours: int = 1
) -> Acknowledgment:
    """Return the complete update of a document, noticed hours later."""
    return replace(
        said,
        type=kind,
        lines=lines,
        operation=Operation.UPDATE,
        payload_id=f"{said.payload_id}+",
        replaces=said.payload_id,
        noticed_at=said.noticed_at + timedelta(hours=hours),
    )


def whole_line(stage: Scene, place: int, number: int, kind: LineStatusType) -> AcknowledgedLine:
    """Return a line that is answered as it was ordered."""
    ordered = next(one for one in stage.order(place)["lines"] if one["LineNumber"] == number)
    return line(number, status(kind, ordered["Quantity"] or 1), uom=None)


def test_of_two_updates_of_one_confirmation_the_later_one_counts_whichever_came_last(stage: Scene) -> None:
    first = of(stage, 0, ACCEPT)
    second = update_of(first, ACCEPT)
    third = update_of(second, REJECT)
    stage.push(third, first, second)

    assert sorted(stage.outcome(0, 3)) == [("delivered", None), ("superseded", None), ("superseded", None)]
    assert stage.answers(0) == stage.each(0, "REJECT", "REJECT")


def test_partial_confirmations_of_different_names_both_count_and_so_do_their_updates(stage: Scene) -> None:
    one = of(stage, 1, DETAIL, whole_line(stage, 1, 1, LineStatusType.REJECT), confirmation_id="P-1")
    other = replace(
        of(stage, 1, DETAIL, whole_line(stage, 1, 2, LineStatusType.ACCEPT), confirmation_id="P-2"), payload_id="1.9@s"
    )
    stage.push(update_of(one, DETAIL, *one.lines), update_of(other, DETAIL, *other.lines))

    assert stage.outcome(1, 2) == [("delivered", None)] * 2
    assert stage.answers(1) == stage.each(1, "REJECT", "ACCEPT")


def test_what_an_update_took_back_is_not_accepted_because_the_update_waits_for_a_person(stage: Scene) -> None:
    first = of(stage, 2, ACCEPT)
    stage.push(first, update_of(first, AcknowledgmentType.BACKORDERED))

    assert stage.outcome(2, 2) == [("superseded", None), ("dead", "conflict")]
    assert stage.answers(2) == []
    assert stage.order(2)["Status"] == "Pending Supplier Acknowledgment"


def test_updates_without_a_name_are_one_confirmation_by_what_they_replace(stage: Scene) -> None:
    first = of(stage, 3, ACCEPT, confirmation_id=None)
    second = update_of(first, ACCEPT)
    third = update_of(second, REJECT)
    stage.push(first, second, third)

    assert stage.outcome(3, 3) == [("superseded", None), ("superseded", None), ("delivered", None)]
    assert stage.answers(3) == stage.each(3, "REJECT", "REJECT")


def test_a_new_answer_to_the_whole_order_discards_what_was_said_before(stage: Scene) -> None:
    part = of(stage, 4, DETAIL, whole_line(stage, 4, 1, LineStatusType.REJECT), confirmation_id="Q-1")
    whole = replace(of(stage, 4, ACCEPT, confirmation_id="Q-2"), payload_id="4.9@s")
    stage.push(part, replace(whole, noticed_at=part.noticed_at + timedelta(hours=1)))

    assert stage.outcome(4, 2) == [("superseded", None), ("delivered", None)]
    assert stage.answers(4) == stage.each(4, "ACCEPT", "ACCEPT")


def test_what_was_taken_back_while_oracle_was_away_is_not_sent_when_it_is_back(stage: Scene) -> None:
    away = Fault(kind=FaultKind.STATUS, status=503, path=f"purchaseOrderAcknowledgments/{stage.around.keys[5]}")
    stage.around.oracle.faults.add(away)
    first = of(stage, 5, ACCEPT)
    waiting = stage.push(first)
    assert eventually(lambda: records.state_of(stage.inside.database, waiting) in (State.READY, State.SENDING))

    stage.push(update_of(first, AcknowledgmentType.BACKORDERED))
    died = b"SELECT 1 FROM record WHERE state = 'dead' AND flow = 'acknowledgments' AND document_number = %(number)s"
    assert eventually(lambda: stage.inside.database.fetch_one(died, {"number": stage.number(5)}))
    stage.around.oracle.faults.clear()

    assert stage.outcome(5, 2) == [("superseded", None), ("dead", "conflict")]
    assert stage.answers(5) == []
