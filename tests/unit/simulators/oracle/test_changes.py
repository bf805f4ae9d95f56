"""What a buyer does: the life cycle, sums and stamps that follow, actions over HTTP, and the journal of it all."""

from decimal import Decimal
from typing import Any

import pytest

from simulators.oracle.errors import FusionError
from simulators.oracle.life_cycle import STATUSES
from tests.unit.simulators.oracle.pod import ORDERS, WHOLE, Pod

ACTION = {"Content-Type": "application/vnd.oracle.adf.action+json"}
DISPLAYED = """Canceled|Closed|Closed for Invoicing|Closed for Receiving|Finally Closed|Incomplete|On Hold|Open|Pending
Approval|Pending Change Approval|Pending Funds Reservation|Pending Signature Preparation|Pending Supplier
Acknowledgment|Rejected|Sent for Signature|Withdrawn"""


def last(pod: Pod) -> dict[str, Any]:
    return dict(pod.simulator.journal.read()[-1].detail)


def goods_line(pod: Pod) -> tuple[int, int]:
    """Return an order's key and the number of a line of it that has a quantity and several schedules."""
    for order in pod.simulator.orders.all():
        for line in order["lines"]:
            if line["Quantity"] is not None and len(line["schedules"]) > 1:
                return order["POHeaderId"], line["LineNumber"]
    raise AssertionError("no such line")


def test_every_status_of_the_life_cycle_can_be_shown(pod: Pod) -> None:
    assert {*STATUSES.values()} == {" ".join(name.split()) for name in DISPLAYED.split("|")}
    for code in STATUSES:
        (key,) = pod.simulator.add(status=code)
        shown = pod.page(f"/{key}")
        assert (shown["StatusCode"], shown["Status"]) == (code, STATUSES[code])
    with pytest.raises(FusionError, match="no status LOST"):
        pod.simulator.set_status(pod.order_keys()[0], "LOST")


@pytest.mark.parametrize(("quantity", "price"), [("7", None), (None, "12.5"), ("3.25", "4.04"), ("0", None)])
def test_a_changed_line_keeps_every_sum_exact(pod: Pod, quantity: str | None, price: str | None) -> None:
    key, number = goods_line(pod)
    before = pod.simulator.orders.get(key)["lines"][number - 1]
    pod.simulator.change_line(
        key,
        number,
        quantity=None if quantity is None else Decimal(quantity),
        price=None if price is None else Decimal(price),
    )
    order = pod.simulator.orders.get(key)
    line = order["lines"][number - 1]

    assert line["Quantity"] == (before["Quantity"] if quantity is None else Decimal(quantity))
    assert line["Price"] == (before["Price"] if price is None else Decimal(price))
    assert line["Ordered"] == line["Total"] == line["Quantity"] * line["Price"]
    assert line["Ordered"] == sum(schedule["Ordered"] for schedule in line["schedules"])
    assert line["Quantity"] == sum(schedule["Quantity"] for schedule in line["schedules"])
    for schedule in line["schedules"]:
        assert schedule["Ordered"] == sum(share["Ordered"] for share in schedule["distributions"])
    assert order["Ordered"] == order["Total"] == sum(line["Ordered"] for line in order["lines"])


def test_a_changed_line_moves_its_own_stamp_and_not_its_orders(pod: Pod) -> None:
    key = pod.order_keys()[0]
    before = pod.page(f"/{key}", expand=WHOLE)
    pod.simulator.change_line(key, 2, description="another")
    after = pod.page(f"/{key}", expand=WHOLE)

    assert (after["LastUpdateDate"], after["Revision"]) == (before["LastUpdateDate"], 0)
    moved = [line["LastUpdateDate"] > before["LastUpdateDate"] for line in after["lines"]["items"]]
    assert moved == [False, True, False]


def test_an_order_moves_with_its_lines_if_it_is_switched_so(pod: Pod) -> None:
    key = pod.order_keys()[0]
    pod.simulator.switches.parent_moves_with_children = True
    before = pod.page(f"/{key}")
    pod.simulator.change_line(key, 1, quantity=Decimal(2))
    after = pod.page(f"/{key}")
    assert after["LastUpdateDate"] > before["LastUpdateDate"]
    assert after["Revision"] == 1


def test_a_line_that_is_not_there_is_named(pod: Pod) -> None:
    for act in (pod.simulator.change_line, pod.simulator.cancel_line):
        with pytest.raises(FusionError, match="The order US200000 has no line 9"):
            act(pod.order_keys()[0], 9)
    assert pod.simulator.journal.read(kind="line_changed") == []


def test_a_canceled_line_counts_nothing(pod: Pod) -> None:
    key = pod.order_keys()[0]
    before = pod.simulator.orders.get(key)
    order = pod.simulator.cancel_line(key, 1)
    assert order["lines"][0]["Status"] == "Canceled"
    assert order["lines"][0]["Ordered"] == 0
    assert order["Total"] == before["Total"] - before["lines"][0]["Ordered"]
    assert (order["Status"], order["Revision"]) == ("Open", 1)


