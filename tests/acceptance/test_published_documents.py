"""Oracle's published documents go through every flow, and `trace` shows all of them, also what nothing is made of."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from console.trace import collect
from tests.acceptance.test_every_flow import is_quiet, why
from tests.fixtures.cluster import Plan
from tests.fixtures.flows import CHART, all_flows
from tests.fixtures.system import System, system
from tests.fixtures.world import eventually, world
from tests.unit.simulators.oracle.test_samples import differences, read, without_links

pytestmark = pytest.mark.services

Number = Callable[[dict[str, Any]], str]

PUBLISHED: dict[str, tuple[str, Number]] = {
    "valuesets-values-accounts-get": ("gl_accounts", lambda row: row["Value"]),
    "valuesets-values-costcenters-get": ("cost_centers", lambda row: row["Value"]),
    "accountcombinationslov-get": ("account_combinations", lambda row: ".".join(row[name] for name in CHART.segments)),
    "suppliers-get-expanded": ("suppliers", lambda row: row["SupplierNumber"]),
    "purchaseorders-get-expanded-v4": ("purchase_orders", lambda row: row["OrderNumber"]),
    "invoices-get-expanded": ("invoices", lambda row: row["InvoiceNumber"]),
}
"""Which flow brings the rows of an answer, and the number under which a person asks for one."""


def test_every_published_document_arrives_and_is_shown_without_loss(
    tmp_path: Path, database_url: str, shared_folder: Path
) -> None:
    answers = {name: read(shared_folder / "reference" / "oracle-samples" / f"{name}.json") for name in PUBLISHED}
    with world(orders=0) as around:
        for answer in answers.values():
            around.oracle.load(answer)
        with system(tmp_path, around, database_url, None, all_flows(Plan(every=2))) as inside:
            assert inside.cluster.command("map", "import", str(CHART.sheet(tmp_path))).returncode == 0
            assert eventually(lambda: is_quiet(inside, *(flow for flow, _ in PUBLISHED.values()))), why(inside)

            for name, (flow, number_of) in PUBLISHED.items():
                for row in answers[name]["items"]:
                    assert lost(inside, flow, number_of(row), row) == []
        assert around.disagreements() == []


def lost(inside: System, flow: str, number: str, row: dict[str, Any]) -> list[str]:
    """Return what a document says and its trace does not show; links apart, which say where it was read."""
    traced = collect(inside.database, inside.installations.current.vault, number, with_payload=True)
    (version,) = (one for one in traced["versions"] if one["flow"] == flow)
    return differences(without_links(row), without_links(version["payloads"]["source"]))
