"""Sums and roundings of money that lose no digit.

Python's usual decimal context keeps 28 digits and rounds the rest away in silence; amounts here have up to 30 digits on
either side of the point (`exact_json.exact`), so their sums and products are taken in a wider one.
"""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Context, Decimal, Inexact
from fractions import Fraction
from functools import reduce
from math import gcd

_EXACT = Context(prec=400, rounding=ROUND_HALF_UP, traps=[Inexact])
_MINOR_DIGITS = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV"), 0),
    **dict.fromkeys(("XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}


def total(amounts: Iterable[Decimal]) -> Decimal:
    """Return the exact sum."""
    return reduce(_EXACT.add, amounts, Decimal(0))


def product(quantity: Decimal, price: Decimal) -> Decimal:
    """Return the exact product."""
    return _EXACT.multiply(quantity, price)


def rounded(amount: Fraction, currency: str | None) -> Decimal:
    """Round half up (away from zero) to the minor unit of an ISO 4217 currency, 2 digits where it is not known."""
    digits = _MINOR_DIGITS.get(currency or "", 2)
    whole = (abs(amount) * 10**digits * 2 + 1) // 2
    return Decimal(whole if amount >= 0 else -whole).scaleb(-digits, _EXACT)


def decimal(amount: Fraction, currency: str | None) -> Decimal:
    """Return the amount as a decimal: exact where it has a finite form, else rounded to the minor unit."""
    rest, places = amount.denominator, 0
    while (common := gcd(rest, 10)) > 1:
        rest, places = rest // common, places + 1
    return Decimal(int(amount * 10**places)).scaleb(-places, _EXACT) if rest == 1 else rounded(amount, currency)
