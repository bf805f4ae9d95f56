"""What became of an order, and what the admin pages show of it (fact sheet, 3.1)."""

from decimal import Decimal
from typing import Any

import pytest

from tests.unit.simulators.oracle.pod import Pod
from tests.unit.simulators.oracle.test_invoice_writes import bill, matched
from tests.unit.simulators.oracle.test_receipt_follow_ups import follow, received
from tests.unit.simulators.oracle.test_receiving import Place, places

PATH = "purchaseOrderLifeCycleDetails"


@pytest.fixture
def place(pod: Pod) -> Place:
    """Return a schedule of goods of at least four."""
    found = (place for key in pod.order_keys() for place in places(pod, key))
    return next(place for place in found if place.schedule["Quantity"] and place.ordered >= 4)


def test_details_say_what_was_received_returned_and_billed(pod: Pod, place: Place) -> None:
    parent = received(pod, place)
    assert follow(pod, "RETURN TO VENDOR", parent, 1) == "SUCCESS"
    bill(pod, place, matched(place, Decimal(2)))
    key, price = place.order["POHeaderId"], place.schedule["Price"]
    details: dict[str, Any] = pod.read(f"{PATH}/{key}")
    assert (details["DeliveredAmount"], details["InvoicedAmount"]) == (2 * price, 2 * price)
    assert (details["InReceivingAmount"], details["UnpaidAmount"], details["PaidAmount"]) == (0, 2 * price, 0)
    part = place.schedule["LineLocationId"]
    schedule = pod.read(f"{PATH}/{key}/child/schedules/{part}")
    assert [schedule[f"{what}Quantity"] for what in ("Ordered", "Received", "Delivered", "Returned", "Invoiced")] == [
        place.ordered, 2, 2, 1, 2
    ]  # fmt: skip
    (receipt,) = pod.rows(f"{PATH}/{key}/child/receipts")
    assert (receipt["ReceivedQuantity"], receipt["DeliveredQuantity"], receipt["ReturnedQuantity"]) == (3, 2, 1)
    (invoice,) = pod.rows(f"{PATH}/{key}/child/invoices")
    assert invoice["InvoiceNumber"] == "INV-1"
    assert pod.answer(f"{PATH}/1").status_code == 404

    shown = pod.http.get(f"/admin/orders/{key}/figures").json()
    (row,) = [one for one in shown["schedules"] if one["received"] != "0"]
    assert (row["received"], row["returned"], row["billed"]) == ("2", "1", "2")
    assert pod.http.get("/admin/orders/1/figures").status_code == 404


def test_the_admin_pages_ask_suppliers_and_process_what_waits(pod: Pod) -> None:
    keys = pod.http.post("/admin/orders/pending", json={"count": 2, "kind": "Y"}).json()["keys"]
    assert keys == pod.order_keys()[:-3:-1]
    assert len(pod.rows("purchaseOrderAcknowledgments")) == 2
    assert pod.http.post("/admin/orders/pending", json={"kind": "X"}).status_code == 400
    assert pod.http.post("/admin/receipts/process").json() == {"processed": []}
