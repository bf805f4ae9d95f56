"""Invoices through the API: created, matched, held, validated, canceled (fact sheet, 3.4 and 6)."""

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from simulators.oracle import figures
from simulators.oracle.resource import Row
from tests.unit.simulators.oracle.pod import Pod
from tests.unit.simulators.oracle.test_receiving import Place, line, places, post

ACTION = {"Content-Type": "application/vnd.oracle.adf.action+json"}


@pytest.fixture
def place(pod: Pod) -> Place:
    """Return a schedule of goods of at least four."""
    found = (place for key in pod.order_keys() for place in places(pod, key))
    return next(place for place in found if place.schedule["Quantity"] and place.ordered >= 4)


def header(place: Place, number: str = "INV-1", **more: Any) -> Row:
    order = place.order
    names = {"BusinessUnit": "ProcurementBU", "Supplier": "Supplier", "SupplierSite": "SupplierSite"}
    usual = {name: order[other] for name, other in names.items()} | {"InvoiceCurrency": order["CurrencyCode"]}
    return usual | {"InvoiceNumber": number, "InvoiceDate": "2026-01-05", "ReferenceKeyOne": f"REF-{number}"} | more


def matched(place: Place, quantity: Decimal, **more: Any) -> Row:
    return {
        "LineNumber": 1,
        "Quantity": quantity,
        "UnitPrice": place.schedule["Price"],
        "LineAmount": quantity * place.schedule["Price"],
        "PurchaseOrderNumber": place.order["OrderNumber"],
        "PurchaseOrderLineNumber": place.line["LineNumber"],
        "PurchaseOrderScheduleLineNumber": place.schedule["ScheduleNumber"],
    } | more


