"""The XML messages: three levels of result, batches, parse errors, ids that are used once (fact sheet 3)."""

from decimal import Decimal
from typing import Any

import pytest
from lxml import etree

from simulators.jaggaer.business_faults import BusinessFault, BusinessFaultKind
from simulators.jaggaer.indirect import INVOICES_PATH, ORDERS_PATH, SUPPLIERS_PATH
from simulators.jaggaer.order import Door, State
from tests.unit.simulators.jaggaer import messages
from tests.unit.simulators.jaggaer.conftest import Jaggaer
from tests.unit.simulators.jaggaer.messages import buyer_invoice, purchase_order, supplier


def code(answer: etree._Element) -> int:
    return int(answer.findtext(".//Status/StatusCode") or 0)


def text(answer: etree._Element) -> str:
    return answer.findtext(".//Status/StatusText") or ""


def said(answer: etree._Element) -> list[str]:
    return [(one.text or "").strip() for one in answer.iter("ErrorMessage")]


def fault(jaggaer: Jaggaer, kind: BusinessFaultKind, **settings: Any) -> None:
    jaggaer.simulator.business_faults.add(BusinessFault(kind=kind, door=Door.INDIRECT, **settings))


def test_an_order_is_applied_and_answered_with_success_alone(jaggaer: Jaggaer) -> None:
    answer = jaggaer.message(ORDERS_PATH, messages.orders(purchase_order()))

    assert (answer.tag, code(answer), text(answer)) == ("PurchaseOrderMessage", 200, "Success")
    assert answer.findtext("Header/RelatedMessageId") == "m-1"
    assert answer.find("Header/Authentication") is None
    (applied,) = jaggaer.entries("order_applied")
    shown = [applied[name] for name in ("key", "door", "type", "revision", "dedupe_key", "total", "currency")]
    assert shown == ["PO1", "indirect", "new", 0, "m-1", "10", "USD"]
    (row,) = jaggaer.get("/PO1").json()["jipurchaseorderList"]["jipurchaseorder"]
    assert row["poLineList"]["poLine"][0]["item"]["unitOfMeasure"] == "EA"


def test_an_order_is_changed_and_cancelled_by_type(jaggaer: Jaggaer) -> None:
    jaggaer.message(ORDERS_PATH, messages.orders(purchase_order()))
    update = purchase_order(kind="update", revision="2", quantity="0")
    assert code(jaggaer.message(ORDERS_PATH, messages.orders(update, message_id="m-2"))) == 200
    stale = jaggaer.message(ORDERS_PATH, messages.orders(update, message_id="m-3"))
    assert (code(stale), text(stale)[:21]) == (400, "All documents failed.")
    assert "is not higher, so it is stale" in said(stale)[0]
    cancel = purchase_order(kind="cancel")
    assert code(jaggaer.message(ORDERS_PATH, messages.orders(cancel, message_id="m-4"))) == 200

    held = jaggaer.simulator.orders.get("PO1")
    assert held is not None
    assert (held.state, held.revision, held.total) == (State.CANCELED, 2, Decimal(0))


def test_a_document_that_fails_leaves_the_others_alone(jaggaer: Jaggaer) -> None:
    documents = (purchase_order("PO1"), purchase_order("PO2", quantity="two"), purchase_order("PO3"))
    answer = jaggaer.message(ORDERS_PATH, messages.orders(*documents))

    assert code(answer) == 400
    assert "Some documents failed. (Counts: Total documents attempted=3, Total documents completed=2." in text(answer)
    (reference,) = answer.iter("PurchaseOrderRef")
    assert (reference.get("ponumber"), "quantity 'two' is no number" in said(answer)[0]) == ("PO2", True)
    assert jaggaer.simulator.orders.keys() == ["PO1", "PO3"]
    assert jaggaer.kinds() == ["order_applied", "order_refused", "order_applied"]


@pytest.mark.parametrize("broken", ["<PurchaseOrder><POHeader></PurchaseOrder>", purchase_order("PO2", extra="<New/>")])
def test_a_parse_error_stops_the_batch_at_its_document(jaggaer: Jaggaer, broken: str) -> None:
    answer = jaggaer.message(ORDERS_PATH, messages.orders(purchase_order("PO1"), broken, purchase_order("PO3")))

    assert code(answer) == 500
    assert text(answer).startswith("Error while parsing the input / Some documents failed.")
    assert "attempted=2, Total documents completed=1." in text(answer)
    assert "XML Error" in said(answer)[0]
    assert " at line " in said(answer)[0]
    assert jaggaer.simulator.orders.keys() == ["PO1"]
    assert jaggaer.kinds() == ["order_applied", "message_refused"]


