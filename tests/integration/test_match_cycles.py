"""Whole cycles between the simulated systems: the preview tells what was done, and what was done wrong."""

from decimal import Decimal

import pytest

from common.clock import utc_now
from common.ledger import dead_letters
from common.ledger.states import OPEN, State
from common.sides.match import MatchBook
from common.vault.seal import Vault
from common.vault.sources import KeyFile
from schemas.match_values import Cause, LinePreview
from simulators.jaggaer.life_play import Cycle, Odd, Shares
from tests.fixtures.cluster import Plan
from tests.fixtures.services import fresh_database
from tests.fixtures.system import System, system
from tests.fixtures.world import World, eventually, world
from tests.integration.match_ledger import settings

pytestmark = pytest.mark.services

_FLOW = "\n[integrations.main.flows.{}]\nevery_seconds = 1\nsafety_seconds = 1\n"
_ORDERS = 24
_SEED = 44
_CAUSES = {
    None: set[Cause](),
    Odd.OVER_INVOICED: {Cause.INVOICED_OVER_ORDERED},
    Odd.PRICE_ABOVE_ORDER: {Cause.PRICE_OVER_ORDER, Cause.INVOICED_OVER_ORDERED},  # the latter of a service
    Odd.INVOICED_WITHOUT_RECEIPT: {Cause.INVOICED_WITHOUT_RECEIPT},
    Odd.SHORT_RECEIPT: {Cause.INVOICED_OVER_RECEIVED, Cause.INVOICED_WITHOUT_RECEIPT, Cause.RECEIVED_SHORT},
}


def test_cycles_are_matched_but_for_what_was_done_wrong(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("cycles")
    with world(orders=_ORDERS, lines=2, suppliers=8) as around, fresh_database() as database_url:
        plan = Plan(every=1, more=_FLOW.format("receipts") + _FLOW.format("supplier_invoices"))
        with system(folder, around, database_url, None, plan) as inside:
            assert eventually(lambda: len(around.jaggaer.orders) >= _ORDERS - 6)
            cycles = _played(around)
            assert eventually(lambda: _all_arrived(inside, cycles), seconds=90)
            vault = Vault(inside.database, KeyFile(path=folder / "keys"))
            preview = MatchBook(inside.database, vault, "main", settings()).preview(utc_now())

    lines = {(line.line.order, line.line.line): line for line in preview.lines}
    for cycle in cycles:
        told = {one.cause for one in preview.exceptions if one.order == cycle.po_number}
        shown = [one for one in preview.exceptions if one.order == cycle.po_number]
        assert told <= _CAUSES[cycle.odd], (told, [one.cause_document for one in shown], cycle)
        assert bool(told) == (cycle.odd is not None), cycle
        for number in cycle.invoiced:
            _compare(lines[cycle.po_number, number], cycle, number)
    assert {cycle.odd for cycle in cycles} == set(_CAUSES)
    assert preview.strays == ()


def _played(around: World) -> list[Cycle]:
    """Play the cycle of every order that is held; taxes are played in cents, which not every currency has."""
    orders = [order for key in around.keys if (order := around.jaggaer.orders.get(around.number(key))) is not None]
    held = [order.number for order in orders if order.currency not in ("JPY", "KWD")]
    return around.jaggaer.life.play(held, _SEED, shares=Shares(odd=0.6))


def _all_arrived(inside: System, cycles: list[Cycle]) -> bool:
    """Whether all that was made is settled; a receipt or return that met Oracle before its forerunner is replayed."""
    query = b"""SELECT record_id, document_number AS n, flow, state FROM record
                WHERE flow IN ('receipts', 'supplier_invoices')"""
    rows = inside.database.fetch_all(query)
    made = {one for cycle in cycles for one in (*cycle.receipts, *cycle.returns, *cycle.invoices, *cycle.credit_memos)}
    if not made <= {row["n"] for row in rows} or any(State(row["state"]) in OPEN for row in rows):
        return False
    stopped = [row["record_id"] for row in rows if row["flow"] == "receipts" and row["state"] == State.DEAD]
    for record_id in stopped:
        dead_letters.replay(inside.database, record_id, actor="test", how="its forerunner has arrived")
    return not stopped


def _compare(line: LinePreview, cycle: Cycle, number: int) -> None:
    """Compare the net quantities; a service went as a quantity of one."""
    unit = line.line.amount if line.line.quantity is None else Decimal(1)
    assert line.received.total == cycle.received.get(number, Decimal(0)) * unit, (cycle, number)
    if line.line.quantity is not None:
        assert line.invoiced.total == cycle.invoiced[number], (cycle, number)
