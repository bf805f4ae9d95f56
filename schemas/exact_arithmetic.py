"""Arithmetic that keeps every digit: the default context would round at the 28th."""

from collections.abc import Iterable
from decimal import Context, Decimal, Inexact, InvalidOperation
from functools import reduce

# Wide enough for any product of two numbers that exact_json reads; should it not be, it raises instead of rounding.
_EXACT = Context(prec=1000, traps=[Inexact, InvalidOperation])


def exact_sum(numbers: Iterable[Decimal]) -> Decimal:
    """Return the sum with every digit, however far apart the numbers are."""
    return reduce(_EXACT.add, numbers, Decimal(0))


def exact_difference(one: Decimal, other: Decimal) -> Decimal:
    """Return one less the other with every digit."""
    return _EXACT.subtract(one, other)


def exact_product(one: Decimal, other: Decimal) -> Decimal:
    """Return one times the other with every digit."""
    return _EXACT.multiply(one, other)


def exact_remainder(number: Decimal, step: Decimal) -> Decimal:
    """Return what is left of a number when it is counted in steps."""
    return _EXACT.remainder(number, step)


def exact_percentage(whole: Decimal, percent: Decimal) -> Decimal:
    """Return so many hundredths of a number with every digit."""
    return _EXACT.scaleb(_EXACT.multiply(whole, percent), -2)
