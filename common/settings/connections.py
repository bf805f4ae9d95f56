"""The two systems of an integration: where they are, as whom and how they are spoken to."""

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import Field

from common.settings.credentials import BasicCredentials, ClientCredentials, CxmlSettings
from common.settings.gateway import GatewaySettings
from common.settings.indirect import IndirectSettings
from common.settings.j1p import J1pSettings
from common.settings.section import Address, Count, Rate, RequestSeconds, Seconds, Section, Switch, Text, known_as
from schemas import order_checks


class Dialect(StrEnum):
    """How JAGGAER is spoken to about one kind of document."""

    J1P = "j1p"
    CXML = "cxml"
    INDIRECT = "indirect"


class ConnectionSettings(Section):
    """What both systems' connections have."""

    url: Address
    """Where the system is: https:// and its host."""
    timeout_seconds: RequestSeconds = 60.0
    """How long one request may take."""
    allow_private: Switch = False
    """Let requests go to private addresses and over plain http: for tests and for systems in the own network."""
    allowed_hosts: list[Text] = Field(default_factory=list)
    """Hosts that may be asked besides those of `url` and of the token's address."""
    ca_file: Path | None = None
    """Certificates (PEM) to trust besides the system's own, for a company's own authority."""
    proxy: Address | None = None
    """The proxy for every request. Proxies of the environment are never used."""
    max_requests_per_second: Rate | None = None
    """How fast all workers together may ask. Unset: as fast as the system answers."""
    max_in_flight: Count = 32
    """How many requests all workers together may have under way."""
    absent_reads: Count = 3
    """How many read-backs must find nothing before an unclear send counts as not applied."""
    absent_first_wait_seconds: Seconds = 30.0
    """The pause before the second of them; each later one is twice as long."""


class OracleSettings(ConnectionSettings):
    """One Oracle Fusion pod."""

    oauth: ClientCredentials | None = None
    """An OAuth client of the pod's identity domain; either this or `basic`."""
    basic: BasicCredentials | None = None
    """A user with a password; either this or `oauth`."""
    version: Annotated[str, Field(pattern=r"^(latest|\d+(\.\d+)+)$")] = "11.13.18.05"
    """The REST version in every path."""
    write_timeout_seconds: RequestSeconds = 30.0
    """How long one request that writes may take; at least 5 seconds less than `timing.lease`."""
    page_size: Annotated[int, Field(ge=1, le=500, strict=True)] = 100
    """Documents per page. Oracle gives at most 500."""
    child_filters: Switch = True
    """Ask for orders by their lines' stamps too. Off: a change of a line alone is found by the rescan only."""

    def contradictions(self) -> Iterator[tuple[str, str]]:
        """Ask for exactly one way to sign in."""
        if (self.oauth is None) == (self.basic is None):
            yield "oauth" if self.oauth else "", "give exactly one of the sections oauth and basic"


class JaggaerSettings(ConnectionSettings):
    """One JAGGAER instance. What differs per customer is in `j1p` and `cxml`."""

    oauth: ClientCredentials
    """An OAuth client of the instance's J1P."""
    dialect: Dialect = Dialect.J1P
    """How it is spoken to: j1p, cxml or indirect. A flow may have another."""
    j1p: J1pSettings = Field(default_factory=J1pSettings)
    """What this customer's J1P looks like."""
    cxml: CxmlSettings | None = None
    """Whom cXML documents are from and for; needed where a dialect is cxml."""
    gateway: GatewaySettings | None = None
    """Who may push documents; unset: nobody."""
    indirect: IndirectSettings | None = None
    """As whom Indirect XML messages are posted; needed where a dialect is indirect."""
    timeout_seconds: RequestSeconds = 30.0
    """How long one request may take; at least 5 seconds less than `timing.lease`."""
    units: dict[str, Text] = Field(default_factory=dict)
    """Oracle unit codes and the UN/CEFACT codes to send for them, on top of the built-in table."""
    unit_codes: dict[Text, Text] = Field(default_factory=dict)
    """UN/CEFACT codes and what this JAGGAER calls them in its own list of units, where it does not know the code."""
    max_lengths: dict[Annotated[str, known_as(order_checks.TEXTS)], Count] = Field(default_factory=dict)
    """The longest texts of an order that it takes, in characters. A longer one is refused before it is sent."""

    def contradictions(self) -> Iterator[tuple[str, str]]:
        """Ask for the description of a dialect that is spoken."""
        if self.dialect is Dialect.CXML and self.cxml is None:
            yield "dialect", 'dialect = "cxml" needs a section jaggaer.cxml'
        if self.dialect is Dialect.INDIRECT and self.indirect is None:
            yield "dialect", 'dialect = "indirect" needs a section jaggaer.indirect'
