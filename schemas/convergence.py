"""Convergence: what a document of both sides should be, given what each side has and what both last agreed on.

A document is compared field by field. A field's name is a path (`name`, `contacts/17/email`), its value exact text or
None for one that is stated to be empty. A field that a side does not state at all (JAGGAER leaves optional fields out,
jaggaer-cxml.md, 2.2) is no statement: nothing is ever taken away because one side does not show it. Deletion does not
exist here; what is not used any more is inactive.

The decision depends on nothing but its arguments, so both directions decide alike whenever they see the same: that is
why a conflict cannot become a ping-pong, and why the echo of what we wrote changes nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

Fields = Mapping[str, str | None]


class Rule(StrEnum):
    """Who says what a field is."""

    ORACLE = "oracle"
    """Oracle owns it: another value in JAGGAER is overwritten."""
    JAGGAER = "jaggaer"
    """JAGGAER owns it."""
    NEWEST = "newest"
    """Either side may change it; where both did, the later change counts, and Oracle's of two at the same time.

    A stamp is the document's, and our own writing moves it: it counts because every field is decided at once."""
    BOTH = "both"
    """Either side may change it; where both did, it is a conflict for a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What one side has of a document, and when it was changed there."""

    fields: Fields
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Both sides changed a field since they last agreed, and no rule says who is right. `agreed` is what it was."""

    field: str
    oracle: str | None
    jaggaer: str | None
    agreed: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Converged:
    """What the document should be, in every field that at least one side states, and what a person must decide.

    A field in conflict is not among `fields`: neither side is told anything about it.
    """

    fields: Fields
    conflicts: tuple[Conflict, ...]

    def wanted_of(self, side: Fields) -> dict[str, str | None]:
        """Return the fields that a side must change to have what it should have: nothing for an echo."""
        return {name: value for name, value in self.fields.items() if name not in side or side[name] != value}

    def missing_from(self, side: Fields, before: Fields) -> set[str]:
        """Return the fields that a side lacks that may leave out what it has.

        It states another value, or it states none and it was not agreed that it has this one.
        """
        wanted = self.wanted_of(side)
        return {name for name, value in wanted.items() if name in side or before.get(name) != value}

    def agreed(self, before: Fields, other: Fields) -> dict[str, str | None]:
        """Return what both sides have in common once one has what it should: the base of the next comparison.

        `other` is the side that is not told: what it lacks itself is not agreed on yet.
        """
        lacking = self.wanted_of(other)
        return {**before, **{name: value for name, value in self.fields.items() if name not in lacking}}


def converge(
    agreed: Fields,
    oracle: Seen,
    jaggaer: Seen,
    rule_of: Callable[[str], Rule],
    decided: Mapping[str, Rule] | None = None,
) -> Converged:
    """Decide every field. `agreed` is empty for a pair that was never in agreement; `decided` is what a person said."""
    wanted: dict[str, str | None] = {}
    conflicts = []
    for name in sorted(oracle.fields.keys() | jaggaer.fields.keys()):
        rule = (decided or {}).get(name) or rule_of(name)
        found = _field(name, agreed, oracle, jaggaer, rule)
        if isinstance(found, Conflict):
            conflicts.append(found)
        else:
            wanted[name] = found
    return Converged(fields=wanted, conflicts=tuple(conflicts))


def _field(name: str, agreed: Fields, oracle: Seen, jaggaer: Seen, rule: Rule) -> str | Conflict | None:
    if name not in jaggaer.fields:
        return oracle.fields[name]
    if name not in oracle.fields:
        return jaggaer.fields[name]
    here, there = oracle.fields[name], jaggaer.fields[name]
    if here == there or rule is Rule.ORACLE:
        return here
    if rule is Rule.JAGGAER:
        return there
    if name in agreed and agreed[name] == here:
        return there
    if name in agreed and agreed[name] == there:
        return here
    if rule is Rule.NEWEST:
        return here if oracle.changed_at >= jaggaer.changed_at else there
    return Conflict(field=name, oracle=here, jaggaer=there, agreed=agreed.get(name))
