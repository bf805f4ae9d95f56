"""The `flt` parameter of J1P lists: `FIELD==value`, `FIELD>=value`, `FIELD=in=(a,b)`, joined by `;` (2.2).

Field names count without regard to case. Times are ISO 8601, YYYYMMDD or YYYYMMDDHHMMSS; one without a zone is UTC.
Every list has LASTUPDATE; what else may be asked for is said by its `Fields`.

Limits: no `,` for or, no brackets, no other comparison: an unknown one is refused, because a filter that is silently
dropped gives a client everything.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Generic, TypeVar

from simulators.jaggaer.order import Order

_CONDITION = re.compile(r"(?P<field>[A-Za-z]+)(?P<sign>==|>=|=in=)(?P<value>.+)", re.DOTALL)
_COMPACT_TIMES = {8: "%Y%m%d", 14: "%Y%m%d%H%M%S"}
D = TypeVar("D")


class UnknownFilter(ValueError):
    """The filter can not be understood; the text says which part and what would be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields(Generic[D]):
    """What one list can be filtered by: texts with == and =in=, whole numbers with >=."""

    texts: Mapping[str, Callable[[D], str]]
    numbers: Mapping[str, Callable[[D], int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter(Generic[D]):
    """A filter: the earliest update asked for, what is asked for by its exact value, and the tests for all the rest."""

    since: datetime | None = None
    equal: Mapping[str, str] = field(default_factory=dict)
    tests: tuple[Callable[[D], bool], ...] = ()

    @property
    def number(self) -> str | None:
        """The order number, if one is asked for."""
        return self.equal.get("PONUMBER")

    def matches(self, document: D) -> bool:
        """Tell whether a document passes, the time apart: the store has already seen to it."""
        return all(test(document) for test in self.tests)


def parse(text: str) -> Filter[Order]:
    """Read a filter of orders; an empty one takes everything. Raises UnknownFilter."""
    return read(text, ORDER_FIELDS)


def read(text: str, fields: Fields[D]) -> Filter[D]:
    """Read a filter; an empty one takes everything. Raises UnknownFilter."""
    since, equal, tests = None, {}, []
    for part in filter(None, (part.strip() for part in text.split(";"))):
        condition = _CONDITION.fullmatch(part)
        if condition is None:
            raise UnknownFilter(f"flt: {part!r} is not FIELD==value, FIELD>=value or FIELD=in=(a,b)")
        name, sign, value = condition["field"].upper(), condition["sign"], condition["value"]
        if (name, sign) == ("LASTUPDATE", ">="):
            since = max(filter(None, (since, _time(value))))
            continue
        if sign == "==":
            equal[name] = value
        tests.append(_test(fields, name, sign, value))
    return Filter(since=since, equal=equal, tests=tuple(tests))


def _test(fields: Fields[D], name: str, sign: str, value: str) -> Callable[[D], bool]:
    if sign == ">=" and name in fields.numbers:
        return _number_test(fields.numbers[name], name, value)
    shown = fields.texts.get(name)
    if shown is None or sign == ">=":
        above = "".join(f", {one} with >=" for one in fields.numbers)
        known = f"LASTUPDATE with >={above}, and with == or =in= " + ", ".join(fields.texts)
        raise UnknownFilter(f"flt: {name}{sign} is not supported; supported are {known}")
    if sign == "==":
        return lambda document: shown(document) == value
    if not (value.startswith("(") and value.endswith(")")):
        raise UnknownFilter(f"flt: {name}=in= needs a list in brackets, not {value!r}")
    wanted = frozenset(one.strip() for one in value[1:-1].split(","))
    return lambda document: shown(document) in wanted


def _number_test(shown: Callable[[D], int], name: str, value: str) -> Callable[[D], bool]:
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        raise UnknownFilter(f"flt: {name}>= needs a whole number, not {value!r}")
    return lambda document: shown(document) >= int(value)


def _time(value: str) -> datetime:
    try:
        compact = _COMPACT_TIMES.get(len(value)) if value.isascii() and value.isdigit() else None
        moment = datetime.strptime(value, compact).replace(tzinfo=UTC) if compact else datetime.fromisoformat(value)
    except ValueError as error:
        raise UnknownFilter(f"flt: LASTUPDATE>= needs a time like 2024-02-14T00:00:00.000Z, not {value!r}") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


ORDER_FIELDS: Fields[Order] = Fields(
    texts={
        "PONUMBER": lambda order: order.number,
        "STATUS": lambda order: str(order.state),
        "REVISIONNUMBER": lambda order: str(order.revision),
        "CURRENCY": lambda order: order.currency,
        "BUSINESSUNIT": lambda order: order.business_unit or "",
        "ORIGINALREQUESTMESSAGEID": lambda order: order.last_key,
    },
    numbers={"REVISIONNUMBER": lambda order: order.revision},
)
