"""What suppliers answer to orders that wait for them: `purchaseOrderAcknowledgments` (oracle-fusion.md, 3.3).

Only an order that is Pending Supplier Acknowledgment is there. An answer for the order is one for each of its schedules
that has none yet; `schedules[]`, named by LineLocationId [assumed], differ from it. Once every schedule is answered the
order is Open, or Rejected where all were rejected [assumed].

Limits: until then an answered schedule stays readable with its answer; a rejected one of an order that is accepted
otherwise stays as it is, for the buyer to settle [assumed: nothing is said of either].
"""

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from simulators.oracle import life_cycle, payloads
from simulators.oracle.acknowledgment_attributes import ACKNOWLEDGED_SCHEDULES, ACKNOWLEDGMENTS
from simulators.oracle.changes import Changes
from simulators.oracle.changing_store import Clock
from simulators.oracle.errors import REQUIRED, FusionError, not_found
from simulators.oracle.generator import Order
from simulators.oracle.options import Switches
from simulators.oracle.order_views import OrderView
from simulators.oracle.orders import PENDING, Orders, described
from simulators.oracle.payloads import Body, Payload
from simulators.oracle.resource import STAMP, Row

ACCEPT, REJECT = "ACCEPT", "REJECT"
_RESPONSES = {ACCEPT: ACCEPT, "A": ACCEPT, REJECT: REJECT, "R": REJECT}
"""What each answer means; the schema's one character is taken too (3.3)."""
_RESPONSE, _REASON, _NOTE, _HEADER_RESPONSE = "_response", "_rejection_reason", "_note", "_acknowledgment"
"""Where a schedule and an order keep what is not shown by `purchaseOrders`."""
_LENGTHS = {"AcknowledgmentNote": 4000, "SupplierOrder": 25}
_SCHEDULE_LENGTHS = {"RejectionReason": 240, "SupplierOrderLine": 25}
_WRITABLE = frozenset({"AcknowledgmentResponse", *_LENGTHS})
_SCHEDULE_WRITABLE = frozenset({"LineLocationId", "Response", *_SCHEDULE_LENGTHS})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """What a supplier says of one schedule."""

    response: str
    reason: str | None
    supplier_line: str | None


class Acknowledgments(OrderView):
    """The orders that wait for their supplier, and how they are answered."""

    def __init__(self, orders: Orders, changes: Changes, switches: Switches, now: Clock) -> None:
        super().__init__(ACKNOWLEDGMENTS, orders, changes, _rows, orders.pending)
        self._switches = switches
        self.now = now

    def __contains__(self, key: Any) -> bool:
        return key in self._orders and self._changes.visible(self._orders, key)["StatusCode"] == PENDING

    def answer(self, key: int, body: Body) -> Row:
        """Take the PATCH of an order and return what is shown of it. Raises FusionError (400 and 404)."""
        payload = payloads.read(body, ACKNOWLEDGMENTS, writable=_WRITABLE, longest=_LENGTHS)
        schedules = payload.children("schedules", ACKNOWLEDGED_SCHEDULES, writable=_SCHEDULE_WRITABLE)
        _check(payload, schedules)
        with self._changes.lock:
            order = self._waiting(key)
            answers = self._answers(order, payload, schedules)
            return self._apply(order, answers, payload.row)

    def answer_schedule(self, key: int, part: int, body: Body) -> Row:
        """Take the PATCH of one schedule and return what is shown of it. Raises FusionError (400 and 404)."""
        payload = payloads.read(body, ACKNOWLEDGED_SCHEDULES, writable=_SCHEDULE_WRITABLE - {"LineLocationId"})
        _check_schedule(payload)
        payload.check()
        with self._changes.lock:
            order = self._waiting(key)
            schedule = next((one for one in _schedules(order) if one["LineLocationId"] == part), None)
            if schedule is None:
                raise not_found()
            if _RESPONSE in schedule:
                raise self._too_late(f"The schedule {part} was acknowledged already.")
            shown = self._apply(order, {part: _answer(payload.row)}, {})
        return next(row for row in shown["schedules"] if row["LineLocationId"] == part)

    def _waiting(self, key: int) -> Order:
        """Return a copy of an order that waits. Raises FusionError for one that does not, or is not there."""
        try:
            order = self._changes.latest(self._orders, key)
        except KeyError:
            raise not_found() from None
        if order["StatusCode"] != PENDING:
            raise self._too_late(
                f"The purchase order {order['OrderNumber']} does not require acknowledgment: it is {order['Status']}."
            )
        return copy.deepcopy(order)

    def _too_late(self, detail: str) -> FusionError:
        return FusionError(400, detail) if self._switches.acknowledged_again == 400 else not_found()

    def _answers(self, order: Order, payload: Payload, named: list[Payload]) -> dict[int, _Answer]:
        """Return the answers by LineLocationId. Raises FusionError for a schedule that cannot be answered."""
        open_ones = {one["LineLocationId"] for one in _schedules(order) if _RESPONSE not in one}
        every = {one["LineLocationId"] for one in _schedules(order)}
        whole = _RESPONSES.get(payload.row.get("AcknowledgmentResponse") or "")
        answers = {}
        if whole is not None:
            answers = {part: _Answer(response=whole, reason=None, supplier_line=None) for part in open_ones}
        for one in named:
            part = one.row["LineLocationId"]
            if part not in every:
                one.mismatch("LineLocationId")
            elif part not in open_ones:
                raise self._too_late(f"The schedule {part} was acknowledged already.")
            else:
                answers[part] = _answer(one.row, whole)
        payload.check()
        return answers

    def _apply(self, order: Order, answers: dict[int, _Answer], header: Row) -> Row:
        """Write answers into an order and publish it."""
        stamp = self.now()
        for schedule in _schedules(order):
            answer = answers.get(schedule["LineLocationId"])
            if answer is not None:
                schedule[_RESPONSE], schedule[_REASON] = answer.response, answer.reason
                schedule["SupplierOrder"] = header.get("SupplierOrder") or order["SupplierOrder"]
                schedule["SupplierOrderLineNumber"] = answer.supplier_line
                schedule[STAMP] = stamp
        if header.get("SupplierOrder") is not None:
            order["SupplierOrder"] = header["SupplierOrder"]
        order[_NOTE] = header.get("AcknowledgmentNote") or order.get(_NOTE)
        order[_HEADER_RESPONSE] = _RESPONSES.get(header.get("AcknowledgmentResponse") or "")
        given = [one.get(_RESPONSE) for one in _schedules(order)] or [order[_HEADER_RESPONSE]]
        complete = None not in given
        if complete:
            accepted = ACCEPT in given
            life_cycle.move(order, "OPEN" if accepted else "REJECTED", everywhere=False)
        if header or complete or self._switches.parent_moves_with_children:
            order[STAMP] = stamp
        self._publish(order, answers, header, complete=complete)
        return _shown(order)

    def _publish(self, order: Order, answers: dict[int, _Answer], header: Row, *, complete: bool) -> None:
        self._changes.publish(
            self._orders,
            order,
            "acknowledgment_applied",
            **described(order),
            response=_RESPONSES.get(header.get("AcknowledgmentResponse") or ""),
            note=header.get("AcknowledgmentNote"),
            supplier_order=order["SupplierOrder"],
            complete=complete,
            schedules=[
                {
                    "line": int(line["LineNumber"]),
                    "schedule": int(schedule["ScheduleNumber"]),
                    "response": schedule[_RESPONSE],
                    "reason": schedule[_REASON],
                    "supplier_line": schedule["SupplierOrderLineNumber"],
                }
                for line in order["lines"]
                for schedule in line["schedules"]
                if schedule["LineLocationId"] in answers
            ],
        )


