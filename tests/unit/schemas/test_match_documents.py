"""What the match preview reads of orders and ship notices."""

from decimal import Decimal
from typing import Any

import pytest

from schemas.cxml.ship_notice_request import InTransit, ShipNotice
from schemas.match_documents import of_ship_notice, ordered_lines
from schemas.match_values import MovementKind, OrderedLine
from schemas.oracle import purchase_order as oracle
from schemas.units import unit_map
from tests.match_factories import document
from tests.oracle_orders import raw_order

UNITS = unit_map({"Crate": "CR"}, {"CR": "KISTE"})


def lines(**schedule: Any) -> list[OrderedLine]:
    """Return the lines of the plain order, with changes of the first line's schedule."""
    order: Any = raw_order()
    order["lines"]["items"][0]["schedules"]["items"][0] |= schedule
    return list(ordered_lines(oracle.parse(order), lambda _, unit: UNITS.names(unit)))


@pytest.mark.parametrize(
    ("said", "required"),
    [
        ({}, True),
        ({"ReceiptRequiredFlag": True, "MatchApprovalLevelCode": "3_WAY"}, True),
        ({"MatchApprovalLevelCode": "4"}, True),
        ({"ReceiptRequiredFlag": False}, False),
        ({"ReceiptRequiredFlag": "N"}, False),
        ({"MatchApprovalLevelCode": "2_WAY"}, False),
        ({"MatchApprovalLevelCode": "2"}, False),
    ],
)
def test_a_line_needs_receipts_unless_its_schedules_say_otherwise(said: dict[str, Any], *, required: bool) -> None:
    assert [line.receipt_required for line in lines(**said)] == [required, True]


def test_a_line_says_what_may_be_missing() -> None:
    assert lines(ReceiptCloseTolerancePercent=5)[0].receipt_close_percent == Decimal(5)


def test_a_unit_is_known_by_the_other_sides_name_and_by_all_codes_that_mean_it() -> None:
    assert UNITS.names("Crate") == {"kiste", "crate"}
    assert {"ea", "each", "pcs"} <= UNITS.names(" EACH ")
    assert UNITS.names("Furlong") == {"furlong"}
    assert UNITS.names(None) == frozenset()


def test_a_ship_notice_says_what_is_in_transit() -> None:
    part = InTransit(order_number="PO1", line=2, quantity=Decimal(3), unit="EA")
    notice = ShipNotice(key="k", number="S-1", deliver_at=None, tracking_number=None, in_transit=(part,))

    (moved,) = of_ship_notice(document(MovementKind.SHIPPED), notice)

    assert (moved.kind, moved.order, moved.line, moved.quantity) == (MovementKind.SHIPPED, "PO1", 2, Decimal(3))
