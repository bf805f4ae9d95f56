"""Every Status the cXML door answers, in the order its checks are made (fact sheet 5.1 to 5.3)."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from simulators.jaggaer.options import Sender
from simulators.jaggaer.order import State
from tests.unit.simulators.jaggaer.conftest import Jaggaer, read_status
from tests.unit.simulators.jaggaer.documents import cxml, item_out, order_request


def test_a_new_order_is_held_and_in_the_journal(jaggaer: Jaggaer) -> None:
    status = jaggaer.order(order_request())

    assert (status.code, status.text, status.http) == (200, "OK", 200)
    order = jaggaer.simulator.orders.get("PO1")
    assert order is not None
    assert (order.state, order.total, order.currency, order.last_key) == (State.OPEN, Decimal(10), "USD", "payload-1")
    detail = jaggaer.last()
    assert {name: detail[name] for name in ("door", "type", "order_version", "dedupe_key", "total", "lines")} == {
        "door": "cxml",
        "type": "new",
        "order_version": 1,
        "dedupe_key": "payload-1",
        "total": "10.00",
        "lines": 1,
    }


def test_a_profile_request_lists_what_is_supported(jaggaer: Jaggaer) -> None:
    answer = jaggaer.send(cxml("<ProfileRequest/>"))

    assert read_status(answer).code == 200
    assert 'requestName="OrderRequest"' in answer.text
    assert jaggaer.kinds() == []


NOT_TAKEN: list[tuple[str, bytes, int, str]] = [
    ("not well-formed", b"<cXML>", 406, "XML Error"),
    ("empty", b"", 406, "XML Error"),
    ("another root", b"<PurchaseOrderMessage/>", 406, "root element"),
    ("no payloadID", cxml(order_request(), payload_id=""), 406, "payloadID"),
    ("no request", b'<cXML payloadID="1" timestamp="2"><Header><Sender/></Header></cXML>', 406, "cXML/Request"),
    ("an empty request", cxml(""), 406, "Request is empty"),
    (
        "an entity",
        cxml(order_request("&e;"), doctype='<!DOCTYPE cXML [<!ENTITY e "PO1">]>'),
        406,
        "declares entities",
    ),
    (
        "an external entity",
        cxml("<OrderRequest>&e;</OrderRequest>", doctype='<!DOCTYPE cXML [<!ENTITY e SYSTEM "file:///etc/passwd">]>'),
        406,
        "declares entities",
    ),
    ("an undeclared entity", cxml("<OrderRequest>&e;</OrderRequest>"), 406, "entit"),
    ("a wrong secret", cxml(order_request(), sender=("NetworkID", "ml-connector", "guessed")), 401, "Sender"),
    ("another sender", cxml(order_request(), sender=("NetworkID", "someone", "simulated-secret")), 401, "Sender"),
    ("another domain", cxml(order_request(), sender=("DUNS", "ml-connector", "simulated-secret")), 401, "Sender"),
    ("a test document", cxml(order_request(), mode="test"), 400, "production"),
    ("an odd mode", cxml(order_request(), mode="staging"), 406, "staging"),
    ("another request", cxml("<ConfirmationRequest/>"), 450, "ConfirmationRequest"),
    ("no header", cxml("<OrderRequest/>"), 406, "OrderRequestHeader"),
    ("no items", cxml(order_request(items=[])), 406, "ItemOut"),
    ("an empty number", cxml(order_request("")), 400, "orderID"),
    ("an odd type", cxml(order_request(attributes=' type="replace"')), 406, "'replace'"),
    ("an odd version", cxml(order_request(attributes=' orderVersion="0"')), 400, "'0'"),
    ("a total with commas", cxml(order_request(total="1,000.00")), 400, "'1,000.00'"),
    ("a total that is not the sum", cxml(order_request(total="10.01")), 400, "total 10.01 USD"),
    ("a repeated line", cxml(order_request(items=[item_out(), item_out()], total="20")), 400, "lineNumber 1 occurs"),
    ("a negative quantity", cxml(order_request(items=[item_out(quantity="-2")])), 400, "-2"),
    ("a quantity in words", cxml(order_request(items=[item_out(quantity="two")])), 400, "'two'"),
    ("an odd line number", cxml(order_request(items=[item_out().replace('"1"', '"A"')])), 400, "'A'"),
    ("another currency in a line", cxml(order_request().replace("USD", "EUR", 1)), 400, "'USD'"),
    (
        "a price per nothing",
        cxml(order_request(items=[item_out(extra='<PriceBasisQuantity quantity="0" conversionFactor="1"/>')])),
        400,
        "PriceBasisQuantity",
    ),
    ("no BillTo", cxml(order_request().replace("BillTo", "SoldTo")), 406, "BillTo"),
    ("no unit", cxml(order_request().replace("UnitOfMeasure", "Unit")), 406, "UnitOfMeasure"),
]


@pytest.mark.parametrize(
    ("document", "code", "words"), [case[1:] for case in NOT_TAKEN], ids=[case[0] for case in NOT_TAKEN]
)
def test_what_is_not_taken_gets_its_status_and_has_no_effect(
    jaggaer: Jaggaer, document: bytes, code: int, words: str
) -> None:
    status = jaggaer.status(document)

    assert (status.code, status.http) == (code, 200)
    assert words in status.detail
    assert jaggaer.kinds() == ["order_refused"]
    assert jaggaer.last()["code"] == code
    assert len(jaggaer.simulator.orders) == 0


PER_HUNDRED = (
    '<PriceBasisQuantity quantity="100" conversionFactor="1"><UnitOfMeasure>EA</UnitOfMeasure></PriceBasisQuantity>'
)
TAKEN: list[tuple[str, bytes]] = [
    ("application/xml without a DOCTYPE", cxml(order_request(), doctype="")),
    ("a domain in another case", cxml(order_request(), sender=("networkid", "ml-connector", "simulated-secret"))),
    ("mode production", cxml(order_request(), mode="production")),
    ("no line number", cxml(order_request(items=[item_out(None), item_out(None)], total="20"))),
    ("a cancelled line", cxml(order_request(items=[item_out(), item_out(2, "0")]))),
    ("a price per hundred", cxml(order_request(items=[item_out(quantity="200", extra=PER_HUNDRED)]))),
    (
        "a total with shipping and tax",
        cxml(
            order_request(
                total="13.00",
                charges='<Shipping><Money currency="USD">2.00</Money><Description xml:lang="en"/></Shipping>'
                '<Tax><Money currency="USD">1.00</Money><Description xml:lang="en"/></Tax>',
            )
        ),
    ),
    ("an Extrinsic nobody knows", cxml(order_request(charges='<Extrinsic name="colour">red</Extrinsic>'))),
]


@pytest.mark.parametrize("document", [case[1] for case in TAKEN], ids=[case[0] for case in TAKEN])
def test_what_keeps_the_rules_is_taken(jaggaer: Jaggaer, document: bytes) -> None:
    assert jaggaer.status(document).code == 200
    assert jaggaer.kinds() == ["order_applied"]


def test_a_duns_number_compares_without_dashes(instance: Callable[..., Jaggaer]) -> None:
    jaggaer = instance(senders=(Sender(domain="DUNS", identity="12-345-6789", secret="s"),))
    assert jaggaer.status(cxml(order_request(), sender=("duns", "123456789", "s"))).code == 200


def test_a_test_address_takes_test_documents(instance: Callable[..., Jaggaer]) -> None:
    jaggaer = instance(cxml_test_deployment=True)
    assert jaggaer.status(cxml(order_request(), mode="test")).code == 200


@pytest.mark.parametrize("code", ["CEN", "E48", "MIL", "EA", "KGM"])
def test_codes_of_recommendation_20_are_in_the_list(jaggaer: Jaggaer, code: str) -> None:
    jaggaer.simulator.switch(reject_unknown_units=True)
    assert jaggaer.order(order_request(items=[item_out(uom=code)])).code == 200


def test_an_unknown_unit_is_refused_only_where_the_instance_is_strict(jaggaer: Jaggaer) -> None:
    jaggaer.simulator.switch(reject_unknown_units=True)
    assert jaggaer.order(order_request(items=[item_out(uom="BAG")])).code == 400
    jaggaer.simulator.switch(reject_unknown_units=False)
    assert jaggaer.order(order_request(items=[item_out(uom="BAG")]), "payload-2").code == 200


@pytest.mark.parametrize("start", ["<doc@x>", None])
def test_an_order_with_attachments_is_taken(jaggaer: Jaggaer, start: str | None) -> None:
    parts = [
        b"Content-Type: application/pdf\r\nContent-ID: <pdf@x>\r\n\r\n%PDF",
        b"Content-Type: text/xml; charset=UTF-8\r\nContent-ID: <doc@x>\r\n\r\n" + cxml(order_request()),
    ]
    body = b"".join(b"--b\r\n" + part + b"\r\n" for part in parts) + b"--b--\r\n"
    start_parameter = f'; start="{start}"' if start else ""

    answer = jaggaer.send(body, f'multipart/related; boundary="b"; type="text/xml"{start_parameter}')
    assert read_status(answer).code == 200


def test_an_attachment_without_a_document_is_not_acceptable(jaggaer: Jaggaer) -> None:
    body = b"--b\r\nContent-Type: application/pdf\r\n\r\n%PDF\r\n--b--\r\n"
    assert read_status(jaggaer.send(body, "multipart/related; boundary=b")).code == 406


def test_a_declared_encoding_counts_more_than_the_http_charset(jaggaer: Jaggaer) -> None:
    document = cxml(order_request("PÖ1")).decode().replace("UTF-8", "ISO-8859-1").encode("latin-1")
    assert read_status(jaggaer.send(document, "text/xml; charset=UTF-8")).code == 200
    assert "PÖ1" in jaggaer.simulator.orders


def test_http_may_carry_the_refusal_too(jaggaer: Jaggaer) -> None:
    jaggaer.simulator.switch(cxml_http_errors=True)
    status = jaggaer.order(order_request(total="1"))
    assert (status.code, status.http) == (400, 400)


def test_a_refusal_may_be_a_page_of_html(jaggaer: Jaggaer) -> None:
    jaggaer.simulator.switch(cxml_html_errors=True)
    answer = jaggaer.send(cxml(order_request(total="1")))
    assert (answer.status_code, answer.headers["content-type"]) == (500, "text/html; charset=utf-8")
    assert jaggaer.order(order_request(), "payload-2").code == 200
