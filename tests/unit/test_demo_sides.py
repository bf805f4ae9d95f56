"""How the demo holds both sides against each other."""

from decimal import Decimal

from console.demo import sides

ORACLE = {
    "groups": [
        {"currency": "USD", "status": "Open", "orders": 2, "total": "10.10"},
        {"currency": "USD", "status": "Closed", "orders": 1, "total": "0.90"},
        {"currency": "USD", "status": "Canceled", "orders": 1, "total": "5.00"},
    ]
}
JAGGAER = {
    "tallies": [
        {"currency": "USD", "state": "Open", "count": 3, "total": "11.000"},
        {"currency": "USD", "state": "Canceled", "count": 1, "total": "5"},
    ]
}


def test_sides_with_the_same_orders_agree_however_they_write_their_sums() -> None:
    oracle, jaggaer = sides.oracle_side(ORACLE), sides.jaggaer_side(JAGGAER)

    assert oracle["USD", False] == sides.Tally(orders=3, total=Decimal("11.00"))
    assert sides.agree(oracle, jaggaer)
    assert [row["orders"] for row in sides.rows(oracle, jaggaer)] == ["USD open", "USD canceled"]


def test_a_cent_or_an_order_too_many_is_a_difference() -> None:
    oracle = sides.oracle_side(ORACLE)

    for difference in (sides.Tally(orders=3, total=Decimal("11.01")), sides.Tally(orders=4, total=Decimal("11.00"))):
        assert not sides.agree(oracle, {**sides.jaggaer_side(JAGGAER), ("USD", False): difference})
    assert not sides.agree(oracle, {})
