"""J1P invoices: import, number rules, sums, headers in lists, lines in one, payments (fact sheet 2.1 to 2.4)."""

from decimal import Decimal
from typing import Any

import pytest

from simulators.jaggaer.invoice import PaymentStatus
from simulators.jaggaer.j1p import RETURN_CODES
from simulators.jaggaer.order import Reason
from tests.unit.simulators.jaggaer.conftest import Jaggaer
from tests.unit.simulators.jaggaer.documents import invoice_ocr, ocr_line


def pay(jaggaer: Jaggaer, invoice_id: object, batch: str = "pay-1", **body: Any) -> dict[str, Any]:
    return jaggaer.call("POST", f"/invoices/{invoice_id}/payments", {"batchId": batch, **body})


def test_an_import_is_applied_and_journaled_with_what_sums_need(jaggaer: Jaggaer) -> None:
    answer = jaggaer.import_invoice(invoice_ocr(businessUnit={"internalName": "Vision"}))

    assert answer == {"returnCode": 0, "returnMessage": "", "invoiceId": 1001}
    (applied,) = jaggaer.entries("invoice_applied")
    shown = {name: applied[name] for name in ("key", "supplier", "total", "currency", "business_unit", "dedupe_key")}
    assert shown == {
        "key": "INV1",
        "supplier": "S1",
        "total": "10",
        "currency": "USD",
        "business_unit": "Vision",
        "dedupe_key": "batch-1",
    }
    assert jaggaer.simulator.invoices.keys() == [("S1", "INV1")]


def test_a_number_is_used_once_per_supplier_whatever_the_batch(jaggaer: Jaggaer) -> None:
    jaggaer.import_invoice(invoice_ocr())
    again = jaggaer.import_invoice(invoice_ocr())
    other = jaggaer.import_invoice(invoice_ocr(supplier="S2"), "batch-2")

    assert again["returnCode"] == RETURN_CODES[Reason.DUPLICATE]
    assert "Invoice INV1 of supplier S1 is held as Payable with id 1001 from batch-1" in again["returnMessage"]
    assert (other["returnCode"], len(jaggaer.simulator.invoices)) == (0, 2)
    assert jaggaer.kinds() == ["invoice_applied", "invoice_refused", "invoice_applied"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"supplierInvoiceNumber": " "}, "supplierInvoiceNumber is missing"),
        ({"supplier": {}}, "supplierNumber is missing"),
        ({"invoiceType": "Bill"}, "invoiceType 'Bill' is none of"),
        ({"total": {"currency": "USD", "value": 11}}, "is not what the lines come to, 10"),
        ({"total": {"currency": "EUR", "value": 10}}, "several currencies"),
        ({"total": "ten"}, "holds no amount"),
        ({"taxCharge1": "ten"}, "taxCharge1 holds no amount"),
        ({"type": "delete"}, "type 'delete' is none of"),
        ({"revisionNumber": "x"}, "is no whole number"),
    ],
)
def test_a_bad_header_is_refused_by_name(jaggaer: Jaggaer, change: dict[str, Any], words: str) -> None:
    answer = jaggaer.import_invoice(invoice_ocr(**change))

    assert answer["returnCode"] != 0
    assert words in answer["returnMessage"]
    assert jaggaer.kinds() == ["invoice_refused"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("text", "is no object"),
        (ocr_line(None), "lineNumber"),
        (ocr_line(quantity="two"), "quantity 'two' is no number"),
        (ocr_line(unitPrice={"currency": "USD"}), "unitPrice"),
        (ocr_line(unitPrice={"currency": "usd", "money": 1}), "currency"),
    ],
)
def test_a_bad_line_is_refused_by_name(jaggaer: Jaggaer, line: Any, words: str) -> None:
    assert words in jaggaer.import_invoice(invoice_ocr(lines=[line]))["returnMessage"]


@pytest.mark.parametrize("total", ["10", "12.5"])
def test_a_total_may_leave_charges_out_or_count_them(jaggaer: Jaggaer, total: str) -> None:
    header: dict[str, Any] = {
        "total": {"currency": "USD", "value": total},
        "taxCharge1": {"currency": "USD", "money": "3"},
    }
    assert jaggaer.import_invoice(invoice_ocr(**header, discountAmount="0.5"))["returnCode"] == 0
    assert jaggaer.simulator.invoices.tallies()[0].total == Decimal(total)


def test_without_a_total_an_invoice_comes_to_lines_and_charges(jaggaer: Jaggaer) -> None:
    jaggaer.import_invoice(invoice_ocr(lines=[ocr_line(price="0.333")], shippingCharge="1.1"))
    assert jaggaer.entries("invoice_applied")[0]["total"] == "1.766"


def test_an_invoice_without_lines_needs_a_total(jaggaer: Jaggaer) -> None:
    assert (
        "neither a line nor a total" in jaggaer.import_invoice(invoice_ocr(lines=[], currency="USD"))["returnMessage"]
    )
    header_only = invoice_ocr(lines=[], total={"currency": "USD", "value": 7})
    assert jaggaer.import_invoice(header_only, "batch-2")["returnCode"] == 0


