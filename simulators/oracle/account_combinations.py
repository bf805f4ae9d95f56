"""The account combinations of a pod: a list of values without a change stamp (oracle-fusion.md, 3.7 and 5, point 8).

So a combination that is disabled, ended or deleted is noticed only by who reads the whole list again.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from simulators.oracle import chart
from simulators.oracle.changes import Changes
from simulators.oracle.changing_store import ChangingStore, Clock
from simulators.oracle.errors import FusionError
from simulators.oracle.ledger_attributes import COMBINATIONS
from simulators.oracle.made_rows import MadeRows
from simulators.oracle.resource import Row, blank

_FIRST_ADDED = 300_100_064_000_000


class AccountCombinations(ChangingStore):
    """The store of combinations."""

    noun = "combination"

    def __init__(self, made: Iterator[chart.Combination], changes: Changes, now: Clock) -> None:
        rows = (_combination(one.key, one.values) for one in made)
        super().__init__(COMBINATIONS, MadeRows(COMBINATIONS, rows), changes, now)
        self._next = _FIRST_ADDED

    def add(self, account: str, **attributes: Any) -> int:
        """Add a combination, written as orders write it (`101.10.60230.462.000.000`); return its key.

        Raises FusionError for another number of segments, and for a combination that is there.
        """
        self._check_known(attributes, self.resource)
        values = tuple(account.split(chart.DELIMITER))
        if len(values) != len(chart.SEGMENTS):
            raise FusionError(400, f"{account} has {len(values)} segments; the chart has {len(chart.SEGMENTS)}.")
        if self.find(account) is not None:
            raise FusionError(400, f"The combination {account} already exists.")
        with self._changes.lock:
            key = self._next
            self._next += 1
        self._add(_combination(key, values) | attributes)
        return key

    def find(self, account: str) -> int | None:
        """Return the key of a combination, None if there is none."""
        return next((key for key in self.keys() if written(self.get(key)) == account), None)

    def disable(self, key: int) -> Row:
        """Make a combination unusable."""
        return self._change(key, "disabled", lambda row: row.update(EnabledFlag="N"))

    def enable(self, key: int) -> Row:
        """Make a combination usable again, without an end."""
        return self._change(key, "enabled", lambda row: row.update(EnabledFlag="Y", EndDateActive=None))

    def end(self, key: int, on: date | None = None) -> Row:
        """Let a combination end on a day; today if none is given."""
        return self._change(key, "ended", lambda row: row.update(EndDateActive=on or self.now().date()))

    def delete(self, key: int) -> Row:
        """Take a combination away, at once and with what is held back of it. Raises KeyError."""
        return self._take_away(key)

    def described(self, row: Row) -> dict[str, Any]:
        """Return what the journal says of a combination."""
        return {"number": written(row), "enabled": row["EnabledFlag"]}


def written(row: Row) -> str:
    """Return a combination as orders write it."""
    return chart.DELIMITER.join(row[segment.attribute] for segment in chart.SEGMENTS)


def _combination(key: int, values: tuple[str, ...]) -> Row:
    named = {segment.attribute: value for segment, value in zip(chart.SEGMENTS, values, strict=True)}
    return {
        **blank(COMBINATIONS),
        "AccountType": chart.account_type(named["account"]),
        "DetailBudgetingAllowedFlag": "Y",
        "JgzzReconFlag": "N",
        "DetailPostingAllowedFlag": "Y",
        "Reference3": "N",
        "SummaryFlag": "N",
        "EnabledFlag": "Y",
        "_CODE_COMBINATION_ID": key,
        "_CHART_OF_ACCOUNTS_ID": chart.CHART_NUMBER,
        **named,
    }
