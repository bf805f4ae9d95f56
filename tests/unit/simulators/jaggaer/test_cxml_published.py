"""The published samples and DTDs: what others wrote gets the answer the rules say, and what is answered is valid."""

from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from simulators.jaggaer.options import Sender
from tests.unit.simulators.jaggaer.conftest import Jaggaer
from tests.unit.simulators.jaggaer.documents import (
    cxml,
    header_invoice,
    invoice_item,
    invoice_request,
    order_request,
    status_update,
)

SENDERS = (
    Sender(domain="NetworkID", identity="inbound@prominate-platform.com", secret="secret"),
    Sender(domain="NetworkID", identity="DAN_Coupa", secret="secret"),
    Sender(domain="baba.com", identity="hilton1", secret="secret"),
)


@pytest.mark.parametrize(
    ("sample", "production", "test"),
    [
        ("order-01-new.xml", 400, 200),
        ("order-02-new-built.xml", 401, 401),  # its sender comes without a secret
        ("order-03-office-supplies.xml", 200, 200),
        ("order-04-broken-structure.xml", 400, 406),
        ("confirmation-01-detail-lines-accepted.xml", 401, 401),
    ],
)
@pytest.mark.parametrize("version", ["", "1.2.048"])
def test_a_published_sample_gets_the_answer_the_rules_say(
    instance: Callable[..., Jaggaer], shared: Path, sample: str, production: int, test: int, version: str
) -> None:
    document = (shared / "cxml-samples" / sample).read_bytes()
    folder = shared / "cxml-dtd" / version if version else None

    for for_test, code in ((False, production), (True, test)):
        jaggaer = instance(senders=SENDERS, cxml_test_deployment=for_test, dtd_folder=folder)
        assert jaggaer.status(document).code == code
        assert ("order_applied" in jaggaer.kinds()) == (code == 200)


INVOICE_SENDERS = (
    Sender(domain="DUNS", identity="supplierid", secret="secret"),
    Sender(domain="DUNS", identity="153531108", secret="secret"),
    Sender(domain="NetworkId", identity="AN00000123", secret="secret"),
)


@pytest.mark.parametrize(
    ("sample", "code", "total"),
    [
        ("invoice-01-tax-at-line.xml", 200, "408"),  # its NetAmount is empty: 365 and charges of 8, 5 and 30
        ("invoice-02-tax-at-total.xml", 200, "408"),
        ("invoice-03-supplier-to-jaggaer.xml", 200, "18.34"),
        ("statusupdate-01.xml", 417, ""),  # it is about a document that was never sent here
    ],
)
@pytest.mark.parametrize("version", ["", "1.2.048"])
def test_a_published_invoice_or_update_gets_the_answer_the_rules_say(
    instance: Callable[..., Jaggaer], shared: Path, sample: str, code: int, total: str, version: str
) -> None:
    folder = shared / "cxml-dtd" / version if version else None
    jaggaer = instance(senders=INVOICE_SENDERS, cxml_test_deployment=True, dtd_folder=folder)

    assert jaggaer.status((shared / "cxml-samples" / sample).read_bytes()).code == code
    assert [entry["total"] for entry in jaggaer.entries("invoice_applied")] == ([total] if total else [])


@pytest.mark.parametrize("request_element", [invoice_request(), header_invoice(), status_update("")])
def test_our_own_samples_are_valid_by_the_published_dtd(
    instance: Callable[..., Jaggaer], shared: Path, request_element: str
) -> None:
    jaggaer = instance(dtd_folder=shared / "cxml-dtd" / "1.2.048")
    assert jaggaer.status(cxml(request_element)).code in (200, 417)


def test_an_invoice_that_its_dtd_forbids_is_refused_with_the_line(
    instance: Callable[..., Jaggaer], shared: Path
) -> None:
    jaggaer = instance(dtd_folder=shared / "cxml-dtd" / "1.2.048")
    status = jaggaer.status(cxml(invoice_request(items=invoice_item(extra="<Colour/>"))))
    assert (status.code, "at line 1" in status.detail) == (406, True)


def test_a_sample_whose_sender_is_known_by_its_secret_is_taken(instance: Callable[..., Jaggaer], shared: Path) -> None:
    jaggaer = instance(senders=SENDERS)
    document = (shared / "cxml-samples" / "order-02-new-built.xml").read_bytes()
    plain, signed_end = b"</Identity>\n            </Credential>\n            <UserAgent>", b"</Credential><UserAgent>"
    signed = document.replace(plain, b"</Identity><SharedSecret>secret</SharedSecret>" + signed_end)
    assert signed != document

    assert jaggaer.status(signed).code == 200
    order = jaggaer.simulator.orders.get("myorder-1")
    assert order is not None
    assert str(order.total) == "3420.60"


def test_a_dtd_failure_names_element_and_line(instance: Callable[..., Jaggaer], shared: Path) -> None:
    jaggaer = instance(dtd_folder=shared / "cxml-dtd" / "1.2.048")
    status = jaggaer.order(order_request(charges="<Colour>red</Colour>"))

    assert status.code == 406
    assert "Colour" in status.detail
    assert "at line 1" in status.detail


def test_answers_are_valid_by_the_published_dtd(jaggaer: Jaggaer, shared: Path) -> None:
    dtd = etree.DTD(str(shared / "cxml-dtd" / "1.2.014" / "cXML.dtd"))
    documents = [
        cxml(order_request()),
        cxml(order_request(total="1"), payload_id="payload-2"),
        cxml("<ProfileRequest/>", payload_id="payload-3"),
        cxml(invoice_request(), payload_id="payload-4"),
        cxml(status_update("", reference="nothing"), payload_id="payload-5"),
        b"no XML",
    ]

    for document in documents:
        assert dtd.validate(etree.fromstring(jaggaer.send(document).content)), dtd.error_log


def test_a_folder_without_a_dtd_is_refused_at_the_start(instance: Callable[..., Jaggaer], tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"there is no cXML\.dtd in"):
        instance(dtd_folder=tmp_path)
