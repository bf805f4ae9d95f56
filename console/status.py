"""`ml-connector status`: what a person should know, where everything is, and how far each flow has read."""

import os
from typing import Any

from common.bus.inspection import RabbitInspector
from common.bus.session import BusUnavailable
from common.connections import access, traffic
from common.database.pool import Database
from common.ledger import alerts, books, cursor, outbox
from common.settings import load
from console import opened, output
from schemas.tickets import Queue

_ALERT = ("alert", "integration", "subject", "since", "summary", "action", "told_at", "trouble")
_CONNECTION = ("connection", "access", "stopped_because", "breaker", "away_since", "paused_until", "rate", "because")


def status(as_json: bool) -> None:
    """Show open alerts, records by state, cursors, tickets that wait to be published, and queues."""
    with opened.ledger() as database:
        found = collect(database, load(os.environ).rabbitmq_url)
    if as_json:
        output.show_json(found)
        return
    output.table("Alerts", _ALERT, found["alerts"], empty="No alert is open.")
    output.table("Records", ("flow", "state", "records", "oldest"), found["records"], empty="No records.")
    output.table(
        "Cursors",
        ("flow", "position", "behind", "overlap", "rows_late", "lateness"),
        found["cursors"],
        empty="Nothing was read yet.",
    )
    output.table("Tickets to publish", ("queue", "tickets", "oldest"), found["outbox"], empty="No ticket waits.")
    output.table("Connections", _CONNECTION, found["connections"], empty="No connection was used yet.")
    if found["queues"] is not None:
        output.table("Queues", ("queue", "waiting"), found["queues"], empty="No queues.")


def collect(database: Database, rabbitmq_url: str | None) -> dict[str, Any]:
    """Return what the command shows."""
    return {
        "alerts": alerts.everything_open(database),
        "records": books.states(database),
        "cursors": cursor.everywhere(database),
        "outbox": outbox.waiting(database),
        "connections": _connections(database),
        "queues": _queues(rabbitmq_url) if rabbitmq_url else None,
    }


def _connections(database: Database) -> list[dict[str, Any]]:
    """Return each connection once: how it is let in, and how it is doing."""
    doing = {row["connection"]: row for row in traffic.everywhere(database)}
    let_in = {row["connection"]: row for row in access.everywhere(database)}
    return [{**doing.get(name, {}), **let_in.get(name, {}), "connection": name} for name in sorted(doing | let_in)]


def _queues(rabbitmq_url: str) -> list[dict[str, Any]]:
    inspector = RabbitInspector(rabbitmq_url)
    try:
        return [{"queue": queue, "waiting": inspector.depth(queue)} for queue in Queue]
    except BusUnavailable as error:
        return [{"queue": "RabbitMQ", "waiting": str(error)}]
    finally:
        inspector.close()
