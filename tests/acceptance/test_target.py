"""What JAGGAER does to a sender, and that every effect happens once: judged by JAGGAER's journal."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from common.ledger import books, dead_letters
from simulators.faults import Fault, FaultKind
from tests.fixtures.cluster import Plan
from tests.fixtures.services import fresh_database
from tests.fixtures.system import System, system
from tests.fixtures.world import World, eventually, world

pytestmark = pytest.mark.services

BOTH = pytest.mark.parametrize("dialect", ["j1p", "cxml"])
IMPORTS = {"j1p": "/purchaseorders", "cxml": "/CXMLReceive"}


def states(inside: System) -> dict[str, int]:
    """Return how many records are in each state."""
    return {row["state"]: row["records"] for row in books.states(inside.database)}


def complete(around: World, inside: System) -> bool:
    """Whether both sides agree and nothing is left to do."""
    return not around.disagreements() and set(states(inside)) <= {"delivered", "unchanged", "superseded"}


def folder(parent: Path, name: str) -> Path:
    """Make a folder of this name and return it."""
    made = parent / name
    made.mkdir()
    return made


@BOTH
@pytest.mark.parametrize(
    "fault",
    [
        Fault(kind=FaultKind.DROP_AFTER, times=4),
        Fault(kind=FaultKind.TRUNCATE, times=4),
        Fault(kind=FaultKind.STATUS_AFTER, status=502, times=4),
        Fault(kind=FaultKind.HANG_AFTER, seconds=3, times=2),
        Fault(kind=FaultKind.DROP_BEFORE, times=4),
        Fault(kind=FaultKind.STATUS, status=503, times=4),
        Fault(kind=FaultKind.STATUS, status=429, retry_after="1", times=4),
    ],
    ids=lambda fault: fault.kind.value + ("" if fault.kind is not FaultKind.STATUS else f" {fault.status}"),
)
def test_a_lost_answer_gives_one_order(tmp_path: Path, database_url: str, dialect: str, fault: Fault) -> None:
    with world(orders=8) as around:
        around.jaggaer.switch(batch_memory=False)  # J1P promises no memory: only our read-back may save us
        around.jaggaer.faults.add(replace(fault, path=IMPORTS[dialect], method="POST"))
        plan = Plan(dialect=dialect, every=1, jaggaer_timeout=2)
        with system(tmp_path, around, database_url, None, plan) as inside:
            assert eventually(lambda: complete(around, inside)), states(inside)

        assert sorted(entry.key for entry in around.applied()) == sorted(around.number(key) for key in around.keys)
        assert around.refused() == []


def test_a_lost_answer_to_a_change_and_to_a_cancel_gives_one_of_each(tmp_path: Path, database_url: str) -> None:
    with world(orders=4) as around:
        around.jaggaer.switch(batch_memory=False)
        with system(tmp_path, around, database_url, None, Plan(every=1, jaggaer_timeout=2)) as inside:
            assert eventually(lambda: complete(around, inside))
            around.jaggaer.faults.add(Fault(kind=FaultKind.DROP_AFTER, path="/purchaseorders", method="POST", times=2))
            around.oracle.change_line(around.keys[0], 1, quantity=Decimal(9))
            around.oracle.cancel(around.keys[1])

            assert eventually(lambda: len(around.applied()) == 6 and complete(around, inside))

        assert around.doubles() == []
        assert around.refused() == []
        assert [entry.detail["type"] for entry in around.applied()].count("cancel") == 1


def test_a_jaggaer_that_is_away_costs_only_time(tmp_path: Path, database_url: str) -> None:
    with world(orders=25) as around:
        down = Fault(kind=FaultKind.DROP_BEFORE)
        around.jaggaer.faults.add(down)
        with system(tmp_path, around, database_url, None, Plan(every=1, jaggaer_timeout=2)) as inside:
            assert eventually(lambda: states(inside).get("ready", 0) + states(inside).get("unknown", 0) >= 20)
            around.jaggaer.faults.clear()

            assert eventually(lambda: complete(around, inside)), states(inside)
            row = inside.database.fetch_one(b"SELECT max(attempts) AS attempts FROM record")
            assert row is not None
            assert row["attempts"] <= 3

        assert len(around.applied()) == 25


def test_an_expired_token_fails_nothing(tmp_path: Path, database_url: str) -> None:
    with world(orders=40) as around:
        around.oracle.switches.token_life_seconds = 1
        around.jaggaer.tokens.seconds = 1
        with system(tmp_path, around, database_url, None, Plan(every=1)) as inside:
            assert eventually(lambda: complete(around, inside))
            around.jaggaer.tokens.revoke()
            around.oracle.tokens.revoke_all()
            around.oracle.change_line(around.keys[3], 1, quantity=Decimal(5))
            assert eventually(lambda: len(around.applied()) == 41)

        assert around.refused() == []


@BOTH
def test_changes_and_cancels_arrive_in_order_and_a_cancel_of_nothing_is_not_sent(
    tmp_path: Path, database_url: str, dialect: str
) -> None:
    with world(orders=6, lines=3) as around:
        canceled_before = around.keys[5]
        around.oracle.cancel(canceled_before)
        with system(tmp_path, around, database_url, None, Plan(every=1, dialect=dialect)) as inside:
            assert eventually(lambda: complete(around, inside))
            for round_ in range(3):
                for key in around.keys[:4]:
                    around.oracle.change_line(key, 1 + round_, quantity=Decimal(round_ + 2))
                assert eventually(lambda: complete(around, inside)), around.disagreements()
            around.oracle.cancel_line(around.keys[0], 2)
            around.oracle.cancel(around.keys[1])
            assert eventually(lambda: complete(around, inside)), around.disagreements()
            assert states(inside)["unchanged"] == 1

        assert around.refused() == []
        assert around.doubles() == []
        assert around.number(canceled_before) not in around.jaggaer.orders


def test_a_unit_without_a_mapping_is_dead_with_line_code_and_advice(tmp_path: Path, database_url: str) -> None:
    with world(orders=2) as around:
        key = around.keys[0]
        order = around.oracle.latest(key)
        lines = [dict(line) for line in order["lines"]]
        assert lines[1]["Quantity"]  # a service needs no unit
        lines[1] |= {"UOMCode": "FURLONG"}
        around.oracle.change(key, lines=lines)
        with system(tmp_path, around, database_url, None, Plan(every=1)) as inside:
            assert eventually(lambda: states(inside) == {"delivered": 1, "dead": 1})
            (dead,) = dead_letters.find(inside.database)
            shown = inside.cluster.command("dead", "show", str(dead["record_id"]))

        assert (dead["dead_class"], dead["value"]) == ("mapping", "FURLONG")
        assert "FURLONG" in shown.stdout
        assert "mapping" in shown.stdout
        assert len(around.applied()) == 1


def test_another_order_under_our_number_is_a_conflict_and_a_replay_updates_it(
    tmp_path: Path, database_url: str
) -> None:
    with world(orders=1) as around, fresh_database() as other_database:
        with system(folder(tmp_path, "before"), around, other_database, None, Plan(every=1)) as inside:
            assert eventually(lambda: complete(around, inside))
        around.oracle.change_line(around.keys[0], 1, quantity=Decimal(31))

        with system(folder(tmp_path, "now"), around, database_url, None, Plan(every=1)) as inside:
            assert eventually(lambda: states(inside) == {"dead": 1})
            (dead,) = dead_letters.find(inside.database)
            assert dead["dead_class"] == "conflict"
            assert around.disagreements() != []
            dead_letters.replay(inside.database, dead["record_id"], actor="me", how="test")

            assert eventually(lambda: complete(around, inside)), around.disagreements()
        assert [entry.detail["type"] for entry in around.applied()] == ["new", "update"]


def test_a_released_version_is_delivered_although_a_draft_came_after_it(tmp_path: Path, database_url: str) -> None:
    with world(orders=3) as around:
        down = Fault(kind=FaultKind.DROP_BEFORE)
        around.jaggaer.faults.add(down)
        with system(tmp_path, around, database_url, None, Plan(every=1, jaggaer_timeout=2)) as inside:
            assert eventually(lambda: sum(states(inside).values()) == 3)
            key = around.keys[0]
            released = around.oracle.latest(key)
            around.oracle.set_status(key, "PENDING CHANGE APPROVAL")
            assert eventually(lambda: states(inside).get("unchanged") == 1), states(inside)
            around.jaggaer.faults.clear()

            assert eventually(lambda: states(inside) == {"delivered": 3, "unchanged": 1}), states(inside)
        found = around.jaggaer.orders.get(around.number(key))
        assert found is not None
        assert found.total == released["Total"]
