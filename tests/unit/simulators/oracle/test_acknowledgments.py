"""Orders that wait for their supplier, and how they are answered (fact sheet, 3.3)."""

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from simulators.oracle.acknowledgment_attributes import ACKNOWLEDGED_SCHEDULES, ACKNOWLEDGMENTS
from tests.unit.simulators.oracle.pod import Pod

WAITING = "purchaseOrderAcknowledgments"


@pytest.fixture
def key(pod: Pod) -> int:
    """Return an order that waits for its supplier, and was last changed an hour ago."""
    key = pod.order_keys()[3]
    pod.simulator.require_acknowledgment(key, "Y")
    pod.simulator.advance_clock(3600)
    return key


def parts(pod: Pod, key: int) -> list[int]:
    """Return the schedules that are to be answered."""
    return [row["LineLocationId"] for row in pod.rows(f"{WAITING}/{key}/child/schedules")]


def test_only_what_waits_is_there(pod: Pod, key: int) -> None:
    (item,) = pod.rows(WAITING, expand="schedules")
    assert (item["POHeaderId"], item["RequiredAcknowledgmentCode"]) == (key, "Y")
    assert item["links"][0]["href"].endswith(f"/{WAITING}/{key}")
    order = pod.simulator.orders.get(key)
    schedules = [part["LineLocationId"] for line in order["lines"] for part in line["schedules"]]
    assert parts(pod, key) == [one["LineLocationId"] for one in item["schedules"]["items"]] == schedules
    number = item["OrderNumber"]
    for q in (f"OrderNumber = '{number}'", f"POHeaderId = {key}", "Supplier is not null"):
        assert [row["POHeaderId"] for row in pod.rows(WAITING, q=q)] == [key]
    assert pod.rows(WAITING, q="OrderNumber = 'US200000'") == []
    assert pod.answer(f"{WAITING}/{pod.order_keys()[0]}").status_code == 404


def test_an_accepted_order_is_open_and_carries_the_suppliers_number(pod: Pod, key: int) -> None:
    before = pod.simulator.orders.get(key)["LastUpdateDate"]
    body = {"AcknowledgmentResponse": "ACCEPT", "AcknowledgmentNote": "Confirmed", "SupplierOrder": "SO-778812"}
    answer = pod.send("PATCH", f"{WAITING}/{key}", body)
    assert (answer.status_code, answer.json()["SupplierOrder"]) == (200, "SO-778812")

    order = pod.page(f"/{key}")
    assert (order["Status"], order["SupplierOrder"]) == ("Open", "SO-778812")
    assert order["LastUpdateDate"] > before.isoformat()
    assert pod.rows(WAITING) == []
    (entry,) = pod.entries("acknowledgment_applied")
    assert (entry.key, entry.detail["response"], entry.detail["complete"]) == (str(key), "ACCEPT", True)
    assert {one["response"] for one in entry.detail["schedules"]} == {"ACCEPT"}


@pytest.mark.parametrize("status", [404, 400])
def test_an_order_is_acknowledged_once(pod: Pod, key: int, status: int) -> None:
    pod.simulator.switches.acknowledged_again = status
    part = parts(pod, key)[0]
    assert pod.send("PATCH", f"{WAITING}/{key}", {"AcknowledgmentResponse": "A"}).status_code == 200
    assert pod.send("PATCH", f"{WAITING}/{key}", {"AcknowledgmentResponse": "A"}).status_code == status
    assert pod.send("PATCH", f"{WAITING}/{key}/child/schedules/{part}", {"Response": "ACCEPT"}).status_code == status
    assert len(pod.entries("acknowledgment_applied")) == 1


