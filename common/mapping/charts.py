"""Charts of accounts as the settings describe them, and which business unit uses which."""

from collections.abc import Mapping
from dataclasses import dataclass

from common.mapping.rules import Chart
from common.settings import USUAL_CHART, AccountSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Charts:
    """The usual chart, and the charts of business units that have another."""

    usual: Chart
    of_units: Mapping[str, Chart]

    def of(self, business_unit: str | None) -> Chart:
        """Return the chart that a business unit's combinations are taken apart by."""
        return self.usual if business_unit is None else self.of_units.get(business_unit, self.usual)

    @property
    def all(self) -> tuple[Chart, ...]:
        """Every chart, the usual one first."""
        return tuple({chart.name: chart for chart in (self.usual, *self.of_units.values())}.values())

    @property
    def segments(self) -> tuple[str, ...]:
        """The names of all charts' segments, each once, in their order: the columns of a mapping sheet."""
        return tuple(dict.fromkeys(segment for chart in self.all for segment in chart.segments))


def charts(settings: AccountSettings) -> Charts:
    """Return the charts that the settings describe."""
    of_units = {
        unit: Chart(name=name, delimiter=one.delimiter, segments=tuple(one.segments))
        for name, one in settings.charts.items()
        for unit in one.business_units
    }
    usual = Chart(name=USUAL_CHART, delimiter=settings.delimiter, segments=tuple(settings.segments))
    return Charts(usual=usual, of_units=of_units)