def bill(pod: Pod, place: Place, *lines: Row, number: str = "INV-1", **more: Any) -> dict[str, Any]:
    """Create an invoice whose lines make its amount, unless told otherwise."""
    amount = sum((one["LineAmount"] for one in lines), Decimal(0))
    body = header(place, number, InvoiceAmount=amount, invoiceLines=list(lines), **more)
    answer = pod.send("POST", "invoices", body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = json.loads(answer.text, parse_float=Decimal)
    return made


def act(pod: Pod, place: Place, name: str, number: str = "INV-1", **more: Any) -> int:
    body = {"InvoiceNumber": number, "BusinessUnit": place.order["ProcurementBU"], "Supplier": place.order["Supplier"]}
    return pod.send("POST", f"invoices/action/{name}", body | more, headers=ACTION).status_code


def billed(pod: Pod, place: Place) -> tuple[Decimal | int, str]:
    """Return what of a schedule is billed, and its state."""
    found = places(pod, place.order["POHeaderId"])
    key = place.schedule["LineLocationId"]
    schedule = next(one.schedule for one in found if one.schedule["LineLocationId"] == key)
    return figures.of(schedule).billed, schedule["Status"]


def held(pod: Pod) -> dict[str, str | None]:
    """Return the holds by name, and how each was released."""
    return {row["HoldName"]: row["ReleaseName"] for row in pod.rows("invoiceHolds", q="InvoiceNumber = 'INV-1'")}


def test_an_invoice_is_created_once_and_found_by_our_reference(pod: Pod, place: Place) -> None:
    made = bill(pod, place, matched(place, Decimal(3)))
    assert (made["ValidationStatus"], made["PaidStatus"]) == ("Not validated", "Unpaid")
    assert made["SupplierNumber"]
    (shown,) = made["invoiceLines"]["items"]
    assert sum(one["DistributionAmount"] for one in shown["invoiceDistributions"]["items"]) == made["InvoiceAmount"]
    (found,) = pod.rows("invoices", q="ReferenceKeyOne = 'REF-INV-1'")
    assert found["InvoiceId"] == made["InvoiceId"]
    again = pod.send("POST", "invoices", header(place, InvoiceAmount=1, invoiceLines=[]))
    assert again.status_code == 400
    assert again.json()["o:errorDetails"][0]["o:errorCode"] == "AP-000000"
    (entry,) = pod.entries("invoice_created")
    assert (entry.key, entry.detail["total"]) == (str(made["InvoiceId"]), str(made["InvoiceAmount"]))
    assert entry.detail["lines"][0]["Quantity"] == "3"
    assert entry.detail["references"][0] == "REF-INV-1"


def test_what_is_billed_closes_a_schedule_and_a_credit_memo_takes_it_back(pod: Pod, place: Place) -> None:
    bill(pod, place, matched(place, Decimal(3)))
    assert billed(pod, place) == (3, "Open")
    credit = matched(place, Decimal(-1))
    bill(pod, place, credit, number="CM-1", InvoiceType="Credit memo")
    assert billed(pod, place) == (2, "Open")
    bill(pod, place, matched(place, place.ordered - 2), number="INV-2")
    assert billed(pod, place) == (place.ordered, "Closed for Invoicing")
    post(pod, line(place))
    assert billed(pod, place)[1] == "Closed"


def test_validation_holds_what_is_too_much_or_too_dear_and_releases_it(pod: Pod, place: Place) -> None:
    dear = place.schedule["Price"] + 1
    too_much = matched(place, place.ordered + 1, UnitPrice=dear, LineAmount=(place.ordered + 1) * dear)
    made = bill(pod, place, too_much)
    assert held(pod) == {}
    assert act(pod, place, "validateInvoice", ProcessAction="Validate") == 200
    assert held(pod) == {"QTY ORD": None, "PRICE": None}
    key = made["InvoiceId"]
    assert pod.read(f"invoices/{key}")["ValidationStatus"] == "Needs revalidation"
    pod.simulator.switches.price_tolerance_percent = 1_000.0
    assert act(pod, place, "validateInvoice") == 200
    assert held(pod) == {"QTY ORD": None, "PRICE": "System released"}
    assert act(pod, place, "cancelInvoice") == 200
    assert None not in held(pod).values()
    assert billed(pod, place)[0] == 0
    assert [entry.detail["holds"] for entry in pod.entries("invoice_validated")] == [["PRICE", "QTY ORD"], []]
    assert act(pod, place, "cancelInvoice") == 400


def test_an_invoice_within_what_was_ordered_is_validated_unless_receipts_count(pod: Pod, place: Place) -> None:
    bill(pod, place, matched(place, Decimal(3)))
    pod.simulator.switches.match_to_receipts = True
    assert act(pod, place, "validateInvoice") == 200
    assert held(pod) == {"QTY REC": None}
    post(pod, line(place, Decimal(3)))
    assert act(pod, place, "validateInvoice") == 200
    assert held(pod) == {"QTY REC": "System released"}
    assert pod.rows("invoices", q="InvoiceNumber = 'INV-1'")[0]["ValidationStatus"] == "Validated"


def test_lines_that_do_not_make_the_amount_are_taken_and_need_revalidation(pod: Pod, place: Place) -> None:
    body = header(place, InvoiceAmount=Decimal(7), invoiceLines=[{"LineAmount": Decimal(5), "Description": "?"}])
    key = pod.send("POST", "invoices", body).json()["InvoiceId"]
    assert act(pod, place, "validateInvoice") == 200
    assert held(pod) == {"LINE VARIANCE": None, "DIST VARIANCE": None}
    assert pod.send("PATCH", f"invoices/{key}", {"InvoiceAmount": 5}).status_code == 200
    assert act(pod, place, "validateInvoice") == 200
    assert held(pod) == {"LINE VARIANCE": "System released", "DIST VARIANCE": None}


def test_one_line_is_canceled_and_no_longer_bills(pod: Pod, place: Place) -> None:
    made = bill(pod, place, matched(place, Decimal(2)), matched(place, Decimal(1), LineNumber=2))
    assert act(pod, place, "cancelLine", LineNumber=2) == 200
    assert billed(pod, place)[0] == 2
    assert act(pod, place, "cancelLine", LineNumber=2) == 400
    assert act(pod, place, "cancelLine", LineNumber=9) == 400
    lines = pod.rows(f"invoices/{made['InvoiceId']}/child/invoiceLines")
    assert [one["CanceledFlag"] for one in lines] == [False, True]
    assert len(pod.entries("invoice_line_canceled")) == 1


def test_a_line_is_matched_to_a_receipt(pod: Pod, place: Place) -> None:
    receipt = post(pod, line(place, Decimal(2)))["ReceiptNumber"]
    numbers = dict.fromkeys(("PurchaseOrderNumber", "PurchaseOrderLineNumber", "PurchaseOrderScheduleLineNumber"))
    made = bill(pod, place, matched(place, Decimal(2), ReceiptNumber=receipt, ReceiptLineNumber=1, **numbers))
    (shown,) = made["invoiceLines"]["items"]
    assert (shown["PurchaseOrderNumber"], shown["MatchOption"]) == (place.order["OrderNumber"], "Receipt")
    assert billed(pod, place)[0] == 2


WRONG: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({"BusinessUnit": "Nowhere"}, {}, "/BusinessUnit"),
    ({"Supplier": "Nobody"}, {}, "/Supplier"),
    ({"SupplierSite": "NOWHERE"}, {}, "/SupplierSite"),
    ({"InvoiceCurrency": "XXX"}, {}, "/InvoiceCurrency"),
    ({"InvoiceNumber": None}, {}, "/InvoiceNumber"),
    ({"InvoiceNumber": "x" * 51}, {}, "/InvoiceNumber"),
    ({"InvoiceAmount": -1}, {}, "/InvoiceAmount"),
    ({"InvoiceAmount": 1, "InvoiceType": "Credit memo"}, {}, "/InvoiceAmount"),
    ({"SupplierNumber": "1013"}, {}, "/SupplierNumber"),
    ({}, {"PurchaseOrderNumber": "nobody"}, "/invoiceLines/0/PurchaseOrderNumber"),
    ({}, {"PurchaseOrderLineNumber": 99}, "/invoiceLines/0/PurchaseOrderLineNumber"),
    ({}, {"PurchaseOrderScheduleLineNumber": 99}, "/invoiceLines/0/PurchaseOrderScheduleLineNumber"),
    ({}, {"ReceiptNumber": "nobody"}, "/invoiceLines/0/ReceiptNumber"),
    ({}, {"Quantity": None}, "/invoiceLines/0/Quantity"),
    ({}, {"LineType": "Gift"}, "/invoiceLines/0/LineType"),
]


