"""Ten thousand documents of each kind: applied at many hundreds per second, found without a walk."""

from time import process_time

from simulators.jaggaer import j1p_field_value, j1p_invoice, j1p_supplier
from simulators.jaggaer.options import JaggaerOptions
from simulators.jaggaer.order import Refusal
from simulators.jaggaer.simulator import JaggaerSimulator
from tests.unit.simulators.jaggaer.conftest import Jaggaer
from tests.unit.simulators.jaggaer.documents import invoice_ocr

MANY = 10_000


def test_ten_thousand_of_each_are_held_and_counted() -> None:
    simulator = JaggaerSimulator(JaggaerOptions())
    for number in range(MANY):
        invoice = simulator.take_invoice(j1p_invoice.draft_from(invoice_ocr(f"INV{number}")), f"b{number}")
        assert not isinstance(invoice, Refusal)
        simulator.take_supplier(j1p_supplier.draft_from({"erpNumber": str(number), "name": "Ltd"}), f"s{number}")
        draft = j1p_field_value.ValueDraft(value=str(number), description="", active=True, parent=None)
        simulator.take_value("Account", draft, key="v")

    assert {len(simulator.invoices), len(simulator.suppliers), len(simulator.values)} == {MANY}
    assert simulator.invoices.tallies()[0].total == 10 * MANY


def test_a_document_is_found_among_many_without_a_walk(jaggaer: Jaggaer) -> None:
    for number in range(MANY):
        jaggaer.simulator.take_supplier(j1p_supplier.draft_from({"erpNumber": str(number), "name": "L"}), "s")
    begun = process_time()
    for number in range(200):
        assert jaggaer.call("GET", "/suppliers", flt=f"erpNumber=={number}")["totRecords"] == 1
    assert process_time() - begun < 5.0
