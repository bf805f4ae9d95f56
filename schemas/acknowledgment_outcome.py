"""What an acknowledgment comes to for its order: which lines are accepted, which rejected, and what is proposed.

A line is accepted or rejected as it was ordered, or not at all: the other side can take no more than that. Whatever
else a supplier says of it (another quantity, day or price, a substitute, a back order, a part accepted and a part
rejected) is a proposal, and one proposal holds back the whole acknowledgment: half of it would read as a yes.

What a supplier repeats of the order is no proposal: a price, a day or a total that is the order's own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from schemas.acknowledgment import (
    AcknowledgedLine,
    Acknowledgment,
    AcknowledgmentType,
    LineStatus,
    LineStatusType,
)
from schemas.acknowledgment_rules import refused
from schemas.money import Money, plain
from schemas.purchase_order import OrderLine, PurchaseOrder, Schedule
from schemas.refusals import Refusal, RefusalClass, Refused
from schemas.units import UnitMap

_UNIT_OF_AN_AMOUNT = "EA"
_MOST_SHOWN = 20
_ACCEPTING = frozenset({LineStatusType.ACCEPT, LineStatusType.DETAIL, LineStatusType.ALL_DETAIL})
_NEXT_STEP = (
    "If you agree, change the order so in Oracle and replay this once the change was read; if not, settle it with the "
    "supplier, acknowledge the order in Oracle by hand and discard this."
)


class Response(StrEnum):
    """What a line, or an order, gets. The values are Oracle's words (oracle-fusion.md, 3.3)."""

    ACCEPT = "ACCEPT"
    REJECT = "REJECT"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineAnswer:
    """What one line of the order gets. `comments` is what the supplier says to it."""

    line: OrderLine
    response: Response
    comments: str | None = None

    @property
    def schedules(self) -> tuple[Schedule, ...]:
        """The line's live schedules."""
        return live_schedules(self.line)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The lines that are answered, by rising number, and what a person should know besides.

    `whole` is what the order gets where every live line gets the same. `dates` tells the changed days that were let
    pass.
    """

    answers: tuple[LineAnswer, ...]
    whole: Response | None
    dates: tuple[str, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Proposal:
    """Something that the supplier would have otherwise. `date_only` if it is nothing but another day."""

    field: str
    text: str
    date_only: bool = False


def outcome(
    acknowledgment: Acknowledgment, order: PurchaseOrder, units: UnitMap, *, accept_changed_dates: bool
) -> Outcome:
    """Return what an acknowledgment comes to.

    Raises Refused: CONFLICT with all that the supplier proposes, MAPPING for a unit that is not the one we sent,
    INVALID for a line that the order does not have.
    """
    proposals = list(_proposals(acknowledgment, order, units))
    passed = [one for one in proposals if accept_changed_dates and one.date_only]
    held = [one for one in proposals if one not in passed]
    if held:
        raise _held(held)
    answers = tuple(_answers(acknowledgment, order))
    responses = {answer.response for answer in answers}
    complete = len(answers) == sum(is_live(line) for line in order.lines)
    return Outcome(
        answers=answers,
        whole=responses.pop() if complete and len(responses) == 1 else None,
        dates=tuple(one.text for one in passed),
        remarks=(*(f"Read with a deviation: {one}" for one in acknowledgment.deviations), *_unknown(acknowledgment)),
    )


def is_live(line: OrderLine) -> bool:
    """Tell whether anything of a line is still to come."""
    return not line.canceled and bool(live_schedules(line))


def live_schedules(line: OrderLine) -> tuple[Schedule, ...]:
    """Return the schedules of a line that are not canceled."""
    return tuple(schedule for schedule in line.schedules if not schedule.canceled)


def _answers(acknowledgment: Acknowledgment, order: PurchaseOrder) -> Iterator[LineAnswer]:
    """Yield what each line gets of an acknowledgment without proposals."""
    listed = {line.number: line for line in acknowledgment.lines}
    for line in order.lines:
        said = listed.get(line.number)
        if not is_live(line):
            continue
        response = _response(said) if said is not None else _unlisted(acknowledgment.type)
        if response is not None:
            yield LineAnswer(line=line, response=response, comments=_comments(said))


def _unlisted(kind: AcknowledgmentType) -> Response | None:
    match kind:
        case AcknowledgmentType.ACCEPT | AcknowledgmentType.EXCEPT:
            return Response.ACCEPT
        case AcknowledgmentType.REJECT:
            return Response.REJECT
        case _:
            return None


def _response(said: AcknowledgedLine) -> Response | None:
    """Return what a line gets whose statuses all say the same; None where they say nothing yet."""
    kind = said.statuses[0].type
    if kind is LineStatusType.UNKNOWN:
        return None
    return Response.REJECT if kind is LineStatusType.REJECT else Response.ACCEPT


def _comments(said: AcknowledgedLine | None) -> str | None:
    found = (status.comments for status in said.statuses) if said is not None else ()
    return "\n".join(dict.fromkeys(filter(None, found))) or None


def _unknown(acknowledgment: Acknowledgment) -> Iterator[str]:
    for line in acknowledgment.lines:
        if _response(line) is None:
            yield f"The supplier says nothing of line {line.number} yet."


def _proposals(acknowledgment: Acknowledgment, order: PurchaseOrder, units: UnitMap) -> Iterator[_Proposal]:
    yield from _of_the_whole(acknowledgment, order)
    lines = {line.number: line for line in order.lines}
    for said in acknowledgment.lines:
        line = lines.get(said.number)
        if line is None:
            numbers = ", ".join(str(one.number) for one in order.lines[:_MOST_SHOWN])
            reason = f"order {order.number} has no such line; it has {numbers}."
            raise refused(f"lines[lineNumber={said.number}].lineNumber", str(said.number), reason)
        yield from _of_a_line(said, line, order, units)


def _of_the_whole(acknowledgment: Acknowledgment, order: PurchaseOrder) -> Iterator[_Proposal]:
    match acknowledgment.type:
        case AcknowledgmentType.BACKORDERED:
            yield _Proposal(field="type", text="the whole order is backordered")
        case AcknowledgmentType.REQUEST_TO_PAY:
            yield _Proposal(field="type", text="the supplier asks for the payment to be started")
        case AcknowledgmentType.REPLACE:
            yield _Proposal(field="type", text="another order takes the place of this one")
    if _unlisted(acknowledgment.type) is Response.ACCEPT and not any(map(is_live, order.lines)):
        yield _Proposal(field="type", text="the order is accepted, but it is canceled in Oracle")
    own = (order.total, order.ordered)
    if acknowledgment.total is not None and acknowledgment.total not in own:
        yield _Proposal(field="Total", text=f"the order comes to {acknowledgment.total} (ordered {order.total})")
    if _adds(acknowledgment.tax) and acknowledgment.tax != order.tax:
        yield _Proposal(field="Tax", text=f"a tax of {acknowledgment.tax} (ordered {order.tax or 'none'})")
    if _adds(acknowledgment.shipping):
        yield _Proposal(field="Shipping", text=f"shipping for {acknowledgment.shipping}")


def _of_a_line(said: AcknowledgedLine, line: OrderLine, order: PurchaseOrder, units: UnitMap) -> Iterator[_Proposal]:
    quantity, price, unit = _ordered(line, units)
    at = f"lines[lineNumber={line.number}]"
    if said.uom is not None and said.uom.casefold() != unit.casefold():
        raise _other_unit(at, said.uom, unit, line.number)
    groups = {_group(status) for status in said.statuses}
    if groups == {LineStatusType.UNKNOWN}:
        return
    if not is_live(line) and Response.ACCEPT in groups:
        yield _Proposal(field=at, text=f"line {line.number} is accepted, but it is canceled in Oracle")
    if len(groups) > 1 or said.quantity not in (None, quantity) or groups - set(Response):
        shown = ", ".join(f"{plain(one.quantity or quantity)} {_WORDS[one.type]}" for one in said.statuses)
        text = f"line {line.number}: {shown} (ordered {plain(quantity)} {unit})"
        yield _Proposal(field=f"{at}.quantity", text=text)
    for status in said.statuses:
        if status.type in _ACCEPTING:
            yield from _changes(status, line, price, order, at)


_WORDS = {
    LineStatusType.ACCEPT: "accepted",
    LineStatusType.DETAIL: "accepted with changes",
    LineStatusType.ALL_DETAIL: "accepted",
    LineStatusType.BACKORDERED: "backordered",
    LineStatusType.REJECT: "rejected",
    LineStatusType.UNKNOWN: "unknown",
    LineStatusType.REQUEST_TO_PAY: "asked to be paid",
}


def _group(status: LineStatus) -> Response | LineStatusType:
    """Return what a status comes to, where that can be told; else the status."""
    if status.type in _ACCEPTING:
        return Response.ACCEPT
    return Response.REJECT if status.type is LineStatusType.REJECT else status.type


def _changes(status: LineStatus, line: OrderLine, price: Decimal, order: PurchaseOrder, at: str) -> Iterator[_Proposal]:
    currency = status.currency or order.total.currency
    if status.unit_price is not None and (status.unit_price, currency) != (price, order.total.currency):
        ordered = f"{plain(price)} {order.total.currency}"
        text = f"line {line.number} at {plain(status.unit_price)} {currency} each (ordered at {ordered})"
        yield _Proposal(field=f"{at}.UnitPrice", text=text)
    if status.delivery is not None and not _is_ordered_day(status.delivery, line):
        days = sorted({day.isoformat() for part in live_schedules(line) if (day := _day(part))})
        text = f"line {line.number} to be delivered on {status.delivery} (ordered for {', '.join(days) or 'no day'})"
        yield _Proposal(field=f"{at}.deliveryDate", text=text, date_only=True)
    if status.substitute is not None and (not status.substitute or status.substitute != line.supplier_item):
        text = f"line {line.number}: part {status.substitute or 'without a number'} instead of {line.supplier_item}"
        yield _Proposal(field=f"{at}.ItemIn", text=text)
    for name, money in (("Tax", status.tax), ("Shipping", status.shipping)):
        if _adds(money):
            yield _Proposal(field=f"{at}.{name}", text=f"line {line.number}: {name.lower()} of {money}")


def _ordered(line: OrderLine, units: UnitMap) -> tuple[Decimal, Decimal, str]:
    """Return quantity, price and unit under which a line was sent: one, where it buys an amount."""
    if line.quantity is None or line.price is None:
        return Decimal(1), line.ordered if line.amount is None else line.amount, units.theirs(_UNIT_OF_AN_AMOUNT)
    return line.quantity, line.price, units.standard(line.uom, line=line.number)


def _is_ordered_day(day: date, line: OrderLine) -> bool:
    return all(day in (part.requested_delivery, part.promised_delivery) for part in live_schedules(line))


def _day(part: Schedule) -> date | None:
    return part.requested_delivery or part.promised_delivery


def _adds(money: Money | None) -> bool:
    return money is not None and money.amount != 0


def _other_unit(at: str, said: str, unit: str, number: int) -> Refused:
    return Refused(
        Refusal(
            category=RefusalClass.MAPPING,
            field=f"{at}.UnitOfMeasure",
            value=said,
            reason=f"line {number} was sent in {unit}, and is answered in {said}: their quantities cannot be compared.",
            next_step=f"If both are the same unit, map the unit of the order's line to {said}, then release this; "
            "if not, ask the supplier for a corrected confirmation.",
        )
    )


def _held(proposals: list[_Proposal]) -> Refused:
    shown = "; ".join(one.text for one in proposals[:_MOST_SHOWN])
    more = f"; and {len(proposals) - _MOST_SHOWN} more" if len(proposals) > _MOST_SHOWN else ""
    return Refused(
        Refusal(
            category=RefusalClass.CONFLICT,
            field=proposals[0].field,
            value=proposals[0].text,
            reason=f"The supplier proposes what an acknowledgment cannot say in Oracle: {shown}{more}.",
            next_step=_NEXT_STEP,
        )
    )
