"""The pruner: drops the bodies and answers of old requests from the gateway's inbox. Any number may run.

How long they are kept is each integration's `keep_days`. A sender repeats a document for hours, at most for as long as
a person may press its button again (jaggaer-cxml.md, 5.3), and gets the first answer within that time. What tells a
request apart stays for good (`common/ledger/inbox.py`), so nothing that comes later still has a second effect.

Each call looks at one small batch of each integration, because a body may have 50 MB. What is passed over, because its
record waits dead for a person, is looked at again in the next round.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from common.database.pool import Database
from common.ledger import inbox
from common.ledger.inbox import Reached
from common.telemetry.logs import logger
from producers.loop import Duty

_LOG = logger(__name__)
_EVERY_SECONDS = 60.0
"""A duty that is not tried for minutes counts as stuck (`pulse.py`)."""
_BATCH = 100


@dataclass(slots=True, kw_only=True)
class Pruner:
    """Prunes the inbox of each integration. `reached` says of those that are not done with this round how far it is."""

    database: Database
    kept_for: Mapping[str, timedelta]
    actor: str
    batch: int = _BATCH
    reached: dict[str, Reached] = field(default_factory=dict)

    def run_once(self) -> bool:
        """Prune a batch of each integration that is not done with this round; True if there are more."""
        for integration in list(self.reached or self.kept_for):
            self._prune(integration)
        return bool(self.reached)

    def _prune(self, integration: str) -> None:
        pruned = inbox.prune(
            self.database,
            integration,
            kept_for=self.kept_for[integration],
            after=self.reached.get(integration, Reached()),
            limit=self.batch,
            actor=self.actor,
        )
        if pruned.requests:
            _LOG.info("dropped bodies and answers of old requests", integration=integration, requests=pruned.requests)
        if pruned.go_on_at is None:
            self.reached.pop(integration, None)
        else:
            self.reached[integration] = pruned.go_on_at


def duty(pruner: Pruner) -> Duty:
    """Return the pruner as a duty."""
    return Duty(name="pruner", run_once=pruner.run_once, every_seconds=_EVERY_SECONDS, close=lambda: None)
