"""A simulated pod as tests and its admin pages drive it: what is in it, what changes, and a journal of what changed.

A change is stamped when it is made and seen when it is visible (`changes`). What is done to an order is here; what is
done to suppliers, invoices, values of segments and account combinations is with each of them.
"""

import copy
import random
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Protocol

from simulators.faults import Faults
from simulators.journal import Journal
from simulators.oracle import chart, life_cycle, samples, to_receive
from simulators.oracle.account_combinations import AccountCombinations
from simulators.oracle.acknowledgments import Acknowledgments, ask_again
from simulators.oracle.attributes import LINES, PURCHASE_ORDERS
from simulators.oracle.changes import Changes
from simulators.oracle.changing_store import ChangingStore
from simulators.oracle.errors import FusionError, not_found
from simulators.oracle.generator import Generator, Order, sum_up
from simulators.oracle.invoice_generator import GeneratedInvoices
from simulators.oracle.invoice_processing import InvoiceProcessing
from simulators.oracle.invoices import Invoices
from simulators.oracle.life_cycle import STATUSES
from simulators.oracle.life_cycle_details import LIFE_CYCLE_DETAILS, LifeCycleDetails
from simulators.oracle.options import OracleOptions, Switches
from simulators.oracle.order_lines import numbered, reprice
from simulators.oracle.order_views import OrderView
from simulators.oracle.orders import PENDING, Orders, described
from simulators.oracle.receipt_follow_ups import FollowUps
from simulators.oracle.receiving import Receiving
from simulators.oracle.receiving_attributes import LINES_FOR_RECEIVING, SCHEDULES_FOR_RECEIVING
from simulators.oracle.reference_lists import reference_lists
from simulators.oracle.resource import Resource, Row
from simulators.oracle.rows import Listed, restamp
from simulators.oracle.segment_values import SegmentValues, ValueSets
from simulators.oracle.supplier_writes import SupplierWrites
from simulators.oracle.suppliers import Suppliers
from simulators.oracle.tokens import Tokens
from simulators.oracle.value_writes import ValueWrites

_ACKNOWLEDGES = {"N": "None", "D": "Document", "Y": "Document and Schedule"}


class Rows(Protocol):
    """The rows that the API serves under the name of their resource."""

    resource: Resource

    def __contains__(self, key: Any) -> bool:
        """Whether there is a row of this key."""
        ...

    def get(self, key: Any) -> Row:
        """Return a row. Raises KeyError."""
        ...

    def all(self) -> Iterator[Row]:
        """Return every row."""
        ...


