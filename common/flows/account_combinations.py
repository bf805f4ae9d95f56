"""Account combinations, from Oracle to JAGGAER.

Source: `accountCombinationsLOV`, which has no change stamp, so every poll reads all of it and the fingerprints tell
what is new, and what is not shown any more was deleted (oracle-fusion.md, 3.7). Target: values of a custom field, as
for segments; the ledger's own copy tells `ml-connector map coverage` which combinations are in use.
"""

from dataclasses import replace
from datetime import UTC, datetime, time

from common.connections.source import Row
from common.flows.flow import Flow, FromOracle, Mapping, Reading, SourceNames
from common.flows.segment_values import sent
from common.ledger.verdicts import Transformed, Unchanged
from common.oracle.resource import Resource
from schemas.identity import Identity
from schemas.oracle import account_combination as oracle
from schemas.reference_value import ReferenceValue

_UNSTAMPED = datetime(1970, 1, 1, tzinfo=UTC)
"""Stands for the stamp that Oracle does not give: the same one always, or every reading would be a new version."""


def _parse(row: Row, names: SourceNames) -> ReferenceValue:
    return oracle.parse(row, segments=names.segments, delimiter=names.delimiter, changed_at=_UNSTAMPED)


def identify(row: Row, told: Reading) -> Identity:
    """Return who a combination is; whether it may be used on the day of reading is a part of its content."""
    read_at = datetime.combine(told.on, time(), UTC)
    names = told.names
    found = oracle.identify(row, segments=names.segments, delimiter=names.delimiter, changed_at=read_at)
    return replace(found, changed_at=_UNSTAMPED)


def transform(row: Row, mapping: Mapping) -> Transformed | Unchanged:
    """Return what is to be sent of a combination. Raises Refused."""
    return sent(_parse(row, mapping.names), mapping)


def absent(row: Row) -> Row:
    """Return a combination that Oracle does not show any more: one that may not be used."""
    return {**row, "EnabledFlag": "N"}


RESOURCE = Resource(path="accountCombinationsLOV", key="_CODE_COMBINATION_ID", stamped=False)
"""The list of values (oracle-fusion.md, 3.7)."""

FLOW = Flow(
    name="account_combinations",
    source=FromOracle(resource=lambda _: RESOURCE, cut=oracle.cut_children, absent=absent),
    identify=identify,
    transform=transform,
)
