"""Suppliers' invoices as J1P shows them: who they are, what is asked with them, what they say."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from schemas.exact_json import JsonValue
from schemas.invoice import InvoiceKind, InvoiceLineKind
from schemas.j1p import supplier_invoice as j1p
from schemas.j1p.invoice_layout import J1pInvoiceLayout
from schemas.refusals import Refusal, RefusalClass, Refused
from schemas.supplier_invoice_checks import check
from tests.supplier_invoice_factories import Object, as_j1p, j1p_line, supplier_invoice

LAYOUT = J1pInvoiceLayout()


def refused(attempt: Callable[[], object]) -> Refusal:
    with pytest.raises(Refused) as caught:
        attempt()
    return caught.value.refusal


def with_lines(row: Object, *lines: JsonValue) -> Object:
    return {**row, "lineList": {"line": list(lines)}}


def usd(amount: str) -> Object:
    return {"currency": "USD", "value": Decimal(amount)}


def test_an_invoice_is_read_whole() -> None:
    assert j1p.parse(as_j1p(), LAYOUT) == supplier_invoice()
    check(j1p.parse(as_j1p(), LAYOUT))


def test_it_is_known_by_jaggaers_id_and_counted_with_its_total() -> None:
    identity = j1p.identify(as_j1p(), LAYOUT)

    assert (identity.key, identity.number) == ("1001", "SI-77")
    assert (identity.amount, identity.currency, identity.business_unit) == (
        Decimal("659.50"),
        "USD",
        "Vision Operations",
    )
    assert identity.changed_at == datetime(2025, 3, 11, 8, 30, tzinfo=UTC)


def test_a_touch_is_the_same_content_and_a_change_another() -> None:
    before = j1p.identify(as_j1p(), LAYOUT).content_hash

    assert j1p.identify(as_j1p(lastUpdate="2025-03-12T08:30:00.000Z"), LAYOUT).content_hash == before
    assert j1p.identify(as_j1p(paymentStatus="Canceled"), LAYOUT).content_hash != before


@pytest.mark.parametrize("field", ["invoiceId", "lastUpdate"])
def test_without_id_or_stamp_it_cannot_be_told(field: str) -> None:
    row = as_j1p(**{field: None})

    assert refused(lambda: j1p.identify(row, LAYOUT)).field == field


def test_what_we_imported_ourselves_comes_back_for_nothing() -> None:
    assert j1p.needless(as_j1p(originalRequestMessageId="17.0.abc@ml-connector")) is not None
    assert j1p.needless(as_j1p(originalRequestMessageId="b2b7a3d0-1111-2222-3333-444455556666")) is None
    assert j1p.needless(as_j1p()) is None


@pytest.mark.parametrize(("field", "value"), [("paymentStatus", "Canceled"), ("workflowStatus", "Rejected")])
def test_what_jaggaer_gave_up_is_withdrawn(field: str, value: str) -> None:
    assert j1p.is_withdrawn(as_j1p(**{field: value}), LAYOUT)
    assert not j1p.is_withdrawn(as_j1p(**{field: "InProcess"}), LAYOUT)


def test_a_credit_memo_is_below_zero() -> None:
    row = as_j1p(invoiceType="Credit memo", total=usd("-600"), taxCharge1=None, shippingCharge=None)
    memo = j1p.parse(with_lines(row, j1p_line(quantity=Decimal(-4))), LAYOUT)

    check(memo)
    assert (memo.kind, memo.lines[0].amount) == (InvoiceKind.CREDIT_MEMO, Decimal("-600.00"))
    assert refused(lambda: check(j1p.parse(as_j1p(invoiceType="Credit memo"), LAYOUT))).value == "659.50"


def test_a_charge_is_taken_once_whether_lines_or_header_state_it() -> None:
    stated_twice = with_lines(as_j1p(), j1p_line(taxCharge1=usd("49.50")))

    invoice = j1p.parse(stated_twice, LAYOUT)

    check(invoice)
    (tax,) = [charge for charge in invoice.charges if charge.kind is InvoiceLineKind.TAX]
    assert (tax.amount, tax.description) == (Decimal("49.50"), "Tax of line 1")


def test_charges_that_differ_between_lines_and_header_are_refused_with_both() -> None:
    refusal = refused(lambda: j1p.parse(with_lines(as_j1p(), j1p_line(taxCharge1=usd("9.50"))), LAYOUT))

    assert (refusal.category, refusal.field, refusal.value) == (RefusalClass.CONFLICT, "taxCharge1", "49.50")
    assert "9.50" in refusal.reason


def test_a_discount_is_taken_off() -> None:
    invoice = j1p.parse(as_j1p(discountAmount=usd("9.50"), total=usd("650.00")), LAYOUT)

    check(invoice)
    assert [charge.amount for charge in invoice.charges] == [Decimal("49.50"), Decimal("10.00"), Decimal("-9.50")]


def test_a_total_that_does_not_add_up_is_refused_with_both_numbers() -> None:
    refusal = refused(lambda: check(j1p.parse(as_j1p(total=usd("659.51")), LAYOUT)))

    assert (refusal.field, refusal.value) == ("total", "659.51")
    assert "659.50" in refusal.reason


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ({"supplierInvoiceNumber": None}, "supplierInvoiceNumber"),
        ({"total": None}, "total"),
        ({"total": {"currency": "XYZ", "value": Decimal(1)}}, "total.currency"),
        ({"taxCharge1": {"currency": "EUR", "value": Decimal(1)}}, "taxCharge1"),
        ({"invoiceType": "Pro forma"}, "invoiceType"),
        ({"invoiceDate": None}, "invoiceDate"),
        ({"invoiceDate": "soon"}, "invoice"),
    ],
)
def test_what_is_missing_or_unreadable_is_refused_by_its_field(header: Object, field: str) -> None:
    assert refused(lambda: j1p.parse(as_j1p(**header), LAYOUT)).field == field


def test_a_customers_own_names_are_read() -> None:
    row = as_j1p(invoiceDate=None, documentDate="20250310")
    layout = J1pInvoiceLayout(names={"invoiceDate": "documentDate"})

    assert j1p.parse(row, layout) == supplier_invoice()


def test_a_number_that_oracle_cannot_hold_is_refused() -> None:
    refusal = refused(lambda: check(j1p.parse(as_j1p(supplierInvoiceNumber="7" * 51), LAYOUT)))

    assert refusal.field == "InvoiceNumber"
