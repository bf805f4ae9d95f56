"""J1P invoices: the import as it was seen, the message of one delivery, and invoices as JAGGAER gives them back."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from schemas import exact_json
from schemas.coding import AsInSource
from schemas.exact_json import JsonValue
from schemas.identity import Action, Intent
from schemas.invoice import Invoice, InvoiceKind, InvoiceLineKind, InvoiceStatus, OrderMatch, ReceiptMatch
from schemas.j1p import invoice as j1p
from schemas.j1p import invoice_status
from schemas.j1p.fields import UnreadableOrder
from schemas.j1p.invoice_layout import J1pInvoiceLayout
from schemas.j1p.layout import DateFormat
from schemas.money import Money
from schemas.refusals import RefusalClass, Refused
from schemas.units import DEFAULT_UNITS
from tests.invoice_factories import Object, Thirds, amount_line, credit_memo, invoice, invoice_line, lines

LAYOUT = J1pInvoiceLayout()
CODER = AsInSource("Account")
CREATE = Intent(
    action=Action.CREATE,
    serial=1,
    dedupe_key="7.0.abc@ml-connector",
    previous_key=None,
    stated_at=datetime(2025, 8, 6, 8, 0, tzinfo=UTC),
)
UPDATE = replace(CREATE, action=Action.UPDATE, serial=3, previous_key="6.0.abc@ml-connector")


def build(document: Invoice, layout: J1pInvoiceLayout = LAYOUT) -> bytes:
    return j1p.build(document, units=DEFAULT_UNITS, coder=CODER, layout=layout)


def message(document: Invoice, intent: Intent = CREATE, layout: J1pInvoiceLayout = LAYOUT) -> Object:
    value = exact_json.loads(j1p.address(build(document, layout), intent, layout))
    assert isinstance(value, dict)
    return value


def sent(document: Invoice) -> j1p.J1pInvoice:
    return j1p.parse(message(document), LAYOUT)


def header_of(document: Invoice, layout: J1pInvoiceLayout = LAYOUT) -> Object:
    body = exact_json.loads(build(document, layout))
    assert isinstance(body, dict)
    wrapped = body["invoiceOcr"]
    assert isinstance(wrapped, dict)
    header = wrapped["invoiceOcrHeader"]
    assert isinstance(header, dict)
    return header


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
        "batchInfo": {"batchNumber": "1", "batchTimestamp": "2025-08-06T08:00:00.000Z"},
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


AS_JAGGAER: Object = {
    "header": {
        "originalRequestMessageId": "7.0.abc@ml-connector",
        "invoiceId": 4711,
        "paymentStatus": "Payable",
        "supplierInvoiceNumber": "AND_Invoice_0001",
        "invoiceType": "invoice",
        "invoiceDate": "2025-08-04T00:00:00.000Z",
        "supplier": {"id": 9, "name": "ADVANCED  network devices", "supplierNumber": "1013"},
        "businessUnit": "Vision Operations",
        "total": {"currency": "USD", "value": Decimal("2362.750")},
    },
    "lineList": {
        "line": [
            {
                "lineNumber": "2",
                "quantity": "1.0",
                "unitPrice": {"currency": "USD", "value": Decimal("712.75")},
            },
            {
                "lineNumber": "1",
                "item": {"unitOfMeasure": {"dimension": "EA"}},
                "poNumber": "US164861",
                "poLineNumber": "3",
                "quantity": "10",
                "unitPrice": Decimal(150),
            },
        ]
    },
}


def header_as_jaggaer(**changes: JsonValue) -> Object:
    header = AS_JAGGAER["header"]
    assert isinstance(header, dict)
    return {"header": {**header, **changes}}


def test_an_invoice_as_jaggaer_gives_it_is_the_one_that_was_sent() -> None:
    found = j1p.parse(AS_JAGGAER, LAYOUT)
    assert (found.jaggaer_id, found.original_request_id) == ("4711", "7.0.abc@ml-connector")
    assert j1p.same_content(found, sent(invoice()))
    assert j1p.other_owner(found, sent(invoice())) is None


def test_the_header_of_a_list_is_compared_without_lines() -> None:
    answer: Object = {"returnCode": 0, "jiinvoiceList": {"jiinvoice": [header_as_jaggaer()]}}
    found = j1p.parse(answer, LAYOUT)
    assert found.lines is None
    assert j1p.same_content(found, sent(invoice()))


@pytest.mark.parametrize(
    "changes",
    [
        {"supplierInvoiceNumber": "AND_Invoice_0002"},
        {"paymentStatus": "Cancelled"},
        {"total": {"currency": "USD", "value": Decimal("2362.76")}},
        {"total": {"currency": "EUR", "value": Decimal("2362.75")}},
        {"invoiceDate": "2025-08-05T00:00:00.000Z"},
        {"invoiceType": "Credit memo"},
        {"supplier": {"supplierNumber": "1014"}},
        {"businessUnit": {"internalName": "Vision Services"}},
    ],
)
def test_another_header_is_another_content(changes: Object) -> None:
    assert not j1p.same_content(j1p.parse(header_as_jaggaer(**changes), LAYOUT), sent(invoice()))


@pytest.mark.parametrize(
    "changes",
    [
        {"number": 5},
        {"quantity": Decimal(9)},
        {"price": Decimal("150.01")},
        {"order": OrderMatch(number="US164862", line=3, schedule=1)},
        {"order": OrderMatch(number="US164861", line=4, schedule=1)},
        {"description": "Cable"},
        {"uom": "Box"},
    ],
)
def test_another_line_is_another_content(changes: dict[str, object]) -> None:
    ours = sent(invoice())
    assert ours.lines is not None
    changed = replace(lines()[0], **changes)  # type: ignore[arg-type]  # the names are checked by replace itself
    amount = (changed.quantity or Decimal(0)) * (changed.price or Decimal(0))
    changed = replace(changed, amount=amount, distributions=())
    rest = lines()[1:]
    total = Money(amount=amount + sum(line.amount for line in rest), currency="USD")
    other = replace(sent(invoice(lines=(changed, *rest), total=total)), total=None)
    assert not j1p.same_content(other, ours)


def test_a_missing_line_is_another_content() -> None:
    ours = sent(invoice())
    assert ours.lines is not None
    assert not j1p.same_content(replace(ours, lines=ours.lines[:1]), ours)


@pytest.mark.parametrize(
    ("supplier", "owner"),
    [
        ({"supplierNumber": "1014", "name": "Advanced Network Devices"}, "supplier number '1014' (ours: '1013')"),
        ({"name": "Someone Else"}, "supplier 'Someone Else' (ours: 'Advanced Network Devices')"),
        ({"name": "advanced network devices"}, None),
        ({}, None),
    ],
)
def test_a_namesake_of_another_supplier_is_not_ours(supplier: Object, owner: str | None) -> None:
    found = j1p.parse(header_as_jaggaer(supplier=supplier), LAYOUT)
    assert j1p.other_owner(found, sent(invoice())) == owner


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        {},
        {"header": {}},
        {"header": "x"},
        {"jiinvoiceList": {"jiinvoice": []}},
        {"header": {"supplierInvoiceNumber": "1", "total": "much"}},
        {"header": {"supplierInvoiceNumber": "1", "invoiceDate": "soon"}},
        {"header": {"supplierInvoiceNumber": "1"}, "lineList": {"line": [{"quantity": 1}]}},
    ],
)
def test_what_is_no_invoice_is_refused(value: JsonValue) -> None:
    with pytest.raises(UnreadableOrder):
        j1p.parse(value, LAYOUT)


def status_message(document: Invoice) -> Object:
    value = exact_json.loads(invoice_status.address(invoice_status.build(document, layout=LAYOUT), CREATE, LAYOUT))
    assert isinstance(value, dict)
    return value


def test_a_payment_message_says_state_and_amount() -> None:
    paid = invoice(status=InvoiceStatus.PARTLY_PAID, paid=Money(amount=Decimal("1000.50"), currency="EUR"))
    assert status_message(paid) == {
        "batchId": "7.0.abc@ml-connector",
        "batchInfo": {"batchNumber": "1", "batchTimestamp": "2025-08-06T08:00:00.000Z"},
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
