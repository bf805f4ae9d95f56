"""Which accounting values a document was coded with, so that it waits for those that JAGGAER does not know yet."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from common.ledger.verdicts import Need
from schemas.coding import Account, CodedShare, Coder


@dataclass(slots=True)
class Recorder:
    """A coder that remembers what it was asked for. Made for one document."""

    coder: Coder
    _used: dict[tuple[str, str], Account] = field(default_factory=dict)

    def shares(self, account: Account) -> tuple[CodedShare, ...]:
        """Return what the coder returns. Raises Refused as it does."""
        shares = self.coder.shares(account)
        for share in shares:
            for value in share.values:
                self._used.setdefault((value.field, value.value), account)
        return shares

    def needs(self, references: Mapping[str, str]) -> tuple[Need, ...]:
        """Return the values that must be known to JAGGAER; `references` names the flow that brings a field's values."""
        return tuple(
            Need(
                flow=references[name],
                number=value,
                active=True,
                field=account.place,
                noun=f"{name} value",
                why=f"Combination {account.combination} is coded with it.",
            )
            for (name, value), account in self._used.items()
            if name in references
        )
