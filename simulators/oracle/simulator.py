"""A simulated pod as tests and its admin pages drive it: orders that change, and a journal of what changed.

A change is stamped when it is made and seen when it is visible: at once, some seconds later, or when it is released
(oracle-fusion.md, section 6: commit time apart from LastUpdateDate). The journal notes both. A change builds on the one
before it, visible or not: once it is seen, whatever is older and still hidden is seen in it and never comes back alone.
"""

import copy
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from simulators.faults import Faults
from simulators.journal import Journal
from simulators.oracle import life_cycle, samples
from simulators.oracle.errors import FusionError
from simulators.oracle.generator import Generator, Order, sum_up
from simulators.oracle.life_cycle import STATUSES
from simulators.oracle.options import OracleOptions, Switches
from simulators.oracle.orders import Orders
from simulators.oracle.tokens import Tokens

_ACKNOWLEDGES = {"N": "None", "D": "Document", "Y": "Document and Schedule"}


@dataclass(frozen=True, slots=True)
class _Hidden:
    """A change that is made and not visible yet; None: until it is released."""

    sequence: int
    order: Order
    visible_at: float | None


class OracleSimulator:
    """One pod: its orders, its switches, its faults and its journal."""

    def __init__(self, options: OracleOptions) -> None:
        self.options = options
        self.switches = Switches()
        self.journal = Journal()
        self.faults = Faults(options.seed)
        self.chance = random.Random(options.seed)  # noqa: S311 - repeatable on purpose
        self.tokens = Tokens(options, self.switches, self.journal)
        self.orders = Orders(Generator(seed=options.seed, lines=options.lines), options.orders)
        self._lock = threading.RLock()
        self._hidden: list[_Hidden] = []
        self._made = 0
        self._staged: list[tuple[Order, str]] | None = None
        self._clock_offset = timedelta(0)
        self._load_samples()

    def now(self) -> datetime:
        """Return the pod's clock, to the second as its stamps are."""
        return (datetime.now(UTC) + self._clock_offset).replace(microsecond=0)

    def advance_clock(self, seconds: float) -> None:
        """Move the pod's clock: forward, or backward with a negative number."""
        self._clock_offset += timedelta(seconds=seconds)

    def set_clock(self, moment: datetime) -> None:
        """Set the pod's clock; it goes on from there."""
        self._clock_offset = moment - datetime.now(UTC)

    def reset(self) -> None:
        """Start again as after a start: orders, journal, switches, faults, clock; tokens no longer hold."""
        with self._lock:
            self.orders = Orders(Generator(seed=self.options.seed, lines=self.options.lines), self.options.orders)
            self._hidden.clear()
            self._clock_offset = timedelta(0)
            usual = Switches()
            for switch in fields(Switches):
                setattr(self.switches, switch.name, getattr(usual, switch.name))
        self.faults.clear()
        self.tokens.revoke_all()
        self.tokens.change_password()
        self.journal.clear()
        self._load_samples()

    # What a buyer does.

    def load(self, document: Any) -> list[int]:
        """Take the orders of a published answer as they are, new or in place of known ones; return their keys.

        Raises ValueError for a document that holds no purchase orders.
        """
        loaded = samples.orders_of(document, self.latest)
        for order in loaded:
            self._publish(order, "order_loaded")
        return [int(order["POHeaderId"]) for order in loaded]

    def add(self, count: int = 1, *, status: str = "OPEN") -> list[int]:
        """Add new orders and return their keys."""
        keys = []
        for _ in range(count):
            order = self.orders.next_generated()
            _restamp(order, self.now())
            order["StatusCode"], order["Status"] = status, STATUSES[status]
            self._publish(order, "order_added")
            keys.append(int(order["POHeaderId"]))
        return keys

    def change(self, key: int, **attributes: Any) -> Order:
        """Change attributes of an order's header; its revision goes up."""

        def apply(order: Order) -> None:
            life_cycle.check_changeable(order)
            order.update(attributes)
            order["Revision"] += 1

        return self._change(key, "order_changed", apply)

    def change_line(
        self,
        key: int,
        line_number: int = 1,
        *,
        quantity: Decimal | None = None,
        price: Decimal | None = None,
        description: str | None = None,
    ) -> Order:
        """Change one line, its only or first schedule and distribution with it; sums follow, and the line's stamp.

        The order's own stamp and revision move only if the pod is switched so (1.11). Raises FusionError for a
        line that is not there, or that is closed or canceled.
        """
        header = self.switches.parent_moves_with_children

        def apply(order: Order) -> None:
            line = _numbered(order, line_number)
            life_cycle.check_changeable(order, line)
            if description is not None:
                line["Description"] = description
            if quantity is not None or price is not None:
                _reprice(line, quantity, price)
            _restamp(line, self.now())
            sum_up(order)
            order["Revision"] += 1 if header else 0

        return self._change(key, "line_changed", apply, header=header)

    def cancel(self, key: int) -> Order:
        """Cancel an order with all its lines. Raises FusionError if it has ended."""
        return self._set_status(key, "CANCELED", everywhere=True)

    def cancel_line(self, key: int, line_number: int) -> Order:
        """Cancel one line: its quantity and amounts become zero. Raises FusionError for one that has ended."""

        def apply(order: Order) -> None:
            line = _numbered(order, line_number)
            life_cycle.check_changeable(order, line)
            _reprice(line, Decimal(0), None)
            life_cycle.mark(line, "CANCELED", everywhere=True)
            _restamp(line, self.now())
            sum_up(order)
            life_cycle.roll_up(order, self.now())
            order["Revision"] += 1

        return self._change(key, "line_canceled", apply)

    def hold(self, key: int) -> Order:
        """Put an order on hold."""
        return self._set_status(key, "ON HOLD", everywhere=False)

    def close(self, key: int) -> Order:
        """Close an order with all its lines."""
        return self._set_status(key, "CLOSED", everywhere=True)

    def set_status(self, key: int, status: str) -> Order:
        """Put an order into another state of the life cycle. Raises FusionError for one that may not follow its own."""
        return self._set_status(key, status, everywhere=False)

    def settle(self, key: int, act: str, line: int | None = None, schedule: int | None = None) -> Order:
        """Receive, invoice, close or finally close schedules (`life_cycle.settle`); lines and order follow.

        The order's own stamp moves if its own state does, or if the pod is switched so. Raises FusionError for
        schedules that are not there or have come to an end.
        """
        header = self.switches.parent_moves_with_children

        def apply(order: Order) -> None:
            life_cycle.settle(order, act, line=line, schedule=schedule, stamp=self.now())

        return self._change(key, "schedules_settled", apply, header=header)

    def require_acknowledgment(self, key: int, kind: str = "D") -> Order:
        """Make an order wait for its supplier (`D` document, `Y` document and schedule, `N` none)."""
        if kind not in _ACKNOWLEDGES:
            raise FusionError(400, f"There is no acknowledgment {kind}; known are {', '.join(_ACKNOWLEDGES)}.")

        def apply(order: Order) -> None:
            order["RequiredAcknowledgmentCode"], order["RequiredAcknowledgment"] = kind, _ACKNOWLEDGES[kind]
            life_cycle.move(order, "PENDING SUPPLIER ACKNOWLEDGMENT", everywhere=False)

        return self._change(key, "acknowledgment_required", apply)

    def touch(self, key: int) -> Order:
        """Give an order a new stamp and change nothing else: a ghost update."""
        return self._change(key, "order_touched", lambda _: None)

    def stamp_together(self, keys: list[int], stamp: datetime | None = None) -> datetime:
        """Give orders the same LastUpdateDate everywhere in them; return it."""
        shared = stamp or self.now()
        for key in keys:
            order = copy.deepcopy(self.latest(key))
            _restamp(order, shared)
            self._publish(order, "order_touched")
        return shared

    # When changes become visible.

    def release(self) -> int:
        """Make every held-back change visible; return how many."""
        with self._lock:
            return self._show(list(self._hidden))

    def release_due(self) -> None:
        """Make visible what has waited long enough."""
        if not self._hidden:
            return
        with self._lock:
            now = time.monotonic()
            self._show(
                [change for change in self._hidden if change.visible_at is not None and change.visible_at <= now]
            )

    def latest(self, key: int) -> Order:
        """Return an order as it is, visible or not; do not change it. Raises KeyError."""
        with self._lock:
            waiting = [change.order for change in self._hidden] + [order for order, _ in self._staged or ()]
            for order in reversed(waiting):
                if order["POHeaderId"] == key:
                    return order
        return self.orders.get(key)

    def visible(self, key: int) -> Order:
        """Return an order as a client sees it, and a batch its own changes; do not change it. Raises KeyError."""
        with self._lock:
            for order, _ in reversed(self._staged or ()):
                if order["POHeaderId"] == key:
                    return order
        return self.orders.get(key)

    @contextmanager
    def all_or_none(self) -> Iterator[None]:
        """Make the changes of a `with` block together at its end, and none of them if it raises."""
        with self._lock:
            staged: list[tuple[Order, str]] = []
            self._staged = staged
            try:
                yield
            finally:
                self._staged = None
            for order, kind in staged:
                self._publish(order, kind)

    def _show(self, changes: list[_Hidden]) -> int:
        """Make changes visible in the order in which they were made; return how many."""
        for change in changes:
            key = change.order["POHeaderId"]
            self._supersede(key, change.sequence)
            self.orders.put(change.order)
            self.journal.write("became_visible", str(key), number=change.order["OrderNumber"])
        return len(changes)

    def _supersede(self, key: int, sequence: int) -> None:
        """Drop the hidden changes of an order up to one that is seen now: it contains them."""
        self._hidden = [
            change for change in self._hidden if change.order["POHeaderId"] != key or change.sequence > sequence
        ]

    def _load_samples(self) -> None:
        for document in self.options.samples:
            self.load(document)

    def _set_status(self, key: int, status: str, *, everywhere: bool) -> Order:
        def apply(order: Order) -> None:
            life_cycle.move(order, status, everywhere=everywhere)
            if everywhere:
                _restamp(order, self.now())

        return self._change(key, "status_changed", apply)

    def _change(self, key: int, kind: str, apply: Callable[[Order], None], *, header: bool = True) -> Order:
        with self._lock:
            order = copy.deepcopy(self.latest(key))
            apply(order)
            if header:
                order["LastUpdateDate"] = self.now()
            self._publish(order, kind)
            return order

    def _publish(self, order: Order, kind: str) -> None:
        """Note a change, and make it visible now or later, or together with others."""
        with self._lock:
            if self._staged is not None:
                self._staged.append((order, kind))
                return
            late = self.switches.hold_back or self.switches.visible_after_seconds > 0
            self.journal.write(
                kind,
                str(order["POHeaderId"]),
                number=order["OrderNumber"],
                revision=order["Revision"],
                status=order["Status"],
                total=format(order["Total"], "f"),
                currency=order["CurrencyCode"],
                business_unit=order["ProcurementBU"],
                last_update_date=order["LastUpdateDate"].isoformat(),
                visible=not late,
            )
            self._made += 1
            if late:
                wait = None if self.switches.hold_back else time.monotonic() + self.switches.visible_after_seconds
                self._hidden.append(_Hidden(self._made, order, wait))
            else:
                self._supersede(order["POHeaderId"], self._made)
                self.orders.put(order)


