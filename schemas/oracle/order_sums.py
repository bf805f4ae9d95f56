"""Whether the amounts of an Oracle purchase order agree with one another.

Sources round: quantity x price may differ from the stated amount by half a minor unit of the currency (half a cent),
never by more. Everything else must agree exactly: the order is the sum of its lines, a line the sum of its schedules,
the total is the ordered amount and the tax (oracle-fusion.md, 3.1). Nothing is corrected here, and no value is changed;
an order that contradicts itself is refused with both figures.

A cancelled line or schedule may be stated with its old amount or with zero, and may or may not be counted in its
parent; both ways of counting are taken.

Tax: TotalTax of the header, else of the lines, where they explain what Total has beyond Ordered. A difference that
nobody states to be tax might be anything, so it is refused.

Discount and credit: Oracle's pages name OrderedAmountBeforeAdjustments, DiscountAmount and CreditAmount but give no
formula. Assumed from the names: Ordered is the amount before adjustments less both, whichever sign they are written
with. The lines may come to either: to Ordered, when their own prices are lower already, or to the amount before, when
the order takes the adjustments off (then `deduction` says so). An amount before adjustments that is neither Ordered nor
Ordered with the adjustments contradicts them.
"""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from schemas.currencies import minor_unit
from schemas.exact_arithmetic import exact_difference, exact_product, exact_sum
from schemas.money import plain
from schemas.oracle.row import Row
from schemas.purchase_order import OrderLine, PurchaseOrder, Schedule
from schemas.refusals import Refused

_STATE_TAX = (
    "Calculate the order's tax in Oracle, or correct its amounts; the corrected order is read by the next poll."
)


def ordered_and_deduction(header: Row, lines: Sequence[OrderLine]) -> tuple[Decimal, Decimal | None]:
    """Return the ordered amount, and what the order takes off its lines to get there (None: nothing). Raises Refused.

    Where Ordered is left out, it is what the lines come to.
    """
    ordered, adjustments = header.number("Ordered"), _adjustments(header)
    if ordered is None:
        return exact_sum(line.ordered for line in lines), None
    amounts = [(line.ordered, line.canceled) for line in lines]
    if not adjustments or _adds_up(ordered, amounts) or not _adds_up(exact_sum((ordered, adjustments)), amounts):
        return ordered, None
    return ordered, adjustments


def tax(header: Row, rows: Sequence[Row], lines: Sequence[OrderLine], *, beyond: Decimal) -> Decimal | None:
    """Return the order's tax: as the header states it, else what the lines state where that is the total `beyond`.

    `beyond` is what the total has more than the ordered amount. Raises Refused for a tax that is no number.
    """
    stated = header.number("TotalTax")
    if stated is not None:
        return stated
    taxes = [(row.number("TotalTax"), line.canceled) for row, line in zip(rows, lines, strict=True)]
    known = [(amount, canceled) for amount, canceled in taxes if amount is not None]
    return beyond if len(known) == len(taxes) and _adds_up(beyond, known) else None


def _adjustments(header: Row) -> Decimal:
    """Return discount and credit together, as a positive amount."""
    stated = (header.number(name) for name in ("DiscountAmount", "CreditAmount"))
    return exact_sum(amount.copy_abs() for amount in stated if amount is not None)


def check(order: PurchaseOrder, header: Row, lines: Sequence[Row]) -> None:
    """Compare all amounts of an order; `lines` are the rows that its lines were read from. Raises Refused."""
    if refusal := next(_contradictions(order, header, lines), None):
        raise refusal


def _contradictions(order: PurchaseOrder, header: Row, lines: Sequence[Row]) -> Iterator[Refused]:
    half = minor_unit(order.total.currency) / 2
    for line, row in zip(order.lines, lines, strict=True):
        yield from _line_contradictions(line, row, half)
    yield from _header_contradictions(order, header)


def _header_contradictions(order: PurchaseOrder, header: Row) -> Iterator[Refused]:
    ordered, adjustments = order.ordered.amount, _adjustments(header)
    before = exact_sum((ordered, order.deduction.amount)) if order.deduction else ordered
    if not _adds_up(before, [(line.ordered, line.canceled) for line in order.lines]):
        stated = exact_sum(line.ordered for line in order.lines)
        less = f", with adjustments of {plain(adjustments)}" if adjustments else ""
        yield header.refused("Ordered", f"its lines add up to {plain(stated)}, the order to {order.ordered}{less}.")
    named = header.number("OrderedAmountBeforeAdjustments")
    if named not in (None, before, exact_sum((ordered, adjustments))):
        figures = f"{plain(named or Decimal(0))}, {plain(adjustments)} is taken off, and {order.ordered} is ordered"
        yield header.refused("OrderedAmountBeforeAdjustments", f"the amount before adjustments is {figures}.")
    if order.tax is None and order.total != order.ordered:
        reason = (
            f"the total is {order.total}, {plain(ordered)} is ordered, and no tax that makes the difference is stated."
        )
        yield header.refused("Total", reason, _STATE_TAX)
    elif order.tax is not None and (expected := exact_sum((ordered, order.tax.amount))) != order.total.amount:
        yield header.refused("Total", f"ordered amount and tax make {plain(expected)}, the total is {order.total}.")


def _line_contradictions(line: OrderLine, row: Row, half: Decimal) -> Iterator[Refused]:
    if line.canceled:
        return
    computed = _computed(line)
    if computed is not None and exact_difference(computed, line.ordered).copy_abs() > half:
        figures = f"{plain(computed)}, the line says {plain(line.ordered)}"
        yield row.refused("Ordered", f"quantity x price (or amount) of line {line.number} is {figures}.")
    amounts = list(_stated(line.schedules))
    if len(amounts) == len(line.schedules) > 0 and not _adds_up(line.ordered, amounts):
        stated = exact_sum(amount for amount, _ in amounts)
        reason = f"the schedules of line {line.number} add up to {plain(stated)}, the line to {plain(line.ordered)}."
        yield row.refused("Ordered", reason)


def _computed(line: OrderLine) -> Decimal | None:
    if line.quantity is None or line.price is None:
        return line.amount
    return exact_product(line.quantity, line.price)


def _stated(schedules: Iterable[Schedule]) -> Iterator[tuple[Decimal, bool]]:
    for schedule in schedules:
        if schedule.ordered is not None:
            yield schedule.ordered, schedule.canceled


def _adds_up(whole: Decimal, parts: Sequence[tuple[Decimal, bool]]) -> bool:
    everything = exact_sum(amount for amount, _ in parts)
    without_canceled = exact_sum(amount for amount, canceled in parts if not canceled)
    return whole in (everything, without_canceled)
