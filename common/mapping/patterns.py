"""Patterns: how they are written in a sheet, what they match, and how two of them lie to each other.

Written: `5210` that code, `5000..5999` a range, `52*` and `5?10` wildcards, `*` anything; a leading `=` makes the rest
a code whatever it looks like (`=5*`; `=` alone is an empty code). Codes of accounts are compared sign by sign, codes of
units without regard to case, as schemas/units.py does.

Limits: between a range and a wildcard, and between ranges of numbers and of other codes, `covers` says no when in doubt
and `overlap` says yes: nothing that may apply is ever called unreachable.
"""

import re
from dataclasses import replace
from fnmatch import fnmatchcase

from common.mapping.rules import MappingKind, Pattern, PatternKind, Rule

LONGEST = 240
"""Signs a pattern may have: more than any code of either system, few enough to compare thousands with each other."""


def pattern(part: str, text: str) -> Pattern:
    """Return the pattern that a sheet writes so. Raises ValueError, saying what is expected."""
    if len(text) > LONGEST:
        raise ValueError(f"a pattern of at most {LONGEST} signs")
    if text.startswith("="):
        return Pattern(part=part, kind=PatternKind.EXACT, text=text[1:])
    if ".." in text:
        return _range(part, text)
    if text and not text.strip("*"):
        return Pattern(part=part, kind=PatternKind.ANY, text="*")
    kind = PatternKind.WILDCARD if _is_wild(text) else PatternKind.EXACT
    return Pattern(part=part, kind=kind, text=text)


def written(one: Pattern) -> str:
    """Return the text that `pattern` reads back as the same. Raises ValueError for a pattern without such a text."""
    text = one.text
    if one.kind is PatternKind.RANGE:
        text = f"{one.text}..{one.high}"
    elif one.kind is PatternKind.EXACT and (not text or text.startswith("=") or ".." in text or _is_wild(text)):
        text = f"={text}"
    if pattern(one.part, text) != one:
        raise ValueError(f"the pattern {one.text!r} for {one.part} cannot be written in a sheet")
    return text


def conditions(rule: Rule, kind: MappingKind) -> tuple[Pattern, ...]:
    """Return what a rule really asks of a subject's parts, each once, ready to be compared with `folded` codes."""
    return tuple(
        dict.fromkeys(
            replace(one, text=folded(one.text, kind), high=None if one.high is None else folded(one.high, kind))
            for one in rule.patterns
            if not _is_anything(one)
        )
    )


def folded(code: str, kind: MappingKind) -> str:
    """Return a code in the form in which codes of its kind are compared."""
    return code.strip().casefold() if kind is MappingKind.UNITS else code


def matches(one: Pattern, code: str) -> bool:
    """Tell whether a pattern holds for a code."""
    match one.kind:
        case PatternKind.EXACT:
            return code == one.text
        case PatternKind.RANGE:
            return _within(code, one)
        case PatternKind.WILDCARD:
            return fnmatchcase(code, one.text.replace("[", "[[]"))
        case PatternKind.ANY:
            return True


def covers(wide: Pattern, narrow: Pattern) -> bool:
    """Tell whether the first surely holds for every code for which the second does."""
    if narrow.kind is PatternKind.EXACT:
        return matches(wide, narrow.text)
    match wide.kind:
        case PatternKind.ANY:
            return True
        case PatternKind.RANGE if narrow.kind is PatternKind.RANGE:
            return _range_covers(wide, narrow)
        case PatternKind.WILDCARD if narrow.kind is PatternKind.WILDCARD:
            # Read as a text, the narrow one's own wildcards can only be taken up by the stars of the wide one.
            return wide.text == narrow.text or ("?" not in wide.text and matches(wide, narrow.text))
        case _:
            return False


def overlap(one: Pattern, other: Pattern) -> bool:
    """Tell whether some code may exist for which both hold."""
    first, second = sorted((one, other), key=lambda pattern: list(PatternKind).index(pattern.kind))
    match first.kind, second.kind:
        case PatternKind.EXACT, _:
            return matches(second, first.text)
        case PatternKind.RANGE, PatternKind.RANGE:
            return _ranges_overlap(first, second)
        case PatternKind.RANGE, PatternKind.WILDCARD:
            return _range_meets_head(first, _head(second))
        case PatternKind.WILDCARD, PatternKind.WILDCARD:
            return _wildcards_overlap(first.text, second.text)
        case _:
            return True


