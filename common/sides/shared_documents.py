"""Documents that live on both sides, as targets: both sides are read, compared, and one of them is told what it lacks.

A record of such a document only says that it changed somewhere. What is to be done is decided at delivery from what
both systems have at that moment and from what they last agreed on (`schemas/convergence.py`), so that an edit that was
not polled yet is not overwritten, and the echo of our own writing ends as "has it already" without a request.

What both have in common afterwards goes into the settlement with the conflicts that are left (`ledger/pairs.py`).
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Protocol

from common.connections.errors import ClientRefused, ExchangeFailed
from common.connections.exchange import Answer, Exchange, Request
from common.connections.sighting import Sighting
from common.connections.source import Row, SourceRefused, SourceUnreadable
from common.connections.target import Outgoing, TargetVerdict, without_answer
from common.ledger.pairs import Pair
from common.ledger.verdicts import (
    Absent,
    Agreement,
    Dead,
    DeadClass,
    Delivered,
    PutRight,
    Rebuild,
    Unclear,
    Wait,
    dead_by,
)
from schemas import exact_json
from schemas.convergence import Converged, Rule, Seen, converge
from schemas.refusals import Refused
from schemas.shared_reference import SharedReference

_RETRY_SECONDS = 5.0
_ROUNDS = 2
"""A new document is added first and completed then."""


class Towards(Enum):
    """Which side is told."""

    ORACLE = auto()
    JAGGAER = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Both:
    """What both sides have of a document now; None where a side has none. `pair` is what the ledger knows of it."""

    oracle: Row | None = field(repr=False)
    jaggaer: Row | None = field(repr=False)
    pair: Pair | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What a document is called on both sides."""

    oracle_key: str
    oracle_number: str
    jaggaer_key: str | None


