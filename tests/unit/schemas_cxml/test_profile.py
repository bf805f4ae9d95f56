"""The ProfileRequest that we send, and what we read of the answer to it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from schemas.cxml import profile_request, profile_response
from schemas.cxml.order_request import CxmlLayout
from schemas.cxml.profile_response import Profile, Transaction
from schemas.cxml.safe_xml import NotSafeXml, parse
from schemas.cxml.validation import InvalidCxml, validate
from tests.unit.schemas_cxml.documents import CREDENTIALS, LAYOUT, published, published_dtds

NOW = datetime(2025, 3, 6, 8, 0, tzinfo=UTC)
OFFER = (
    '<ProfileResponse effectiveDate="2024-01-01T00:00:00Z"><Option name="Locale">en</Option>'
    '<Transaction requestName="OrderRequest"><URL> https://hub.example/cxml </URL><Option name="x">1</Option>'
    '</Transaction><Transaction requestName="ProfileRequest"><URL/></Transaction></ProfileResponse>'
)


def request(layout: CxmlLayout = LAYOUT) -> bytes:
    return profile_request.build(
        payload_id="ping.1@ml-connector", stated_at=NOW, credentials=CREDENTIALS, layout=layout
    )


def answer(offer: str = OFFER, *, doctype: str = "", attributes: str = "") -> bytes:
    status = '<Status code="200" text="OK"/>'
    return (
        f'<?xml version="1.0"?>\n{doctype}<cXML payloadID="1@x" timestamp="2025-03-06T08:00:00Z"{attributes}>'
        f"<Response>{status}{offer}</Response></cXML>"
    ).encode()


def test_the_request_asks_nothing_but_carries_our_credentials() -> None:
    root = parse(request(CxmlLayout(test=True)))

    assert [child.tag for child in root.iterfind("Request/*")] == ["ProfileRequest"]
    assert root.find("Request[@deploymentMode='test']/ProfileRequest[.='']") is not None
    assert (root.get("payloadID"), root.get("timestamp")) == ("ping.1@ml-connector", "2025-03-06T08:00:00+00:00")
    assert root.findtext("Header/Sender/Credential/SharedSecret") == "hush-hush"


def test_the_request_has_the_shape_of_the_published_one() -> None:
    theirs = parse(published("cxml-samples", "profile-01-request.xml").read_bytes())

    ours = parse(request())
    path = "Request/*"
    assert [one.tag for one in ours.iterfind(path)] == [one.tag for one in theirs.iterfind(path)] == ["ProfileRequest"]
    assert {one.tag for one in theirs.iterfind("Header/*")} >= {one.tag for one in ours.iterfind("Header/*")}


def test_request_and_answer_are_valid_for_the_published_dtds() -> None:
    for dtd in published_dtds():
        dtd.assertValid(parse(request()))
        dtd.assertValid(parse(answer()))


@pytest.mark.parametrize(
    "wrong",
    [
        OFFER.replace(' effectiveDate="2024-01-01T00:00:00Z"', ""),
        OFFER.replace("2024-01-01T00:00:00Z", "2024-01-01"),
        OFFER.replace("<URL/>", ""),
        OFFER.replace(' requestName="OrderRequest"', ""),
        OFFER.replace(' name="Locale"', ""),
        '<ProfileResponse effectiveDate="2024-01-01T00:00:00Z"/>',
    ],
)
def test_our_grammar_takes_an_offer_and_refuses_a_wrong_one(wrong: str) -> None:
    validate(parse(answer()))
    with pytest.raises(InvalidCxml):
        validate(parse(answer(wrong)))


def test_a_profile_request_holds_nothing() -> None:
    with pytest.raises(InvalidCxml, match="ProfileRequest"):
        validate(parse(request().replace(b"<ProfileRequest/>", b"<ProfileRequest>x</ProfileRequest>")))


def test_credentials_that_no_document_could_carry_are_refused() -> None:
    with pytest.raises(InvalidCxml, match="Credential takes: domain"):
        profile_request.build(
            payload_id="1", stated_at=NOW, credentials=replace(CREDENTIALS, sender_domain=""), layout=LAYOUT
        )


def test_transactions_are_read_with_their_addresses() -> None:
    read = profile_response.parse(answer())

    assert read == Profile(
        version=None,
        effective="2024-01-01T00:00:00Z",
        transactions=(
            Transaction(request_name="OrderRequest", url="https://hub.example/cxml"),
            Transaction(request_name="ProfileRequest", url=""),
        ),
    )
    assert read.offer("OrderRequest") is read.transactions[0]
    assert read.offer("InvoiceDetailRequest") is None


def test_the_version_is_the_doctypes_or_else_the_attributes() -> None:
    doctype = '<!DOCTYPE cXML SYSTEM "http://xml.cxml.org/schemas/cXML/1.2.048/cXML.dtd">'
    by_doctype = profile_response.parse(answer(doctype=doctype, attributes=' version="1.2.014"'))
    by_attribute = profile_response.parse(answer(attributes=' version="1.2.014"'))

    assert by_doctype is not None
    assert by_attribute is not None
    assert (by_doctype.version, by_attribute.version) == ("1.2.048", "1.2.014")


def test_an_answer_without_an_offer_has_no_profile() -> None:
    assert profile_response.parse(answer("")) is None
    with pytest.raises(NotSafeXml):
        profile_response.parse(b"<html>")
