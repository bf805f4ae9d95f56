"""cXML invoices: what stands where, what is told apart, what is never sent."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from schemas.cxml import envelope
from schemas.cxml.invoice_detail_request import Operation, parse, same_content
from schemas.cxml.safe_xml import Element
from schemas.cxml.values import UnreadableCxml
from schemas.invoice import Invoice, InvoiceKind, InvoiceLineKind, InvoiceStatus, OrderMatch, ReceiptMatch
from schemas.money import Money
from schemas.refusals import RefusalClass, Refused
from tests.intents import CANCEL, CREATE, UPDATE
from tests.invoice_factories import Thirds, amount_line, credit_memo, invoice, invoice_line, lines
from tests.unit.schemas_cxml.documents import CREDENTIALS, LAYOUT, published
from tests.unit.schemas_cxml.invoices import body, document, tree


def usd(amount: str) -> Money:
    return Money(amount=Decimal(amount), currency="USD")


def request_of(document_tree: Element) -> Element:
    found = document_tree.find("Request/InvoiceDetailRequest")
    assert found is not None
    return found


def test_an_invoice_with_lines_is_read_back_as_it_was() -> None:
    read = parse(document(invoice()))
    assert (read.number, read.purpose, read.operation) == ("AND_Invoice_0001", "standard", Operation.NEW)
    assert read.invoice_date == datetime(2025, 8, 4, tzinfo=UTC)
    assert not read.is_header_invoice
    assert (read.subtotal, read.tax, read.shipping) == (usd("2212.75"), usd("100"), usd("50"))
    assert read.special_handling is None
    assert read.gross == read.net == read.due == usd("2362.75")
    assert read.comments == "Network equipment"
    assert read.original_request_id == CREATE.dedupe_key
    assert read.extrinsics == {
        "sourceId": "300100209368303",
        "invoiceType": "standard",
        "legalEntity": "Vision Operations",
        "businessUnit": "Vision Operations",
        "supplierNumber": "1013",
        "paymentTerms": "Net 30",
        "accountingDate": "2025-08-05",
        "invoice due date": "20250903",
    }


def test_lines_stand_below_the_order_that_they_are_for() -> None:
    other = amount_line(5, InvoiceLineKind.ITEM, "10.00", order=OrderMatch(number="PO-2", line=7, schedule=None))
    root = request_of(tree(invoice(lines=(*lines(), other), total=usd("2372.75"))))
    ids = [info.get("orderID") for info in root.iterfind("InvoiceDetailOrder/InvoiceDetailOrderInfo/OrderIDInfo")]
    assert ids == ["US164861", "", "PO-2"]
    read = parse(root)
    assert [(line.number, line.order_id, line.order_line) for line in read.lines] == [
        (1, "US164861", 3),
        (2, None, 2),
        (5, "PO-2", 7),
    ]


def test_a_line_says_what_it_bills() -> None:
    matched = replace(lines()[0], receipt=ReceiptMatch(number="R-9", line=2))
    first, second = parse(document(invoice(lines=(matched, *lines()[1:])))).lines
    assert (first.quantity, first.unit_price, first.uom) == (Decimal(10), usd("150"), "EA")
    assert (first.description, first.subtotal) == ("Network switch, 24 ports", usd("1500"))
    assert first.extrinsics == {
        "buyerPartID": "NS-24",
        "orderScheduleNumber": "1",
        "receiptNumber": "R-9",
        "receiptLineNumber": "2",
        "shipToCode": "HARBOUR",
    }
    assert (second.quantity, second.unit_price, second.uom) == (Decimal(1), usd("712.75"), "EA")
    assert second.extrinsics["purchaseBasis"] == "amount"


def test_accounts_are_distributions_that_add_up_to_the_line() -> None:
    root = request_of(tree(invoice(), coder=Thirds()))
    indicator = root.find("InvoiceDetailRequestHeader/InvoiceDetailLineIndicator")
    assert indicator is not None
    assert indicator.get("isAccountingInLine") == "yes"
    shares = parse(root).lines[0].distributions
    assert [share.charge.amount for share in shares] == [Decimal("499.95"), Decimal("499.95"), Decimal("500.10")]
    assert shares[2].account == "101.10.13101.000.000.000"
    assert shares[2].segments == (("Account", "101.10.13101.000.000.000"), ("Part", "3"))


def test_an_invoice_without_accounts_says_so() -> None:
    bare = replace(lines()[0], account=None, distributions=())
    root = request_of(tree(invoice(lines=(bare,), total=usd("1500.00"))))
    indicator = root.find("InvoiceDetailRequestHeader/InvoiceDetailLineIndicator")
    assert indicator is not None
    assert indicator.keys() == []


def test_each_tax_line_is_a_detail_of_the_tax() -> None:
    more = amount_line(5, InvoiceLineKind.TAX, "7.25", description="City tax")
    root = request_of(tree(invoice(lines=(*lines(), more), total=usd("2370.00"))))
    details = root.findall("InvoiceDetailSummary/Tax/TaxDetail")
    assert [(one.get("category"), one.get("percentageRate")) for one in details] == [("sales", "4.5"), ("sales", None)]
    assert [one.findtext("TaxAmount/Money") for one in details] == ["100.00", "7.25"]
    assert [one.findtext("Description") for one in details] == ["NY SALES", "City tax"]


def test_miscellaneous_lines_are_special_handling() -> None:
    more = amount_line(5, InvoiceLineKind.MISCELLANEOUS, "7.25")
    assert parse(document(invoice(lines=(*lines(), more), total=usd("2370.00")))).special_handling == usd("7.25")


def test_partners_carry_names_and_codes() -> None:
    contacts = tree(invoice()).findall(".//InvoicePartner/Contact")
    assert [(one.get("role"), one.get("addressID"), one.findtext("Name")) for one in contacts] == [
        ("issuerOfInvoice", "1013", "Advanced Network Devices"),
        ("remitTo", "FRESNO", "Advanced Network Devices"),
        ("soldTo", None, "Vision Operations"),
    ]


def test_an_invoice_without_lines_is_a_header_invoice_for_its_order() -> None:
    read = parse(document(invoice(lines=())))
    assert read.is_header_invoice
    assert [(line.number, line.order_id, line.subtotal) for line in read.lines] == [(1, "US164861", usd("2362.75"))]
    assert (read.subtotal, read.tax) == (usd("2362.75"), usd("0"))


def test_an_invoice_of_freight_alone_is_a_header_invoice() -> None:
    freight = amount_line(1, InvoiceLineKind.FREIGHT, "50.00")
    read = parse(document(invoice(lines=(freight,), total=usd("50.00"))))
    assert read.is_header_invoice
    assert (read.subtotal, read.shipping, read.due) == (usd("0"), usd("50"), usd("50"))


@pytest.mark.parametrize(("kind", "origin"), [(InvoiceKind.CREDIT_MEMO, "supplier"), (InvoiceKind.DEBIT_MEMO, "buyer")])
def test_a_credit_is_a_header_invoice_below_zero(kind: InvoiceKind, origin: str) -> None:
    root = request_of(tree(credit_memo(kind=kind)))
    header = root.find("InvoiceDetailRequestHeader")
    assert header is not None
    assert (header.get("purpose"), header.get("invoiceOrigin")) == ("creditMemo", origin)
    read = parse(root)
    assert read.is_header_invoice
    assert read.due == read.subtotal == read.lines[0].subtotal == usd("-150")
    assert read.lines[0].order_id == "US164861"


def test_a_credit_for_two_orders_says_what_each_gets_back() -> None:
    one = replace(credit_memo().lines[0])
    other = amount_line(2, InvoiceLineKind.ITEM, "-20.00", order=OrderMatch(number="PO-2", line=1, schedule=1))
    read = parse(document(credit_memo(lines=(one, other), total=usd("-170.00"))))
    assert [(line.number, line.order_id, line.subtotal) for line in read.lines] == [
        (1, "US164861", usd("-150")),
        (2, "PO-2", usd("-20")),
    ]


def test_a_delete_names_what_it_deletes() -> None:
    read = parse(document(invoice(), CANCEL))
    assert (read.operation, read.document_reference) == (Operation.DELETE, "8.0.abc@x")
    assert same_content(read, parse(document(invoice())))


def test_a_canceled_invoice_can_be_deleted_whatever_its_amounts_say() -> None:
    dead = tuple(replace(line, canceled=True) for line in lines())
    read = parse(document(invoice(status=InvoiceStatus.CANCELED, lines=dead, total=usd("0.00")), CANCEL))
    assert (read.operation, read.due) == (Operation.DELETE, usd("0"))


def test_a_delete_that_names_nothing_does_not_leave() -> None:
    with pytest.raises(Refused) as refused:
        document(invoice(), replace(CANCEL, previous_key=None))
    assert refused.value.refusal.field.startswith("/cXML/Request/InvoiceDetailRequest/InvoiceDetailRequestHeader")


def test_a_changed_invoice_is_never_sent_a_second_time() -> None:
    with pytest.raises(Refused, match="can only send one or delete it") as refused:
        document(invoice(), UPDATE)
    assert (refused.value.refusal.field, refused.value.refusal.value) == ("InvoiceNumber", "AND_Invoice_0001")


def test_the_document_declares_the_module_of_invoices_and_repeats_to_the_byte() -> None:
    written = document(invoice())
    assert b'SYSTEM "http://xml.cxml.org/schemas/cXML/1.2.014/InvoiceDetail.dtd"' in written
    assert written == document(invoice())


def test_a_payment_does_not_change_what_is_billed() -> None:
    paid = invoice(status=InvoiceStatus.PAID, paid=invoice().total, source_status="Paid")
    assert body(paid) == body(invoice())
    assert body(invoice(description="Other")) != body(invoice())


@pytest.mark.parametrize(
    ("wrong", "field", "category"),
    [
        (invoice(kind=InvoiceKind.PREPAYMENT), "InvoiceType", RefusalClass.MAPPING),
        (invoice(total=usd("1.00")), "InvoiceAmount", RefusalClass.INVALID),
        (
            invoice(lines=(replace(lines()[0], order=OrderMatch(number="X", line=None, schedule=None)), *lines()[1:])),
            "invoiceLines[LineNumber=1].PurchaseOrderLineNumber",
            RefusalClass.INVALID,
        ),
        (
            invoice(lines=(invoice_line(uom="Bucket"), *lines()[1:])),
            "lines[LineNumber=1].UOMCode",
            RefusalClass.MAPPING,
        ),
    ],
)
def test_what_cxml_cannot_say_is_refused(wrong: Invoice, field: str, category: RefusalClass) -> None:
    with pytest.raises(Refused) as refused:
        body(wrong)
    assert (refused.value.refusal.field, refused.value.refusal.category) == (field, category)


def test_a_body_without_header_is_refused() -> None:
    with pytest.raises(UnreadableCxml, match="no InvoiceDetailRequestHeader"):
        envelope.address(b"<InvoiceDetailRequest/>", CREATE, CREDENTIALS, LAYOUT)


@pytest.mark.parametrize(
    ("name", "number", "order"),
    [
        ("invoice-01-tax-at-line.xml", "3495", ("123", None, 1)),
        ("invoice-02-tax-at-total.xml", "3492", ("123", None, 1)),
        (
            "invoice-03-supplier-to-jaggaer.xml",
            "305238401001",
            ("1555679072617.4524791495200750534@sciquest.com", "G513966", 1),
        ),
    ],
)
def test_published_invoices_are_read(name: str, number: str, order: tuple[str, str | None, int]) -> None:
    read = parse(published("cxml-samples", name).read_bytes())
    first = read.lines[0]
    assert read.number == number
    assert (first.order_payload_id, first.order_id, first.order_line) == order
    assert first.quantity == 1


def test_what_published_invoices_bill_is_read_to_the_digit() -> None:
    at_line, _, jaggaer = (
        parse(published("cxml-samples", name).read_bytes())
        for name in ("invoice-01-tax-at-line.xml", "invoice-02-tax-at-total.xml", "invoice-03-supplier-to-jaggaer.xml")
    )
    assert (at_line.lines[0].tax, at_line.tax, at_line.shipping) == (usd("8"), usd("8"), usd("30"))
    assert (at_line.special_handling, at_line.net) == (usd("5"), None)  # its NetAmount has a Money without content
    assert [str(line.unit_price) for line in jaggaer.lines] == ["9.160 USD", "9.180 USD"]
    assert [line.supplier_part_id for line in jaggaer.lines] == ["375923", "375931"]
    assert (jaggaer.net, jaggaer.extrinsics) == (usd("18.34"), {"invoice due date": "20190621"})
    assert jaggaer.lines[0].extrinsics == {"UNSPSC": "44121701"}


def smallest(header: str, net: str = "1", currency: str = "USD") -> bytes:
    money = f'<NetAmount><Money currency="{currency}">{net}</Money></NetAmount>'
    content = f"<InvoiceDetailRequestHeader {header}/><InvoiceDetailSummary>{money}</InvoiceDetailSummary>"
    return f"<InvoiceDetailRequest>{content}</InvoiceDetailRequest>".encode()


def test_an_invoice_may_leave_out_whatever_a_reader_can_do_without() -> None:
    read = parse(smallest('invoiceID="1"'))
    assert (read.number, read.operation, read.purpose, read.net) == ("1", Operation.NEW, "standard", usd("1"))


@pytest.mark.parametrize(
    "strange",
    [
        b"<cXML/>",
        b"<InvoiceDetailRequest/>",
        smallest(""),
        smallest('invoiceID="1" operation="update"'),
        smallest('invoiceID="1"', net="much"),
        smallest('invoiceID="1"', currency="XXX"),
    ],
)
def test_what_is_no_readable_invoice_is_refused(strange: bytes) -> None:
    with pytest.raises(UnreadableCxml):
        parse(strange)


@pytest.mark.parametrize(
    "other",
    [
        invoice(number="X"),
        invoice(description="Other"),
        invoice(total=usd("1500.00"), lines=lines()[:1]),
        invoice(lines=()),
        invoice(payment_terms="Net 60"),
        invoice(lines=(replace(lines()[0], description="Cable"), *lines()[1:])),
    ],
)
def test_another_invoice_is_another_content(other: Invoice) -> None:
    assert not same_content(parse(body(other)), parse(body(invoice())))