def ask_again(order: Order) -> None:
    """Forget what was answered: the order waits for its supplier anew."""
    order.pop(_NOTE, None)
    order.pop(_HEADER_RESPONSE, None)
    for line in order["lines"]:
        for schedule in line["schedules"]:
            schedule.pop(_RESPONSE, None)
            schedule.pop(_REASON, None)


def _check(payload: Payload, schedules: list[Payload]) -> None:
    """Raise FusionError (400) for a body that says too little or what nobody can answer."""
    payload.one_of("AcknowledgmentResponse", tuple(_RESPONSES))
    response = payload.row.get("AcknowledgmentResponse")
    if _RESPONSES.get(response or "") == REJECT and not payload.row.get("AcknowledgmentNote"):
        payload.refuse("AcknowledgmentNote", "Attribute AcknowledgmentNote is required to reject.", code=REQUIRED)
    for schedule in schedules:
        schedule.need("LineLocationId")
        _check_schedule(schedule, needs_response=response is None)
    if response is None and not schedules:
        payload.need("AcknowledgmentResponse")
    payload.check()


def _check_schedule(payload: Payload, *, needs_response: bool = True) -> None:
    payload.one_of("Response", tuple(_RESPONSES))
    if needs_response:
        payload.need("Response")
    payloads.check_lengths(payload, _SCHEDULE_LENGTHS)


def _answer(row: Row, whole: str | None = None) -> _Answer:
    response = _RESPONSES[row["Response"]] if row.get("Response") is not None else whole or ACCEPT
    return _Answer(response=response, reason=row.get("RejectionReason"), supplier_line=row.get("SupplierOrderLine"))


def _schedules(order: Order) -> Iterator[Row]:
    """Return the schedules that are to be answered: those that have not come to an end."""
    for line in order["lines"]:
        for schedule in line["schedules"]:
            if schedule["StatusCode"] not in life_cycle.UNCHANGEABLE:
                yield schedule


def _rows(order: Order) -> Iterator[Row]:
    if order["StatusCode"] == PENDING:
        yield _shown(order)


def _shown(order: Order) -> Row:
    """Return what is shown of an order."""
    numbers = {line["POLineId"]: line["LineNumber"] for line in order["lines"]}
    row = {name: order.get(name) for name in ACKNOWLEDGMENTS.attributes}
    row |= {"AcknowledgmentResponse": order.get(_HEADER_RESPONSE), "AcknowledgmentNote": order.get(_NOTE)}
    row["schedules"] = [
        {name: schedule.get(name) for name in ACKNOWLEDGED_SCHEDULES.attributes}
        | {
            "LineNumber": numbers[schedule["POLineId"]],
            "Response": schedule.get(_RESPONSE),
            "RejectionReason": schedule.get(_REASON),
            "SupplierOrderLine": schedule["SupplierOrderLineNumber"],
        }
        for schedule in _schedules(order)
    ]
    return row
