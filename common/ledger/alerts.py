"""Alerts: what a person should know, open from when it is noticed until it is over, and what was told of it.

Raising and resolving are compare-and-sets with their audit events, so several who notice the same raise it once.
Telling is claimed before the webhook is asked; the claim of a teller who dies runs out, and another tells it again. So
each message is told at least once, and a repetition carries the same key. What was over before anybody can have been
told of it is not told.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from common.database import statements
from common.database.pool import Database

NO_INTEGRATION = "-"
"""What stands for the integration where an alert belongs to none."""

_SQL = statements.load(__name__)
_FIRST_REST = timedelta(seconds=2)
_LONGEST_REST = timedelta(minutes=5)


class AlertName(StrEnum):
    """What an alert is about."""

    CONNECTION_STOPPED = "connection is stopped"
    CONNECTION_AWAY = "connection is away"
    RECORDS_WAIT = "records wait for a person"
    NOTHING_IS_READ = "nothing is read any more"
    RECORDS_DO_NOT_MOVE = "records do not move"
    TICKETS_ARE_NOT_PUBLISHED = "tickets are not published"
    CONFLICTS_WAIT = "conflicts wait for a person"


class State(StrEnum):
    """What is told of an alert."""

    RAISED = "raised"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What tells one alert from another: of the same there is one at a time."""

    name: str
    """An `AlertName`, or what another version of this program calls one: such an alert is resolved."""
    integration: str
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """Something that is not as it should be, for how long, and what to do about it."""

    about: Subject
    summary: str
    action: str
    lasts: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAlert:
    """An alert that was raised and is not resolved."""

    alert_id: UUID
    about: Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """A message that one teller has claimed. `first`: nobody can have been told of the alert before."""

    alert_id: UUID
    about: Subject
    state: State
    summary: str
    action: str
    since: datetime
    tellings: int
    first: bool

    @property
    def key(self) -> str:
        """The same for every repetition of this message."""
        return f"{self.alert_id}-{self.state}"


def everything_open(database: Database) -> list[dict[str, Any]]:
    """Return the open alerts, for people."""
    return database.fetch_all(_SQL["open"])


def open_alerts(database: Database) -> list[OpenAlert]:
    """Return the open alerts."""
    return [OpenAlert(alert_id=row["alert_id"], about=_about(row, row["alert"])) for row in everything_open(database)]


def raise_alert(database: Database, condition: Condition, *, actor: str) -> bool:
    """Raise an alert; False if it is open already."""
    about = condition.about
    parameters = {
        "name": about.name,
        "integration": about.integration,
        "subject": about.subject,
        "summary": condition.summary,
        "action": condition.action,
        "lasts": condition.lasts,
        "actor": actor,
    }
    return database.fetch_one(_SQL["raise"], parameters) is not None


def resolve(database: Database, alert: OpenAlert, *, actor: str) -> bool:
    """Resolve an alert; False if it is resolved already."""
    return database.fetch_one(_SQL["resolve"], {"alert_id": alert.alert_id, "actor": actor}) is not None


def claim(database: Database, *, lease: timedelta) -> Telling | None:
    """Claim the message that is to be told next, None if there is none."""
    row = database.fetch_one(_SQL["claim"], {"lease": lease})
    if row is None:
        return None
    return Telling(
        alert_id=row["alert_id"],
        about=_about(row, row["name"]),
        state=State(row["state"]),
        summary=row["summary"],
        action=row["action"],
        since=row["since"],
        tellings=row["tellings"],
        first=row["first"],
    )


def told(database: Database, telling: Telling) -> None:
    """Note that a message was told."""
    parameters = {"alert_id": telling.alert_id, "tellings": telling.tellings, "state": telling.state}
    with database.connection() as connection:
        connection.execute(_SQL["told"], parameters)


def failed(database: Database, telling: Telling, trouble: str, *, unclear: bool) -> None:
    """Note that a message could not be told, and let it rest. `unclear`: it may have been told all the same."""
    parameters = {
        "alert_id": telling.alert_id,
        "tellings": telling.tellings,
        "trouble": trouble,
        "first": _FIRST_REST,
        "longest": _LONGEST_REST,
        "unknown_there": telling.first and not unclear,
    }
    with database.connection() as connection:
        connection.execute(_SQL["failed"], parameters)


def _about(row: dict[str, Any], name: str) -> Subject:
    return Subject(name=name, integration=row["integration"], subject=row["subject"])
