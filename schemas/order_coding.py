"""How the charges of an order line are coded on the other side: the same for every dialect.

A coder may code one distribution in several shares. Their amounts are then split by largest remainder in the currency's
minor unit, their quantities and percentages by plain multiplication, which is exact as it is; so all of them add up to
what the distribution says (jaggaer-cxml.md, 3.5: splits by amount, quantity or percent).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from schemas.coding import Account, CodedShare, Coder, FieldValue
from schemas.currencies import minor_units
from schemas.exact_arithmetic import exact_percentage
from schemas.order_amounts import Charged
from schemas.purchase_order import Distribution, OrderLine, PurchaseOrder, Schedule
from schemas.splits import split


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedCharge:
    """What one share of a distribution pays, and under which field values it is booked.

    `quantity` and `percent` are this share's part of what the distribution states, None where it states none.
    """

    schedule: Schedule
    distribution: Distribution
    amount: Decimal
    quantity: Decimal | None
    percent: Decimal | None
    values: tuple[FieldValue, ...]


def code(order: PurchaseOrder, line: OrderLine, charges: Charged, coder: Coder) -> list[CodedCharge]:
    """Return the charges of a line as they are coded, in their order. Raises Refused (MAPPING) as the coder does."""
    places = minor_units(order.total.currency)
    return [
        charge
        for part, share, amount in charges
        for charge in _coded(part, share, amount, coder.shares(_account(order, line, part, share)), places)
    ]


def _account(order: PurchaseOrder, line: OrderLine, part: Schedule, share: Distribution) -> Account:
    return Account(
        combination=share.account,
        business_unit=order.business_unit,
        on=order.ordered_at.date(),
        place=(
            f"lines[LineNumber={line.number}].schedules[ScheduleNumber={part.number}]"
            f".distributions[DistributionNumber={share.number}].POChargeAccount"
        ),
    )


def _coded(
    part: Schedule, share: Distribution, amount: Decimal, shares: tuple[CodedShare, ...], places: int
) -> Iterable[CodedCharge]:
    percents = [coded.percent for coded in shares]
    for coded, own_amount in zip(shares, split(amount, percents, places), strict=True):
        yield CodedCharge(
            schedule=part,
            distribution=share,
            amount=own_amount,
            quantity=_percentage(share.quantity, coded.percent),
            percent=_percentage(share.percent, coded.percent),
            values=coded.values,
        )


def _percentage(whole: Decimal | None, percent: Decimal) -> Decimal | None:
    """Return the share of a number; the number as it is written where the share is all of it."""
    return whole if whole is None or percent == 100 else exact_percentage(whole, percent)
