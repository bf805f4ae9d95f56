"""Everything that moves from Oracle to JAGGAER, all flows together, judged by both journals."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from common.ledger import books, dead_letters
from simulators.journal import Entry
from tests.fixtures.cluster import Plan
from tests.fixtures.flows import CHART, FLOWS, all_flows
from tests.fixtures.services import fresh_database
from tests.fixtures.system import System, system
from tests.fixtures.world import World, eventually, world

pytestmark = pytest.mark.services


def states(inside: System) -> dict[tuple[str, str], int]:
    """Return how many records of each flow are in each state."""
    rows = inside.database.fetch_all(b"SELECT flow, state, count(*) AS n FROM record GROUP BY flow, state")
    return {(row["flow"], row["state"]): row["n"] for row in rows}


def test_x(tmp_path: Path, database_url: str) -> None:
    with world(orders=30, lines=2, invoices=30, suppliers=8, combinations=40) as around:
        around.jaggaer.switch(strict_accounts=True, strict_suppliers=True)
        plan = all_flows(Plan(every=1))
        with system(tmp_path, around, database_url, None, plan) as inside:
            imported = inside.cluster.command("map", "import", str(CHART.sheet(tmp_path)))
            assert imported.returncode == 0, imported.stderr + imported.stdout
            eventually(
                lambda: set(state for _, state in states(inside)) <= {"delivered", "unchanged", "superseded"},
                seconds=60,
            )
            print(states(inside))
            for letter in dead_letters.find(inside.database)[:20]:
                print(letter)
            print(Counter(entry.kind for entry in around.jaggaer.journal.read(limit=100000)))
            assert 0
