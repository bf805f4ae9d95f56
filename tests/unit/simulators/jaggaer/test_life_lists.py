"""What JAGGAER makes by itself, as J1P lists it: confirmations, receipts, invoices and masters (fact sheet 2)."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from simulators.jaggaer.bill import InvoiceSource
from simulators.jaggaer.confirmation import Answer, LineAnswer
from simulators.jaggaer.simulator import JaggaerSimulator
from tests.unit.simulators.jaggaer.conftest import Jaggaer
from tests.unit.simulators.jaggaer.documents import invoice_ocr, j1p_line, j1p_order

NOW = "2024-02-14T10:00:00.000Z"


@pytest.fixture
def ordered(jaggaer: Jaggaer) -> Jaggaer:
    """Return an instance with PO1 (5 chairs and 3 more), PO2 (2), PO3 in euros of another supplier, PO4 of none."""
    supplier = {"supplierNumber": "S1", "name": "Chairs Ltd"}
    lines = [j1p_line(1, 5, 10), j1p_line(2, "3", "0.333")]
    jaggaer.import_order(
        j1p_order("PO1", lines=lines, total=None, supplier=supplier, businessUnit={"internalName": "Vision"}), "b1"
    )
    jaggaer.import_order(j1p_order("PO2", supplier=supplier), "b2")
    foreign = j1p_line(1, 1, 1) | {"lineCharges": {"unitPrice": {"currency": "EUR", "value": 1}}}
    euros = j1p_order("PO3", total=None, lines=[foreign], supplier="S3")
    euros["poHeader"]["currency"] = "EUR"
    jaggaer.import_order(euros, "b3")
    jaggaer.import_order(j1p_order("PO4"), "b4")
    return jaggaer


def listed(jaggaer: Jaggaer, path: str, outer: str, inner: str, **query: str) -> list[dict[str, Any]]:
    answer = jaggaer.call("GET", path, **query)
    found: list[dict[str, Any]] = answer[outer][inner]
    assert answer["returnedRecords"] == len(found)
    return found


def confirmations(jaggaer: Jaggaer, **query: str) -> list[dict[str, Any]]:
    return listed(jaggaer, "/purchaseorders/confirmations", "jiconfirmationList", "jiconfirmation", **query)


def receipts(jaggaer: Jaggaer, **query: str) -> list[dict[str, Any]]:
    return listed(jaggaer, "/receipts", "jireceiptList", "jireceipt", **query)


def invoices(jaggaer: Jaggaer, **query: str) -> list[dict[str, Any]]:
    return [row["header"] for row in listed(jaggaer, "/invoices", "jiinvoiceList", "jiinvoice", **query)]


def suppliers(jaggaer: Jaggaer, **query: str) -> list[dict[str, Any]]:
    return listed(jaggaer, "/suppliers", "jisupplierList", "jisupplier", **query)


def test_a_partial_confirmation_is_one_row_per_line_and_answer(ordered: Jaggaer) -> None:
    answers = [
        LineAnswer(line=1, quantity=Decimal(3)),
        LineAnswer(line=1, answer=Answer.REJECTED, quantity=Decimal(2), comments="Sold out"),
        LineAnswer(
            line=2, answer=Answer.CHANGED, unit_price=Decimal("0.34"), delivery_date=date(2024, 3, 1), comments="Late"
        ),
    ]
    ordered.simulator.life.confirm("PO1", answers, number="C-1")

    first, second, third = confirmations(ordered)
    assert first == {
        "confirmationId": 70001,
        "confirmationNumber": "C-1",
        "poNumber": "PO1",
        "poLineNumber": "1",
        "status": "Accepted",
        "quantity": "3",
        "unitOfMeasure": "EA",
        "noticeDate": NOW,
        "businessUnit": {"internalName": "Vision"},
        "lastUpdate": NOW,
    }
    assert (second["status"], second["quantity"], second["comments"]) == ("Rejected", "2", "Sold out")
    assert third["unitPrice"] == {"currency": "USD", "money": 0.34}
    assert third["deliveryDate"] == "2024-03-01T00:00:00.000Z"
    (entry,) = ordered.entries("confirmed")
    assert (entry["key"], entry["confirmation"], entry["round"], entry["business_unit"]) == ("PO1", "C-1", 0, "Vision")
    assert [(line["line"], line["answer"], line["quantity"]) for line in entry["lines"]] == [
        (1, "Accepted", "3"),
        (1, "Rejected", "2"),
        (2, "Changed", "3"),
    ]


def test_a_whole_order_is_accepted_or_rejected_and_an_update_takes_the_places(ordered: Jaggaer) -> None:
    life = ordered.simulator.life
    life.confirm("PO1", answer=Answer.REJECTED, comments="No", number="C-1")
    ordered.clock.advance(60)
    life.confirm("PO1", [LineAnswer(line=2)], number="C-1")

    (row,) = confirmations(ordered)
    assert (row["confirmationId"], row["poLineNumber"], row["status"]) == (70002, "2", "Accepted")
    assert row["lastUpdate"] == "2024-02-14T10:01:00.000Z"
    assert [entry["round"] for entry in ordered.entries("confirmed")] == [0, 1]
    assert confirmations(ordered, flt="LASTUPDATE>=20240214100101") == []
    assert len(confirmations(ordered, flt="LASTUPDATE>=20240214100100;PONUMBER==PO1")) == 1


def test_a_receipt_is_listed_read_corrected_and_cancelled(ordered: Jaggaer) -> None:
    life = ordered.simulator.life
    receipt = life.receive("PO1", [(1, 2), (2, "1.5")], also={"PO2": [(1, 2)]}, packing_slip="PS-1")
    assert receipts(ordered) == [
        {
            "header": {
                "receiptId": 90001,
                "receiptNumber": "RCT90001",
                "receiptDate": NOW,
                "receivedBy": "warehouse",
                "packingSlipNumber": "PS-1",
                "businessUnit": {"internalName": "Vision"},
                "lastUpdate": NOW,
            },
            "lineList": {
                "line": [
                    shown(1, "PO1", "1", quantity="2", unitOfMeasure="EA"),
                    shown(2, "PO1", "2", quantity="1.5", unitOfMeasure="EA"),
                    shown(3, "PO2", "1", quantity="2", unitOfMeasure="EA"),
                ]
            },
        }
    ]
    ordered.clock.advance(1)
    life.correct_receipt(receipt.number, {1: 1})
    life.cancel_receipt(receipt.number, [3])

    read = ordered.call("GET", "/receipts/90001")
    lines = read["lineList"]["line"]
    assert [(line["quantity"], line["action"]) for line in lines] == [
        ("1", "Received"),
        ("1.5", "Received"),
        ("2", "Cancelled"),
    ]
    assert read["header"]["lastUpdate"] == "2024-02-14T10:00:01.000Z"
    assert (life.received("PO1", 1), life.received("PO2", 1)) == (Decimal(1), Decimal(0))
    (entry,) = ordered.entries("receipt_corrected")
    assert (entry["lines"][0]["quantity"], entry["lines"][0]["quantity_before"]) == ("1", "2")
    assert (entry["total"], entry["currency"]) == ("20.50", "USD")
    assert [one["key"] for one in ordered.entries("receipt_cancelled")] == ["RCT90001"]
    assert ordered.call("GET", "/receipts/1")["returnCode"] == 404


def shown(number: int, po_number: str, po_line: str, **counted: Any) -> dict[str, Any]:
    return {"lineNumber": number, "poNumber": po_number, "poLineNumber": po_line, "action": "Received", **counted}


def test_a_cost_is_received_and_goods_go_back_as_receipts_of_their_own(ordered: Jaggaer) -> None:
    life = ordered.simulator.life
    life.receive("PO1", [], amounts=[(2, "0.99")])
    life.receive("PO1", [(1, 5)])
    life.return_goods("PO1", [(1, 2)])

    cost, _, back = receipts(ordered)
    assert cost["lineList"]["line"] == [shown(1, "PO1", "2", amount=0.99, currency="USD")]
    assert back["lineList"]["line"] == [shown(1, "PO1", "1", quantity="2", unitOfMeasure="EA") | {"action": "Returned"}]
    assert life.received("PO1", 1) == 3
    assert [entry["total"] for entry in ordered.entries("returned")] == ["20.00"]


def test_supplier_invoices_stand_beside_the_imported_ones(ordered: Jaggaer) -> None:
    life = ordered.simulator.life
    ordered.import_invoice(invoice_ocr("ours"), "ours-1")
    life.invoice("PO1", [(1, 5), (2, 3, "0.34")], number="theirs", tax="4.10", source=InvoiceSource.MANUAL)
    life.credit_memo("theirs", [(1, 2)], credit_number="back")

    ours, theirs, credit = invoices(ordered)
    assert (ours["originalRequestMessageId"], ours["invoiceSource"]) == ("ours-1", "Automated")
    assert "originalRequestMessageId" not in theirs
    expected = {
        "invoiceId": 1002,
        "invoiceNumber": "INV1002",
        "supplierInvoiceNumber": "theirs",
        "invoiceType": "Invoice",
        "invoiceLineType": "PO",
        "invoiceSource": "Manual",
        "invoiceDate": NOW,
        "businessUnit": {"internalName": "Vision"},
        "supplier": {"name": "Chairs Ltd", "supplierNumber": "S1"},
        "taxCharge1": {"currency": "USD", "value": 4.1},
        "total": {"currency": "USD", "value": 55.12},
        "paymentStatus": "Payable",
    }
    assert {name: theirs[name] for name in expected} == expected
    assert (credit["invoiceType"], credit["total"]["value"]) == ("Credit memo", -20)
    assert credit["originalInvoiceNumber"] == "theirs"
    assert invoices(ordered, flt="INVOICESOURCE==Manual;INVOICETYPE==Invoice") == [theirs]
    lines = ordered.call("GET", "/invoices/1002")["lineList"]["line"]
    assert (lines[1]["poNumber"], lines[1]["poLineNumber"], lines[1]["quantity"]) == ("PO1", "2", 3)
    assert lines[1]["unitPrice"] == {"currency": "USD", "value": 0.34}
    (entry,) = ordered.entries("invoiced")
    assert (entry["subtotal"], entry["tax"], entry["total"]) == ("51.02", "4.10", "55.12")
    assert life.invoiced("PO1", 1) == 3
    assert ordered.import_invoice(invoice_ocr("theirs"), "ours-2")["returnCode"] != 0


def test_a_cancelled_invoice_is_read_without_lines(ordered: Jaggaer) -> None:
    ordered.simulator.life.invoice("PO1", [(1, 5)], number="theirs")
    ordered.simulator.life.cancel_invoice("theirs")

    read = ordered.call("GET", "/invoices/1001")
    assert (read["header"]["paymentStatus"], read["lineList"]["line"]) == ("Canceled", [])
    assert [entry["key"] for entry in ordered.entries("invoice_cancelled")] == ["theirs"]


ADDRESS = {"type": "remitto", "name": "Main", "addressLine1": "1 High Street", "city": "Oslo"}


def test_a_supplier_of_jaggaers_own_is_bound_once_by_our_number(jaggaer: Jaggaer) -> None:
    life = jaggaer.simulator.life
    life.add_supplier("New Ltd", duns="123", taxIdentificationNumber="T1", addressList={"address": [ADDRESS]})
    life.add_supplier("Other Ltd")
    own = suppliers(jaggaer)[0]
    assert own == {
        "name": "New Ltd",
        "active": "true",
        "duns": "123",
        "taxIdentificationNumber": "T1",
        "addressList": {"address": [{"sqIntegrationNumber": "50001-A1", **ADDRESS}]},
        "sqIntegrationNumber": "50001",
        "jaggaerId": "50001",
        "lastUpdate": NOW,
    }

    def bind(number: str, own_id: object, batch: str) -> int:
        shown = {"erpNumber": number, "name": "New Ltd", "sqIntegrationNumber": own_id}
        code: int = jaggaer.call("POST", "/suppliers", {"batchId": batch, "supplier": shown})["returnCode"]
        return code

    assert bind("30010", "50001", "s-1") == 0
    assert bind("30010", "50001", "s-2") == 0
    assert [row.get("erpNumber") for row in suppliers(jaggaer)] == [None, "30010"]
    assert [entry["bound"] for entry in jaggaer.entries("supplier_applied")] == [True, False]
    for number, own_id in (("30011", "50001"), ("30010", "50002"), ("30012", "59999"), ("30012", "x")):
        assert bind(number, own_id, "s-3") != 0
    assert len(jaggaer.simulator.suppliers) == 2


def test_an_edit_moves_the_last_update_and_keeps_the_original_request(jaggaer: Jaggaer) -> None:
    shown = {"erpNumber": "30010", "name": "Ltd", "duns": "1"}
    jaggaer.call("POST", "/suppliers", {"batchId": "s-1", "supplier": shown})
    jaggaer.clock.advance(5)
    jaggaer.simulator.life.edit_supplier("30010", name="Ltd & Co", duns=None)

    (row,) = suppliers(jaggaer, flt="LASTUPDATE>=2024-02-14T10:00:05.000Z")
    assert (row["name"], row["originalRequestMessageId"], "duns" in row) == ("Ltd & Co", "s-1", False)
    (entry,) = jaggaer.entries("supplier_edited")
    assert (entry["key"], entry["supplier_id"], entry["fields"]) == ("30010", 50001, ["duns", "name"])


def test_values_are_added_and_edited_in_jaggaer(jaggaer: Jaggaer) -> None:
    life = jaggaer.simulator.life
    life.add_value("Account", "5210", description="Travel")
    jaggaer.clock.advance(5)
    life.edit_value("Account", "5210", active=False)

    answer = jaggaer.call("GET", "/customfieldvalues", flt="LASTUPDATE>=20240214100005;CUSTOMFIELD==Account")
    assert answer["jicustomfieldvalueList"]["jicustomfieldvalue"] == [
        {
            "customField": "Account",
            "value": "5210",
            "description": "Travel",
            "active": "false",
            "lastUpdate": "2024-02-14T10:00:05.000Z",
        }
    ]
    assert [(one["key"], one["active"]) for one in jaggaer.entries("value_edited")] == [("Account=5210", False)]


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (lambda life: life.confirm("PO9"), "PO9 is not known"),
        (lambda life: life.confirm("PO1", [LineAnswer(line=1, quantity=Decimal(6))]), "more than was ordered"),
        (lambda life: life.confirm("PO1", [LineAnswer(line=1, answer=Answer.CHANGED)]), "Changed needs"),
        (lambda life: life.receive("PO1", [(3, 1)]), "has no line 3"),
        (lambda life: life.receive("PO1", [(1, 0)]), "is not above 0"),
        (lambda life: life.receive("PO1", [(1, 0.5)]), "is no exact number"),
        (lambda life: life.receive("PO1", []), "needs a line"),
        (lambda life: life.return_goods("PO1", [(1, 1)]), "can not go back"),
        (lambda life: life.correct_receipt("RCT1", {1: 1}), "no receipt RCT1"),
        (lambda life: life.receive("PO1", [(1, 1)], also={"PO3": [(1, 1)]}), "the same currency"),
        (lambda life: life.invoice("PO1", []), "needs a line"),
        (lambda life: life.invoice("PO1", [(1, 1)], also={"PO3": [(1, 1)]}), "one supplier's"),
        (lambda life: life.invoice("PO1", [(1, 1)], also={"PO3": [(1, 1)]}, supplier="S1"), "is in EUR"),
        (lambda life: life.invoice("PO4", [(1, 1)]), "names no supplier"),
        (lambda life: life.credit_memo("I1"), "0 suppliers sent"),
        (lambda life: life.edit_supplier("S9", name="x"), "no supplier S9"),
        (lambda life: life.add_supplier("x", erpNumber="1"), "can not be edited"),
        (lambda life: life.edit_value("Account", "1"), "no value 1"),
    ],
)
def test_what_can_not_be_changes_nothing(ordered: Jaggaer, act: Callable[[Any], Any], words: str) -> None:
    before = ordered.kinds()
    with pytest.raises(ValueError, match=words):
        act(ordered.simulator.life)
    assert ordered.kinds() == before
    simulator: JaggaerSimulator = ordered.simulator
    assert (len(simulator.receipts), len(simulator.confirmations), len(simulator.invoices)) == (0, 0, 0)


def test_a_token_may_expire_in_mid_paging(ordered: Jaggaer) -> None:
    for _ in range(101):
        ordered.simulator.life.receive("PO1", [(1, 1)])
    ordered.simulator.switch(pages_per_token=1)

    assert ordered.call("GET", "/receipts")["returnedRecords"] == 100
    assert ordered.http.get("/j1p/api/public/ji/v1/receipts?start=101", headers=ordered.headers).status_code == 401
    ordered.headers = {"Authorization": f"Bearer {ordered.log_in().json()['access_token']}"}
    assert ordered.call("GET", "/receipts", start="101")["returnedRecords"] == 1


def test_rows_may_lack_what_is_optional(ordered: Jaggaer) -> None:
    ordered.simulator.life.confirm("PO1")
    ordered.simulator.life.receive("PO1", [(1, 1)], packing_slip="P")
    ordered.simulator.switch(missing_optional_fields=True)
    assert "unitOfMeasure" not in confirmations(ordered)[0]
    assert "packingSlipNumber" not in receipts(ordered)[0]["header"]


def test_a_reset_takes_all_of_it_away(ordered: Jaggaer) -> None:
    life = ordered.simulator.life
    life.confirm("PO1")
    life.receive("PO1", [(1, 1)])
    life.invoice("PO1", [(1, 1)])
    ordered.simulator.reset()

    assert life.bills == {}
    assert (len(ordered.simulator.receipts), len(ordered.simulator.confirmations)) == (0, 0)
    assert life.add_supplier("x").supplier_id == 50001


def test_a_supplier_uses_a_number_once_whoever_sent_that_invoice(ordered: Jaggaer) -> None:
    ordered.import_invoice(invoice_ocr("I-1"), "ours-1")
    life = ordered.simulator.life
    with pytest.raises(ValueError, match="used the number I-1 before"):
        life.invoice("PO1", [(1, 1)], number="I-1")
    assert (life.invoice("PO4", [(1, 1)], number="I-1", supplier="S2").supplier, len(life.bills)) == ("S2", 1)
