"""Side: an integration's two systems, put together from its settings. `installation.py` opens one per integration.

A side shares what it knows with every other process through the ledger; a person's question (`open_oracle`,
`open_jaggaer`) has a token of its own and no throttle, because it must show what the system answers now.
"""

from collections.abc import Mapping as Environment
from dataclasses import dataclass, replace
from functools import partial

import httpx
from pydantic import SecretStr

from common.clock import monotonic
from common.connections import configured, credentials, http_client
from common.connections.access import Access
from common.connections.authorization import Authorization, BasicAuthentication, OwnPassword
from common.connections.credentials import CredentialName, SecretStore, StoredSecret
from common.connections.exchange import Exchange
from common.connections.source import Source
from common.connections.target import Target
from common.connections.throttle import Throttle, Throttling, Unthrottled
from common.connections.token_request import ClientAuthentication, SecretSource, TokenClient
from common.connections.tokens import OwnToken, Tokens
from common.connections.traffic import Traffic
from common.database.pool import Database
from common.flows.flow import FromJaggaer, FromOracle, Mapping, SourceNames
from common.flows.registry import FLOWS
from common.jaggaer.source import JaggaerSource
from common.jaggaer.targets import SharedSecrets, open_targets
from common.oracle.client import OracleClient, Units
from common.oracle.source import OracleSource
from common.oracle.targets import open_targets as open_oracle_targets
from common.settings import (
    BasicCredentials,
    BusinessUnits,
    ClientCredentials,
    ConnectionSettings,
    CxmlSettings,
    FlowSettings,
    IndirectSettings,
    Integration,
    JaggaerSettings,
    OracleSettings,
)
from common.sides.gateway import Gateway, open_gateway
from common.sides.mappings import Mappings, custom_fields, source_names
from common.sides.shared_targets import SharedTargets
from common.telemetry import redaction
from common.vault.seal import Vault
from schemas.cxml.envelope import Credentials
from schemas.indirect.frame import IndirectCredentials

_OWN_CONNECTIONS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One integration, ready for work: its two systems, how documents are written, and when its flows run."""

    name: str
    oracle: OracleClient
    sources: dict[str, Source]
    targets: dict[str, Target]
    names: SourceNames
    mappings: Mappings
    flows: dict[str, FlowSettings]
    exchanges: tuple[Exchange, Exchange]
    gateway: Gateway | None = None
    """Who may push documents; None: nobody."""

    def flow(self, name: str) -> FlowSettings:
        """Return the settings of a flow."""
        return self.flows[name]

    def source(self, flow: str) -> Source:
        """Return where a flow's documents come from."""
        return self.sources[flow]

    def target(self, flow: str) -> Target:
        """Return where a flow's documents go."""
        return self.targets[flow]

    def mapping(self, flow: str) -> Mapping:
        """Return how a flow's documents are written, by the mapping sets in force. Raises DatabaseUnavailable."""
        return self.mappings.of(flow)

    def close(self) -> None:
        """Let go of both systems."""
        for exchange in self.exchanges:
            exchange.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class OracleConnection:
    """One Oracle pod for a person's questions: the way to it, how it lets us in, what is read and delivered there."""

    exchange: Exchange
    let_in: OwnToken | OwnPassword
    sources: dict[str, Source]
    targets: dict[str, Target]


@dataclass(frozen=True, slots=True, kw_only=True)
class JaggaerConnection:
    """One JAGGAER instance for a person's questions: the way to it, its token, what is read and delivered there."""

    exchange: Exchange
    let_in: OwnToken
    sources: dict[str, Source]
    targets: dict[str, Target]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What all processes share: the ledger's database, what seals in it, and who this process is."""

    database: Database
    vault: Vault
    actor: str

    def stored(self, connection: str, name: CredentialName) -> SecretSource:
        """Return what reads a stored credential, and again after a few seconds, so that a changed one takes effect."""
        return StoredSecret(self.database, self.vault, connection, name, monotonic)

    def access(self, connection: str) -> Access:
        """Return how a connection is let in."""
        return Access(database=self.database, vault=self.vault, connection=connection, actor=self.actor)

    def throttle(self, connection: str, settings: ConnectionSettings) -> Throttle:
        """Return the throttle of a connection."""
        return Throttle(
            Traffic(database=self.database, connection=connection, actor=self.actor),
            monotonic,
            max_in_flight=settings.max_in_flight,
            max_per_second=settings.max_requests_per_second,
            timeout_seconds=settings.timeout_seconds,
        )


