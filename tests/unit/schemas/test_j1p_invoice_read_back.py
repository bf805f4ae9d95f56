"""J1P invoices as JAGGAER gives them back, compared with what was sent."""

from dataclasses import replace
from decimal import Decimal

import pytest

from schemas.exact_json import JsonValue
from schemas.invoice import OrderMatch
from schemas.j1p import invoice as j1p
from schemas.j1p.fields import UnreadableOrder
from schemas.money import Money
from tests.invoice_factories import Object, invoice, lines
from tests.unit.schemas.j1p_invoices import AS_JAGGAER, LAYOUT, header_as_jaggaer, sent


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
