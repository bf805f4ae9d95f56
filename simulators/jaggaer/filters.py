"""The `flt` parameter of J1P lists: `FIELD==value`, `FIELD>=value`, `FIELD=in=(a,b)`, joined by `;` (2.2).

Field names count without regard to case. Times are ISO 8601, YYYYMMDD or YYYYMMDDHHMMSS; one without a zone is UTC.

Limits: no `,` for or, no brackets, no other comparison: an unknown one is refused, because a filter that is silently
dropped gives a client everything.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from simulators.jaggaer.order import Order

_CONDITION = re.compile(r"(?P<field>[A-Za-z]+)(?P<sign>==|>=|=in=)(?P<value>.+)", re.DOTALL)
_COMPACT_TIMES = {8: "%Y%m%d", 14: "%Y%m%d%H%M%S"}


class UnknownFilter(ValueError):
    """The filter can not be understood; the text says which part and what would be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """A filter: the earliest update asked for, a number if one is, and the tests for the rest."""

    since: datetime | None = None
    number: str | None = None
    tests: tuple[Callable[[Order], bool], ...] = ()

    def matches(self, order: Order) -> bool:
        """Tell whether an order passes, the time apart: the store has already seen to it."""
        return (self.number is None or order.number == self.number) and all(test(order) for test in self.tests)


def parse(text: str) -> Filter:
    """Read a filter; an empty one takes everything. Raises UnknownFilter."""
    since, number, tests = None, None, []
    for part in filter(None, (part.strip() for part in text.split(";"))):
        condition = _CONDITION.fullmatch(part)
        if condition is None:
            raise UnknownFilter(f"flt: {part!r} is not FIELD==value, FIELD>=value or FIELD=in=(a,b)")
        field, sign, value = condition["field"].upper(), condition["sign"], condition["value"]
        if (field, sign) == ("LASTUPDATE", ">="):
            since = max(filter(None, (since, _time(value))))
        elif (field, sign) == ("PONUMBER", "=="):
            number = value
            tests.append(_text_test(field, sign, value))
        else:
            tests.append(
                _number_test(value) if (field, sign) == ("REVISIONNUMBER", ">=") else _text_test(field, sign, value)
            )
    return Filter(since=since, number=number, tests=tuple(tests))


_TEXTS: dict[str, Callable[[Order], str]] = {
    "PONUMBER": lambda order: order.number,
    "STATUS": lambda order: str(order.state),
    "REVISIONNUMBER": lambda order: str(order.revision),
    "CURRENCY": lambda order: order.currency,
    "BUSINESSUNIT": lambda order: order.business_unit or "",
    "ORIGINALREQUESTMESSAGEID": lambda order: order.last_key,
}


def _text_test(field: str, sign: str, value: str) -> Callable[[Order], bool]:
    read = _TEXTS.get(field)
    if read is None or sign == ">=":
        known = "LASTUPDATE with >=, REVISIONNUMBER with >=, and with == or =in= " + ", ".join(_TEXTS)
        raise UnknownFilter(f"flt: {field}{sign} is not supported; supported are {known}")
    if sign == "==":
        return lambda order: read(order) == value
    if not (value.startswith("(") and value.endswith(")")):
        raise UnknownFilter(f"flt: {field}=in= needs a list in brackets, not {value!r}")
    wanted = frozenset(one.strip() for one in value[1:-1].split(","))
    return lambda order: read(order) in wanted


def _number_test(value: str) -> Callable[[Order], bool]:
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        raise UnknownFilter(f"flt: REVISIONNUMBER>= needs a whole number, not {value!r}")
    return lambda order: order.revision >= int(value)


def _time(value: str) -> datetime:
    try:
        compact = _COMPACT_TIMES.get(len(value)) if value.isascii() and value.isdigit() else None
        moment = datetime.strptime(value, compact).replace(tzinfo=UTC) if compact else datetime.fromisoformat(value)
    except ValueError as error:
        raise UnknownFilter(f"flt: LASTUPDATE>= needs a time like 2024-02-14T00:00:00.000Z, not {value!r}") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
