"""What was closed by its figures opens again once goods go back or a bill is credited (fact sheet, 3.1 and 3.6)."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from simulators.oracle.resource import Row
from tests.unit.simulators.oracle.pod import Pod
from tests.unit.simulators.oracle.test_invoice_writes import act, bill, matched
from tests.unit.simulators.oracle.test_receipt_follow_ups import follow, rows
from tests.unit.simulators.oracle.test_receiving import Place, line, places, post


def found(pod: Pod, *, by_amount: bool = False, schedules: int = 1) -> list[Place]:
    """Return the schedules of the first line of goods (of at least four each), or of a service."""
    for key in pod.order_keys():
        for ordered in pod.simulator.latest(key)["lines"]:
            parts = [place for place in places(pod, key) if place.line["LineNumber"] == ordered["LineNumber"]]
            fits = all((part.schedule["Quantity"] is None) is by_amount and part.ordered >= 4 for part in parts)
            if fits and len(parts) == schedules:
                return parts
    raise AssertionError("no such line")


def alone(pod: Pod, place: Place) -> Place:
    """Make the line of a schedule the only one of its order."""
    pod.simulator.orders.put(place.order | {"lines": [place.line]})
    return places(pod, place.order["POHeaderId"])[0]


@pytest.fixture
def place(pod: Pod) -> Place:
    """Return the only schedule of an order."""
    return alone(pod, *found(pod))


def receive(pod: Pod, place: Place, number: Decimal | None = None) -> int:
    """Receive a schedule, all of it if not told otherwise, and return the TransactionId of the RECEIVE row."""
    assert post(pod, line(place, number))["ReturnStatus"] == "SUCCESS"
    return int(rows(pod, "RECEIVE")[-1]["TransactionId"])


def credit(pod: Pod, place: Place, number: int = 1) -> None:
    bill(pod, place, matched(place, Decimal(-number)), number="CM-1", InvoiceType="Credit memo")


def levels(pod: Pod, place: Place) -> tuple[Row, Row, Row, Row]:
    """Return an order, and the line, the schedule and the first distribution of a place."""
    key = place.schedule["LineLocationId"]
    now = next(one for one in places(pod, place.order["POHeaderId"]) if one.schedule["LineLocationId"] == key)
    return now.order, now.line, now.schedule, now.schedule["distributions"][0]


def states(pod: Pod, place: Place) -> set[str]:
    """Return the states of an order and of all of it that a place is in."""
    return {row["Status"] for row in levels(pod, place)}


def stamps(pod: Pod, place: Place) -> set[datetime]:
    return {row["LastUpdateDate"] for row in levels(pod, place)}


def shown(pod: Pod, place: Place) -> list[dict[str, Any]]:
    """Return what clients see as a schedule to receive."""
    return pod.rows("purchaseOrderSchedulesForReceiving", q=f"POHeaderId = {place.order['POHeaderId']}")


def test_a_return_opens_schedule_line_and_order_and_what_went_back_is_received_again(pod: Pod, place: Place) -> None:
    key = receive(pod, place)
    assert states(pod, place) == {"Closed for Receiving"}
    assert shown(pod, place) == []
    (closed,) = stamps(pod, place)
    pod.simulator.advance_clock(60)
    assert follow(pod, "RETURN TO VENDOR", key, 2) == "SUCCESS"
    assert states(pod, place) == {"Open"}
    (stamp,) = stamps(pod, place)
    assert [row["AvailableQuantity"] for row in shown(pod, place)] == [2]
    newer = f"LastUpdateDate > '{closed.isoformat()}'"
    (polled,) = pod.items(q=f"POHeaderId = {place.order['POHeaderId']} and {newer}")
    assert (polled["Status"], polled["LastUpdateDate"]) == ("Open", stamp.isoformat())
    receive(pod, place, Decimal(2))
    assert states(pod, place) == {"Closed for Receiving"}


def test_a_correction_to_less_opens_as_a_return_does_and_one_to_more_closes(pod: Pod, place: Place) -> None:
    key = receive(pod, place)
    assert follow(pod, "CORRECT", key, -1) == "SUCCESS"
    assert states(pod, place) == {"Open"}
    assert follow(pod, "CORRECT", key, 1) == "SUCCESS"
    assert states(pod, place) == {"Closed for Receiving"}


def test_what_goes_back_into_receiving_is_still_received(pod: Pod, place: Place) -> None:
    receive(pod, place)
    assert follow(pod, "RETURN TO RECEIVING", rows(pod, "DELIVER")[-1]["TransactionId"], 1) == "SUCCESS"
    assert states(pod, place) == {"Closed for Receiving"}


def test_a_return_within_the_tolerance_opens_nothing(pod: Pod, place: Place) -> None:
    place.schedule["ReceiptCloseTolerancePercent"] = Decimal(50)
    key, half = receive(pod, place), place.ordered / 2
    assert follow(pod, "RETURN TO VENDOR", key, half) == "SUCCESS"
    assert states(pod, place) == {"Closed for Receiving"}
    assert follow(pod, "RETURN TO VENDOR", key, Decimal("0.5")) == "SUCCESS"
    assert states(pod, place) == {"Open"}


def test_a_service_opens_by_its_amount(pod: Pod) -> None:
    place = alone(pod, *found(pod, by_amount=True))
    key = receive(pod, place)
    assert states(pod, place) == {"Closed for Receiving"}
    assert follow(pod, "RETURN TO VENDOR", key, None, Amount=Decimal("0.5")) == "SUCCESS"
    assert states(pod, place) == {"Open"}


def test_what_is_closed_stays_closed_for_what_is_not_taken_back(pod: Pod, place: Place) -> None:
    key = receive(pod, place)
    bill(pod, place, matched(place, place.ordered))
    assert states(pod, place) == {"Closed"}
    assert follow(pod, "RETURN TO VENDOR", key, 1) == "SUCCESS"
    assert states(pod, place) == {"Closed for Invoicing"}
    credit(pod, place)
    assert states(pod, place) == {"Open"}
    receive(pod, place, Decimal(1))
    assert states(pod, place) == {"Closed for Receiving"}


def test_a_credit_memo_and_a_canceled_invoice_open_for_invoicing(pod: Pod, place: Place) -> None:
    receive(pod, place)
    bill(pod, place, matched(place, place.ordered))
    pod.simulator.advance_clock(60)
    credit(pod, place)
    assert states(pod, place) == {"Closed for Receiving"}
    assert len(stamps(pod, place)) == 1
    bill(pod, place, matched(place, Decimal(1)), number="INV-2")
    assert states(pod, place) == {"Closed"}
    assert act(pod, place, "cancelInvoice") == 200
    assert states(pod, place) == {"Closed for Receiving"}


def test_one_of_two_schedules_opens_the_line(pod: Pod) -> None:
    first, second = found(pod, schedules=2)
    keys = [receive(pod, one) for one in (first, second)]
    ordered = levels(pod, second)[1]
    assert ordered["Status"] == "Closed for Receiving"
    assert follow(pod, "RETURN TO VENDOR", keys[0], 1) == "SUCCESS"
    _, ordered, opened, _ = levels(pod, first)
    assert (ordered["Status"], opened["Status"]) == ("Open", "Open")
    assert levels(pod, second)[2]["Status"] == "Closed for Receiving"


@pytest.mark.parametrize(
    ("closed_by", "kept"),
    [("close", "Closed"), ("invoice", "Closed"), ("finally-close", "Finally Closed")],
)
def test_what_a_person_closed_after_its_receipt_stays_closed(pod: Pod, place: Place, closed_by: str, kept: str) -> None:
    key = receive(pod, place)
    pod.simulator.settle(place.order["POHeaderId"], closed_by)
    assert follow(pod, "RETURN TO VENDOR", key, 2) == "SUCCESS"
    assert states(pod, place) == {kept}


def test_what_a_person_closed_for_receiving_stays_so_through_returns_and_bills(pod: Pod, place: Place) -> None:
    key = receive(pod, place, Decimal(3))
    pod.simulator.settle(place.order["POHeaderId"], "receive")
    assert follow(pod, "RETURN TO VENDOR", key, 1) == "SUCCESS"
    bill(pod, place, matched(place, Decimal(1)))
    assert states(pod, place) == {"Closed for Receiving"}


def test_a_receipt_after_a_persons_closing_opens_for_receiving_alone(pod: Pod, place: Place) -> None:
    pod.simulator.settle(place.order["POHeaderId"], "invoice")
    key = receive(pod, place)
    assert states(pod, place) == {"Closed"}
    assert follow(pod, "RETURN TO VENDOR", key, 1) == "SUCCESS"
    assert states(pod, place) == {"Closed for Invoicing"}


def test_nothing_opens_in_what_is_canceled(pod: Pod) -> None:
    (place,) = found(pod)
    key = receive(pod, place)
    pod.simulator.cancel(place.order["POHeaderId"])
    assert follow(pod, "RETURN TO VENDOR", key, 1) == "SUCCESS"
    order, _, schedule, _ = levels(pod, place)
    assert (order["Status"], schedule["Status"]) == ("Canceled", "Closed for Receiving")


def test_a_hold_is_kept_while_a_schedule_opens(pod: Pod) -> None:
    (place,) = found(pod)
    key = receive(pod, place)
    pod.simulator.hold(place.order["POHeaderId"])
    assert follow(pod, "RETURN TO VENDOR", key, 1) == "SUCCESS"
    order, ordered, schedule, _ = levels(pod, place)
    assert (order["Status"], ordered["Status"], schedule["Status"]) == ("On Hold", "Open", "Open")
