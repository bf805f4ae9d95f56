"""The lines of a supplier's invoice between ledger and POST: billed by order line, then by schedule.

A line of an order line with one schedule names it at once. One with several is kept whole, with the schedules that may
bear it (`SCHEDULES`), until the invoice is posted: then Oracle says what earlier invoices billed of each.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from schemas import schedule_allocation
from schemas.exact_json import JsonValue
from schemas.oracle.row import Row
from schemas.order_matching import MatchedLine
from schemas.schedule_allocation import Bearer

Object = dict[str, JsonValue]

LINES = "invoiceLines"
SCHEDULES = "schedules"
"""What a line has until it is posted: the schedules that may bear it. Oracle knows no such attribute."""

SCHEDULE = "PurchaseOrderScheduleLineNumber"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A schedule of which it matters what was billed: POHeaderId, LineLocationId, and in which measure."""

    order: int
    schedule: int
    by_amount: bool


def bearers(line: MatchedLine) -> Object:
    """Return what a line in the ledger says about who bears it."""
    if len(line.schedules) == 1:
        return {SCHEDULE: line.schedules[0].number}
    may: list[JsonValue] = [
        {
            "POHeaderId": line.order_key,
            "LineLocationId": one.key,
            "ScheduleNumber": one.number,
            "Ordered": one.ordered,
        }
        for one in line.schedules
    ]
    return {SCHEDULES: may}


def places(body: Mapping[str, JsonValue]) -> list[Place]:
    """Return the schedules of which it must be known what was billed before a body is posted, each once."""
    found = {
        Place(order=order, schedule=key, by_amount=line.get("Quantity") is None): None
        for line in lines(body)
        for row in Row(raw=line).children(SCHEDULES)
        if (order := row.identifier("POHeaderId")) and (key := row.identifier("LineLocationId"))
    }
    return list(found)


def posted(body: Mapping[str, JsonValue], billed: Mapping[int, Decimal]) -> Object:
    """Return a body as it is posted: each line by the schedules that bear it, and numbered.

    `billed` is what Oracle billed of schedules, by LineLocationId; a schedule that it lacks is not known. Lines of one
    invoice that bill the same order line know of each other.
    """
    known = dict(billed)
    written = [part for line in lines(body) for part in _parts(line, str(body["InvoiceCurrency"]), known)]
    numbered: list[JsonValue] = [{**line, "LineNumber": number} for number, line in enumerate(written, start=1)]
    return {**body, LINES: numbered}


def lines(body: Mapping[str, JsonValue]) -> list[Mapping[str, JsonValue]]:
    """Return the lines of a body."""
    held = body.get(LINES)
    return [line for line in held if isinstance(line, dict)] if isinstance(held, list) else []


def _parts(line: Mapping[str, JsonValue], currency: str, known: dict[int, Decimal]) -> Iterator[Object]:
    """Yield a line by schedule, and add to what is known as billed what each of them bears."""
    row = Row(raw=line)
    may = [_bearer(one, known) for one in row.children(SCHEDULES)]
    if not may:
        yield dict(line)
        return
    quantity, nothing = row.number("Quantity"), Decimal(0)
    amount = row.required("LineAmount", row.number("LineAmount"))
    borne = schedule_allocation.parts(quantity, row.number("UnitPrice") or nothing, amount, currency, may)
    for bearer in schedule_allocation.after(may, borne):
        if bearer.key is not None and bearer.billed is not None:
            known[bearer.key] = bearer.billed
    whole = {name: value for name, value in line.items() if name != SCHEDULES}
    for part in borne:
        of_it: Object = {"LineAmount": part.amount, SCHEDULE: part.schedule}
        yield {**whole, **of_it, **({} if part.quantity is None else {"Quantity": part.quantity})}


def _bearer(row: Row, known: Mapping[int, Decimal]) -> Bearer:
    bearer = Bearer(
        number=row.required("ScheduleNumber", row.integer("ScheduleNumber")),
        key=row.identifier("LineLocationId"),
        ordered=row.number("Ordered"),
    )
    return bearer if bearer.key is None else replace(bearer, billed=known.get(bearer.key))
