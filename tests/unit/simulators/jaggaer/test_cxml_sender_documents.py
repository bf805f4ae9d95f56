"""What the pushed documents say, and that the published DTDs find them valid (fact sheet 6 and appendix)."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from simulators.jaggaer import cxml_invoice
from simulators.jaggaer.confirmation import Answer, LineAnswer
from simulators.jaggaer.life import Life
from simulators.jaggaer.life_play import Shares
from tests.unit.simulators.jaggaer.conftest import Jaggaer
from tests.unit.simulators.jaggaer.documents import item_out, j1p_line, j1p_order, order_request
from tests.unit.simulators.jaggaer.gateway import Gateway, gateway_of

SUPPLIER = {"supplierNumber": "S1", "name": "Chairs & Co"}
SPLIT = [
    LineAnswer(line=1, quantity=Decimal(3)),
    LineAnswer(line=1, answer=Answer.REJECTED, quantity=Decimal(1), comments="Sold out"),
    LineAnswer(line=2, answer=Answer.CHANGED, unit_price=Decimal("0.34"), delivery_date=date(2024, 3, 1)),
]


@pytest.fixture
def gateway(jaggaer: Jaggaer) -> Gateway:
    """Return the gateway of an instance with PO1 (5 and 3, over J1P) and PO2 (2, as cXML under payload-2)."""
    lines = [j1p_line(1, 5, 10), j1p_line(2, 3, "0.333")]
    jaggaer.import_order(j1p_order("PO1", lines=lines, total=None, supplier=SUPPLIER, businessUnit="Vision"), "b1")
    assert jaggaer.order(order_request("PO2", items=[item_out()]), "payload-2").code == 200
    return gateway_of(jaggaer)


def sent(gateway: Gateway, act: Callable[[Life], Any], **settings: Any) -> etree._Element:
    """Do something and return the request that it makes JAGGAER push."""
    sender = gateway.jaggaer.simulator.sender
    assert sender.target is not None
    sender.target = sender.target.changed(settings)
    act(gateway.jaggaer.simulator.life)
    sender.push()
    return gateway.documents[-1][1][0]


def statuses(request: etree._Element) -> list[list[str]]:
    """Return line and ordered quantity of each item, and type and quantity of its statuses."""
    return [
        [item.get("lineNumber", ""), item.get("quantity", "")]
        + [f"{one.get('type')} {one.get('quantity')}" for one in item.iterchildren("ConfirmationStatus")]
        for item in request.iterchildren("ConfirmationItem")
    ]


@pytest.mark.parametrize(
    ("answer", "kind"), [(Answer.ACCEPTED, "accept"), (Answer.REJECTED, "reject"), (Answer.BACKORDERED, "backordered")]
)
def test_a_whole_order_is_confirmed_without_items(gateway: Gateway, answer: Answer, kind: str) -> None:
    request = sent(gateway, lambda life: life.confirm("PO2", answer=answer, number="C", comments="Because"))

    header = request[0]
    assert {name: header.get(name) for name in ("type", "confirmID", "operation")} == {
        "type": kind,
        "confirmID": "C",
        "operation": "new",
    }
    assert (header.findtext("Comments"), statuses(request)) == ("Because", [])
    assert (request[1].get("orderID"), request[1][0].get("payloadID")) == ("PO2", "payload-2")


@pytest.mark.parametrize(
    ("partial", "expected"),
    [
        ("detail", [["1", "5", "accept 3", "reject 1", "unknown 1"], ["2", "3", "detail 3"]]),
        ("except", [["1", "5", "accept 3", "reject 1", "unknown 1"], ["2", "3", "detail 3"]]),
        ("allDetail", [["1", "5", "allDetail 3", "reject 1", "unknown 1"], ["2", "3", "allDetail 3"]]),
    ],
)
def test_quantities_of_statuses_come_to_what_was_ordered(gateway: Gateway, partial: str, expected: Any) -> None:
    request = sent(gateway, lambda life: life.confirm("PO1", SPLIT), partial_type=partial)

    assert (request[0].get("type"), statuses(request)) == (partial, expected)
    assert request[1][0].get("payloadID") == ""
    changed = request[3][-1]
    assert (changed.findtext("UnitPrice/Money"), changed.get("deliveryDate")) == ("0.34", "2024-03-01T00:00:00+00:00")


def test_an_exception_leaves_out_what_is_accepted_as_ordered(gateway: Gateway) -> None:
    answers = [LineAnswer(line=1), LineAnswer(line=2, answer=Answer.REJECTED)]
    request = sent(gateway, lambda life: life.confirm("PO1", answers), partial_type="except")
    assert statuses(request) == [["2", "3", "reject 3"]]


def test_an_update_names_the_document_before_it(gateway: Gateway) -> None:
    sent(gateway, lambda life: life.confirm("PO1", SPLIT, number="C"))
    sent(gateway, lambda life: life.confirm("PO1", SPLIT[:1], number="C"))
    request = sent(gateway, lambda life: life.confirm("PO1", SPLIT[2:], number="C"))

    header = request[0]
    assert (header.get("operation"), header.get("confirmID")) == ("update", "C")
    assert header[0].get("payloadID") == gateway.documents[1].get("payloadID")
    assert len({document.get("payloadID") for document in gateway.documents}) == 3


def receipt_lines(request: etree._Element) -> list[tuple[str | None, ...]]:
    return [
        (item.get("receiptLineNumber"), item[0].get("lineNumber"), item.get("quantity"), item.get("type"))
        for item in request.iter("ReceiptItem")
    ]


def test_a_receipt_of_several_orders_has_a_group_for_each(gateway: Gateway) -> None:
    request = sent(gateway, lambda life: life.receive("PO1", [(1, 2), (2, "1.5")], also={"PO2": [(1, 2)]}))

    assert [order.get("orderID") for order in request.iter("OrderReference")] == ["PO1", "PO2"]
    assert receipt_lines(request) == [
        ("1", "1", "2", "received"),
        ("2", "2", "1.5", "received"),
        ("3", "1", "2", "received"),
    ]
    assert [money.text for money in request.findall(".//ReceivedAmount/Money")] == ["20.00", "0.50", "10.00"]
    assert request.findtext("Total/Money") == "30.50"


def test_a_correction_is_a_negative_quantity_that_names_its_receipt(gateway: Gateway) -> None:
    sent(gateway, lambda life: life.receive("PO1", [(1, 5), (2, 3)]))
    request = sent(gateway, lambda life: life.correct_receipt("RCT90001", {1: 2}))
    assert receipt_lines(request) == [("1", "1", "-3", "received")]
    assert request[0].get("receiptID") == "RCT90001-1"
    assert request[0].findtext("Extrinsic[@name='AribaNetwork.ReceiptId']") == "RCT90001"
    assert request.findtext("Total/Money") == "-30.00"

    request = sent(gateway, lambda life: life.cancel_receipt("RCT90001"))
    assert receipt_lines(request) == [("1", "1", "-2", "received"), ("2", "2", "-3", "received")]
    assert request[0].get("receiptID") == "RCT90001-2"


def test_a_return_has_a_positive_quantity_and_a_type(gateway: Gateway) -> None:
    sent(gateway, lambda life: life.receive("PO1", [(1, 5)]))
    request = sent(gateway, lambda life: life.return_goods("PO1", [(1, 1)]))
    assert receipt_lines(request) == [("1", "1", "1", "returned")]
    assert request.findtext("Total/Money") == "-10.00"


def test_a_receipt_may_say_no_amounts_and_no_payload_id(gateway: Gateway) -> None:
    request = sent(gateway, lambda life: life.receive("PO2", [(1, 1)]), zero_amounts=True)
    assert {money.text for money in request.iter("Money")} == {"0"}
    assert request.findall(".//DocumentReference")[0].get("payloadID") == ""


def test_a_change_that_comes_to_nothing_is_not_pushed(gateway: Gateway) -> None:
    sent(gateway, lambda life: life.receive("PO1", [(1, 5)]))
    gateway.jaggaer.simulator.life.correct_receipt("RCT90001", {1: 5})
    assert gateway.jaggaer.simulator.sender.push() == []


def test_a_ship_notice_names_lines_or_the_whole_order(gateway: Gateway) -> None:
    request = sent(gateway, lambda life: life.ship("PO1", [(1, 2)]))
    assert [item.get("quantity") for item in request.iter("ShipNoticeItem")] == ["2"]
    request = sent(gateway, lambda life: life.ship("PO1"))
    assert list(request.iter("ShipNoticeItem")) == []


def test_an_invoice_adds_up_and_is_deleted_by_reference(gateway: Gateway) -> None:
    request = sent(gateway, lambda life: life.invoice("PO1", [(1, 5), (2, 3)], number="I-1", tax="4.10", shipping=5))
    summary = {part.tag: part.findtext("Money") for part in request.findall("InvoiceDetailSummary/*")}
    assert summary == {
        "SubtotalAmount": "51.00",
        "Tax": "4.10",
        "ShippingAmount": "5",
        "GrossAmount": "60.10",
        "NetAmount": "60.10",
        "DueAmount": "60.10",
    }
    assert request.findtext(".//InvoiceDetailItem[2]/UnitPrice/Money") == "0.333"
    taken = cxml_invoice.draft_from(request, "S1")
    assert (taken.number, taken.supplier, taken.total) == ("I-1", "S1", Decimal("60.10"))
    first = gateway.documents[-1].get("payloadID")

    request = sent(gateway, lambda life: life.cancel_invoice("I-1"))
    assert request[0].get("operation") == "delete"
    assert request[0].find("DocumentReference").get("payloadID") == first  # type: ignore[union-attr]


def test_a_credit_memo_is_negative_line_by_line(gateway: Gateway) -> None:
    sent(gateway, lambda life: life.invoice("PO1", [(1, 5)], number="I-1", tax="4.10"))
    request = sent(gateway, lambda life: life.credit_memo("I-1"))
    assert request[0].get("purpose") == "lineLevelCreditMemo"
    item = request.find(".//InvoiceDetailItem")
    assert item is not None
    assert (item.get("quantity"), item.findtext("UnitPrice/Money")) == ("-5", "10")
    assert item.findtext("SubtotalAmount/Money") == "-50.00"
    assert request.findtext("InvoiceDetailSummary/NetAmount/Money") == "-54.10"
    assert request.find(".//InvoiceIDInfo").get("invoiceID") == "I-1"  # type: ignore[union-attr]


@pytest.mark.parametrize("partial", ["detail", "except", "allDetail"])
def test_every_document_is_valid_by_the_published_dtds(gateway: Gateway, shared: Path, partial: str) -> None:
    life, sender = gateway.jaggaer.simulator.life, gateway.jaggaer.simulator.sender
    assert sender.target is not None
    file = {"name": "a.pdf", "content": "x"}
    sender.target = sender.target.changed({"partial_type": partial, "attachment": file})
    for number in ("C", "C"):
        life.confirm("PO1", SPLIT, number=number)
    life.confirm("PO2", answer=Answer.REJECTED, comments="No")
    life.ship("PO1")
    life.ship("PO1", [(1, 1)])
    receipt = life.receive("PO1", [(1, 5)], also={"PO2": [(1, 2)]}, amounts=[(2, "0.99")])
    life.correct_receipt(receipt.number, {1: 4})
    life.return_goods("PO1", [(1, 1)])
    life.cancel_receipt(receipt.number)
    life.invoice("PO1", [(1, 5), (2, 3)], number="I-1", tax=1, shipping=2)
    life.credit_memo("I-1")
    life.cancel_invoice("I-1")
    life.play(["PO1"], 5, shares=Shares(partly_rejected=1, returned=1, credited=1, corrected=1))
    sender.push()
    sender.profile()
    sender.status_update("p", invoice_status="paid")

    kinds = set()
    for document in gateway.documents:
        tag = str(document[1][0].tag)
        dtd = published(shared / "cxml-dtd" / "1.2.048" / MODULES.get(tag, "Fulfill.dtd"))
        assert dtd.validate(document), (tag, dtd.error_log)
        kinds.add(tag)
    assert kinds == {*MODULES, "ConfirmationRequest", "ReceiptRequest", "ShipNoticeRequest"}


@cache
def published(module: Path) -> etree.DTD:
    return etree.DTD(str(module))


MODULES = {
    "InvoiceDetailRequest": "InvoiceDetail.dtd",
    "ProfileRequest": "cXML.dtd",
    "StatusUpdateRequest": "cXML.dtd",
}
