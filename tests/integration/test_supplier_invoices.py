"""Suppliers' invoices from the simulated JAGGAER to the simulated Oracle, judged by Oracle's journal."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest

from common.ledger import dead_letters
from common.ledger.states import SETTLED, State
from common.ledger.verdicts import DeadClass
from simulators.faults import Fault, FaultKind
from simulators.jaggaer import j1p_invoice
from simulators.jaggaer.order import Line
from tests.fixtures.cluster import Plan
from tests.fixtures.services import fresh_database
from tests.fixtures.system import System, system
from tests.fixtures.world import World, eventually, world

pytestmark = pytest.mark.services

_FLOW = "\n[integrations.main.flows.supplier_invoices]\nevery_seconds = 1\nsafety_seconds = 1\n"
_ORDERS = 12


class Both:
    """Both systems and what runs between them. Each test takes an order of its own."""

    def __init__(self, around: World, inside: System) -> None:
        self.around = around
        self.inside = inside
        self._free = iter(sorted(number for number in map(around.number, around.keys) if self.lines(number)))

    def an_order(self) -> tuple[str, Line]:
        """Return an order that nobody took yet, with its first line that has a quantity."""
        number = next(self._free)
        return number, self.lines(number)[0]

    def lines(self, number: str) -> list[Line]:
        """Return the lines of an order that can be billed."""
        held = self.around.jaggaer.orders.get(number)
        return [] if held is None else [line for line in held.lines if line.quantity > 1]

    def settled(self, number: str, state: str = "delivered", *, of: int = 1) -> list[dict[str, Any]]:
        """Wait until so many versions of an invoice are settled, and return them if the last one is in a state."""
        query = b"""SELECT state, outcome FROM record
                    WHERE flow = 'supplier_invoices' AND document_number = %(number)s ORDER BY record_id"""

        def found() -> list[dict[str, Any]]:
            rows = self.inside.database.fetch_all(query, {"number": number})
            return rows if len(rows) >= of and all(State(row["state"]) in SETTLED for row in rows) else []

        rows = eventually(found)
        assert rows, number
        assert rows[-1]["state"] == state, rows
        return list(rows)

    def done(self, kind: str, number: str) -> list[Any]:
        """Return what Oracle's journal says was done to an invoice."""
        entries = self.around.oracle.journal.read(kind=kind, limit=1_000_000)
        return [entry for entry in entries if entry.detail.get("number") == number]

    def entered_by_hand(self, order: str, number: str) -> None:
        """Enter an invoice at Oracle for the supplier of an order."""
        row = next(one for key in self.around.keys if (one := self.around.oracle.latest(key))["OrderNumber"] == order)
        line = {"LineNumber": 1, "LineType": "Item", "LineAmount": Decimal(5), "DistributionCombination": "1.2.3"}
        self.around.oracle.invoice_processing.create(
            {
                "InvoiceNumber": number,
                "InvoiceCurrency": row["CurrencyCode"],
                "InvoiceAmount": Decimal(5),
                "InvoiceDate": "2026-11-02",
                "BusinessUnit": row["BillToBU"],
                "Supplier": row["Supplier"],
                "SupplierSite": row["SupplierSite"],
                "invoiceLines": [line],
            }
        )

    def at_oracle(self, number: str) -> dict[str, Any]:
        """Return the one invoice of a number at Oracle."""
        (found,) = self.around.oracle.invoices.numbered(number)
        return dict(found)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    with running(tmp_path_factory) as (around, inside):
        assert eventually(lambda: len(around.jaggaer.orders) >= _ORDERS - 3)
        yield Both(around, inside)


@contextmanager
def running(folders: pytest.TempPathFactory) -> Iterator[tuple[World, System]]:
    with world(orders=_ORDERS, lines=2, suppliers=8) as around, fresh_database() as database_url:
        plan = Plan(every=1, more=_FLOW)
        with system(folders.mktemp("invoices"), around, database_url, None, plan) as inside:
            yield around, inside


def test_an_invoice_is_posted_matched_and_validated(both: Both) -> None:
    order, line = both.an_order()

    made = both.around.jaggaer.life.invoice(order, [(line.number, 1)], number="SI-1", tax=4, shipping=2)

    (record,) = both.settled("SI-1")
    invoice = both.at_oracle("SI-1")
    assert record["outcome"] == "Oracle created it. Validated."
    assert invoice["InvoiceAmount"] == made.total
    assert invoice["ReferenceKeyTwo"] == f"INV{made.invoice_id}"
    kinds = [(row["LineType"], row["PurchaseOrderNumber"], row["LineAmount"]) for row in invoice["invoiceLines"]]
    assert kinds == [
        ("Item", order, made.total - 6),
        ("Tax", None, 4),
        ("Freight", None, 2),
    ]