class Kind(Protocol):
    """One kind of shared document."""

    @property
    def name(self) -> str:
        """The kind of its pairs."""
        ...

    @property
    def noun(self) -> str:
        """What a person calls it."""
        ...

    def look(self, reference: SharedReference) -> Both | Dead:
        """Read both sides. Raises SourceRefused, SourceUnreadable, ExchangeFailed or DatabaseUnavailable."""
        ...

    def seen(self, both: Both) -> tuple[Seen, Seen]:
        """Return both sides' fields, Oracle's first; empty where a side has no such document. Raises Refused."""
        ...

    def names(self, both: Both) -> Names | None:
        """Return what the document is called, None while Oracle does not have it."""
        ...

    def to_oracle(self, both: Both, found: Converged, outgoing: Outgoing) -> Iterator[Request]:
        """Yield what Oracle is to be told. Raises Refused."""
        ...

    def to_jaggaer(self, both: Both, found: Converged, outgoing: Outgoing) -> Iterator[Request]:
        """Yield what JAGGAER is to be told. Raises Refused."""
        ...

    def judge(self, towards: Towards, answer: Answer, number: str) -> TargetVerdict | None:
        """Return what an answer means where it is no success, None where it is."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedTarget:
    """One side of one kind of shared document.

    `look` asks it without any effect what is there; `told_by` is the flow that tells the other side.
    """

    kind: Kind
    towards: Towards
    exchange: Exchange
    other: Exchange
    rule_of: Callable[[str], Rule]
    told_by: str
    look: Callable[[str | None], Sighting]
    absent_reads: int
    absent_first_wait_seconds: float

    def hold_back_seconds(self) -> float:
        """Return how long to wait before the next try: both systems are needed."""
        return max(self.exchange.hold_back_seconds(), self.other.hold_back_seconds())

    def sight(self, number: str | None) -> Sighting:
        """Ask without any effect what is there."""
        return self.look(number)

    def send(self, outgoing: Outgoing) -> TargetVerdict:
        """Tell the side what it lacks."""
        for _ in range(_ROUNDS):
            verdict = self._round(outgoing, act=True)
            if verdict is not None:
                return verdict
        return Unclear(reason=f"{self.kind.noun} {outgoing.number} was added, but is not shown yet.", answered=True)

    def find(self, outgoing: Outgoing) -> TargetVerdict:
        """Find out whether the side has what it should have."""
        return self._round(outgoing, act=False) or Absent(reason="It is not shown.", proved=False)

    def _round(self, outgoing: Outgoing, *, act: bool) -> TargetVerdict | None:
        """Compare once; None after the document was added, which must be seen before it is completed."""
        try:
            reference = SharedReference.decode(outgoing.body)
            if reference is None:
                return Rebuild(reason="It was written when the document was not shared.")
            both = self.kind.look(reference)
            if isinstance(both, Dead):
                return both
            oracle, jaggaer = self.kind.seen(both)
            agreed, decided = (both.pair.agreed, both.pair.decided) if both.pair else ({}, {})
            found = converge(agreed, oracle, jaggaer, self.rule_of, decided)
            requests = list(self._requests(both, found, outgoing))
        except Refused as refused:
            return dead_by(refused.refusal)
        except ClientRefused as error:
            return without_answer(error)
        except (ExchangeFailed, SourceUnreadable) as error:
            return _not_read(error, act=act)
        except SourceRefused as error:
            return _not_shown(error)
        if requests and not act:
            return self._absent(outgoing)
        failure = self._tell(requests, outgoing)
        if failure is not None:
            return failure
        names = self.kind.names(both)
        return None if names is None else self._delivered(both, found, names, told=bool(requests))

    def _requests(self, both: Both, found: Converged, outgoing: Outgoing) -> Iterator[Request]:
        if self.towards is Towards.ORACLE:
            return self.kind.to_oracle(both, found, outgoing)
        return self.kind.to_jaggaer(both, found, outgoing)

    def _tell(self, requests: list[Request], outgoing: Outgoing) -> TargetVerdict | None:
        """Send, and return the first verdict that is no success."""
        for request in requests:
            try:
                answer = self.exchange.send(request, trusted_until=outgoing.trusted_until)
            except ExchangeFailed as error:
                return without_answer(error)
            verdict = self.kind.judge(self.towards, answer, outgoing.number)
            if verdict is not None:
                return verdict
        return None

    def _delivered(self, both: Both, found: Converged, names: Names, *, told: bool) -> Delivered:
        oracle, jaggaer = self.kind.seen(both)
        untold = jaggaer if self.towards is Towards.ORACLE else oracle
        system = "Oracle" if self.towards is Towards.ORACLE else "JAGGAER"
        how = f"{system} confirmed what it lacked." if told else f"{system} has it already."
        if found.conflicts:
            how += f" In conflict: {', '.join(conflict.field for conflict in found.conflicts)}."
        return Delivered(
            target_id=names.oracle_number if self.towards is Towards.JAGGAER else names.oracle_key,
            how=how,
            agreement=Agreement(
                kind=self.kind.name,
                oracle_key=names.oracle_key,
                oracle_number=names.oracle_number,
                jaggaer_key=names.jaggaer_key,
                fields=found.agreed(both.pair.agreed if both.pair else {}, untold.fields),
                seen_version=both.pair.version if both.pair else 0,
                conflicts=found.conflicts,
                put_right=self._put_right(found, untold, names),
            ),
        )

    def _put_right(self, found: Converged, untold: Seen, names: Names) -> PutRight | None:
        """Return what the other side has that is not its own to say, so that nothing but a delivery puts it right."""
        owner = Rule.ORACLE if self.towards is Towards.ORACLE else Rule.JAGGAER
        key = names.oracle_key if self.towards is Towards.ORACLE else names.jaggaer_key
        lacking = found.wanted_of(untold.fields)
        wrong = {name: untold.fields[name] for name in sorted(lacking) if name in untold.fields}
        owned = {name: value for name, value in wrong.items() if self.rule_of(name) is owner}
        if not owned or key is None:
            return None
        digest = hashlib.sha256(exact_json.dumps(dict(owned))).hexdigest()[:12]
        because = f"{', '.join(owned)} was changed where it is not owned ({digest})"
        return PutRight(flow=self.told_by, key=key, because=because)

    def _absent(self, outgoing: Outgoing) -> Absent:
        return Absent(
            reason="Read back: it does not have what it should have.",
            proved=outgoing.readbacks + 1 >= self.absent_reads,
            look_again_seconds=self.absent_first_wait_seconds * 2.0**outgoing.readbacks,
        )


def _not_read(error: Exception, *, act: bool) -> Wait | Unclear:
    if act:
        return Wait(seconds=_RETRY_SECONDS, reason=f"Nothing was sent, both sides must be read first: {error}")
    return Unclear(reason=f"It could not be read back: {error}")


def _not_shown(error: SourceRefused) -> Dead:
    return Dead(
        category=DeadClass.REFUSED,
        reason=f"What both sides have could not be compared, so nothing was sent: {error}",
        next_step="Give the integration user the privilege to read it, then replay.",
    )