def test_an_update_replaces_by_a_higher_revision_and_a_cancel_closes(jaggaer: Jaggaer) -> None:
    jaggaer.import_invoice(invoice_ocr())
    changed = invoice_ocr(lines=[ocr_line(price=6)], type="update", revisionNumber=1)
    assert jaggaer.import_invoice(changed, "b2")["returnCode"] == 0
    assert jaggaer.import_invoice(changed, "b3")["returnCode"] == RETURN_CODES[Reason.STALE]
    assert jaggaer.import_invoice(invoice_ocr(type="cancel", revisionNumber=2), "b4")["returnCode"] == 0
    assert (
        jaggaer.import_invoice(invoice_ocr(type="update", revisionNumber=3), "b5")["returnCode"]
        == (RETURN_CODES[Reason.CLOSED])
    )

    held = jaggaer.simulator.invoices.get(("S1", "INV1"))
    assert held is not None
    assert (held.invoice_id, held.revision, held.total, held.payment_status) == (
        1001,
        2,
        Decimal(12),
        PaymentStatus.CANCELED,
    )


def test_a_list_gives_headers_only_and_one_read_gives_lines(jaggaer: Jaggaer) -> None:
    jaggaer.import_invoice(invoice_ocr(lines=[ocr_line(poNumber="PO1", poLineNumber=1)]))

    (row,) = jaggaer.call("GET", "/invoices")["jiinvoiceList"]["jiinvoice"]
    one = jaggaer.call("GET", "/invoices/1001")
    assert set(row) == {"header"}
    assert row["header"] == one["header"]
    assert (row["header"]["paymentStatus"], row["header"]["nonPOInvoice"]) == ("Payable", "false")
    assert row["header"]["total"] == {"currency": "USD", "value": 10}
    (line,) = one["lineList"]["line"]
    assert line["unitPrice"] == {"currency": "USD", "value": 5}
    assert line["item"]["unitOfMeasure"] == {"dimension": "EA"}


@pytest.mark.parametrize(
    ("flt", "found"),
    [
        ("supplierInvoiceNumber==INV1", 2),
        ("supplierInvoiceNumber==INV1;supplierNumber==S2", 1),
        ("supplierInvoiceNumber==INV9", 0),
        ("invoiceId==1002", 1),
        ("invoiceId==7", 0),
        ("PAYMENTSTATUS==Payable", 3),
        ("LASTUPDATE>=20300101", 0),
        ("originalRequestMessageId=in=(b1,b3)", 2),
    ],
)
def test_lists_are_filtered(jaggaer: Jaggaer, flt: str, found: int) -> None:
    jaggaer.import_invoice(invoice_ocr(), "b1")
    jaggaer.import_invoice(invoice_ocr(supplier="S2"), "b2")
    jaggaer.import_invoice(invoice_ocr("INV2"), "b3")

    assert jaggaer.call("GET", "/invoices", flt=flt)["totRecords"] == found


def test_real_lists_lack_optional_fields_in_some_rows(jaggaer: Jaggaer) -> None:
    jaggaer.import_invoice(invoice_ocr())
    jaggaer.simulator.switch(missing_optional_fields=True)

    (row,) = jaggaer.call("GET", "/invoices")["jiinvoiceList"]["jiinvoice"]
    assert not {"supplierInvoiceNumber", "total"} & set(row["header"])
    assert row["header"]["invoiceId"] == 1001


def test_an_unknown_invoice_is_not_found(jaggaer: Jaggaer) -> None:
    for stated in ("1001", "INV1", "0"):
        assert jaggaer.call("GET", f"/invoices/{stated}")["returnCode"] == 404


def test_a_payment_is_applied_as_often_as_it_comes_and_shown(jaggaer: Jaggaer) -> None:
    jaggaer.import_invoice(invoice_ocr())
    body: dict[str, Any] = {
        "invoicePayment": {"paymentStatus": "Paid", "amountPaid": {"currency": "USD", "money": "9.90"}}
    }
    assert [pay(jaggaer, 1001, **body)["returnCode"] for _ in range(2)] == [0, 0]

    header = jaggaer.call("GET", "/invoices/1001")["header"]
    assert (header["paymentStatus"], header["amountPaid"]["value"]) == ("Paid", 9.9)
    entries = jaggaer.entries("status_applied")
    assert [(one["key"], one["before"], one["status"], one["paid"], one["total"]) for one in entries] == [
        ("INV1", "Payable", "Paid", "9.90", "10"),
        ("INV1", "Paid", "Paid", "9.90", "10"),
    ]


def test_a_cancelled_invoice_is_not_paid(jaggaer: Jaggaer) -> None:
    jaggaer.import_invoice(invoice_ocr())
    assert pay(jaggaer, 1001, status="cancelled")["returnCode"] == 0
    assert pay(jaggaer, 1001, "pay-2", status="paid")["returnCode"] == RETURN_CODES[Reason.CLOSED]
    assert jaggaer.import_invoice(invoice_ocr(), "b2")["returnCode"] == RETURN_CODES[Reason.DUPLICATE]


@pytest.mark.parametrize(
    ("invoice_id", "body", "reason"),
    [
        ("1002", {"status": "paid"}, Reason.UNKNOWN_INVOICE),
        ("INV1", {"status": "paid"}, Reason.UNKNOWN_INVOICE),
        ("1001", {}, Reason.MISSING),
        ("1001", {"status": "wonderful"}, Reason.INVALID),
        ("1001", {"status": "paid", "supplierInvoiceNumber": "INV2"}, Reason.INVALID),
        ("1001", {"status": "paid", "amount": "x"}, Reason.INVALID),
        ("1001", {"status": "paid", "amount": {"currency": "EUR", "value": 1}}, Reason.INVALID),
    ],
)
def test_a_payment_that_makes_no_sense_is_refused(
    jaggaer: Jaggaer, invoice_id: str, body: dict[str, Any], reason: Reason
) -> None:
    jaggaer.import_invoice(invoice_ocr())
    assert pay(jaggaer, invoice_id, **body)["returnCode"] == RETURN_CODES[reason]
    assert jaggaer.kinds() == ["invoice_applied", "status_refused"]
