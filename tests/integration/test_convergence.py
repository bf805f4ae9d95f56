"""Suppliers, accounts and cost centers that either side changes: both come to have the same, nothing goes in circles.

Both systems are simulated over real HTTP; what is judged is what they have and their journals, not our ledger.
"""

import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from common.ledger import dead_letters
from simulators.faults import Fault, FaultKind
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

    def reads(flow: str) -> int:
        row = inside.database.fetch_one(_READ, {"since": now["now"], "flow": flow})
        return int(row["n"]) if row else 0

    return bool(eventually(lambda: all(reads(flow) >= 2 for flow in _FLOWS) and _nothing_open(inside)))


def _nothing_open(inside: System) -> bool:
    return bool(inside.database.fetch_one(_OPEN) == {"n": 0})


def why(inside: System) -> str:
    """Return what a failure is about."""
    rows = inside.database.fetch_all(b"SELECT flow, state, outcome, count(*) AS n FROM record GROUP BY 1, 2, 3")
    return f"{rows} {[letter['reason'] for letter in dead_letters.find(inside.database)][:5]}"


def effects(around: World) -> list[Entry]:
    """Return every change that our posts made on either side."""
    kinds = ("applied", "created", "updated")
    ours = [f"{document}_{kind}" for document in ("supplier", "value") for kind in kinds]
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


def test_what_both_changed_is_one_conflict_until_a_person_decides(tmp_path: Path, database_url: str) -> None:
    with running(tmp_path, database_url, plan(), suppliers=1) as (around, inside):
        assert settled(inside), why(inside)
        key = around.oracle.suppliers.keys()[0]
        number = str(around.oracle.suppliers.get(key)["SupplierNumber"])
        agreed = around.oracle.suppliers.get(key)["Supplier"]
        with around.jaggaer.lock:  # nothing is read in between
            around.oracle.suppliers.change(key, Supplier="Oracle's name")
            around.jaggaer.life.edit_supplier(number, name="JAGGAER's name")
        assert settled(inside), why(inside)
        assert settled(inside), why(inside)

        (found,) = conflicts(inside)
        assert (found["field"], found["agreed"]) == ("name", agreed)
        assert (found["oracle"], found["jaggaer"]) == ("Oracle's name", "JAGGAER's name")
        assert theirs(around, number)["name"] == "JAGGAER's name"
        assert around.oracle.suppliers.get(key)["Supplier"] == "Oracle's name"

        done = inside.cluster.command("conflicts", "resolve", str(found["conflict_id"]), "--take", "jaggaer")
        assert done.returncode == 0, done.stderr
        assert settled(inside), why(inside)
        assert around.oracle.suppliers.get(key)["Supplier"] == theirs(around, number)["name"] == "JAGGAER's name"
        assert conflicts(inside) == []


def test_what_jaggaer_adds_is_added_to_oracle_once_and_is_one_with_it(tmp_path: Path, database_url: str) -> None:
    with running(tmp_path, database_url, plan(), suppliers=1) as (around, inside):
        assert settled(inside), why(inside)
        contact = {"firstName": "Ada", "lastName": "Byron", "email": "ada@new.example", "active": True}
        added = around.jaggaer.life.add_supplier("Newcomer Ltd", duns="123456789", contactList={"contact": [contact]})
        around.jaggaer.life.add_value("Account", "77777", description="New account")
        assert settled(inside), why(inside)
        assert settled(inside), why(inside)

        rows = map(around.oracle.suppliers.get, around.oracle.suppliers.keys())
        (new,) = [row for row in rows if row["Supplier"] == "Newcomer Ltd"]
        bound = around.jaggaer.suppliers.of_id(added.supplier_id)
        assert bound is not None
        assert bound.number == str(new["SupplierNumber"])
        assert [row["Email"] for row in new["contacts"]] == ["ada@new.example"]
        assert around.oracle.values.find(ACCOUNTS, "77777") is not None
        created = around.oracle.journal.read(kind="supplier_created", limit=1000)
        assert len(created) == 1
        before = len(effects(around))
        assert settled(inside), why(inside)
        assert len(effects(around)) == before


def test_a_field_that_one_side_owns_is_put_right_on_the_other(tmp_path: Path, database_url: str) -> None:
    rules = '[integrations.main.convergence.suppliers]\nfields = { name = "oracle", "contacts/*/email" = "jaggaer" }'
    with running(tmp_path, database_url, plan(rules), suppliers=1) as (around, inside):
        assert settled(inside), why(inside)
        key = around.oracle.suppliers.keys()[0]
        number = str(around.oracle.suppliers.get(key)["SupplierNumber"])
        name = around.oracle.suppliers.get(key)["Supplier"]
        around.jaggaer.life.edit_supplier(number, name="Not to be")
        assert settled(inside), why(inside)
        assert settled(inside), why(inside)

        assert theirs(around, number)["name"] == around.oracle.suppliers.get(key)["Supplier"] == name


def test_a_value_is_switched_off_and_on_from_either_side(tmp_path: Path, database_url: str) -> None:
    with running(tmp_path, database_url, plan(), suppliers=1) as (around, inside):
        assert settled(inside), why(inside)
        code = next(iter(around.jaggaer.values.of_field("Account"))).value
        key = around.oracle.values.find(ACCOUNTS, code)
        assert key is not None

        around.jaggaer.life.edit_value("Account", code, active=False)
        assert settled(inside), why(inside)
        assert around.oracle.values.get(key)["EnabledFlag"] == "N"

        around.oracle.values.enable(key)
        assert settled(inside), why(inside)
        known = around.jaggaer.values.get(("Account", code))
        assert known is not None
        assert known.active


def test_random_edits_on_both_sides_under_faults_end_in_agreement_and_quiet(tmp_path: Path, database_url: str) -> None:
    dice = random.Random(7)  # noqa: S311 - edits that can be repeated
    with running(tmp_path, database_url, plan(), suppliers=3) as (around, inside):
        assert settled(inside), why(inside)
        keys = around.oracle.suppliers.keys()
        numbers = {key: str(around.oracle.suppliers.get(key)["SupplierNumber"]) for key in keys}
        for fault in (
            Fault(kind=FaultKind.DROP_AFTER, path="/suppliers", method="PATCH", times=2),
            Fault(kind=FaultKind.STATUS, status=503, path="/suppliers", times=3),
        ):
            around.oracle.faults.add(fault)
        around.jaggaer.faults.add(Fault(kind=FaultKind.DROP_AFTER, path="/suppliers", method="POST", times=2))
        for turn in range(12):
            key, value = dice.choice(keys), f"https://{turn}.example"
            if dice.random() < 0.5:
                around.oracle.suppliers.change(key, CorporateWebsite=value, AlternateName=f"Known as {turn}")
            else:
                around.jaggaer.life.edit_supplier(numbers[key], webSiteURL=value)
            if dice.random() < 0.3:
                assert settled(inside), why(inside)
        assert settled(inside), why(inside)
        assert settled(inside), why(inside)

        listed = conflicts(inside)
        in_conflict = {(one["oracle_number"], one["field"]) for one in listed}
        for key in keys:
            row, known = around.oracle.suppliers.get(key), theirs(around, numbers[key])
            for field, ours, other in (
                ("website", "CorporateWebsite", "webSiteURL"),
                ("alternate_name", "AlternateName", "doingBusinessAs"),
            ):
                if (numbers[key], field) not in in_conflict:
                    assert row[ours] == known.get(other)
                else:
                    assert row[ours] != known.get(other)
        before = len(effects(around))
        assert settled(inside), why(inside)
        assert len(effects(around)) == before
        assert conflicts(inside) == listed
