"""The orders of a pod, and what a summary needs of each."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from simulators.oracle.attributes import PURCHASE_ORDERS
from simulators.oracle.differences import Difference, applied, difference, stamps
from simulators.oracle.generator import FIRST_KEY, KEY_STEP, GeneratedOrders, Generator, Order
from simulators.oracle.query import Path, Value
from simulators.oracle.store import Store

PENDING = "PENDING SUPPLIER ACKNOWLEDGMENT"


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
        self._holders: dict[int, int] = {}
        """Which order a line or a schedule is of, where its key does not tell: of loaded orders."""
        self._pending = {generator.key(number) for number in generator.pending(count)}

    def put(self, row: Order) -> None:
        """Take an order, new or changed, with the stamps that it carries."""
        super().put(row)
        key = row["POHeaderId"]
        (self._pending.add if row["StatusCode"] == PENDING else self._pending.discard)(key)
        for part in _parts(row):
            if _holder(part) != key:
                self._holders[part] = key

    def _packed(self, row: Order) -> Any:
        """Return how a generated order differs from how it was made, and any other as it is."""
        key = row["POHeaderId"]
        if key < FIRST_KEY or _holder(key) != key:
            return row
        return difference(row, self._generator.order(key), self.resource) or row

    def _unpacked(self, key: int, kept: Any) -> Order:
        return (
            applied(self._generator.order(key), kept) if isinstance(kept, Difference) else super()._unpacked(key, kept)
        )

    def _kept_value(self, key: int, kept: Any, name: str) -> Any:
        if not isinstance(kept, Difference):
            return super()._kept_value(key, kept, name)
        return kept.own[name] if name in kept.own else self._generator.value(key, name)

    def child_stamps(self, key: int, path: Path) -> Iterable[Value]:
        """Return every stamp of a line, a schedule or a distribution; no line is made for it."""
        kept = self._kept.get(key)
        if isinstance(kept, Difference):
            return stamps(kept, path, self._generator.stamp(key))
        return super().child_stamps(key, path)

    def next_generated(self) -> Order:
        """Return a new order that is not in the store yet."""
        with self._lock:
            self._generated += 1
            return self._generator.order(self._generator.key(self._generated - 1))

    def holder_of(self, part: Any) -> int | None:
        """Return the key of the order that has a key itself, or a line or a schedule of it; None if none has."""
        if type(part) is not int:
            return None
        holder = part if part in self else self._holders.get(part, _holder(part))
        return holder if holder in self and (part == holder or part in _parts(self.get(holder))) else None

    def pending(self) -> list[int]:
        """Return the keys of the orders that wait for their supplier, ascending."""
        with self._lock:
            return sorted(self._pending)

    def briefs(self) -> Iterator[Brief]:
        """Return every order's, in the order of keys."""
        for key in self.keys():
            yield Brief(
                status=self.value(key, "Status"),
                business_unit=self.value(key, "ProcurementBU"),
                currency=self.value(key, "CurrencyCode"),
                total=self.value(key, "Total"),
            )


def described(order: Order) -> dict[str, Any]:
    """Return what the journal says of an order."""
    return {
        "number": order["OrderNumber"],
        "revision": order["Revision"],
        "status": order["Status"],
        "total": format(order["Total"], "f"),
        "currency": order["CurrencyCode"],
        "business_unit": order["ProcurementBU"],
        "last_update_date": order["LastUpdateDate"].isoformat(),
    }


def _holder(part: int) -> int:
    """Return the order that a generated line or schedule is of."""
    return part - (part - FIRST_KEY) % KEY_STEP


def _parts(order: Order) -> Iterator[int]:
    for line in order["lines"]:
        yield line["POLineId"]
        yield from (schedule["LineLocationId"] for schedule in line["schedules"])
