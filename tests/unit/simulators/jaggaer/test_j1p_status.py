"""The status of purchase orders over J1P: recorded, shown, kept through changes, and final when canceled."""

import pytest

from simulators.jaggaer.j1p import RETURN_CODES
from simulators.jaggaer.order import Reason, State
from tests.unit.simulators.jaggaer.conftest import Jaggaer
from tests.unit.simulators.jaggaer.documents import j1p_order


def status(jaggaer: Jaggaer, word: object, number: str = "PO1", batch: str = "status-1") -> int:
    answer = jaggaer.call("POST", f"/purchaseorders/{number}/status", {"batchId": batch, "status": word})
    code: int = answer["returnCode"]
    return code


@pytest.mark.parametrize(
    ("word", "state"),
    [("closed", State.CLOSED), ("on_hold", State.ON_HOLD), ("Finally Closed", State.FINALLY_CLOSED), ("open", "Open")],
)
def test_a_status_is_recorded_and_shown(jaggaer: Jaggaer, word: str, state: str) -> None:
    jaggaer.import_order(j1p_order())
    assert status(jaggaer, word) == 0

    (row,) = jaggaer.get("/PO1").json()["jipurchaseorderList"]["jipurchaseorder"]
    assert (row["poHeader"]["status"], row["poHeader"]["originalRequestMessageId"]) == (state, "batch-1")
    (applied,) = jaggaer.entries("status_applied")
    assert (applied["key"], applied["document"], applied["before"]) == ("PO1", "order", "Open")


def test_a_status_outlives_an_update_of_the_order(jaggaer: Jaggaer) -> None:
    jaggaer.import_order(j1p_order("A/1"))
    assert status(jaggaer, "on_hold", "A/1") == 0
    assert jaggaer.import_order(j1p_order("A/1", type="update", revision=1), "batch-2")["returnCode"] == 0

    held = jaggaer.simulator.orders.get("A/1")
    assert held is not None
    assert (held.state, held.revision, [one.status for one in held.statuses]) == (State.ON_HOLD, 1, ["On Hold"])


def test_canceled_is_final(jaggaer: Jaggaer) -> None:
    jaggaer.import_order(j1p_order())
    assert status(jaggaer, "cancelled") == 0
    assert status(jaggaer, "canceled") == 0
    assert status(jaggaer, "open") == RETURN_CODES[Reason.CLOSED]
    assert jaggaer.import_order(j1p_order(type="update", revision=1), "b2")["returnCode"] == RETURN_CODES[Reason.CLOSED]


@pytest.mark.parametrize(
    ("number", "word", "reason"),
    [("PO2", "closed", Reason.UNKNOWN_ORDER), ("PO1", "asleep", Reason.INVALID), ("PO1", None, Reason.MISSING)],
)
def test_a_status_that_makes_no_sense_is_refused(jaggaer: Jaggaer, number: str, word: object, reason: Reason) -> None:
    jaggaer.import_order(j1p_order())
    assert status(jaggaer, word, number) == RETURN_CODES[reason]
    assert jaggaer.kinds() == ["order_applied", "status_refused"]