def test_a_credit_memo_gives_back(both: Both) -> None:
    order, line = both.an_order()
    life = both.around.jaggaer.life

    life.invoice(order, [(line.number, 2)], number="SI-2")
    memo = life.credit_memo("SI-2", [(1, 1)], credit_number="CM-2")

    both.settled("SI-2")  # or a fault that the next test sets would meet it
    both.settled("CM-2")
    invoice = both.at_oracle("CM-2")
    assert (invoice["InvoiceType"], invoice["InvoiceAmount"]) == ("Credit memo", memo.total)
    assert invoice["invoiceLines"][0]["Quantity"] == -1


def test_a_lost_answer_leaves_one_invoice_that_is_validated_all_the_same(both: Both) -> None:
    order, line = both.an_order()
    lost = Fault(kind=FaultKind.DROP_AFTER, path="/invoices", method="POST", times=1)
    both.around.oracle.faults.add(lost)

    both.around.jaggaer.life.invoice(order, [(line.number, 1)], number="SI-3")

    (record,) = both.settled("SI-3")
    assert record["outcome"] == "Oracle has it under our reference. Validated."
    assert len(both.done("invoice_created", "SI-3")) == 1


def test_an_invoice_that_is_ours_no_more_is_not_canceled_without_a_person(both: Both) -> None:
    order, line = both.an_order()
    both.around.jaggaer.life.invoice(order, [(line.number, 1)], number="SI-4")
    both.settled("SI-4")
    both.around.oracle.invoices.change(int(both.at_oracle("SI-4")["InvoiceId"]), ReferenceKeyOne="SCAN-7")

    both.around.jaggaer.life.cancel_invoice("SI-4")

    both.settled("SI-4", "dead", of=2)
    assert both.at_oracle("SI-4")["CanceledFlag"] is False


def test_what_bills_too_much_is_delivered_with_its_hold(both: Both) -> None:
    order, line = both.an_order()

    both.around.jaggaer.life.invoice(order, [(line.number, line.quantity + 1)], number="SI-5")

    (record,) = both.settled("SI-5")
    assert record["outcome"].startswith("Oracle created it. Needs revalidation: hold QTY ORD (")


def test_a_canceled_invoice_is_canceled(both: Both) -> None:
    order, line = both.an_order()
    both.around.jaggaer.life.invoice(order, [(line.number, 1)], number="SI-6")
    both.settled("SI-6")

    both.around.jaggaer.life.cancel_invoice("SI-6")

    (*_, record) = both.settled("SI-6", of=2)
    assert record["outcome"] == "Oracle canceled it."
    assert len(both.done("invoice_canceled", "SI-6")) == 1


def test_a_number_that_oracle_has_from_another_is_a_dead_letter_and_nothing_is_overwritten(both: Both) -> None:
    order, line = both.an_order()
    both.entered_by_hand(order, "SI-7")

    both.around.jaggaer.life.invoice(order, [(line.number, 1)], number="SI-7")

    both.settled("SI-7", "dead")
    (letter,) = [one for one in dead_letters.find(both.inside.database) if one["document_number"] == "SI-7"]
    assert (letter["dead_class"], letter["field"]) == (DeadClass.CONFLICT, "InvoiceNumber")
    theirs = both.at_oracle("SI-7")
    assert theirs["InvoiceAmount"] == 5

    both.around.oracle.invoices.change(int(theirs["InvoiceId"]), InvoiceNumber="SI-7-SCANNED")
    dead_letters.replay(both.inside.database, letter["record_id"], actor="person:test", how="test")
    both.settled("SI-7")
    assert both.at_oracle("SI-7")["ReferenceKeyOne"].startswith("MC-")


def test_what_came_to_jaggaer_through_us_is_not_posted_back(both: Both) -> None:
    header = {"supplierInvoiceNumber": "SI-8", "supplier": {"supplierNumber": "1013"}}
    line = {"lineNumber": 1, "quantity": 1, "unitPrice": {"currency": "USD", "money": Decimal(5)}}
    ours = {"invoiceOcrHeader": header, "invoiceOcrLineList": {"invoiceOcrLine": [line]}}

    both.around.jaggaer.take_invoice(j1p_invoice.draft_from(ours), "17.0.abc@ml-connector")

    both.settled("SI-8", "unchanged")
    assert both.around.oracle.invoices.numbered("SI-8") == []
