"""What the three-way match will say of order lines: matched, open, or an exception with its cause. Pure.

Judged is what holds when everything that was said has arrived: documents on their way and documents that are stopped
count as well, and are shown apart. So an invoice that came before its receipt is no exception once the receipt is on
its way, and a stopped receipt is what is shown, not the invoice that misses it.

A line has one cause on each side, the first that holds. Billed: without any receipt; more than was ordered; more than
was received (short, where no more is expected). Received: more than ordered; returned without a receipt. Prices are
judged invoice by invoice, credits by what they leave. Lines that need no receipt (two-way match) are judged against the
order alone; lines that buy an amount by their amounts, so that a dearer service is one billed beyond its order.
Currencies and units are compared and never converted.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from schemas.match_line import NEXT_STEPS, by_time, line_preview
from schemas.match_values import (
    Cause,
    Document,
    MatchException,
    Movement,
    MovementKind,
    OrderedLine,
    Preview,
    Tolerances,
    age_days,
    once,
)


def preview(
    lines: Iterable[OrderedLine],
    movements: Iterable[Movement],
    tolerances: Callable[[str | None], Tolerances],
    now: datetime,
    *,
    unread: Iterable[Document] = (),
) -> Preview:
    """Return what the match will say of order lines. `tolerances` are a business unit's, `now` tells ages.

    Every movement is counted in one line, is an exception of its own, or is a stray. So is a document that could not
    be read (`unread`): it may be about any order.
    """
    ordered = sorted(lines, key=lambda one: (one.order, one.order_key, one.line))
    orders: dict[str, list[OrderedLine]] = defaultdict(list)
    for line in ordered:
        orders[line.order].append(line)
    placed: dict[tuple[int, int], list[Movement]] = defaultdict(list)
    strays: list[Movement] = []
    for movement in (part for one in movements for part in _by_line(one, orders.get(one.order, []))):
        meant = _line_of(movement, orders.get(movement.order, []))
        if meant is None:
            strays.append(movement)
        else:
            placed[meant.order_key, meant.line].append(movement)
    return Preview(
        lines=tuple(
            line_preview(line, placed[line.order_key, line.line], tolerances(line.business_unit), now)
            for line in ordered
        ),
        strays=(*_strays(strays, now), *(_stray(Cause.STOPPED, one, now) for one in once(unread))),
    )


def _by_line(movement: Movement, lines: Sequence[OrderedLine]) -> Iterator[Movement]:
    """Yield what moved by order line: a notice without lines ships the whole order (jaggaer-cxml.md, 6.3)."""
    if movement.kind is not MovementKind.SHIPPED or movement.line is not None:
        yield movement
        return
    for line in lines:
        yield replace(movement, line=line.line, quantity=line.quantity, amount=line.amount)


def _line_of(movement: Movement, lines: Sequence[OrderedLine]) -> OrderedLine | None:
    """Return the order line that is meant; of several orders of a number the business unit tells which."""
    keys = {line.order_key for line in lines}
    if len(keys) > 1:
        unit = movement.document.business_unit
        lines = [line for line in lines if unit and unit in (line.business_unit, line.legal_entity)]
        if len({line.order_key for line in lines}) != 1:
            return None
    if movement.line is None:  # it bills the order as a whole: one line of an amount can be meant, nothing else
        return lines[0] if len(lines) == 1 and lines[0].quantity is None else None
    return next((line for line in lines if line.line == movement.line), None)


def _strays(movements: Iterable[Movement], now: datetime) -> Iterator[MatchException]:
    for movement in sorted(movements, key=lambda one: (one.order, one.line or 0, by_time(one))):
        if movement.kind is not MovementKind.SHIPPED:
            yield _stray(Cause.ORDER_LINE_UNKNOWN, movement.document, now, movement)


def _stray(cause: Cause, document: Document, now: datetime, movement: Movement | None = None) -> MatchException:
    quantity, amount = (None, None) if movement is None else (movement.quantity, movement.amount)
    measure = movement and (movement.currency if quantity is None else movement.unit)
    return MatchException(
        cause=cause,
        order=movement.order if movement else "",
        line=movement.line if movement else None,
        business_unit=document.business_unit,
        expected=None,
        found=amount if quantity is None else quantity,
        difference=None,
        measure=measure or "",
        value=amount,
        currency=movement.currency if movement else None,
        since=document.at,
        age_days=age_days(document.at, now),
        cause_document=document,
        documents=(document,),
        next_step=NEXT_STEPS[cause] if document.stop is None else document.stop.next_step,
    )
