"""The grammar of what we take against the published DTDs, on published documents and on ones with every part read."""

from collections.abc import Iterator

import pytest
from lxml import etree

from schemas.cxml import deviations
from schemas.cxml.safe_xml import Element, parse
from schemas.cxml.validation import RECEIVED, InvalidCxml, validate
from tests.fixtures.received import Pushed, confirmation, receipt
from tests.properties.cxml_mutants import mutants
from tests.unit.schemas_cxml.documents import published

MODULES = {
    "ConfirmationRequest": "Fulfill",
    "ReceiptRequest": "Fulfill",
    "ShipNoticeRequest": "Fulfill",
    "InvoiceDetailRequest": "InvoiceDetail",
    "StatusUpdateRequest": "cXML",
    "ProfileRequest": "cXML",
}
SAMPLES = (
    "confirmation-01-detail-lines-accepted.xml",
    "confirmation-03-partial-accept-reject.xml",
    "shipnotice-01.xml",
    "invoice-01-tax-at-line.xml",
    "invoice-03-supplier-to-jaggaer.xml",
    "statusupdate-01.xml",
    "profile-01-request.xml",
)
TOLERATED = ("no timestamp", "no UserAgent", "has no UnitOfMeasure", "has no DocumentReference")


def documents() -> Iterator[Element]:
    for name in SAMPLES:
        yield parse(published("cxml-samples", name).read_bytes())
    for content in (receipt(), confirmation()):
        yield parse(Pushed(content=content).document())


def dtd_for(root: Element) -> etree.DTD:
    request = root.find("Request/*")
    assert request is not None
    return etree.DTD(str(published("cxml-dtd", "1.2.048", f"{MODULES[str(request.tag)]}.dtd")))


def taken(root: Element) -> bool:
    try:
        validate(root, RECEIVED)
    except InvalidCxml:
        return False
    return True


def test_published_documents_are_taken() -> None:
    for root in documents():
        assert dtd_for(root).validate(root)
        validate(root, RECEIVED)


def test_of_single_changes_we_take_what_the_dtd_takes_and_refuse_or_record_the_rest() -> None:
    refused = 0
    for root in documents():
        dtd = dtd_for(root)
        for mutant in mutants(root):
            if dtd.validate(mutant):
                validate(mutant, RECEIVED)
            elif not _inside_what_may_hold_anything(mutant):
                refused += 1
                odd = " ".join(deviations.of(mutant))
                assert not taken(mutant) or any(word in odd for word in TOLERATED), etree.tostring(mutant)
    assert refused > 1_000


@pytest.mark.parametrize(
    ("name", "old", "new", "element"),
    [
        ("shipnotice-01.xml", b'shipmentID="S2-123"', b'shipmentID=" "', "ShipNoticeHeader"),
        ("invoice-01-tax-at-line.xml", b'invoiceLineNumber="1" quantity="1"', b'invoiceLineNumber="1" quantity="x"',
         "InvoiceDetailItem"),
        ("invoice-01-tax-at-line.xml", b'<Money currency="USD">30<', b'<Money currency="USD">30 USD<', "Money"),
        ("invoice-01-tax-at-line.xml", b'<Money currency="USD">30<', b'<Money currency="$">30<', "Money"),
        ("confirmation-01-detail-lines-accepted.xml", b"<UnitOfMeasure>RM<", b"<UnitOfMeasure> <", "UnitOfMeasure"),
        ("statusupdate-01.xml", b'code="200"', b'code="OK"', "Status"),
        ("profile-01-request.xml", b'payloadID="payload-id"', b'payloadID=""', "cXML"),
    ],
)  # fmt: skip
def test_what_a_dtd_cannot_say_is_checked(name: str, old: bytes, new: bytes, element: str) -> None:
    data = published("cxml-samples", name).read_bytes()
    assert old in data
    with pytest.raises(InvalidCxml) as refused:
        validate(parse(data.replace(old, new, 1)), RECEIVED)
    assert refused.value.element.rsplit("/", 1)[-1].split("[")[0] == element


def _inside_what_may_hold_anything(mutant: Element) -> bool:
    return next(mutant.iter("Renamed"), None) is not None and mutant.find(".//Extrinsic//Renamed") is not None
