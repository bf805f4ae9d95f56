"""J1P receipts and cXML ReceiptRequests, read into canonical form or refused with the exact reason."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from schemas.cxml import receipt_request
from schemas.j1p import receipt as j1p
from schemas.j1p.receipt import J1pReceiptLayout
from schemas.money import Money
from schemas.receipt import ReceiptKind
from schemas.refusals import Refused
from tests.receipts import cxml_item, cxml_receipt, j1p_line, j1p_receipt

LAYOUT = J1pReceiptLayout()


def test_a_quantity_receipt_is_known_by_its_id_and_has_no_amount_in_the_books() -> None:
    identity = j1p.identify(j1p_receipt(), LAYOUT)
    assert (identity.key, identity.number, identity.business_unit) == ("90001", "RCT90001", "Vision Operations")
    assert (identity.amount, identity.currency) == (None, None)


def test_a_cost_receipt_is_worth_what_was_received_less_what_went_back() -> None:
    cost = {"quantity": None, "unitOfMeasure": None, "currency": "USD"}
    row = j1p_receipt(
        j1p_line(1, amount=Decimal("100.10"), **cost),
        j1p_line(2, amount=Decimal("30.05"), action="Returned", **cost),
        j1p_line(3, amount=Decimal(7), action="Cancelled", **cost),
    )
    identity = j1p.identify(row, LAYOUT)
    assert (identity.amount, identity.currency) == (Decimal("70.05"), "USD")


def test_a_touch_is_no_new_content_and_a_corrected_quantity_is() -> None:
    first = j1p.identify(j1p_receipt(), LAYOUT).content_hash
    assert j1p.identify(j1p_receipt(lastUpdate="2025-04-01T00:00:00.000Z"), LAYOUT).content_hash == first
    assert j1p.identify(j1p_receipt(j1p_line(quantity="3")), LAYOUT).content_hash != first


def test_fields_are_read_by_the_customers_names() -> None:
    row = j1p_receipt({"nr": 1, **j1p_line(lineNumber=None)}, receivedBy=None, receiver="dock 4")
    found = j1p.parse(row, J1pReceiptLayout(names={"receivedBy": "receiver", "lineNumber": "nr"}))
    assert (found.received_by, found.lines[0].number) == ("dock 4", 1)


@pytest.mark.parametrize(
    ("changes", "field", "reason"),
    [
        ({"action": "Lost"}, "lineList.line[0].action", "Received, Returned or Cancelled"),
        ({"quantity": "four"}, "lineList.line[0].quantity", "not a number"),
        ({"quantity": None}, "lineList.line[0].quantity", "how much was received"),
        ({"quantity": "-1", "action": "Returned"}, "lineList.line[0].quantity", "positive number"),
        ({"poNumber": None}, "lineList.line[0].poNumber", "cannot do without"),
        ({"poLineNumber": "1.5"}, "lineList.line[0].poLineNumber", "whole number"),
        ({"quantity": None, "amount": 5, "currency": "XXY"}, "lineList.line[0].currency", "ISO 4217"),
    ],
)
def test_a_line_that_cannot_be_read_is_refused_with_its_path(changes: Any, field: str, reason: str) -> None:
    with pytest.raises(Refused, match=reason) as caught:
        j1p.parse(j1p_receipt(j1p_line(**changes)), LAYOUT)
    assert caught.value.refusal.field == field


@pytest.mark.parametrize(
    ("changes", "field"), [({"receiptId": None}, "header.receiptId"), ({"lastUpdate": "soon"}, "header.lastUpdate")]
)
def test_a_receipt_that_cannot_be_told_from_others_is_refused(changes: Any, field: str) -> None:
    with pytest.raises(Refused) as caught:
        j1p.identify(j1p_receipt(**changes), LAYOUT)
    assert caught.value.refusal.field == field


def test_what_an_erp_makes_is_read_without_payload_ids_rates_and_totals() -> None:
    receipt = receipt_request.parse(cxml_receipt([cxml_item(1, 2, "3.50"), cxml_item(2, 1, "2-")]))
    assert receipt.key == "NetworkID/ERP/R-77"
    assert [(line.order_line, line.quantity, line.unit, line.amount) for line in receipt.lines] == [
        (2, Decimal("3.50"), "EA", None),
        (1, Decimal(-2), "EA", None),
    ]


def test_a_cost_has_the_sign_of_its_quantity() -> None:
    (line,) = receipt_request.parse(cxml_receipt([cxml_item(quantity="-1", amount="212.75")])).lines
    assert line.amount == Money(amount=Decimal("-212.75"), currency="USD")


def test_a_delete_cancels_every_line_and_what_closes_is_noted() -> None:
    gone = receipt_request.parse(cxml_receipt(header='operation="delete"'))
    assert {line.kind for line in gone.lines} == {ReceiptKind.CANCELED}
    (back,) = receipt_request.parse(cxml_receipt([cxml_item(more='type="returned" completedIndicator="yes"')])).lines
    assert (back.kind, back.last) == (ReceiptKind.RETURNED, True)


def test_a_version_is_the_same_content_whoever_sends_it_again() -> None:
    first = cxml_receipt()
    again = replace(first, cxml=first.cxml.replace("1@erp", "2@erp").replace("<ReceiptOrder>", "\n  <ReceiptOrder>"))
    assert receipt_request.identify(first).content_hash == receipt_request.identify(again).content_hash


@pytest.mark.parametrize(
    ("item", "field"),
    [
        (cxml_item(quantity="many"), "ReceiptOrder[1]/ReceiptItem[1]/@quantity"),
        (cxml_item(more='type="kept"'), "ReceiptOrder[1]/ReceiptItem[1]/@type"),
        (cxml_item(quantity="-2", more='type="returned"'), "ReceiptOrder[1]/ReceiptItem[1]/@quantity"),
        ("<ReceiptItem receiptLineNumber='1' quantity='1'/>", "ReceiptOrder[1]/ReceiptItem[1]/ReceiptItemReference"),
    ],
)
def test_an_item_that_cannot_be_read_is_refused_with_its_path(item: str, field: str) -> None:
    with pytest.raises(Refused) as caught:
        receipt_request.parse(cxml_receipt([item]))
    assert caught.value.refusal.field == field


def test_a_document_of_another_kind_is_refused() -> None:
    other = replace(cxml_receipt(), cxml="<cXML><Request><ProfileRequest/></Request></cXML>")
    with pytest.raises(Refused, match="holds no ReceiptRequest"):
        receipt_request.identify(other)
