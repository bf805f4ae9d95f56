"""What is checked of an Oracle and of a JAGGAER connection, in which order, and what rests on what.

    dns, then tls, of every host; and secrets -> token -> one look per enabled flow -> role, and clock

Everything that is asked is a read, or a cXML ProfileRequest, which has no effect (jaggaer-cxml.md, 5.2).
"""

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from functools import partial
from typing import TypeVar

from common.clock import monotonic
from common.connections.credentials import SecretStore
from common.connections.tokens import OwnToken
from common.flows.flow import FromOracle
from common.flows.registry import FLOWS
from common.settings import SHARED, Dialect, FlowSettings, Integration, JaggaerSettings, OracleSettings
from common.sides import (
    JaggaerConnection,
    OracleConnection,
    flows_of,
    open_jaggaer,
    open_oracle,
)
from console.ping import findings
from console.ping.course import REQUEST_SECONDS, Check, Course
from console.ping.findings import Finding, Result
from console.ping.flows import Look, Side, Visit, check_flows, no_question
from console.ping.ground import check_ground, check_secrets
from console.ping.known import Known

_COUNTERPARTS = {theirs: ours for ours, theirs in SHARED.items()}
"""Oracle's flow of the documents that JAGGAER's flow brings: what is written there can be read there."""

S = TypeVar("S", OracleSettings, JaggaerSettings)


def check_oracle(
    name: str, integration: Integration, environment: Mapping[str, str], known: Known, stored: SecretStore
) -> list[Check]:
    """Check an integration's Oracle connection."""
    settings, key = integration.oracle, f"integrations.{name}.flows"
    course = Course(f"{name}.oracle", f"integrations.{name}.oracle", monotonic)
    tokens = [settings.oauth.token_url] if settings.oauth is not None else []
    ground = check_ground(course, settings, [settings.url, *tokens])
    impatient = integration.model_copy(update={"oracle": _impatient(settings)})
    found, connection = check_secrets(course, lambda: open_oracle(name, impatient, environment, stored))
    side = Side(
        is_source=True,
        flows_key=key,
        unknown=known.trouble or "nothing is known of this flow yet",
        remedy=f"Set canary in {key} to the number of a document that exists.",
        gone=f"If the document is really gone, set canary in {key} to another.",
    )
    with connection.exchange if connection else nullcontext():
        after = [*ground[settings.url], found]
        if tokens:
            after = [_check_token(course, connection, [*ground[tokens[0]], *after])]
        else:
            says = "not needed: every request signs in with a user and a password"
            course.tell("token", "", Finding(result=Result.SKIPPED, says=says))
        visits = [
            Visit(
                flow=flow,
                enabled=chosen.enabled,
                look=_look(flow, connection),
                after=after,
                by_profile=False,
                canary=known.at_source(name, flow, chosen) if _from_oracle(flow) else known.at_target(name, flow),
            )
            for flow, chosen in _asked_about(integration).items()
        ]
        check_flows(course, visits, side)
    return course.checks


def check_jaggaer(
    name: str, integration: Integration, environment: Mapping[str, str], known: Known, stored: SecretStore
) -> list[Check]:
    """Check an integration's JAGGAER connection. A token is asked for if any flow needs one; cXML needs none."""
    settings, flows = integration.jaggaer, _asked_about(integration)
    profiled = {flow for flow in flows if integration.dialect(flow) is Dialect.CXML}
    tokens = [] if profiled.issuperset(flows) else [settings.oauth.token_url]
    course = Course(f"{name}.jaggaer", f"integrations.{name}.jaggaer", monotonic)
    ground = check_ground(course, settings, [settings.url, *tokens])
    impatient = integration.model_copy(update={"jaggaer": _impatient(settings)})
    found, connection = check_secrets(course, lambda: open_jaggaer(name, impatient, environment, stored))
    side = Side(
        is_source=False,
        flows_key=f"integrations.{name}.flows",
        unknown=known.trouble or "nothing was delivered yet",
        remedy="Ping again after the first delivery.",
        gone="If the document is really gone, find out who removed it: the ledger says that it was delivered.",
    )
    reached = [*ground[settings.url], found]
    with connection.exchange if connection else nullcontext():
        if tokens:
            token = _check_token(course, connection, [*ground[tokens[0]], *reached])
        else:
            says = "not needed: cXML carries its credentials inside the document"
            token = course.tell("token", "", Finding(result=Result.SKIPPED, says=says))
        visits = [
            Visit(
                flow=flow,
                enabled=chosen.enabled,
                look=_look(flow, connection),
                after=reached if flow in profiled else [token],
                by_profile=flow in profiled,
                canary=known.at_target(name, flow) if _from_oracle(flow) else known.at_source(name, flow, chosen),
            )
            for flow, chosen in flows.items()
        ]
        check_flows(course, visits, side)
    return course.checks


def _look(flow: str, connection: OracleConnection | JaggaerConnection | None) -> Look:
    """Return how to look at a flow where it is read of this system, else where it is delivered to it."""
    if connection is None:
        return no_question
    read = connection.sources.get(flow) or connection.sources.get(_COUNTERPARTS.get(flow, flow))
    return connection.targets[flow].sight if read is None else read.sight


def _asked_about(integration: Integration) -> dict[str, FlowSettings]:
    """Return the flows that run, and those that the file names: of these it is said that they are switched off.

    What is only pushed to us can be asked for nowhere.
    """
    asked = {flow: chosen for flow, chosen in flows_of(integration).items() if FLOWS[flow].is_polled}
    return {flow: chosen for flow, chosen in asked.items() if chosen.enabled or flow in integration.flows}


def _from_oracle(flow: str) -> bool:
    return isinstance(FLOWS[flow].source, FromOracle)


def _impatient(settings: S) -> S:
    """Return the settings of a connection that gives up before a check's time is over."""
    return settings.model_copy(update={"timeout_seconds": min(settings.timeout_seconds, REQUEST_SECONDS)})


def _check_token(
    course: Course, connection: OracleConnection | JaggaerConnection | None, after: Sequence[Check]
) -> Check:
    let_in = connection.let_in if connection is not None else None
    question = partial(_token_life, let_in) if isinstance(let_in, OwnToken) else no_question
    return course.ask("token", "", question, findings.of_token, after=after).check


def _token_life(token: OwnToken) -> float:
    """Ask for a token and return how many seconds it lives."""
    token.current()
    return token.life_seconds or 0.0
