"""How fine the amounts of a currency are: the minor units of ISO 4217.

Prices of one piece may be finer (4.1525 USD), and so may quantities; amounts of money may not. An amount that is finer
than its currency is refused and never rounded: nobody here knows which way its source would have rounded it.
"""

from decimal import Decimal

from schemas.exact_arithmetic import exact_remainder
from schemas.money import CURRENCIES, Money, plain
from schemas.refusals import Refusal, RefusalClass, Refused

# ISO 4217, list one of the maintenance agency: the currencies whose minor unit is not a hundredth.
_WITHOUT_MINOR_UNIT = frozenset(
    ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF")
)
_THOUSANDTHS = frozenset(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"))


def minor_units(currency: str) -> int:
    """Return how many decimals an amount has: 2 for USD, 0 for JPY, 3 for KWD. Raises ValueError for no currency."""
    if currency not in CURRENCIES:
        raise ValueError(f"{currency!r} is not an ISO 4217 currency code")
    if currency in _WITHOUT_MINOR_UNIT:
        return 0
    return 3 if currency in _THOUSANDTHS else 2


def minor_unit(currency: str) -> Decimal:
    """Return the smallest amount of a currency: 0.01 for USD, 1 for JPY, 0.001 for KWD. Raises ValueError."""
    return Decimal(f"1E-{minor_units(currency)}")


def check_minor_units(money: Money, field: str) -> None:
    """Take an amount that its currency can express; zeros behind do not count. Raises Refused (INVALID)."""
    places = minor_units(money.currency)
    if not exact_remainder(money.amount, minor_unit(money.currency)):
        return
    raise Refused(
        Refusal(
            category=RefusalClass.INVALID,
            field=field,
            value=plain(money.amount),
            reason=f"an amount in {money.currency} has no more than {places} decimals, and nothing is rounded here.",
            next_step="Correct the amount at its source; the corrected document is read by the next poll.",
        )
    )
