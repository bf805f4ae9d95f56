"""Oracle's segment value (natural account, cost center, ...): a value of a value set, in canonical form.

There is no resource of accounts or cost centers; each is a value of its segment's value set, and this is the only
reference data with a change stamp (oracle-fusion.md, 3.7). A value that does not say whether it may be posted to, may
be.

Limits: a value's dates come and go without a new stamp. Who reads all values again tells `identify` the day of reading,
so that a value that became usable, or ceased to be, is a version of its own.
"""

from collections.abc import Mapping
from datetime import date

from schemas.exact_json import JsonValue
from schemas.identity import Identity
from schemas.oracle import children
from schemas.oracle.reference_identity import identity
from schemas.oracle.row import Row
from schemas.reference_value import ReferenceValue


def identify(raw: Mapping[str, JsonValue], *, on: date | None = None) -> Identity:
    """Return key, value, stamp and fingerprint of one version; a code has no amount. Raises Refused.

    With the day of reading, whether the value is usable on that day is part of the content.
    """
    return identity(parse(raw), raw, on)


def cut_children(_: Mapping[str, JsonValue]) -> tuple[str, ...]:
    """Return nothing: a segment value has no children."""
    return ()


def parse(raw: Mapping[str, JsonValue]) -> ReferenceValue:
    """Return the canonical value. Raises Refused."""
    row = Row(raw=raw)
    return ReferenceValue(
        key=children.id_of(row, "ValueId"),
        number=children.legible_name(row, "Value"),
        description=row.text("Description"),
        parent=row.text("IndependentValue"),
        segments=(),
        account_type=row.text("AccountType"),
        enabled=bool(row.flag("EnabledFlag")),
        posting_allowed=row.flag("DetailPostingAllowed") is not False,
        summary=bool(row.flag("SummaryFlag")),
        starts_on=row.day("StartDateActive"),
        ends_on=row.day("EndDateActive"),
        changed_at=row.required("LastUpdateDate", row.moment("LastUpdateDate")),
    )
