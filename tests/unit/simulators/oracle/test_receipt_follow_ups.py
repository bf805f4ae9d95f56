"""Deliveries, corrections and returns on receipts (fact sheet, 3.6)."""

from decimal import Decimal
from typing import Any

import pytest

from simulators.oracle import figures
from tests.unit.simulators.oracle.pod import Pod
from tests.unit.simulators.oracle.test_receiving import HISTORY_PATH, Place, line, places, post

PATH = "receivingReceiptTransactionRequests"


@pytest.fixture
def place(pod: Pod) -> Place:
    """Return a schedule of goods of at least four."""
    found = (place for key in pod.order_keys() for place in places(pod, key))
    return next(place for place in found if place.schedule["Quantity"] and place.ordered >= 4)


def rows(pod: Pod, kind: str) -> list[dict[str, Any]]:
    return pod.rows(HISTORY_PATH, q=f"TransactionTypeCode = '{kind}'", orderBy="TransactionId")


def follow(pod: Pod, kind: str, parent: int, quantity: Any, **more: Any) -> str:
    """Send a transaction; return SUCCESS or the name of its error."""
    body = {"TransactionType": kind, "ParentTransactionId": parent, "Quantity": quantity} | more
    answer = pod.send("POST", PATH, body)
    assert answer.status_code == 201, answer.text
    if answer.json()["ReturnStatus"] == "SUCCESS":
        return "SUCCESS"
    key = answer.json()["InterfaceTransactionId"]
    (error,) = pod.rows(f"{PATH}/{key}/child/processingErrors")
    return str(error["ErrorMessageName"])


def now(pod: Pod, place: Place) -> tuple[Decimal | int, ...]:
    """Return what of a schedule is received, delivered and was returned."""
    key = place.schedule["LineLocationId"]
    found = places(pod, place.order["POHeaderId"])
    known = figures.of(next(one.schedule for one in found if one.schedule["LineLocationId"] == key))
    return known.received, known.delivered, known.returned


def received(pod: Pod, place: Place, *, delivered: bool = True) -> int:
    """Receive three, and return the TransactionId of the RECEIVE row."""
    post(pod, line(place, Decimal(3), AutoTransactCode="DELIVER" if delivered else "RECEIVE"))
    return int(rows(pod, "RECEIVE")[-1]["TransactionId"])


def test_what_is_in_receiving_is_delivered_and_taken_back(pod: Pod, place: Place) -> None:
    key = received(pod, place, delivered=False)
    assert now(pod, place) == (3, 0, 0)
    assert follow(pod, "DELIVER", key, 4) == "RCV_QTY_EXCEEDS_AVAILABLE"
    assert follow(pod, "DELIVER", key, 2, Subinventory="Stores", DestinationTypeCode="INVENTORY") == "SUCCESS"
    (delivery,) = rows(pod, "DELIVER")
    assert (delivery["ParentTransactionId"], delivery["Subinventory"]) == (key, "Stores")
    assert follow(pod, "RETURN TO RECEIVING", delivery["TransactionId"], 3) == "RCV_QTY_EXCEEDS_AVAILABLE"
    assert follow(pod, "RETURN TO RECEIVING", delivery["TransactionId"], 1) == "SUCCESS"
    assert now(pod, place) == (3, 1, 0)
    assert follow(pod, "RETURN TO VENDOR", key, 3) == "RCV_QTY_EXCEEDS_AVAILABLE"
    assert follow(pod, "RETURN TO VENDOR", key, 2) == "SUCCESS"
    assert follow(pod, "RETURN TO VENDOR", delivery["TransactionId"], 1) == "SUCCESS"
    assert now(pod, place) == (0, 0, 3)


