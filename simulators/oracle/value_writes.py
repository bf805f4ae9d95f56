"""Values of segments through the API: `valueSets/{code}/child/values` (oracle-fusion.md, 3.7).

A set that the pod protects takes no change. Which attributes are needed, and what is the longest value, is [assumed].
"""

import copy

from simulators.oracle import payloads
from simulators.oracle.changes import Changes
from simulators.oracle.errors import FusionError, not_found
from simulators.oracle.ledger_attributes import VALUES
from simulators.oracle.payloads import Body, Payload
from simulators.oracle.resource import STAMP, Row
from simulators.oracle.segment_values import SegmentValues, ValueSets

_SYSTEM = frozenset({"ValueId", "CreationDate", "CreatedBy", "LastUpdateDate", "LastUpdatedBy"})
_WRITABLE = frozenset(VALUES.attributes.keys() - _SYSTEM)
_UPDATABLE = _WRITABLE - {"Value"}
_LENGTHS = {"Value": 25, "Description": 240}
_FLAGS = ("EnabledFlag", "SummaryFlag", "DetailPostingAllowed", "DetailBudgetingAllowed")


class ValueWrites:
    """What is done to the values of segments through the API."""

    def __init__(self, values: SegmentValues, sets: ValueSets, changes: Changes) -> None:
        self._values = values
        self._sets = sets
        self._changes = changes

    def create(self, value_set: str, body: Body) -> Row:
        """Take the POST of a value. Raises FusionError (400 and 404)."""
        code = self._open_set(value_set)
        payload = payloads.read(body, VALUES, writable=_WRITABLE, longest=_LENGTHS)
        payload.need("Value")
        _check(payload)
        with self._changes.lock:
            value = payload.row.get("Value")
            if value is not None and self._values.having(code, value):
                payload.refuse("Value", f"The value {value} already exists in the value set {code}.")
            payload.check()
            row = self._values.new(code, payload.row)
            self._values.publish(row, "created")
            return row

    def update(self, value_set: str, key: int, body: Body) -> Row:
        """Take the PATCH of a value. Raises FusionError (400 and 404)."""
        code = self._open_set(value_set)
        payload = payloads.read(body, VALUES, writable=_UPDATABLE, longest=_LENGTHS)
        _check(payload)
        payload.check()
        with self._changes.lock:
            row = copy.deepcopy(self._known(code, key))
            changed = payloads.changed(row, payload.row)
            row |= payload.row | {STAMP: self._values.now()}
            self._values.publish(row, "updated", changed=changed)
            return row

    def delete(self, value_set: str, key: int) -> None:
        """Take the DELETE of a value. Raises FusionError (400 and 404)."""
        code = self._open_set(value_set)
        with self._changes.lock:
            self._known(code, key)
            self._values.delete(key)

    def _open_set(self, value_set: str) -> str:
        """Return the code of a set that takes changes. Raises FusionError (400 and 404)."""
        if value_set not in self._sets:
            raise not_found()
        code = str(self._sets.get(value_set)["ValueSetCode"])
        if code in self._sets.protected():
            raise FusionError(400, "You cannot modify a protected value set.")
        return code

    def _known(self, code: str, key: int) -> Row:
        try:
            row = self._values.latest(key)
        except KeyError:
            raise not_found() from None
        if row["ValueSetCode"] != code:
            raise not_found()
        return row


def _check(payload: Payload) -> None:
    for name in _FLAGS:
        payload.one_of(name, ("Y", "N"))
    starts, ends = payload.row.get("StartDateActive"), payload.row.get("EndDateActive")
    if starts is not None and ends is not None and ends < starts:
        payload.refuse("EndDateActive", "The end date must not be before the start date.")
