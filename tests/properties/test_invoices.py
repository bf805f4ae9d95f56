"""Any invoice: read from Oracle as it is, and exact to the digit in J1P and Indirect."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from schemas import exact_json
from schemas.exact_arithmetic import exact_sum
from schemas.exact_json import JsonValue
from schemas.indirect import buyer_invoice
from schemas.invoice import Invoice, InvoiceLineKind
from schemas.invoice_amounts import charges, coded
from schemas.invoice_checks import check
from schemas.j1p import invoice as j1p
from schemas.j1p import invoice_status
from schemas.j1p.invoice_layout import J1pInvoiceLayout
from schemas.oracle import invoice as oracle
from schemas.units import DEFAULT_UNITS
from tests.intents import CREATE
from tests.invoice_factories import Thirds, as_oracle, invoices
from tests.unit.schemas.test_buyer_invoice import CREDENTIALS
from tests.unit.schemas.test_buyer_invoice import LAYOUT as INDIRECT

LAYOUT = J1pInvoiceLayout()


def through_json(value: JsonValue) -> dict[str, JsonValue]:
    read = exact_json.loads(exact_json.dumps(value))
    assert isinstance(read, dict)
    return read


@settings(max_examples=100)
@given(drawn=invoices())
def test_an_invoice_is_read_from_oracle_as_it_is(drawn: Invoice) -> None:
    read = oracle.parse(through_json(as_oracle(drawn)))
    assert replace(read, source_status=drawn.source_status) == drawn
    check(read)


@settings(max_examples=60)
@given(drawn=invoices(), name=st.sampled_from(["InvoiceAmount", "AmountPaid"]), other=st.integers(-9, 9))
def test_an_amount_that_changes_is_another_version(drawn: Invoice, name: str, other: int) -> None:
    raw = as_oracle(drawn)
    same = oracle.identify({**raw, name: other}).content_hash == oracle.identify(raw).content_hash
    assert same == (raw[name] == other)


@settings(max_examples=100)
@given(drawn=invoices())
def test_an_invoice_in_j1p_is_read_back_as_it_was(drawn: Invoice) -> None:
    body = j1p.build(drawn, units=DEFAULT_UNITS, coder=Thirds(), layout=LAYOUT)
    read = j1p.parse(exact_json.loads(j1p.address(body, CREATE, LAYOUT)), LAYOUT)
    assert (read.number, read.total, read.currency) == (drawn.number, drawn.total.amount, drawn.total.currency)
    assert (read.invoice_date, read.business_unit) == (drawn.invoice_date, drawn.business_unit)
    items = [line for line in drawn.live_lines if line.kind is InvoiceLineKind.ITEM]
    assert [line.number for line in read.lines or ()] == [line.number for line in items]
    for line, source in zip(read.lines or (), items, strict=True):
        assert line.description == source.description
        assert (line.order_number, line.order_line) == (
            (source.order.number, source.order.line) if source.order else (None, None)
        )
        expected = (Decimal(1), source.amount) if source.quantity is None else (source.quantity, source.price)
        assert (line.quantity, line.unit_price) == expected
    assert j1p.same_content(read, j1p.parse(exact_json.loads(body), LAYOUT))


@settings(max_examples=100)
@given(drawn=invoices(with_lines=True))
def test_charges_are_the_total_and_codes_bear_each_line_exactly(drawn: Invoice) -> None:
    sums = charges(drawn)
    parts = (sums.items, sums.freight, sums.miscellaneous, sums.tax)
    if drawn.live_lines:
        assert exact_sum(part.amount for part in parts) == drawn.total.amount
    for line in drawn.lines:
        assert exact_sum(part.amount for part in coded(drawn, line, Thirds())) == line.amount


@settings(max_examples=60)
@given(drawn=invoices())
def test_a_payment_state_is_read_back_as_it_was(drawn: Invoice) -> None:
    message = invoice_status.address(invoice_status.build(drawn, layout=LAYOUT), CREATE, LAYOUT)
    read = invoice_status.parse(exact_json.loads(message), LAYOUT)
    paid = (drawn.paid.amount, drawn.paid.currency) if drawn.paid else (None, None)
    assert (read.number, read.status, (read.paid, read.currency)) == (drawn.number, drawn.status, paid)


@settings(max_examples=60)
@given(drawn=invoices(with_lines=True))
def test_an_invoice_in_indirect_is_read_back_as_it_was(drawn: Invoice) -> None:
    items = [line for line in drawn.live_lines if line.kind is InvoiceLineKind.ITEM]
    body = buyer_invoice.build(drawn, units=DEFAULT_UNITS, coder=Thirds(), layout=INDIRECT)
    read = buyer_invoice.parse(buyer_invoice.address(body, CREATE, CREDENTIALS, INDIRECT))
    assert (read.number, read.total) == (drawn.number, drawn.total)
    for line, source in zip(read.lines, items, strict=True):
        expected = (Decimal(1), source.amount) if source.quantity is None else (source.quantity, source.price)
        assert (line.quantity, line.unit_price and line.unit_price.amount) == expected
