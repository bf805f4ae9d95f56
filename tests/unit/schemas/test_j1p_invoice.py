"""J1P invoices: the import as it was seen, and the message of one delivery."""

from dataclasses import replace
from decimal import Decimal

import pytest

from schemas import exact_json
from schemas.identity import Action
from schemas.invoice import Invoice, InvoiceKind, InvoiceLineKind, InvoiceStatus, ReceiptMatch
from schemas.j1p import invoice as j1p
from schemas.j1p import invoice_status
from schemas.j1p.fields import UnreadableOrder
from schemas.j1p.invoice_layout import J1pInvoiceLayout
from schemas.j1p.layout import DateFormat
from schemas.money import Money
from schemas.refusals import RefusalClass, Refused
from schemas.units import DEFAULT_UNITS
from tests.intents import CREATE, UPDATE
from tests.invoice_factories import Thirds, amount_line, credit_memo, invoice, invoice_line, lines
from tests.unit.schemas.j1p_invoices import LAYOUT, build, header_of, message, sent


def test_a_new_invoice_goes_as_imports_were_seen() -> None:
    plain = invoice(
        supplier=replace(invoice().supplier, site=None),
        description="Switches",
        accounting_date=None,
        payment_method=None,
        installments=(),
        total=Money(amount=Decimal("1500.00"), currency="USD"),
        lines=(invoice_line(account=None, distributions=(), order=None, ship_to=None),),
    )
    assert message(plain) == {
        "batchId": "7.0.abc@ml-connector",
        "batchInfo": {"batchNumber": "1", "batchTimestamp": "2025-03-06T08:00:00.000Z"},
        "invoiceOcr": {
            "invoiceOcrHeader": {
                "supplierInvoiceNumber": "AND_Invoice_0001",
                "invoiceType": "Invoice",
                "businessUnit": {"internalName": "Vision Operations"},
                "supplier": {"supplierNumber": "1013", "name": "Advanced Network Devices"},
                "terms": {"standardPaymentTermsCode": "Net 30"},
                "invoiceDate": "2025-08-04T00:00:00.000Z",
                "notes": "Switches",
                "total": {"currency": "USD", "money": Decimal("1500.00")},
            },
            "invoiceOcrLineList": {
                "invoiceOcrLine": [
                    {
                        "lineNumber": 1,
                        "ocrItem": {
                            "description": "Network switch, 24 ports",
                            "unitOfMeasure": "EA",
                            "packagingAmount": 1,
                        },
                        "quantity": 10,
                        "unitPrice": {"currency": "USD", "money": Decimal("150.00")},
                    }
                ]
            },
        },
    }


def test_charges_dates_and_addresses_stand_in_the_header() -> None:
    header = header_of(invoice(lines=(*lines()[:3], replace(lines()[3], ship_to="HARBOUR"))))
    assert header["shippingCharge"] == {"currency": "USD", "money": 50}
    assert header["taxCharge1"] == {"currency": "USD", "money": 100}
    assert "handlingCharge" not in header
    assert header["dueDate"] == "2025-09-03T00:00:00.000Z"
    assert header["accountingDate"] == "2025-08-05T00:00:00.000Z"
    assert header["remitTo"] == {"address": {"addressCode": "FRESNO"}}
    assert header["shipTo"] == {"address": {"addressCode": "HARBOUR"}}


def test_lines_that_go_to_several_places_have_no_common_one() -> None:
    assert "shipTo" not in header_of(invoice(lines=(replace(lines()[0], ship_to="DOCK"), *lines()[1:])))


def test_only_live_item_lines_are_lines_and_an_amount_is_one_piece() -> None:
    dead = amount_line(5, InvoiceLineKind.ITEM, "9.00", canceled=True)
    read = sent(invoice(lines=(*lines(), dead)))
    assert read.lines is not None
    assert [(line.number, line.quantity, line.unit_price, line.uom) for line in read.lines] == [
        (1, Decimal(10), Decimal(150), "EA"),
        (2, Decimal(1), Decimal("712.75"), "EA"),
    ]


def test_a_line_names_its_order_and_receipt() -> None:
    matched = replace(lines()[0], receipt=ReceiptMatch(number="R-9", line=2))
    body = exact_json.loads(build(invoice(lines=(matched, *lines()[1:]))))
    text = exact_json.dumps(body).decode()
    assert '"poNumber":"US164861","poLineNumber":3' in text
    assert '"receipts":{"receipt":[{"receiptNumber":"R-9","receiptLineNumber":2}]}' in text


