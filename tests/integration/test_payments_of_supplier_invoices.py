"""What Oracle pays of an invoice that JAGGAER had first: told of that very invoice, once, whoever its supplier is."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from common.flows.flow import Reading
from common.flows.supplier_invoices import FLOW
from common.ledger import admission, dead_letters
from common.ledger.admission import Origin
from common.ledger.states import SETTLED, State
from common.ledger.verdicts import DeadClass
from schemas.identity import JobId
from schemas.pushed import PushedDocument
from simulators.faults import Fault, FaultKind
from simulators.jaggaer.cxml_sender import CxmlSender
from simulators.jaggaer.cxml_sender_target import CxmlTarget
from simulators.jaggaer.invoice import Invoice, InvoiceKey, PaymentStatus
from simulators.jaggaer.order import Line
from tests.fixtures.cluster import Plan
from tests.fixtures.mappings import NAMES
from tests.fixtures.services import fresh_database
from tests.fixtures.system import System, system
from tests.fixtures.world import World, eventually, world
from workers.extraction import sight

pytestmark = pytest.mark.services

_FLOWS = "\n".join(
    f"[integrations.main.flows.{flow}]\nevery_seconds = 1\nsafety_seconds = 1\n"
    for flow in ("supplier_invoices", "invoices", "invoice_status")
)


class Both:
    """Both systems and what runs between them. Each test takes an order of its own."""

    def __init__(self, around: World, inside: System) -> None:
        self.around = around
        self.inside = inside
        self._free: Iterator[str] = iter(())
        self.begin()

    def begin(self) -> None:
        """Take up the orders that JAGGAER has by now."""
        numbers = sorted(map(self.around.number, self.around.keys))
        self._free = iter([number for number in numbers if self.lines(number)])

    def an_order(self) -> tuple[str, Line]:
        """Return an order that nobody took yet, with its first line that has a quantity."""
        number = next(self._free)
        return number, self.lines(number)[0]

    def two_suppliers(self) -> list[tuple[str, Line]]:
        """Return orders of two suppliers that nobody took yet."""
        found: dict[str, tuple[str, Line]] = {}
        while len(found) < 2:
            number, line = self.an_order()
            order = next(
                one for key in self.around.keys if (one := self.around.oracle.latest(key))["OrderNumber"] == number
            )
            found.setdefault(order["Supplier"], (number, line))
        return list(found.values())

    def lines(self, number: str) -> list[Line]:
        """Return the lines of an order that can be billed."""
        held = self.around.jaggaer.orders.get(number)
        return [] if held is None else [line for line in held.lines if line.quantity > 1]

    def outcomes(self, flow: str, number: str) -> list[str]:
        """Wait until every version of a document is settled, and return what came of those that were delivered."""
        query = b"""SELECT state, outcome FROM record
                    WHERE flow = %(flow)s AND document_number = %(number)s ORDER BY record_id"""

        def found() -> list[dict[str, Any]]:
            rows = self.inside.database.fetch_all(query, {"flow": flow, "number": number})
            return rows if all(State(row["state"]) in SETTLED for row in rows) else []

        return [row["outcome"] for row in eventually(found, seconds=30) if row["state"] == State.DELIVERED]

    def at_jaggaer(self, key: InvoiceKey) -> Invoice:
        """Return an invoice as JAGGAER has it."""
        held = self.around.jaggaer.invoices.get(key)
        assert held is not None
        return held

    def polled(self, flow: str) -> bool:
        """Whether a flow was read once."""
        query = b"SELECT 1 FROM job WHERE flow = %(flow)s AND state = 'done'"
        return self.inside.database.fetch_one(query, {"flow": flow}) is not None

    def admit(self, sender: CxmlSender) -> None:
        """Take the invoice that JAGGAER is about to push into the ledger, as the gateway would."""
        (outgoing,) = sender._waiting
        root = etree.fromstring(outgoing.text.encode())
        document = PushedDocument(
            request="InvoiceDetailRequest",
            payload_id=outgoing.payload_id,
            sender="DUNS 1",
            cxml=etree.tostring(root, encoding="unicode"),
        )
        now = datetime.now(UTC)
        seen = sight(FLOW, document.as_row(), Reading(names=NAMES, on=now.date()))
        row = self.inside.database.fetch_one(b"SELECT job_id FROM job WHERE flow = 'supplier_invoices' LIMIT 1")
        assert row is not None
        job_id = JobId(str(row["job_id"]))
        origin = Origin(integration="main", flow=FLOW.name, job_id=job_id, read_at=now, actor="test")
        with self.inside.database.transaction() as connection:
            admission.admit(connection, self.inside.installations.current.vault, origin, [seen])

    def told(self, number: str) -> list[str]:
        """Return the states that JAGGAER applied to invoices of a number."""
        entries = self.around.jaggaer.journal.read(kind="status_applied", limit=1_000_000)
        return [entry.detail["status"] for entry in entries if entry.key == number]

    def posted(self, number: str, *, order: tuple[str, Line] | None = None) -> Invoice:
        """Have a supplier bill one unit in JAGGAER, and wait until Oracle has it."""
        name, line = order or self.an_order()
        made = self.around.jaggaer.life.invoice(name, [(line.number, 1)], number=number)
        assert eventually(lambda: self._known(made)), self.outcomes("supplier_invoices", number)
        return made

    def _known(self, made: Invoice) -> bool:
        asked = {"key": str(made.invoice_id)}
        query = b"SELECT target_id FROM document WHERE flow = 'supplier_invoices' AND document_key = %(key)s"
        row = self.inside.database.fetch_one(query, asked)
        return row is not None and row["target_id"] is not None

    def oracle_id(self, made: Invoice) -> int:
        """Return Oracle's id of what JAGGAER had first."""
        found = self.around.oracle.invoices.numbered(made.number)
        return next(int(row["InvoiceId"]) for row in found if row["ReferenceKeyTwo"] == f"INV{made.invoice_id}")

    def is_told(self, made: Invoice, status: PaymentStatus) -> bool:
        """Whether JAGGAER comes to have an invoice in a state."""
        return bool(eventually(lambda: self.at_jaggaer(made.key).payment_status is status, seconds=30))


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    with world(orders=12, lines=2, suppliers=8) as around, fresh_database() as database_url:
        plan = Plan(every=1, more=_FLOWS)
        with system(tmp_path_factory.mktemp("payments"), around, database_url, None, plan) as inside:
            assert eventually(lambda: len(around.jaggaer.orders) >= 9)
            yield Both(around, inside)


