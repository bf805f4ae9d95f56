"""What the TOML file may say, as a whole, and what a process knows besides: where its servers are."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr

from common.settings.accounts import AccountSettings
from common.settings.alerts import AlertSettings
from common.settings.connections import Dialect, JaggaerSettings, OracleSettings
from common.settings.convergence import ConvergenceSettings
from common.settings.flows import ALWAYS_ON, FLOW_NAMES, PUSHABLE, SHARED, SPOKEN, FlowSettings
from common.settings.match import MatchSettings
from common.settings.section import Count, Seconds, Section, Switch, Text, known_as

_LEASE_MARGIN_SECONDS = 5


def _integration_name(name: str) -> str:
    if not (name.isascii() and name.replace("-", "").replace("_", "").isalnum() and len(name) <= 40):
        raise ValueError("an integration's name has letters, digits, - and _, at most 40 of them")
    return name


class Timing(Section):
    """The waits of the machinery, in seconds. The defaults suit production; tests shorten them."""

    lease: Seconds = 45.0
    """How long a claim holds. Longer than the longest request, or a send could outlive its claim."""
    relay_idle: Seconds = 0.1
    """How long the relay rests when there is no ticket to publish."""
    sweep: Seconds = 1.0
    """How often the sweeper looks for what was left lying."""
    ticket_lost_after: Seconds = 30.0
    """How old a ticket must be before it can be taken for lost."""
    schedule: Seconds = 1.0
    """How often the scheduler looks for what is due."""
    dead_letter_sweep: Seconds = 60.0
    """How often dead-letter queues are cleared of what waits for nobody any more."""
    alerts: Seconds = 15.0
    """How often the alerter looks for what a person should know, and tells it."""
    reload: Seconds = 2.0
    """How often a process looks whether this file has changed."""
    retry_first: Seconds = 2.0
    """The pause after the first failure; each later one is twice as long."""
    retry_longest: Seconds = 900.0
    """The longest such pause."""
    max_attempts: Count = 12
    """After how many failures for no known reason a record waits for a person."""

    def contradictions(self) -> Iterator[tuple[str, str]]:
        """Refuse pauses that shrink."""
        if self.retry_longest < self.retry_first:
            yield "retry_longest", f"must not be less than retry_first, which is {self.retry_first:g}"


def _unit_name(name: str) -> str:
    if any(ord(character) < 32 or ord(character) == 127 for character in name) or ("'" in name and '"' in name):
        raise ValueError("a name with both kinds of quotes, or with control characters, cannot be asked for")
    return name


UnitName = Annotated[Text, AfterValidator(_unit_name)]
"""A business unit's name, such as Oracle's filters can hold."""


class BusinessUnits(Section):
    """Whose documents are synced, by the names of procurement business units. Others are never asked for."""

    include: Annotated[list[UnitName], Field(min_length=1)] | None = None
    """Only these; either this or `exclude`."""
    exclude: Annotated[list[UnitName], Field(min_length=1)] | None = None
    """All but these."""

    def contradictions(self) -> Iterator[tuple[str, str]]:
        """Refuse two lists where one says it all."""
        if self.include is not None and self.exclude is not None:
            yield "exclude", "give either include or exclude: what is not included is excluded anyway"


class AcknowledgmentSettings(Section):
    """What is made of suppliers' answers to orders."""

    accept_changed_dates: Switch = False
    """Take a line as accepted whose supplier proposes another day of delivery; Oracle is told the day in a note."""


