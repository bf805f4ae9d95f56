"""Whether a sign-in is looked at, by how often others like it failed. Pure.

What waits is a *claim*: this sender, from this address of a client. A claim that has failed a few times is not looked
at for a while, for longer each time it fails again; a right one begins anew. Where a sender is being guessed from many
addresses, or a client guesses many senders, their claims wait sooner, except those that were right before. A claim that
has not failed is never kept waiting, whatever others do, so nobody can lock a sender out from another address than its
own (messaging-and-reliability.md, A08).
"""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """How often a claim may fail, and how long it waits then; times in seconds."""

    tries: int = 5
    """Failures before a claim waits."""
    tries_when_guessed: int = 1
    """The same of a claim that was never right, while its sender or its client is at `guessed_from`."""
    guessed_from: int = 20
    """Failures of one sender from all addresses, or of one client as all senders, that are more than a mistake."""
    first: float = 5.0
    longest: float = 300.0
    forgotten_after: float = 3600.0
    """How long after its last failure nothing of it counts any more."""
    most: int = 10_000
    """How many claims, senders and clients are remembered, of each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How often something failed, and when last. `told`: that it waits now was logged."""

    failures: int = 0
    last: float = -math.inf
    told: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is known of a claim, of its sender anywhere, of its client as anybody, and whether it was ever right."""

    claim: Tally
    sender: Tally
    client: Tally
    was_right: bool


def seconds_to_wait(now: float, standing: Standing, limit: Limit) -> float:
    """Return how long a claim must still wait before it is looked at, 0 if it need not. Pure."""
    own = standing.claim
    guessed = max(_counting(now, one, limit) for one in (standing.sender, standing.client)) >= limit.guessed_from
    tries = limit.tries_when_guessed if guessed and not standing.was_right else limit.tries
    if own.failures < tries:
        return 0.0
    pause = min(limit.longest, limit.first * 2.0 ** min(own.failures - tries, 30))
    return max(0.0, own.last + pause - now)


def failed_again(now: float, tally: Tally, limit: Limit) -> Tally:
    """Return a tally with one failure more. Pure."""
    return Tally(failures=_counting(now, tally, limit) + 1, last=now)


def _counting(now: float, tally: Tally, limit: Limit) -> int:
    return tally.failures if now - tally.last < limit.forgotten_after else 0
