"""What is posted to Oracle's receiving, and how its answers are read."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from schemas.oracle import receipt
from schemas.oracle.receipt import Outcome
from schemas.oracle.receipt_plan import Correct, Receive, Return
from schemas.oracle.receipt_wanted import WantedReceipt
from tests.receiving_model import place, wanted_line

NOW = datetime(2025, 3, 21, 12, tzinfo=UTC)
LINE = wanted_line("4")


def wanted(received_at: datetime = NOW - timedelta(days=1), changed_at: datetime = NOW) -> WantedReceipt:
    return WantedReceipt(
        number="RCT90001",
        received_at=received_at,
        changed_at=changed_at,
        packing_slip="PS-5567",
        comments="JAGGAER receipt RCT90001",
        lines=(LINE,),
    )


def test_a_receipt_names_its_supplier_organization_schedule_and_our_reference() -> None:
    body = receipt.receipt(
        wanted(), [Receive(line=LINE, place=place(2, "9", direct=True), number=Decimal(4))], "MC-1", NOW
    )
    lines = body["lines"]
    assert isinstance(lines, list)
    (line,) = lines
    assert isinstance(line, dict)
    assert body["VendorId"] == 300100047414503
    assert (body["OrganizationCode"], body["ShipmentNumber"], body["InsertAndProcessFlag"]) == ("V1", "MC-1", True)
    assert (line["AutoTransactCode"], line["DocumentShipmentLineNumber"]) == ("DELIVER", 2)
    assert (line["Quantity"], line["UOMCode"], line["SoldtoLegalEntity"]) == (Decimal(4), "Ea", "Vision Operations")
    assert line["ExternalSystemPackingUnit"] == "MC-1"
    assert line["ExternalSystemTransactionReference"] == "MC-1/1"


@pytest.mark.parametrize(
    ("received_at", "stated"),
    [
        (NOW - timedelta(days=1), "2025-03-20T12:00:00+00:00"),
        (NOW + timedelta(hours=3), "2025-03-21T11:59:00+00:00"),
    ],
)
def test_nothing_is_dated_in_the_future(received_at: datetime, stated: str) -> None:
    effect = Receive(line=LINE, place=place(1, "9"), number=Decimal(4))
    assert receipt.receipt(wanted(received_at), [effect], "MC-1", NOW)["TransactionDate"] == stated


def test_a_correction_is_of_the_day_of_the_change_and_a_return_of_the_day_of_the_receipt() -> None:
    changed_at = NOW - timedelta(hours=2)
    bodies = [
        receipt.follow_up(wanted(changed_at=changed_at), kind(line=LINE, parent=7, number=Decimal(2)), "MC-1", NOW)
        for kind in (Correct, Return)
    ]
    assert [(body["TransactionType"], body["TransactionDate"]) for body in bodies] == [
        ("CORRECT", "2025-03-21T10:00:00+00:00"),
        ("RETURN TO VENDOR", "2025-03-20T12:00:00+00:00"),
    ]
    assert not any("AutoTransactCode" in body for body in bodies)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"ReturnStatus": "SUCCESS"}, Outcome.SUCCEEDED),
        ({"ReturnStatus": None, "ProcessingStatusCode": "PENDING"}, Outcome.WAITING),
        ({"ReturnStatus": None, "TransactionStatusCode": "ERROR"}, Outcome.FAILED),
        ({}, Outcome.WAITING),
    ],
)
def test_the_row_says_what_came_of_a_request_whatever_http_says(row: receipt.Object, expected: Outcome) -> None:
    assert receipt.outcome(row) is expected
