"""Money and quantities: exact decimals with their unit, from the wire to the wire.

Nothing here rounds. An amount keeps the digits that its source wrote, so that 10.50 and 10.5 are equal but each prints
as a plain decimal, never in exponent form. Currencies are ISO 4217 alphabetic codes.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import MAX_PREC, Context, Decimal

_EXACT = Context(prec=MAX_PREC)
"""Sums keep every digit: the default context would round at the 28th."""

# ISO 4217, active alphabetic codes (list one of the maintenance agency, without funds codes and metals).
CURRENCIES = frozenset(
    """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY
    COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS
    INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP
    MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR
    SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND
    VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
    """.split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """An amount in one currency. Raises ValueError at birth for a code outside ISO 4217 or no finite amount."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        """Refuse what cannot be money."""
        if self.currency not in CURRENCIES:
            raise ValueError(f"{self.currency!r} is not an ISO 4217 currency code")
        if not self.amount.is_finite():
            raise ValueError(f"{self.amount} is not an amount")

    def __str__(self) -> str:
        return f"{plain(self.amount)} {self.currency}"


def plain(number: Decimal) -> str:
    """Return the number in plain decimal digits, without exponent: `Decimal("1E+2")` is `100`."""
    return format(number, "f")


def total(amounts: Iterable[Money], currency: str) -> Money:
    """Return the exact sum. Raises ValueError when one of them is in another currency: those are never added."""
    result = Decimal(0)
    for money in amounts:
        if money.currency != currency:
            raise ValueError(f"{money} cannot be added to a sum in {currency}")
        result = _EXACT.add(result, money.amount)
    return Money(amount=result, currency=currency)
