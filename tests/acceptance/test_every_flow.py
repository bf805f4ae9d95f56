"""Everything that moves from Oracle to JAGGAER, all flows together, judged by both journals."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import pytest

from common.ledger import dead_letters
from tests.fixtures.cluster import Plan
from tests.fixtures.flows import CHART, all_flows
from tests.fixtures.system import System, system
from tests.fixtures.world import World, eventually, world

pytestmark = pytest.mark.services

SETTLED = {"delivered", "unchanged", "superseded"}


@contextmanager
def running(
    folder: Path, database_url: str, plan: Plan, *rows: str, orders: int = 20
) -> Iterator[tuple[World, System]]:
    """Run every flow, with a JAGGAER that refuses accounts and suppliers that it was not told of."""
    with world(orders=orders, lines=2, invoices=orders, suppliers=8, combinations=40) as around:
        around.jaggaer.switch(strict_accounts=True, strict_suppliers=True)
        with system(folder, around, database_url, None, plan) as inside:
            inside.cluster.command("map", "import", str(CHART.sheet(folder)))
            yield around, inside


def states(inside: System) -> Counter[tuple[str, str]]:
    """Return how many records of each flow are in each state."""
    rows = inside.database.fetch_all(b"SELECT flow, state, count(*) AS n FROM record GROUP BY flow, state")
    return Counter({(row["flow"], row["state"]): row["n"] for row in rows})


def is_quiet(inside: System, *flows: str) -> bool:
    """Whether each of some flows has brought something, and nothing is left to do."""
    found = states(inside)
    return {flow for flow, _ in found} >= set(flows) and {state for _, state in found} <= SETTLED


def applied(around: World, kind: str) -> int:
    """Return how often JAGGAER applied something of a kind."""
    return len(around.jaggaer.journal.read(kind=kind, limit=1_000_000))


def why(inside: System) -> str:
    """Return what a failure is about."""
    return f"{states(inside)} {[letter['reason'] for letter in dead_letters.find(inside.database)][:5]}"


def invoices_that_go(around: World) -> list[dict[str, object]]:
    """Return Oracle's invoices that are validated."""
    keys = list(around.oracle.invoices.keys())
    return [dict(row) for row in map(around.oracle.invoices.get, keys) if row["ValidationStatus"] == "Validated"]


@pytest.mark.parametrize("dialect", ["j1p", "cxml", "indirect"])
def test_every_flow_brings_everything_once_in_the_order_of_dependence(
    tmp_path: Path, database_url: str, dialect: str
) -> None:
    plan = all_flows(Plan(every=1, dialect=dialect))
    with running(tmp_path, database_url, plan) as (around, inside):
        flows = ("gl_accounts", "cost_centers", "account_combinations", "suppliers", "purchase_orders", "invoices")
        assert eventually(lambda: is_quiet(inside, *flows)), why(inside)

        assert around.disagreements() == []
        assert around.doubles() == []
        assert applied(around, "supplier_applied") == len(around.oracle.suppliers)
        assert {entry.kind for entry in around.jaggaer.journal.read(limit=1_000_000)} & {
            "unknown_account",
            "unknown_supplier",
        } == set()
        theirs = around.jaggaer.journal.read(kind="invoice_applied", limit=1_000_000)
        assert sorted(entry.key for entry in theirs) == sorted(
            str(row["InvoiceNumber"]) for row in invoices_that_go(around)
        )
        assert inside.database.fetch_one(b"SELECT max(attempts) AS n FROM record") == {"n": 1}


def test_invoices_agree_in_count_and_sum_per_currency_and_business_unit(tmp_path: Path, database_url: str) -> None:
    with running(tmp_path, database_url, all_flows(Plan(every=1)), orders=40) as (around, inside):
        assert eventually(lambda: is_quiet(inside, "invoices", "invoice_status")), why(inside)

        ours: Counter[tuple[object, object]] = Counter()
        for row in invoices_that_go(around):
            ours[row["BusinessUnit"], row["InvoiceCurrency"]] += Decimal(str(row["InvoiceAmount"]))  # type: ignore[assignment]
        theirs: Counter[tuple[object, object]] = Counter()
        for entry in around.jaggaer.journal.read(kind="invoice_applied", limit=1_000_000):
            theirs[entry.detail["business_unit"], entry.detail["currency"]] += Decimal(str(entry.detail["total"]))  # type: ignore[assignment]
        assert theirs == ours


def test_a_new_stamp_without_new_content_causes_no_request(tmp_path: Path, database_url: str) -> None:
    with running(tmp_path, database_url, all_flows(Plan(every=1))) as (around, inside):
        assert eventually(lambda: is_quiet(inside, "purchase_orders", "invoices", "suppliers")), why(inside)
        before = len(around.jaggaer.journal.read(limit=1_000_000))
        versions = inside.database.fetch_one(b"SELECT count(*) AS n FROM record")
        assert versions is not None

        for store in (around.oracle.suppliers, around.oracle.invoices, around.oracle.values):
            keys = list(store.keys())
            for key in keys:
                store.touch(key)
        found = eventually(
            lambda: (
                (row := inside.database.fetch_one(b"SELECT count(*) AS n FROM record")) is not None
                and row["n"] > versions["n"] + 100
            )
        )
        assert found
        assert eventually(lambda: is_quiet(inside)), why(inside)
        assert len(around.jaggaer.journal.read(limit=1_000_000)) == before


def test_what_happens_to_a_document_after_it_was_sent_follows(tmp_path: Path, database_url: str) -> None:
    with running(tmp_path, database_url, all_flows(Plan(every=1))) as (around, inside):
        assert eventually(lambda: is_quiet(inside, "purchase_orders", "invoices", "account_combinations")), why(inside)
        oracle = around.oracle
        supplier, combination = oracle.suppliers.keys()[0], oracle.combinations.keys()[-1]
        gone = inside.database.fetch_one(
            b"SELECT document_number AS n FROM document WHERE flow = 'account_combinations' AND document_key = %(key)s",
            {"key": str(combination)},
        )
        invoice = next(row for row in invoices_that_go(around) if row["PaidStatus"] == "Unpaid")

        oracle.suppliers.deactivate(supplier)
        oracle.combinations.delete(combination)
        oracle.invoices.pay(int(str(invoice["InvoiceId"])))

        cancels = b"SELECT flow, document_number FROM document WHERE delivered_action = 'cancel'"
        assert eventually(lambda: len(inside.database.fetch_all(cancels)) == 2), why(inside)
        assert gone is not None
        told = {(row["flow"], row["document_number"]) for row in inside.database.fetch_all(cancels)}
        assert told == {
            ("suppliers", str(oracle.suppliers.get(supplier)["SupplierNumber"])),
            ("account_combinations", gone["n"]),
        }
        paid = b"""SELECT record_id FROM record
                   WHERE flow = 'invoice_status' AND state = 'delivered' AND document_key = %(key)s"""
        assert eventually(lambda: inside.database.fetch_one(paid, {"key": str(invoice["InvoiceId"])})), why(inside)