class Integration(Section):
    """One Oracle connection paired with one JAGGAER connection."""

    oracle: OracleSettings
    """The pod."""
    jaggaer: JaggaerSettings
    """The instance."""
    business_units: BusinessUnits = Field(default_factory=BusinessUnits)
    """Whose documents are synced."""
    accounts: AccountSettings = Field(default_factory=AccountSettings)
    """How account combinations are mapped."""
    convergence: ConvergenceSettings = Field(default_factory=ConvergenceSettings)
    """Who says what a field is, of documents that either side may change."""
    match: MatchSettings = Field(default_factory=MatchSettings)
    """What the match preview puts up with."""
    acknowledgments: AcknowledgmentSettings = Field(default_factory=AcknowledgmentSettings)
    """What is made of suppliers' answers to orders."""
    flows: dict[Annotated[str, known_as(FLOW_NAMES)], FlowSettings] = Field(default_factory=dict)
    """The flows, each with its schedule."""

    def flow(self, name: str) -> FlowSettings:
        """Return the settings of a flow; one that the file does not name runs only if it is `ALWAYS_ON`."""
        return self.flows.get(name, FlowSettings(enabled=name in ALWAYS_ON))

    def dialect(self, flow: str) -> Dialect:
        """Return the dialect of a flow: its own, else the instance's where such documents have it, else J1P."""
        chosen = self.flow(flow).dialect or self.jaggaer.dialect
        return chosen if chosen in SPOKEN[flow] else Dialect.J1P

    def shared(self, flow: str) -> bool:
        """Whether both sides may change the documents of a flow of Oracle's: whether JAGGAER's flow of them runs."""
        return flow in SHARED and self.flow(flow).enabled and self.flow(SHARED[flow]).enabled

    def contradictions(self) -> Iterator[tuple[str, str]]:
        """Ask for the description of every dialect that a flow speaks, and of the accounts that are mapped."""
        for name, flow in self.flows.items():
            if not flow.polled and name not in PUSHABLE:
                yield f"flows.{name}.polled", f"nobody pushes the documents of {name}: they must be polled"
            if flow.dialect is Dialect.CXML and self.jaggaer.cxml is None:
                yield f"flows.{name}.dialect", 'dialect = "cxml" needs a section jaggaer.cxml'
            if flow.dialect is Dialect.INDIRECT and self.jaggaer.indirect is None:
                yield f"flows.{name}.dialect", 'dialect = "indirect" needs a section jaggaer.indirect'
            if flow.dialect is not None and flow.dialect not in SPOKEN[name]:
                spoken = " or ".join(repr(str(one)) for one in sorted(SPOKEN[name]))
                yield f"flows.{name}.dialect", f"flow {name} is spoken as {spoken} only"
        yield from self._flow_contradictions()
        yield from self._shared_contradictions()
        for key, reason in self.accounts.missing():
            yield f"accounts.{key}", reason

    def _shared_contradictions(self) -> Iterator[tuple[str, str]]:
        """Ask for what documents of both sides cannot do without."""
        for ours, theirs in SHARED.items():
            if self.shared(ours) and self.dialect(ours) is not Dialect.J1P:
                yield f"flows.{theirs}", f"is read by J1P, so flow {ours} must be spoken as 'j1p' too"
        for flow, segment in (("jaggaer_accounts", "account"), ("jaggaer_cost_centers", "cost_center")):
            named = getattr(self.accounts, f"{segment}_segment")
            if self.flow(flow).enabled and named not in self.accounts.value_sets:
                yield f"flows.{flow}", f"needs accounts.value_sets.{named}: the code of the value set that is written"

    def _flow_contradictions(self) -> Iterator[tuple[str, str]]:
        """Ask for what some flows cannot do without."""
        roles = {"gl_accounts": self.accounts.account_segment, "cost_centers": self.accounts.cost_center_segment}
        for flow, segment in roles.items():
            if self.flow(flow).enabled and segment not in self.accounts.value_sets:
                yield f"flows.{flow}", f"needs accounts.value_sets.{segment}: the code of the value set that is read"
        if self.flow("account_combinations").enabled and not self.accounts.segments:
            yield "flows.account_combinations", "needs accounts.segments: the attributes of a combination"
        indirect = self.jaggaer.indirect
        if self.flow("invoices").enabled and self.dialect("invoices") is Dialect.INDIRECT and indirect is not None:
            for key in ("invoice_bill_to", "invoice_user"):
                if getattr(indirect, key) is None:
                    yield "jaggaer.indirect", f"needs {key}, because invoices are spoken of in Indirect XML"


class FileSettings(Section):
    """What the TOML file may say."""

    integrations: Annotated[dict[Annotated[str, AfterValidator(_integration_name)], Integration], Field(min_length=1)]
    """The integrations by name."""
    timing: Timing = Field(default_factory=Timing)
    """The waits of the machinery."""
    alerts: AlertSettings | None = None
    """Where alerts are told; unset: nowhere, `ml-connector status` shows them."""

    def contradictions(self) -> Iterator[tuple[str, str]]:
        """Refuse requests that could outlive their claim."""
        for name, integration in self.integrations.items():
            limits = {
                "jaggaer.timeout_seconds": integration.jaggaer.timeout_seconds,
                "oracle.write_timeout_seconds": integration.oracle.write_timeout_seconds,
            }
            for key, seconds in limits.items():
                if seconds + _LEASE_MARGIN_SECONDS > self.timing.lease:
                    reason = f"is {seconds:g} s, but timing.lease is {self.timing.lease:g} s"
                    must = f"a lease must be at least {_LEASE_MARGIN_SECONDS} s longer"
                    yield f"integrations.{name}.{key}", f"{reason}: {must}"


class LogSettings(Section):
    """How the logs look and how much they say."""

    format: str = "json"
    level: str = "INFO"


class Bind(Section):
    """Where a server of ours listens."""

    host: str = "127.0.0.1"
    port: int = 8800


class Settings(Section):
    """Everything a process needs to know before it starts."""

    config: Path | None = None
    """The file that the rest was read from."""
    config_digest: bytes = b""
    """SHA-256 of its content."""
    database_url: str | None = Field(repr=False)
    rabbitmq_url: str | None = Field(repr=False)
    state_folder: Path
    key_file: Path
    master_key: SecretStr | None = None
    master_key_command: SecretStr | None = None
    health: Bind | None = None
    """Where a process tells how it is."""
    log: LogSettings
    gateway_bind: Bind = Field(default_factory=Bind)
    """Where the cXML gateway listens."""
    file: FileSettings

    @property
    def integrations(self) -> dict[str, Integration]:
        """The integrations by name."""
        return self.file.integrations

    @property
    def timing(self) -> Timing:
        """The machinery's waits."""
        return self.file.timing
