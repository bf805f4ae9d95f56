"""cXML payment states: which word, whether more may follow, and what is paid."""

from decimal import Decimal

import pytest

from schemas.cxml.safe_xml import parse as parse_xml
from schemas.cxml.status_update_request import build, parse, same_content
from schemas.cxml.values import UnreadableCxml
from schemas.invoice import Invoice, InvoiceStatus
from schemas.money import Money
from tests.intents import CANCEL, CREATE, UPDATE
from tests.invoice_factories import invoice
from tests.unit.schemas_cxml.documents import LAYOUT, published, published_dtds
from tests.unit.schemas_cxml.invoices import status_document

PART = Money(amount=Decimal("1000.50"), currency="USD")


def state(status: InvoiceStatus, paid: Money | None = None) -> Invoice:
    return invoice(status=status, paid=paid)


@pytest.mark.parametrize(
    ("document", "word", "code", "paid"),
    [
        (state(InvoiceStatus.NOT_VALIDATED), "processing", 201, None),
        (state(InvoiceStatus.VALIDATED), "reconciled", 201, None),
        (state(InvoiceStatus.PARTLY_PAID, PART), "paying", 201, PART),
        (state(InvoiceStatus.PAID, invoice().total), "paid", 200, None),
        (state(InvoiceStatus.PAID, PART), "paid", 200, PART),
        (state(InvoiceStatus.PAID, Money(amount=Decimal(9), currency="EUR")), "paid", 200, None),
        (state(InvoiceStatus.CANCELED, Money(amount=Decimal(0), currency="USD")), "canceled", 200, None),
    ],
)
def test_a_state_is_said_and_read_back(document: Invoice, word: str, code: int, paid: Money | None) -> None:
    read = parse(status_document(document))
    assert (read.number, read.type, read.code, read.paid) == ("AND_Invoice_0001", word, code, paid)
    assert read.invoice_date is not None
    assert read.invoice_date.date() == document.invoice_date
    assert (read.document_reference, read.original_request_id) == (None, CREATE.dedupe_key)


@pytest.mark.parametrize("status", InvoiceStatus)
def test_every_state_is_valid_for_the_oldest_and_the_usual_dtd(status: InvoiceStatus) -> None:
    for dtd in published_dtds():
        dtd.assertValid(parse_xml(status_document(state(status, PART))))


def test_later_states_go_in_the_same_form() -> None:
    paid = state(InvoiceStatus.PAID, invoice().total)
    for intent in (UPDATE, CANCEL):
        assert same_content(parse(status_document(paid, intent)), parse(status_document(paid)))


def test_only_the_state_is_content() -> None:
    paid = build(state(InvoiceStatus.PAID, invoice().total), layout=LAYOUT)
    other_text = build(invoice(status=InvoiceStatus.PAID, paid=invoice().total, description="x"), layout=LAYOUT)
    assert paid == other_text
    assert paid != build(state(InvoiceStatus.CANCELED), layout=LAYOUT)


def test_another_state_or_amount_is_another_content() -> None:
    part = parse(build(state(InvoiceStatus.PARTLY_PAID, PART), layout=LAYOUT))
    more = Money(amount=Decimal("1000.51"), currency="USD")
    for other in (state(InvoiceStatus.PAID, PART), state(InvoiceStatus.PARTLY_PAID, more)):
        assert not same_content(part, parse(build(other, layout=LAYOUT)))


def test_the_published_update_is_read() -> None:
    read = parse(published("cxml-samples", "statusupdate-01.xml").read_bytes())
    assert (read.number, read.type) == (None, None)
    assert (read.code, read.text, read.detail) == (200, "OK", "Forwarded to supplier")
    assert read.document_reference == "0c300508b7863dcclb_14999"


@pytest.mark.parametrize("strange", [b"<cXML/>", b"<StatusUpdateRequest/>"])
def test_what_is_no_status_update_is_refused(strange: bytes) -> None:
    with pytest.raises(UnreadableCxml):
        parse(strange)