def test_a_message_that_breaks_off_between_documents_counts_only_those(jaggaer: Jaggaer) -> None:
    body = messages.orders(purchase_order("PO1")).replace(b"</PurchaseOrderMessage>", b"")
    answer = jaggaer.message(ORDERS_PATH, body)

    assert (code(answer), "attempted=1, Total documents completed=1." in text(answer)) == (500, True)


def test_a_misplaced_element_is_a_parse_error(jaggaer: Jaggaer) -> None:
    swapped = "<AddressList><Address><City>Rome</City><Name>HQ</Name></Address></AddressList>"
    answer = jaggaer.message(SUPPLIERS_PATH, messages.suppliers(supplier(extra=swapped)))

    assert (code(answer), said(answer)) == (500, ["XML Error : element Name is not allowed here in Address at line 1"])
    assert "All documents failed." in text(answer)
    assert len(jaggaer.simulator.suppliers) == 0


def test_suppliers_of_one_message_are_applied_and_read_over_j1p(jaggaer: Jaggaer) -> None:
    address = (
        '<AddressList><Address type="remitto" isChanged="T"><ERPNumber>300</ERPNumber><Active>true</Active></Address>'
        "</AddressList>"
    )
    body = messages.suppliers(supplier("S1", extra=address), supplier("S2", active="No"))
    answer = jaggaer.message(SUPPLIERS_PATH, body)

    assert text(answer) != text(answer).strip()
    assert "attempted=2, Total documents completed=2. Documents successful without warnings=2)" in text(answer)
    assert answer.find("SupplierResponseMessage") is not None
    (row,) = jaggaer.call("GET", "/suppliers/S1")["jisupplierList"]["jisupplier"]
    assert (row["erpNumber"], row["active"]) == ("S1", "true")
    assert row["addressList"] == {"address": [{"type": "remitto", "erpNumber": "300", "active": "true"}]}
    second = jaggaer.simulator.suppliers.get("S2")
    assert second is not None
    assert not second.active


def test_a_supplier_that_fails_is_named_by_its_erp_number(jaggaer: Jaggaer) -> None:
    answer = jaggaer.message(SUPPLIERS_PATH, messages.suppliers(supplier("S1", name=""), supplier("S2")))

    (errors,) = answer.iter("SupplierErrors")
    assert (errors.findtext("SupplierRef/ERPNumber") or "").strip() == "S1"
    assert "name is missing" in said(answer)[0]
    assert jaggaer.simulator.suppliers.keys() == ["S2"]


def test_an_invoice_is_applied_with_its_codes_and_refused_the_second_time(jaggaer: Jaggaer) -> None:
    coding = (
        '<SplittableFieldSetGroup><SplittableFieldIndexSet distributiontype="PercentOfPrice" context="Line">'
        '<SplittableFieldIndex distributionvalue="100" splitindex="0"><CustomFieldValue name="Account"><Value>5210'
        "</Value></CustomFieldValue></SplittableFieldIndex></SplittableFieldIndexSet></SplittableFieldSetGroup>"
    )
    body = messages.invoices(buyer_invoice(extra=coding))
    assert code(jaggaer.message(INVOICES_PATH, body)) == 200
    again = jaggaer.message(INVOICES_PATH, messages.invoices(buyer_invoice(), message_id="m-2"))

    assert (code(again), next(again.iter("BuyerInvoiceOcrRef")).get("supplierInvoiceNumber")) == (400, "INV1")
    (applied,) = jaggaer.entries("invoice_applied")
    assert (applied["supplier"], applied["total"], applied["business_unit"]) == ("S1", "10", "Vision")
    jaggaer.simulator.switch(strict_accounts=True)
    other = messages.invoices(buyer_invoice("INV2", extra=coding), message_id="m-3")
    assert "value '5210' of custom field Account" in said(jaggaer.message(INVOICES_PATH, other))[0]


