"""What the product builds from the same facts is taken here, at every door, and comes back over J1P as it was sent."""

from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, given, settings

from schemas import exact_json
from schemas.coding import AsInSource
from schemas.cxml import envelope, invoice_detail_request, status_update_request
from schemas.indirect import answers, buyer_invoice, purchase_order, supplier_sync
from schemas.indirect.frame import IndirectCredentials
from schemas.invoice import Invoice
from schemas.j1p import invoice as j1p_invoice
from schemas.j1p import invoice_status
from schemas.j1p import supplier as j1p_supplier
from schemas.j1p.invoice_layout import J1pInvoiceLayout
from schemas.purchase_order import PurchaseOrder
from schemas.refusals import Refused
from schemas.supplier import Supplier
from schemas.units import DEFAULT_UNITS
from simulators.jaggaer.indirect import INVOICES_PATH, ORDERS_PATH, SUPPLIERS_PATH
from tests.drawn_orders import purchase_orders
from tests.drawn_suppliers import suppliers
from tests.intents import CREATE
from tests.invoice_factories import invoices
from tests.unit.schemas_cxml import documents as cxml_documents
from tests.unit.schemas_indirect.messages import LAYOUT
from tests.unit.simulators.jaggaer.conftest import Jaggaer

INVOICE_LAYOUT = J1pInvoiceLayout()
SUPPLIER_LAYOUT = j1p_supplier.SupplierLayout()
CODER = AsInSource("Account")
CREDENTIALS = IndirectCredentials(identity="ml-connector", shared_secret="simulated-secret")
CXML_CREDENTIALS = replace(cxml_documents.CREDENTIALS, sender_identity="ml-connector", shared_secret="simulated-secret")
_ESCAPE = "\N{SYMBOL FOR ESCAPE}".encode()
few = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def start(jaggaer: Jaggaer) -> None:
    """Empty the instance for the next example."""
    jaggaer.simulator.reset()
    jaggaer.simulator.switch(string_booleans=False)
    jaggaer.headers = {"Authorization": f"Bearer {jaggaer.log_in().json()['access_token']}"}


def post(jaggaer: Jaggaer, path: str, body: bytes) -> Any:
    answer = jaggaer.http.post(f"/j1p/api/public/ji/v1{path}", content=body, headers=jaggaer.headers)
    return exact_json.loads(answer.content)


def get(jaggaer: Jaggaer, path: str) -> Any:
    answer = jaggaer.http.get(f"/j1p/api/public/ji/v1{path}", headers=jaggaer.headers)
    return exact_json.loads(answer.content)


@few
@given(document=invoices())
def test_a_j1p_invoice_and_its_payment_state_come_back_as_sent(jaggaer: Jaggaer, document: Invoice) -> None:
    start(jaggaer)
    body = j1p_invoice.build(document, units=DEFAULT_UNITS, coder=CODER, layout=INVOICE_LAYOUT)
    message = j1p_invoice.address(body, CREATE, INVOICE_LAYOUT)
    assert post(jaggaer, "/invoices/ocr/", message)["returnCode"] == 0

    read = j1p_invoice.parse(get(jaggaer, "/invoices/1001"), INVOICE_LAYOUT)
    assert j1p_invoice.same_content(read, j1p_invoice.parse(exact_json.loads(message), INVOICE_LAYOUT))
    assert read.original_request_id == CREATE.dedupe_key
    assert jaggaer.simulator.invoices.tallies()[0].total == document.total.amount

    state = invoice_status.address(invoice_status.build(document, layout=INVOICE_LAYOUT), CREATE, INVOICE_LAYOUT)
    assert post(jaggaer, "/invoices/1001/payments", state)["returnCode"] == 0
    sent = invoice_status.parse(exact_json.loads(state), INVOICE_LAYOUT)
    read_state = invoice_status.parse(get(jaggaer, "/invoices/1001"), INVOICE_LAYOUT)
    assert (read_state.status, read_state.paid) == (sent.status, sent.paid)


@few
@given(document=suppliers())
def test_a_supplier_comes_back_as_sent_from_both_dialects(jaggaer: Jaggaer, document: Supplier) -> None:
    start(jaggaer)
    body = j1p_supplier.build(document, layout=SUPPLIER_LAYOUT)
    message = j1p_supplier.address(body, CREATE, SUPPLIER_LAYOUT)
    sent = j1p_supplier.parse(exact_json.loads(message), SUPPLIER_LAYOUT)
    assert post(jaggaer, "/suppliers", message)["returnCode"] == 0
    read = j1p_supplier.parse(get(jaggaer, f"/suppliers/{document.number}"), SUPPLIER_LAYOUT)
    assert j1p_supplier.same_content(read, sent)

    synced = supplier_sync.address(supplier_sync.build(document, layout=LAYOUT), CREATE, CREDENTIALS, LAYOUT)
    answer = jaggaer.http.post(SUPPLIERS_PATH, content=synced).content
    (result,) = answers.settle(answers.parse(answer), [document.number])
    assert result.outcome is answers.Outcome.DONE
    read = j1p_supplier.parse(get(jaggaer, f"/suppliers/{document.number}"), SUPPLIER_LAYOUT)
    # What XML cannot hold goes in an escape of the product's own, which nobody else reads.
    assert _ESCAPE in synced or j1p_supplier.same_content(read, supplier_sync.parse(synced))


@few
@given(document=invoices())
def test_a_cxml_invoice_and_its_payment_state_are_taken(jaggaer: Jaggaer, document: Invoice) -> None:
    start(jaggaer)
    request = invoice_detail_request.build(document, units=DEFAULT_UNITS, coder=CODER, layout=cxml_documents.LAYOUT)
    sent = envelope.address(request, CREATE, CXML_CREDENTIALS, cxml_documents.LAYOUT)
    assert jaggaer.status(sent).code == 200
    assert jaggaer.simulator.invoices.tallies()[0].total == document.total.amount

    state = status_update_request.build(document, layout=cxml_documents.LAYOUT)
    update = replace(CREATE, dedupe_key="u-1")
    assert jaggaer.status(envelope.address(state, update, CXML_CREDENTIALS, cxml_documents.LAYOUT)).code == 200


@few
@given(order=purchase_orders())
def test_an_xml_order_is_settled_as_done(jaggaer: Jaggaer, order: PurchaseOrder) -> None:
    start(jaggaer)
    try:
        body = purchase_order.build(order, units=DEFAULT_UNITS, coder=CODER, layout=LAYOUT)
    except Refused:
        return
    message = purchase_order.address(body, CREATE, CREDENTIALS, LAYOUT)
    answer = jaggaer.http.post(ORDERS_PATH, content=message).content
    (result,) = answers.settle(answers.parse(answer), [order.number])
    assert result.outcome is answers.Outcome.DONE


@few
@given(document=invoices(with_lines=True))
def test_an_xml_invoice_keeps_its_sum(jaggaer: Jaggaer, document: Invoice) -> None:
    start(jaggaer)
    layout = replace(LAYOUT, invoice_bill_to="V1", invoice_user="hub")
    try:
        body = buyer_invoice.build(document, units=DEFAULT_UNITS, coder=CODER, layout=layout)
    except Refused:
        return
    message = buyer_invoice.address(body, CREATE, CREDENTIALS, layout)
    answer = answers.parse(jaggaer.http.post(INVOICES_PATH, content=message).content)
    assert answer.success, answer
    assert jaggaer.simulator.invoices.tallies()[0].total == document.total.amount
