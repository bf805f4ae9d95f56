"""Pushing: retries with the same bytes, what ends them, what the journal has of them, and odd bytes (5.2, 5.3, 7)."""

from collections.abc import Callable
from email.message import Message
from email.parser import BytesParser
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from simulators.jaggaer.cxml_sender import Delivery, Outcome
from simulators.jaggaer.cxml_sender_target import Attachment, CxmlTarget, Pushed
from simulators.jaggaer.invoice import PaymentStatus
from tests.unit.simulators.jaggaer.conftest import Jaggaer
from tests.unit.simulators.jaggaer.documents import cxml, j1p_order, status_update
from tests.unit.simulators.jaggaer.gateway import URL, answer, gateway_of, lost

HTML: Callable[[], httpx.Response] = lambda: httpx.Response(500, content=b"<html>oops</html>")  # noqa: E731
EMPTY: Callable[[], httpx.Response] = lambda: httpx.Response(200)  # noqa: E731


@pytest.fixture
def ordered(jaggaer: Jaggaer) -> Jaggaer:
    """Return an instance with an order of 2 chairs."""
    jaggaer.import_order(j1p_order(supplier={"supplierNumber": "S1"}))
    return jaggaer


def pushed(jaggaer: Jaggaer) -> Delivery:
    (delivery,) = jaggaer.simulator.sender.push()
    return delivery


def test_a_document_is_tried_with_the_same_bytes_until_an_answer_is_final(ordered: Jaggaer) -> None:
    gateway = gateway_of(ordered, lost, HTML, EMPTY, lambda: answer(560), lambda: answer(200, http=500))
    ordered.simulator.life.receive("PO1", [(1, 2)])
    delivery = pushed(ordered)

    assert (delivery.outcome, delivery.code, delivery.tries) == (Outcome.DELIVERED, 200, 5)
    assert len({request.content for request in gateway.requests}) == 1
    assert gateway.documents[0].get("payloadID") == delivery.payload_id
    assert [entry["attempt"] for entry in ordered.entries("cxml_sent")] == [1, 2, 3, 4, 5]
    assert [(one["attempt"], one["http"]) for one in ordered.entries("cxml_unanswered")] == [
        (1, None),
        (2, 500),
        (3, 200),
    ]
    assert [(one["code"], one["http"]) for one in ordered.entries("cxml_answered")] == [(560, 200), (200, 500)]
    assert ordered.entries("cxml_answered")[0]["key"] == "RCT90001"


@pytest.mark.parametrize(
    ("code", "outcome"), [(201, "delivered"), (280, "delivered"), (400, "refused"), (499, "refused")]
)
def test_a_success_and_a_refusal_are_final(ordered: Jaggaer, code: int, outcome: str) -> None:
    gateway = gateway_of(ordered, lambda: answer(code))
    ordered.simulator.life.confirm("PO1")
    delivery = pushed(ordered)

    assert (delivery.outcome, delivery.tries, len(gateway.requests)) == (Outcome(outcome), 1, 1)
    assert ordered.simulator.sender.push() == []


def test_a_document_is_given_up_after_its_tries_and_the_next_one_goes_on(ordered: Jaggaer) -> None:
    gateway_of(ordered, lost, lost, lost, lambda: answer(200), tries=3)
    ordered.simulator.life.confirm("PO1")
    ordered.simulator.life.receive("PO1", [(1, 1)])
    first, second = ordered.simulator.sender.push()

    assert (first.outcome, first.tries, first.code) == (Outcome.GIVEN_UP, 3, None)
    assert second.outcome is Outcome.DELIVERED
    assert [entry["payload_id"] for entry in ordered.entries("cxml_given_up")] == [first.payload_id]


def test_only_what_is_chosen_is_pushed_and_all_is_listed(ordered: Jaggaer) -> None:
    gateway = gateway_of(ordered, documents=["receipt"])
    life = ordered.simulator.life
    life.confirm("PO1")
    life.receive("PO1", [(1, 1)])
    life.invoice("PO1", [(1, 1)])
    ordered.simulator.sender.push()

    assert [document[1][0].tag for document in gateway.documents] == ["ReceiptRequest"]
    assert ordered.call("GET", "/receipts")["totRecords"] == 1


