"""What was received, delivered, returned and billed of a schedule, and what that makes of its state.

The figures are kept in the schedule's own row, beside what `purchaseOrders` shows: an order that nothing was received
or billed of keeps none. They are quantities, or amounts where the line is a service of a fixed price (3.1).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from simulators.oracle import life_cycle
from simulators.oracle.generator import Order
from simulators.oracle.resource import STAMP, Row

RECEIVED, DELIVERED, RETURNED, BILLED = "_received", "_delivered", "_returned", "_billed"
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a schedule has come to: `received` is what was not returned, `delivered` and `billed` what still stands."""

    ordered: Decimal
    received: Decimal
    delivered: Decimal
    returned: Decimal
    billed: Decimal

    @property
    def in_receiving(self) -> Decimal:
        """What was received and is not delivered yet."""
        return self.received - self.delivered

    def as_text(self) -> dict[str, str]:
        """Return the figures as exact text, for the admin pages and the journal."""
        return {name: format(getattr(self, name), "f") for name in self.__slots__}


def by_amount(schedule: Row) -> bool:
    """Whether a schedule is received and billed by amount."""
    return schedule["Quantity"] is None


def of(schedule: Row) -> Figures:
    """Return the figures of a schedule."""
    return Figures(
        ordered=schedule["Amount" if by_amount(schedule) else "Quantity"] or _ZERO,
        received=schedule.get(RECEIVED, _ZERO),
        delivered=schedule.get(DELIVERED, _ZERO),
        returned=schedule.get(RETURNED, _ZERO),
        billed=schedule.get(BILLED, _ZERO),
    )


def add(schedule: Row, name: str, number: Decimal) -> None:
    """Add to one figure of a schedule."""
    schedule[name] = schedule.get(name, _ZERO) + number


def close_or_reopen(order: Order, schedules: Iterable[Row], stamp: datetime) -> None:
    """Close schedules whose figures have come to what was ordered, less their tolerance; lines and order follow.

    What they closed and no longer reach, after a return or a credit, opens again (`life_cycle`). The schedules get the
    stamp, whatever becomes of them.
    """
    for schedule in schedules:
        schedule[STAMP] = stamp
        figures = of(schedule)
        done = {
            "receive": _reached(figures.ordered, figures.received, schedule["ReceiptCloseTolerancePercent"]),
            "invoice": _reached(figures.ordered, figures.billed, schedule["InvoiceCloseTolerancePercent"]),
        }
        for act, reached in done.items():
            if reached:
                life_cycle.close_by_figures(act, schedule, stamp)
            else:
                life_cycle.reopen_by_figures(act, order, schedule, stamp)
    life_cycle.roll_up(order, stamp)


def every_schedule(order: Order) -> Iterable[tuple[Order, Row]]:
    """Return the schedules of an order, each with its line."""
    return ((line, schedule) for line in order["lines"] for schedule in line["schedules"])


def placed(line: Row, schedule: Row) -> dict[str, Any]:
    """Return how the journal names a schedule."""
    return {"line": int(line["LineNumber"]), "schedule": int(schedule["ScheduleNumber"])}


def _reached(ordered: Decimal, done: Decimal, tolerance: Decimal | int | None) -> bool:
    return done > 0 and done >= ordered * (100 - Decimal(tolerance or 0)) / 100
