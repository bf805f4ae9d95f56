"""J1P payment messages: what they say, which state is read back, and which invoice one is about."""

from dataclasses import replace
from decimal import Decimal

import pytest

from schemas import exact_json
from schemas.invoice import Invoice, InvoiceStatus
from schemas.j1p import invoice_status
from schemas.money import Money
from schemas.refusals import Refused
from schemas.supplier_invoice import JaggaerName
from tests.intents import CREATE
from tests.invoice_factories import Object, invoice
from tests.unit.schemas.j1p_invoices import AS_JAGGAER, LAYOUT, header_as_jaggaer

NAMELESS = replace(invoice(), supplier=replace(invoice().supplier, number=None))
OURS = invoice().supplier


def status_message(document: Invoice) -> Object:
    value = exact_json.loads(invoice_status.address(invoice_status.build(document, layout=LAYOUT), CREATE, LAYOUT))
    assert isinstance(value, dict)
    return value


def test_a_payment_message_says_state_and_amount() -> None:
    paid = invoice(status=InvoiceStatus.PARTLY_PAID, paid=Money(amount=Decimal("1000.50"), currency="EUR"))
    assert status_message(paid) == {
        "batchId": "7.0.abc@ml-connector",
        "batchInfo": {"batchNumber": "1", "batchTimestamp": "2025-03-06T08:00:00.000Z"},
        "invoicePayment": {
            "supplierInvoiceNumber": "AND_Invoice_0001",
            "supplier": {"supplierNumber": "1013", "name": "Advanced Network Devices"},
            "paymentStatus": "PartiallyPaid",
            "amountPaid": {"currency": "EUR", "money": Decimal("1000.50")},
            "payment": {"method": "Check"},
        },
    }


def test_a_payment_message_goes_for_an_invoice_that_contradicts_itself() -> None:
    wrong = invoice(total=Money(amount=Decimal(1), currency="USD"), status=InvoiceStatus.CANCELED)
    assert invoice_status.parse(status_message(wrong), LAYOUT).status is InvoiceStatus.CANCELED


@pytest.mark.parametrize("status", InvoiceStatus)
def test_every_state_is_read_back_and_told_from_the_others(status: InvoiceStatus) -> None:
    read = invoice_status.parse(status_message(invoice(status=status)), LAYOUT)
    assert (read.number, read.status, read.original_request_id) == ("AND_Invoice_0001", status, CREATE.dedupe_key)
    other = InvoiceStatus.PAID if status is not InvoiceStatus.PAID else InvoiceStatus.VALIDATED
    assert invoice_status.same_content(read, replace(read, original_request_id=None))
    assert not invoice_status.same_content(read, replace(read, status=other))


def test_what_is_paid_counts_where_both_say_it() -> None:
    read = invoice_status.parse(status_message(invoice(status=InvoiceStatus.PAID, paid=invoice().total)), LAYOUT)
    assert invoice_status.same_content(read, replace(read, paid=None, currency=None))
    assert not invoice_status.same_content(read, replace(read, paid=Decimal(1)))
    assert not invoice_status.same_content(read, replace(read, currency="EUR"))
    assert not invoice_status.same_content(read, replace(read, supplier_number="7"))


def test_the_state_is_read_from_an_invoice_as_jaggaer_gives_it() -> None:
    read = invoice_status.parse(AS_JAGGAER, LAYOUT)
    assert (read.number, read.supplier_number, read.status) == ("AND_Invoice_0001", "1013", InvoiceStatus.VALIDATED)


def test_a_word_of_jaggaers_own_is_no_state_of_ours() -> None:
    read = invoice_status.parse(header_as_jaggaer(paymentStatus="Archived"), LAYOUT)
    assert read.status is None
    assert not invoice_status.same_content(read, read)


@pytest.mark.parametrize(
    ("named", "listed", "same"),
    [
        (None, {"supplierNumber": OURS.number, "name": "Another"}, True),
        (None, {"supplierNumber": "7", "name": OURS.name}, False),
        (JaggaerName(), {"supplierNumber": "7", "name": OURS.name.upper()}, True),
        (JaggaerName(), {"supplierNumber": OURS.number, "name": "Another"}, False),
        (JaggaerName(), {"supplierNumber": "7"}, True),
        (JaggaerName(jaggaer_id="1001"), {"supplierNumber": "7", "name": "Another"}, True),
        (JaggaerName(jaggaer_id="1002"), {"supplierNumber": OURS.number, "name": OURS.name}, False),
    ],
)
def test_which_listed_invoice_is_meant(named: JaggaerName | None, listed: Object, *, same: bool) -> None:
    said = invoice_status.address(invoice_status.build(invoice(), layout=LAYOUT, named=named), CREATE, LAYOUT)
    sent = invoice_status.parse(exact_json.loads(said), LAYOUT)
    found = invoice_status.parse(header_as_jaggaer(invoiceId=1001, supplier=listed), LAYOUT)

    assert invoice_status.same_invoice(sent, found) is same


def test_what_jaggaer_has_an_id_for_needs_neither_number_nor_supplier_to_be_found() -> None:
    odd = replace(NAMELESS, number="INV;7")
    assert invoice_status.build(odd, layout=LAYOUT, named=JaggaerName(jaggaer_id="1001"))
    for named in (None, JaggaerName()):
        with pytest.raises(Refused):
            invoice_status.build(odd, layout=LAYOUT, named=named)
