"""Rules that never apply, because earlier ones take every subject first on every day.

A rule is judged against single earlier rules, whose days are put together. Limit: several rules that only together
cover a pattern (`1*`, `2*` and so on before `???`) are not seen, so a rule may be useless without being called so.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

from common.mapping.patterns import covers
from common.mapping.resolve import Applied, applied
from common.mapping.rules import PatternKind, RuleSet

_Key = tuple[str, str | None]


def unreachable(rules: RuleSet) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Yield the number of each rule that never applies, and the rules that always come first."""
    every = applied(rules)
    usual = Counter((ask.part, ask.text) for one in every for ask in one.asks if ask.kind is PatternKind.EXACT)
    earlier: dict[_Key | None, list[Applied]] = {}
    for one in every:
        shadows = [rule for key in _keys_of(one) for rule in earlier.get(key, ()) if _takes_all(rule, one)]
        taken = [_taking(field, one, shadows) for field in one.gives]
        if taken and all(taken):
            yield one.rule.number, tuple(sorted({number for numbers in taken for number in numbers}))
        earlier.setdefault(_key(one, usual), []).append(one)


def _key(one: Applied, usual: Mapping[tuple[str, str], int]) -> _Key | None:
    """Return what a rule can be found by: the rarest code that it asks for, else a part, else nothing."""
    codes = [(ask.part, ask.text) for ask in one.asks if ask.kind is PatternKind.EXACT]
    if codes:
        return min(codes, key=lambda code: usual[code])
    return (one.asks[0].part, None) if one.asks else None


def _keys_of(one: Applied) -> list[_Key | None]:
    """Return under what all rules lie that may cover this one."""
    codes: list[_Key] = [(ask.part, ask.text) for ask in one.asks if ask.kind is PatternKind.EXACT]
    return [None, *dict.fromkeys((*codes, *((ask.part, None) for ask in one.asks)))]


def _takes_all(wide: Applied, narrow: Applied) -> bool:
    """Tell whether a rule holds for every subject of another one, if the days are right."""
    return (
        wide.rule.business_unit in (None, narrow.rule.business_unit)
        and wide.rule.chart in (None, narrow.rule.chart)
        and all(any(ask.part == own.part and covers(ask, own) for own in narrow.asks) for ask in wide.asks)
    )


def _taking(field: str, one: Applied, shadows: Iterable[Applied]) -> tuple[int, ...]:
    """Return the rules that together give a field on all days of this one; none if some day is left to it."""
    days = {rule.rule.number: _days(rule) for rule in shadows if field in rule.gives}
    first, last = _days(one)
    return tuple(days) if first <= last and _all_taken(first, last, days) else ()


def _all_taken(first: date, last: date, days: Mapping[int, tuple[date, date]]) -> bool:
    for begin, end in sorted(days.values()):
        if begin > first:
            return False
        if end >= last:
            return True
        first = max(first, end + timedelta(days=1))
    return False


def _days(one: Applied) -> tuple[date, date]:
    return one.rule.valid_from or date.min, one.rule.valid_to or date.max
