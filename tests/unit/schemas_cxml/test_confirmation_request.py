"""Confirmations of others: published samples are read, oddities forgiven and noted, nonsense refused by name."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from schemas.acknowledgment import AcknowledgmentType, LineStatusType, Operation
from schemas.cxml.confirmation_request import identify, parse
from schemas.cxml.safe_xml import parse as parse_xml
from schemas.cxml.validation import RECEIVED, validate
from schemas.money import Money
from schemas.refusals import RefusalClass, Refused
from tests.acknowledgment_factories import NOTICED_AT, acknowledgment, as_cxml, line, status
from tests.unit.schemas_cxml.documents import published

ACCEPTED = as_cxml(acknowledgment(AcknowledgmentType.DETAIL, line(1)))
READ = {
    "confirmation-01-detail-lines-accepted.xml": ("400-2591453-0", {1: ["accept"], 2: ["accept"], 3: ["accept"]}, 0),
    "confirmation-03-partial-accept-reject.xml": ("EXTPO-LL-Test-319", {1: ["accept"], 2: ["accept", "reject"]}, 1),
}


def changed(old: str, new: str) -> bytes:
    assert old.encode() in ACCEPTED
    return ACCEPTED.replace(old.encode(), new.encode())


@pytest.mark.parametrize("name", READ)
def test_a_published_confirmation_is_read(name: str) -> None:
    order, lines, deviations = READ[name]

    read = parse(published("cxml-samples", name).read_bytes())

    assert (read.type, read.order_number) == (AcknowledgmentType.DETAIL, order)
    assert {one.number: [told.type for told in one.statuses] for one in read.lines} == lines
    assert len(read.deviations) == deviations


def test_every_published_confirmation_is_known() -> None:
    folder = published("cxml-samples")
    assert {path.name for path in folder.glob("confirmation-*")} == set(READ)


@pytest.mark.parametrize("name", ["order-01-new.xml", "shipnotice-01.xml", "profile-01-request.xml"])
def test_another_document_is_refused_for_what_it_is_not(name: str) -> None:
    with pytest.raises(Refused, match="holds no ConfirmationRequest"):
        parse(published("cxml-samples", name).read_bytes())


def test_a_published_confirmation_says_prices_days_and_texts() -> None:
    read = parse(published("cxml-samples", "confirmation-03-partial-accept-reject.xml").read_bytes())
    told = read.lines[1].statuses[1]
    assert (told.quantity, told.unit_price, told.currency) == (Decimal(2), Decimal("100.0"), "USD")
    assert (told.delivery, told.comments) == (date(2025, 2, 25), "Comment for line 2 - quantity changed")
    assert read.comments == "Look's great, but for the price."
    assert read.total == Money(amount=Decimal(10000), currency="USD")
    assert read.noticed_at == datetime(2000, 10, 14, 2, 39, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("old", "new", "noted"),
    [
        (
            '<ConfirmationStatus quantity="10" type="accept"><UnitOfMeasure>EA</UnitOfMeasure>',
            '<ConfirmationStatus quantity="10" type="accept">',
            "a ConfirmationStatus of line 1 has no UnitOfMeasure",
        ),
        ('lineNumber="1" quantity="10"><UnitOfMeasure>EA</UnitOfMeasure>', 'lineNumber="1" quantity="10">', "1 has"),
        ('<DocumentReference payloadID="7.0.abc@ml-connector"/>', '<DocumentReference payloadID=" "/>', "orderID"),
        ('<DocumentReference payloadID="7.0.abc@ml-connector"/>', "", "known by its orderID"),
        ('noticeDate="2025-03-06T08:15:00+00:00"', 'noticeDate="2025-03-06T08:15:00"', "taken as UTC"),
        ('noticeDate="2025-03-06T08:15:00+00:00"', 'noticeDate="6 March"', "timestamp counts"),
    ],
)  # fmt: skip
def test_what_is_clear_all_the_same_is_read_and_noted(old: str, new: str, noted: str) -> None:
    read = parse(changed(old, new))

    assert len(read.deviations) == 1
    assert noted in read.deviations[0]
    assert replace(read, deviations=()) == parse(ACCEPTED)


def test_a_status_of_nothing_says_nothing() -> None:
    status_of_none = '<ConfirmationStatus quantity="0" type="reject"/></ConfirmationItem>'
    assert parse(changed("</ConfirmationItem>", status_of_none)).lines == parse(ACCEPTED).lines


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('orderID="US164861"', 'orderID=" "', "the OrderReference has no orderID"),
        ('type="detail"', 'type="perhaps"', "expected one of accept, reject, except, detail, allDetail"),
        ('operation="new"', 'operation="delete"', "expected one of new, update"),
        ('type="detail"', 'type="reject"', "status accept contradicts an acknowledgment of type reject"),
        ('type="detail"', 'type="allDetail"', "status accept contradicts"),
        ('lineNumber="1"', 'lineNumber=""', "a ConfirmationItem has no lineNumber"),
        ('lineNumber="1"', 'lineNumber="1.5"', "a whole number was expected"),
        ('lineNumber="1" quantity="10"', 'lineNumber="1" quantity="11"', "sum to 10, the line's is 11"),
        ('lineNumber="1" quantity="10"', 'lineNumber="1" quantity="ten"', "a decimal number was expected"),
        ('quantity="10" type="accept"', 'quantity="-10" type="accept"', "a quantity is greater than 0"),
        ("<UnitOfMeasure>EA</UnitOfMeasure><Conf", "<UnitOfMeasure>BX</UnitOfMeasure><Conf", "is in BX and EA at once"),
        ('quantity="10" type="accept"', 'quantity="10" type="accept" deliveryDate="soon"', "not a day"),
        ("ConfirmationHeader", "ConfirmationHead", "lacks its ConfirmationHeader"),
        ("</ConfirmationItem>", "", "it cannot be read: line 1"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused_with_the_reason(old: str, new: str, said: str) -> None:
    with pytest.raises(Refused) as caught:
        parse(changed(old, new))

    assert said in caught.value.refusal.reason
    assert caught.value.refusal.category is RefusalClass.INVALID


@pytest.mark.parametrize("kind", ["except", "detail", "allDetail", "replace"])
def test_a_type_that_speaks_of_lines_must_list_some(kind: str) -> None:
    with pytest.raises(Refused, match="none is listed"):
        parse(as_cxml(acknowledgment(AcknowledgmentType(kind))))


def test_a_line_is_answered_once() -> None:
    with pytest.raises(Refused, match="more than once"):
        parse(as_cxml(acknowledgment(AcknowledgmentType.DETAIL, line(1), line(1))))


def test_a_full_picture_is_read_with_its_item() -> None:
    told = status(LineStatusType.ALL_DETAIL, substitute="V-7724", unit_price=Decimal("150.00"), currency="USD")
    said = acknowledgment(AcknowledgmentType.ALL_DETAIL, line(1, told))
    assert parse(as_cxml(said)) == said


def test_an_update_is_another_version_of_the_same_document() -> None:
    first = acknowledgment()
    update = acknowledgment(
        AcknowledgmentType.REJECT,
        operation=Operation.UPDATE,
        payload_id="4.5.6@supplier.example",
        replaces=first.payload_id,
        noticed_at=NOTICED_AT.replace(hour=9),
    )
    one, other = identify(as_cxml(first)), identify(as_cxml(update))
    assert one.key == other.key == "US164861;SO-778812"
    assert one.number == "US164861"
    assert one.changed_at < other.changed_at
    assert one.content_hash != other.content_hash


def test_without_a_confirm_id_the_document_is_known_by_the_payload_id_that_it_has_or_replaces() -> None:
    first = acknowledgment(confirmation_id=None)
    update = replace(first, operation=Operation.UPDATE, payload_id="4@x", replaces=first.payload_id)
    other = replace(first, payload_id="5@x")
    keys = [identify(as_cxml(one)).key for one in (first, update, other)]
    assert keys[0] == keys[1] == "US164861;1.2.3%40supplier.example"
    assert keys[2] != keys[0]


def test_two_names_never_make_one_key() -> None:
    keys = {
        identify(as_cxml(acknowledgment(order_number=order, confirmation_id=name))).key
        for order, name in (("A;B", "C"), ("A", "B;C"), ("A%3BB", "C"))
    }
    assert len(keys) == 3


def test_a_document_without_any_name_is_refused() -> None:
    nameless = as_cxml(acknowledgment(confirmation_id=None, payload_id=None))
    with pytest.raises(Refused, match="neither a confirmID nor a payloadID"):
        identify(nameless)


@pytest.mark.parametrize(
    "odd",
    [
        ('type="accept"><UnitOfMeasure>EA</UnitOfMeasure>', 'type="accept">'),
        ('<DocumentReference payloadID="7.0.abc@ml-connector"/>', ""),
        ('<DocumentReference payloadID="7.0.abc@ml-connector"/>', '<DocumentReference payloadID=""/>'),
    ],
)
def test_what_the_reader_forgives_the_gateway_lets_in(odd: tuple[str, str]) -> None:
    request = parse_xml(changed(*odd)).find("Request/ConfirmationRequest")
    envelope = parse_xml(published("cxml-samples", "confirmation-01-detail-lines-accepted.xml").read_bytes())
    outer = envelope.find("Request")
    assert outer is not None
    assert request is not None
    outer[:] = [request]
    validate(envelope, RECEIVED)