def test_accounts_go_as_one_index_for_each_split() -> None:
    body = j1p.build(invoice(), units=DEFAULT_UNITS, coder=Thirds(), layout=LAYOUT)
    value = exact_json.loads(body)
    assert isinstance(value, dict)
    text = exact_json.dumps(value).decode()
    account = '{"internalName":"Account","value":"101.10.13101.000.000.000","description":"as it is"}'
    assert (
        '{"distributionNumber":1,"amount":500.10,"percent":33.34,"customFieldValueList":'
        f'{{"customFieldValue":[{account},{{"internalName":"Part","value":"3"}}]}}}}'
    ) in text


def test_an_invoice_without_lines_names_the_order_of_the_whole() -> None:
    read = sent(invoice(lines=()))
    assert read.lines is None
    assert header_of(invoice(lines=()))["poNumber"] == "US164861"
    assert "poNumber" not in header_of(invoice())


@pytest.mark.parametrize("kind", [InvoiceKind.CREDIT_MEMO, InvoiceKind.DEBIT_MEMO])
def test_credits_keep_their_sign(kind: InvoiceKind) -> None:
    read = sent(credit_memo(kind=kind))
    assert (read.type, read.total) == ("Credit memo", Decimal("-150.00"))


def test_a_payment_does_not_change_what_is_billed() -> None:
    paid = invoice(status=InvoiceStatus.PAID, source_status="Paid", paid=invoice().total)
    assert build(paid) == build(invoice())


def test_the_same_intent_gives_the_same_bytes_and_a_change_says_so() -> None:
    assert message(invoice(), UPDATE) == message(invoice(), UPDATE)
    wrapped = message(invoice(), UPDATE)["invoiceOcr"]
    assert isinstance(wrapped, dict)
    header = wrapped["invoiceOcrHeader"]
    assert isinstance(header, dict)
    assert (header["type"], header["revisionNumber"]) == ("update", 2)
    assert not sent(invoice()).canceled
    assert j1p.parse(message(invoice(), replace(UPDATE, action=Action.CANCEL)), LAYOUT).canceled


@pytest.mark.parametrize(
    ("document", "field", "category"),
    [
        (invoice(number="A;B==1"), "InvoiceNumber", RefusalClass.INVALID),
        (invoice(supplier=replace(invoice().supplier, number=None)), "SupplierNumber", RefusalClass.INVALID),
        (invoice(kind=InvoiceKind.PREPAYMENT), "InvoiceType", RefusalClass.MAPPING),
        (invoice(total=Money(amount=Decimal(1), currency="USD")), "InvoiceAmount", RefusalClass.INVALID),
        (
            invoice(lines=(invoice_line(uom="Bucket"), *lines()[1:])),
            "lines[LineNumber=1].UOMCode",
            RefusalClass.MAPPING,
        ),
    ],
)
def test_what_jaggaer_could_not_use_is_refused(document: Invoice, field: str, category: RefusalClass) -> None:
    with pytest.raises(Refused) as refused:
        build(document)
    assert (refused.value.refusal.field, refused.value.refusal.category) == (field, category)


def test_a_customer_may_name_and_date_things_differently() -> None:
    layout = J1pInvoiceLayout(
        invoice="inv",
        header="head",
        number="no",
        date_format=DateFormat.DAYS,
        names={"total": "sum", "supplier": "vendor"},
    )
    told = message(invoice(), layout=layout)
    wrapped = told["inv"]
    assert isinstance(wrapped, dict)
    head = wrapped["head"]
    assert isinstance(head, dict)
    assert {"no", "sum", "vendor"} <= set(head)
    assert head["invoiceDate"] == "20250804"
    assert j1p.same_content(j1p.parse(told, layout), sent(invoice()))


def test_names_that_collide_are_refused() -> None:
    with pytest.raises(ValueError, match="two fields cannot both be named 'total'"):
        J1pInvoiceLayout(names={"notes": "total"})
    with pytest.raises(ValueError, match="is not a field of an invoice"):
        J1pInvoiceLayout(names={"colour": "color"})
    with pytest.raises(ValueError, match="every state"):
        J1pInvoiceLayout(states={InvoiceStatus.PAID: "Paid"})


def test_a_body_of_another_layout_is_told_apart() -> None:
    with pytest.raises(UnreadableOrder, match="another layout"):
        j1p.address(build(invoice()), CREATE, J1pInvoiceLayout(invoice="inv"))
    with pytest.raises(UnreadableOrder, match="another layout"):
        invoice_status.address(build(invoice()), CREATE, LAYOUT)
