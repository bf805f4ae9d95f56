"""Whole cycles of thousands of orders: acknowledged, received in parts, sent back, billed, credited.

The length comes from the environment: ML_CONNECTOR_SOAK_CYCLES (2000) orders, ML_CONNECTOR_SOAK_SEED (1).
"""

from pathlib import Path
from time import monotonic

import pytest

from common.ledger import dead_letters
from tests.fixtures.cycle import played
from tests.fixtures.environment import GIVEN

pytestmark = [pytest.mark.services, pytest.mark.timeout(3600)]

ORDERS = int(GIVEN.get("ML_CONNECTOR_SOAK_CYCLES", "2000"))
SEED = int(GIVEN.get("ML_CONNECTOR_SOAK_SEED", "1"))


def test_thousands_of_cycles_end_with_orders_closed_and_nothing_odd_but_what_was_played(
    tmp_path: Path, database_url: str
) -> None:
    started = monotonic()
    with played(tmp_path, database_url, orders=ORDERS, seed=SEED, seconds=3000) as done:
        print(f"\nseed {SEED}: the cycles of {len(done.cycles)} orders in {monotonic() - started:.0f} s")
        assert [(one["flow"], one["reason"]) for one in dead_letters.find(done.inside.database)] == []
        shown = done.figures()
        assert {place: shown[place] for place in done.expected()} == done.expected()
        print(f"  {len(done.check_exceptions())} are odd, and the match preview shows these")
