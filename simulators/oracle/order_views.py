"""Resources whose rows are made of purchase orders when they are asked for: nothing of them is kept.

A filter by the key or the number of orders, or by the key of a schedule or a line, is answered from those orders alone;
any other looks at every order that the resource shows.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from simulators.oracle.changes import Changes
from simulators.oracle.generator import Order
from simulators.oracle.orders import Orders
from simulators.oracle.query import Condition
from simulators.oracle.resource import Resource, Row
from simulators.oracle.store import pinned


class OrderView:
    """Rows of one resource, each of one order or of a part of one.

    `made` returns an order's rows; `keys` those of the orders that may have any.
    """

    def __init__(
        self,
        resource: Resource,
        orders: Orders,
        changes: Changes,
        made: Callable[[Order], Iterable[Row]],
        keys: Callable[[], Iterable[int]] | None = None,
    ) -> None:
        self.resource = resource
        self._orders = orders
        self._changes = changes
        self._made = made
        self._keys = orders.keys if keys is None else keys

    def __contains__(self, key: Any) -> bool:
        return self._find(key) is not None

    def get(self, key: Any) -> Row:
        """Return a row. Raises KeyError."""
        row = self._find(key)
        if row is None:
            raise KeyError(key)
        return row

    def all(self) -> Iterator[Row]:
        """Return every row."""
        return self._of(self._keys())

    def fitting(self, condition: Condition) -> Iterator[Row]:
        """Return rows outside which none fulfils the condition."""
        orders = self._orders
        for name in (self.resource.key, "POHeaderId", "POLineId", "OrderNumber"):
            values = pinned(condition, name) if name in self.resource.attributes else None
            if values is not None and name == "OrderNumber":
                return self._of(sorted({key for number in values for key in orders.known_as(name, number)}))
            if values is not None:
                found = {orders.holder_of(value) for value in values}
                return self._of(sorted(key for key in found if key is not None))
        return self.all()

    def _of(self, keys: Iterable[int]) -> Iterator[Row]:
        for key in keys:
            yield from self._made(self._changes.visible(self._orders, key))

    def _find(self, key: Any) -> Row | None:
        holder = self._orders.holder_of(key)
        rows = () if holder is None else self._of([holder])
        return next((row for row in rows if row[self.resource.key] == key), None)
