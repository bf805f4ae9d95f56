"""Whole cycles of thousands of orders: acknowledged, received in parts, sent back, billed, credited.

The length comes from the environment: ML_CONNECTOR_SOAK_CYCLES (2000) orders, ML_CONNECTOR_SOAK_SEED (1).
"""

from pathlib import Path
from time import monotonic

import pytest

from common.ledger import dead_letters
from tests.fixtures.cycle import SEEN_AS, played
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
        dead = dead_letters.find(done.inside.database)
        assert not dead, "\n".join(f"{letter['flow']} {letter['document_number']}: {letter['reason']}" for letter in dead)
        shown = done.figures()
        assert {place: shown[place] for place in done.expected()} == done.expected()
        odd = {cycle.po_number: cycle.odd for cycle in done.cycles if cycle.odd is not None}
        exceptions = done.exceptions()
        print(f"  {len(odd)} are odd, the match preview shows {len(exceptions)}")
        assert exceptions.keys() == odd.keys()
        assert all(causes <= SEEN_AS[odd[number]] for number, causes in exceptions.items())
