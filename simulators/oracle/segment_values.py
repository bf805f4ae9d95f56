"""The values of the chart's segments, and the value sets that hold them (oracle-fusion.md, 3.7).

They are the only part of the chart that says when it was changed. Nobody but the API deletes a value: it is disabled,
or ends on a day.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from simulators.oracle import chart
from simulators.oracle.changes import Changes
from simulators.oracle.changing_store import ChangingStore, Clock
from simulators.oracle.errors import FusionError
from simulators.oracle.ledger_attributes import VALUE_SETS, VALUES
from simulators.oracle.made_rows import MadeRows
from simulators.oracle.options import Switches
from simulators.oracle.resource import Row, blank

_FIRST_STAMP = datetime(2025, 3, 1, 10, 0, 0, tzinfo=UTC)
_STAMP_STEP = timedelta(seconds=31)
_FIRST_ADDED = 300_100_053_000_000
_FIRST_SET = 300_100_050_000_001


class SegmentValues(ChangingStore):
    """The values of all segments, by ValueId. A row says which set it belongs to, as an attribute that is not shown."""

    noun = "value"

    def __init__(self, accounts: int, cost_centers: int, changes: Changes, now: Clock) -> None:
        sizes = {chart.ACCOUNT: accounts, chart.COST_CENTER: cost_centers}
        super().__init__(VALUES, MadeRows(VALUES, _made(sizes)), changes, now)
        self._next = _FIRST_ADDED

    def add(self, value_set: str, value: str, description: str | None = None, **attributes: Any) -> int:
        """Add a value to a set; return its key. Raises FusionError for one that is there, and for an unknown set."""
        self._check_known(attributes, self.resource)
        if value_set not in self.codes():
            raise FusionError(400, f"There is no value set {value_set}.")
        if self.find(value_set, value) is not None:
            raise FusionError(400, f"The value {value} already exists in the value set {value_set}.")
        with self._changes.lock:
            key = self._next
            self._next += 1
        self._add(_value(key, value_set, value, description, self.now()) | attributes)
        return key

    def new(self, value_set: str, given: Row) -> Row:
        """Return a new value of a set, as it is given; it is in no store yet."""
        with self._changes.lock:
            key = self._next
            self._next += 1
        row = _value(key, value_set, given["Value"], given.get("Description"), self.now())
        return row | {name: value for name, value in given.items() if value is not None}

    def having(self, value_set: str, value: str) -> bool:
        """Whether a set has a value, visible or not."""
        waiting = self._changes.waiting(self).values()
        hidden = any((row["Value"], row["ValueSetCode"]) == (value, value_set) for row in waiting)
        return hidden or self.find(value_set, value) is not None

    def delete(self, key: int) -> None:
        """Take a value away at once. Raises KeyError."""
        self._take_away(key)

    def find(self, value_set: str, value: str) -> int | None:
        """Return the key of a value of a set, None if there is none."""
        for key in self.keys():
            row = self.get(key)
            if row["Value"] == value and row["ValueSetCode"] == value_set:
                return key
        return None

    def disable(self, key: int) -> Row:
        """Make a value unusable."""
        return self._change(key, "disabled", lambda row: row.update(EnabledFlag="N"))

    def enable(self, key: int) -> Row:
        """Make a value usable again, without an end."""
        return self._change(key, "enabled", lambda row: row.update(EnabledFlag="Y", EndDateActive=None))

    def end(self, key: int, on: date | None = None) -> Row:
        """Let a value end on a day; today if none is given."""
        return self._change(key, "ended", lambda row: row.update(EndDateActive=on or self.now().date()))

    def codes(self) -> list[str]:
        """Return the codes of the value sets."""
        return [segment.value_set for segment in chart.SEGMENTS]

    def described(self, row: Row) -> dict[str, Any]:
        """Return what the journal says of a value."""
        return {"number": row["Value"], "value_set": row["ValueSetCode"], "enabled": row["EnabledFlag"]}


class ValueSets:
    """The value sets, by code, each with its values as they are now. An id in place of the code is taken too."""

    resource = VALUE_SETS

    def __init__(self, values: SegmentValues, switches: Switches) -> None:
        self._values = values
        self._switches = switches
        self._sets = {row["ValueSetCode"]: row for row in _sets()}
        self._codes = {str(row["ValueSetId"]): code for code, row in self._sets.items()}

    def __contains__(self, key: Any) -> bool:
        return self._codes.get(key, key) in self._sets

    def get(self, key: str) -> Row:
        """Return a value set with its values; do not change it. Raises KeyError."""
        code = self._codes.get(key, key)
        flag = "Y" if code in self.protected() else "N"
        row = self._sets[code] | {"ProtectedFlag": flag}
        return row | {"values": [row for row in self._values.all() if row["ValueSetCode"] == code]}

    def protected(self) -> set[str]:
        """Return the codes of the sets that take no change."""
        return {name.strip() for name in self._switches.protected_value_sets.split(",")}

    def all(self) -> Iterator[Row]:
        """Return every value set with its values."""
        return (self.get(code) for code in self._sets)


def _made(sizes: dict[chart.Segment, int]) -> Iterator[Row]:
    number = 0
    for segment in chart.SEGMENTS:
        for position, value in enumerate(chart.values_of(segment, sizes.get(segment, 0))):
            named = segment.value_set, value
            stamp = _FIRST_STAMP + _STAMP_STEP * number
            row = _value(chart.value_key(segment, position), *named, chart.DESCRIPTIONS.get(named), stamp)
            yield row | {"EnabledFlag": "N" if named in chart.DISABLED else "Y"}
            number += 1


def _value(key: int, value_set: str, value: str, description: str | None, stamp: datetime) -> Row:
    return {
        **blank(VALUES),
        "ValueSetCode": value_set,
        "ValueId": key,
        "Value": value,
        "Description": description or f"{value_set} {value}",
        "EnabledFlag": "Y",
        "SummaryFlag": "N",
        "DetailPostingAllowed": "Y",
        "DetailBudgetingAllowed": "Y",
        "AccountType": chart.account_type(value) if value_set == chart.ACCOUNT.value_set else None,
        **_audit(stamp),
    }


def _sets() -> Iterator[Row]:
    for position, segment in enumerate(chart.SEGMENTS):
        yield {
            **blank(VALUE_SETS),
            "ValueSetId": _FIRST_SET + position,
            "ValueSetCode": segment.value_set,
            "Description": segment.value_set,
            "ValidationType": "INDEPENDENT",
            "ValueDataType": "VARCHAR2",
            "ProtectedFlag": "N",
            "MaximumLength": Decimal(25),
            "UppercaseOnlyFlag": "N",
            "ZeroFillFlag": "N",
            "SecurityEnabledFlag": "N",
            **_audit(_FIRST_STAMP),
        }


def _audit(stamp: datetime) -> Row:
    return {"CreationDate": stamp, "CreatedBy": "finuser1", "LastUpdateDate": stamp, "LastUpdatedBy": "finuser1"}
