"""All dialects of one kind of document, so that a change of dialect loses and doubles nothing.

Which dialect a flow speaks is a setting, and settings change while documents are under way. A body says itself which
dialect it was written in. So what was sent in one dialect is read back in the same one,
whatever the settings say by then; and what was not sent yet is written again.
"""

import re
from dataclasses import dataclass

from common.connections.sighting import Sighting
from common.connections.target import Outgoing, Target, TargetVerdict
from common.ledger.verdicts import Rebuild, Wait
from common.settings import Dialect

_NOT_DESCRIBED_SECONDS = 60.0


_ROOT = re.compile(rb"\s*<([A-Za-z]+)")
_INDIRECT_ROOTS = frozenset((b"PurchaseOrder", b"Supplier", b"BuyerInvoiceOcr"))


def dialect_of(body: bytes) -> Dialect:
    """Return the dialect in which a body is written: J1P is JSON, and XML tells by its root."""
    root = _ROOT.match(body)
    if root is None:
        return Dialect.J1P
    return Dialect.INDIRECT if root[1] in _INDIRECT_ROOTS else Dialect.CXML


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialects:
    """One kind of document at one JAGGAER: spoken in `chosen`, read back as it was sent."""

    chosen: Dialect
    targets: dict[Dialect, Target]

    def sight(self, number: str | None) -> Sighting:
        """Ask without any effect, in the chosen dialect. Raises ExchangeFailed."""
        return self.targets[self.chosen].sight(number)

    def hold_back_seconds(self) -> float:
        """Return how long to wait before the next try."""
        return self.targets[self.chosen].hold_back_seconds()

    def send(self, outgoing: Outgoing) -> TargetVerdict:
        """Send what is written in the chosen dialect; have anything else written again."""
        written = dialect_of(outgoing.body)
        if written is not self.chosen:
            return Rebuild(reason=f"It was written as {written}, and the settings now say {self.chosen}.")
        return self.targets[written].send(outgoing)

    def find(self, outgoing: Outgoing) -> TargetVerdict:
        """Find out in the dialect in which it was sent."""
        written = dialect_of(outgoing.body)
        target = self.targets.get(written)
        if target is None:
            return Wait(
                seconds=_NOT_DESCRIBED_SECONDS,
                reason=f"It may have been sent as {written}, and only {written} can tell: put its section back.",
            )
        return target.find(outgoing)
