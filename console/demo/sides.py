"""Both sides of the demo, side by side: what Oracle has, what JAGGAER has, and whether they agree. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """So many orders worth so much, in one currency and state."""

    orders: int = 0
    total: Decimal = Decimal(0)

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(orders=self.orders + other.orders, total=self.total + other.total)


Group = tuple[str, bool]
"""A currency, and whether its orders are canceled."""


def oracle_side(summary: Mapping[str, Any]) -> dict[Group, Tally]:
    """Return Oracle's orders by currency and whether they are canceled, from its simulator's summary."""
    return _sum(
        ((group["currency"], group["status"] == "Canceled"), group["orders"], group["total"])
        for group in summary["groups"]
    )


def jaggaer_side(summary: Mapping[str, Any]) -> dict[Group, Tally]:
    """Return JAGGAER's orders by currency and whether they are canceled, from its simulator's summary."""
    return _sum(
        ((tally["currency"], tally["state"] == "Canceled"), tally["count"], tally["total"])
        for tally in summary["tallies"]
    )


def agree(oracle: Mapping[Group, Tally], jaggaer: Mapping[Group, Tally]) -> bool:
    """Whether both sides have the same orders, in count and to the cent, in every currency and state."""
    return all(oracle.get(group, Tally()) == jaggaer.get(group, Tally()) for group in {*oracle, *jaggaer})


def rows(oracle: Mapping[Group, Tally], jaggaer: Mapping[Group, Tally]) -> list[dict[str, Any]]:
    """Return one table row for each currency and state."""
    return [
        {
            "orders": f"{currency} {'canceled' if canceled else 'open'}",
            "Oracle": oracle.get((currency, canceled), Tally()).orders,
            "JAGGAER": jaggaer.get((currency, canceled), Tally()).orders,
            "Oracle_total": _short(oracle.get((currency, canceled), Tally()).total),
            "JAGGAER_total": _short(jaggaer.get((currency, canceled), Tally()).total),
        }
        for currency, canceled in sorted({*oracle, *jaggaer})
    ]


def _short(total: Decimal) -> Decimal:
    """Drop the zeros that a sum of longer decimals leaves behind, but not the cents."""
    cents = total.quantize(Decimal("0.01"))
    return cents if cents == total else total


def _sum(found: Iterable[tuple[Group, int, str]]) -> dict[Group, Tally]:
    sums: dict[Group, Tally] = {}
    for group, orders, total in found:
        sums[group] = sums.get(group, Tally()) + Tally(orders=orders, total=Decimal(total))
    return sums
