"""What a command about a mapping works on: the ledger, the integration that is meant, and its charts."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import typer

from common.database.pool import Database
from common.mapping import table
from common.mapping.charts import Charts, charts
from common.mapping.resolve import UNIT
from common.mapping.rules import MappingKind, RuleSet
from common.mapping.table import MappingVersion
from common.settings import AccountMapping, Integration, Settings, SettingsRefused
from common.vault.seal import Vault
from console import opened, output


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """One integration's mapping of one kind, in the ledger and in the settings."""

    database: Database
    vault: Vault
    settings: Settings
    integration: str
    kind: MappingKind

    @property
    def of_integration(self) -> Integration:
        """The integration's settings."""
        return self.settings.integrations[self.integration]

    @property
    def fields(self) -> tuple[str, ...]:
        """The target fields that a set of this kind promises."""
        return (UNIT,) if self.kind is MappingKind.UNITS else tuple(self.of_integration.accounts.fields)

    @property
    def parts(self) -> tuple[str, ...]:
        """What a rule can ask for: the segments of all charts, or the unit."""
        return (UNIT,) if self.kind is MappingKind.UNITS else self.charts.segments

    @property
    def used(self) -> bool:
        """Whether documents are mapped by these sets at all."""
        return self.kind is MappingKind.UNITS or self.of_integration.accounts.mapping is AccountMapping.REQUIRED

    @property
    def charts(self) -> Charts:
        """The charts of accounts. Raises SettingsRefused where the settings name no segments."""
        if not self.of_integration.accounts.segments:
            raise SettingsRefused(
                f"integrations.{self.integration}.accounts names no segments: combinations cannot be taken apart. Name "
                f"them from left to right."
            )
        return charts(self.of_integration.accounts)

    def version(self, number: int | None) -> MappingVersion:
        """Return a version, by default the active one. Ends the command with exit code 1 if there is none."""
        found = (
            table.active(self.database, self.integration, self.kind)
            if number is None
            else table.find(self.database, self.integration, self.kind, number)
        )
        if found is None:
            which = "active version" if number is None else f"version {number}"
            output.ERR.print(
                f"There is no {which} of the {self.kind} mapping of {self.integration}. `ml-connector map history` "
                f"lists what there is, `ml-connector map import FILE` adds one.",
                soft_wrap=True,
            )
            raise typer.Exit(1)
        return found

    def rules(self, number: int | None) -> RuleSet:
        """Return the rules of a version, by default of the active one; ends the command if there is none."""
        return table.load(self.database, self.version(number))

    def rules_or_none(self, number: int | None) -> RuleSet:
        """Return the same; without any active version, a set that maps nothing: how a first one is prepared."""
        if number is None and table.active(self.database, self.integration, self.kind) is None:
            return RuleSet(kind=self.kind, fields=self.fields, rules=())
        return self.rules(number)


@contextmanager
def ground(integration: str | None, kind: MappingKind) -> Iterator[Ground]:
    """Open the ledger for a command about one integration's mapping."""
    with ExitStack() as stack:
        settings = opened.settings_with_database(stack)
        chosen = opened.chosen_integration(settings, integration)
        database, vault = stack.enter_context(opened.ledger_and_vault_of(settings))
        yield Ground(database=database, vault=vault, settings=settings, integration=chosen, kind=kind)