def test_what_oracle_pays_arrives_at_the_invoice_that_jaggaer_had_first(both: Both) -> None:
    made = both.posted("PAY-1")

    both.around.oracle.invoices.pay(both.oracle_id(made), made.total / 2)
    assert both.is_told(made, PaymentStatus.PARTIALLY_PAID)
    both.around.oracle.invoices.pay(both.oracle_id(made))
    assert both.is_told(made, PaymentStatus.PAID)

    assert both.at_jaggaer(made.key).paid == made.total
    assert len(both.outcomes("invoice_status", "PAY-1")) == 2
    assert both.told("PAY-1") == ["PartiallyPaid", "Paid"]
    assert both.around.jaggaer.invoices.numbered("PAY-1") == [made.key]
    assert dead_letters.find(both.inside.database) == []


def test_a_payment_without_an_answer_is_told_once(both: Both) -> None:
    made = both.posted("PAY-2")
    lost = Fault(kind=FaultKind.DROP_AFTER, path=f"/invoices/{made.invoice_id}/payments", method="POST", times=1)
    both.around.jaggaer.faults.add(lost)

    both.around.oracle.invoices.pay(both.oracle_id(made))

    assert both.is_told(made, PaymentStatus.PAID)
    assert both.outcomes("invoice_status", "PAY-2")[0].startswith("Read back: ")
    assert both.told("PAY-2") == ["Paid"]


def test_a_namesake_of_another_supplier_is_not_paid(both: Both) -> None:
    one, other = both.two_suppliers()
    paid, unpaid = both.posted("PAY-3", order=one), both.posted("PAY-3", order=other)

    both.around.oracle.invoices.pay(both.oracle_id(paid))

    assert both.is_told(paid, PaymentStatus.PAID)
    assert both.at_jaggaer(unpaid.key).payment_status is PaymentStatus.PAYABLE


def test_what_oracle_cancels_is_canceled_in_jaggaer(both: Both) -> None:
    made = both.posted("PAY-4")

    both.around.oracle.invoices.cancel(both.oracle_id(made))

    assert both.is_told(made, PaymentStatus.CANCELED)
    assert both.told("PAY-4") == ["Canceled"]


@contextmanager
def pushed(
    folder: Path, database_url: str, dialect: str, suppliers: tuple[str | None, str | None]
) -> Iterator[tuple[Both, Invoice]]:
    """Have one of two invoices of a number pushed, posted and paid in Oracle; `suppliers` are called so where told."""
    with world(orders=12, lines=2, suppliers=8) as around:
        plan = Plan(every=1, dialect=dialect, more=_FLOWS.replace("every_seconds = 1", "every_seconds = 86400", 1))
        with system(folder, around, database_url, None, plan) as inside:
            both = Both(around, inside)
            assert eventually(lambda: around.disagreements() == [] and both.polled("supplier_invoices"))
            both.begin()
            (order, line), (other, other_line) = both.two_suppliers()
            around.jaggaer.life.invoice(other, [(other_line.number, 1)], number="PAY-5", supplier=suppliers[1])
            around.jaggaer.sender.target = CxmlTarget(url="http://127.0.0.1:9/")
            made = around.jaggaer.life.invoice(order, [(line.number, 1)], number="PAY-5", supplier=suppliers[0])
            both.admit(around.jaggaer.sender)
            assert eventually(lambda: both.outcomes("supplier_invoices", "PAY-5")), _why(inside)
            around.oracle.invoices.pay(int(around.oracle.invoices.numbered("PAY-5")[0]["InvoiceId"]))
            yield both, made


@pytest.mark.parametrize(("dialect", "suppliers"), [("cxml", ("S1", "S2")), ("j1p", (None, None))])
def test_what_was_pushed_is_paid_by_its_payload_id_or_its_suppliers_name(
    tmp_path: Path, database_url: str, dialect: str, suppliers: tuple[str | None, str | None]
) -> None:
    with pushed(tmp_path, database_url, dialect, suppliers) as (both, made):
        assert both.is_told(made, PaymentStatus.PAID), _why(both.inside)
        assert len(both.told("PAY-5")) == 1
        assert len(both.around.jaggaer.invoices.numbered("PAY-5")) == 2


def test_a_payment_that_may_be_of_several_invoices_is_told_of_none(tmp_path: Path, database_url: str) -> None:
    with pushed(tmp_path, database_url, "j1p", ("S1", "S2")) as (both, _):
        (letter,) = eventually(lambda: dead_letters.find(both.inside.database))
        assert (letter["flow"], letter["dead_class"]) == ("invoice_status", DeadClass.CONFLICT)
        assert "1001, 1002" in letter["reason"]
        assert both.told("PAY-5") == []


def _why(inside: System) -> list[dict[str, Any]]:
    return inside.database.fetch_all(b"SELECT flow, state, outcome FROM record WHERE document_number LIKE 'PAY-%'")