def test_a_rejected_order_needs_a_note(pod: Pod, key: int) -> None:
    refused = pod.send("PATCH", f"{WAITING}/{key}", {"AcknowledgmentResponse": "REJECT"})
    (error,) = refused.json()["o:errorDetails"]
    assert (refused.status_code, error["o:errorCode"], error["o:errorPath"]) == (400, "27014", "/AcknowledgmentNote")
    body = {"AcknowledgmentResponse": "REJECT", "AcknowledgmentNote": "Discontinued"}
    assert pod.send("PATCH", f"{WAITING}/{key}", body).status_code == 200
    assert pod.page(f"/{key}")["Status"] == "Rejected"


def test_schedules_are_answered_one_by_one_until_the_last(pod: Pod, key: int) -> None:
    *others, last = parts(pod, key)
    for part in others:
        body = {"Response": "REJECT", "RejectionReason": "No", "SupplierOrderLine": "7"}
        answer = pod.send("PATCH", f"{WAITING}/{key}/child/schedules/{part}", body)
        assert (answer.status_code, answer.json()["RejectionReason"]) == (200, "No")
        assert pod.send("PATCH", f"{WAITING}/{key}/child/schedules/{part}", body).status_code == 404
    assert pod.page(f"/{key}")["Status"] == "Pending Supplier Acknowledgment"
    assert pod.send("PATCH", f"{WAITING}/{key}/child/schedules/{last}", {"Response": "ACCEPT"}).status_code == 200
    assert pod.page(f"/{key}")["Status"] == "Open"
    complete = [entry.detail["complete"] for entry in pod.entries("acknowledgment_applied")]
    assert complete == [False] * len(others) + [True]


def test_named_schedules_differ_from_what_is_said_of_the_order(pod: Pod, key: int) -> None:
    first, *others = parts(pod, key)
    named = [{"LineLocationId": first, "Response": "REJECT", "RejectionReason": "Gone", "SupplierOrderLine": "1"}]
    body = {"AcknowledgmentResponse": "ACCEPT", "schedules": named}
    assert pod.send("PATCH", f"{WAITING}/{key}", body).status_code == 200
    (entry,) = pod.entries("acknowledgment_applied")
    assert [one["response"] for one in entry.detail["schedules"]] == ["REJECT", *["ACCEPT"] * len(others)]
    assert entry.detail["status"] == "Open"


def test_an_order_whose_schedules_are_all_rejected_is_rejected(pod: Pod, key: int) -> None:
    named = [{"LineLocationId": part, "Response": "REJECT"} for part in parts(pod, key)]
    assert pod.send("PATCH", f"{WAITING}/{key}", {"schedules": named}).status_code == 200
    assert pod.page(f"/{key}")["Status"] == "Rejected"


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({}, "/AcknowledgmentResponse"),
        ({"AcknowledgmentResponse": "MAYBE"}, "/AcknowledgmentResponse"),
        ({"AcknowledgmentResponse": "ACCEPT", "SupplierOrder": "x" * 26}, "/SupplierOrder"),
        ({"AcknowledgmentResponse": "ACCEPT", "AcknowledgmentNote": "x" * 4001}, "/AcknowledgmentNote"),
        ({"AcknowledgmentResponse": "ACCEPT", "Supplier": "another"}, "/Supplier"),
        ({"AcknowledgmentResponse": "ACCEPT", "Nothing": 1}, "/Nothing"),
        ({"AcknowledgmentResponse": 1}, "/AcknowledgmentResponse"),
        ({"schedules": [{"Response": "ACCEPT"}]}, "/schedules/0/LineLocationId"),
        ({"schedules": [{"LineLocationId": 1, "Response": "ACCEPT"}]}, "/schedules/0/LineLocationId"),
        ({"schedules": [{"LineLocationId": 1, "RejectionReason": "x" * 241}]}, "/schedules/0/Response"),
        ({"schedules": [1]}, "/schedules/0"),
        ({"schedules": 1}, "/schedules"),
    ],
    ids=str,
)
def test_what_is_wrong_is_named_by_its_path(pod: Pod, key: int, body: dict[str, Any], path: str) -> None:
    answer = pod.send("PATCH", f"{WAITING}/{key}", body)
    assert (answer.status_code, answer.json()["o:errorDetails"][0]["o:errorPath"]) == (400, path)
    assert pod.entries("acknowledgment_applied") == []


