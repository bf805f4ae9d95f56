"""Plausible purchase orders, each made from the seed and its number alone, so that none has to be kept.

Sums agree exactly at every level: quantities and prices are chosen so that their product has no more decimals than the
currency. Values are typed (Decimal, date, datetime); names follow Oracle's public demonstration company.

A header's values and the sum of an order are known without making its lines: everything that is picked for a header
comes from one scattered number, everything that is bought on a line from another.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from simulators.oracle.attributes import DISTRIBUTIONS, LINES, PURCHASE_ORDERS, SCHEDULES
from simulators.oracle.demonstration import (
    ACCOUNTS,
    BUSINESS_UNITS,
    BUYERS,
    COMBINATION_IDS,
    CONSTANTS,
    CURRENCIES,
    DESCRIPTIONS,
    ITEMS,
    PAYMENT_TERMS,
    SUPPLIERS,
    UNITS,
    site_id,
)
from simulators.oracle.resource import Row, blank

Order = Row

FIRST_KEY = 300_100_210_000_000
KEY_STEP = 10_000
"""Room between two orders' keys for the keys of their children."""
_FIRST_STAMP = datetime(2025, 9, 1, 6, 0, 0, tzinfo=UTC)
_STAMP_STEP = timedelta(seconds=37)

_FIRST_NUMBER = 200_000
_64_BITS = (1 << 64) - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Generator:
    """Makes the orders of one seed, `lines` lines each; every `pending_every`th waits for its supplier, if any does."""

    seed: int
    lines: int
    pending_every: int = 0

    def key(self, number: int) -> int:
        """Return the key of the order of this number, from 0."""
        return FIRST_KEY + number * KEY_STEP

    def stamp(self, key: int) -> datetime:
        """Return when the order of this key was last updated, if it was never changed."""
        stamp: datetime = _FROM_KEY["LastUpdateDate"](key)
        return stamp

    def key_of(self, order_number: str) -> int | None:
        """Return the key of the order that is generated with this OrderNumber, None if none ever is."""
        digits = order_number.removeprefix("US")
        if not (digits.isascii() and digits.isdigit() and len(digits) < 12) or order_number != f"US{int(digits)}":
            return None
        return self.key(int(digits) - _FIRST_NUMBER) if int(digits) >= _FIRST_NUMBER else None

    def pending(self, count: int) -> range:
        """Return the numbers of those of the first orders that wait for their supplier."""
        return range(self.pending_every - 1, count, self.pending_every) if self.pending_every else range(0)

    def _waits(self, key: int) -> bool:
        number = (key - FIRST_KEY) // KEY_STEP
        return bool(self.pending_every) and number % self.pending_every == self.pending_every - 1

    def value(self, key: int, name: str) -> Any:
        """Return one attribute of the header of the order of this key, its sums too; no line is made for it."""
        if name in WAITING and self._waits(key):
            return WAITING[name]
        if name in SUMS:
            return self.total(key) if name != "TotalTax" else Decimal(0)
        if name in _FROM_KEY:
            return _FROM_KEY[name](key)
        return _FROM_PICKED[name](_picked(self._scattered(key))) if name in _FROM_PICKED else ALIKE[()][name]

    def total(self, key: int) -> Decimal:
        """Return what the order of this key comes to, without making its lines."""
        scattered = self._scattered(key)
        scale = _picked(scattered).currency[2]
        doubled = 0
        for position in range(1, self.lines + 1):
            halves, price = _bought(scattered, position)
            doubled += halves * price
        return Decimal(doubled // 2).scaleb(-scale)

    def order(self, key: int) -> Order:
        """Return the order of this key, the same every time."""
        scattered = self._scattered(key)
        picked = _picked(scattered)
        header = {
            **_BLANK_HEADER,
            **ALIKE[()],
            **{name: read(key) for name, read in _FROM_KEY.items()},
            **{name: read(picked) for name, read in _FROM_PICKED.items()},
            **(WAITING if self._waits(key) else {}),
        }
        chance = random.Random(scattered)  # noqa: S311 - repeatable on purpose
        header["lines"] = [_line(header, position, scattered, chance) for position in range(1, self.lines + 1)]
        sum_up(header)
        return header

    def _scattered(self, key: int) -> int:
        return _scatter(self.seed * 1_000_003 + (key - FIRST_KEY) // KEY_STEP)


def _scatter(number: int) -> int:
    """Return 64 bits that look like chance and are the same for the same number (SplitMix64's last steps)."""
    number = number * 0x9E3779B97F4A7C15 & _64_BITS
    number = (number ^ number >> 30) * 0xBF58476D1CE4E5B9 & _64_BITS
    number = (number ^ number >> 27) * 0x94D049BB133111EB & _64_BITS
    return number ^ number >> 31


def sum_up(order: Order) -> None:
    """Set the sums of an order from its lines, and of each line from its schedules."""
    for line in order["lines"]:
        line["Ordered"] = sum((schedule["Ordered"] for schedule in line["schedules"]), Decimal(0))
        line["TotalTax"], line["Total"] = Decimal(0), line["Ordered"]
    ordered = sum((line["Ordered"] for line in order["lines"]), Decimal(0))
    order["Ordered"] = order["OrderedAmountBeforeAdjustments"] = order["Total"] = ordered
    order["TotalTax"] = Decimal(0)


WAITING = {
    "StatusCode": "PENDING SUPPLIER ACKNOWLEDGMENT",
    "Status": "Pending Supplier Acknowledgment",
    "RequiredAcknowledgmentCode": "D",
    "RequiredAcknowledgment": "Document",
}
"""What the header of an order says that waits for its supplier."""
SUMS = frozenset({"Ordered", "OrderedAmountBeforeAdjustments", "TotalTax", "Total"})
"""What a header has only with its lines."""
_BLANK_HEADER, _BLANK_LINE = blank(PURCHASE_ORDERS), blank(LINES)
_BLANK_SCHEDULE, _BLANK_DISTRIBUTION = blank(SCHEDULES), blank(DISTRIBUTIONS)


class _Picked(NamedTuple):
    """What was picked for a header."""

    business_unit: tuple[int, str]
    supplier: tuple[int, str, str]
    currency: tuple[str, str, int]
    buyer: tuple[str, str]
    description: str
    payment_terms: str


def _picked(scattered: int) -> _Picked:
    rest, unit = divmod(scattered, len(BUSINESS_UNITS))
    rest, supplier = divmod(rest, len(SUPPLIERS))
    rest, currency = divmod(rest, len(CURRENCIES))
    rest, buyer = divmod(rest, len(BUYERS))
    rest, description = divmod(rest, len(DESCRIPTIONS))
    terms = PAYMENT_TERMS[rest % len(PAYMENT_TERMS)]
    return _Picked(
        BUSINESS_UNITS[unit], SUPPLIERS[supplier], CURRENCIES[currency], BUYERS[buyer], DESCRIPTIONS[description], terms
    )


_FROM_KEY: dict[str, Callable[[int], Any]] = {
    "POHeaderId": lambda key: key,
    "OrderNumber": lambda key: f"US{_FIRST_NUMBER + (key - FIRST_KEY) // KEY_STEP}",
    **dict.fromkeys(
        ("OrderDate", "CreationDate", "LastUpdateDate"),
        lambda key: _FIRST_STAMP + _STAMP_STEP * ((key - FIRST_KEY) // KEY_STEP),
    ),
}
_FROM_PICKED: dict[str, Callable[[_Picked], Any]] = {
    **dict.fromkeys(
        ("SoldToLegalEntityId", "ProcurementBUId", "RequisitioningBUId", "BillToBUId"),
        lambda picked: picked.business_unit[0],
    ),
    **dict.fromkeys(
        ("SoldToLegalEntity", "ProcurementBU", "RequisitioningBU", "BillToBU"), lambda picked: picked.business_unit[1]
    ),
    "Buyer": lambda picked: picked.buyer[0],
    "BuyerDisplayName": lambda picked: picked.buyer[1],
    "SupplierId": lambda picked: picked.supplier[0],
    "Supplier": lambda picked: picked.supplier[1],
    "SupplierSiteId": lambda picked: site_id(picked.supplier[0], picked.business_unit[0]),
    "SupplierSite": lambda picked: picked.supplier[2],
    "CurrencyCode": lambda picked: picked.currency[0],
    "Currency": lambda picked: picked.currency[1],
    "Description": lambda picked: picked.description,
    "PaymentTerms": lambda picked: picked.payment_terms,
}
_VARIES = frozenset({*_FROM_KEY, *_FROM_PICKED, *SUMS})
ALIKE = {**CONSTANTS, (): {name: CONSTANTS[()].get(name) for name in _BLANK_HEADER if name not in _VARIES}}
"""What is known of every generated row of a level without making it, by the accessors that lead to the level."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneratedOrders:
    """The first `count` orders of a generator, for a store to take them from."""

    generator: Generator
    count: int

    @property
    def alike(self) -> Mapping[tuple[str, ...], Mapping[str, Any]]:
        """What is the same in every order; of lines nothing where there are none."""
        header = ALIKE[()]
        if self.generator.pending_every:
            header = {name: value for name, value in header.items() if name not in WAITING}
        return (ALIKE if self.generator.lines else {}) | {(): header}

    def keys(self) -> list[int]:
        """Return the keys of the orders, ascending."""
        return [self.generator.key(number) for number in range(self.count)]

    def stamp(self, key: int) -> datetime:
        """Return when an order was last updated."""
        return self.generator.stamp(key)

    def key_of(self, number: str) -> int | None:
        """Return the key behind an OrderNumber."""
        return self.generator.key_of(number)

    def value(self, key: int, name: str) -> Any:
        """Return one attribute of a header."""
        return self.generator.value(key, name)

    def row(self, key: int) -> Order:
        """Return an order."""
        return self.generator.order(key)


def _stamps(stamp: datetime) -> Order:
    """Return when a new row was made and last updated."""
    return {"CreationDate": stamp, "LastUpdateDate": stamp}


def _line(header: Order, position: int, scattered: int, chance: random.Random) -> Order:
    item, description, category = chance.choice(ITEMS)
    key = header["POHeaderId"] + position * 20
    service = item is None and chance.random() < 0.5
    halves, minor = _bought(scattered, position)
    quantity = Decimal(halves) / 2
    price = Decimal(minor).scaleb(-_picked(scattered).currency[2])
    code, unit = chance.choice(UNITS[:2]) if quantity == quantity.to_integral() else chance.choice(UNITS[2:])
    line = {
        **_BLANK_LINE,
        **CONSTANTS[("lines",)],
        "POLineId": key,
        "POHeaderId": header["POHeaderId"],
        "OrderNumber": header["OrderNumber"],
        "LineNumber": position,
        "LineTypeId": 6 if service else 1,
        "LineType": "Fixed Price Services" if service else "Goods",
        "ItemId": None if item is None else 300100075013001,
        "Item": item,
        "Description": description,
        "SupplierItem": None if item is None else f"S-{item}",
        "CategoryCode": category,
        "Category": category,
        "Quantity": None if service else quantity,
        "UOMCode": None if service else code,
        "UOM": None if service else unit,
        "BasePrice": None if service else price,
        "Price": None if service else price,
        "Amount": quantity * price if service else None,
        "CurrencyCode": header["CurrencyCode"],
        "Currency": header["Currency"],
        **_stamps(header["LastUpdateDate"]),
    }
    parts = _parts(quantity, chance) if not service else [quantity]
    line["schedules"] = [
        _schedule(line, number, quantity=part, price=price, service=service, chance=chance)
        for number, part in enumerate(parts, start=1)
    ]
    return line


def _bought(scattered: int, position: int) -> tuple[int, int]:
    """Return a line's quantity, in halves, and price, in the currency's minor unit; a half has an even price."""
    rest, tenth = divmod(_scatter(scattered + position), 10)
    rest, quantity = divmod(rest, 39 if tenth < 3 else 199)
    if tenth < 3:
        return 2 * quantity + 3, 200 + rest % 49_900 * 2
    return 2 * quantity + 2, 100 + rest % 89_900


def _parts(quantity: Decimal, chance: random.Random) -> list[Decimal]:
    if quantity < 2 or quantity != quantity.to_integral() or chance.random() > 0.15:
        return [quantity]
    first = Decimal(chance.randrange(1, int(quantity)))
    return [first, quantity - first]


def _schedule(
    line: Order, number: int, *, quantity: Decimal, price: Decimal, service: bool, chance: random.Random
) -> Order:
    key = line["POLineId"] + number * 5
    schedule = {
        **_BLANK_SCHEDULE,
        **CONSTANTS[("lines", "schedules")],
        "LineLocationId": key,
        "POLineId": line["POLineId"],
        "POHeaderId": line["POHeaderId"],
        "ScheduleNumber": number,
        "Quantity": None if service else quantity,
        "UOMCode": line["UOMCode"],
        "UOM": line["UOM"],
        "Price": None if service else price,
        "Amount": quantity * price if service else None,
        "Ordered": quantity * price,
        "Total": quantity * price,
        "RequestedDeliveryDate": date(2026, 1, 5) + timedelta(days=chance.randrange(300)),
        "CurrencyCode": line["CurrencyCode"],
        "Currency": line["Currency"],
        **_stamps(line["LastUpdateDate"]),
    }
    parts = _parts(quantity, chance) if not service else [quantity]
    schedule["distributions"] = [
        _distribution(schedule, position, quantity=part, of=quantity, price=price, chance=chance)
        for position, part in enumerate(parts, start=1)
    ]
    return schedule


def _distribution(
    schedule: Order, position: int, *, quantity: Decimal, of: Decimal, price: Decimal, chance: random.Random
) -> Order:
    service = schedule["Quantity"] is None
    account = chance.choice(ACCOUNTS)
    return {
        **_BLANK_DISTRIBUTION,
        **CONSTANTS[("lines", "schedules", "distributions")],
        "PODistributionId": schedule["LineLocationId"] + position,
        "POLineId": schedule["POLineId"],
        "POHeaderId": schedule["POHeaderId"],
        "LineLocationId": schedule["LineLocationId"],
        "DistributionNumber": position,
        "Quantity": None if service else quantity,
        "Amount": quantity * price if service else None,
        "UOMCode": schedule["UOMCode"],
        "UOM": schedule["UOM"],
        "Percent": Decimal(100) if quantity == of else None,
        "POChargeAccountId": COMBINATION_IDS[account],
        "POChargeAccount": account,
        "Ordered": quantity * price,
        "Total": quantity * price,
        "CurrencyCode": schedule["CurrencyCode"],
        "Currency": schedule["Currency"],
        **_stamps(schedule["LastUpdateDate"]),
    }
