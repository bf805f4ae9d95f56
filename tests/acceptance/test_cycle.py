"""An order's whole cycle: out to JAGGAER, and its acknowledgment, receipts and invoices back into Oracle."""

from pathlib import Path

import pytest

from common.ledger import dead_letters
from simulators.faults import Fault, FaultKind
from simulators.jaggaer.life_play import Odd
from tests.fixtures.cycle import played

pytestmark = pytest.mark.services

SLOW_ANSWERS = Fault(kind=FaultKind.LATENCY, path="/purchaseOrderAcknowledgments", method="PATCH", seconds=1.5)


def test_what_jaggaer_receives_and_bills_is_what_oracle_shows_and_only_what_is_odd_stands_out(
    tmp_path: Path, database_url: str
) -> None:
    with played(tmp_path, database_url, orders=24, seed=2, seconds=100) as done:
        assert [(one["flow"], one["reason"]) for one in dead_letters.find(done.inside.database)] == []
        shown = done.figures()
        assert {place: shown[place] for place in done.expected()} == done.expected()
        acknowledged = [entry.key for entry in done.entries("acknowledgment_applied")]
        assert len(acknowledged) >= 24 // 3

        assert set(done.check_exceptions().values()) == set(Odd)
        for cycle in done.cycles:
            whole = cycle.odd is None and cycle.received == cycle.invoiced == cycle.accepted
            if whole and cycle.accepted:
                assert done.order(cycle.po_number)["Status"] == "Closed"


def test_what_is_billed_before_its_order_is_acknowledged_in_oracle_waits_for_that(
    tmp_path: Path, database_url: str
) -> None:
    with played(tmp_path, database_url, orders=9, seed=2, seconds=100, faults=[SLOW_ANSWERS]) as done:
        assert [(one["flow"], one["reason"]) for one in dead_letters.find(done.inside.database)] == []
        shown = done.figures()
        assert {place: shown[place] for place in done.expected()} == done.expected()
