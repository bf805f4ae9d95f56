"""Oracle's account combination, from the list of values that is its only source, in canonical form.

The list has one attribute per segment, named after the customer's own chart, so the names and their order are told; and
it has no change stamp, so it is read in full every time and what it says is as of the time of reading
(oracle-fusion.md, 3.7). Whether a combination is usable on that day is part of its content: a combination that begins
or ends is a new version, although Oracle's row is the same.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from schemas.exact_json import JsonValue
from schemas.identity import Identity
from schemas.oracle import children
from schemas.oracle.reference_identity import identity
from schemas.oracle.row import Row
from schemas.reference_value import ReferenceValue

_SETTINGS = "Correct the segment names of the chart of accounts in the settings: they are Oracle's attribute names."


def identify(
    raw: Mapping[str, JsonValue], *, segments: Sequence[str], delimiter: str, changed_at: datetime
) -> Identity:
    """Return id, combination and fingerprint of one version; `changed_at` is the time of reading. Raises Refused."""
    value = parse(raw, segments=segments, delimiter=delimiter, changed_at=changed_at)
    return identity(value, raw, on=changed_at.astimezone(UTC).date())


def cut_children(_: Mapping[str, JsonValue]) -> tuple[str, ...]:
    """Return nothing: an account combination has no children."""
    return ()


def parse(
    raw: Mapping[str, JsonValue], *, segments: Sequence[str], delimiter: str, changed_at: datetime
) -> ReferenceValue:
    """Return the canonical combination, its number the segments in the chart's order, joined by its delimiter.

    `segments` are the attribute names of the chart (`company`, `account`), `changed_at` the aware time of reading.
    Raises Refused, ValueError for a chart without segments or delimiter.
    """
    if not segments or not delimiter:
        raise ValueError("a chart of accounts has segments and a delimiter between them")
    row = Row(raw=raw)
    values = tuple(_segments(row, segments, delimiter))
    return ReferenceValue(
        key=children.id_of(row, "_CODE_COMBINATION_ID"),
        number=delimiter.join(value for _, value in values),
        description=None,
        parent=None,
        segments=values,
        account_type=row.text("AccountType"),
        enabled=bool(row.flag("EnabledFlag")),
        posting_allowed=row.flag("DetailPostingAllowedFlag") is not False,
        summary=bool(row.flag("SummaryFlag")),
        starts_on=row.day("StartDateActive"),
        ends_on=row.day("EndDateActive"),
        changed_at=changed_at,
    )


def _segments(row: Row, names: Sequence[str], delimiter: str) -> Iterator[tuple[str, str]]:
    for name in names:
        if name not in row.raw:
            raise row.refused(name, "the combination has no segment of this name.", _SETTINGS)
        value = children.legible_name(row, name)
        if delimiter in value:
            raise row.refused(
                name, f"it holds the delimiter {delimiter!r}, so the combination could be read in two ways."
            )
        yield name, value
