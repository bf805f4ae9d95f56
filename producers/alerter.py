"""The alerter: raises and resolves alerts by what the ledger says, and tells them at the webhook of the settings.

One producer does it at a time; two would raise the same once and tell it once, by compare-and-set and by claim. A
webhook that is away costs only its messages time: they rest in the ledger, longer after each failure, and this duty has
a thread of its own.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, assert_never

from common.connections.alert_hook import AlertHook, NotTold
from common.database.pool import Database
from common.ledger import alerts, leadership
from common.ledger.alerts import NO_INTEGRATION, AlertName, Condition, OpenAlert, State, Telling
from common.telemetry.logs import logger
from producers import alert_conditions
from producers.loop import Duty

_LOG = logger(__name__)
_DUTY = "alerter"
_TERM = timedelta(seconds=45)
_MARGIN_SECONDS = 5.0
"""How much longer than the request a message stays claimed."""
RAISED_AFTER: Mapping[str, timedelta] = {
    AlertName.CONNECTION_STOPPED: timedelta(0),
    AlertName.CONNECTION_AWAY: timedelta(minutes=10),
    AlertName.RECORDS_WAIT: timedelta(minutes=5),
    AlertName.NOTHING_IS_READ: timedelta(hours=1),
    AlertName.RECORDS_DO_NOT_MOVE: timedelta(minutes=30),
    AlertName.TICKETS_ARE_NOT_PUBLISHED: timedelta(minutes=5),
    AlertName.CONFLICTS_WAIT: timedelta(minutes=5),
}
"""How long a condition lasts before it is told, as in deploy/compose/observe/alerts.yml."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Raise:
    """An alert is to be raised."""

    condition: Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolve:
    """An alert is over."""

    alert: OpenAlert


Move = Raise | Resolve


def decide(conditions: Iterable[Condition], open_alerts: Iterable[OpenAlert]) -> list[Move]:
    """Return which alerts are to be raised and which are over.

    An alert lasts until its condition is gone, or is younger than half of what raises it: what hovers around that age
    is told once.
    """
    found = {condition.about: condition for condition in conditions}
    raised = {alert.about: alert for alert in open_alerts}
    over: list[Move] = [
        Resolve(alert=alert)
        for about, alert in raised.items()
        if about not in found or found[about].lasts * 2 < RAISED_AFTER[about.name]
    ]
    begun: list[Move] = [
        Raise(condition=condition)
        for about, condition in found.items()
        if about not in raised and condition.lasts >= RAISED_AFTER[about.name]
    ]
    return over + begun


def message(telling: Telling) -> dict[str, Any]:
    """Return what the webhook is told; `text` is what chats show."""
    about = telling.about
    of = "" if about.integration == NO_INTEGRATION else f" ({about.integration})"
    said = telling.summary if telling.state is State.RAISED else f"Resolved: {telling.summary}"
    to_do = f". To do: {telling.action}" if telling.state is State.RAISED else ""
    return {
        "id": str(telling.alert_id),
        "alert": about.name,
        "state": telling.state,
        "integration": about.integration,
        "subject": about.subject,
        "summary": telling.summary,
        "action": telling.action,
        "since": telling.since.isoformat(),
        "text": f"ml-connector{of}: {said}{to_do}",
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Alerter:
    """Alerts of these integrations and of the flows that are to be read; told at `hook`, if there is one."""

    database: Database
    integrations: frozenset[str]
    on_schedule: Collection[tuple[str, str]]
    hook: AlertHook | None
    actor: str

    def run_once(self) -> bool:
        """Raise, resolve, and tell one message, if this process leads; True if there may be another."""
        if leadership.hold(self.database, _DUTY, holder=self.actor, term=_TERM) is None:
            return False
        found = alert_conditions.find(self.database, self.integrations, self.on_schedule)
        for move in decide(found, alerts.open_alerts(self.database)):
            self._make(move)
        return self._tell(self.hook) if self.hook is not None else False

    def close(self) -> None:
        """Let another process do it at once."""
        leadership.resign(self.database, _DUTY, holder=self.actor)

    def _make(self, move: Move) -> None:
        match move:
            case Raise(condition=condition):
                if alerts.raise_alert(self.database, condition, actor=self.actor):
                    _LOG.warning("alert", alert=condition.about.name, summary=condition.summary)
            case Resolve(alert=alert):
                if alerts.resolve(self.database, alert, actor=self.actor):
                    _LOG.info("alert resolved", alert=alert.about.name, subject=alert.about.subject)
            case _:
                assert_never(move)

    def _tell(self, hook: AlertHook) -> bool:
        """Tell what is to be told next; whether it was told, so that the next one may be."""
        telling = alerts.claim(self.database, lease=timedelta(seconds=hook.settings.timeout_seconds + _MARGIN_SECONDS))
        if telling is None:
            return False
        try:
            hook.tell(message(telling), key=telling.key)
        except NotTold as error:
            alerts.failed(self.database, telling, str(error), unclear=error.unclear)
            _LOG.warning("an alert is not told", alert=telling.about.name, state=telling.state, reason=str(error))
            return False
        alerts.told(self.database, telling)
        return True


def duty(alerter: Alerter, every_seconds: float) -> Duty:
    """Return the alerter as a duty."""
    return Duty(name=_DUTY, run_once=alerter.run_once, every_seconds=every_seconds, close=alerter.close)
