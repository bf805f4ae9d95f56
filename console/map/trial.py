"""A mapping set tried on combinations, as a document's coder would: what each becomes, or why it becomes nothing."""

from collections.abc import Iterable
from datetime import date

from common.mapping import resolve
from common.mapping.charts import Charts
from common.mapping.resolve import Resolved, RuleIndex, Unmapped, WrongChart
from common.mapping.rules import RuleSet, Subject


class Trial:
    """A set of account rules, made ready for many combinations."""

    def __init__(self, rules: RuleSet, charts: Charts) -> None:
        self._index = RuleIndex(rules)
        self._charts = charts
        units = dict.fromkeys(rule.business_unit for rule in rules.rules if rule.business_unit is not None)
        self._units: tuple[str | None, ...] = (None, *units)

    def of(self, combination: str, business_unit: str | None, on: date) -> Resolved | Unmapped:
        """Return what a business unit's combination becomes on a day."""
        try:
            return self._index.resolve(self.subject(combination, business_unit, on))
        except WrongChart as error:
            return Unmapped(fields=(), parts=(), reason=f"{error}.")

    def anywhere(self, combination: str, on: date) -> Resolved | Unmapped:
        """Return what a combination becomes where no document says whose it is.

        It counts as mapped if it is so without a business unit, or for one that a rule names or that has a chart.
        """
        units = dict.fromkeys((*self._units, *self._charts.of_units))
        found = [self.of(combination, unit, on) for unit in units]
        return next((one for one in found if isinstance(one, Resolved)), found[0])

    def subject(self, combination: str, business_unit: str | None, on: date) -> Subject:
        """Take a combination apart by its business unit's chart. Raises WrongChart."""
        return resolve.subject(combination, self._charts.of(business_unit), business_unit, on)


def subjects(charts: Charts, asked: Iterable[tuple[str, str | None, date]]) -> list[Subject]:
    """Take combinations of business units apart, as of their days; those that fit no chart are left out."""
    found = []
    for combination, business_unit, on in asked:
        try:
            found.append(resolve.subject(combination, charts.of(business_unit), business_unit, on))
        except WrongChart:
            continue
    return found
