"""The states of orders, lines and schedules: which may follow which, and how a schedule's end reaches its order.

oracle-fusion.md, 3.1 and 6: a receipt closes a schedule for receiving, an invoice for invoicing, both close it. A line
takes the state that all its schedules have come to, an order that of all its lines; what is canceled does not count.
What may follow what is otherwise [assumed].

Receipts and invoices close schedules by their figures (`figures`); an act of the admin pages settles a whole schedule.

A return to the supplier opens the order again (Oracle, release 25A, *Return to Supplier for Credit Only*: a return for
credit is what leaves it closed), and what opens a schedule opens its line and order (25C, `schedules/action/reopen`).
[assumed]: a correction to less does the same, and what takes back a bill does it for invoicing. Figures open only what
figures closed: once a person's act changed a schedule, it stays as that left it. No one opens anything by hand here.

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
_FINAL = frozenset({"CANCELED", "FINALLY CLOSED"})
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
_REOPENED = {
    "receive": {"CLOSED FOR RECEIVING": "OPEN", "CLOSED": "CLOSED FOR INVOICING"},
    "invoice": {"CLOSED FOR INVOICING": "OPEN", "CLOSED": "CLOSED FOR RECEIVING"},
}
"""What taking back what a schedule was closed for makes of it, by the state that it is in."""
_BY_FIGURES = "_closed_by_figures"
"""What a schedule's own figures closed it for: acts of `_REOPENED`."""
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
    _write(row, status)
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


def close_by_figures(act: str, schedule: Order, stamp: datetime) -> None:
    """Close a schedule for receiving or invoicing as its figures say, so that they can open it again."""
    before, closed_for = schedule["StatusCode"], schedule.get(_BY_FIGURES, frozenset())
    close_for(act, schedule, stamp)
    if schedule["StatusCode"] != before:
        schedule[_BY_FIGURES] = closed_for | {act}


def reopen_by_figures(act: str, order: Order, schedule: Order, stamp: datetime) -> None:
    """Open a schedule for what its figures closed it for, with its distributions; its line and the order follow.

    Nothing opens in what is canceled or finally closed.
    """
    (line,) = [line for line in order["lines"] if any(part is schedule for part in line["schedules"])]
    before, closed_for = schedule["StatusCode"], schedule.get(_BY_FIGURES, frozenset())
    status = _REOPENED[act].get(before) if act in closed_for else None
    if status is None or any(row["StatusCode"] in _FINAL for row in (line, order)):
        return
    for row in (schedule, *_children(schedule)):
        if row["StatusCode"] == before:
            _write(row, status)
            row["LastUpdateDate"] = stamp
    schedule[_BY_FIGURES] = closed_for - {act}
    for row in (line, order):
        if row["StatusCode"] in _HALF_CLOSED | {"CLOSED"}:
            _write(row, _come_to(child["StatusCode"] for child in _children(row)) or "OPEN")
            row["LastUpdateDate"] = stamp


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


def _write(row: Order, status: str) -> None:
    """Write a state into a row; what figures closed it for counts no more."""
    row["StatusCode"], row["Status"] = status, STATUSES[status]
    row.pop(_BY_FIGURES, None)


def _children(row: dict[str, Any]) -> list[Order]:
    return [child for name in _BELOW for child in row.get(name, ())]