def test_a_share_of_the_generated_orders_waits(start: Callable[..., Pod]) -> None:
    pod = start(orders=10, pending_every=5)
    keys = pod.order_keys()
    assert [row["POHeaderId"] for row in pod.rows(WAITING)] == [keys[4], keys[9]]
    assert pod.found("Status = 'Pending Supplier Acknowledgment'") == [keys[4], keys[9]]
    assert pod.send("PATCH", f"{WAITING}/{keys[4]}", {"AcknowledgmentResponse": "ACCEPT"}).status_code == 200
    assert [row["POHeaderId"] for row in pod.rows(WAITING)] == [keys[9]]
    assert pod.found("Status = 'Open'") == [key for key in keys if key != keys[9]]


def test_an_answer_that_is_not_visible_yet_counts(pod: Pod, key: int) -> None:
    pod.simulator.switches.hold_back = True
    assert pod.send("PATCH", f"{WAITING}/{key}", {"AcknowledgmentResponse": "ACCEPT"}).status_code == 200
    assert [row["POHeaderId"] for row in pod.rows(WAITING)] == [key]
    assert pod.send("PATCH", f"{WAITING}/{key}", {"AcknowledgmentResponse": "ACCEPT"}).status_code == 404
    pod.simulator.release()
    assert pod.rows(WAITING) == []


@pytest.mark.parametrize(("method", "path"), [("POST", ""), ("DELETE", "/{key}"), ("PUT", "/{key}"), ("PATCH", "")])
def test_no_other_method_is_taken(pod: Pod, key: int, method: str, path: str) -> None:
    assert pod.send(method, WAITING + path.format(key=key), {}).status_code == 405


def test_a_body_of_another_media_type_is_not_read(pod: Pod, key: int) -> None:
    body = {"AcknowledgmentResponse": "ACCEPT"}
    assert pod.send("PATCH", f"{WAITING}/{key}", body, headers={"Content-Type": "text/plain"}).status_code == 415
    override = {"X-HTTP-Method-Override": "PATCH"}
    assert pod.send("POST", f"{WAITING}/{key}", body, headers=override).status_code == 200


def test_attributes_are_those_of_the_published_answer(reference: Path) -> None:
    text = (reference / "oracle-samples" / "purchaseorderacknowledgments-get.json").read_text(encoding="utf-8")
    (item,) = json.loads(text)["items"]
    (schedule,) = item["schedules"]["items"]
    assert item.keys() - {"links", "schedules"} == ACKNOWLEDGMENTS.attributes.keys()
    assert schedule.keys() - {"links"} == ACKNOWLEDGED_SCHEDULES.attributes.keys()


def test_the_published_order_waits_as_published(start: Callable[..., Pod], reference: Path) -> None:
    folder = reference / "oracle-samples"
    orders = json.loads((folder / "purchaseorders-get-expanded-v4.json").read_text("utf-8"), parse_float=Decimal)
    pod = start(orders=3, samples=(orders,))
    (published,) = json.loads((folder / "purchaseorderacknowledgments-get.json").read_text("utf-8"))["items"]
    (shown,) = pod.rows(WAITING, expand="schedules")
    schedules = [(item.pop("schedules")["items"], item.pop("links"))[0][0] for item in (published, shown)]
    assert shown == published
    assert {name: schedules[1][name] for name in schedules[0] if name != "links"} == {
        name: value for name, value in schedules[0].items() if name != "links"
    }
    body = json.loads((folder / "purchaseorderacknowledgments-patch-schedules-request.json").read_text("utf-8"))
    assert pod.send("PATCH", f"{WAITING}/{published['POHeaderId']}", body).status_code == 200
    assert pod.page(f"/{published['POHeaderId']}")["Status"] == "Rejected"
