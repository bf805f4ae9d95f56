"""The store of orders, and sums over documents that have an amount: per currency and state, never across currencies."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from simulators.jaggaer import money
from simulators.jaggaer.order import Order
from simulators.jaggaer.store import Store


class _Amounted(Protocol):
    @property
    def currency(self) -> str: ...

    @property
    def state(self) -> str: ...

    @property
    def total(self) -> Decimal: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many documents there are in one currency and state, and their exact sum."""

    currency: str
    state: str
    count: int
    total: Decimal


def tallies(documents: Iterable[_Amounted]) -> list[Tally]:
    """Return count and exact sum per currency and state, sorted; currencies are never added up."""
    sums: dict[tuple[str, str], tuple[int, Decimal]] = {}
    for one in documents:
        count, total = sums.get((one.currency, one.state), (0, Decimal(0)))
        sums[one.currency, one.state] = count + 1, money.total((total, one.total))
    return [
        Tally(currency=currency, state=state, count=count, total=total)
        for (currency, state), (count, total) in sorted(sums.items())
    ]


class Orders(Store[str, Order]):
    """Orders by number."""

    def tallies(self) -> list[Tally]:
        """Return count and exact sum per currency and state."""
        return tallies(self)
