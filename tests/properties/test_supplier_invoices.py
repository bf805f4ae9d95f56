"""Any supplier's invoice on its way to Oracle: no cent is lost, and one invoice gives one body."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas import exact_json, order_matching
from schemas.cxml import supplier_invoice as cxml
from schemas.exact_arithmetic import exact_product, exact_sum
from schemas.invoice import InvoiceKind
from schemas.money import Money
from schemas.oracle import invoice_allocation
from schemas.oracle import supplier_invoice as oracle
from schemas.purchase_order import PurchaseOrder
from schemas.refusals import Refused
from schemas.schedule_allocation import Bearer, shares
from schemas.supplier_invoice import BilledLine, SupplierInvoice
from schemas.supplier_invoice_checks import check, worth
from schemas.units import DEFAULT_UNITS
from tests.factories import order_line, purchase_order, schedule
from tests.supplier_invoice_factories import FREIGHT, TAX, as_cxml, billed_line, pushed, supplier_invoice

SOME = settings(max_examples=40, deadline=None)
QUANTITIES = st.decimals(Decimal("0.001"), Decimal(10**6), places=3)
PRICES = st.decimals(Decimal(0), Decimal(10**4), places=4)
AMOUNTS = st.decimals(Decimal("0.01"), Decimal(10**4), places=2)


@st.composite
def cases(draw: st.DrawFn) -> tuple[SupplierInvoice, PurchaseOrder]:
    """An order with lines of several schedules, and an invoice or credit memo that bills some of each line."""
    sign = draw(st.sampled_from((1, -1)))
    ordered, billed = [], []
    for number in range(1, draw(st.integers(1, 4)) + 1):
        price = draw(PRICES)
        parts = draw(st.lists(QUANTITIES, min_size=1, max_size=4))
        ordered.append(
            order_line(
                number=number,
                price=price,
                quantity=exact_sum(parts),
                schedules=tuple(schedule(number=at, quantity=part) for at, part in enumerate(parts, start=1)),
            )
        )
        billed.append(_billed(number, sign * draw(st.one_of(QUANTITIES, st.sampled_from(parts))), price))
    charges = tuple(replace(one, amount=sign * draw(AMOUNTS)) for one in (TAX, FREIGHT))
    amount = exact_sum((*(line.amount for line in billed), *(charge.amount for charge in charges)))
    invoice = supplier_invoice(
        kind=InvoiceKind.STANDARD if sign > 0 else InvoiceKind.CREDIT_MEMO,
        lines=tuple(billed),
        charges=charges,
        total=Money(amount=amount, currency="USD"),
    )
    return invoice, purchase_order(lines=tuple(ordered))


def _billed(number: int, quantity: Decimal, price: Decimal) -> BilledLine:
    return billed_line(
        number=number,
        place=f"item[invoiceLineNumber={number}]",
        order_line=number,
        quantity=quantity,
        price=price,
        amount=worth(quantity, price, "USD"),
    )


def written(invoice: SupplierInvoice, order: PurchaseOrder) -> bytes:
    check(invoice)
    return oracle.build(invoice, order_matching.match(invoice, {order.number: order}, lambda _: DEFAULT_UNITS))


@SOME
@given(case=cases())
def test_money_and_quantities_are_exact_to_oracle(case: tuple[SupplierInvoice, PurchaseOrder]) -> None:
    invoice, order = case
    built = exact_json.loads(written(invoice, order))
    assert isinstance(built, dict)
    body = invoice_allocation.posted(built, {})
    lines = body["invoiceLines"]
    assert isinstance(lines, list)
    rows = [line for line in lines if isinstance(line, dict)]

    assert body["InvoiceAmount"] == invoice.total.amount == exact_sum(_number(row["LineAmount"]) for row in rows)
    for line in invoice.lines:
        own = [row for row in rows if row.get("PurchaseOrderLineNumber") == line.order_line]
        assert exact_sum(_number(row["LineAmount"]) for row in own) == line.amount
        assert exact_sum(_number(row["Quantity"]) for row in own) == line.quantity
        for row in own:
            off = _number(row["LineAmount"]) - exact_product(_number(row["Quantity"]), line.price or Decimal(0))
            assert abs(off) <= Decimal("0.01")
            assert _number(row["LineAmount"]) * invoice.total.amount >= 0


@SOME
@given(case=cases(), billed=QUANTITIES)
def test_one_invoice_gives_one_body_and_oracle_having_it_is_no_difference(
    case: tuple[SupplierInvoice, PurchaseOrder], billed: Decimal
) -> None:
    body = written(*case)
    wanted = exact_json.loads(body)
    assert isinstance(wanted, dict)
    figures = {place.schedule: billed for place in invoice_allocation.places(wanted)}
    lines = invoice_allocation.posted(wanted, figures)["invoiceLines"]
    assert isinstance(lines, list)

    assert written(*case) == body
    found = oracle.compare(wanted, wanted, [line for line in lines if isinstance(line, dict)])
    assert (found.patch, found.fixed) == ({}, ())


@SOME
@given(case=cases())
def test_an_invoice_in_cxml_is_read_to_the_digit(case: tuple[SupplierInvoice, PurchaseOrder]) -> None:
    invoice, _ = case
    purpose = "lineLevelCreditMemo" if invoice.is_credit else "standard"

    read = cxml.parse(cxml.read(pushed(as_cxml(invoice, purpose=purpose))))

    assert (read.lines, read.charges, read.total) == (invoice.lines, invoice.charges, invoice.total)


@SOME
@given(
    quantity=QUANTITIES,
    schedules=st.lists(st.tuples(QUANTITIES, st.one_of(st.just(Decimal(0)), QUANTITIES)), min_size=1, max_size=6),
    sign=st.sampled_from((1, -1)),
    told=st.sampled_from((Decimal(0), Decimal(1))),
)
def test_parts_add_up_and_none_is_overdone_while_another_has_room(
    quantity: Decimal, schedules: list[tuple[Decimal, Decimal]], sign: int, told: Decimal
) -> None:
    bearers = [
        Bearer(number=number, key=number, ordered=ordered, billed=billed if told else None)
        for number, (ordered, billed) in enumerate(schedules, start=1)
    ]
    found = shares(sign * quantity, bearers)
    rooms = [
        already if told and sign < 0 else max(ordered - already * told, Decimal(0)) for ordered, already in schedules
    ]

    assert exact_sum(found) == sign * quantity
    assert all(part * sign >= 0 for part in found)
    if any(abs(part) > room for part, room in zip(found, rooms, strict=True)):
        assert all(abs(part) >= room for part, room in zip(found, rooms, strict=True))


@SOME
@given(case=cases(), cents=st.integers(1, 10**6))
def test_a_total_that_is_off_is_always_refused(case: tuple[SupplierInvoice, PurchaseOrder], cents: int) -> None:
    invoice, _ = case
    off = replace(invoice.total, amount=invoice.total.amount + Decimal(cents) / 100 * (-1 if invoice.is_credit else 1))
    with pytest.raises(Refused):
        check(replace(invoice, total=off))


def _number(value: object) -> Decimal:
    assert isinstance(value, int | Decimal)
    return Decimal(value)
