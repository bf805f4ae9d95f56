"""The targets of documents that live on both sides, put together for one integration."""

from collections.abc import Mapping
from functools import partial

from common.clock import utc_now
from common.connections.exchange import Exchange
from common.connections.source import Source
from common.connections.target import Target
from common.database.pool import Database
from common.flows import suppliers
from common.flows.flow import FromOracle
from common.flows.registry import FLOWS
from common.ledger import pairs
from common.oracle.client import OracleClient
from common.settings import SHARED, Integration
from common.sides.mappings import custom_fields, source_names
from common.sides.shared_documents import Kind, SharedTarget, Towards
from common.sides.shared_suppliers import KnownPairs, Suppliers
from common.sides.shared_values import Values
from common.vault.seal import Vault
from schemas.convergence import Rule
from schemas.shared_supplier import NUMBER


class SharedTargets:
    """Makes the targets of an integration's shared documents."""

    def __init__(self, name: str, integration: Integration, database: Database, vault: Vault) -> None:
        self._name = name
        self._integration = integration
        self._database = database
        self._vault = vault

    def open(
        self, client: OracleClient, oracle: Exchange, jaggaer: Exchange, sources: Mapping[str, Source]
    ) -> dict[str, Target]:
        """Return the target of each flow whose documents are compared before they are sent."""
        found: dict[str, Target] = {}
        settings = self._integration
        for ours, theirs in SHARED.items():
            kind = self._kind(ours, client, jaggaer)
            found[theirs] = self._target(ours, kind, Towards.ORACLE, (oracle, jaggaer), sources[ours])
            if settings.shared(ours):
                found[ours] = self._target(ours, kind, Towards.JAGGAER, (jaggaer, oracle), sources[theirs])
        return found

    def _target(
        self,
        flow: str,
        kind: Kind,
        towards: Towards,
        exchanges: tuple[Exchange, Exchange],
        shown: Source,
    ) -> SharedTarget:
        to, other = exchanges
        to_oracle = towards is Towards.ORACLE
        told = self._integration.oracle if to_oracle else self._integration.jaggaer
        return SharedTarget(
            kind=kind,
            towards=towards,
            exchange=to,
            other=other,
            rule_of=partial(self._rule, flow),
            told_by=flow if to_oracle else SHARED[flow],
            look=shown.sight,
            absent_reads=told.absent_reads,
            absent_first_wait_seconds=told.absent_first_wait_seconds,
        )

    def _rule(self, flow: str, field: str) -> Rule:
        """Return the rule of a field; numbers are Oracle's to give, whatever the settings say."""
        if field.rpartition("/")[2] == NUMBER:
            return Rule.ORACLE
        return self._integration.convergence.of(flow).rule_of(field)

    def _kind(self, flow: str, client: OracleClient, jaggaer: Exchange) -> Kind:
        integration, profile = self._integration, self._integration.jaggaer.j1p
        known = KnownPairs(
            of_oracle=partial(pairs.of_oracle, self._database, self._vault, self._name, flow),
            of_jaggaer=partial(pairs.of_jaggaer, self._database, self._vault, self._name, flow),
        )
        if flow == suppliers.FLOW.name:
            return Suppliers(
                client=client,
                jaggaer=jaggaer,
                profile=profile,
                pairs=known,
                version=integration.oracle.version,
                tax_organization=integration.convergence.new_supplier_organization,
            )
        source = FLOWS[flow].source
        if not isinstance(source, FromOracle):
            raise TypeError(f"{flow} is not read of Oracle")
        return Values(
            name=flow,
            custom_field=custom_fields(integration)[flow],
            resource=partial(source.resource, source_names(integration)),
            client=client,
            jaggaer=jaggaer,
            profile=profile,
            pairs=known,
            version=integration.oracle.version,
            today=lambda: utc_now().date(),
        )
