"""Due times: a grid that every scheduler computes alike, from an interval or from a cron expression. Pure.

An interval's grid are its multiples since 1970. A cron expression speaks of a wall clock, and wall clocks are turned:

* with `*` in its hours it means "every hour that passes": an hour that comes twice is served twice, one that is left
  out is not missed;
* with hours of its own it means a time of day: what falls into an hour that is left out is due once, when the clocks
  have been turned; what falls into an hour that comes twice is due once, the first time.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from cronsim import CronSim

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LARGEST_TURN = timedelta(hours=4)
"""More than any clock is turned by."""
_MINUTE = timedelta(minutes=1)
_SECOND = timedelta(seconds=1)


def of_interval(now: datetime, every_seconds: float) -> datetime:
    """Return the newest multiple of the interval that is not after `now`."""
    since_epoch = (now - _EPOCH).total_seconds()
    return _EPOCH + timedelta(seconds=since_epoch - since_epoch % every_seconds)


def of_cron(now: datetime, expression: str, time_zone: str) -> datetime:
    """Return the newest time, in UTC, at which the expression was due and that is not after `now`."""
    zone = ZoneInfo(time_zone)
    if expression.split()[1].startswith("*"):
        ahead = (now.replace(microsecond=0) + _SECOND).astimezone(zone)  # added in UTC: a wall clock forgets its fold
        past = CronSim(expression, ahead, reverse=True)
        return next(past).astimezone(UTC)
    wall = now.astimezone(zone).replace(tzinfo=None, second=0, microsecond=0)
    past = CronSim(expression, wall + _LARGEST_TURN, reverse=True)
    return next(due for due in (_instant(time, zone) for time in past) if due <= now)


def _instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """Return when a wall clock first shows a time, or, if it never does, the first time after it that it shows."""
    while True:
        instant = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
        if instant.astimezone(zone).replace(tzinfo=None) == wall:
            return instant
        wall += _MINUTE