def holds_nothing(one: Pattern) -> bool:
    """Tell whether a pattern is a range that ends before it begins."""
    return one.kind is PatternKind.RANGE and not _in_order(one.text, one.high or "")


def _range(part: str, text: str) -> Pattern:
    low, _, high = text.partition("..")
    if not low or not high or ".." in high or _is_wild(text):
        raise ValueError("a range like 5000..5999, both ends codes without wildcards, or a code after a leading =")
    if not _in_order(low, high):
        raise ValueError("a range that begins at its lower end")
    return Pattern(part=part, kind=PatternKind.RANGE, text=low, high=high)


def _is_wild(text: str) -> bool:
    return "*" in text or "?" in text


def _is_anything(one: Pattern) -> bool:
    return one.kind is PatternKind.ANY or (one.kind is PatternKind.WILDCARD and not one.text.strip("*"))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _value(digits: str) -> tuple[int, str]:
    """Return what orders digits by value; `int` would refuse thousands of them."""
    significant = digits.lstrip("0")
    return len(significant), significant


def _in_order(low: str, high: str) -> bool:
    return _value(low) <= _value(high) if _is_number(low) and _is_number(high) else low <= high


def _is_numeric(one: Pattern) -> bool:
    return _is_number(one.text) and _is_number(one.high or "")


def _within(code: str, one: Pattern) -> bool:
    low, high = one.text, one.high or ""
    if _is_numeric(one) and _is_number(code):
        return _value(low) <= _value(code) <= _value(high)
    return low <= code <= high


def _range_covers(wide: Pattern, narrow: Pattern) -> bool:
    """Judge by code point, and for numbers by value too: a range of numbers holds codes that are none as well."""
    by_code_point = wide.text <= narrow.text and (narrow.high or "") <= (wide.high or "")
    if not _is_numeric(wide) and not _is_numeric(narrow):
        return by_code_point
    if not _is_numeric(wide) or not _is_numeric(narrow):
        return False
    by_value = _value(wide.text) <= _value(narrow.text) and _value(narrow.high or "") <= _value(wide.high or "")
    return by_code_point and by_value


def _ranges_overlap(one: Pattern, other: Pattern) -> bool:
    if _is_numeric(one) and _is_numeric(other):
        lowest, highest = max(one.text, other.text, key=_value), min(one.high or "", other.high or "", key=_value)
        return _value(lowest) <= _value(highest)
    return max(one.text, other.text) <= min(one.high or "", other.high or "")


def _head(one: Pattern) -> str:
    """Return what every match of a wildcard begins with."""
    return re.split(r"[*?]", one.text, maxsplit=1)[0]


def _range_meets_head(one: Pattern, head: str) -> bool:
    """Compare by beginnings where codes have one length; other ranges may hold any beginning."""
    low, high = one.text, one.high or ""
    return len(low) != len(high) or low[: len(head)] <= head[: len(low)] <= high[: len(head)]


def _wildcards_overlap(one: str, other: str) -> bool:
    """Walk both at once: a star takes up any signs of the other, also none; all other signs pair up."""
    todo, seen = [(0, 0)], {(0, 0)}
    while todo:
        here, there = todo.pop()
        if here == len(one) and there == len(other):
            return True
        for step in _steps(one[here : here + 1], other[there : there + 1]):
            place = (here + step[0], there + step[1])
            if place not in seen:
                seen.add(place)
                todo.append(place)
    return False


def _steps(one: str, other: str) -> list[tuple[int, int]]:
    """Return how far both wildcards may move on from their next signs; empty is the end."""
    steps = []
    if one == "*":
        steps += [(1, 0)] + ([(0, 1)] if other else [])
    if other == "*":
        steps += [(0, 1)] + ([(1, 0)] if one else [])
    if one and other and "*" not in (one, other) and (one == other or "?" in (one, other)):
        steps.append((1, 1))
    return steps
