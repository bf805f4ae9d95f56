"""The states of orders, lines and schedules: which may follow which, and how a schedule's end reaches its order.

oracle-fusion.md, 3.1 and 6: a receipt closes a schedule for receiving, an invoice for invoicing, both close it. A line
takes the state that all its schedules have come to, an order that of all its lines; what is canceled does not count.
Nothing is said of reopening, so here nothing closed opens again. What may follow what is otherwise [assumed].

Receipts and invoices close schedules by their figures (`figures`); an act of the admin pages settles a whole schedule.

Limits: a hold is a state.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from simulators.oracle.errors import FusionError
from simulators.oracle.generator import Order

STATUSES = {
    "OPEN": "Open",
    "CANCELED": "Canceled",
    "CLOSED": "Closed",
    "ON HOLD": "On Hold",
    "INCOMPLETE": "Incomplete",
    "PENDING APPROVAL": "Pending Approval",
    "PENDING CHANGE APPROVAL": "Pending Change Approval",
    "PENDING FUNDS RESERVATION": "Pending Funds Reservation",
    "PENDING SIGNATURE PREPARATION": "Pending Signature Preparation",
    "PENDING SUPPLIER ACKNOWLEDGMENT": "Pending Supplier Acknowledgment",
    "CLOSED FOR RECEIVING": "Closed for Receiving",
    "CLOSED FOR INVOICING": "Closed for Invoicing",
    "FINALLY CLOSED": "Finally Closed",
    "REJECTED": "Rejected",
    "SENT FOR SIGNATURE": "Sent for Signature",
    "WITHDRAWN": "Withdrawn",
}
"""The life cycle's states: code and display text (3.1; codes other than OPEN, INCOMPLETE and CLOSED are assumed)."""

_DRAFTS = frozenset(
    {
        "INCOMPLETE",
        "PENDING APPROVAL",
        "PENDING FUNDS RESERVATION",
        "PENDING SIGNATURE PREPARATION",
        "SENT FOR SIGNATURE",
        "REJECTED",
        "WITHDRAWN",
    }
)
_IN_FORCE = frozenset({"OPEN", "ON HOLD", "PENDING SUPPLIER ACKNOWLEDGMENT", "PENDING CHANGE APPROVAL"})
_HALF_CLOSED = frozenset({"CLOSED FOR RECEIVING", "CLOSED FOR INVOICING"})
_CLOSED = frozenset({"CLOSED", "FINALLY CLOSED"})
UNCHANGEABLE = _CLOSED | {"CANCELED"}
"""States in which nothing of a row can be changed any more."""

_NEXT = {
    **dict.fromkeys(_DRAFTS, _DRAFTS | _IN_FORCE | {"CANCELED"}),
    **dict.fromkeys(_IN_FORCE, _IN_FORCE | _HALF_CLOSED | UNCHANGEABLE),
    "PENDING SUPPLIER ACKNOWLEDGMENT": _IN_FORCE | _HALF_CLOSED | UNCHANGEABLE | {"REJECTED"},
    **dict.fromkeys(_HALF_CLOSED, _CLOSED),
    "CLOSED": frozenset({"FINALLY CLOSED"}),
    "FINALLY CLOSED": frozenset[str](),
    "CANCELED": frozenset[str](),
}
_SETTLED = {
    "receive": dict.fromkeys(_IN_FORCE, "CLOSED FOR RECEIVING") | {"CLOSED FOR INVOICING": "CLOSED"},
    "invoice": dict.fromkeys(_IN_FORCE, "CLOSED FOR INVOICING") | {"CLOSED FOR RECEIVING": "CLOSED"},
    "close": dict.fromkeys(_IN_FORCE | _HALF_CLOSED, "CLOSED"),
    "finally-close": dict.fromkeys(_IN_FORCE | _HALF_CLOSED | {"CLOSED"}, "FINALLY CLOSED"),
}
"""What each act makes of a schedule, by the state that it is in."""
ACTS = tuple(_SETTLED)
_BELOW = ("lines", "schedules", "distributions")


