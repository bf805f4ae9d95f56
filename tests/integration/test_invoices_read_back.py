"""An invoice whose import got no answer is found in JAGGAER by its number, read whole, and never sent again."""

from pathlib import Path

import pytest

from simulators.faults import Fault, FaultKind
from tests.fixtures.cluster import Plan
from tests.fixtures.system import system
from tests.fixtures.world import eventually, world

pytestmark = pytest.mark.services

_FLOW = "[integrations.main.flows.invoices]\nevery_seconds = 1\nsafety_seconds = 1\n"


def test_an_import_without_an_answer_is_read_back(tmp_path: Path, database_url: str) -> None:
    with world(orders=6, lines=2, invoices=6, suppliers=8) as around:
        around.jaggaer.faults.add(Fault(kind=FaultKind.DROP_AFTER, path="/invoices/ocr", method="POST", times=1))
        with system(tmp_path, around, database_url, None, Plan(every=1, more=_FLOW)) as inside:
            read_back = b"SELECT outcome FROM record WHERE flow = 'invoices' AND outcome LIKE 'Read back: %'"
            assert eventually(lambda: inside.database.fetch_all(read_back), seconds=40), inside.database.fetch_all(
                b"SELECT state, outcome FROM record WHERE flow = 'invoices'"
            )
            applied = [entry.key for entry in around.jaggaer.journal.read(kind="invoice_applied", limit=1_000)]
            assert len(applied) == len(set(applied))
