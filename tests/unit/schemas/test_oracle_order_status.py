"""What each state of an Oracle order means."""

import pytest

from schemas.oracle import purchase_order
from schemas.oracle.order_status import is_canceled
from schemas.oracle.row import Row
from schemas.purchase_order import OrderStatus
from schemas.refusals import RefusalClass, Refused

MEANINGS = {
    "Incomplete": OrderStatus.NOT_RELEASED,
    "Pending Approval": OrderStatus.NOT_RELEASED,
    "Pending Funds Reservation": OrderStatus.NOT_RELEASED,
    "Pending Signature Preparation": OrderStatus.NOT_RELEASED,
    "Sent for Signature": OrderStatus.NOT_RELEASED,
    "Withdrawn": OrderStatus.NOT_RELEASED,
    "Rejected": OrderStatus.NOT_RELEASED,
    "Pending Change Approval": OrderStatus.NOT_RELEASED,
    "Open": OrderStatus.OPEN,
    "Pending Supplier Acknowledgment": OrderStatus.OPEN,
    "On Hold": OrderStatus.ON_HOLD,
    "Closed": OrderStatus.CLOSED,
    "Closed for Invoicing": OrderStatus.CLOSED,
    "Closed for Receiving": OrderStatus.CLOSED,
    "Finally Closed": OrderStatus.CLOSED,
    "Canceled": OrderStatus.CANCELED,
}


@pytest.mark.parametrize(("text", "status"), MEANINGS.items())
def test_every_documented_state_has_its_meaning_by_text_or_by_code(text: str, status: OrderStatus) -> None:
    assert purchase_order.status({"Status": text}) is status
    assert purchase_order.status({"StatusCode": text.upper()}) is status
    assert purchase_order.status({"StatusCode": text.upper().replace(" ", "_"), "Status": text}) is status


def test_a_translated_text_is_overruled_by_a_known_code() -> None:
    assert purchase_order.status({"StatusCode": "ON HOLD", "Status": "Zurückgestellt"}) is OrderStatus.ON_HOLD


def test_an_undocumented_code_is_explained_by_a_known_text() -> None:
    assert purchase_order.status({"StatusCode": "PENDING_ACK", "Status": "Open"}) is OrderStatus.OPEN


@pytest.mark.parametrize(
    ("code", "text", "field"),
    [
        ("DRIFTING", "Drifting", "StatusCode"),
        (None, "Drifting", "Status"),
        (None, None, "Status"),
        ("OPEN", "Canceled", "Status"),
    ],
)
def test_an_unknown_or_contradictory_state_is_refused(code: str | None, text: str | None, field: str) -> None:
    with pytest.raises(Refused) as caught:
        purchase_order.status({"StatusCode": code, "Status": text})
    assert (caught.value.refusal.category, caught.value.refusal.field) == (RefusalClass.INVALID, field)


@pytest.mark.parametrize(
    ("code", "text", "canceled"),
    [("CANCELED", None, True), (None, "Canceled", True), ("OPEN", "Open", False), ("NEW STATE", None, False)],
)
def test_a_line_is_cancelled_by_its_own_state(code: str | None, text: str | None, canceled: bool) -> None:  # noqa: FBT001 - a table's column
    assert is_canceled(Row(raw={"StatusCode": code, "Status": text})) is canceled