def test_a_receipt_that_was_delivered_at_once_is_corrected_and_returned_as_one(pod: Pod, place: Place) -> None:
    key = received(pod, place)
    delivery = rows(pod, "DELIVER")[0]["TransactionId"]
    assert follow(pod, "CORRECT", key, -1, ExternalSystemTransactionReference="REF/C") == "SUCCESS"
    assert now(pod, place) == (2, 2, 0)
    assert follow(pod, "CORRECT", delivery, 1) == "SUCCESS"
    assert now(pod, place) == (3, 3, 0)
    assert {(row["ParentTransactionId"], row["Quantity"]) for row in rows(pod, "CORRECT")} == {
        (key, -1), (delivery, -1), (delivery, 1), (key, 1)
    }  # fmt: skip
    assert follow(pod, "RETURN TO VENDOR", key, 2) == "SUCCESS"
    assert now(pod, place) == (1, 1, 2)
    assert follow(pod, "CORRECT", key, -2) == "RCV_QTY_EXCEEDS_AVAILABLE"
    corrected, returned = pod.entries("correction_applied"), pod.entries("return_applied")
    assert [(entry.detail["quantity"], entry.detail["reference"]) for entry in corrected] == [
        ("-1", "REF/C"),
        ("1", None),
    ]
    assert [(entry.detail["quantity"], entry.detail["received_in_all"]) for entry in returned] == [("2", "1")]
    assert len(pod.entries("receiving_transaction_failed")) == 1


def test_each_row_is_corrected_alone_where_the_pod_is_switched_so(pod: Pod, place: Place) -> None:
    pod.simulator.switches.corrections_follow_delivery = False
    key = received(pod, place)
    delivery = rows(pod, "DELIVER")[0]["TransactionId"]
    assert follow(pod, "CORRECT", key, -1) == "RCV_QTY_EXCEEDS_AVAILABLE"
    assert follow(pod, "CORRECT", delivery, -1) == "SUCCESS"
    assert follow(pod, "CORRECT", key, -1) == "SUCCESS"
    assert now(pod, place) == (2, 2, 0)
    assert len(rows(pod, "CORRECT")) == 2


def test_a_correction_may_not_pass_the_tolerance_and_closes_the_schedule(pod: Pod, place: Place) -> None:
    key = received(pod, place)
    assert follow(pod, "CORRECT", key, place.ordered) == "RCV_QTY_OVER_TOLERANCE"
    assert follow(pod, "CORRECT", key, place.ordered - 3) == "SUCCESS"
    found = places(pod, place.order["POHeaderId"])
    (schedule,) = [one.schedule for one in found if one.schedule["LineLocationId"] == place.schedule["LineLocationId"]]
    assert schedule["Status"] == "Closed for Receiving"


@pytest.mark.parametrize(
    ("kind", "quantity", "more", "error"),
    [
        ("CORRECT", 0, {}, "RCV_INVALID_QUANTITY"),
        ("RETURN TO VENDOR", -1, {}, "RCV_INVALID_QUANTITY"),
        ("RETURN TO VENDOR", None, {"Amount": 1}, "RCV_INVALID_QUANTITY"),
        ("RETURN TO RECEIVING", 1, {}, "RCV_INVALID_PARENT"),
        ("CORRECT", 1, {"ParentTransactionId": 7}, "RCV_INVALID_PARENT"),
        ("CORRECT", -1, {"TransactionDate": "2999-01-01T00:00:00+00:00"}, "RCV_TRX_FUTURE_DATE"),
    ],
)
def test_what_cannot_be_processed_says_so(
    pod: Pod, place: Place, kind: str, quantity: int | None, more: dict[str, Any], error: str
) -> None:
    key = received(pod, place)
    assert follow(pod, kind, key, quantity, **more) == error
    assert now(pod, place) == (3, 3, 0)
    (kept,) = pod.rows(PATH)
    assert pod.send("DELETE", f"{PATH}/{kept['InterfaceTransactionId']}").status_code == 204
    assert pod.rows(PATH) == []
    assert pod.send("DELETE", f"{PATH}/{kept['InterfaceTransactionId']}").status_code == 404


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"ParentTransactionId": None}, "/ParentTransactionId"),
        ({"TransactionType": None}, "/TransactionType"),
        ({"TransactionType": "TRANSFER"}, "/TransactionType"),
        ({"AutoTransactCode": "DELIVER"}, "/AutoTransactCode"),
        ({"Quantity": None}, "/Quantity"),
    ],
)
def test_what_is_wrong_with_the_body_is_a_400(pod: Pod, body: dict[str, Any], path: str) -> None:
    usual = {"TransactionType": "CORRECT", "ParentTransactionId": 411001, "Quantity": 1}
    answer = pod.send("POST", PATH, usual | body)
    assert (answer.status_code, answer.json()["o:errorDetails"][0]["o:errorPath"]) == (400, path)
