"""Orders as one request changes them: copies, taken once, published together if nothing speaks against it."""

import copy
from datetime import datetime
from decimal import Decimal

from simulators.oracle import figures
from simulators.oracle.changes import Changes
from simulators.oracle.generator import Order
from simulators.oracle.orders import Orders
from simulators.oracle.resource import STAMP, Row
from simulators.oracle.store import Store


class Workbench:
    """The copies of one request."""

    def __init__(self, orders: Orders, changes: Changes) -> None:
        self._orders = orders
        self._changes = changes
        self._copies: dict[int, Order] = {}
        self._changed: dict[int, list[Row]] = {}

    def fitting(self, line: Row) -> list[Order]:
        """Return the orders that a line can mean, by an id of it, or by the order's number."""
        ids = [line[name] for name in ("POHeaderId", "POLineId", "POLineLocationId") if line[name] is not None]
        if not ids:
            return [self.order(key) for key in sorted(self._orders.known_as("OrderNumber", line["DocumentNumber"]))]
        holder, *others = {self._orders.holder_of(one) for one in ids}
        return [] if holder is None or others else [self.order(holder)]

    def order(self, key: int) -> Order:
        """Return the copy of an order."""
        if key not in self._copies:
            self._copies[key] = copy.deepcopy(self._changes.latest(self._orders, key))
        return self._copies[key]

    def change(self, order: Order, schedule: Row, **by: Decimal) -> None:
        """Add to figures of a schedule."""
        for name, number in by.items():
            figures.add(schedule, name, number)
        changed = self._changed.setdefault(order["POHeaderId"], [])
        if schedule not in changed:
            changed.append(schedule)

    def finished(self, stamp: datetime, *, parent_moves: bool) -> list[tuple[Store, Row]]:
        """Return the changed orders, closed or open again as their figures say."""
        for key, schedules in self._changed.items():
            order = self._copies[key]
            figures.close_or_reopen(order, schedules, stamp)
            if parent_moves:
                order[STAMP] = stamp
        return [(self._orders, self._copies[key]) for key in self._changed]
