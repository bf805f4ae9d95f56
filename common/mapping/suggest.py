"""Rules proposed for subjects without a coding, from what the target knows: the same code, or the same description.

A proposal is for one segment value and one field, so that a few of them settle many combinations. Its score, 0 to 100,
says how much speaks for it; a person decides. Where two segments speak equally for one field, both proposals get half.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from common.mapping.quoting import literal
from common.mapping.resolve import RuleIndex, Unmapped
from common.mapping.rules import Pattern, PatternKind, Rule, RuleSet, Subject, TargetShare
from common.mapping.sheet_lines import WHOLE
from schemas.coding import FieldValue

Describe = Callable[[str, str], str | None]
"""The source's description of a code: of which segment, which code."""

_SAME_CODE_AND_DESCRIPTION, _SAME_DESCRIPTION, _SAME_CODE, _SAME_CODE_OTHER_DESCRIPTION = 90, 70, 60, 40
_SAME_NAME = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A rule that could be added, its score, why, and how many of the subjects lack the field that it gives."""

    rule: Rule
    score: int
    because: str
    subjects: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Match:
    """What speaks for giving a field by one segment of a subject."""

    chart: str | None
    part: str
    code: str
    value: FieldValue
    score: int
    because: str


class _Targets:
    """What the target knows, by code and by description."""

    def __init__(self, values: Iterable[FieldValue]) -> None:
        self.by_code: dict[tuple[str, str], FieldValue] = {}
        self.by_description: dict[tuple[str, str], list[FieldValue]] = {}
        for value in values:
            self.by_code[(value.field, value.value)] = value
            if words := _words(value.description):
                self.by_description.setdefault((value.field, words), []).append(value)


def suggest(
    rules: RuleSet, subjects: Iterable[Subject], targets: Iterable[FieldValue], describe: Describe, *, precedence: int
) -> tuple[Suggestion, ...]:
    """Return proposals for the fields that no rule gives, best first, numbered after the set's last rule.

    `targets` are the values that the target takes, with their descriptions. Each subject counts once.
    """
    known, index, found = _Targets(targets), RuleIndex(rules), Counter[_Match]()
    for subject in dict.fromkeys(subjects):
        result = index.resolve(subject)
        for field in result.fields if isinstance(result, Unmapped) else ():
            found.update(_best(list(_matches(subject, field, known, describe))))
    ranked = sorted(found.items(), key=lambda item: (-item[0].score, -item[1], item[0].value.field, item[0].code))
    first = max((rule.number for rule in rules.rules), default=0) + 1
    return tuple(
        Suggestion(rule=_rule(match, number, precedence), score=match.score, because=match.because, subjects=count)
        for number, (match, count) in enumerate(ranked, start=first)
    )


def _best(matches: Sequence[_Match]) -> list[_Match]:
    highest = max((match.score for match in matches), default=0)
    best = [match for match in matches if match.score == highest]
    return best if len(best) == 1 else [replace(match, score=match.score // 2) for match in best]


def _matches(subject: Subject, field: str, known: _Targets, describe: Describe) -> Iterator[_Match]:
    for part, code in subject.parts:
        described = describe(part, code)
        value, score, because = _match(field, code, described, known)
        if value:
            alike = _SAME_NAME if _same_name(part, field) else 0
            yield _Match(
                chart=subject.chart, part=part, code=code, value=value, score=score + alike, because=f"{part} {because}"
            )


def _match(field: str, code: str, described: str | None, known: _Targets) -> tuple[FieldValue | None, int, str]:
    """Return the value of a field that a code stands for, its score, and why."""
    words = _words(described)
    if same := known.by_code.get((field, code)):
        there = _words(same.description)
        if not words or not there:
            return same, _SAME_CODE, f"{code} is a code of {field} too"
        if words == there:
            return (
                same,
                _SAME_CODE_AND_DESCRIPTION,
                f"{code} is a code of {field} too, described as {described!r} as well",
            )
        reason = f"{code} is a code of {field} too, but is {described!r} here and {same.description!r} there"
        return same, _SAME_CODE_OTHER_DESCRIPTION, reason
    named = known.by_description.get((field, words), []) if words else []
    if len(named) == 1:
        return named[0], _SAME_DESCRIPTION, f"{code} is described as {described!r}, like {field} {named[0].value}"
    return None, 0, ""


def _rule(match: _Match, number: int, precedence: int) -> Rule:
    value = FieldValue(field=match.value.field, value=literal(match.value.value))
    return Rule(
        number=number,
        precedence=precedence,
        patterns=(Pattern(part=match.part, kind=PatternKind.EXACT, text=match.code),),
        targets=(TargetShare(percent=WHOLE, values=(value,)),),
        chart=match.chart,
        note=f"proposed: {match.because}",
    )


def _words(text: str | None) -> str:
    """Return a description without accents, case, punctuation and spacing."""
    plain = unicodedata.normalize("NFKD", text or "").casefold()
    return " ".join(re.findall(r"[^\W_]+", "".join(sign for sign in plain if not unicodedata.combining(sign))))


def _same_name(part: str, field: str) -> bool:
    one, other = (_words(re.sub(r"[_\W]", "", name)) for name in (part, field))
    return bool(one and other) and (one in other or other in one)
