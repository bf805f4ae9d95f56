"""Rescue: what brings back work whose worker, rest or ticket is over. Nothing here decides an outcome.

Limits, stated first: a lease that runs out says nothing about the worker; it may only be slow. It will find its fence
outdated and write nothing, and the record is read back before anything is sent again. A ticket is taken for lost by its
age and by what the broker says it holds; a wrong guess costs one ticket that loses its compare-and-set.

Every statement is planned each time: on most days there is nothing to find, on some there is a million.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from common.database import statements
from common.database.pool import Database
from schemas.tickets import Queue

_SQL = statements.load(__name__)
_BATCH = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Which queues serve a flow."""

    flow: str
    poll_queue: Queue
    deliver_queue: Queue


def expire_leases(database: Database, *, actor: str) -> int:
    """Take records back whose lease ran out; return how many."""
    return len(database.fetch_all(_SQL["expire_leases"], {"limit": _BATCH, "actor": actor}, prepare=False))


def reissue_rested(database: Database, routes: list[Route]) -> int:
    """Write tickets for records that rested long enough; return how many."""
    return _count(database, "reissue_rested", {**_routes(routes), "limit": _BATCH})


def reissue_jobs(database: Database, routes: list[Route]) -> int:
    """Write poll commands for unfinished jobs that rested long enough or whose lease ran out; return how many.

    One command for each rest and each lease: if nobody takes it up, the job is stale some time later.
    """
    return _count(database, "reissue_jobs", {**_routes(routes), "limit": _BATCH})


def stale(database: Database, routes: list[Route], queue: Queue, *, lost_after: timedelta, up_to: int) -> int:
    """Return how many records (or jobs) of a queue have had a ticket for over `lost_after` that nobody took up.

    Counts to `up_to` and no further: a caller asks whether there are more than the queue holds.
    """
    statement = "stale_jobs" if queue.takes_poll_commands else "stale_records"
    parameters = {**_lane(routes, queue), "lost_after": lost_after, "limit": up_to}
    row = database.fetch_one(_SQL[statement], parameters, prepare=False)
    return int(row["found"]) if row else 0


def reissue_stale(database: Database, routes: list[Route], queue: Queue, *, lost_after: timedelta, limit: int) -> int:
    """Write new tickets for stale records (or jobs) of one queue, `limit` for each flow at most; return how many."""
    statement = "reissue_stale_jobs" if queue.takes_poll_commands else "reissue_stale_records"
    return _count(database, statement, {**_lane(routes, queue), "lost_after": lost_after, "limit": limit})


def _count(database: Database, statement: str, parameters: dict[str, Any]) -> int:
    with database.connection() as connection:
        return connection.execute(_SQL[statement], parameters, prepare=False).rowcount


def _routes(routes: list[Route]) -> dict[str, list[str]]:
    return {
        "flows": [route.flow for route in routes],
        "poll_queues": [str(route.poll_queue) for route in routes],
        "deliver_queues": [str(route.deliver_queue) for route in routes],
    }


def _lane(routes: list[Route], queue: Queue) -> dict[str, Any]:
    """Return which flows' records (or jobs) get their tickets on this queue, and in which stage they are."""
    flows = [route.flow for route in routes if queue in (Queue.TRANSFORM, route.poll_queue, route.deliver_queue)]
    return {"queue": queue, "flows": flows, "stage": "transform" if queue is Queue.TRANSFORM else "deliver"}
