"""How an integration's documents are written, by its settings and by the mapping sets in force in the ledger."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, partial

from common.clock import monotonic, utc_now
from common.database.pool import Database
from common.flows.flow import Mapping, SourceNames
from common.mapping.coding import coder
from common.mapping.current import CurrentMapping, InForce
from common.mapping.rules import MappingKind
from common.mapping.units import UnitCoder
from common.settings import SHARED, AccountMapping, Integration
from common.sides import known_acknowledgments, known_invoices, known_orders
from common.vault.seal import Vault
from schemas.coding import AsInSource, Coder
from schemas.cxml.order_request import CxmlLayout
from schemas.indirect.layout import IndirectLayout
from schemas.units import UnitMap, unit_map

_COMBINATIONS = "account_combinations"
_OF_JAGGAER = {theirs: ours for ours, theirs in SHARED.items()}
_COMBINATION_FIELD = "AccountCombination"


@dataclass(frozen=True, slots=True, kw_only=True)
class Codes:
    """What the mapping sets in force make of codes, and which versions of them these are."""

    coder: Coder
    units: Callable[[str | None, date], UnitMap]
    version: str | None


class Mappings:
    """How every flow of one integration is written. Safe to use from several threads."""

    def __init__(self, integration: Integration, database: Database, vault: Vault, name: str) -> None:
        self._integration = integration
        self._orders = partial(known_orders.of_number, database, vault, name)
        layouts = integration.jaggaer.j1p.layouts
        self._jaggaers_invoice = partial(known_invoices.of_reference, database, vault, name, layouts.invoice)
        self._acknowledged = partial(known_acknowledgments.of_order, database, vault, name, layouts.confirmation)
        self._accounts: CurrentMapping[Coder] | None = None
        if integration.accounts.mapping is AccountMapping.REQUIRED:
            accounts = integration.accounts
            self._unmapped = coder(None, accounts, integration=name)
            self._accounts = CurrentMapping(
                database, name, MappingKind.ACCOUNTS, lambda rules: coder(rules, accounts, integration=name), monotonic
            )
        usual = _usual_units(integration)
        self._usual = usual
        self._units = CurrentMapping(
            database, name, MappingKind.UNITS, lambda rules: UnitCoder(rules, usual), monotonic
        )

    def of(self, flow: str) -> Mapping:
        """Return how a flow's documents are written now. Raises DatabaseUnavailable.

        To be asked for each document anew: what suppliers said of an order is read once, and then stays as it was.
        """
        mapping = mapping_of(self._integration, flow, self._codes(), utc_now().date())
        return replace(
            mapping,
            orders=self._orders,
            jaggaers_invoice=self._jaggaers_invoice,
            acknowledged=cache(self._acknowledged),
        )

    def _codes(self) -> Codes:
        units = self._units()
        accounts = self._accounts() if self._accounts is not None else None
        chosen = as_in_oracle(self._integration)
        if self._accounts is not None:
            chosen = self._unmapped if accounts is None else accounts.mapping
        usual = self._usual
        return Codes(
            coder=chosen,
            units=(lambda _unit, _on: usual) if units is None else units.mapping.units,
            version=_versions(accounts, units),
        )


def mapping_of(integration: Integration, flow: str, codes: Codes, on: date) -> Mapping:
    """Return how a flow's documents are written on a day, by these codes. Knows no orders. Needs no secret."""
    jaggaer = integration.jaggaer
    return Mapping(
        dialect=integration.dialect(flow),
        units=lambda business_unit: codes.units(business_unit, on),
        coder=codes.coder,
        version=codes.version,
        references=_references(integration),
        custom_field=custom_fields(integration).get(_OF_JAGGAER.get(flow, flow), ""),
        names=source_names(integration),
        on=on,
        j1p=jaggaer.j1p.layouts,
        cxml=CxmlLayout() if jaggaer.cxml is None else jaggaer.cxml.layout,
        indirect=IndirectLayout() if jaggaer.indirect is None else jaggaer.indirect.layout,
        orders=lambda _: (),
        max_lengths=jaggaer.max_lengths,
        shared=integration.shared(flow),
        accept_changed_dates=integration.acknowledgments.accept_changed_dates,
    )


def custom_fields(integration: Integration) -> dict[str, str]:
    """Return the custom field of JAGGAER that takes the values of each flow of reference data."""
    brought = {str(flow): field for field, flow in integration.accounts.reference_flows.items()}
    return {"gl_accounts": "Account", "cost_centers": "CostCenter", _COMBINATIONS: _COMBINATION_FIELD, **brought}


def as_in_oracle(integration: Integration) -> Coder:
    """Return the coder of a JAGGAER that knows Oracle's own combinations."""
    return AsInSource(integration.jaggaer.j1p.account_field)


def usual_codes(integration: Integration) -> Codes:
    """Return the codes without any mapping set."""
    usual = _usual_units(integration)
    return Codes(coder=as_in_oracle(integration), units=lambda _unit, _on: usual, version=None)


def source_names(integration: Integration) -> SourceNames:
    """Return how this pod's chart of accounts is named."""
    accounts = integration.accounts
    roles = {"account": accounts.account_segment, "cost_center": accounts.cost_center_segment}
    return SourceNames(
        segments=tuple(accounts.segments),
        delimiter=accounts.delimiter,
        value_sets={
            role: accounts.value_sets[segment] for role, segment in roles.items() if segment in accounts.value_sets
        },
        j1p=integration.jaggaer.j1p.layouts,
    )


def _usual_units(integration: Integration) -> UnitMap:
    return unit_map(integration.jaggaer.units, integration.jaggaer.unit_codes)


def _references(integration: Integration) -> dict[str, str]:
    if integration.accounts.mapping is AccountMapping.AS_IN_ORACLE:
        return {integration.jaggaer.j1p.account_field: _COMBINATIONS}
    return {field: str(flow) for field, flow in integration.accounts.reference_flows.items()}


def _versions(accounts: InForce[Coder] | None, units: InForce[UnitCoder] | None) -> str | None:
    named = [f"{kind} {one.version}" for kind, one in (("accounts", accounts), ("units", units)) if one is not None]
    return ", ".join(named) or None
