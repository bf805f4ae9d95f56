"""What suppliers answer in JAGGAER arrives in Oracle once, or ends as a conflict: judged by the journal of Oracle."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from common.flows.acknowledgments import FLOW
from common.flows.flow import Reading
from common.ledger import admission, dead_letters
from common.ledger.admission import Origin
from schemas.acknowledgment import Acknowledgment, AcknowledgmentType, LineStatusType, Operation
from schemas.identity import JobId, RecordId
from simulators.faults import Fault, FaultKind
from simulators.jaggaer.confirmation import Answer, LineAnswer
from tests.acknowledgment_factories import NOTICED_AT, acknowledgment, as_pushed, line, status
from tests.fixtures.cluster import Plan
from tests.fixtures.mappings import NAMES
from tests.fixtures.system import System, system
from tests.fixtures.world import World, eventually, world
from workers.extraction import sight

pytestmark = pytest.mark.services

REJECT_AND_ACCEPT = (LineAnswer(line=1, answer=Answer.REJECTED, comments="Discontinued"), LineAnswer(line=2))
_FLOW = """
[integrations.main.flows.acknowledgments]
every_seconds = 1
safety_seconds = 1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Orders of two lines that JAGGAER knows and that wait for their suppliers in Oracle."""

    around: World
    inside: System

    def order(self, place: int) -> dict[str, Any]:
        """Return one of the orders as it stands in Oracle."""
        return dict(self.around.oracle.latest(self.around.keys[place]))

    def number(self, place: int) -> str:
        return self.around.number(self.around.keys[place])

    def confirm(self, place: int, *answers: LineAnswer, **changes: Any) -> None:
        """Answer an order in JAGGAER."""
        self.around.jaggaer.life.confirm(self.number(place), answers, **changes)

    def push(self, *said: Acknowledgment) -> RecordId:
        """Take documents into the ledger as if they had been pushed, all at once; return the first one's record."""
        told = Reading(names=NAMES, on=NOTICED_AT.date())
        seen = [sight(FLOW, as_pushed(one), told) for one in said]
        row = self.inside.database.fetch_one(b"SELECT job_id FROM job WHERE flow = 'acknowledgments' LIMIT 1")
        assert row is not None
        origin = Origin(
            integration="main",
            flow=FLOW.name,
            job_id=JobId(str(row["job_id"])),
            read_at=datetime.now(UTC),
            actor="test",
        )
        with self.inside.database.transaction() as connection:
            vault = self.inside.installations.current.vault
            return admission.admit(connection, vault, origin, seen).record_ids[0]

    def answers(self, place: int) -> list[tuple[int, int, str]]:
        """Return every answer that Oracle applied to an order: line, schedule and response."""
        entries = self.around.oracle.journal.read(kind="acknowledgment_applied", limit=10_000)
        mine = [entry.detail for entry in entries if entry.detail["number"] == self.number(place)]
        return sorted((one["line"], one["schedule"], one["response"]) for said in mine for one in said["schedules"])

    def each(self, place: int, *responses: str) -> list[tuple[int, int, str]]:
        """Return one answer to each schedule of an order, by its lines' responses."""
        lines = zip(self.order(place)["lines"], responses, strict=True)
        return [
            (int(line["LineNumber"]), int(part["ScheduleNumber"]), response)
            for line, response in lines
            for part in line["schedules"]
        ]

    def ended(self, place: int) -> list[dict[str, Any]]:
        """Return the acknowledgments of an order, once all of them have ended; nothing until then."""
        rows = self.inside.database.fetch_all(
            b"""SELECT record_id, state, dead_class, outcome FROM record
                WHERE flow = 'acknowledgments' AND document_number = %(number)s ORDER BY record_id""",
            {"number": self.number(place)},
        )
        return [dict(row) for row in rows] if all(row["state"] in _ENDED for row in rows) else []

    def outcome(self, place: int, count: int = 1) -> list[tuple[str, str | None]]:
        """Wait for so many acknowledgments of an order, and return state and class of each."""
        assert eventually(lambda: len(self.ended(place)) == count), self.ended(place)
        return [(row["state"], row["dead_class"]) for row in self.ended(place)]


_ENDED = {"delivered", "unchanged", "superseded", "dead"}


@contextmanager
def scene(folder: Path, database_url: str) -> Iterator[Scene]:
    with world(orders=8, lines=2, pending_every=1) as around:
        plan = Plan(every=1, more=_FLOW)
        with system(folder, around, database_url, None, plan) as inside:
            assert eventually(lambda: around.disagreements() == []), around.disagreements()
            yield Scene(around=around, inside=inside)


def polls(inside: System) -> int:
    row = inside.database.fetch_one(b"SELECT count(*) AS n FROM job WHERE flow = 'acknowledgments'")
    assert row is not None
    return int(row["n"])


def another_poll(inside: System) -> Callable[[], bool]:
    """Return whether the list was read twice more since now."""
    before = polls(inside)
    return lambda: polls(inside) > before + 2


