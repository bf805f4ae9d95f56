"""cXML invoices and status updates: content, duplicates, cancellation, what an update refers to (fact sheet 5, 6.5)."""

from decimal import Decimal

import pytest

from simulators.jaggaer.business_faults import BusinessFault, BusinessFaultKind
from simulators.jaggaer.cxml import INVOICE_PATH
from simulators.jaggaer.invoice import InvoiceKind, PaymentStatus
from simulators.jaggaer.order import DocumentKind, State
from tests.unit.simulators.jaggaer.conftest import Jaggaer, Status, read_status
from tests.unit.simulators.jaggaer.documents import (
    cxml,
    header_invoice,
    invoice_item,
    invoice_ocr,
    invoice_request,
    order_request,
    status_update,
)


def send(jaggaer: Jaggaer, request: str, payload_id: str = "payload-1") -> Status:
    return jaggaer.status(cxml(request, payload_id=payload_id))


def test_an_invoice_is_taken_at_both_addresses_and_journaled(jaggaer: Jaggaer) -> None:
    assert send(jaggaer, invoice_request()).code == 200
    answer = jaggaer.http.post(INVOICE_PATH, content=cxml(invoice_request("INV2"), payload_id="p-2"))
    assert read_status(answer).code == 200

    (first, _) = jaggaer.entries("invoice_applied")
    shown = [first[name] for name in ("key", "supplier", "total", "currency", "business_unit", "dedupe_key")]
    assert shown == ["INV1", "S1", "10.00", "USD", "Vision", "payload-1"]
    assert jaggaer.call("GET", "/invoices/1001")["lineList"]["line"][0]["poNumber"] == "PO1"


def test_a_payload_id_gets_its_first_answer_and_a_number_is_used_once(jaggaer: Jaggaer) -> None:
    codes = [send(jaggaer, invoice_request(), payload).code for payload in ("payload-1", "payload-1", "payload-2")]

    assert codes == [200, 200, 409]
    assert jaggaer.kinds() == ["invoice_applied", "duplicate_answered", "invoice_refused"]


def test_a_delete_names_the_invoice_it_takes_back(jaggaer: Jaggaer) -> None:
    send(jaggaer, invoice_request())
    delete = ' operation="delete"'
    assert send(jaggaer, invoice_request(attributes=delete), "p-2").code == 406
    assert send(jaggaer, invoice_request(attributes=delete, reference="other"), "p-3").code == 417
    assert send(jaggaer, invoice_request("INV2", attributes=delete, reference="payload-1"), "p-4").code == 409
    assert send(jaggaer, invoice_request(attributes=delete, reference="payload-1"), "p-5").code == 200
    assert send(jaggaer, invoice_request(attributes=delete, reference="p-5"), "p-6").code == 409

    held = jaggaer.simulator.invoices.get(("S1", "INV1"))
    assert held is not None
    assert (held.payment_status, held.total) == (PaymentStatus.CANCELED, Decimal(10))


@pytest.mark.parametrize(
    ("request_element", "code", "words"),
    [
        (invoice_request("  "), 400, "invoiceID"),
        (invoice_request().replace("<InvoiceDetailLineIndicator/>", ""), 406, "InvoiceDetailLineIndicator"),
        (invoice_request(attributes=' purpose="gift"'), 406, "purpose 'gift'"),
        (invoice_request(attributes=' operation="update"'), 406, "operation 'update'"),
        (invoice_request(attributes=' purpose="creditMemo"'), 400, "use lineLevel"),
        (invoice_request(items=""), 406, "with a line"),
        (invoice_request(items=invoice_item(quantity="two")), 400, "quantity 'two'"),
        (invoice_request(net="ten"), 400, "NetAmount"),
        (invoice_request(net="11.00"), 400, "is not what the lines come to, 10."),
        (invoice_request().replace("USD", "EUR", 1), 400, "EUR"),
        (invoice_request().replace("<NetAmount>", "<DueAmount>").replace("</Net", "</Due"), 406, "NetAmount"),
        (header_invoice(by_header="no", purpose="standard"), 406, "does not go with isHeaderInvoice no"),
        (header_invoice(net="10.00"), 400, "amount of a credit"),
    ],
)
def test_what_the_content_model_or_the_guide_forbids_is_refused(
    jaggaer: Jaggaer, request_element: str, code: int, words: str
) -> None:
    status = send(jaggaer, request_element)

    assert status.code == code
    assert words in status.detail
    assert jaggaer.kinds() == ["invoice_refused"]


def test_a_credit_is_a_negative_header_invoice(jaggaer: Jaggaer) -> None:
    assert send(jaggaer, header_invoice()).code == 200
    (held,) = jaggaer.simulator.invoices
    assert (held.kind, held.total, held.supplier) == (InvoiceKind.CREDIT_MEMO, Decimal(-10), "ml-connector")