@pytest.mark.parametrize(("of_header", "of_line", "path"), WRONG, ids=str)
def test_what_is_wrong_is_named(
    pod: Pod, place: Place, of_header: dict[str, Any], of_line: dict[str, Any], path: str
) -> None:
    body = header(place, invoiceLines=[matched(place, Decimal(1), **of_line)], InvoiceAmount=1) | of_header
    answer = pod.send("POST", "invoices", body)
    error = answer.json()["o:errorDetails"][0]
    assert (answer.status_code, error["o:errorPath"]) == (400, path)
    if error.get("o:errorCode") == "27024":
        name = path.rsplit("/", 1)[1]
        assert f"Applying List binding LOV_{name} with given set of values" in error["detail"]
    assert pod.entries("invoice_created") == []
    assert billed(pod, place)[0] == 0


def test_an_order_that_waits_for_its_supplier_is_in_no_list(pod: Pod, place: Place) -> None:
    pod.simulator.require_acknowledgment(place.order["POHeaderId"])
    answer = pod.send("POST", "invoices", header(place, InvoiceAmount=1, invoiceLines=[matched(place, Decimal(1))]))
    assert answer.json()["o:errorDetails"][0]["o:errorPath"] == "/invoiceLines/0/PurchaseOrderNumber"


def test_a_header_is_updated_and_the_tag_guards_it(pod: Pod, place: Place) -> None:
    key = bill(pod, place, matched(place, Decimal(1)))["InvoiceId"]
    etag = pod.answer(f"invoices/{key}").headers["ETag"]
    body = {"Description": "another", "ReferenceKeyTwo": "two"}
    pod.simulator.advance_clock(60)
    assert pod.send("PATCH", f"invoices/{key}", body, headers={"If-Match": etag}).status_code == 200
    stale = pod.send("PATCH", f"invoices/{key}", body, headers={"If-Match": etag})
    assert (stale.status_code, stale.json()["Description"]) == (412, "another")
    assert pod.send("PATCH", f"invoices/{key}", {"Supplier": "another"}).status_code == 400
    (entry,) = pod.entries("invoice_updated")
    assert entry.detail["changed"] == ["Description", "ReferenceKeyTwo"]
    assert act(pod, place, "cancelInvoice") == 200
    assert pod.send("PATCH", f"invoices/{key}", body).status_code == 400
    assert pod.send("PATCH", "invoices/1", body).status_code == 404


def test_actions_take_their_media_type_alone(pod: Pod, place: Place) -> None:
    assert pod.send("POST", "invoices/action/validateInvoice", {}).status_code == 415
    assert act(pod, place, "validateInvoice") == 400
    assert act(pod, place, "payInvoice") == 404
    assert pod.send("POST", "invoices/action/validateInvoice", {}, headers=ACTION).status_code == 400


def test_a_duplicate_that_is_not_visible_yet_is_one(pod: Pod, place: Place) -> None:
    pod.simulator.switches.hold_back = True
    bill(pod, place, matched(place, Decimal(1)))
    assert pod.rows("invoices", q="InvoiceNumber = 'INV-1'") == []
    assert pod.send("POST", "invoices", header(place, InvoiceAmount=1)).status_code == 400


@pytest.mark.parametrize("name", ["invoices-post-request", "invoices-post-request-po-matched"])
def test_the_published_invoices_are_taken(start: Callable[..., Pod], reference: Path, name: str) -> None:
    folder = reference / "oracle-samples"
    orders = json.loads((folder / "purchaseorders-get-expanded-v4.json").read_text("utf-8"), parse_float=Decimal)
    pod = start(orders=3, samples=(orders,))
    body = json.loads((folder / f"{name}.json").read_text("utf-8"), parse_float=Decimal)
    answer = pod.send("POST", "invoices", body)
    published = json.loads((folder / "invoices-post-response-201.json").read_text("utf-8"))
    assert answer.status_code == 201, answer.text
    assert answer.json().keys() >= published.keys()
    duplicate = pod.send("POST", "invoices", body).json()
    expected = json.loads((folder / "error-400-duplicate-invoice.json").read_text("utf-8"))
    shown, wanted = duplicate["o:errorDetails"][0], expected["o:errorDetails"][0]
    assert shown["detail"].replace("Matched", "Unmatched") == wanted["detail"].replace("Matched", "Unmatched")
    if name == "invoices-post-request":
        validate = (folder / "invoices-action-validate-request.json").read_bytes()
        said = pod.http.post(
            "/fscmRestApi/resources/latest/invoices/action/validateInvoice", content=validate, headers=ACTION
        )
        assert said.json() == json.loads((folder / "invoices-action-validate-response.json").read_text("utf-8"))
