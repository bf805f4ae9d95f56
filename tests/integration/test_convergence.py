"""Suppliers, accounts and cost centers that either side changes: both come to have the same, nothing goes in circles.

Both systems are simulated over real HTTP; what is judged is what they have and their journals, not our ledger.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from common.ledger import dead_letters
from simulators.journal import Entry
from tests.fixtures.cluster import Plan
from tests.fixtures.flows import CHART
from tests.fixtures.system import System, system
from tests.fixtures.world import World, eventually, world

pytestmark = pytest.mark.services

_OPEN = b"SELECT count(*) AS n FROM record WHERE state NOT IN ('delivered', 'unchanged', 'superseded', 'dead')"
_READ = b"SELECT count(*) AS n FROM job WHERE state = 'done' AND opened_at > %(since)s AND flow = %(flow)s"
_FLOWS = ("suppliers", "jaggaer_suppliers", "gl_accounts", "jaggaer_accounts", "cost_centers", "jaggaer_cost_centers")
ACCOUNTS = "Operations Account"


def plan(*rules: str) -> Plan:
    """Return a plan by which both sides' flows of shared documents run every second."""
    flows = (f"[integrations.main.flows.{name}]\nevery_seconds = 1\nsafety_seconds = 1\n" for name in _FLOWS)
    return Plan(every=1, accounts=CHART.settings.format(), more="\n".join((*rules, *flows)))


@contextmanager
def running(folder: Path, database_url: str, plan: Plan, *, suppliers: int = 4) -> Iterator[tuple[World, System]]:
    """Run the shared flows between the simulated systems."""
    with (
        world(orders=0, suppliers=suppliers, combinations=1, accounts=3, cost_centers=3) as around,
        system(folder, around, database_url, None, plan) as inside,
    ):
        yield around, inside


def settled(inside: System) -> bool:
    """Whether every flow was read again after now, and nothing is left to do."""
    now = inside.database.fetch_one(b"SELECT clock_timestamp() AS now")
    assert now is not None

    def read_twice() -> bool:
        return all(
            (inside.database.fetch_one(_READ, {"since": now["now"], "flow": flow}) or {"n": 0})["n"] >= 2
            for flow in _FLOWS
        )

    return eventually(lambda: read_twice() and inside.database.fetch_one(_OPEN) == {"n": 0})


def why(inside: System) -> str:
    """Return what a failure is about."""
    rows = inside.database.fetch_all(b"SELECT flow, state, outcome, count(*) AS n FROM record GROUP BY 1, 2, 3")
    return f"{rows} {[letter['reason'] for letter in dead_letters.find(inside.database)][:5]}"


def effects(around: World) -> list[Entry]:
    """Return every change that our posts made on either side."""
    ours = (
        "supplier_applied",
        "value_applied",
        "supplier_created",
        "supplier_updated",
        "value_created",
        "value_updated",
    )
    journals = (around.oracle.journal, around.jaggaer.journal)
    return [entry for journal in journals for kind in ours for entry in journal.read(kind=kind, limit=100_000)]


def theirs(around: World, number: str) -> dict[str, Any]:
    """Return a supplier as JAGGAER has it, by ERP number."""
    supplier = around.jaggaer.suppliers.get(number)
    assert supplier is not None
    return dict(json.loads(supplier.content))


def conflicts(inside: System) -> list[dict[str, Any]]:
    """Return the open conflicts as the command lists them."""
    done = inside.cluster.command("conflicts", "list", "--json")
    assert done.returncode == 0, done.stderr
    return list(json.loads(done.stdout))


def test_each_side_learns_what_the_other_changed_and_then_it_is_quiet(tmp_path: Path, database_url: str) -> None:
    with running(tmp_path, database_url, plan()) as (around, inside):
        assert settled(inside), why(inside)
        key = around.oracle.suppliers.keys()[0]
        number = str(around.oracle.suppliers.get(key)["SupplierNumber"])
        assert theirs(around, number)["name"] == around.oracle.suppliers.get(key)["Supplier"]

        around.jaggaer.life.edit_supplier(number, doingBusinessAs="Changed in JAGGAER")
        around.oracle.suppliers.change(key, CorporateWebsite="https://changed.example")
        assert settled(inside), why(inside)

        assert around.oracle.suppliers.get(key)["AlternateName"] == "Changed in JAGGAER"
        assert theirs(around, number)["webSiteURL"] == "https://changed.example"
        assert theirs(around, number)["doingBusinessAs"] == "Changed in JAGGAER"
        before = len(effects(around))
        assert settled(inside), why(inside)
        assert len(effects(around)) == before
        assert conflicts(inside) == []
