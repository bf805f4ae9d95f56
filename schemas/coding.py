"""Account coding: what an account combination of the source means on the other side, as values of accounting fields.

JAGGAER has no chart of accounts: each segment is a custom field with a list of allowed values, and a split is one index
of such values (jaggaer-cxml.md, 3.5). Builders ask a `Coder` and know nothing of rules.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldValue:
    """One accounting field with its value, as JAGGAER names both."""

    field: str
    value: str
    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedShare:
    """A part of an amount and how it is coded. `percent` is above 0; the shares of one combination add up to 100."""

    percent: Decimal
    values: tuple[FieldValue, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account combination where it stands: `place` is its path in the source document, for whoever must act.

    `combination` is the text of the source (`101.10.60230.462.000.000`); `on` the day for which the coding must hold
    (accounting date, else the document's).
    """

    combination: str
    business_unit: str | None
    on: date
    place: str


class Coder(Protocol):
    """Knows how accounts are coded."""

    def shares(self, account: Account) -> tuple[CodedShare, ...]:
        """Return at least one share. Raises Refused (MAPPING) for an account that has no coding."""
        ...


@dataclass(frozen=True, slots=True)
class AsInSource:
    """Codes every combination as it is, in one field: for a JAGGAER that knows the source's own combinations."""

    field: str

    def shares(self, account: Account) -> tuple[CodedShare, ...]:
        """Return the whole, coded by the combination itself."""
        return (CodedShare(percent=Decimal(100), values=(FieldValue(field=self.field, value=account.combination),)),)
