"""Invoices that contradict themselves are refused by the figure at fault; what is canceled is worth nothing."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from schemas.invoice import Invoice, InvoiceKind, InvoiceLineKind, InvoiceStatus
from schemas.invoice_checks import check
from schemas.money import Money
from schemas.refusals import RefusalClass, Refused
from tests.invoice_factories import amount_line, credit_memo, invoice, invoice_distribution, invoice_line, lines


def usd(amount: str) -> Money:
    return Money(amount=Decimal(amount), currency="USD")


def with_first(**changes: object) -> Invoice:
    return invoice(lines=(replace(lines()[0], **changes), *lines()[1:]))  # type: ignore[arg-type]  # checked by replace


@pytest.mark.parametrize(
    "sound",
    [
        invoice(),
        credit_memo(),
        credit_memo(kind=InvoiceKind.DEBIT_MEMO),
        invoice(lines=()),
        invoice(total=usd("0.00"), lines=()),
        invoice(total=usd("2362.7500")),
        invoice(total=Money(amount=Decimal(5), currency="JPY"), lines=()),
        invoice(lines=(*lines(), amount_line(5, InvoiceLineKind.ITEM, "9.99", canceled=True))),
        invoice(lines=(*lines(), amount_line(5, InvoiceLineKind.PREPAYMENT, "-100.00"))),
        invoice(lines=(*lines(), amount_line(5, InvoiceLineKind.WITHHOLDING, "-3.00"))),
        with_first(quantity=Decimal(3), price=Decimal("500.0016")),  # 1500.0048 is 1500.00 when rounded
        credit_memo(status=InvoiceStatus.CANCELED, total=usd("0.00")),
        invoice(status=InvoiceStatus.CANCELED, total=usd("0.001")),
    ],
)
def test_an_invoice_that_agrees_with_itself_passes(sound: Invoice) -> None:
    check(sound)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (invoice(total=usd("2362.76")), "InvoiceAmount"),
        (invoice(total=usd("2362.755"), lines=()), "InvoiceAmount"),
        (invoice(total=Money(amount=Decimal("5.5"), currency="JPY"), lines=()), "InvoiceAmount"),
        (invoice(total=usd("-1.00"), lines=()), "InvoiceAmount"),
        (credit_memo(total=usd("150.00"), lines=()), "InvoiceAmount"),
        (credit_memo(total=usd("0.00"), lines=()), "InvoiceAmount"),
        (credit_memo(kind=InvoiceKind.DEBIT_MEMO, total=usd("150.00"), lines=()), "InvoiceAmount"),
        (invoice(lines=tuple(replace(line, canceled=True) for line in lines())), "InvoiceAmount"),
        (with_first(price=Decimal("150.01")), "invoiceLines[LineNumber=1].LineAmount"),
        (with_first(quantity=Decimal(3), price=Decimal("500.0018")), "invoiceLines[LineNumber=1].LineAmount"),
        (
            with_first(distributions=(invoice_distribution(amount=Decimal("1499.99")),)),
            "invoiceLines[LineNumber=1].LineAmount",
        ),
        (
            with_first(
                distributions=(
                    invoice_distribution(amount=Decimal("1499.995")),
                    invoice_distribution(number=2, amount=Decimal("0.005")),
                )
            ),
            "invoiceLines[LineNumber=1].invoiceDistributions[DistributionLineNumber=1].DistributionAmount",
        ),
        (
            invoice(lines=(invoice_line(amount=Decimal("1500.001"), distributions=()),)),
            "invoiceLines[LineNumber=1].LineAmount",
        ),
        (invoice(invoice_date=date(205, 8, 4)), "InvoiceDate"),
        (invoice(accounting_date=date(2205, 8, 4)), "AccountingDate"),
        (
            invoice(installments=(replace(invoice().installments[0], due=date(9202, 1, 1)),)),
            "invoiceInstallments[InstallmentNumber=1].DueDate",
        ),
    ],
)
def test_an_invoice_that_contradicts_itself_is_refused(wrong: Invoice, field: str) -> None:
    with pytest.raises(Refused) as refused:
        check(wrong)
    assert refused.value.refusal.field == field
    assert refused.value.refusal.category is RefusalClass.INVALID


def test_the_refusal_says_both_figures() -> None:
    with pytest.raises(Refused, match=r"'2362.76'.*add up to 2362.75"):
        check(invoice(total=usd("2362.76")))


def test_sums_keep_every_digit() -> None:
    small, large = "0.01", "1" + "0" * 40
    parts = (amount_line(1, InvoiceLineKind.ITEM, large), amount_line(2, InvoiceLineKind.ITEM, small))
    check(invoice(lines=parts, total=usd(large + ".01")))
    with pytest.raises(Refused):
        check(invoice(lines=parts, total=usd(large)))
