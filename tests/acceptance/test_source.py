"""What Oracle does to a reader, and that nothing is missed: judged by both simulators' journals and orders."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest

from common.ledger import books, cursor, jobs
from tests.fixtures.cluster import Plan
from tests.fixtures.system import System, system
from tests.fixtures.world import World, eventually, world

pytestmark = pytest.mark.services

Running = tuple[World, System]


@contextmanager
def running(folder: Path, database_url: str, plan: Plan, *, orders: int, lines: int = 2) -> Iterator[Running]:
    """Run a system on the bus in memory: what a source does to a reader has nothing to do with the bus."""
    with world(orders=orders, lines=lines) as around, system(folder, around, database_url, None, plan) as inside:
        yield around, inside


def in_agreement(around: World) -> list[str]:
    """Wait until both sides agree; return what still differs."""
    eventually(lambda: not around.disagreements())
    return around.disagreements()


def test_a_thousand_orders_with_one_stamp_are_not_cut_by_a_page_boundary(tmp_path: Path, database_url: str) -> None:
    with world(orders=1000, lines=1) as around:
        around.oracle.switches.shuffle_ties = True
        around.oracle.stamp_together(around.keys)
        with system(tmp_path, around, database_url, None, Plan(page_size=25, every=1)):
            assert in_agreement(around) == []

        assert len(around.applied()) == 1000
        assert around.doubles() == []


def test_orders_that_change_while_pages_are_read_are_not_missed(tmp_path: Path, database_url: str) -> None:
    with running(tmp_path, database_url, Plan(page_size=10, every=1, overlap=5), orders=300) as (around, _):
        keys = around.keys
        for position in range(0, 300, 3):
            assert eventually(partial(has_applied, around, position // 2))
            around.oracle.change_line(keys[299 - position], 1, quantity=Decimal(position + 1))
            around.oracle.change(keys[position], Description=f"changed while page {position // 10} was read")

        assert in_agreement(around) == []
        assert eventually(lambda: described(around, keys[::3])) is True
        assert around.doubles() == []


def has_applied(around: World, count: int) -> bool:
    """Whether JAGGAER has applied more than so many versions."""
    return len(around.applied()) > count


def described(around: World, keys: list[int]) -> bool:
    """Whether JAGGAER shows the description that each order was given last."""
    shown = [around.jaggaer.orders.get(around.number(key)) for key in keys]
    wanted = [str(around.oracle.latest(key)["Description"]).encode() for key in keys]
    return all(found is not None and text in found.frame for found, text in zip(shown, wanted, strict=True))


def test_an_order_that_becomes_visible_late_is_found_and_its_lateness_measured(
    tmp_path: Path, database_url: str
) -> None:
    with running(tmp_path, database_url, Plan(every=1, overlap=30, safety=1), orders=20) as (around, inside):
        assert in_agreement(around) == []
        around.oracle.switches.hold_back = True
        (held,) = around.oracle.add(1)
        around.oracle.switches.hold_back = False
        (after,) = around.oracle.add(1)
        assert eventually(lambda: around.number(after) in around.jaggaer.orders)
        around.oracle.advance_clock(10)
        (later,) = around.oracle.add(1)
        assert eventually(lambda: around.number(later) in around.jaggaer.orders)
        assert around.number(held) not in around.jaggaer.orders
        before = len(late_jobs(inside))

        around.oracle.release()

        assert eventually(lambda: around.number(held) in around.jaggaer.orders)
        assert len(late_jobs(inside)) > before


def late_jobs(inside: System) -> list[dict[str, object]]:
    """Return the jobs that found rows stamped before the cursor."""
    return [job for job in jobs.recent(inside.database, 1000) if job["rows_late"]]


@pytest.mark.parametrize("filters", [True, False], ids=["found by the next poll", "found by the rescan"])
def test_a_line_that_changes_without_its_order_is_not_missed(
    tmp_path: Path, database_url: str, *, filters: bool
) -> None:
    rescan = 86_400 if filters else 3
    plan = Plan(every=1, rescan_every=rescan, overlap=1, safety=1)
    with running(tmp_path, database_url, plan, orders=30) as (around, _):
        around.oracle.switches.child_filters = filters
        assert in_agreement(around) == []
        key = around.keys[7]
        around.oracle.advance_clock(60)  # long after any overlap: the order's own stamp will not show it

        around.oracle.change_line(key, 2, quantity=Decimal(41))

        assert eventually(lambda: not around.disagreements())
        assert len(around.jaggaer.orders.get(around.number(key)).versions) == 2  # type: ignore[union-attr]  # it is there


def test_an_order_with_more_lines_than_a_page_of_children_arrives_whole(tmp_path: Path, database_url: str) -> None:
    with running(tmp_path, database_url, Plan(every=1), orders=3, lines=60) as (around, _):
        assert in_agreement(around) == []
        assert {entry.detail["lines"] for entry in around.applied()} == {60}


def test_a_ghost_update_is_captured_but_causes_no_request(tmp_path: Path, database_url: str) -> None:
    with running(tmp_path, database_url, Plan(every=1), orders=5) as (around, inside):
        assert in_agreement(around) == []
        applied = len(around.applied())

        for key in around.keys:
            around.oracle.touch(key)

        assert eventually(lambda: states(inside).get("unchanged") == 5)
        assert len(around.applied()) == applied
        assert around.refused() == []


def states(inside: System) -> dict[str, int]:
    """Return how many records are in each state."""
    return {row["state"]: row["records"] for row in books.states(inside.database)}


def test_pages_that_contradict_themselves_are_walked_again(tmp_path: Path, database_url: str) -> None:
    with world(orders=40) as around:
        around.oracle.switches.ignore_order = True
        with system(tmp_path, around, database_url, None, Plan(page_size=10, every=1)) as inside:
            assert eventually(lambda: any(job["contradictions"] for job in jobs.recent(inside.database, 50)))
            around.oracle.switches.ignore_order = False

            assert in_agreement(around) == []


def test_an_oracle_that_is_away_costs_only_time(tmp_path: Path, database_url: str) -> None:
    with world(orders=30) as around:
        around.oracle.switches.html_page = True
        with system(tmp_path, around, database_url, None, Plan(every=1)) as inside:
            assert eventually(lambda: any(job["reason"] for job in jobs.recent(inside.database, 5)))
            around.oracle.switches.html_page = False

            assert in_agreement(around) == []


def test_an_order_that_is_not_released_waits_and_goes_when_it_is(tmp_path: Path, database_url: str) -> None:
    with running(tmp_path, database_url, Plan(every=1), orders=2) as (around, inside):
        assert in_agreement(around) == []
        (draft,) = around.oracle.add(1, status="INCOMPLETE")
        assert eventually(lambda: states(inside).get("unchanged") == 1)
        assert around.number(draft) not in around.jaggaer.orders

        around.oracle.set_status(draft, "OPEN")

        assert eventually(lambda: around.number(draft) in around.jaggaer.orders)


def test_the_books_balance_and_agree_with_oracle(tmp_path: Path, database_url: str) -> None:
    with running(tmp_path, database_url, Plan(every=1), orders=50) as (around, inside):
        assert in_agreement(around) == []
        assert eventually(lambda: states(inside) == {"delivered": 50})

        lines = books.balance(inside.database)
        assert all(line.balances for line in lines)
        expected: dict[tuple[str, str], Decimal] = {}
        for order in around.oracle.orders.all():
            group = (order["ProcurementBU"], order["CurrencyCode"])
            expected[group] = expected.get(group, Decimal(0)) + order["Total"]
        assert {(line.business_unit, line.currency): line.seen.amount for line in lines} == expected
        assert inside.cluster.command("balance").returncode == 0


def test_a_user_who_has_lost_the_role_moves_no_cursor(tmp_path: Path, database_url: str) -> None:
    plan = Plan(every=1, overlap=1, safety=1)
    with running(tmp_path, database_url, plan, orders=10) as (around, inside):
        assert in_agreement(around) == []
        around.oracle.switches.no_privilege = True
        assert eventually(lambda: refused_job(inside) is not None), jobs.recent(inside.database, 5)
        around.oracle.change_line(around.keys[3], 1, quantity=Decimal(77))
        before = position(inside)
        around.oracle.advance_clock(3600)  # an empty window that moved the cursor would leave the change behind it
        seen = len(jobs.recent(inside.database, 1000))
        assert eventually(lambda: len(jobs.recent(inside.database, 1000)) > seen + 2)
        assert position(inside) == before

        around.oracle.switches.no_privilege = False

        assert in_agreement(around) == []
        job = refused_job(inside)
        assert job is not None
        assert "lost the role" in str(job["reason"])


def refused_job(inside: System) -> dict[str, object] | None:
    """Return the newest job that failed."""
    return next((job for job in jobs.recent(inside.database, 1000) if job["state"] == "failed"), None)


def position(inside: System) -> object:
    """Return how far the flow has been read."""
    (row,) = cursor.everywhere(inside.database)
    return row["position"]
