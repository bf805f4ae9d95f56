"""Units of measure by rules: a set of kind `units` over the usual table of schemas/units.py.

Limits: reading back goes by rules for single codes and by the usual table, because a wildcard or range does not say
which of its codes is meant; a code that would not lead forward to what was read is refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from common.mapping.patterns import folded
from common.mapping.resolve import UNIT, Resolved, RuleIndex, applied, unit
from common.mapping.rules import MappingKind, PatternKind, RuleSet
from schemas.refusals import Refusal, RefusalClass, Refused
from schemas.units import DEFAULT_UNITS, UnitMap


class UnitCoder:
    """A set of unit rules, made ready once. Raises ValueError for a set that maps something else."""

    def __init__(self, rules: RuleSet, usual: UnitMap = DEFAULT_UNITS) -> None:
        if rules.kind is not MappingKind.UNITS or rules.fields != (UNIT,):
            raise ValueError(f"a set of kind {MappingKind.UNITS} with the one field {UNIT!r} maps units")
        self._index = RuleIndex(rules)
        self._usual = usual
        self._spellings = _spellings(rules)

    def units(self, business_unit: str | None, on: date) -> UnitMap:
        """Return the units as they are mapped for a business unit on a day."""
        return _RuledUnits(
            to_standard=self._usual.to_standard,
            to_source=self._usual.to_source,
            index=self._index,
            spellings=self._spellings,
            business_unit=business_unit,
            on=on,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _RuledUnits(UnitMap):
    """The usual table, inherited, under the rules of one business unit and day."""

    index: RuleIndex
    spellings: Mapping[str, tuple[str, ...]]
    business_unit: str | None
    on: date

    def standard(self, code: str | None, *, line: int) -> str:
        found = self._ruled(code or "", line)
        return UnitMap.standard(self, code, line=line) if found is None else found

    def source(self, code: str | None, *, line: int) -> str:
        wanted = folded(code or "", MappingKind.UNITS)
        candidates = (*self.spellings.get(wanted, ()), self.to_source.get(wanted))
        for candidate in candidates:
            if candidate is not None and self._leads_to(candidate, wanted, line):
                return candidate
        return _NOTHING.source(code, line=line)

    def _ruled(self, code: str, line: int) -> str | None:
        """Return what the rules make of a code, None where they are silent. Raises Refused where they contradict."""
        if not code.strip():
            return None
        found = self.index.resolve(unit(code, self.business_unit, self.on))
        if isinstance(found, Resolved) and len(found.shares) == 1:
            return found.shares[0].values[0].value.strip()
        if isinstance(found, Resolved) or not found.fields:
            reason = "a unit cannot be split." if isinstance(found, Resolved) else found.reason
            raise _contradiction(code, line, reason)
        return None

    def _leads_to(self, source: str, wanted: str, line: int) -> bool:
        found = self._ruled(source, line)
        standard = UnitMap.standard(self, source, line=line) if found is None else found
        return folded(standard, MappingKind.UNITS) == wanted


def _spellings(rules: RuleSet) -> Mapping[str, tuple[str, ...]]:
    """Return the source's codes for each standard code that rules for single codes give, in the rules' order."""
    spellings: dict[str, tuple[str, ...]] = {}
    for one in applied(rules):
        sources = [pattern.text.strip() for pattern in one.rule.patterns if pattern.kind is PatternKind.EXACT]
        for value in one.rule.targets[0].values if one.rule.targets else ():
            standard = folded(value.value, MappingKind.UNITS)
            spellings[standard] = (*spellings.get(standard, ()), *sources)
    return spellings


def _contradiction(code: str, line: int, reason: str) -> Refused:
    return Refused(
        Refusal(
            category=RefusalClass.MAPPING,
            field=f"lines[LineNumber={line}].UOMCode",
            value=code,
            reason=f"line {line} is in a unit whose rules contradict themselves: {reason}",
            next_step="Correct the rules of the unit mapping, then release the document.",
        )
    )


_NOTHING = UnitMap(to_standard={}, to_source={})
"""What refuses every code, in the words of the usual table."""