def _numbered(order: Order, number: int) -> Order:
    for line in order["lines"]:
        if line["LineNumber"] == number:
            found: Order = line
            return found
    raise FusionError(400, f"The order {order['OrderNumber']} has no line {number}.")


def _restamp(row: Order, stamp: datetime) -> None:
    """Stamp a row and everything below it."""
    row["LastUpdateDate"] = stamp
    for name in ("lines", "schedules", "distributions"):
        for child in row.get(name, ()):
            _restamp(child, stamp)


def _reprice(line: Order, quantity: Decimal | None, price: Decimal | None) -> None:
    """Set quantity and price of a line on its first schedule and distribution; the others go to zero."""
    service = line["Quantity"] is None
    quantity = quantity if quantity is not None else (Decimal(1) if service else line["Quantity"])
    price = price if price is not None else (line["Amount"] if service else line["Price"])
    amount = quantity * price
    line.update({"Amount": amount} if service else {"Quantity": quantity, "Price": price, "BasePrice": price})
    for position, schedule in enumerate(line["schedules"]):
        first = position == 0
        _set_part(schedule, quantity if first else Decimal(0), amount if first else Decimal(0), service=service)
        if not service:
            schedule["Price"] = price
        for number, distribution in enumerate(schedule["distributions"]):
            whole = first and number == 0
            _set_part(distribution, quantity if whole else Decimal(0), amount if whole else Decimal(0), service=service)


def _set_part(row: Order, quantity: Decimal, amount: Decimal, *, service: bool) -> None:
    row.update({"Amount": amount} if service else {"Quantity": quantity})
    row["Ordered"] = row["Total"] = amount
