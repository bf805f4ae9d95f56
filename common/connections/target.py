"""What a delivery asks of a target system: have this effect once, and say afterwards whether it is there."""

from dataclasses import dataclass, field
from typing import Protocol

from common.connections.errors import ClientRefused, ExchangeFailed, NotSent
from common.connections.sighting import Sighting
from common.ledger.verdicts import Absent, Dead, Delivered, Rebuild, Unclear, Wait
from schemas.identity import Intent

_RETRY_SECONDS = 5.0
_CLIENT_REFUSED_SECONDS = 60.0
"""How long a person has at the least who must let our client in again, or give it its secret."""

TargetVerdict = Delivered | Dead | Wait | Unclear | Absent | Rebuild


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One effect: what is sent, under which number and key, and until when (monotonic clock) it may be sent.

    `readbacks` counts the read-backs that found nothing since the last unclear send. `reference` names the document at
    targets that keep our references, in all of its versions.
    """

    number: str
    reference: str
    body: bytes = field(repr=False)
    intent: Intent
    readbacks: int
    trusted_until: float


class Target(Protocol):
    """One kind of document at one system, in one dialect."""

    def send(self, outgoing: Outgoing) -> TargetVerdict:
        """Send. Never raises for what a network or a target can do; `Unclear` when it may have been applied."""
        ...

    def find(self, outgoing: Outgoing) -> TargetVerdict:
        """Find out whether an unclear send was applied, in the way that this dialect makes safe."""
        ...

    def sight(self, number: str | None) -> Sighting:
        """Ask without any effect what is there, or whether a document of this number is. Raises ExchangeFailed."""
        ...

    def hold_back_seconds(self) -> float:
        """Return how long to wait before the next try, because the system does not answer; 0 while it does."""
        ...


def without_answer(failure: ExchangeFailed) -> Wait | Unclear:
    """Return what a delivery comes to whose request got no answer: only one that left may have been applied."""
    match failure:
        case ClientRefused():
            return Wait(seconds=_CLIENT_REFUSED_SECONDS, reason=str(failure))
        case NotSent():
            return Wait(seconds=_RETRY_SECONDS, reason=str(failure))
        case _:
            return Unclear(reason=str(failure))
