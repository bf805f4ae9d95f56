"""Any invoice in cXML: valid for the published DTDs, nothing lost, our grammar no laxer than they."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from lxml import etree

from schemas.cxml.invoice_detail_request import parse
from schemas.cxml.safe_xml import parse as parse_xml
from schemas.exact_arithmetic import exact_sum
from schemas.invoice import Invoice, InvoiceLineKind
from schemas.invoice_amounts import charges
from schemas.money import Money
from tests.intents import CANCEL, CREATE
from tests.invoice_factories import Thirds, amount_line, credit_memo, invoice, invoices, lines
from tests.properties.cxml_mutants import mutants, taken
from tests.unit.schemas_cxml.documents import published_dtds
from tests.unit.schemas_cxml.invoices import document, invoice_dtds, status_document, tree


@pytest.fixture(scope="module")
def dtds() -> tuple[etree.DTD, etree.DTD]:
    return invoice_dtds()


@settings(max_examples=80, deadline=None)
@given(drawn=invoices())
def test_every_invoice_is_valid_for_the_oldest_and_the_usual_dtd(
    dtds: tuple[etree.DTD, etree.DTD], drawn: Invoice
) -> None:
    for intent in (CREATE, CANCEL):
        root = tree(drawn, intent, Thirds())
        for dtd in dtds:
            dtd.assertValid(root)


@settings(max_examples=80, deadline=None)
@given(drawn=invoices())
def test_money_is_exact_from_the_invoice_to_the_reading(drawn: Invoice) -> None:
    read, sums = parse(document(drawn, coder=Thirds())), charges(drawn)
    stated = (read.subtotal, read.tax, read.shipping, read.special_handling)
    expected = (sums.items, sums.tax, sums.freight, sums.miscellaneous)
    assert [one.amount if one else Decimal(0) for one in stated] == [one.amount for one in expected]
    assert read.gross == read.net == read.due == drawn.total
    assert exact_sum(line.subtotal.amount for line in read.lines if line.subtotal) == sums.items.amount


@settings(max_examples=80, deadline=None)
@given(drawn=invoices(with_lines=True))
def test_lines_are_read_back_as_they_were(drawn: Invoice) -> None:
    read = parse(document(drawn, coder=Thirds()))
    items = {line.number: line for line in drawn.live_lines if line.kind is InvoiceLineKind.ITEM}
    if read.is_header_invoice:
        return
    assert sorted(line.number or 0 for line in read.lines) == sorted(items)
    for line in read.lines:
        source = items[line.number or 0]
        assert line.description == source.description
        assert line.order_id == (source.order.number if source.order else None)
        assert line.subtotal == Money(amount=source.amount, currency=drawn.total.currency)
        assert exact_sum(share.charge.amount for share in line.distributions) == source.amount
        if source.quantity is not None:
            assert (line.quantity, line.unit_price and line.unit_price.amount) == (source.quantity, source.price)


def every_document() -> list[bytes]:
    handling = amount_line(5, InvoiceLineKind.MISCELLANEOUS, "1.00")
    full = invoice(lines=(*lines(), handling), total=Money(amount=Decimal("2363.75"), currency="USD"))
    return [document(full), document(full, CANCEL), document(credit_memo())]


@pytest.mark.parametrize("written", every_document(), ids=["new", "delete", "credit"])
def test_our_grammar_refuses_every_single_change_of_an_invoice_that_a_dtd_refuses(
    dtds: tuple[etree.DTD, etree.DTD], written: bytes
) -> None:
    refused = [mutant for mutant in mutants(parse_xml(written)) if not all(dtd.validate(mutant) for dtd in dtds)]
    assert len(refused) > 80
    for mutant in refused:
        assert not taken(mutant), etree.tostring(mutant)


def test_our_grammar_refuses_every_single_change_of_a_status_that_a_dtd_refuses() -> None:
    written = parse_xml(status_document(invoice(paid=Money(amount=Decimal(5), currency="USD"))))
    refused = [mutant for mutant in mutants(written) if not all(dtd.validate(mutant) for dtd in published_dtds())]
    assert len(refused) > 40
    for mutant in refused:
        assert not taken(mutant), etree.tostring(mutant)
