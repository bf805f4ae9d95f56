"""Sign-ins: a sender is recognised, and whoever guesses a shared secret has to wait (`guessing.py` decides).

While a claim waits nothing of it is compared, so the answer tells nothing. It is a 560, which asks the sender to come
again with the same payloadID; a 401 would have the right sender stop its queue (jaggaer-cxml.md, 5.3).

Limits: each process counts for itself, and begins at nothing. Memory is bounded: what failed longest ago is forgotten
first, so somebody with thousands of addresses is slowed less. Documents that are judged at the same moment are judged
before any of them counts. Names that nobody has are counted like others, or the answer would tell which there are.
"""

import math
import threading
from collections import Counter, OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily
from prometheus_client.registry import Collector

from common.clock import Monotonic, monotonic
from common.sides import Gateway, Sender
from common.sides.gateway import MOST_CREDENTIALS
from common.telemetry.logs import logger
from producers.gateway.guessing import Limit, Standing, Tally, failed_again, seconds_to_wait
from producers.metrics import counter
from schemas.cxml.received_envelope import Credential

_LOG = logger(__name__)
_USUAL = Limit()
_NONE = Tally()

Key = tuple[str, ...]
"""A claim is integration, domain, identity and client; a sender the first three of them, a client the last."""


class WaitFirst(Exception):
    """Nothing was compared: such a sign-in failed too often, and may be tried again after some seconds."""

    def __init__(self, seconds: float) -> None:
        self.seconds = math.ceil(seconds)
        super().__init__(
            f"Sign-ins like this one failed too often. The next is looked at in {self.seconds} seconds: send the same "
            f"document again then. If all of yours were refused, correct identity and shared secret first."
        )


class _Tallies:
    """So many tallies, by key; what failed longest ago goes first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[Key, Tally] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def __contains__(self, key: Key) -> bool:
        return key in self._kept

    def get(self, key: Key) -> Tally:
        return self._kept.get(key, _NONE)

    def put(self, key: Key, tally: Tally) -> None:
        self._kept[key] = tally
        self._kept.move_to_end(key)
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)

    def drop(self, key: Key) -> None:
        self._kept.pop(key, None)


class SignIns(Collector):
    """Recognises senders, and counts who was not. Safe to use from several threads; also a collector of its figures."""

    def __init__(self, limit: Limit = _USUAL, clock: Monotonic = monotonic) -> None:
        self._limit = limit
        self._clock = clock
        self._lock = threading.Lock()
        self._claims, self._senders, self._clients, self._right = (_Tallies(limit.most) for _ in range(4))
        self._failed: Counter[str] = Counter()
        self._bursts: Counter[str] = Counter()

    def recognise(self, gateway: Gateway, integration: str, client: str, shown: Sequence[Credential]) -> Sender | None:
        """Return the sender that shows its name and its secret, None if nobody does. Raises WaitFirst and NotSent.

        Of several credentials those that must wait are left out: a right one beside them counts.
        """
        shown = shown[:MOST_CREDENTIALS]
        self._expect(integration)
        claims = [(one, (integration, *one.party.key, client)) for one in shown]
        with self._lock:
            waits = {claim: self._wait(claim) for _, claim in claims}
        looked_at = [(one, claim) for one, claim in claims if not waits[claim]]
        sender = gateway.recognise([one for one, _ in looked_at])
        with self._lock:
            for one, claim in looked_at:
                self._count(claim, right=sender is not None and one.party.key == sender.party.key)
            if sender is None and len(looked_at) < len(claims):
                self._tell([claim for claim, wait in waits.items() if wait], max(waits.values()))
                raise WaitFirst(max(waits.values()))
        return sender

    def remembered(self) -> int:
        """Return the number of tallies of the kind that has most."""
        with self._lock:
            return max(map(len, (self._claims, self._senders, self._clients, self._right)))

    def describe(self) -> list[CounterMetricFamily]:
        """Describe nothing beforehand."""
        return []

    def collect(self) -> Iterator[CounterMetricFamily]:
        """Tell how often sign-ins failed, and how often some were kept waiting."""
        with self._lock:
            failed, bursts = Counter(self._failed), Counter(self._bursts)
        yield counter("gateway_failed_sign_ins", "Sender credentials that did not fit.", failed)
        yield counter("gateway_refused_bursts", "Times that a guesser was kept waiting.", bursts)

    def text(self) -> bytes:
        """Return these figures in Prometheus' text format."""
        registry = CollectorRegistry(auto_describe=False)
        registry.register(self)
        return generate_latest(registry)

    def _expect(self, integration: str) -> None:
        """Show the figures of an integration from its first sign-in on: Prometheus sees no rise from nothing to one."""
        with self._lock:
            for figures in (self._failed, self._bursts):
                figures.setdefault(integration, 0)

    def _wait(self, claim: Key) -> float:
        sender, client = claim[:-1], claim[-1:]
        standing = Standing(
            claim=self._claims.get(claim),
            sender=self._senders.get(sender),
            client=self._clients.get(client),
            was_right=claim in self._right,
        )
        return seconds_to_wait(self._clock(), standing, self._limit)

    def _count(self, claim: Key, *, right: bool) -> None:
        now = self._clock()
        if right:
            self._claims.drop(claim)
            self._right.put(claim, Tally(last=now))
            return
        self._failed[claim[0]] += 1
        for tallies, key in ((self._claims, claim), (self._senders, claim[:-1]), (self._clients, claim[-1:])):
            tallies.put(key, failed_again(now, tallies.get(key), self._limit))

    def _tell(self, waiting: list[Key], seconds: float) -> None:
        """Log once that claims wait, and count it, however often they are tried meanwhile."""
        untold = [claim for claim in waiting if claim in self._claims and not self._claims.get(claim).told]
        if not untold:
            return
        for claim in untold:
            self._claims.put(claim, replace(self._claims.get(claim), told=True))
        integration, domain, identity, client = untold[0]
        self._bursts[integration] += 1
        _LOG.warning(
            "sign-ins are not looked at for a while: too many failed",
            integration=integration,
            sender=f"{domain} {identity}",
            client=client,
            failures=self._claims.get(untold[0]).failures,
            seconds=math.ceil(seconds),
        )