def move(order: Order, status: str, *, everywhere: bool) -> None:
    """Put an order into a state, with all of it if asked. Raises FusionError (400) if that may not follow its own."""
    if status not in STATUSES:
        raise FusionError(400, f"There is no status {status}; known are {', '.join(STATUSES)}.")
    if not _may_follow(order, status):
        raise FusionError(
            400,
            f"You can't set the purchase order {order['OrderNumber']} to {STATUSES[status]} because its status is "
            f"{order['Status']}.",
        )
    mark(order, status, everywhere=everywhere)


def mark(row: Order, status: str, *, everywhere: bool) -> None:
    """Write a state into a row, and into what is below it and has not come to an end of its own."""
    row["StatusCode"], row["Status"] = status, STATUSES[status]
    for child in _children(row) if everywhere else ():
        if _may_follow(child, status):
            mark(child, status, everywhere=True)


def check_changeable(order: Order, line: Order | None = None) -> None:
    """Raise FusionError (400) if an order, or a line of it, has come to an end."""
    named = f"the purchase order {order['OrderNumber']}"
    if line is not None and order["StatusCode"] not in UNCHANGEABLE:
        named = f"line {line['LineNumber']} of {named}"
    ended = order if line is None or order["StatusCode"] in UNCHANGEABLE else line
    if ended["StatusCode"] in UNCHANGEABLE:
        raise FusionError(400, f"You can't change {named} because its status is {ended['Status']}.")


def settle(order: Order, act: str, *, line: int | None, schedule: int | None, stamp: datetime) -> None:
    """Receive, invoice or close schedules: one, those of a line, or all that can be; what is above them follows.

    Rows whose state changes get the stamp. Raises FusionError (400) for what is not there or has come to an end.
    """
    if act not in _SETTLED:
        raise FusionError(400, f"There is no act {act}; known are {', '.join(ACTS)}.")
    if order["StatusCode"] in _DRAFTS | {"CANCELED"}:
        raise FusionError(
            400, f"You can't {act} the purchase order {order['OrderNumber']} because its status is {order['Status']}."
        )
    lines = [row for row in order["lines"] if line in (None, row["LineNumber"])]
    chosen = [row for parent in lines for row in parent["schedules"] if schedule in (None, row["ScheduleNumber"])]
    open_ones = [row for row in chosen if row["StatusCode"] in _SETTLED[act]]
    if not open_ones:
        found = ", ".join(sorted({row["Status"] for row in chosen})) or "none that is there"
        raise FusionError(400, f"You can't {act} these schedules of {order['OrderNumber']}: their status is {found}.")
    for row in open_ones:
        close_for(act, row, stamp)
        row["LastUpdateDate"] = stamp
    roll_up(order, stamp)


def close_for(act: str, schedule: Order, stamp: datetime) -> None:
    """Close a schedule for receiving or invoicing, with its distributions; one that is closed for it stays as it is."""
    status = _SETTLED[act].get(schedule["StatusCode"])
    if status is not None:
        mark(schedule, status, everywhere=True)
        for child in _children(schedule):
            child["LastUpdateDate"] = stamp


def roll_up(order: Order, stamp: datetime) -> None:
    """Give every line and then the order the state that what is below it has come to, and the stamp if it is new."""
    for row in (*order["lines"], order):
        status = _come_to(child["StatusCode"] for child in _children(row))
        if status is not None and _may_follow(row, status):
            mark(row, status, everywhere=False)
            row["LastUpdateDate"] = stamp


def _may_follow(row: Order, status: str) -> bool:
    """Whether a row may come to a state; from one that is not known here, as a loaded row may have, to any."""
    return status in _NEXT.get(row["StatusCode"], STATUSES)


def _come_to(statuses: Iterable[str]) -> str | None:
    """Return the state of a whole whose parts are in these, None if it is in force or has no parts."""
    every = set(statuses)
    live = every - {"CANCELED"}
    if not live:
        return "CANCELED" if every else None
    if live == {"FINALLY CLOSED"}:
        return "FINALLY CLOSED"
    return next((whole for whole in ("CLOSED", *sorted(_HALF_CLOSED)) if live <= _CLOSED | {whole}), None)


def _children(row: dict[str, Any]) -> list[Order]:
    return [child for name in _BELOW for child in row.get(name, ())]
