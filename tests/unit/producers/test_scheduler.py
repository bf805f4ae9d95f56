"""When jobs are due."""

from datetime import UTC, datetime, timedelta

from common.ledger.jobs import JobKind
from common.settings import FlowSettings
from producers.scheduler import due_runs

NOW = datetime(2026, 11, 23, 8, 7, 30, tzinfo=UTC)
FLOW = ("main", "purchase_orders")
SETTINGS = FlowSettings(every_seconds=300, rescan_every_seconds=3600)
SLOT = datetime(2026, 11, 23, 8, 5, tzinfo=UTC)


def kinds(last: dict[JobKind, datetime], now: datetime = NOW, settings: FlowSettings = SETTINGS) -> list[JobKind]:
    known = {(*FLOW, kind): due_at for kind, due_at in last.items()}
    return [due.kind for due in due_runs({FLOW: settings}, known, now)]


def test_the_first_poll_is_due_at_once_and_no_rescan_with_it() -> None:
    (due,) = due_runs({FLOW: SETTINGS}, {}, NOW)

    assert (due.kind, due.due_at) == (JobKind.SCHEDULED, SLOT)


def test_a_slot_is_due_once() -> None:
    assert kinds({JobKind.SCHEDULED: SLOT}) == []
    assert kinds({JobKind.SCHEDULED: SLOT}, NOW + timedelta(minutes=3)) == [JobKind.SCHEDULED]


def test_slots_that_were_missed_are_not_made_up_for_one_by_one() -> None:
    assert kinds({JobKind.SCHEDULED: SLOT - timedelta(days=2), JobKind.RESCAN: SLOT}) == [JobKind.SCHEDULED]


def test_a_rescan_is_due_in_the_slot_after_the_first_poll() -> None:
    assert kinds({JobKind.SCHEDULED: SLOT}, NOW + timedelta(minutes=52)) == [JobKind.SCHEDULED]
    assert kinds({JobKind.SCHEDULED: SLOT}, NOW + timedelta(minutes=53)) == [JobKind.SCHEDULED, JobKind.RESCAN]


def test_a_flow_that_is_off_is_never_due() -> None:
    assert kinds({}, settings=FlowSettings(enabled=False)) == []


def test_a_cron_expression_is_due_by_the_clock_of_its_zone() -> None:
    berlin = FlowSettings(cron="0 9 * * mon-fri", rescan_cron="30 2 * * sun", time_zone="Europe/Berlin")
    nine = datetime(2026, 11, 23, 8, tzinfo=UTC)

    (due,) = due_runs({FLOW: berlin}, {}, NOW)
    assert (due.kind, due.due_at) == (JobKind.SCHEDULED, nine)
    assert kinds({JobKind.SCHEDULED: nine}, settings=berlin) == []
    assert kinds({JobKind.SCHEDULED: nine}, NOW + timedelta(days=1), berlin) == [JobKind.SCHEDULED]
    friday_to_sunday = datetime(2026, 11, 29, 1, 30, tzinfo=UTC)
    friday = datetime(2026, 11, 27, 8, tzinfo=UTC)
    assert kinds({JobKind.SCHEDULED: friday}, friday_to_sunday, berlin) == [JobKind.RESCAN]
