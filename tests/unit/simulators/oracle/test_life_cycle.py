"""Which state may follow which, and how schedules bring lines and orders to their end (fact sheet, 3.1 and 6)."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from simulators.oracle.errors import FusionError
from tests.unit.simulators.oracle.pod import ORDERS, WHOLE, Pod

ACTION = {"Content-Type": "application/vnd.oracle.adf.action+json", "REST-Framework-Version": "4"}


def statuses(pod: Pod, key: int) -> tuple[str, list[str]]:
    """Return the state of an order and those of its lines."""
    order = pod.simulator.orders.get(key)
    return order["Status"], [line["Status"] for line in order["lines"]]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("INCOMPLETE", "OPEN"),
        ("INCOMPLETE", "PENDING APPROVAL"),
        ("REJECTED", "INCOMPLETE"),
        ("OPEN", "PENDING SUPPLIER ACKNOWLEDGMENT"),
        ("PENDING SUPPLIER ACKNOWLEDGMENT", "OPEN"),
        ("ON HOLD", "OPEN"),
        ("OPEN", "CLOSED FOR RECEIVING"),
        ("CLOSED FOR RECEIVING", "CLOSED"),
        ("CLOSED", "FINALLY CLOSED"),
    ],
)
def test_a_state_follows_where_it_may(pod: Pod, before: str, after: str) -> None:
    (key,) = pod.simulator.add(status=before)
    assert pod.simulator.set_status(key, after)["StatusCode"] == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("OPEN", "INCOMPLETE"),
        ("CLOSED FOR RECEIVING", "OPEN"),
        ("CLOSED", "INCOMPLETE"),
        ("CLOSED", "OPEN"),
        ("CLOSED", "CANCELED"),
        ("CLOSED", "CLOSED"),
        ("FINALLY CLOSED", "CLOSED"),
        ("CANCELED", "OPEN"),
        ("CANCELED", "CANCELED"),
    ],
)
def test_a_state_does_not_follow_any_other(pod: Pod, before: str, after: str) -> None:
    (key,) = pod.simulator.add(status=before)
    with pytest.raises(FusionError, match=r"You can't set the purchase order US\d+ to .* because its status is"):
        pod.simulator.set_status(key, after)
    assert pod.simulator.orders.get(key)["StatusCode"] == before


@pytest.mark.parametrize("ended", ["CANCELED", "CLOSED", "FINALLY CLOSED"])
def test_what_has_ended_cannot_be_changed_but_touched(pod: Pod, ended: str) -> None:
    (key,) = pod.simulator.add(status=ended)
    before = len(pod.simulator.journal.read())
    changes: list[Callable[[], object]] = [
        lambda: pod.simulator.change_line(key, 1, quantity=Decimal(2)),
        lambda: pod.simulator.change(key, Description="another"),
        lambda: pod.simulator.cancel_line(key, 1),
        lambda: pod.simulator.cancel(key),
        lambda: pod.simulator.hold(key),
        lambda: pod.simulator.require_acknowledgment(key),
        lambda: pod.simulator.settle(key, "receive") if ended == "CANCELED" else pod.simulator.close(key),
    ]
    for change in changes:
        with pytest.raises(FusionError, match=f"because its status is {ended.title()}"):
            change()
    assert len(pod.simulator.journal.read()) == before
    assert pod.simulator.touch(key)["StatusCode"] == ended


def test_a_canceled_line_takes_no_change_and_the_others_do(pod: Pod) -> None:
    key = pod.order_keys()[0]
    pod.simulator.cancel_line(key, 1)
    for change in (pod.simulator.change_line, pod.simulator.cancel_line):
        with pytest.raises(FusionError, match=r"line 1 of the purchase order US200000 because its status is Canceled"):
            change(key, 1)
    assert pod.simulator.change_line(key, 2, quantity=Decimal(2))["Status"] == "Open"


def test_an_order_is_canceled_with_its_last_line(pod: Pod) -> None:
    key = pod.order_keys()[0]
    for line in (1, 2):
        assert pod.simulator.cancel_line(key, line)["Status"] == "Open"
    order = pod.simulator.cancel_line(key, 3)
    assert (order["Status"], order["Total"]) == ("Canceled", 0)


def test_receipts_and_invoices_close_schedules_then_lines_then_the_order(pod: Pod) -> None:
    key = pod.order_keys()[0]
    pod.simulator.advance_clock(60)
    before = pod.simulator.orders.get(key)["LastUpdateDate"]
    pod.simulator.settle(key, "receive", 1)
    assert statuses(pod, key) == ("Open", ["Closed for Receiving", "Open", "Open"])
    order = pod.simulator.orders.get(key)
    assert order["LastUpdateDate"] == before < order["lines"][0]["LastUpdateDate"]
    assert order["lines"][0]["schedules"][0]["distributions"][0]["Status"] == "Closed for Receiving"

    pod.simulator.settle(key, "invoice", 1)
    assert statuses(pod, key) == ("Open", ["Closed", "Open", "Open"])
    pod.simulator.settle(key, "invoice")
    assert statuses(pod, key) == ("Closed for Invoicing", ["Closed", "Closed for Invoicing", "Closed for Invoicing"])
    assert pod.simulator.orders.get(key)["LastUpdateDate"] > before
    pod.simulator.settle(key, "receive")
    assert statuses(pod, key) == ("Closed", ["Closed"] * 3)
    pod.simulator.settle(key, "finally-close")
    assert statuses(pod, key) == ("Finally Closed", ["Finally Closed"] * 3)
    assert [entry.detail["status"] for entry in pod.simulator.journal.read(kind="schedules_settled")] == [
        "Open", "Open", "Closed for Invoicing", "Closed", "Finally Closed"
    ]  # fmt: skip


def test_what_is_canceled_does_not_keep_an_order_open(pod: Pod) -> None:
    key = pod.order_keys()[0]
    pod.simulator.cancel_line(key, 2)
    pod.simulator.settle(key, "close")
    assert statuses(pod, key) == ("Closed", ["Closed", "Canceled", "Closed"])


def test_a_canceled_order_keeps_what_was_closed_before(pod: Pod) -> None:
    key = pod.order_keys()[0]
    pod.simulator.settle(key, "close", 1)
    pod.simulator.cancel(key)
    assert statuses(pod, key) == ("Canceled", ["Closed", "Canceled", "Canceled"])


@pytest.mark.parametrize(
    ("act", "line", "said"),
    [("receive", 1, "their status is Closed"), ("receive", 9, "none that is there"), ("lose", 1, "no act lose")],
)
def test_a_schedule_is_settled_once(pod: Pod, act: str, line: int, said: str) -> None:
    key = pod.order_keys()[0]
    pod.simulator.settle(key, "close", 1)
    with pytest.raises(FusionError, match=said):
        pod.simulator.settle(key, act, line)


def test_a_line_and_a_schedule_are_closed_by_their_links(pod: Pod) -> None:
    lines: list[dict[str, Any]] = pod.items(expand=WHOLE)[0]["lines"]["items"]
    schedule = lines[0]["schedules"]["items"][0]
    links = [schedule["links"][0]["href"], lines[1]["links"][0]["href"]]
    for link in links:
        assert pod.http.post(f"{link}/action/close", headers=ACTION).status_code == 200
        assert pod.http.post(f"{link}/action/close", headers=ACTION).status_code == 400
        assert pod.http.post(f"{link}/action/cancel", headers=ACTION).status_code == 404
    order = pod.simulator.orders.get(pod.order_keys()[0])
    assert order["lines"][0]["schedules"][0]["Status"] == order["lines"][1]["Status"] == "Closed"
    for path in ("/child/lines/1", "/child/lines", "/child/nothing/1", "/child/lines/1/child/schedules/1", "/lines/1"):
        url = f"{ORDERS}/{pod.order_keys()[0]}{path}/action/close"
        assert pod.http.post(url, headers=ACTION).status_code == 404
