"""What the steps of a ping come to: facts in, a result with a reason and a next step out. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from common.connections.probe import Shown, days_left
from common.connections.sighting import Sighting

WARN_DAYS = 30
"""A certificate that expires sooner is warned of."""
WARN_SKEW_SECONDS = 30.0
"""Clocks that differ by more are warned of: cursors follow Oracle's clock, leases and tokens ours."""
_DATE_STEP = timedelta(seconds=1)


class Result(StrEnum):
    """What came of a check."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A result, what it rests on, what to do about it, and the same as data (`facts`)."""

    result: Result
    says: str
    next_step: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Canary:
    """A document that is known to be there. `configured`: a person said so; otherwise the ledger remembers it."""

    number: str
    configured: bool


def of_addresses(found: tuple[str, ...]) -> Finding:
    """Judge the addresses of a host."""
    return Finding(result=Result.OK, says=", ".join(found), facts={"addresses": list(found)})


def of_plain_http() -> Finding:
    """Judge a connection without TLS that can be made."""
    return Finding(
        result=Result.WARN,
        says="plain http: secrets and documents can be read on the way",
        next_step="Use https for anything but a simulator.",
        facts={"protocol": None},
    )


def of_certificate(shown: Shown, now: datetime) -> Finding:
    """Judge a certificate: fail when it is not trusted or does not hold now, warn when it soon will not."""
    days = days_left(shown, now)
    facts = {
        "protocol": shown.protocol,
        "subject": shown.subject,
        "issuer": shown.issuer,
        "not_after": shown.not_after,
        "days_left": days,
        "distrust": shown.distrust,
    }
    until = f"until {shown.not_after:%Y-%m-%d}, {days} days left"
    says = f"{shown.protocol}, {shown.subject or 'no name'}, issued by {shown.issuer}, {until}"
    if shown.not_after <= now:
        next_step = "Its owner must renew the certificate. If it was renewed already, look at what stands in between."
        return Finding(result=Result.FAIL, says=f"expired: {says}", next_step=next_step, facts=facts)
    if shown.distrust is not None:
        next_step = (
            "Check the host in the settings and this machine's clock. If the issuer is your own, make its certificate "
            "known to this machine; never switch verification off."
        )
        return Finding(result=Result.FAIL, says=f"{shown.distrust}: {says}", next_step=next_step, facts=facts)
    if days < WARN_DAYS:
        next_step = "Ask its owner to renew the certificate: when it expires, nothing gets through."
        return Finding(result=Result.WARN, says=says, next_step=next_step, facts=facts)
    return Finding(result=Result.OK, says=says, facts=facts)


def of_token(life_seconds: float) -> Finding:
    """Judge a token that was given."""
    says = f"given, lives {life_seconds:g} s"
    return Finding(result=Result.OK, says=says, facts={"life_seconds": life_seconds})


def of_sighting(sighting: Sighting) -> Finding:
    """Judge the answer to a harmless question."""
    facts = {"documents": sighting.documents, "answer": sighting.said or None}
    if sighting.trouble is not None:
        trouble = sighting.trouble
        return Finding(result=Result.FAIL, says=trouble.reason, next_step=trouble.next_step, facts=facts)
    if sighting.documents is None:
        return Finding(result=Result.OK, says=sighting.said, facts=facts)
    counted = f"{sighting.documents:,} documents" if sighting.documents != 1 else "1 document"
    return Finding(result=Result.OK, says=f"{counted} {sighting.said}".strip(), facts=facts)


def of_role(documents: int, canary: Canary, seen: Sighting, gone: str) -> Finding:
    """Judge by a document that is known to be there whether we may read what is there.

    `documents` is how many could be seen without asking for it; `gone` is what to do if it is not there after all.
    """
    origin = "the settings" if canary.configured else "the ledger"
    facts = {"canary": canary.number, "canary_from": origin.removeprefix("the ")}
    if seen.trouble is not None:
        trouble = seen.trouble
        return Finding(result=Result.FAIL, says=trouble.reason, next_step=trouble.next_step, facts=facts)
    if seen.documents:
        return Finding(result=Result.OK, says=f"{canary.number} (from {origin}) can be read", facts=facts)
    says = f"no privilege for {canary.number} (from {origin}): "
    if documents:
        says += f"{documents:,} other documents can be read, this one cannot"
    else:
        says += "the answer is an empty list, which is how missing data security shows"
    next_step = f"Give the user of this client the role and the data security (business units) that cover it. {gone}"
    only_remembered = documents and not canary.configured
    return Finding(result=Result.WARN if only_remembered else Result.FAIL, says=says, next_step=next_step, facts=facts)


def of_role_without_canary(documents: int, *, unknown: str, remedy: str) -> Finding:
    """Judge what can be said without a document that is known to be there."""
    facts = {"canary": None, "canary_from": None}
    if documents:
        return Finding(result=Result.OK, says="documents can be read", facts=facts)
    return Finding(
        result=Result.WARN,
        says=f"cannot tell an empty system from a missing privilege: {unknown}",
        next_step=remedy,
        facts=facts,
    )


def of_clock(shown: datetime | None, asked_at: datetime, answered_at: datetime, *, needed: bool) -> Finding:
    """Judge a Date header, which is cut to the second, against our clock before and after.

    `needed`: the system is a source, whose clock the cursor follows.
    """
    if shown is None:
        return Finding(
            result=Result.FAIL if needed else Result.WARN,
            says="the answer has no Date header",
            next_step="Look at what stands between: an HTTP server sends one."
            + (" Without it no cursor can move." if needed else ""),
            facts={"skew_seconds": None},
        )
    skew = _skew(shown, asked_at, answered_at).total_seconds()
    facts = {"skew_seconds": round(skew, 1)}
    if abs(skew) <= WARN_SKEW_SECONDS:
        says = "agrees with ours" if skew == 0 else f"{abs(skew):.0f} s {'ahead of' if skew > 0 else 'behind'} ours"
        return Finding(result=Result.OK, says=says, facts=facts)
    return Finding(
        result=Result.WARN,
        says=f"{abs(skew):,.0f} s {'ahead of' if skew > 0 else 'behind'} ours",
        next_step="Look at this machine's time synchronization first. Cursors follow the source's clock and are safe; "
        "certificates, tokens and logs are not.",
        facts=facts,
    )


def _skew(shown: datetime, asked_at: datetime, answered_at: datetime) -> timedelta:
    """Return by how much the shown time cannot be ours: zero if it may have been read between both."""
    if shown > answered_at:
        return shown - answered_at
    return min(timedelta(0), shown + _DATE_STEP - asked_at)
