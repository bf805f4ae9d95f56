"""What the parts of an order that are sent come to, and who pays how much of a line: the same for every dialect.

A line or schedule that is cancelled may still be stated with its old amounts, and its parent may count it or not. What
is sent must add up all the same, because the receiver books it (jaggaer-cxml.md, 6.1: the sum of the charges is the
line's amount).
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from schemas import money
from schemas.exact_arithmetic import exact_sum
from schemas.money import Money, plain
from schemas.purchase_order import Distribution, OrderLine, PurchaseOrder, Schedule
from schemas.refusals import Refusal, RefusalClass, Refused

Charged = list[tuple[Schedule, Distribution, Decimal]]
"""Each share of a line with what it pays."""

_CORRECT = "Correct the line at its source; the corrected order is read by the next poll."


def total_as_sent(order: PurchaseOrder, lines: Iterable[OrderLine], *, with_tax: bool = True) -> Money:
    """Return what an order comes to that is sent with these lines. For one that is sent whole: its stated total.

    That is the lines, less what the order takes off them, and, if wanted, what its total has beyond the ordered
    amount (its tax).
    """
    currency = order.total.currency
    amounts = [Money(amount=line.ordered, currency=currency) for line in lines]
    if order.deduction:
        amounts.append(_negative(order.deduction))
    if with_tax:
        amounts += [order.total, _negative(order.ordered)]
    return money.total(amounts, currency)


def charged(line: OrderLine, currency: str) -> Charged:
    """Return who pays what: all shares, or those of live schedules, whichever are the line's amount exactly.

    The only share of a line pays all of it, also where it does not say how much. Nobody pays for a cancelled line.
    Raises Refused (INVALID) where neither adds up; a line whose schedules are all cancelled then goes without shares,
    so that stale amounts do not keep its order from being cancelled.
    """
    every = [(part, share) for part in line.schedules for share in part.distributions if not line.canceled]
    live = [(part, share) for part, share in every if not part.canceled]
    for shares in (every, live):
        amounts = [line.ordered if len(shares) == 1 and share.amount is None else share.amount for _, share in shares]
        stated = [amount for amount in amounts if amount is not None]
        if len(stated) == len(shares) and exact_sum(stated) == line.ordered:
            return [(part, share, amount) for (part, share), amount in zip(shares, stated, strict=True)]
    if live:
        raise _does_not_add_up(line, every, currency)
    return []


def _does_not_add_up(line: OrderLine, shares: Sequence[tuple[Schedule, Distribution]], currency: str) -> Refused:
    silent = [f"{part.number}.{share.number}" for part, share in shares if share.amount is None]
    stated = _sum((share.amount for _, share in shares if share.amount is not None), currency)
    reason = f"the distributions of line {line.number} charge {stated}, the line is {plain(line.ordered)}."
    if silent:
        reason += f" No amount is stated by {', '.join(silent)} (schedule.distribution)."
    return Refused(
        Refusal(
            category=RefusalClass.INVALID,
            field=f"lines[LineNumber={line.number}].schedules.distributions.amount",
            value=plain(stated.amount),
            reason=reason,
            next_step=_CORRECT,
        )
    )


def _sum(amounts: Iterable[Decimal], currency: str) -> Money:
    return money.total((Money(amount=amount, currency=currency) for amount in amounts), currency)


def _negative(amount: Money) -> Money:
    return Money(amount=amount.amount.copy_negate(), currency=amount.currency)