def test_what_is_pushed_at_once_is_sent_in_order_without_being_asked_for(ordered: Jaggaer) -> None:
    gateway = gateway_of(ordered, at_once=True)
    ordered.simulator.life.confirm("PO1")
    ordered.simulator.life.receive("PO1", [(1, 1)])
    ordered.simulator.sender._background.submit(lambda: None).result()  # it comes after all others

    assert [document[1][0].tag for document in gateway.documents] == ["ConfirmationRequest", "ReceiptRequest"]


def test_an_attachment_goes_along_as_multipart(ordered: Jaggaer) -> None:
    gateway = gateway_of(ordered)
    pdf = b"%PDF-1.7\r\n\x00\xff"
    ordered.simulator.sender.target = CxmlTarget(url=URL, attachment=Attachment(name="scan.pdf", content=pdf))
    ordered.simulator.life.invoice("PO1", [(1, 1)])
    ordered.simulator.sender.push()

    (request,) = gateway.requests
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
    message: Message = BytesParser().parsebytes(head + request.content)
    document, file = (part for part in message.walk() if not part.is_multipart())
    assert (document.get_content_type(), file.get_content_type()) == ("text/xml", "application/pdf")
    assert file.get_payload(decode=True) == pdf
    assert message.get_param("start") == document["Content-ID"]
    url = gateway.documents[0].findtext(".//Attachment/URL")
    assert f"<{(url or '').removeprefix('cid:')}>" == file["Content-ID"]


@pytest.mark.parametrize(
    ("spoiling", "well_formed"),
    [(None, True), ("latin_1", True), ("utf_16", True), ("false_utf_8", False), ("bare_ampersand", False)],
)
def test_bytes_may_be_odd_or_spoiled(ordered: Jaggaer, spoiling: str | None, *, well_formed: bool) -> None:
    gateway = gateway_of(ordered, spoiling=spoiling)
    ordered.simulator.life.receive("PO1", [(1, 1)])
    ordered.simulator.sender.push()
    (request,) = gateway.requests

    assert request.headers["content-type"] == "text/xml; charset=UTF-8"
    if well_formed:
        assert etree.fromstring(request.content).findtext(".//UserAgent") == "JAGGAER Réseau Orders & Invoices"
    else:
        with pytest.raises(etree.XMLSyntaxError):
            etree.fromstring(request.content)


def test_a_document_is_repeated_as_it_was_or_under_a_new_payload_id(ordered: Jaggaer) -> None:
    gateway = gateway_of(ordered)
    sender = ordered.simulator.sender
    ordered.simulator.life.receive("PO1", [(1, 1)])
    first = pushed(ordered)
    again = sender.repeat(Pushed.RECEIPT, "RCT90001")
    other = sender.repeat(Pushed.RECEIPT, "RCT90001", new_payload_id=True)

    one, two, three = gateway.requests
    assert (one.content == two.content, again.payload_id) == (True, first.payload_id)
    assert one.content.replace(first.payload_id.encode(), other.payload_id.encode()) == three.content != one.content
    with pytest.raises(ValueError, match="no receipt RCT1 was pushed"):
        sender.repeat(Pushed.RECEIPT, "RCT1")


FINAL = {"200": (Outcome.DELIVERED, 200), "409": (Outcome.REFUSED, 409)}
ANSWERS: dict[str, Callable[[], httpx.Response]] = {
    "lost": lost,
    "html": HTML,
    "empty": EMPTY,
    "302": lambda: answer(302),
    "500": lambda: answer(500),
    "200": lambda: answer(200, http=500),
    "409": lambda: answer(409),
}


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sequence=st.lists(st.sampled_from(sorted(ANSWERS)), min_size=1, max_size=6), tries=st.integers(1, 6))
def test_the_first_final_answer_within_the_tries_ends_a_document(
    ordered: Jaggaer, sequence: list[str], tries: int
) -> None:
    gateway = gateway_of(ordered, *[ANSWERS[word] for word in sequence], tries=tries)
    ordered.simulator.life.confirm("PO1")
    delivery = pushed(ordered)

    heard = [*sequence, *[sequence[-1]] * tries][:tries]
    final = next((position for position, word in enumerate(heard, start=1) if word in FINAL), None)
    expected = (Outcome.GIVEN_UP, tries) if final is None else (FINAL[heard[final - 1]][0], final)
    assert (delivery.outcome, delivery.tries) == expected
    assert (len(gateway.requests), len({one.content for one in gateway.requests})) == (expected[1], 1)


