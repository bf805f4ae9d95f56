"""What is different between two versions of a set: its rules, and what becomes of given subjects."""

from collections.abc import Iterable
from dataclasses import dataclass

from common.mapping.resolve import Resolved, RuleIndex, Unmapped
from common.mapping.rules import Rule, RuleSet, Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A rule that both versions have under one number, before and after."""

    before: Rule
    after: Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Recoded:
    """A subject with another coding than before, or with one where it had none, or the reverse."""

    subject: Subject
    before: Resolved | Unmapped
    after: Resolved | Unmapped


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """All that is different, rules by number, subjects in the order in which they were given."""

    added: tuple[Rule, ...]
    removed: tuple[Rule, ...]
    changed: tuple[Changed, ...]
    recoded: tuple[Recoded, ...]


def difference(old: RuleSet, new: RuleSet, subjects: Iterable[Subject] = ()) -> Difference:
    """Compare two versions. Rules are the same rule if they have the same number."""
    before, after = ({rule.number: rule for rule in rules.rules} for rules in (old, new))
    return Difference(
        added=tuple(after[number] for number in sorted(after.keys() - before.keys())),
        removed=tuple(before[number] for number in sorted(before.keys() - after.keys())),
        changed=tuple(
            Changed(before=before[number], after=after[number])
            for number in sorted(before.keys() & after.keys())
            if before[number] != after[number]
        ),
        recoded=_recoded(old, new, subjects),
    )


def _recoded(old: RuleSet, new: RuleSet, subjects: Iterable[Subject]) -> tuple[Recoded, ...]:
    before, after = RuleIndex(old), RuleIndex(new)
    results = ((subject, before.resolve(subject), after.resolve(subject)) for subject in subjects)
    return tuple(
        Recoded(subject=subject, before=was, after=will)
        for subject, was, will in results
        if (was.shares if isinstance(was, Resolved) else ()) != (will.shares if isinstance(will, Resolved) else ())
    )
