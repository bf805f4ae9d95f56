"""From a mapping set to the coder that builders ask: one per version, for all documents of an integration."""

from dataclasses import dataclass

from common.mapping.charts import charts
from common.mapping.resolve import RuleSetCoder
from common.mapping.rules import RuleSet
from common.settings import AccountSettings
from schemas.coding import Account, CodedShare, Coder
from schemas.refusals import Refusal, RefusalClass, Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class WithoutSet:
    """Codes nothing: combinations must be mapped, and no set is active."""

    integration: str

    def shares(self, account: Account) -> tuple[CodedShare, ...]:
        """Raise Refused (MAPPING)."""
        raise Refused(
            Refusal(
                category=RefusalClass.MAPPING,
                field=account.place,
                value=account.combination,
                reason=f"account combinations of {self.integration} must be mapped, and no mapping set is active.",
                next_step="Import one: `ml-connector map import FILE`; what waits for it is then released.",
            )
        )


def coder(rules: RuleSet | None, accounts: AccountSettings, *, integration: str) -> Coder:
    """Return what codes the combinations of an integration that maps them; `rules` is the active set, if one is."""
    if rules is None:
        return WithoutSet(integration=integration)
    return RuleSetCoder(rules, charts(accounts).of)
