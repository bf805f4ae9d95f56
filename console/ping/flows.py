"""Looking at every flow: whether it answers, whether we may read it, whether its system's clock agrees with ours."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import NoReturn

from common.clock import utc_now
from common.connections.sighting import Sighting
from console.ping import findings
from console.ping.course import Asked, Check, Course
from console.ping.findings import Canary, Finding, Result

Look = Callable[[str | None], Sighting]


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One flow at one side: how to look at it, what that rests on, and which document must be there.

    `by_profile`: in a dialect that can be asked what it takes, but not for documents.
    """

    flow: str
    enabled: bool
    look: Look
    after: Sequence[Check]
    by_profile: bool
    canary: Canary | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """Which side it is, and what to say of it: why no document is known, and what to do then or if it is gone."""

    is_source: bool
    flows_key: str
    unknown: str
    remedy: str
    gone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """A sighting, and our clock before and after it."""

    sighting: Sighting
    asked_at: datetime
    answered_at: datetime


def no_question(*_: str | None) -> NoReturn:
    """Stand in for what cannot be asked without a connection: it rests on the check that found none."""
    raise AssertionError("a check was tried although the one before it failed")


def check_flows(course: Course, visits: Sequence[Visit], side: Side) -> None:
    """Look at every flow that is switched on, then at the clock of the first answer."""
    seen: list[_Seen] = []
    for visit in visits:
        kind = "profile" if visit.by_profile else "read"
        if not visit.enabled:
            says = f"the flow is switched off ({side.flows_key}.{visit.flow}.enabled)"
            course.tell(kind, visit.flow, Finding(result=Result.SKIPPED, says=says))
            continue
        looked = course.ask(kind, visit.flow, partial(_timed, visit.look), _judged, after=visit.after)
        _check_role(course, visit, side, looked)
        if looked.answer is not None:
            seen.append(looked.answer)
    _check_clock(course, seen, side)


def _timed(look: Look) -> _Seen:
    asked_at = utc_now()
    sighting = look(None)
    return _Seen(sighting=sighting, asked_at=asked_at, answered_at=utc_now())


def _judged(seen: _Seen) -> Finding:
    return findings.of_sighting(seen.sighting)


def _check_role(course: Course, visit: Visit, side: Side, looked: Asked[_Seen]) -> None:
    """Tell an empty system from a missing privilege, by a document that is known to be there."""
    if visit.by_profile:
        course.tell("role", visit.flow, Finding(result=Result.SKIPPED, says="cXML cannot be asked what it has"))
        return
    documents = (looked.answer.sighting.documents if looked.answer else None) or 0
    canary, after = visit.canary, [looked.check]
    if canary is None:
        finding = findings.of_role_without_canary(documents, unknown=side.unknown, remedy=side.remedy)
        course.tell("role", visit.flow, finding, after=after)
        return
    look = partial(visit.look, canary.number)
    course.ask("role", visit.flow, look, lambda seen: findings.of_role(documents, canary, seen, side.gone), after=after)


def _check_clock(course: Course, seen: Sequence[_Seen], side: Side) -> None:
    if not seen:
        says = "not tried, because no answer came to read their clock from"
        course.tell("clock", "", Finding(result=Result.SKIPPED, says=says))
        return
    first = seen[0]
    clock = findings.of_clock(first.sighting.clock, first.asked_at, first.answered_at, needed=side.is_source)
    course.tell("clock", "", clock)
