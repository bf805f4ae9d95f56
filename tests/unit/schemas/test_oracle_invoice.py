"""Oracle's invoices: read in full, refused by path where they are wrong, tolerant where Oracle is silent."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from schemas import exact_json
from schemas.exact_json import JsonValue
from schemas.invoice import Invoice, InvoiceKind, InvoiceLineKind, InvoiceStatus, OrderMatch
from schemas.invoice_checks import check
from schemas.oracle import invoice as oracle
from schemas.refusals import Refused
from tests.invoice_factories import Object, as_oracle, credit_memo, invoice
from tests.oracle_rows import rows


def row(**changes: JsonValue) -> Object:
    return {**as_oracle(invoice()), **changes}


def with_line(number: int, **changes: JsonValue) -> Object:
    raw = as_oracle(invoice())
    rows(raw, "invoiceLines")[number - 1].update(changes)
    return raw


def refusal(raw: Object) -> tuple[str, str]:
    with pytest.raises(Refused) as refused:
        oracle.parse(raw)
    return refused.value.refusal.field, refused.value.refusal.reason


def test_the_published_invoice_is_read_whole(shared_folder: Path) -> None:
    answer = exact_json.loads((shared_folder / "reference/oracle-samples/invoices-get-expanded.json").read_bytes())
    assert isinstance(answer, dict)
    raw = rows({"answer": answer}, "answer")[0]

    read = oracle.parse(raw)

    assert (read.key, read.number, str(read.total)) == (300100209368303, "AND_Invoice_0001", "2212.75 USD")
    assert (read.status, read.source_status) == (InvoiceStatus.NOT_VALIDATED, "Not validated, Unpaid")
    assert [line.amount for line in read.lines] == [Decimal("1500.0"), Decimal("712.75")]
    assert read.lines[0].order == OrderMatch(number="US164861", line=1, schedule=1)
    assert read.lines[1].order is None
    assert read.due == date(2025, 9, 3)
    assert read.changed_at == datetime(2025, 8, 5, 9, 12, 45, 118000, tzinfo=UTC)
    assert oracle.cut_children(raw) == ()
    check(read)


@pytest.mark.parametrize("document", [invoice(), credit_memo(), invoice(lines=(), installments=(), paid=None)])
def test_what_oracle_writes_is_read_back(document: Invoice) -> None:
    assert replace(oracle.parse(as_oracle(document)), source_status=document.source_status) == document


def test_lines_and_installments_that_oracle_leaves_out_are_none() -> None:
    raw = row()
    del raw["invoiceLines"], raw["invoiceInstallments"]
    read = oracle.parse(raw)
    assert (read.lines, read.installments, read.due) == ((), (), None)
    assert oracle.cut_children(raw) == ()


def test_lines_come_by_number_whatever_their_order() -> None:
    raw = row()
    assert isinstance(raw["invoiceLines"], dict)
    items = raw["invoiceLines"]["items"]
    assert isinstance(items, list)
    items.reverse()
    assert [line.number for line in oracle.parse(raw).lines] == [1, 2, 3, 4]


def test_the_version_is_the_newest_stamp_of_header_line_distribution_and_installment() -> None:
    later = "2025-09-01T00:00:00+00:00"
    for raw in (
        row(LastUpdateDate=later),
        with_line(1, LastUpdateDate=later),
        with_line(1, invoiceDistributions=[{"DistributionLineNumber": 1, "LastUpdateDate": later}]),
        row(invoiceInstallments=[{"InstallmentNumber": 1, "LastUpdateDate": later}]),
    ):
        assert oracle.identify(raw).changed_at == datetime(2025, 9, 1, tzinfo=UTC)


def test_identify_says_what_the_books_need() -> None:
    identity = oracle.identify(row())
    assert (identity.key, identity.number) == ("300100209368303", "AND_Invoice_0001")
    assert (identity.business_unit, identity.currency) == ("Vision Operations", "USD")
    assert identity.amount == Decimal("2362.75")


def as_text(value: JsonValue) -> JsonValue:
    """Write a value as framework 9 does, collections as framework 2 does."""
    match value:
        case dict():
            return as_text(value["items"]) if "items" in value else {name: as_text(one) for name, one in value.items()}
        case list():
            return [as_text(child) for child in value]
        case bool() | None | str():
            return value
    return str(value)


def test_numbers_as_text_are_the_same_content_in_every_attribute() -> None:
    text = as_text(row())
    assert isinstance(text, dict)
    assert oracle.identify(text).content_hash == oracle.identify(row()).content_hash
    assert oracle.parse(text) == oracle.parse(row())


@pytest.mark.parametrize("name", ["AmountPaid", "PaidStatus", "ValidationStatus", "CanceledFlag"])
def test_a_change_of_the_payment_state_is_another_version(name: str) -> None:
    assert oracle.identify(row(**{name: "x"})).content_hash != oracle.identify(row()).content_hash


def test_children_that_were_cut_are_named_by_place_and_refused() -> None:
    raw = row()
    for name in ("invoiceLines", "invoiceInstallments"):
        collection = raw[name]
        assert isinstance(collection, dict)
        collection["hasMore"] = True
    share = rows(raw, "invoiceLines")[2]["invoiceDistributions"]
    assert isinstance(share, dict)
    share["count"] = 7
    assert oracle.cut_children(raw) == ("invoiceLines", "invoiceLines[2].invoiceDistributions", "invoiceInstallments")
    assert refusal(raw)[0] == "invoiceLines"


@pytest.mark.parametrize(
    ("validation", "payment", "paid", "canceled", "expected"),
    [
        ("Not validated", "Unpaid", 0, False, InvoiceStatus.NOT_VALIDATED),
        ("Never Validated", "Unpaid", 0, False, InvoiceStatus.NOT_VALIDATED),
        ("Needs revalidation", "Unpaid", 0, False, InvoiceStatus.NOT_VALIDATED),
        ("Validated", "Unpaid", 0, False, InvoiceStatus.VALIDATED),
        ("VALIDATED", None, None, None, InvoiceStatus.VALIDATED),
        (None, None, None, None, InvoiceStatus.NOT_VALIDATED),
        ("Validated", "Partially paid", 5, False, InvoiceStatus.PARTLY_PAID),
        ("Needs revalidation", "PARTIALLY_PAID", 5, False, InvoiceStatus.PARTLY_PAID),
        ("Validated", "Paid", Decimal("2362.75"), False, InvoiceStatus.PAID),
        ("Validated", "Paid", Decimal("2300.00"), False, InvoiceStatus.PAID),
        ("Validated", None, Decimal("2362.75"), False, InvoiceStatus.PAID),
        ("Validated", None, 5, False, InvoiceStatus.PARTLY_PAID),
        ("Validated", "Paid", 5, True, InvoiceStatus.CANCELED),
        ("Canceled", "Unpaid", 0, None, InvoiceStatus.CANCELED),
        ("Canceled", "Paid", 5, None, InvoiceStatus.CANCELED),
    ],
)
def test_the_state_of_an_invoice(
    validation: str | None, payment: str | None, paid: JsonValue, canceled: JsonValue, expected: InvoiceStatus
) -> None:
    raw = row(ValidationStatus=validation, PaidStatus=payment, AmountPaid=paid, CanceledFlag=canceled)
    assert oracle.status(raw) is expected
    assert oracle.parse(raw).status is expected


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ValidationStatus": "Freigegeben"}, "ValidationStatus"),
        ({"PaidStatus": "Bezahlt"}, "PaidStatus"),
        ({"PaidStatus": "Unpaid", "AmountPaid": 5}, "PaidStatus"),
        ({"CanceledFlag": "perhaps"}, "CanceledFlag"),
        ({"InvoiceType": "Mixed"}, "InvoiceType"),
        ({"InvoiceAmount": None}, "InvoiceAmount"),
        ({"InvoiceDate": "04.08.2025"}, "InvoiceDate"),
        ({"InvoiceDate": None}, "InvoiceDate"),
        ({"InvoiceCurrency": "DOLLAR"}, "InvoiceCurrency"),
        ({"PaymentCurrency": "DOLLAR"}, "PaymentCurrency"),
        ({"InvoiceNumber": "A\x00"}, "InvoiceNumber"),
        ({"InvoiceNumber": ""}, "InvoiceNumber"),
        ({"InvoiceId": Decimal("3.5")}, "InvoiceId"),
        ({"Supplier": None}, "Supplier"),
    ],
)
def test_a_header_that_cannot_be_read_is_refused_by_name(changes: Object, field: str) -> None:
    assert refusal(row(**changes))[0] == field


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"LineAmount": None}, "invoiceLines[LineNumber=2].LineAmount"),
        ({"LineAmount": "much"}, "invoiceLines[LineNumber=2].LineAmount"),
        ({"LineType": "Gift"}, "invoiceLines[LineNumber=2].LineType"),
        ({"PurchaseOrderLineNumber": 1}, "invoiceLines[LineNumber=2].PurchaseOrderLineNumber"),
        ({"PurchaseOrderScheduleLineNumber": 1}, "invoiceLines[LineNumber=2].PurchaseOrderScheduleLineNumber"),
        ({"LineNumber": 1}, "invoiceLines[1].LineNumber"),
        (
            {"invoiceDistributions": [{"DistributionLineNumber": 1}]},
            "invoiceLines[LineNumber=2].invoiceDistributions[DistributionLineNumber=1].DistributionAmount",
        ),
    ],
)
def test_a_line_that_cannot_be_read_is_refused_by_its_number(changes: Object, field: str) -> None:
    assert refusal(with_line(2, **changes))[0] == field


def test_a_line_is_canceled_by_either_flag() -> None:
    for name in ("CanceledFlag", "DiscardedFlag"):
        assert [line.canceled for line in oracle.parse(with_line(2, **{name: True})).lines] == [
            False,
            True,
            False,
            False,
        ]


@pytest.mark.parametrize(
    ("text", "kind"),
    [("Withholding tax", InvoiceLineKind.WITHHOLDING), ("FREIGHT", InvoiceLineKind.FREIGHT)],
)
def test_kinds_of_line_are_known_in_any_spelling(text: str, kind: InvoiceLineKind) -> None:
    assert oracle.parse(with_line(2, LineType=text)).lines[1].kind is kind


@pytest.mark.parametrize(
    ("text", "kind"), [("CREDIT", InvoiceKind.CREDIT_MEMO), ("Prepayment", InvoiceKind.PREPAYMENT)]
)
def test_kinds_of_invoice_are_known_in_any_spelling(text: str, kind: InvoiceKind) -> None:
    assert oracle.parse(row(InvoiceType=text)).kind is kind


def test_what_is_paid_is_in_the_currency_of_payment() -> None:
    raw = row(PaymentCurrency="EUR", AmountPaid=Decimal("10.50"), PaidStatus="Partially paid")
    assert str(oracle.parse(raw).paid) == "10.50 EUR"
