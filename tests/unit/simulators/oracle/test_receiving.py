"""Receipts of what was ordered, and their history (fact sheet, 3.6)."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from simulators.oracle import figures
from simulators.oracle.receiving_attributes import HISTORY, RECEIPT_REQUESTS, REQUEST_LINES
from simulators.oracle.resource import Row
from tests.unit.simulators.oracle.pod import Pod

REQUESTS, HISTORY_PATH = "receivingReceiptRequests", "receivingTransactionsHistory"


@dataclass(frozen=True, kw_only=True)
class Place:
    """A schedule, with what is above it."""

    order: Row
    line: Row
    schedule: Row

    @property
    def ordered(self) -> Decimal:
        return figures.of(self.schedule).ordered


def places(pod: Pod, key: int) -> list[Place]:
    """Return the schedules of an order."""
    order = pod.simulator.latest(key)
    return [Place(order=order, line=line, schedule=part) for line, part in figures.every_schedule(order)]


def line(place: Place, number: Decimal | None = None, **more: Any) -> Row:
    """Return a line that receives a schedule, named by numbers."""
    measure = "Amount" if figures.by_amount(place.schedule) else "Quantity"
    return {
        "TransactionType": "RECEIVE",
        "AutoTransactCode": "DELIVER",
        "DocumentNumber": place.order["OrderNumber"],
        "SoldtoLegalEntity": place.order["SoldToLegalEntity"],
        "DocumentLineNumber": place.line["LineNumber"],
        "DocumentShipmentLineNumber": place.schedule["ScheduleNumber"],
        measure: place.ordered if number is None else number,
        "ExternalSystemTransactionReference": f"REF/{place.line['LineNumber']}",
        "ExternalSystemPackingUnit": "BOX-1",
    } | more


def request(*lines: Row, **more: Any) -> Row:
    usual = {"ReceiptSourceCode": "VENDOR", "OrganizationCode": "V1", "ShipmentNumber": "SHIP-1", "PackingSlip": "PS-1"}
    return usual | {"InsertAndProcessFlag": True, "lines": list(lines)} | more


def post(pod: Pod, *lines: Row, **more: Any) -> dict[str, Any]:
    answer = pod.send("POST", REQUESTS, request(*lines, **more))
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = json.loads(answer.text, parse_float=Decimal)
    assert answer.headers["Location"].endswith(f"/{REQUESTS}/{body['HeaderInterfaceId']}")
    return body


def errors(body: dict[str, Any], pod: Pod) -> list[str]:
    """Return the names of the processing errors of a request that failed."""
    assert (body["ReturnStatus"], body["ReceiptNumber"]) == ("ERROR", None)
    return [
        error["ErrorMessageName"]
        for one in body["lines"]["items"]
        for error in pod.rows(
            f"{REQUESTS}/{body['HeaderInterfaceId']}/child/lines/{one['InterfaceTransactionId']}/child/processingErrors"
        )
    ]


def test_a_receipt_that_is_delivered_at_once_leaves_two_rows(pod: Pod) -> None:
    key = pod.order_keys()[0]
    pod.simulator.advance_clock(60)
    place = places(pod, key)[0]
    body = post(pod, line(place, place.ordered - 1 if place.ordered > 1 else None))
    assert (body["ReturnStatus"], body["ProcessingStatusCode"]) == ("SUCCESS", "SUCCESS")
    assert body["lines"]["items"][0]["POLineLocationId"] == place.schedule["LineLocationId"]
    assert pod.answer(f"{REQUESTS}/{body['HeaderInterfaceId']}").status_code == 404
    assert pod.rows(REQUESTS) == []

    q = f"ReceiptNumber = '{body['ReceiptNumber']}'"
    received, delivered = pod.rows(HISTORY_PATH, q=q, orderBy="TransactionId")
    assert (received["TransactionTypeCode"], delivered["TransactionTypeCode"]) == ("RECEIVE", "DELIVER")
    assert (received["ParentTransactionId"], delivered["ParentTransactionId"]) == (None, received["TransactionId"])
    assert received["ShipmentHeaderId"] == body["ReceiptHeaderId"]
    for q in ("ExternalSystemPackingUnit = 'BOX-1'", f"POHeaderId = {key}", "TransactionTypeCode = 'RECEIVE'"):
        assert received in pod.rows(HISTORY_PATH, q=q)
    assert "ExternalSystemTransactionReference" not in received
    (entry,) = pod.entries("receipt_applied")
    assert (entry.key, entry.detail["shipment_number"]) == (body["ReceiptNumber"], "SHIP-1")
    (told,) = entry.detail["lines"]
    assert (told["order"], told["line"], told["schedule"]) == (place.order["OrderNumber"], 1, 1)
    assert (told["reference"], told["delivered"]) == ("REF/1", True)
    after = places(pod, key)[0]
    assert after.order["LastUpdateDate"] < after.schedule["LastUpdateDate"]


def test_what_is_received_closes_schedules_lines_and_the_order(pod: Pod) -> None:
    key = pod.order_keys()[1]
    found = places(pod, key)
    first, *others = found
    half = first.ordered / 2
    for expected in ("Open", "Closed for Receiving"):
        post(pod, line(first, half))
        assert pod.simulator.orders.get(key)["lines"][0]["schedules"][0]["Status"] == expected
    (row,) = pod.rows(
        "purchaseOrderSchedulesForReceiving", q=f"POLineLocationId = {others[0].schedule['LineLocationId']}"
    )
    assert row["AvailableQuantity"] in (None, others[0].ordered)
    post(pod, *(line(place) for place in others))
    assert pod.page(f"/{key}")["Status"] == "Closed for Receiving"
    assert pod.rows("purchaseOrderSchedulesForReceiving", q=f"POHeaderId = {key}") == []
    assert pod.rows("purchaseOrderLinesForReceiving", q=f"OrderNumber = '{first.order['OrderNumber']}'") == []


def test_a_schedule_closes_within_its_tolerance(pod: Pod) -> None:
    key = pod.order_keys()[0]
    order = pod.simulator.latest(key)
    order = order | {"lines": [order["lines"][0]]}
    order["lines"][0]["schedules"][0]["ReceiptCloseTolerancePercent"] = 10
    pod.simulator.orders.put(order)
    place = places(pod, key)[0]
    post(pod, line(place, place.ordered * Decimal("0.9")))
    assert pod.simulator.orders.get(key)["lines"][0]["schedules"][0]["Status"] == "Closed for Receiving"


def test_ids_name_a_schedule_as_numbers_do(pod: Pod) -> None:
    place = places(pod, pod.order_keys()[0])[0]
    ids = {"POHeaderId": place.order["POHeaderId"], "POLineId": place.line["POLineId"]}
    numbers = ("DocumentNumber", "DocumentLineNumber", "DocumentShipmentLineNumber", "SoldtoLegalEntity")
    plain = {name: value for name, value in line(place, Decimal(1) / 2).items() if name not in numbers}
    whole = plain | {"POLineLocationId": place.schedule["LineLocationId"]}
    for one in (whole, whole | ids, plain | ids | {"DocumentShipmentLineNumber": place.schedule["ScheduleNumber"]}):
        body = post(pod, one)
        assert (body["ReturnStatus"], body["lines"]["items"][0]["DocumentNumber"]) == (
            "SUCCESS",
            place.order["OrderNumber"],
        )


def test_a_number_of_two_legal_entities_has_to_say_which(pod: Pod) -> None:
    one, other = pod.order_keys()[:2]
    number = pod.simulator.latest(one)["OrderNumber"]
    pod.simulator.change(one, SoldToLegalEntity="First")
    pod.simulator.change(other, OrderNumber=number, SoldToLegalEntity="Second")
    place = places(pod, one)[0]
    assert errors(post(pod, line(place, SoldtoLegalEntity=None)), pod) == ["RCV_INVALID_DOCUMENT"]
    assert post(pod, line(place))["ReturnStatus"] == "SUCCESS"


def test_a_service_of_a_fixed_price_is_received_by_amount(start: Callable[..., Pod]) -> None:
    pod = start(orders=60, lines=5)
    (place, *_) = [one for key in pod.order_keys() for one in places(pod, key) if one.schedule["Quantity"] is None]
    assert errors(post(pod, line(place, Amount=None, Quantity=1)), pod) == ["RCV_INVALID_MEASURE"]
    assert errors(post(pod, line(place, place.ordered + 1)), pod) == ["RCV_AMT_OVER_TOLERANCE"]
    body = post(pod, line(place))
    assert body["ReturnStatus"] == "SUCCESS"
    (row, _) = pod.rows(HISTORY_PATH, q=f"ReceiptNumber = '{body['ReceiptNumber']}'", orderBy="TransactionId")
    assert (row["Quantity"], row["Amount"]) == (None, place.ordered)


def test_one_request_is_all_or_none_and_can_be_corrected_and_sent_again(pod: Pod) -> None:
    good, bad, *_ = places(pod, pod.order_keys()[0])
    body = post(pod, line(good), line(bad, bad.ordered + 1))
    assert errors(body, pod) == ["RCV_QTY_OVER_TOLERANCE" if bad.schedule["Quantity"] else "RCV_AMT_OVER_TOLERANCE"]
    assert pod.rows(HISTORY_PATH) == []
    assert figures.of(places(pod, pod.order_keys()[0])[0].schedule).received == 0
    (failed,) = pod.entries("receipt_failed")
    assert failed.detail["errors"][0]["reference"] == f"REF/{bad.line['LineNumber']}"
    (kept,) = pod.rows(REQUESTS, q="ShipmentNumber = 'SHIP-1'")
    assert kept["ReturnStatus"] == "ERROR"

    key, wrong = body["HeaderInterfaceId"], body["lines"]["items"][1]["InterfaceTransactionId"]
    measure = "Amount" if figures.by_amount(bad.schedule) else "Quantity"
    assert pod.send("PATCH", f"{REQUESTS}/{key}/child/lines/{wrong}", {measure: bad.ordered}).status_code == 200
    again = pod.send("PATCH", f"{REQUESTS}/{key}", {"InsertAndProcessFlag": True})
    assert (again.status_code, again.json()["ReturnStatus"]) == (200, "SUCCESS")
    assert pod.answer(f"{REQUESTS}/{key}").status_code == 404
    assert len(pod.entries("receipt_applied")) == 1


def test_two_lines_of_one_schedule_add_up(pod: Pod) -> None:
    place = places(pod, pod.order_keys()[0])[0]
    (error,) = errors(post(pod, line(place), line(place, Decimal(1))), pod)
    assert error.endswith("_OVER_TOLERANCE")


WRONG: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({"DocumentNumber": "nobody"}, {}, "RCV_INVALID_DOCUMENT"),
    ({"SoldtoLegalEntity": "nobody"}, {}, "RCV_INVALID_DOCUMENT"),
    ({"DocumentLineNumber": 99}, {}, "RCV_INVALID_DOCUMENT_LINE"),
    ({"DocumentShipmentLineNumber": 99}, {}, "RCV_INVALID_SCHEDULE"),
    ({"TransactionDate": "2999-01-01T00:00:00+00:00"}, {}, "RCV_TRX_FUTURE_DATE"),
    ({"ItemNumber": "another"}, {}, "RCV_INVALID_ITEM"),
    ({"UnitOfMeasure": "Barrel"}, {}, "RCV_INVALID_UOM"),
    ({}, {"OrganizationCode": "M1"}, "RCV_INVALID_ORGANIZATION"),
    ({}, {"VendorName": "Nobody"}, "RCV_INVALID_VENDOR"),
    ({}, {"VendorNumber": "1"}, "RCV_INVALID_VENDOR"),
    ({}, {"VendorSiteCode": "NOWHERE"}, "RCV_INVALID_VENDOR_SITE"),
    ({}, {"BusinessUnit": "Nowhere"}, "RCV_INVALID_BUSINESS_UNIT"),
]


@pytest.mark.parametrize(("of_line", "of_header", "error"), WRONG, ids=[error for *_, error in WRONG])
def test_what_does_not_fit_is_a_processing_error(
    pod: Pod, of_line: dict[str, Any], of_header: dict[str, Any], error: str
) -> None:
    place = places(pod, pod.order_keys()[0])[0]
    assert errors(post(pod, line(place, **of_line), **of_header), pod) == [error]
    assert pod.entries("receipt_applied") == []


def test_what_is_not_open_cannot_be_received(pod: Pod) -> None:
    keys = pod.order_keys()[:4]
    pod.simulator.settle(keys[0], "receive")
    pod.simulator.cancel(keys[1])
    pod.simulator.require_acknowledgment(keys[2])
    pod.simulator.settle(keys[3], "invoice")
    found = [errors(post(pod, line(places(pod, key)[0])), pod)[0] for key in keys[:1]]
    canceled = places(pod, keys[1])[0]
    found += [errors(post(pod, line(canceled, Decimal(1))), pod)[0]]
    found += [errors(post(pod, line(places(pod, keys[2])[0])), pod)[0]]
    assert found == ["RCV_SCHEDULE_CLOSED", "RCV_SCHEDULE_CANCELED", "RCV_DOCUMENT_NOT_OPEN"]
    assert post(pod, line(places(pod, keys[3])[0]))["ReturnStatus"] == "SUCCESS"


def test_a_closed_period_and_a_tolerance_are_switches(pod: Pod) -> None:
    pod.simulator.switches.receiving_open_from = "2026-01-01"
    place = places(pod, pod.order_keys()[0])[0]
    early = line(place, TransactionDate="2025-12-31T23:00:00+00:00")
    assert errors(post(pod, early), pod) == ["RCV_TRX_PERIOD_CLOSED"]
    pod.simulator.switches.receiving_open_from = ""
    pod.simulator.switches.over_receipt_tolerance_percent = 10.0
    assert post(pod, early | line(place, place.ordered * Decimal("1.1")))["ReturnStatus"] == "SUCCESS"


@pytest.mark.parametrize(
    ("of_header", "of_line", "paths"),
    [
        ({"ReceiptSourceCode": None}, {}, ["/ReceiptSourceCode"]),
        ({"ReceiptSourceCode": "NOBODY"}, {}, ["/ReceiptSourceCode"]),
        ({"OrganizationCode": None}, {}, ["/OrganizationCode"]),
        ({"ReceiptHeaderId": 1}, {}, ["/ReceiptHeaderId"]),
        ({"TransactionDate": "yesterday"}, {}, ["/TransactionDate"]),
        ({"InsertAndProcessFlag": "yes"}, {}, ["/InsertAndProcessFlag"]),
        ({"lines": []}, {}, ["/lines"]),
        (
            {},
            {"DocumentNumber": None, "TransactionType": None},
            ["/lines/0/TransactionType", "/lines/0/DocumentNumber"],
        ),
        ({}, {"Quantity": None, "Amount": None}, ["/lines/0/Quantity"]),
        ({}, {"Quantity": -1}, ["/lines/0/Quantity"]),
        ({}, {"Quantity": "1"}, ["/lines/0/Quantity"]),
        ({}, {"ExternalSystemTransactionReference": "x" * 301}, ["/lines/0/ExternalSystemTransactionReference"]),
        ({}, {"Nothing": 1}, ["/lines/0/Nothing"]),
    ],
    ids=str,
)
def test_what_is_wrong_with_the_body_is_a_400_that_names_it(
    pod: Pod, of_header: dict[str, Any], of_line: dict[str, Any], paths: list[str]
) -> None:
    place = next(one for one in places(pod, pod.order_keys()[0]) if one.schedule["Quantity"])
    answer = pod.send("POST", REQUESTS, request(line(place, **of_line), **of_header))
    assert answer.status_code == 400
    assert [error["o:errorPath"] for error in answer.json()["o:errorDetails"]] == paths
    assert pod.rows(REQUESTS) == []


def test_a_request_waits_until_it_is_processed(pod: Pod) -> None:
    first, second, *_ = places(pod, pod.order_keys()[0])
    body = post(pod, line(first), InsertAndProcessFlag=False)
    assert (body["ProcessingStatusCode"], body["ReturnStatus"]) == ("PENDING", None)
    added = pod.send("POST", f"{REQUESTS}/{body['HeaderInterfaceId']}/child/lines", line(second))
    assert added.status_code == 201
    assert pod.entries("receipt_applied") == []
    (processed,) = pod.simulator.receiving.process_waiting()
    assert processed["ReturnStatus"] == "SUCCESS"
    assert len(pod.entries("receipt_applied")[0].detail["lines"]) == 2

    other = post(pod, line(places(pod, pod.order_keys()[1])[0]), InsertAndProcessFlag=False)
    assert pod.send("DELETE", f"{REQUESTS}/{other['HeaderInterfaceId']}").status_code == 204
    assert pod.send("DELETE", f"{REQUESTS}/{other['HeaderInterfaceId']}").status_code == 404
    assert pod.simulator.receiving.process_waiting() == []


def test_insert_and_process_flag_is_not_queryable_and_the_history_is_read_only(pod: Pod) -> None:
    assert pod.answer(REQUESTS, q="InsertAndProcessFlag = true").status_code == 400
    assert pod.send("POST", HISTORY_PATH, {}).status_code == 405
    assert pod.send("POST", "purchaseOrderSchedulesForReceiving", {}).status_code == 405


def test_our_reference_is_in_the_history_where_the_tenant_shows_it(start: Callable[..., Pod]) -> None:
    pod = start(external_reference_in_history=True)
    post(pod, line(places(pod, pod.order_keys()[0])[0]))
    assert len(pod.rows(HISTORY_PATH, q="ExternalSystemTransactionReference = 'REF/1'")) == 2


def test_what_is_not_visible_yet_counts_and_shows_nowhere(pod: Pod) -> None:
    place = places(pod, pod.order_keys()[0])[0]
    pod.simulator.switches.hold_back = True
    assert post(pod, line(place))["ReturnStatus"] == "SUCCESS"
    assert pod.rows(HISTORY_PATH) == []
    assert post(pod, line(place))["ReturnStatus"] == "ERROR"
    pod.simulator.release()
    assert len(pod.rows(HISTORY_PATH)) == 2


def test_attributes_are_those_of_the_published_answers(reference: Path) -> None:
    folder = reference / "oracle-samples"
    request = json.loads((folder / "receivingreceiptrequests-post-response-201-success.json").read_text("utf-8"))
    (line,) = request["lines"]["items"]
    assert request.keys() - {"links", "lines"} == RECEIPT_REQUESTS.attributes.keys()
    assert line.keys() - {"links"} <= REQUEST_LINES.attributes.keys()
    history = json.loads((folder / "receivingtransactionshistory-get.json").read_text("utf-8"))["items"]
    assert history[0].keys() - {"links"} == HISTORY.attributes.keys() - {"Amount"}


def test_the_published_request_is_received_on_the_published_order(start: Callable[..., Pod], reference: Path) -> None:
    folder = reference / "oracle-samples"
    orders = json.loads((folder / "purchaseorders-get-expanded-v4.json").read_text("utf-8"), parse_float=Decimal)
    pod = start(orders=3, samples=(orders,))
    body = json.loads((folder / "receivingreceiptrequests-post-request.json").read_text("utf-8"))
    answer = pod.send("POST", REQUESTS, body)
    assert (answer.status_code, answer.json()["ReturnStatus"], answer.json()["ReceiptNumber"]) == (
        201,
        "SUCCESS",
        "102",
    )
    body["lines"][0]["Quantity"] = 600
    failed = pod.send("POST", REQUESTS, body).json()
    assert errors(failed, pod) == ["RCV_QTY_OVER_TOLERANCE"]
