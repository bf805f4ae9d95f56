"""Indirect's invoice import: elements in their order, coding in exact percentages, only new invoices."""

from dataclasses import replace
from decimal import Decimal

import pytest
from lxml import etree

from schemas.coding import AsInSource, Coder
from schemas.identity import Action
from schemas.indirect import buyer_invoice
from schemas.indirect.buyer_invoice import parse, same_content
from schemas.indirect.frame import IndirectCredentials, UnreadableMessage
from schemas.indirect.layout import IndirectLayout
from schemas.invoice import Invoice, InvoiceKind, InvoiceLineKind, InvoiceStatus
from schemas.money import Money
from schemas.refusals import Refused
from schemas.units import DEFAULT_UNITS, unit_map
from tests.intents import CREATE, UPDATE
from tests.invoice_factories import Thirds, amount_line, credit_memo, invoice, invoice_distribution, lines

LAYOUT = IndirectLayout(invoice_bill_to="AP-1", invoice_user="integration")
CREDENTIALS = IndirectCredentials(identity="hub", shared_secret="hush-hush")


def body(document: Invoice, coder: Coder | None = None) -> bytes:
    return buyer_invoice.build(document, units=DEFAULT_UNITS, coder=coder or AsInSource("Account"), layout=LAYOUT)


def message(document: Invoice) -> bytes:
    return buyer_invoice.address(body(document), CREATE, CREDENTIALS, LAYOUT)


def usd(amount: str) -> Money:
    return Money(amount=Decimal(amount), currency="USD")


def test_the_header_stands_in_the_order_of_the_import() -> None:
    header = etree.fromstring(body(invoice())).find("BuyerInvoiceHeader")
    assert header is not None
    assert [(child.tag, "".join(map(str, child.itertext()))) for child in header] == [
        ("SupplierInvoiceNumber", "AND_Invoice_0001"),
        ("InvoiceType", "Invoice"),
        ("BillTo", "AP-1"),
        ("InvoiceDate", "2025-08-04"),
        ("UserName", "integration"),
        ("Terms", "Net 30"),
        ("DueDate", "2025-09-03"),
        ("GrandTotal", "2362.75"),
        ("Supplier", "1013"),
        ("SubTotal", "2212.75"),
        ("Notes", "Network equipment"),
        ("BusinessUnit", ""),
        ("ShippingCharges", "50.00"),
        ("Tax1", "100.00"),
    ]


def test_the_message_names_the_effect_and_the_sender() -> None:
    root = etree.fromstring(message(invoice()))
    assert (root.tag, root.get("version")) == ("BuyerInvoiceOcrMessage", "1.0")
    assert [child.tag for child in root] == ["Header", "BuyerInvoiceOcr"]
    assert root.findtext("Header/MessageId") == CREATE.dedupe_key
    assert root.findtext("Header/Timestamp") == "2025-03-06T08:00:00+00:00"
    assert root.findtext("Header/Authentication/SharedSecret") == "hush-hush"
    assert message(invoice()) == message(invoice())
    assert "hush" not in repr(CREDENTIALS)


def test_an_invoice_is_read_back_as_it_was() -> None:
    read = parse(message(invoice()))
    assert (read.number, read.type, read.supplier_number) == ("AND_Invoice_0001", "Invoice", "1013")
    assert (read.total, read.original_request_id) == (usd("2362.75"), CREATE.dedupe_key)
    assert [(one.number, one.quantity, one.unit_price, one.uom, one.catalog_number) for one in read.lines] == [
        (1, Decimal(10), usd("150"), "EA", "NS-24"),
        (2, Decimal(1), usd("712.75"), "EA", None),
    ]
    assert same_content(read, parse(body(invoice())))


def test_each_segment_has_a_set_and_each_split_an_index_in_percent() -> None:
    line = etree.fromstring(body(invoice(), Thirds())).find("BuyerInvoiceLine")
    assert line is not None
    sets = line.findall("SplittableFieldSetGroup/SplittableFieldIndexSet")
    assert [(one.get("distributiontype"), one.get("context")) for one in sets] == [("PercentOfPrice", "Line")] * 2
    indices = sets[1].findall("SplittableFieldIndex")
    assert [(one.get("splitindex"), one.get("distributionvalue")) for one in indices] == [
        ("1", "33.33"),
        ("2", "33.33"),
        ("3", "33.34"),
    ]
    assert [one.findtext("CustomFieldValue[@name='Part']/Value") for one in indices] == ["1", "2", "3"]


def test_percentages_give_back_amounts_that_no_short_percentage_could() -> None:
    shares = tuple(
        invoice_distribution(number=number, amount=Decimal(amount))
        for number, amount in enumerate(("0.01", "500.00", "999.99"), start=1)
    )
    line = etree.fromstring(body(invoice(lines=(replace(lines()[0], distributions=shares), *lines()[1:]))))
    percents = [Decimal(str(one.get("distributionvalue"))) for one in line.findall(".//SplittableFieldIndex")[:3]]
    assert sum(percents) == 100
    assert [round(percent * 1500 / 100, 2) for percent in percents] == [share.amount for share in shares]


