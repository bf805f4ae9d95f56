"""How account combinations are taken apart and mapped: an integration's charts of accounts and its accounting fields.

The rules themselves are in the ledger (`ml-connector map import`); here stands what they are about. Oracle tells
neither which segment is the natural account nor which value set a segment draws from (oracle-fusion.md, 3.7).
"""

from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field

from common.settings.section import Section, Text, nearest, repeated

USUAL_CHART = "usual"
"""The name of the chart that stands in the section itself: what a rule's column `chart` calls it."""


class AccountMapping(StrEnum):
    """What becomes of an account combination."""

    REQUIRED = "required"
    """It is coded by the active mapping set; a document with an unmapped one waits for a person."""
    AS_IN_ORACLE = "as_in_oracle"
    """It is sent as it is: JAGGAER knows the same combinations."""


class ReferenceFlow(StrEnum):
    """The flows that tell which values JAGGAER knows."""

    GL_ACCOUNTS = "gl_accounts"
    COST_CENTERS = "cost_centers"


def _delimiter(sign: str) -> str:
    if len(sign) != 1 or sign.isalnum() or sign.isspace() or not sign.isprintable():
        raise ValueError("expected one sign that is no letter, digit or blank, such as - or .")
    return sign


def _segment(name: str) -> str:
    if not (name.isascii() and name.isidentifier()):
        raise ValueError(f"a segment's name has letters, digits and _, and begins with a letter; {name!r} has others")
    return name


def _chart(name: str) -> str:
    if not (name.isascii() and name.replace("-", "").replace("_", "").isalnum()):
        raise ValueError("a chart's name has letters, digits, - and _")
    return name


SegmentName = Annotated[str, AfterValidator(_segment)]
"""What a segment is called here and in mapping sheets."""


class ChartSettings(Section):
    """A chart of accounts besides the usual one, and the business units that use it."""

    delimiter: Annotated[str, AfterValidator(_delimiter)] = "-"
    """What stands between two segments of a combination."""
    segments: Annotated[list[SegmentName], Field(min_length=1)]
    """The segments' names from left to right."""
    business_units: Annotated[list[Text], Field(min_length=1)]
    """Whose combinations these are, by the names of business units."""

    def contradictions(self) -> Iterator[tuple[str, str]]:
        """Refuse two segments of one name."""
        yield from _repeated_segments(self.segments)


class AccountSettings(Section):
    """How an integration's account combinations are mapped."""

    mapping: AccountMapping = AccountMapping.REQUIRED
    """Whether combinations are mapped, or sent as Oracle writes them."""
    fields: Annotated[list[Text], Field(min_length=1)] = Field(default_factory=lambda: ["Account", "CostCenter"])
    """JAGGAER's accounting fields that every mapped combination must get."""
    delimiter: Annotated[str, AfterValidator(_delimiter)] = "-"
    """What stands between two segments of a combination."""
    segments: list[SegmentName] = Field(default_factory=list)
    """The segments' names from left to right: the usual chart of accounts."""
    account_segment: Text = "account"
    """Which segment is the natural account."""
    cost_center_segment: Text = "cost_center"
    """Which segment is the cost center."""
    value_sets: dict[str, Text] = Field(default_factory=dict)
    """The codes of Oracle's value sets, by the segment that draws its values from one."""
    reference_flows: dict[str, ReferenceFlow] = Field(
        default_factory=lambda: {"Account": ReferenceFlow.GL_ACCOUNTS, "CostCenter": ReferenceFlow.COST_CENTERS}
    )
    """Which flow brings JAGGAER the values of a field: a mapping to any other value is reported."""
    charts: dict[Annotated[str, AfterValidator(_chart)], ChartSettings] = Field(default_factory=dict)
    """Further charts, by name."""

    def contradictions(self) -> Iterator[tuple[str, str]]:
        """Refuse names that mean nothing here, and names that mean two things."""
        yield from _repeated_segments(self.segments)
        for name in repeated(self.fields):
            yield "fields", f"names {name} twice"
        yield from self._unknown_segments()
        if "reference_flows" in self.model_fields_set:
            for field in set(self.reference_flows) - set(self.fields):
                yield f"reference_flows.{field}", f"is none of the fields{nearest(field, self.fields)}"
        if USUAL_CHART in self.charts:
            yield f"charts.{USUAL_CHART}", "is the name of the chart in the section accounts itself; name it otherwise"
        units = Counter(unit for chart in self.charts.values() for unit in set(chart.business_units))
        for name, chart in self.charts.items():
            for unit in sorted(unit for unit in set(chart.business_units) if units[unit] > 1):
                yield f"charts.{name}.business_units", f"{unit} is in more than one chart"

    def missing(self) -> Iterator[tuple[str, str]]:
        """Yield what a mapping cannot do without, as contradictions are told."""
        if self.mapping is AccountMapping.REQUIRED and not self.segments:
            otherwise = 'mapping = "as_in_oracle" if JAGGAER knows the same combinations'
            yield "segments", f"is missing: name your combinations' segments from left to right, or say {otherwise}"

    def _unknown_segments(self) -> Iterator[tuple[str, str]]:
        known = list(dict.fromkeys([*self.segments, *(s for chart in self.charts.values() for s in chart.segments)]))
        for key in ("account_segment", "cost_center_segment"):
            name = getattr(self, key)
            if key in self.model_fields_set and name not in known:
                yield key, f"{name} is none of the segments{nearest(name, known)}"
        for name in self.value_sets:
            if name not in known:
                yield f"value_sets.{name}", f"is none of the segments{nearest(name, known)}"


def _repeated_segments(segments: list[str]) -> Iterator[tuple[str, str]]:
    for name in repeated(segments):
        yield "segments", f"names {name} twice"