def test_without_a_target_nothing_is_pushed(ordered: Jaggaer) -> None:
    ordered.simulator.life.confirm("PO1")
    assert ordered.simulator.sender.push() == []
    with pytest.raises(ValueError, match="no target"):
        ordered.simulator.sender.profile()


def test_a_status_update_and_a_profile_request_are_sent_at_once(ordered: Jaggaer) -> None:
    gateway = gateway_of(ordered)
    sender = ordered.simulator.sender
    assert sender.profile().code == 200
    assert sender.status_update("p-1", detail="Reconciled", invoice_status="reconciled").outcome is Outcome.DELIVERED

    profile, update = (document[1][0] for document in gateway.documents)
    assert profile.tag == "ProfileRequest"
    assert [child.tag for child in update] == ["DocumentReference", "Status", "InvoiceStatus"]


def ask(jaggaer: Jaggaer, path: str = "push", method: str = "POST", body: Any = None) -> Any:
    answered = jaggaer.http.request(method, f"/admin/{path}", json=body)
    assert answered.status_code == 200, answered.text
    return answered.json()


def test_the_target_is_set_and_pushed_to_from_outside(ordered: Jaggaer) -> None:
    assert ask(ordered, method="GET") == {"waiting": 0, "target": None}
    gateway = gateway_of(ordered)
    shown = ask(ordered, body={"tries": 2, "documents": ["invoice"], "sender": ["DUNS", "123"], "retry_seconds": 0.5})
    assert "secret" not in shown["target"]
    assert (shown["target"]["tries"], shown["target"]["documents"]) == (2, ["invoice"])
    ask(ordered, "life/invoice", body={"po_number": "PO1", "lines": [[1, 1]]})
    assert ask(ordered, method="GET")["waiting"] == 1
    (delivery,) = ask(ordered, "push/now")
    assert (delivery["outcome"], delivery["request"]) == ("delivered", "InvoiceDetailRequest")
    assert ask(ordered, "push/profile")["code"] == 200
    assert ask(ordered, "push/repeat", body={"kind": "invoice", "number": delivery["number"]})["code"] == 200
    assert ask(ordered, "push/status", body={"payload_id": delivery["payload_id"]})["code"] == 200
    assert gateway.documents[0].findtext("Header/Sender/Credential/Identity") == "123"
    assert ask(ordered, method="DELETE")["target"] is None
    assert ordered.http.post("/admin/push/profile").status_code == 400


@pytest.mark.parametrize("body", [{}, {"url": "ftp://x"}, {"url": URL, "colour": 1}, {"url": URL, "tries": 0}, [], 3])
def test_a_target_that_is_none_is_refused(jaggaer: Jaggaer, body: Any) -> None:
    assert jaggaer.http.post("/admin/push", json=body).status_code == 400
    assert jaggaer.simulator.sender.target is None


def test_a_reset_forgets_the_target_and_what_waits(ordered: Jaggaer) -> None:
    gateway_of(ordered)
    ordered.simulator.life.confirm("PO1")
    ordered.simulator.reset()
    assert (ordered.simulator.sender.target, ordered.simulator.sender.waiting) == (None, 0)


def test_a_status_may_name_the_payload_id_under_which_an_invoice_was_pushed(ordered: Jaggaer) -> None:
    gateway_of(ordered, lambda: answer(200))
    made = ordered.simulator.life.invoice("PO1", [(1, 1)], number="SI-1")
    ordered.simulator.life.invoice("PO1", [(1, 1)], number="SI-1", supplier="S2")
    first, _ = ordered.simulator.sender.push()
    paid = '<InvoiceStatus type="paid"><InvoiceIDInfo invoiceID="SI-1"/></InvoiceStatus>'

    assert ordered.status(cxml(status_update(paid), payload_id="u-1")).code == 417
    assert ordered.status(cxml(status_update(paid, reference=first.payload_id), payload_id="u-2")).code == 200
    states = {one.key: one.payment_status for one in ordered.simulator.invoices}
    assert [key for key, state in states.items() if state is PaymentStatus.PAID] == [made.key]