class OracleSimulator:
    """One pod: its rows, its switches, its faults and its journal."""

    orders: Orders
    acknowledgments: Acknowledgments
    receiving: Receiving
    follow_ups: FollowUps
    suppliers: Suppliers
    invoices: Invoices
    invoice_processing: InvoiceProcessing
    supplier_writes: SupplierWrites
    values: SegmentValues
    value_writes: ValueWrites
    combinations: AccountCombinations
    served: Mapping[str, Rows]
    """What the API serves, by the name of the resource."""

    def __init__(self, options: OracleOptions) -> None:
        self.options = options
        self.switches = Switches()
        self.journal = Journal()
        self.faults = Faults(options.seed)
        self.chance = random.Random(options.seed)  # noqa: S311 - repeatable on purpose
        self.tokens = Tokens(options, self.switches, self.journal)
        self.changes = Changes(self.switches, self.journal)
        self._lock = threading.RLock()
        self._clock_offset = timedelta(0)
        self._fill()
        self._load_samples()

    def _fill(self) -> None:
        """Make everything that a pod starts with, but what it loads."""
        options, changes = self.options, self.changes
        generator = Generator(seed=options.seed, lines=options.lines, pending_every=options.pending_every)
        billed = GeneratedInvoices(orders=generator, order_count=options.orders, count=options.invoices)
        combined = chart.combinations(options.accounts, options.cost_centers, options.combinations)
        self.orders = Orders(generator, options.orders)
        self.acknowledgments = Acknowledgments(self.orders, changes, self.switches, self.now)
        references, number = options.external_reference_in_history, self._supplier_number
        self.receiving = Receiving(self.orders, changes, self.switches, self.now, number, references=references)
        self.follow_ups = FollowUps(self.receiving, self.orders, changes, self.switches)
        self.suppliers = Suppliers(options.suppliers, changes, self.switches, self.now)
        self.invoices = Invoices(billed, changes, self.now)
        self.invoice_processing = InvoiceProcessing(
            self.invoices, self.suppliers, self.orders, self.receiving, changes, self.switches
        )
        self.values = SegmentValues(options.accounts, options.cost_centers, changes, self.now)
        value_sets = ValueSets(self.values, self.switches)
        self.supplier_writes = SupplierWrites(self.suppliers, changes, self.switches)
        self.value_writes = ValueWrites(self.values, value_sets, changes)
        self.combinations = AccountCombinations(combined, changes, self.now)
        stores: tuple[Rows, ...] = (self.orders, self.suppliers, self.invoices, self.combinations)
        holds = self.invoice_processing.holds
        received = (self.receiving.requests, self.receiving.history, self.follow_ups.requests)
        views = (
            self.acknowledgments,
            OrderView(SCHEDULES_FOR_RECEIVING, self.orders, changes, to_receive.schedules),
            OrderView(LINES_FOR_RECEIVING, self.orders, changes, to_receive.lines),
            OrderView(LIFE_CYCLE_DETAILS, self.orders, changes, LifeCycleDetails(self.receiving, self.invoices).rows),
        )
        every = (*stores, holds, *received, *views, value_sets, *reference_lists())
        self.served = {rows.resource.name: rows for rows in every}

    def _supplier_number(self, key: int) -> str | None:
        return str(self.suppliers.get(key)["SupplierNumber"]) if key in self.suppliers else None

    def rows(self, name: str) -> Rows:
        """Return the rows of a resource. Raises FusionError (404) for one that the pod does not have."""
        if name not in self.served:
            raise not_found()
        return self.served[name]

    def may_see(self, resource: Resource) -> bool:
        """Whether the integration user has the data role for a resource."""
        without = {name.strip() for name in self.switches.no_privilege_for.split(",")}
        return not self.switches.no_privilege and resource.name not in without

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
        """Start again as after a start: rows, journal, switches, faults, clock; tokens no longer hold."""
        with self._lock:
            self.changes.forget()
            self._clock_offset = timedelta(0)
            usual = Switches()
            for switch in fields(Switches):
                setattr(self.switches, switch.name, getattr(usual, switch.name))
            self._fill()
        self.faults.clear()
        self.tokens.revoke_all()
        self.tokens.change_password()
        self.journal.clear()
        self._load_samples()

    def load(self, document: Any) -> list[Any]:
        """Take the rows of a published answer as they are, new or in place of known ones; return their keys.

        Raises ValueError for a document that holds no rows of a resource that the pod has.
        """
        loaded = samples.rows_of(document, self._known)
        for row in loaded.rows:
            self._take(loaded.resource, row)
        return [row[loaded.resource.key] for row in loaded.rows]

    def _known(self, resource: Resource, key: Any) -> Row:
        """Return a row as it is, visible or not. Raises KeyError."""
        rows = self._stored_in(resource)
        return rows.latest(key) if isinstance(rows, ChangingStore) else rows.get(key)

    def _take(self, resource: Resource, row: Row) -> None:
        rows = self._stored_in(resource)
        if isinstance(rows, ChangingStore):
            rows.load(row)
        elif isinstance(rows, Listed):
            rows.put(row)
            self.journal.write("reference_loaded", str(row[resource.key]), resource=resource.name)
        else:
            self._publish(row, "order_loaded")

    def _stored_in(self, resource: Resource) -> Rows:
        return self.values if resource is self.values.resource else self.served[resource.name]

    # What a buyer does.

    def add(self, count: int = 1, *, status: str = "OPEN") -> list[int]:
        """Add new orders and return their keys."""
        keys = []
        for _ in range(count):
            order = self.orders.next_generated()
            restamp(order, PURCHASE_ORDERS, self.now())
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
            line = numbered(order, line_number)
            life_cycle.check_changeable(order, line)
            if description is not None:
                line["Description"] = description
            if quantity is not None or price is not None:
                reprice(line, quantity, price)
            restamp(line, LINES, self.now())
            sum_up(order)
            order["Revision"] += 1 if header else 0

        return self._change(key, "line_changed", apply, header=header)

    def cancel(self, key: int) -> Order:
        """Cancel an order with all its lines. Raises FusionError if it has ended."""
        return self._set_status(key, "CANCELED", everywhere=True)

    def cancel_line(self, key: int, line_number: int) -> Order:
        """Cancel one line: its quantity and amounts become zero. Raises FusionError for one that has ended."""

        def apply(order: Order) -> None:
            line = numbered(order, line_number)
            life_cycle.check_changeable(order, line)
            reprice(line, Decimal(0), None)
            life_cycle.mark(line, "CANCELED", everywhere=True)
            restamp(line, LINES, self.now())
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
            life_cycle.move(order, PENDING, everywhere=False)
            ask_again(order)

        return self._change(key, "acknowledgment_required", apply)

    def require_acknowledgments(self, count: int, kind: str = "D") -> list[int]:
        """Make the last open orders wait for their supplier, at most so many of them; return their keys."""
        keys: list[int] = []
        for key in reversed(self.orders.keys()):
            if len(keys) == count:
                break
            if self.latest(key)["StatusCode"] == "OPEN":
                keys.append(key)
        for key in keys:
            self.require_acknowledgment(key, kind)
        return keys

    def touch(self, key: int) -> Order:
        """Give an order a new stamp and change nothing else: a ghost update."""
        return self._change(key, "order_touched", lambda _: None)

    def stamp_together(self, keys: list[int], stamp: datetime | None = None) -> datetime:
        """Give orders the same LastUpdateDate everywhere in them; return it."""
        shared = stamp or self.now()
        for key in keys:
            order = copy.deepcopy(self.latest(key))
            restamp(order, PURCHASE_ORDERS, shared)
            self._publish(order, "order_touched")
        return shared

    # When changes become visible.

    def release(self) -> int:
        """Make every held-back change visible; return how many."""
        return self.changes.release()

    def release_due(self) -> None:
        """Make visible what has waited long enough."""
        self.changes.release_due()

    def latest(self, key: int) -> Order:
        """Return an order as it is, visible or not; do not change it. Raises KeyError."""
        return self.changes.latest(self.orders, key)

    def visible(self, key: int) -> Order:
        """Return an order as a client sees it, and a batch its own changes; do not change it. Raises KeyError."""
        return self.changes.visible(self.orders, key)

    def all_or_none(self) -> AbstractContextManager[None]:
        """Make the changes of a `with` block together at its end, and none of them if it raises."""
        return self.changes.all_or_none()

    def _load_samples(self) -> None:
        for document in self.options.samples:
            self.load(document)

    def _set_status(self, key: int, status: str, *, everywhere: bool) -> Order:
        def apply(order: Order) -> None:
            life_cycle.move(order, status, everywhere=everywhere)
            if everywhere:
                restamp(order, PURCHASE_ORDERS, self.now())

        return self._change(key, "status_changed", apply)

    def _change(self, key: int, kind: str, apply: Callable[[Order], None], *, header: bool = True) -> Order:
        with self.changes.lock:
            order = copy.deepcopy(self.latest(key))
            apply(order)
            if header:
                order["LastUpdateDate"] = self.now()
            self._publish(order, kind)
            return order

    def _publish(self, order: Order, kind: str) -> None:
        self.changes.publish(self.orders, order, kind, **described(order))
