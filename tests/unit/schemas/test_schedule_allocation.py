"""Which schedules bear what is billed of an order line, and to which what is given back returns."""

from decimal import Decimal

import pytest

from schemas.schedule_allocation import Bearer, after, parts, shares


def numbers(text: str) -> list[Decimal]:
    return [Decimal(number) for number in text.split()]


def bearers(ordered: str, billed: str = "") -> list[Bearer]:
    known: list[Decimal | None] = [*numbers(billed)] or [None] * len(ordered.split())
    return [
        Bearer(number=number, key=10 + number, ordered=one, billed=already)
        for number, (one, already) in enumerate(zip(numbers(ordered), known, strict=True), start=1)
    ]


@pytest.mark.parametrize(
    ("quantity", "ordered", "billed", "expected"),
    [
        ("4", "10", "", "4"),
        ("12", "10", "", "12"),
        ("7", "5 7", "", "0 7"),
        ("5", "5 5", "", "5 0"),
        ("6", "5 7", "", "5 1"),
        ("20", "5 7", "", "5 15"),
        ("-6", "5 7", "", "-5 -1"),
        ("0", "5 7", "", "0 0"),
        ("54", "91 29", "54 0", "37 17"),
        ("12", "91 29", "91 17", "0 12"),
        ("5", "5 7", "5 0", "0 5"),
        ("9", "5 7", "8 0", "0 9"),
        ("-6", "5 7", "5 4", "-2 -4"),
        ("-5", "5 7", "5 7", "-5 0"),
        ("-3", "5 7", "5 0", "-3 0"),
        ("-9", "5 7", "5 1", "-8 -1"),
    ],
)
def test_what_is_billed_goes_to_what_is_unbilled_and_what_is_given_back_to_what_was_billed(
    quantity: str, ordered: str, billed: str, expected: str
) -> None:
    assert shares(Decimal(quantity), bearers(ordered, billed)) == numbers(expected)


def test_amounts_follow_to_the_cent() -> None:
    found = parts(Decimal(5), Decimal("0.333"), Decimal("1.67"), "USD", bearers("1 7"))

    assert [(one.schedule, str(one.quantity), str(one.amount)) for one in found] == [(1, "1", "0.33"), (2, "4", "1.34")]


def test_a_service_is_borne_by_amount() -> None:
    found = parts(None, Decimal(0), Decimal("100.00"), "USD", bearers("80.00 90.00", "30.00 0"))

    assert [(one.schedule, one.quantity, str(one.amount)) for one in found] == [
        (1, None, "50.00"),
        (2, None, "50.00"),
    ]
    assert [one.billed for one in after(bearers("80.00 90.00", "30.00 0"), found)] == [80, 50]
