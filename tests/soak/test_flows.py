"""Every flow with thousands of documents, in separate worker processes; both journals must agree.

The length comes from the environment: ML_CONNECTOR_SOAK_DOCUMENTS (10000) of each kind, ML_CONNECTOR_SOAK_SEED (1).
"""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from common.database.pool import Database
from schemas.tickets import Queue
from simulators.journal import Entry
from tests.fixtures.cluster import Cluster, Plan
from tests.fixtures.environment import GIVEN
from tests.fixtures.flows import CHART, all_flows
from tests.fixtures.services import fresh_database, fresh_vhost, private_broker
from tests.fixtures.world import World, eventually, world

pytestmark = [pytest.mark.services, pytest.mark.timeout(3600)]

DOCUMENTS = int(GIVEN.get("ML_CONNECTOR_SOAK_DOCUMENTS", "10000"))
SEED = int(GIVEN.get("ML_CONNECTOR_SOAK_SEED", "1"))
PLAN = all_flows(Plan(page_size=500, every=20, overlap=120, lease=15, jaggaer_timeout=8, ticket_lost_after=20))
OPEN = b"SELECT count(*) AS n FROM record WHERE state NOT IN ('delivered', 'unchanged', 'superseded')"
READ = b"SELECT count(DISTINCT flow) AS n FROM job WHERE state = 'done'"

Sums = dict[tuple[Any, Any], tuple[int, Decimal]]


def sums(documents: Iterable[tuple[Any, Any, Any]]) -> Sums:
    """Return count and sum by business unit and currency."""
    found: Sums = defaultdict(lambda: (0, Decimal(0)))
    for unit, currency, amount in documents:
        count, total = found[unit, currency]
        found[unit, currency] = (count + 1, total + Decimal(str(amount)))
    return dict(found)


def test_each_flow_brings_thousands_of_documents_and_both_journals_agree(tmp_path: Path) -> None:
    started = monotonic()
    with (
        world(
            orders=DOCUMENTS,
            lines=2,
            seed=SEED,
            combinations=DOCUMENTS,
            invoices=DOCUMENTS,
            suppliers=DOCUMENTS,
            accounts=DOCUMENTS,
            cost_centers=DOCUMENTS,
        ) as around,
        fresh_vhost(private_broker()) as rabbitmq_url,
        fresh_database() as database_url,
    ):
        around.jaggaer.switch(strict_accounts=True, strict_suppliers=True)
        database = Database(database_url, size=1)
        with started_cluster(tmp_path, around, database_url, rabbitmq_url) as cluster:
            cluster.command("map", "import", str(CHART.sheet(tmp_path)))
            done = eventually(lambda: count(database, READ) == 8 and count(database, OPEN) == 0, seconds=2400)
            rows = database.fetch_all(
                b"SELECT flow, state, count(*) AS n FROM record GROUP BY flow, state ORDER BY 1, 2"
            )
        database.close()
        print(f"\nseed {SEED}: {DOCUMENTS} of each kind in {monotonic() - started:.0f} s")
        print("\n".join(f"  {row['flow']} {row['state']}: {row['n']}" for row in rows))
        assert done
        agree(around)


def started_cluster(folder: Path, around: World, database_url: str, rabbitmq_url: str) -> Cluster:
    """Start producers and workers of each kind, two processes of them deliver."""
    cluster = Cluster(folder, around, database_url, rabbitmq_url, PLAN)
    cluster.migrate()
    cluster.producers()
    cluster.workers(Queue.ORACLE_POLL, threads=4)
    cluster.workers(Queue.TRANSFORM)
    for _ in range(2):
        cluster.workers(Queue.JAGGAER_DELIVER)
    return cluster


def agree(around: World) -> None:
    """Compare what Oracle shows with what JAGGAER applied."""
    oracle = around.oracle
    orders = [oracle.orders.get(key) for key in around.keys]
    invoices = [
        row for row in map(oracle.invoices.get, oracle.invoices.keys()) if row["ValidationStatus"] == "Validated"
    ]
    assert around.disagreements() == []
    assert around.doubles() == []
    assert journal(around, "invoice_applied") == sums(
        (row["BusinessUnit"], row["InvoiceCurrency"], row["InvoiceAmount"]) for row in invoices
    )
    sent = {entry.key for entry in entries(around, "order_applied")}
    released = [order for order in orders if order["OrderNumber"] in sent]
    assert journal(around, "order_applied") == sums(
        (order["ProcurementBU"], order["CurrencyCode"], order["Total"]) for order in released
    )
    assert len(entries(around, "supplier_applied")) == len(oracle.suppliers)
    assert {entry.kind for entry in entries(around, None)} & {"unknown_account", "unknown_supplier"} == set()


def journal(around: World, kind: str) -> Sums:
    """Return what JAGGAER applied of a kind."""
    return sums(
        (entry.detail["business_unit"], entry.detail["currency"], entry.detail["total"])
        for entry in entries(around, kind)
    )


def entries(around: World, kind: str | None) -> list[Entry]:
    """Return JAGGAER's journal."""
    return around.jaggaer.journal.read(kind=kind, limit=10_000_000)


def count(database: Database, query: bytes) -> int:
    """Return the number that a query selects as `n`."""
    row = database.fetch_one(query)
    return int(row["n"]) if row else 0
