"""The canonical reference value: one code that documents may be coded with, and when it may be used.

Natural accounts, cost centers and the other segments are values of value sets; whole account combinations come from a
list of their own (oracle-fusion.md, 3.7). JAGGAER knows both as allowed values of a custom field (jaggaer-cxml.md,
3.5), so both are one thing here.
"""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceValue:
    """One version of a code. `key` is ValueId or the code combination id, `number` the code itself.

    `parent` is the value of another segment without which this one means nothing; `segments` are the parts of an
    account combination by name, empty for a single value. `starts_on` and `ends_on` are the first and the last day of
    use, None where there is no limit. `changed_at` is the source's stamp, or the time of reading where it has none.
    """

    key: int
    number: str
    description: str | None
    parent: str | None
    segments: tuple[tuple[str, str], ...]
    account_type: str | None
    enabled: bool
    posting_allowed: bool
    summary: bool
    starts_on: date | None
    ends_on: date | None
    changed_at: datetime

    def usable(self, on: date) -> bool:
        """Tell whether a document of that day may be coded with it: enabled, in its dates, and not only for sums."""
        begun = self.starts_on is None or self.starts_on <= on
        over = self.ends_on is not None and self.ends_on < on
        return self.enabled and self.posting_allowed and not self.summary and begun and not over
