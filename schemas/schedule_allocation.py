"""Which schedules of an order line bear what is billed of it: Payables matches schedules, suppliers know only lines.

What is billed goes to what is still unbilled of each schedule:

* the first schedule of which exactly that is unbilled bears it: a supplier bills what was delivered;
* otherwise they are filled by rising number, and what is beyond all of them goes to the last: a hold of Oracle's then.

What is given back is taken from what was billed, by the same rule from the last schedule to the first. Where it is not
known what was billed of every schedule, either goes to what was ordered, by rising number. The parts of a quantity, and
of its amount, add up to it exactly.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from schemas.exact_arithmetic import exact_difference, exact_sum
from schemas.supplier_invoice_checks import worth

_NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearer:
    """A schedule that may bear what is billed: its number, Oracle's key of it, and what was ordered of it.

    `ordered` and `billed` are quantities, or amounts where an amount was ordered. `ordered` is None for one that takes
    all that comes to it; `billed` is what earlier invoices billed of it, None where that is not known.
    """

    number: int
    key: int | None
    ordered: Decimal | None
    billed: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one schedule bears. Quantity is None where an amount was ordered."""

    schedule: int
    quantity: Decimal | None
    amount: Decimal


def parts(
    quantity: Decimal | None, price: Decimal, amount: Decimal, currency: str, bearers: Sequence[Bearer]
) -> list[Part]:
    """Return what each schedule bears of a billed line, leaving out those that bear nothing of it.

    Of a quantity, each running sum is rounded to the minor unit, and the last part takes what is left of the amount.
    Raises ValueError for no schedules.
    """
    if quantity is None:
        amounts = [
            Part(schedule=bearer.number, quantity=None, amount=share)
            for bearer, share in zip(bearers, shares(amount, bearers), strict=True)
            if share
        ]
        return amounts or [Part(schedule=bearers[0].number, quantity=None, amount=amount)]
    borne = [(one, share) for one, share in zip(bearers, shares(quantity, bearers), strict=True) if share]
    found: list[Part] = []
    so_far, billed = _NOTHING, _NOTHING
    for position, (bearer, share) in enumerate(borne, start=1):
        billed = exact_sum((billed, share))
        upto = amount if position == len(borne) else worth(billed, price, currency)
        found.append(Part(schedule=bearer.number, quantity=share, amount=exact_difference(upto, so_far)))
        so_far = upto
    return found


def shares(quantity: Decimal, bearers: Sequence[Bearer]) -> list[Decimal]:
    """Return how much of a quantity, or of an amount, each schedule bears. Raises ValueError for no schedules."""
    known = [bearer.billed for bearer in bearers if bearer.billed is not None]
    if len(known) < len(bearers):
        return _fill(quantity, [bearer.ordered for bearer in bearers])
    if quantity < 0:
        return _fill(quantity, [max(billed, _NOTHING) for billed in reversed(known)])[::-1]
    return _fill(quantity, [_unbilled(bearer.ordered, billed) for bearer, billed in zip(bearers, known, strict=True)])


def after(bearers: Sequence[Bearer], borne: Sequence[Part]) -> list[Bearer]:
    """Return the schedules as they stand once they bear these parts."""
    more = {part.schedule: part.amount if part.quantity is None else part.quantity for part in borne}
    return [
        one if one.billed is None else replace(one, billed=exact_sum((one.billed, more.get(one.number, _NOTHING))))
        for one in bearers
    ]


def _fill(quantity: Decimal, capacities: Sequence[Decimal | None]) -> list[Decimal]:
    if not capacities:
        raise ValueError("nothing bears a quantity without schedules")
    wanted = quantity.copy_abs()
    if wanted in capacities:
        position = capacities.index(wanted)
        return [quantity if at == position else _NOTHING for at in range(len(capacities))]
    found: list[Decimal] = []
    for capacity in capacities[:-1]:
        taken = wanted if capacity is None else min(wanted, capacity)
        found.append(taken)
        wanted = exact_difference(wanted, taken)
    return [part.copy_sign(quantity) if part else part for part in (*found, wanted)]


def _unbilled(ordered: Decimal | None, billed: Decimal) -> Decimal | None:
    return None if ordered is None else max(exact_difference(ordered, billed), _NOTHING)
