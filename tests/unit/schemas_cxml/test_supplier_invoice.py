"""Suppliers' cXML invoices: who they are, what is asked with them, the chain of amounts, and published samples."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from schemas.cxml import supplier_invoice as cxml
from schemas.invoice import InvoiceKind
from schemas.money import Money
from schemas.refusals import Refusal, RefusalClass, Refused
from schemas.supplier_invoice import SupplierInvoice
from schemas.supplier_invoice_checks import check
from tests.supplier_invoice_factories import TAX, as_cxml, billed_line, pushed, supplier_invoice
from tests.unit.schemas_cxml.documents import published

USUAL = supplier_invoice(
    source_name="1.2@supplier.example",
    business_unit=None,
    supplier_number=None,
    supplier_name=None,
    lines=(billed_line(place="item[invoiceLineNumber=1]"),),
)


def parsed(text: str) -> SupplierInvoice:
    invoice = cxml.parse(cxml.read(pushed(text)))
    check(invoice)
    return invoice


def refused(attempt: Callable[[], object]) -> Refusal:
    with pytest.raises(Refused) as caught:
        attempt()
    return caught.value.refusal


def amount(name: str, value: str) -> str:
    return f'<{name}><Money currency="USD">{value}</Money></{name}>'


def test_an_invoice_is_read_with_charges_and_the_day_it_is_due() -> None:
    assert parsed(as_cxml(USUAL)) == USUAL


def test_it_is_known_by_its_sender_and_number() -> None:
    identity = cxml.identify(pushed(as_cxml(USUAL)))

    assert (identity.key, identity.number) == ("153531108/SI-77", "SI-77")
    assert (identity.amount, identity.currency) == (Decimal("659.50"), "USD")
    assert identity.changed_at == datetime(2025, 3, 11, 8, 30, tzinfo=UTC)


def test_the_same_request_in_another_envelope_is_the_same_content() -> None:
    text = as_cxml(USUAL)
    again = text.replace("1.2@supplier.example", "9.9@supplier.example").replace("T08:30", "T09:30")

    assert cxml.identify(pushed(text)).content_hash == cxml.identify(pushed(again)).content_hash


@pytest.mark.parametrize("attribute", ['isInformationOnly="yes"', 'isERS="yes"'])
def test_what_wants_no_action_gets_none(attribute: str) -> None:
    assert cxml.needless(cxml.read(pushed(as_cxml(USUAL, header=attribute)))) is not None
    assert cxml.needless(cxml.read(pushed(as_cxml(USUAL)))) is None


def test_what_we_sent_ourselves_comes_back_for_nothing() -> None:
    ours = as_cxml(USUAL).replace("1.2@supplier.example", "17.0.abc@ml-connector")

    assert cxml.needless(cxml.read(pushed(ours))) is not None


def test_a_delete_takes_back_the_same_document() -> None:
    gone = pushed(as_cxml(USUAL, header='operation="delete"'))

    assert cxml.is_withdrawn(cxml.read(gone))
    assert cxml.identify(gone).key == cxml.identify(pushed(as_cxml(USUAL))).key


def test_a_line_level_credit_memo_is_below_zero_and_a_debit_memo_asks_for_money() -> None:
    line = billed_line(quantity=Decimal(-4), amount=Decimal("-600.00"))
    credit = replace(USUAL, lines=(line,), charges=(), total=Money(amount=Decimal(-600), currency="USD"))

    memo = parsed(as_cxml(credit, purpose="lineLevelCreditMemo"))
    assert (memo.kind, memo.total.amount) == (InvoiceKind.CREDIT_MEMO, Decimal(-600))
    assert parsed(as_cxml(USUAL, purpose="lineLevelDebitMemo")).kind is InvoiceKind.STANDARD
    assert refused(lambda: parsed(as_cxml(USUAL, purpose="creditMemo"))).value == "659.50"


def test_a_line_that_is_not_quantity_times_price_is_refused_with_both_numbers() -> None:
    off = replace(USUAL, lines=(replace(USUAL.lines[0], amount=Decimal("600.01")),))
    refusal = refused(lambda: parsed(as_cxml(replace(off, total=Money(amount=Decimal("659.51"), currency="USD")))))

    assert (refusal.field, refusal.value) == ("item[invoiceLineNumber=1]", "600.01")
    assert "600.00" in refusal.reason


def test_a_line_that_was_rounded_to_the_cent_is_taken() -> None:
    line = replace(USUAL.lines[0], quantity=Decimal(3), price=Decimal("0.335"), amount=Decimal("1.01"))
    rounded = replace(USUAL, lines=(line,), total=Money(amount=Decimal("60.51"), currency="USD"))

    assert parsed(as_cxml(rounded)).lines == (line,)


@pytest.mark.parametrize(
    ("extra", "field", "numbers"),
    [
        (amount("GrossAmount", "650.00"), "GrossAmount", ("650.00", "659.50")),
        (amount("DueAmount", "600.00"), "DueAmount", ("600.00", "659.50")),
        (amount("InvoiceDetailDiscount", "5.00"), "total", ("659.50", "654.50")),
    ],
)
def test_a_chain_that_does_not_hold_is_refused_with_both_numbers(
    extra: str, field: str, numbers: tuple[str, str]
) -> None:
    refusal = refused(lambda: parsed(as_cxml(USUAL, extra=extra)))

    assert refusal.category is RefusalClass.INVALID
    assert refusal.field.endswith(field)
    assert (refusal.value, numbers[1] in refusal.reason) == (numbers[0], True)


def test_the_chain_holds_with_gross_discount_and_due() -> None:
    less = replace(USUAL, total=Money(amount=Decimal("654.50"), currency="USD"))
    extra = amount("GrossAmount", "659.50") + amount("InvoiceDetailDiscount", "5.00") + amount("DueAmount", "654.50")

    assert [charge.amount for charge in parsed(as_cxml(less, extra=extra)).charges][-1] == Decimal("-5.00")


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("<UnitOfMeasure>", amount("DepositAmount", "5"), None),
        (
            "<InvoiceDetailHeaderIndicator/>",
            '<InvoiceDetailHeaderIndicator isPriceBasedLineLevelCreditMemo="yes"/>',
            "@",
        ),
    ],
)
def test_what_would_be_computed_otherwise_is_refused(old: str, new: str, field: str | None) -> None:
    text = as_cxml(USUAL, extra=new) if field is None else as_cxml(USUAL).replace(old, new)

    assert refused(lambda: parsed(text)).category is RefusalClass.CONFLICT


def test_a_price_for_a_hundred_is_refused() -> None:
    basis = '<PriceBasisQuantity quantity="100" conversionFactor="1"><UnitOfMeasure>EA</UnitOfMeasure>'
    text = as_cxml(USUAL).replace(
        "<InvoiceDetailItemReference", f"{basis}</PriceBasisQuantity><InvoiceDetailItemReference"
    )

    assert "100" in refused(lambda: parsed(text)).value


def test_two_currencies_are_refused() -> None:
    text = as_cxml(USUAL).replace('<UnitPrice><Money currency="USD">', '<UnitPrice><Money currency="EUR">')

    assert "USD" in refused(lambda: parsed(text)).reason


def test_tax_in_lines_and_another_in_the_summary_are_refused() -> None:
    own = amount("Tax", "9.50")
    text = as_cxml(USUAL).replace("</InvoiceDetailItem>", f"{own}</InvoiceDetailItem>")

    refusal = refused(lambda: parsed(text))
    assert (refusal.category, refusal.value) == (RefusalClass.CONFLICT, "49.50")


def test_tax_in_lines_and_its_sum_in_the_summary_are_taken_once() -> None:
    text = as_cxml(USUAL).replace("</InvoiceDetailItem>", f"{amount('Tax', '49.50')}</InvoiceDetailItem>")

    assert [charge.amount for charge in parsed(text).charges] == [TAX.amount, Decimal("10.00")]


@pytest.mark.parametrize("text", ["<cXML/>", "no XML", "<cXML><Request><InvoiceDetailRequest/></Request></cXML>"])
def test_what_is_no_invoice_is_refused(text: str) -> None:
    assert refused(lambda: cxml.identify(pushed(text))).category is RefusalClass.INVALID


@pytest.mark.parametrize(
    ("name", "field", "reason"),
    [
        ("invoice-01-tax-at-line.xml", "InvoiceDetailSummary/NetAmount", "what the invoice comes to is not stated"),
        ("invoice-02-tax-at-total.xml", "InvoiceDetailSummary/NetAmount", "what the invoice comes to is not stated"),
    ],
)
def test_published_invoices_without_a_net_amount_are_refused_for_that(name: str, field: str, reason: str) -> None:
    text = published("cxml-samples", name).read_text().split("?>", 1)[1]

    refusal = refused(lambda: parsed(text))
    assert (refusal.field, refusal.reason.startswith(reason)) == (field, True)


def test_an_invoice_as_a_supplier_sends_it_to_jaggaer_is_read() -> None:
    text = published("cxml-samples", "invoice-03-supplier-to-jaggaer.xml").read_text().split("?>", 1)[1]

    invoice = parsed(text)

    assert (str(invoice.total), invoice.due, invoice.invoice_date) == (
        "18.34 USD",
        date(2019, 6, 21),
        date(2019, 4, 22),
    )
    assert [(line.order_number, line.order_line, line.uom, line.amount) for line in invoice.lines] == [
        ("G513966", 1, "DZ", Decimal("9.16")),
        ("G513966", 2, "DZ", Decimal("9.18")),
    ]
    assert invoice.charges == ()