def test_parts_that_percentages_cannot_say_are_refused() -> None:
    large = Decimal("90000000000000.00")
    shares = (
        invoice_distribution(amount=Decimal("0.01")),
        invoice_distribution(number=2, amount=large - Decimal("0.01")),
    )
    line = amount_line(1, InvoiceLineKind.ITEM, str(large), distributions=shares)
    with pytest.raises(Refused, match="cannot be said in percent"):
        body(invoice(lines=(line,), total=Money(amount=large, currency="USD")))


def test_a_line_worth_nothing_goes_without_coding() -> None:
    line = amount_line(5, InvoiceLineKind.ITEM, "0.00")
    written = etree.fromstring(body(invoice(lines=(*lines(), line))))
    assert written.findall("BuyerInvoiceLine")[2].find("SplittableFieldSetGroup") is None


def test_credits_keep_their_sign() -> None:
    read = parse(message(credit_memo()))
    assert (read.type, read.total, read.lines[0].quantity) == ("Credit memo", usd("-150"), Decimal(-1))


@pytest.mark.parametrize("action", [Action.UPDATE, Action.CANCEL])
def test_what_was_sent_is_never_sent_again(action: Action) -> None:
    with pytest.raises(Refused, match="only takes new ones") as refused:
        buyer_invoice.address(body(invoice()), replace(UPDATE, action=action), CREDENTIALS, LAYOUT)
    assert refused.value.refusal.value == "AND_Invoice_0001"


@pytest.mark.parametrize(
    ("document", "field"),
    [
        (invoice(kind=InvoiceKind.PREPAYMENT), "InvoiceType"),
        (invoice(supplier=replace(invoice().supplier, number=None)), "SupplierNumber"),
        (invoice(lines=()), "invoiceLines"),
        (invoice(total=usd("1.00")), "InvoiceAmount"),
    ],
)
def test_what_the_import_does_not_take_is_refused(document: Invoice, field: str) -> None:
    with pytest.raises(Refused) as refused:
        body(document)
    assert refused.value.refusal.field == field


def test_a_payment_does_not_change_what_is_billed() -> None:
    paid = invoice(status=InvoiceStatus.PAID, paid=invoice().total)
    assert body(paid) == body(invoice())


@pytest.mark.parametrize(
    "other",
    [
        invoice(number="X"),
        invoice(invoice_date=invoice().invoice_date.replace(day=1)),
        invoice(supplier=replace(invoice().supplier, number="7")),
        invoice(lines=lines()[:1], total=usd("1500.00")),
    ],
)
def test_another_invoice_is_another_content(other: Invoice) -> None:
    assert not same_content(parse(body(other)), parse(body(invoice())))


@pytest.mark.parametrize("strange", [b"<BuyerInvoiceOcrMessage/>", b"<BuyerInvoiceOcr/>"])
def test_what_is_no_invoice_is_refused(strange: bytes) -> None:
    with pytest.raises(UnreadableMessage):
        parse(strange)
    with pytest.raises(UnreadableMessage):
        buyer_invoice.address(b"<Other/>", CREATE, CREDENTIALS, LAYOUT)


@pytest.mark.parametrize("layout", [replace(LAYOUT, invoice_bill_to=""), replace(LAYOUT, invoice_user="")])
def test_an_invoice_that_is_billed_to_nobody_is_refused(layout: IndirectLayout) -> None:
    with pytest.raises(Refused, match="profile"):
        buyer_invoice.build(invoice(), units=DEFAULT_UNITS, coder=AsInSource("Account"), layout=layout)


def test_a_message_that_our_grammar_refuses_does_not_leave() -> None:
    broken = body(invoice()).replace(b"<InvoiceDate>2025-08-04<", b"<InvoiceDate>soon<")
    with pytest.raises(Refused) as refused:
        buyer_invoice.address(broken, CREATE, CREDENTIALS, LAYOUT)
    assert "InvoiceDate" in refused.value.refusal.reason


def test_a_number_that_is_none_is_unreadable() -> None:
    with pytest.raises(UnreadableMessage, match="a decimal number was expected"):
        parse(body(invoice()).replace(b"<Quantity>10<", b"<Quantity>many<"))


def test_an_amount_goes_in_the_unit_that_jaggaer_calls_a_piece() -> None:
    units = unit_map(theirs={"EA": "each"})
    written = buyer_invoice.build(invoice(), units=units, coder=AsInSource("Account"), layout=LAYOUT)
    assert [line.uom for line in parse(written).lines] == ["each", "each"]


def test_padding_around_values_is_no_content() -> None:
    padded = body(invoice()).replace(b">1013<", b">\n  1013 <")
    assert parse(padded).supplier_number == "1013"
