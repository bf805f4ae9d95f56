"""The admin pages: what they show, change and refuse."""

from decimal import Decimal
from typing import Any

import pytest

from tests.unit.simulators.oracle.pod import Pod


def post(pod: Pod, path: str, body: Any = None) -> Any:
    answer = pod.http.post(f"/admin/{path}", json=body)
    assert answer.status_code in (200, 201), answer.text
    return answer.json()


def test_the_summary_is_exact_and_follows_changes(pod: Pod) -> None:
    key = pod.order_keys()[0]
    total = pod.simulator.orders.get(key)["Total"]
    before = pod.http.get("/admin/summary").json()
    post(pod, f"orders/{key}/cancel")
    after = pod.http.get("/admin/summary").json()

    assert (before["orders"], sum(group["orders"] for group in before["groups"])) == (60, 60)
    assert {group["status"] for group in before["groups"]} == {"Open"}
    (canceled,) = [group for group in after["groups"] if group["status"] == "Canceled"]
    assert (canceled["orders"], Decimal(canceled["total"])) == (1, total)
    assert sum(Decimal(group["total"]) for group in after["groups"]) == sum(
        order["Total"] for order in pod.simulator.orders.all()
    )


def test_orders_are_changed_by_their_verbs(pod: Pod) -> None:
    key, other = pod.order_keys()[:2]
    verbs: list[tuple[int, str, dict[str, Any], str]] = [
        (key, "describe", {"text": "Büro"}, "order_changed"),
        (key, "line", {"line": 2, "quantity": "2.5", "price": 3.10}, "line_changed"),
        (key, "cancel-line", {"line": 1}, "line_canceled"),
        (key, "touch", {}, "order_touched"),
        (key, "acknowledgment", {}, "acknowledgment_required"),
        (key, "hold", {}, "status_changed"),
        (key, "status", {"status": "OPEN"}, "status_changed"),
        (key, "cancel", {}, "status_changed"),
        (other, "receive", {"line": 1, "schedule": 1}, "schedules_settled"),
        (other, "close", {"line": 2}, "schedules_settled"),
        (other, "invoice", {"line": 1}, "schedules_settled"),
        (other, "close", {}, "status_changed"),
        (other, "finally-close", {}, "schedules_settled"),
    ]
    for at, verb, body, kind in verbs:
        post(pod, f"orders/{at}/{verb}", body)
        assert pod.simulator.journal.read()[-1].kind == kind
    order = pod.http.get(f"/admin/orders/{key}").json()
    assert (order["Description"], order["Status"], order["lines"][1]["Ordered"]) == ("Büro", "Canceled", 7.75)
    assert pod.http.get(f"/admin/orders/{other}").json()["Status"] == "Finally Closed"


def test_orders_are_added_tied_held_back_and_released(pod: Pod) -> None:
    assert len(post(pod, "orders", {"count": 5})["keys"]) == 5
    tied = post(pod, "ties", {"count": 4, "stamp": "2026-01-31T10:00:00+01:00"})
    assert (tied["keys"], tied["stamp"]) == (pod.order_keys()[-4:], "2026-01-31T09:00:00+00:00")
    assert pod.found("LastUpdateDate = '2026-01-31T09:00:00Z'") == tied["keys"]
    assert post(pod, "switches", {"hold_back": True, "visible_after_seconds": 1})["hold_back"] is True
    post(pod, "orders")
    assert len(pod.order_keys()) == 65
    assert post(pod, "release") == {"released": 1}
    assert post(pod, "reset") == {"orders": 60}


@pytest.mark.parametrize(
    ("path", "body", "said"),
    [
        ("orders", {"count": 0}, "count is not"),
        ("orders", {"count": True}, "count is not"),
        ("orders", [], "not a JSON object"),
        ("orders/300100210000000/explode", {}, "known are cancel"),
        ("orders/300100210000000/line", {"line": 9}, "has no line 9"),
        ("orders/300100210000000/line", {"line": "1"}, "not a line's number"),
        ("orders/300100210000000/receive", {"schedule": True}, "not a schedule's number"),
        ("orders/300100210000000/receive", {"line": 9}, "none that is there"),
        ("samples", {"items": [{"InvoiceId": 1}]}, "none of the documents"),
        ("samples", {"documents": "all"}, "documents is not a list"),
        ("orders/300100210000000/line", {"quantity": "seven"}, "quantity: 'seven'"),
        ("orders/300100210000000/line", {"quantity": "NaN"}, "quantity: 'NaN'"),
        ("orders/300100210000000/status", {"status": "LOST"}, "known are OPEN"),
        ("orders/300100210000000/acknowledgment", {"kind": "X"}, "known are N, D, Y"),
        ("switches", {"nothing": True}, "known are parent_moves_with_children"),
        ("switches", {"page_cap": "5"}, "wrong: page_cap"),
        ("clock", {"set": "2026-01-31T10:00:00"}, "no zone"),
        ("clock", {"go": 1}, "the clock takes"),
        ("ties", {"count": 2, "stamp": "soon"}, "soon"),
        ("faults", {"kind": "nothing"}, "kind must be one of status"),
    ],
)
def test_what_makes_no_sense_is_a_400_that_says_what_does(pod: Pod, path: str, body: Any, said: str) -> None:
    answer = pod.http.post(f"/admin/{path}", json=body)
    assert answer.status_code == 400
    assert said in answer.json()["error"]


def test_an_order_that_is_not_there_is_a_404(pod: Pod) -> None:
    assert pod.http.get("/admin/orders/1").status_code == 404
    assert pod.http.post("/admin/orders/1/cancel").status_code == 404


def test_the_journal_is_read_after_a_sequence_by_kind_and_from_its_end(pod: Pod) -> None:
    pod.simulator.add(3)
    pod.get(q="Nothing = 1")

    def sequences(**query: str) -> list[int]:
        return [entry["sequence"] for entry in pod.http.get("/admin/journal", params=query).json()["entries"]]

    assert sequences() == [1, 2, 3, 4, 5]
    assert sequences(after="2", limit="2") == [3, 4]
    assert sequences(kind="order_added") == [2, 3, 4]
    assert sequences(kind="refused") == [5]
    assert sequences(tail="1") == [5]


def test_the_page_needs_nothing_from_elsewhere(pod: Pod) -> None:
    page = pod.http.get("/admin")
    assert page.headers["content-type"].startswith("text/html")
    assert "//" not in page.text.partition("<script>")[0]
    assert "http" not in page.text
