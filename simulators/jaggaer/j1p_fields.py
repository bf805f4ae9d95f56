"""What J1P documents have in common: how texts, numbers, money, suppliers and splits are written in JSON (2.2, 2.3).

Numbers may come as strings. Money is a plain number, `{"currency", "value"}` or, in an invoice import, `{"currency",
"money"}`. A business unit is a string or `{"internalName": ..}`.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from simulators.jaggaer import exact_json, money
from simulators.jaggaer.exact_json import JsonObject
from simulators.jaggaer.order import Reason, Refusal


class NotUnderstood(ValueError):
    """The body can not be understood as the document it should be; the refusal says which field and why."""

    def __init__(self, reason: Reason, number: str, text: str, *, what: str) -> None:
        super().__init__(text)
        self.number = number
        self.refusal = Refusal(reason=reason, text=f"{what} {number or '(no number)'}: {text}.")


def text(value: Any) -> str:
    """Return a string or a whole number as text without blanks around it, "" for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return str(value).strip()


def named(value: object) -> str | None:
    """Return a name that stands alone or as `internalName`."""
    return text(value.get("internalName") if isinstance(value, dict) else value) or None


def whole(stated: object) -> int | None:
    """Return a whole number from 0, below a thousand million; None for anything else."""
    value = exact_json.exact(stated)
    if value is None or not 0 <= value < 10**9 or value != value.to_integral_value():
        return None
    return int(value)


def truth(value: object) -> bool | None:
    """Return a boolean, which may be spelled "true" or "false"; None for anything else."""
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.strip().casefold())
    return value if isinstance(value, bool) else None


def amount(stated: object) -> Decimal | None:
    """Return the amount of money in any of its forms, None if there is none."""
    if isinstance(stated, dict):
        stated = stated.get("value", stated.get("money"))
    return exact_json.exact(stated)


def currency(stated: object) -> str | None:
    """Return the currency of money, None if it names none."""
    return stated.get("currency") if isinstance(stated, dict) else None


def is_currency(value: object) -> bool:
    """Whether a value is spelled like an ISO 4217 code."""
    return isinstance(value, str) and len(value) == 3 and value.isascii() and value.isalpha() and value.isupper()


def charges(holder: JsonObject, names: Mapping[str, Decimal]) -> Decimal | None:
    """Return the exact sum of the charges that a header or line states, each times its sign; None if none is there.

    Raises ValueError with the name of a charge that holds no amount.
    """
    amounts: list[Decimal] = []
    for name, sign in names.items():
        if holder.get(name) is not None:
            value = amount(holder[name])
            if value is None:
                raise ValueError(name)
            amounts.append(money.product(sign, value))
    return money.total(amounts) if amounts else None


def supplier_names(supplier: object) -> frozenset[str]:
    """Return every name by which a document refers to its supplier."""
    if not isinstance(supplier, dict):
        return frozenset(filter(None, (text(supplier),)))
    return frozenset(filter(None, (text(supplier.get(name)) for name in SUPPLIER_NAMES)))


SUPPLIER_NAMES = ("supplierNumber", "externalId", "erpNumber", "id", "name")


def split_values(holders: Iterator[JsonObject]) -> frozenset[tuple[str, str]]:
    """Return the custom-field values of the splits of a header and of lines, by name of the field (2.3)."""
    found: set[tuple[str, str]] = set()
    pending: list[object] = [holder.get("splittableFieldSetGroupList") for holder in holders]
    while pending:
        current = pending.pop()
        if isinstance(current, list):
            pending.extend(current)
        elif isinstance(current, dict):
            pending.extend(current.values())
            name, value = text(current.get("internalName")), text(current.get("value"))
            if name and value:
                found.add((name, value))
    return frozenset(found)


def rows(document: JsonObject, outer: str, inner: str) -> list[Any] | None:
    """Return the rows of a double-wrapped list (2.2): None if it is absent. Raises ValueError if it is no list."""
    holder = document.get(outer)
    found = holder.get(inner) if isinstance(holder, dict) else None
    if found is not None and (not isinstance(found, list) or len(found) > MOST_ROWS):
        raise ValueError(f"{outer}.{inner} is no list of at most {MOST_ROWS}")
    return found


MOST_ROWS = 10_000


def timestamp(moment: datetime) -> str:
    """Write a time as `ji` shows it: UTC with milliseconds (2.2)."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def shown(value: object) -> str:
    """Return a value as a refusal quotes it."""
    return "(missing)" if value is None else repr(value)[:80]
