"""The orders of a pod, and what a summary needs of each."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from simulators.oracle.attributes import PURCHASE_ORDERS
from simulators.oracle.generator import GeneratedOrders, Generator, Order
from simulators.oracle.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """What a summary needs of an order."""

    status: str
    business_unit: str
    currency: str
    total: Decimal


class Orders(Store):
    """The store of orders: `count` generated ones, and those that are added."""

    def __init__(self, generator: Generator, count: int) -> None:
        super().__init__(PURCHASE_ORDERS, GeneratedOrders(generator=generator, count=count))
        self._generator = generator
        self._generated = count

    def next_generated(self) -> Order:
        """Return a new order that is not in the store yet."""
        with self._lock:
            self._generated += 1
            return self._generator.order(self._generator.key(self._generated - 1))

    def briefs(self) -> Iterator[Brief]:
        """Return every order's, in the order of keys."""
        for key in self.keys():
            yield Brief(
                status=self.value(key, "Status"),
                business_unit=self.value(key, "ProcurementBU"),
                currency=self.value(key, "CurrencyCode"),
                total=self.value(key, "Total"),
            )
