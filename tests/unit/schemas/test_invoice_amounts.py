"""What an invoice comes to by kind, and who bears a line."""

from datetime import date
from decimal import Decimal

import pytest

from schemas.coding import Account, AsInSource, CodedShare, FieldValue
from schemas.invoice import Invoice, InvoiceLineKind
from schemas.invoice_amounts import charges, coded
from schemas.refusals import RefusalClass, Refused
from tests.invoice_factories import Thirds, amount_line, invoice, invoice_distribution, invoice_line, lines


def test_charges_are_the_lines_by_kind() -> None:
    miscellaneous = amount_line(5, InvoiceLineKind.MISCELLANEOUS, "1.50")
    dead = amount_line(6, InvoiceLineKind.FREIGHT, "7.00", canceled=True)
    sums = charges(invoice(lines=(*lines(), miscellaneous, dead)))
    assert str(sums.items) == "2212.75 USD"
    assert [str(one) for one in (sums.freight, sums.tax, sums.miscellaneous)] == ["50.00 USD", "100.00 USD", "1.50 USD"]


def test_without_lines_all_is_items() -> None:
    sums = charges(invoice(lines=()))
    assert (str(sums.items), str(sums.tax)) == ("2362.75 USD", "0 USD")


def test_a_distribution_is_split_to_the_cent() -> None:
    line = invoice_line(distributions=(invoice_distribution(amount=Decimal("10.00")),))
    parts = coded(invoice(), line, Thirds())
    assert [part.amount for part in parts] == [Decimal("3.33"), Decimal("3.33"), Decimal("3.34")]
    assert [part.percent for part in parts] == [Decimal("33.33"), Decimal("33.33"), Decimal("33.34")]
    assert [part.distribution for part in parts] == [1, 1, 1]


def test_a_line_without_distributions_is_borne_by_its_own_account() -> None:
    line = invoice_line(distributions=(), account="1.2")
    part = coded(invoice(), line, AsInSource("Account"))[0]
    assert (part.account, part.amount, part.values) == (
        "1.2",
        line.amount,
        (FieldValue(field="Account", value="1.2"),),
    )


def test_a_line_without_any_account_is_borne_by_nobody() -> None:
    assert coded(invoice(), invoice_line(distributions=(), account=None), AsInSource("Account")) == ()


def test_a_distribution_without_account_is_refused() -> None:
    line = invoice_line(distributions=(invoice_distribution(account=None),))
    with pytest.raises(Refused) as refused:
        coded(invoice(), line, AsInSource("Account"))
    assert refused.value.refusal.category is RefusalClass.INVALID
    assert refused.value.refusal.field == (
        "invoiceLines[LineNumber=1].invoiceDistributions[DistributionLineNumber=1].DistributionCombination"
    )


@pytest.mark.parametrize(
    ("share", "line", "header", "expected"),
    [
        (date(2025, 1, 1), date(2025, 2, 2), date(2025, 3, 3), date(2025, 1, 1)),
        (None, date(2025, 2, 2), date(2025, 3, 3), date(2025, 2, 2)),
        (None, None, date(2025, 3, 3), date(2025, 3, 3)),
        (None, None, None, date(2025, 8, 4)),
    ],
)
def test_the_coding_holds_on_the_accounting_date(
    share: date | None, line: date | None, header: date | None, expected: date
) -> None:
    asked: list[Account] = []

    class Recorder:
        def shares(self, account: Account) -> tuple[CodedShare, ...]:
            asked.append(account)
            return AsInSource("Account").shares(account)

    document: Invoice = invoice(accounting_date=header)
    item = invoice_line(accounting_date=line, distributions=(invoice_distribution(accounting_date=share),))
    coded(document, item, Recorder())
    assert [(account.on, account.business_unit) for account in asked] == [(expected, "Vision Operations")]
