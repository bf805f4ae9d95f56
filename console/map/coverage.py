"""Which combinations in use have no mapping, and what that would stop: open orders, in number and in amount. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from common.mapping.resolve import Unmapped
from console.map.sources import OpenOrder
from console.map.trial import Trial
from schemas.money import Money, total


@dataclass(slots=True, kw_only=True)
class Gap:
    """A combination without a mapping: why, whether Oracle lists it as active, and what it stops.

    `amounts` are the whole totals of the orders that have it, by currency: one unmapped share stops an order.
    """

    combination: str
    business_unit: str | None
    reason: str
    active: bool
    orders: int = 0
    amounts: dict[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How many combinations were looked at, which have no mapping, and what all of them together stop."""

    combinations: int
    gaps: tuple[Gap, ...]
    orders: int
    amounts: dict[str, Decimal]


def coverage(trial: Trial, combinations: Iterable[str], orders: Iterable[OpenOrder], today: date) -> Coverage:
    """Try a set on the active combinations, as of today, and on what open orders are charged to, as of their dates."""
    active = set(combinations)
    seen = set(active)
    gaps: dict[tuple[str, str | None], Gap] = {}
    stopped, amounts = 0, dict[str, Decimal]()
    for order in orders:
        seen.update(account.combination for account in order.accounts)
        of_order = _gaps(trial, order, active, gaps)
        for gap in of_order:
            gap.orders += 1
            _count(gap.amounts, order)
        if of_order:
            stopped += 1
            _count(amounts, order)
    for combination in active - {combination for combination, _ in gaps}:
        found = trial.anywhere(combination, today)
        if isinstance(found, Unmapped):
            gaps[combination, None] = Gap(combination=combination, business_unit=None, reason=found.reason, active=True)
    worst_first = sorted(gaps.values(), key=lambda gap: (-gap.orders, gap.combination, gap.business_unit or ""))
    return Coverage(combinations=len(seen), gaps=tuple(worst_first), orders=stopped, amounts=amounts)


def _gaps(trial: Trial, order: OpenOrder, active: set[str], gaps: dict[tuple[str, str | None], Gap]) -> list[Gap]:
    """Return the gaps that stop an order, and note those that are new."""
    found = []
    for account in order.accounts:
        result = trial.of(account.combination, account.business_unit, account.on)
        if isinstance(result, Unmapped):
            key = (account.combination, account.business_unit)
            new = Gap(
                combination=account.combination,
                business_unit=account.business_unit,
                reason=result.reason,
                active=account.combination in active,
            )
            found.append(gaps.setdefault(key, new))
    return found


def _count(amounts: dict[str, Decimal], order: OpenOrder) -> None:
    currency = order.total.currency
    before = Money(amount=amounts.get(currency, Decimal(0)), currency=currency)
    amounts[currency] = total((before, order.total), currency).amount