def open_side(name: str, integration: Integration, environment: Environment[str, str], shared: Shared) -> Side:
    """Return a side; `close()` it at the end. Asks nothing yet. Raises SettingsRefused."""
    oracle, jaggaer = integration.oracle, integration.jaggaer
    jaggaer_client = jaggaer_token_client(name, jaggaer, environment, shared.stored)
    to_oracle_http, to_jaggaer_http = _http(oracle, oracle.max_in_flight), _http(jaggaer, jaggaer.max_in_flight)
    let_in = _oracle_authorization(name, oracle, environment, to_oracle_http, shared)
    tokens = Tokens(jaggaer_client, to_jaggaer_http, shared.access(f"{name}.jaggaer"), monotonic)
    throttle = shared.throttle(f"{name}.oracle", oracle)
    to_oracle = _exchange(f"{name}.oracle", oracle, to_oracle_http, let_in, throttle)
    writing = _writing(f"{name}.oracle", oracle, to_oracle_http, let_in, throttle)
    to_jaggaer = _exchange(
        f"{name}.jaggaer", jaggaer, to_jaggaer_http, tokens, shared.throttle(f"{name}.jaggaer", jaggaer)
    )
    client = _oracle_client(integration, to_oracle)
    sources = {**_oracle_sources(integration, client), **_jaggaer_sources(integration, to_jaggaer)}
    compared = SharedTargets(name, integration, shared.database, shared.vault)
    return Side(
        name=name,
        oracle=client,
        sources=sources,
        targets={
            **_targets(name, integration, to_jaggaer, environment, shared.stored),
            **open_oracle_targets(writing, oracle),
            **compared.open(client, writing, to_jaggaer, sources),
        },
        names=source_names(integration),
        mappings=Mappings(integration, shared.database, shared.vault, name),
        flows=flows_of(integration),
        exchanges=(to_oracle, to_jaggaer),
        gateway=None if jaggaer.gateway is None else open_gateway(name, jaggaer.gateway, environment, shared.stored),
    )


def open_oracle(
    name: str, integration: Integration, environment: Environment[str, str], stored: SecretStore
) -> OracleConnection:
    """Return a connection for a person's questions to a pod. Asks nothing yet. Close its exchange.

    Raises SettingsRefused.
    """
    oracle = integration.oracle
    http = _http(oracle, _OWN_CONNECTIONS)
    let_in: OwnToken | OwnPassword
    if oracle.basic is not None:
        let_in = OwnPassword(oracle.basic.username, _password(name, oracle.basic, environment, stored))
    else:
        let_in = OwnToken(oracle_token_client(name, oracle, environment, stored), http)
    exchange = _exchange(f"{name}.oracle", oracle, http, let_in, Unthrottled())
    return OracleConnection(
        exchange=exchange,
        let_in=let_in,
        sources=_oracle_sources(integration, _oracle_client(integration, exchange)),
        targets=open_oracle_targets(exchange, oracle),
    )


def open_jaggaer(
    name: str, integration: Integration, environment: Environment[str, str], stored: SecretStore
) -> JaggaerConnection:
    """Return a connection for a person's questions to an instance, as `open_oracle` does. Raises SettingsRefused."""
    jaggaer = integration.jaggaer
    http = _http(jaggaer, _OWN_CONNECTIONS)
    token = OwnToken(jaggaer_token_client(name, jaggaer, environment, stored), http)
    exchange = _exchange(f"{name}.jaggaer", jaggaer, http, token, Unthrottled())
    return JaggaerConnection(
        exchange=exchange,
        let_in=token,
        sources=_jaggaer_sources(integration, exchange),
        targets=_targets(name, integration, exchange, environment, stored),
    )


def flows_of(integration: Integration) -> dict[str, FlowSettings]:
    """Return the settings of every flow there is, the defaults for those that the file does not name."""
    return {flow: integration.flow(flow) for flow in FLOWS}


def oracle_token_client(
    name: str, oracle: OracleSettings, environment: Environment[str, str], stored: SecretStore
) -> TokenClient:
    """Return who asks for an integration's tokens for Oracle. Raises SettingsRefused."""
    if oracle.oauth is None:
        raise ValueError(f"integrations.{name}.oracle signs in with a password: it has no token client")
    return _token_client(f"{name}.oracle", oracle.oauth, ClientAuthentication.BASIC_HEADER, environment, stored)


def jaggaer_token_client(
    name: str, jaggaer: JaggaerSettings, environment: Environment[str, str], stored: SecretStore
) -> TokenClient:
    """Return who asks for an integration's tokens for JAGGAER. Raises SettingsRefused."""
    return _token_client(f"{name}.jaggaer", jaggaer.oauth, ClientAuthentication.FORM, environment, stored)


def _oracle_authorization(
    name: str, oracle: OracleSettings, environment: Environment[str, str], http: httpx.Client, shared: Shared
) -> Authorization:
    access = shared.access(f"{name}.oracle")
    if oracle.basic is None:
        return Tokens(oracle_token_client(name, oracle, environment, shared.stored), http, access, monotonic)
    password = _password(name, oracle.basic, environment, shared.stored)
    return BasicAuthentication(oracle.basic.username, password, access, monotonic)