@pytest.mark.parametrize(("net", "tax"), [("10.83", "0.83"), ("10.00", "0.83"), ("", "0.83")])
def test_a_net_amount_counts_charges_or_not_and_may_be_empty(jaggaer: Jaggaer, net: str, tax: str) -> None:
    assert send(jaggaer, invoice_request(net=net, tax=tax)).code == 200
    assert jaggaer.entries("invoice_applied")[0]["total"] == (net or "10.83")


def test_a_price_per_several_units_comes_to_an_exact_sum(jaggaer: Jaggaer) -> None:
    basis = (
        '<PriceBasisQuantity quantity="100" conversionFactor="1"><UnitOfMeasure>EA</UnitOfMeasure></PriceBasisQuantity>'
    )
    item = invoice_item(quantity="200").replace("</UnitPrice>", f"</UnitPrice>{basis}")
    assert send(jaggaer, invoice_request(items=item)).code == 200


def test_a_fault_refuses_an_invoice_and_a_retry_is_judged_anew(jaggaer: Jaggaer) -> None:
    fault = BusinessFault(kind=BusinessFaultKind.REFUSE, document=DocumentKind.INVOICE, prefix="INV", times=1)
    jaggaer.simulator.business_faults.add(fault)

    assert send(jaggaer, order_request(), "p-0").code == 200
    assert [send(jaggaer, invoice_request()).code for _ in range(2)] == [500, 200]


def test_a_status_update_finds_its_invoice_by_payload_id_or_number(jaggaer: Jaggaer) -> None:
    send(jaggaer, invoice_request())
    by_reference = status_update('<InvoiceStatus type="processing"/>', reference="payload-1", code=201)
    paid = '<InvoiceStatus type="paid"><InvoiceIDInfo invoiceID="INV1"/><PartialAmount><Money currency="USD">9.9'
    by_number = status_update(f"{paid}</Money></PartialAmount></InvoiceStatus>")
    assert (send(jaggaer, by_reference, "u-1").code, send(jaggaer, by_number, "u-2").code) == (200, 200)

    held = jaggaer.simulator.invoices.get(("S1", "INV1"))
    assert held is not None
    assert (held.payment_status, held.paid) == (PaymentStatus.PAID, Decimal("9.9"))
    assert [(one["status"], one["dedupe_key"], one["total"]) for one in jaggaer.entries("status_applied")] == [
        ("processing", "u-1", "10.00"),
        ("paid", "u-2", "10.00"),
    ]


def test_a_status_update_finds_its_order_and_a_plain_status_only_is_recorded(jaggaer: Jaggaer) -> None:
    jaggaer.order(order_request())
    info = '<DocumentInfo documentID="PO1" documentType="OrderRequest"/>'
    hold = status_update(f'<DocumentStatus type="on hold">{info}</DocumentStatus>')
    plain = status_update("", reference="payload-1")
    assert (send(jaggaer, hold, "u-1").code, send(jaggaer, plain, "u-2").code) == (200, 200)

    held = jaggaer.simulator.orders.get("PO1")
    assert held is not None
    assert (held.state, [one.status for one in held.statuses]) == (State.ON_HOLD, ["on hold", "200 OK"])
    update = order_request(attributes=' type="update" orderVersion="2"', reference="payload-1")
    assert jaggaer.order(update, "payload-2").code == 200


@pytest.mark.parametrize(
    ("update", "code"),
    [
        (status_update("", reference="nothing"), 417),
        (status_update(""), 417),
        (status_update('<InvoiceStatus type="paid"><InvoiceIDInfo invoiceID="INV9"/></InvoiceStatus>'), 417),
        (status_update('<InvoiceStatus type="wonderful"/>', reference="payload-1"), 406),
        (status_update('<InvoiceStatus type="paid"/>', reference="order-1"), 400),
        ("<StatusUpdateRequest/>", 406),
    ],
)
def test_an_update_of_nothing_known_or_with_no_sense_is_refused(jaggaer: Jaggaer, update: str, code: int) -> None:
    send(jaggaer, invoice_request())
    jaggaer.order(order_request(), "order-1")

    assert send(jaggaer, update, "u-1").code == code
    assert jaggaer.kinds()[2:] == ["status_refused"]


def test_a_number_that_several_suppliers_use_needs_a_reference(jaggaer: Jaggaer) -> None:
    send(jaggaer, invoice_request(), "p-1")
    send(jaggaer, invoice_request(supplier="S2"), "p-2")
    named = '<InvoiceStatus type="paid"><InvoiceIDInfo invoiceID="INV1"/></InvoiceStatus>'

    assert send(jaggaer, status_update(named), "u-1").code == 417
    assert send(jaggaer, status_update(named, reference="p-2"), "u-2").code == 200
    states = {one.supplier: one.payment_status for one in jaggaer.simulator.invoices}
    assert states == {"S1": PaymentStatus.PAYABLE, "S2": PaymentStatus.PAID}


def test_invoices_of_one_number_over_two_doors_are_one_invoice(jaggaer: Jaggaer) -> None:
    jaggaer.import_invoice(invoice_ocr())
    assert send(jaggaer, invoice_request()).code == 409
