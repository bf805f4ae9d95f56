"""Splitting an amount by percentages so that nothing is lost: largest remainder, in the currency's smallest unit.

Every share is rounded towards zero first; what is then left over goes, one unit each, to the shares that lost most.
Shares that lost the same are served in their order, so one amount and one list of percentages always give one split.
"""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

_WHOLE = 100


def split(amount: Decimal, percents: Sequence[Decimal], places: int) -> list[Decimal]:
    """Return a share for each percentage; their sum is the amount exactly, and none has another sign than it.

    Shares have `places` decimals, more only where the amount itself is finer. A share of 100 percent is the amount as
    it was given. Raises ValueError for percentages that are negative or not 100 together, and for no finite amount.
    """
    whole, fractions = Fraction(amount), [Fraction(percent) for percent in percents]
    if sum(fractions) != _WHOLE or min(fractions) < 0:
        raise ValueError(f"percentages must be positive and add up to 100: {', '.join(map(str, percents))}")
    if len(percents) == 1:
        return [amount]
    while (whole * 10**places).denominator != 1:
        places += 1
    units = int(whole * 10**places)
    sign = "-" if units < 0 else ""
    return [Decimal(f"{sign}{share}E-{places}") for share in _largest_remainder(abs(units), fractions)]


def _largest_remainder(units: int, percents: Sequence[Fraction]) -> list[int]:
    exact = [units * percent / _WHOLE for percent in percents]
    shares = [int(share) for share in exact]
    lost_most_first = sorted(range(len(exact)), key=lambda index: shares[index] - exact[index])
    for index in lost_most_first[: units - sum(shares)]:
        shares[index] += 1
    return shares
