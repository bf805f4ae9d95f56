"""Receipts all the way: people receive in JAGGAER, and Oracle's receiving comes to it; judged by both systems."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import pytest

from common.ledger import dead_letters
from common.ledger.verdicts import DeadClass
from simulators.faults import Fault, FaultKind
from simulators.oracle import figures
from tests.fixtures.cluster import Plan
from tests.fixtures.system import System, system
from tests.fixtures.world import World, eventually, world

pytestmark = pytest.mark.services

_FLOW = "[integrations.main.flows.receipts]\nevery_seconds = 1\nsafety_seconds = 1\n"
_SETTLED = {"delivered", "unchanged", "superseded"}


@contextmanager
def running(folder: Path, database_url: str) -> Iterator[tuple[World, System]]:
    with (
        world(orders=20) as around,
        system(folder, around, database_url, None, Plan(every=1, more=_FLOW)) as inside,
    ):
        assert eventually(lambda: around.disagreements() == [])
        yield around, inside


def goods(around: World, currency: str = "USD") -> list[tuple[str, int]]:
    """Return the order lines in a currency that buy a quantity of more than 3, by number of order and line."""
    orders = (around.oracle.latest(key) for key in around.keys)
    return [
        (order["OrderNumber"], line["LineNumber"])
        for order in orders
        for line in order["lines"]
        if order["CurrencyCode"] == currency and line["Quantity"] is not None and line["Quantity"] > 3
    ]


def received(around: World, number: str, line_number: int) -> Decimal:
    """Return what Oracle counts as received of an order line."""
    orders = (around.oracle.latest(key) for key in around.keys)
    parts = (
        figures.of(part).received
        for order in orders
        for line, part in figures.every_schedule(order)
        if (order["OrderNumber"], line["LineNumber"]) == (number, line_number)
    )
    return sum(parts, Decimal(0))


def states(inside: System) -> list[str]:
    rows = inside.database.fetch_all(b"SELECT state FROM record WHERE flow = 'receipts'")
    return [row["state"] for row in rows]


def test_what_people_do_in_jaggaer_is_what_oracle_shows_whatever_is_lost_or_refused(
    tmp_path: Path, database_url: str
) -> None:
    with running(tmp_path, database_url) as (around, inside):
        (first, one), *others = goods(around)
        second, two = next(other for other in others if other[0] != first)
        around.oracle.faults.add(
            Fault(kind=FaultKind.DROP_AFTER, path="/receivingReceiptRequests", method="POST", times=1)
        )
        receipt = around.jaggaer.life.receive(first, [(one, 1), (one, 1)], also={second: [(two, 1)]})
        assert eventually(lambda: received(around, first, one) == 2 and received(around, second, two) == 1)
        around.jaggaer.life.correct_receipt(receipt.number, {2: 2})
        assert eventually(lambda: received(around, first, one) == 3)
        around.jaggaer.life.return_goods(first, [(one, 1)])
        around.jaggaer.life.cancel_receipt(receipt.number, [3])
        assert eventually(lambda: received(around, first, one) == 2 and received(around, second, two) == 0)

        _refuse_and_replay(around, inside, second, two)
        assert eventually(lambda: set(states(inside)) <= _SETTLED), states(inside)
        assert received(around, first, one) == around.jaggaer.life.received(first, one)


def _refuse_and_replay(around: World, inside: System, number: str, line: int) -> None:
    """Receive more than Oracle takes; raise what it takes, and replay the dead letter."""
    before = len(around.oracle.journal.read(kind="receipt_applied", limit=100))
    around.jaggaer.life.receive(number, [(line, 1_000)])
    (letter,) = eventually(lambda: dead_letters.find(inside.database))
    assert letter["dead_class"] == DeadClass.REFUSED
    assert "more than the quantity that the purchase order schedule allows" in letter["reason"]
    assert list(around.oracle.receiving.requests.all()) == []

    around.oracle.switches.over_receipt_tolerance_percent = 1e6
    assert dead_letters.replay(inside.database, letter["record_id"], actor="test", how="test")
    assert eventually(lambda: received(around, number, line) == 1_000)
    assert len(around.oracle.journal.read(kind="receipt_applied", limit=100)) == before + 1