def test_a_touched_order_has_a_new_stamp_and_nothing_else(pod: Pod) -> None:
    key = pod.order_keys()[0]
    before, after = pod.page(f"/{key}", onlyData="true"), pod.simulator.touch(key)
    shown = pod.page(f"/{key}", onlyData="true")
    assert shown == before | {"LastUpdateDate": after["LastUpdateDate"].isoformat()}
    assert shown != before


def test_an_order_waits_for_its_supplier(pod: Pod) -> None:
    order = pod.simulator.require_acknowledgment(pod.order_keys()[0], "Y")
    assert order["RequiredAcknowledgment"] == "Document and Schedule"
    assert order["Status"] == "Pending Supplier Acknowledgment"
    with pytest.raises(FusionError, match="no acknowledgment X"):
        pod.simulator.require_acknowledgment(pod.order_keys()[0], "X")


@pytest.mark.parametrize(("action", "status"), [("cancel", "Canceled"), ("close", "Closed")])
def test_an_action_ends_an_order_with_all_its_children(pod: Pod, action: str, status: str) -> None:
    key = pod.order_keys()[0]
    link = pod.page(f"/{key}")["links"][0]["href"]
    answer = pod.http.post(f"{link}/action/{action}", content=b"{}", headers=ACTION)

    assert (answer.status_code, [*answer.json()]) == (200, ["result"])
    shown = pod.get(f"/{key}", expand=WHOLE).text
    assert shown.count(f'"Status":"{status}"') == shown.count('"Status":') > 3
    assert (last(pod)["status"], pod.simulator.journal.read()[-1].key) == (status, str(key))


@pytest.mark.parametrize(
    ("path", "content", "headers", "status"),
    [
        ("/300100210000000/action/cancel", b"{}", {"Content-Type": "application/json"}, 415),
        ("/300100210000000/action/cancel", b"{", ACTION, 400),
        ("/300100210000000/action/cancel", b"[]", ACTION, 400),
        ("/300100210000000/action/explode", b"{}", ACTION, 404),
        ("/1/action/cancel", b"{}", ACTION, 404),
        ("/300100210000000/action/cancel", b"{}", ACTION | {"If-Match": '"ACED0005"'}, 412),
    ],
)
def test_a_wrong_action_has_no_effect(
    pod: Pod, path: str, content: bytes, headers: dict[str, str], status: int
) -> None:
    answer = pod.http.post(ORDERS + path, content=content, headers=headers | {"REST-Framework-Version": "4"})
    assert answer.status_code == status
    assert pod.simulator.orders.get(pod.order_keys()[0])["Status"] == "Open"
    if status == 412:
        assert answer.json() == pod.page(f"/{pod.order_keys()[0]}")
        assert answer.headers["ETag"] == pod.get(f"/{pod.order_keys()[0]}").headers["ETag"]


def test_the_current_etag_lets_an_action_through_and_a_canceled_order_refuses_the_next(pod: Pod) -> None:
    path = f"{ORDERS}/{pod.order_keys()[0]}"
    etag = pod.http.get(path).headers["ETag"]
    assert pod.http.post(f"{path}/action/cancel", headers=ACTION | {"If-Match": etag}).status_code == 200
    refused = pod.http.post(f"{path}/action/cancel", headers=ACTION | {"REST-Framework-Version": "4"})
    assert refused.status_code == 400
    assert "Canceled" in refused.json()["o:errorDetails"][0]["detail"]


def test_new_orders_are_added_behind_the_others_and_stamped_now(pod: Pod) -> None:
    now = pod.simulator.now()
    keys = pod.simulator.add(3)
    assert pod.order_keys()[-3:] == keys
    assert len(pod.simulator.orders) == 63
    assert pod.found(f"LastUpdateDate >= '{now.isoformat()}'") == keys
    assert [entry.kind for entry in pod.simulator.journal.read()] == ["token_issued", *["order_added"] * 3]


def test_the_journal_tells_what_a_judge_needs(pod: Pod) -> None:
    key = pod.order_keys()[0]
    order = pod.simulator.change(key, Description="another")
    entry = pod.simulator.journal.read(kind="order_changed")[-1]
    assert entry.key == str(key)
    assert dict(entry.detail) == {
        "number": "US200000",
        "revision": 1,
        "status": "Open",
        "total": str(order["Total"]),
        "currency": order["CurrencyCode"],
        "business_unit": order["ProcurementBU"],
        "last_update_date": order["LastUpdateDate"].isoformat(),
        "visible": True,
    }


@pytest.mark.parametrize(
    ("sent", "status"), [("*", 200), ('"1", {etag}', 200), ("W/{etag}", 412), ('W/"1", "2"', 412), ("", 412)]
)
def test_if_match_takes_a_star_and_lists_and_no_weak_tag(pod: Pod, sent: str, status: int) -> None:
    path = f"{ORDERS}/{pod.order_keys()[0]}"
    if_match = sent.replace("{etag}", pod.http.get(path).headers["ETag"])
    assert pod.http.post(f"{path}/action/close", headers=ACTION | {"If-Match": if_match}).status_code == status