def test_rows_that_jaggaer_lists_are_answers_in_oracle_once(tmp_path: Path, database_url: str) -> None:
    with scene(tmp_path, database_url) as stage:
        stage.confirm(0)
        stage.confirm(1, answer=Answer.REJECTED)
        stage.confirm(2, *REJECT_AND_ACCEPT)
        stage.confirm(3, LineAnswer(line=1, answer=Answer.CHANGED, unit_price=Decimal("0.01")))
        stage.confirm(4, LineAnswer(line=1, quantity=Decimal("0.5")))
        path = f"purchaseOrderAcknowledgments/{stage.around.keys[5]}"
        lost = Fault(kind=FaultKind.DROP_AFTER, path=path, method="PATCH", times=2)
        stage.around.oracle.faults.add(lost)
        stage.confirm(5)

        for place in (0, 1, 2, 5):
            assert stage.outcome(place, 2) == [("delivered", None)] * 2
        assert [stage.order(place)["Status"] for place in (0, 1, 2, 5)] == ["Open", "Rejected", "Open", "Open"]
        for place in (0, 5):
            assert stage.answers(place) == stage.each(place, "ACCEPT", "ACCEPT")
        assert stage.answers(1) == stage.each(1, "REJECT", "REJECT")
        assert stage.answers(2) == stage.each(2, "REJECT", "ACCEPT")

        for place, said in ((3, "0.01"), (4, "0.5 accepted")):
            assert stage.outcome(place) == [("dead", "conflict")]
            assert said in stage.ended(place)[0]["outcome"]
            assert stage.answers(place) == []
            assert stage.order(place)["Status"] == "Pending Supplier Acknowledgment"

        assert eventually(another_poll(stage.inside))
        assert stage.outcome(0, 2) == [("delivered", None)] * 2
        assert stage.answers(0) == stage.each(0, "ACCEPT", "ACCEPT")


def test_pushed_documents_are_answers_too_and_a_second_word_is_a_conflict(tmp_path: Path, database_url: str) -> None:
    with scene(tmp_path, database_url) as stage:
        assert eventually(lambda: polls(stage.inside) > 0)
        yes = acknowledgment(order_number=stage.number(0), comments="With thanks")
        stage.push(yes)
        no = acknowledgment(AcknowledgmentType.REJECT, order_number=stage.number(1), comments="Out of stock")
        stage.push(no)
        assert stage.outcome(0) == stage.outcome(1) == [("delivered", None)]
        assert (stage.order(0)["Status"], stage.order(0)["SupplierOrder"]) == ("Open", "SO-778812")
        assert stage.order(1)["Status"] == "Rejected"

        update = acknowledgment(
            AcknowledgmentType.REJECT,
            order_number=stage.number(0),
            operation=Operation.UPDATE,
            replaces=yes.payload_id,
            noticed_at=NOTICED_AT.replace(hour=12),
        )
        second = stage.push(update)
        assert stage.outcome(0, 2) == [("delivered", None), ("dead", "conflict")]
        assert "answers REJECT" in stage.ended(0)[1]["outcome"]
        assert "Oracle has ACCEPT" in stage.ended(0)[1]["outcome"]
        assert stage.order(0)["Status"] == "Open"

        assert dead_letters.replay(stage.inside.database, second, actor="test", how="command")
        assert stage.outcome(0, 2) == [("delivered", None), ("dead", "conflict")]

        other = acknowledgment(order_number=stage.number(0), confirmation_id="SO-2", payload_id="9@x")
        stage.push(other)
        assert stage.outcome(0, 3)[2] == ("delivered", None)
        assert "Oracle has it already" in stage.ended(0)[2]["outcome"]

        mixed = acknowledgment(
            AcknowledgmentType.EXCEPT,
            line(1, status(LineStatusType.REJECT, stage.order(2)["lines"][0]["Quantity"]), uom=None),
            order_number=stage.number(2),
        )
        stage.push(mixed)
        assert stage.outcome(2) == [("delivered", None)]
        assert stage.answers(2) == stage.each(2, "REJECT", "ACCEPT")
        assert stage.answers(0) == stage.each(0, "ACCEPT", "ACCEPT")


def test_rows_that_answer_a_line_in_parts_are_one_answer(tmp_path: Path, database_url: str) -> None:
    with scene(tmp_path, database_url) as stage:
        for place, answer in ((0, Answer.ACCEPTED), (1, Answer.REJECTED)):
            stage.confirm(place, *halves(stage, place, 1, answer, answer), LineAnswer(line=2, answer=answer))
        stage.confirm(2, *halves(stage, 2, 1, Answer.ACCEPTED, Answer.REJECTED))

        for place, said in ((0, "ACCEPT"), (1, "REJECT")):
            assert sorted(stage.outcome(place, 3)) == [("delivered", None), ("delivered", None), ("superseded", None)]
            assert stage.answers(place) == stage.each(place, said, said)
        assert sorted(stage.outcome(2, 2), key=str) == [("dead", "conflict"), ("superseded", None)]
        (dead,) = [row for row in stage.ended(2) if row["state"] == "dead"]
        assert "accepted, " in dead["outcome"]
        assert "rejected (ordered" in dead["outcome"]

        assert eventually(another_poll(stage.inside))
        assert [len(stage.ended(place)) for place in (0, 1, 2)] == [3, 3, 2]


def halves(stage: Scene, place: int, number: int, *answers: Answer) -> list[LineAnswer]:
    """Return an answer to one unit of a line, and one to the rest of it."""
    ordered = next(one["Quantity"] for one in stage.order(place)["lines"] if one["LineNumber"] == number)
    one, rest = answers
    return [
        LineAnswer(line=number, answer=one, quantity=Decimal(1)),
        LineAnswer(line=number, answer=rest, quantity=ordered - 1),
    ]
