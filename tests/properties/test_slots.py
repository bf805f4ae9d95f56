"""Due times: each one once, whatever clocks are turned, judged by walking through every minute of a wall clock."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from producers import slots

MINUTE = timedelta(minutes=1)
ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "America/Sao_Paulo"]
TURNS = {
    "Europe/Berlin": [datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)],
    "America/New_York": [datetime(2026, 3, 8, 7, tzinfo=UTC), datetime(2026, 11, 1, 6, tzinfo=UTC)],
    "Australia/Lord_Howe": [datetime(2026, 10, 3, 15, 30, tzinfo=UTC), datetime(2026, 4, 4, 15, tzinfo=UTC)],
}
"""When clocks are turned: forwards, then backwards."""

NOWS = st.datetimes(datetime(2020, 1, 1), datetime(2036, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - naive bounds
MINUTES = st.sampled_from(["0", "30", "*/15", "7,52", "10-20/5", "*"])
HOURS = st.sampled_from(["0", "1-3", "2", "*/6", "6-20", "0,23", "*"])
DAYS = st.sampled_from(["* * *", "* * mon-fri", "* * sun", "1 * *", "29 2 *", "* 3,10 sun"])
EXPRESSIONS = st.builds("{} {} {}".format, MINUTES, HOURS, DAYS)


def walk(expression: str, zone: str, since: datetime, hours: int) -> list[datetime]:
    """Return every due time that a scheduler sees that looks each minute."""
    found: list[datetime] = []
    for minute in range(hours * 60):
        due = slots.of_cron(since + minute * MINUTE, expression, zone)
        if due >= since and (not found or due != found[-1]):
            found.append(due)
    return found


@given(now=NOWS, every=st.integers(1, 10**6))
def test_a_slot_of_an_interval_lies_on_the_grid_within_one_interval_behind_now(now: datetime, every: int) -> None:
    slot = slots.of_interval(now, every)

    assert timedelta(0) <= now - slot < timedelta(seconds=every)
    assert slots.of_interval(slot, every) == slot


@given(now=NOWS, expression=EXPRESSIONS, zone=st.sampled_from(ZONES))
def test_a_slot_of_cron_is_not_after_now_and_is_its_own_slot(now: datetime, expression: str, zone: str) -> None:
    slot = slots.of_cron(now, expression, zone)

    assert slot <= now
    assert slot.second == slot.microsecond == 0
    assert slots.of_cron(slot, expression, zone) == slot


@given(
    now=NOWS, later=st.timedeltas(timedelta(0), timedelta(days=9)), expression=EXPRESSIONS, zone=st.sampled_from(ZONES)
)
def test_slots_only_move_forwards(now: datetime, later: timedelta, expression: str, zone: str) -> None:
    assert slots.of_cron(now, expression, zone) <= slots.of_cron(now + later, expression, zone)


@settings(max_examples=15)
@given(
    zone=st.sampled_from(sorted(TURNS)),
    turn=st.integers(0, 1),
    minutes=st.sets(st.integers(0, 59), min_size=1, max_size=3),
    hours=st.sets(st.integers(0, 23), min_size=1, max_size=4),
)
def test_a_time_of_day_is_due_once_a_day_also_when_clocks_are_turned(
    zone: str, turn: int, minutes: set[int], hours: set[int]
) -> None:
    """Every time of day that is named is due once; those that are left out are due together, after the gap."""
    at = TURNS[zone][turn]
    day = at.astimezone(ZoneInfo(zone)).date() if turn == 0 else (at - MINUTE).astimezone(ZoneInfo(zone)).date()
    begin = datetime.combine(day, datetime.min.time(), ZoneInfo(zone)).astimezone(UTC)
    end = datetime.combine(day + timedelta(days=1), datetime.min.time(), ZoneInfo(zone)).astimezone(UTC)
    named = [f"{hour:02}:{minute:02}" for hour in sorted(hours) for minute in sorted(minutes)]
    expression = f"{','.join(map(str, sorted(minutes)))} {','.join(map(str, sorted(hours)))} * * *"
    ticks = [begin + number * MINUTE for number in range(int((end - begin) / MINUTE))]
    clock: dict[str, datetime] = {}
    for tick in ticks:
        clock.setdefault(tick.astimezone(ZoneInfo(zone)).strftime("%H:%M"), tick)
    expected = {min(tick for shown, tick in clock.items() if shown >= time) for time in named if time <= max(clock)}

    seen = {slots.of_cron(tick, expression, zone) for tick in ticks}

    assert {due for due in seen if due >= begin} == expected


@pytest.mark.parametrize("turn", [0, 1])
def test_every_hour_means_every_hour_that_passes(turn: int) -> None:
    found = walk("*/5 * * * *", "Europe/Berlin", TURNS["Europe/Berlin"][turn] - timedelta(hours=2), 4)

    assert len(found) == 4 * 12
    assert {later - earlier for earlier, later in pairwise(found)} == {timedelta(minutes=5)}


def test_what_falls_into_the_gap_is_due_once_when_clocks_have_been_turned() -> None:
    found = walk("*/30 2 * * *", "Europe/Berlin", datetime(2026, 3, 28, 12, tzinfo=UTC), 24)

    assert found == [datetime(2026, 3, 29, 1, tzinfo=UTC)]


def test_what_falls_into_the_hour_that_comes_twice_is_due_the_first_time() -> None:
    found = walk("*/30 2 * * *", "Europe/Berlin", datetime(2026, 10, 24, 12, tzinfo=UTC), 24)

    assert found == [datetime(2026, 10, 25, 0, tzinfo=UTC), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)]
