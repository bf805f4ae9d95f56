"""The columns of a mapping sheet and their headings.

Segments stand under their own names, target fields behind an arrow (`-> Account`), a field's description as
`description -> Account`. A segment whose name would be read as something else stands in brackets: `[note]`.
"""

import re
from dataclasses import dataclass
from enum import StrEnum


class ColumnKind(StrEnum):
    """What a column is for."""

    OWN = "own"
    """A property of the rule itself."""
    SEGMENT = "segment"
    TARGET = "target"
    DESCRIPTION = "description"


@dataclass(frozen=True, slots=True)
class Column:
    """A column by kind and name, without what its heading adds."""

    kind: ColumnKind
    name: str

    @property
    def heading(self) -> str:
        """The heading that `column` reads back."""
        match self.kind:
            case ColumnKind.TARGET:
                return f"-> {self.name}"
            case ColumnKind.DESCRIPTION:
                return f"description -> {self.name}"
            case ColumnKind.SEGMENT if self.name.casefold() in _OWN or self.name.startswith("[") or "->" in self.name:
                return f"[{self.name}]"
            case _:
                return self.name


def column(heading: str) -> Column:
    """Return the column that a heading names; whether its segment exists is not asked here."""
    if heading.startswith("[") and heading.endswith("]"):
        return Column(ColumnKind.SEGMENT, heading[1:-1])
    if heading.casefold() in _OWN:
        return _OWN[heading.casefold()]
    if arrow := _ARROW.fullmatch(heading):
        kind = ColumnKind.DESCRIPTION if arrow[1] else ColumnKind.TARGET
        return Column(kind, arrow[2].strip())
    return Column(ColumnKind.SEGMENT, heading)


def _own(name: str) -> Column:
    return Column(ColumnKind.OWN, name)


RULE = _own("rule")
PRECEDENCE = _own("precedence")
BUSINESS_UNIT = _own("business_unit")
CHART = _own("chart")
VALID_FROM = _own("valid_from")
VALID_TO = _own("valid_to")
SPLIT = _own("split")
PERCENT = _own("percent")
DEFAULT = _own("default")
NOTE = _own("note")

BEFORE_SEGMENTS = (RULE, PRECEDENCE, BUSINESS_UNIT, CHART)
AFTER_SEGMENTS = (VALID_FROM, VALID_TO, SPLIT, PERCENT)
AT_THE_END = (DEFAULT, NOTE)

_OWN = {one.name: one for one in (*BEFORE_SEGMENTS, *AFTER_SEGMENTS, *AT_THE_END)}
_ARROW = re.compile(r"(description )?->(.+)", re.IGNORECASE | re.DOTALL)