def test_a_wrong_sum_fails_the_invoice(jaggaer: Jaggaer) -> None:
    answer = jaggaer.message(INVOICES_PATH, messages.invoices(buyer_invoice(total="11")))
    assert "is not what the lines come to" in said(answer)[0]


def test_a_message_id_is_used_once(jaggaer: Jaggaer) -> None:
    first, second = messages.orders(purchase_order("PO1")), messages.orders(purchase_order("PO2"))
    assert code(jaggaer.message(ORDERS_PATH, first)) == 200
    assert [code(jaggaer.message(ORDERS_PATH, body)) for body in (first, second)] == [409, 409]
    assert jaggaer.kinds() == ["order_applied", "message_refused", "message_refused"]


def test_a_repeat_gets_the_first_answer_where_the_instance_likes_that(jaggaer: Jaggaer) -> None:
    jaggaer.simulator.switch(repeat_message_answer=True)
    body = messages.orders(purchase_order())
    answers = [jaggaer.http.post(ORDERS_PATH, content=body).content for _ in range(2)]

    assert answers[0] == answers[1]
    assert jaggaer.kinds() == ["order_applied", "duplicate_answered"]


def test_a_message_without_effect_may_come_again(jaggaer: Jaggaer) -> None:
    fault(jaggaer, BusinessFaultKind.REFUSE, times=1)
    body = messages.orders(purchase_order())
    assert [code(jaggaer.message(ORDERS_PATH, body)) for _ in range(2)] == [500, 200]


@pytest.mark.parametrize("sender", [("ml-connector", "wrong"), ("somebody", "simulated-secret"), ("", "")])
def test_an_unknown_sender_has_no_effect(jaggaer: Jaggaer, sender: tuple[str, str]) -> None:
    answer = jaggaer.message(ORDERS_PATH, messages.orders(purchase_order(), sender=sender))

    assert (code(answer), "attempted=0" in text(answer)) == (401, True)
    assert len(jaggaer.simulator.orders) == 0


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"", 500),
        (b"not xml", 500),
        (b"<Other/>", 406),
        (messages.suppliers(supplier()), 406),
        (messages.orders(), 406),
        (messages.orders(purchase_order(), message_id=" "), 406),
        (b"<PurchaseOrderMessage>" + purchase_order().encode() + b"</PurchaseOrderMessage>", 406),
        (b'<!DOCTYPE PurchaseOrderMessage [<!ENTITY a "b">]>' + messages.orders(purchase_order())[38:], 406),
        (messages.orders("<Quotation/>"), 500),
        (messages.orders(purchase_order(extra="<ExternalInfo>" + "<a>" * 60 + "</a>" * 60 + "</ExternalInfo>")), 500),
    ],
)
def test_what_is_no_message_is_refused_as_a_whole(jaggaer: Jaggaer, body: bytes, expected: int) -> None:
    assert code(jaggaer.message(ORDERS_PATH, body)) == expected
    assert jaggaer.kinds() == ["message_refused"]


def test_partial_success_says_success_over_an_error(jaggaer: Jaggaer) -> None:
    fault(jaggaer, BusinessFaultKind.PARTIAL, prefix="S2", text="no")
    answer = jaggaer.message(SUPPLIERS_PATH, messages.suppliers(supplier("S1"), supplier("S2")))

    assert (code(answer), said(answer)) == (200, ["S2: no"])
    assert "attempted=2, Total documents completed=1." in text(answer)
    assert jaggaer.simulator.suppliers.keys() == ["S1"]


@pytest.mark.parametrize(
    ("kind", "status", "body"),
    [
        (BusinessFaultKind.UNREADABLE, 200, b"<html>"),
        (BusinessFaultKind.EMPTY, 200, b""),
        (BusinessFaultKind.ACCEPTED, 201, b"<?xml "),
    ],
)
def test_a_spoiled_answer_hides_an_effect_that_stands(
    jaggaer: Jaggaer, kind: BusinessFaultKind, status: int, body: bytes
) -> None:
    fault(jaggaer, kind)
    answer = jaggaer.http.post(ORDERS_PATH, content=messages.orders(purchase_order()))

    assert (answer.status_code, answer.content[:6]) == (status, body)
    assert "PO1" in jaggaer.simulator.orders