def _token_client(
    connection: str,
    oauth: ClientCredentials,
    authentication: ClientAuthentication,
    environment: Environment[str, str],
    stored: SecretStore,
) -> TokenClient:
    given = credentials.source(lambda: oauth.secret(environment), stored(connection, CredentialName.CLIENT_SECRET))
    return TokenClient(
        token_url=oauth.token_url,
        client_id=oauth.client_id,
        secret=_masked(oauth.client_id, given),
        scope=oauth.scope,
        authentication=authentication,
    )


def _password(
    name: str, basic: BasicCredentials, environment: Environment[str, str], stored: SecretStore
) -> SecretSource:
    given = credentials.source(lambda: basic.secret(environment), stored(f"{name}.oracle", CredentialName.PASSWORD))
    return _masked(basic.username, given)


def _masked(user: str, given: SecretSource) -> SecretSource:
    """Return the source of a secret that is masked wherever it might turn up, also as it stands in a Basic header."""

    def masked() -> SecretStr:
        secret = given()
        redaction.register_basic(user, secret.get_secret_value())
        return secret

    return masked


def _http(connection: OracleSettings | JaggaerSettings, connections: int) -> httpx.Client:
    redaction.register_url(connection.proxy)
    return http_client.build(
        configured.reach(connection),
        timeout_seconds=connection.timeout_seconds,
        connections=connections,
        monotonic=monotonic,
    )


def _exchange(
    name: str, connection: ConnectionSettings, http: httpx.Client, let_in: Authorization, throttle: Throttling
) -> Exchange:
    return Exchange(
        name,
        connection.url,
        http,
        let_in,
        throttle,
        timeout_seconds=connection.timeout_seconds,
        monotonic=monotonic,
    )


def _writing(
    name: str, oracle: OracleSettings, http: httpx.Client, let_in: Authorization, throttle: Throttling
) -> Exchange:
    """Return the same way to a pod for requests that write: a page may take long, a claim may not run out."""
    quick = oracle.model_copy(update={"timeout_seconds": oracle.write_timeout_seconds})
    return _exchange(name, quick, http, let_in, throttle)


def _oracle_client(integration: Integration, exchange: Exchange) -> OracleClient:
    oracle = integration.oracle
    return OracleClient(
        exchange,
        version=oracle.version,
        page_size=oracle.page_size,
        child_filters=oracle.child_filters,
        units=_units(integration.business_units),
    )


def _oracle_sources(integration: Integration, client: OracleClient) -> dict[str, Source]:
    names = source_names(integration)
    return {
        flow.name: OracleSource(client=client, resource=partial(flow.source.resource, names), cut=flow.source.cut)
        for flow in FLOWS.values()
        if isinstance(flow.source, FromOracle)
    }


def _jaggaer_sources(integration: Integration, exchange: Exchange) -> dict[str, Source]:
    profile = integration.jaggaer.j1p
    return {
        flow.name: JaggaerSource(exchange=exchange, profile=profile, listing=flow.source.listing(profile))
        for flow in FLOWS.values()
        if isinstance(flow.source, FromJaggaer) and flow.source.listing is not None
    }


def _units(settings: BusinessUnits) -> Units:
    return Units(only=tuple(settings.include or ()), but=tuple(settings.exclude or ()))


def _targets(
    name: str, integration: Integration, exchange: Exchange, environment: Environment[str, str], stored: SecretStore
) -> dict[str, Target]:
    jaggaer = integration.jaggaer
    by = SharedSecrets(cxml=None, indirect=None)
    kept = stored(f"{name}.jaggaer", CredentialName.SHARED_SECRET)
    if (cxml := jaggaer.cxml) is not None:
        given = credentials.source(lambda: cxml.secret(environment), kept)
        by = replace(by, cxml=lambda: _cxml_credentials(cxml, given()))
    if (indirect := jaggaer.indirect) is not None:
        told = credentials.source(lambda: indirect.secret(environment), kept)
        by = replace(by, indirect=lambda: _indirect_credentials(indirect, told()))
    dialects = {name: integration.dialect(name) for name, flow in FLOWS.items() if isinstance(flow.source, FromOracle)}
    return open_targets(exchange, jaggaer, dialects, custom_fields(integration), by)


def _indirect_credentials(indirect: IndirectSettings, shared_secret: SecretStr) -> IndirectCredentials:
    redaction.register(shared_secret.get_secret_value())
    return IndirectCredentials(identity=indirect.identity, shared_secret=shared_secret.get_secret_value())


def _cxml_credentials(cxml: CxmlSettings, shared_secret: SecretStr) -> Credentials:
    redaction.register(shared_secret.get_secret_value())
    return Credentials(
        from_domain=cxml.from_domain,
        from_identity=cxml.from_identity,
        to_domain=cxml.to_domain,
        to_identity=cxml.to_identity,
        sender_domain=cxml.sender_domain,
        sender_identity=cxml.sender_identity,
        shared_secret=shared_secret.get_secret_value(),
    )
