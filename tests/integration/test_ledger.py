"""The ledger against a real PostgreSQL: claims, fences, settlements, replays, and what the books say."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

import pytest

from common.ledger import books, dead_letters, jobs, leadership, outbox, rescue
from common.ledger.jobs import JobKind
from common.ledger.records import Claim, LeaseLost, NotClaimed, Stage
from common.ledger.states import State
from common.ledger.verdicts import Absent, Dead, DeadClass, Delivered, SendAs, Superseded, Transformed, Unclear, Wait
from common.vault import keys
from common.vault.seal import Vault
from common.vault.sources import KeyVariable
from schemas.tickets import Queue
from tests.fixtures.world import eventually
from tests.integration.bench import NOON, ROUTES, LedgerBench, version, without_amount

pytestmark = pytest.mark.services

DELIVERED = Delivered(target_id="US1", how="test")
REFUSED = Dead(category=DeadClass.REFUSED, reason="no", next_step="fix", refused_by_target=True)


def test_of_many_workers_one_gets_the_record(bench: LedgerBench) -> None:
    (record_id,) = bench.see(version(1))
    start = threading.Barrier(8)
    got: list[Claim | NotClaimed] = []

    def work() -> None:
        start.wait()
        got.append(bench.try_claim(Stage.TRANSFORM, record_id))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(isinstance(one, Claim) for one in got) == 1
    assert len(got) == 8


def test_two_versions_of_a_document_are_never_under_way_together(bench: LedgerBench) -> None:
    (first,) = bench.see(version(1, minute=1, content=b"a"))
    bench.make_ready(first)
    held = bench.claim(Stage.DELIVER, first)
    (second,) = bench.see(version(1, minute=2, content=b"b"))
    bench.make_ready(second)

    assert bench.try_claim(Stage.DELIVER, second) == NotClaimed(state=State.READY, busy=True)
    bench.settle(held, Unclear(reason="reset"))
    assert bench.try_claim(Stage.DELIVER, second) == NotClaimed(state=State.READY)  # resting


def test_a_claim_that_waited_for_the_version_before_sees_what_that_one_delivered(bench: LedgerBench) -> None:
    (first,) = bench.see(version(1, minute=1, content=b"a"))
    bench.make_ready(first)
    held = bench.claim(Stage.DELIVER, first)
    (second,) = bench.see(version(1, minute=2, content=b"b"))
    bench.make_ready(second)

    with ThreadPoolExecutor(1) as pool, bench.settlement_not_yet_committed(held, DELIVERED):
        waiting = pool.submit(bench.claim, Stage.DELIVER, second)
        assert eventually(bench.somebody_waits_for_a_lock)
    standing = waiting.result(timeout=10).standing

    assert (standing.delivered_record_id, standing.serial) == (first, 1)


def test_a_worker_that_lost_its_lease_writes_nothing(bench: LedgerBench) -> None:
    (record_id,) = bench.see(version(1))
    bench.make_ready(record_id)
    zombie = bench.claim(Stage.DELIVER, record_id, lease_seconds=0, actor="zombie")
    assert rescue.expire_leases(bench.database, actor="sweeper") == 1
    events = bench.count(b"SELECT count(*) AS n FROM audit_event")

    with pytest.raises(LeaseLost):
        bench.settle(zombie, DELIVERED)

    assert bench.state(record_id) is State.UNKNOWN
    assert bench.count(b"SELECT count(*) AS n FROM audit_event") == events
    assert bench.count(b"SELECT count(*) AS n FROM document WHERE delivered_record_id IS NOT NULL") == 0


def test_what_a_dead_worker_was_sending_is_read_back_first(bench: LedgerBench) -> None:
    (record_id,) = bench.see(version(1))
    bench.make_ready(record_id)
    bench.claim(Stage.DELIVER, record_id, lease_seconds=0)
    rescue.expire_leases(bench.database, actor="sweeper")
    assert rescue.reissue_rested(bench.database, ROUTES) == 1

    held = bench.claim(Stage.DELIVER, record_id)
    assert held.state is State.CHECKING
    assert held.budget.may_be_applied


def test_two_documents_of_one_lane_are_never_under_way_together(bench: LedgerBench) -> None:
    first, second, third = bench.see(version(1), version(2), version(3))
    for record_id, lane in ((first, "US1"), (second, "US1"), (third, "US2")):
        body = Transformed(body=b"{}", body_hash=b"h", send_as=SendAs.PUT, lane=lane)
        bench.settle(bench.claim(Stage.TRANSFORM, record_id), body)
    held = bench.claim(Stage.DELIVER, first)

    assert bench.try_claim(Stage.DELIVER, second) == NotClaimed(state=State.READY, busy=True)
    assert isinstance(bench.try_claim(Stage.DELIVER, third), Claim)
    bench.settle(held, DELIVERED)
    with bench.database.connection() as connection:
        connection.execute("UPDATE record SET next_attempt_at = NULL")
    assert isinstance(bench.try_claim(Stage.DELIVER, second), Claim)


def test_what_a_dead_worker_was_mapping_is_mapped_again(bench: LedgerBench) -> None:
    (record_id,) = bench.see(version(1))
    bench.claim(Stage.TRANSFORM, record_id, lease_seconds=0)
    rescue.expire_leases(bench.database, actor="sweeper")

    assert bench.state(record_id) is State.CAPTURED


def test_the_key_of_an_effect_survives_retries_and_changes_after_a_refusal(bench: LedgerBench) -> None:
    (record_id,) = bench.see(version(1))
    bench.make_ready(record_id)
    held = bench.claim(Stage.DELIVER, record_id)
    first, since = held.dedupe_key, held.sending_since
    bench.settle(held, Wait(seconds=0, reason="busy"))
    held = bench.claim(Stage.DELIVER, record_id)
    assert (held.dedupe_key, held.sending_since) == (first, since)

    bench.settle(held, REFUSED)
    dead_letters.replay(bench.database, record_id, actor="me", how="test")
    bench.make_ready(record_id)
    assert bench.claim(Stage.DELIVER, record_id).dedupe_key != first


def test_the_crosswalk_counts_what_was_delivered(bench: LedgerBench) -> None:
    for serial, content in enumerate((b"a", b"b", b"c")):
        (record_id,) = bench.see(version(1, minute=serial, content=content))
        bench.make_ready(record_id, body=content)
        held = bench.claim(Stage.DELIVER, record_id)
        assert held.standing.serial == serial
        previous = held.standing.delivered_key
        bench.settle(held, DELIVERED)
        assert bench.count(b"SELECT serial AS n FROM document") == serial + 1
        assert held.dedupe_key != previous


def test_a_dead_version_waits_for_nobody_once_a_later_one_is_delivered(bench: LedgerBench) -> None:
    (first,) = bench.see(version(1, content=b"wrong"))
    bench.settle(bench.claim(Stage.TRANSFORM, first), REFUSED)
    (discarded,) = bench.see(version(1, content=b"wrong too"))
    bench.settle(bench.claim(Stage.TRANSFORM, discarded), REFUSED)
    dead_letters.discard(bench.database, discarded, actor="me", reason="entered by hand")
    (later,) = bench.see(version(1, content=b"corrected"))
    bench.make_ready(later)
    bench.settle(bench.claim(Stage.DELIVER, later), DELIVERED)

    assert [bench.state(one) for one in (first, discarded, later)] == [State.SUPERSEDED, State.DEAD, State.DELIVERED]
    assert bench.count(b"SELECT count(*) AS n FROM audit_event WHERE event = 'superseded'") == 1


def test_a_dead_version_that_may_have_arrived_keeps_waiting(bench: LedgerBench) -> None:
    (first,) = bench.see(version(1, content=b"a"))
    bench.make_ready(first)
    bench.settle(bench.claim(Stage.DELIVER, first), Unclear(reason="reset"))
    with bench.database.connection() as connection:
        connection.execute(
            b"UPDATE record SET state = 'dead', dead_class = 'exhausted', next_step = 'x', settled_at = now()"
        )
    (second,) = bench.see(version(1, content=b"b"))
    bench.make_ready(second)

    assert bench.claim(Stage.DELIVER, second).standing.doubtful == first


def test_a_payload_whose_key_is_missing_waits_and_one_that_was_changed_is_dead(bench: LedgerBench) -> None:
    first, second = bench.see(version(1), version(2))
    with bench.database.connection() as connection:
        connection.execute("UPDATE payload SET sealed = overlay(sealed PLACING '\\x00'::bytea FROM 40)")
    changed = bench.claim(Stage.TRANSFORM, first)
    lost = bench.vault.keys.masters.newest
    bench.vault = Vault(bench.database, KeyVariable(variable="V", text=keys.new_line()))
    locked = bench.claim(Stage.TRANSFORM, second)

    assert isinstance(changed.unopened, Dead)
    assert isinstance(locked.unopened, Wait)
    assert f"'{lost}'" in locked.unopened.reason


def test_a_value_that_postgresql_cannot_hold_is_shown_and_settled(bench: LedgerBench) -> None:
    (record_id,) = bench.see(version(1))
    nul = Dead(category=DeadClass.INVALID, reason="a\x00b", next_step="c\x00d", field="x", value="e\x00f")
    bench.settle(bench.claim(Stage.TRANSFORM, record_id), nul)

    (found,) = dead_letters.find(bench.database)
    assert (found["reason"], found["value"]) == ("a␀b", "e␀f")


def test_a_page_that_takes_long_keeps_its_claim_and_a_lost_one_stays_lost(bench: LedgerBench) -> None:
    page = bench.page()
    jobs.renew(bench.database, page, lease_seconds=60)
    with bench.database.connection() as connection:
        connection.execute("UPDATE job SET lease_until = clock_timestamp() - interval '1 s'")

    with pytest.raises(LeaseLost):
        jobs.renew(bench.database, page, lease_seconds=60)


def test_a_dead_record_is_replayed_once_however_often_it_is_asked_for(bench: LedgerBench) -> None:
    (record_id,) = bench.see(version(1))
    bench.settle(bench.claim(Stage.TRANSFORM, record_id), REFUSED)
    start = threading.Barrier(6)
    replayed: list[bool] = []

    def ask() -> None:
        start.wait()
        replayed.append(dead_letters.replay(bench.database, record_id, actor="me", how="test"))

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(replayed) == [False] * 5 + [True]
    assert bench.claim(Stage.TRANSFORM, record_id).budget.attempts == 1


def test_a_discarded_record_waits_for_nobody_but_stays_in_the_books(bench: LedgerBench) -> None:
    (record_id,) = bench.see(version(1))
    bench.settle(bench.claim(Stage.TRANSFORM, record_id), REFUSED)

    assert dead_letters.still_waiting(bench.database, [record_id]) == {record_id}
    assert dead_letters.discard(bench.database, record_id, actor="me", reason="entered by hand")
    assert not dead_letters.discard(bench.database, record_id, actor="me", reason="again")
    assert dead_letters.still_waiting(bench.database, [record_id]) == set()
    assert dead_letters.find(bench.database) == []
    assert [line.places["dead"].records for line in books.balance(bench.database)] == [1]


def test_a_rested_record_gets_one_ticket(bench: LedgerBench) -> None:
    (record_id,) = bench.see(version(1))
    bench.make_ready(record_id)
    bench.settle(bench.claim(Stage.DELIVER, record_id), Wait(seconds=0, reason="busy"))

    assert rescue.reissue_rested(bench.database, ROUTES) == 1
    assert rescue.reissue_rested(bench.database, ROUTES) == 0


def test_a_record_whose_ticket_is_still_in_the_outbox_is_not_lost(bench: LedgerBench) -> None:
    bench.see(version(1), version(2))
    at_once = timedelta(0)
    assert rescue.stale(bench.database, ROUTES, Queue.TRANSFORM, lost_after=at_once, up_to=9) == 0

    published = outbox.claim(bench.database, Queue.TRANSFORM, limit=99, lease=timedelta(seconds=9))
    outbox.confirm(bench.database, [item.ticket_id for item in published])

    assert rescue.stale(bench.database, ROUTES, Queue.TRANSFORM, lost_after=at_once, up_to=9) == 2
    assert rescue.stale(bench.database, ROUTES, Queue.TRANSFORM, lost_after=at_once, up_to=1) == 1
    assert rescue.stale(bench.database, ROUTES, Queue.JAGGAER_DELIVER, lost_after=at_once, up_to=9) == 0
    assert rescue.reissue_stale(bench.database, ROUTES, Queue.TRANSFORM, lost_after=at_once, limit=2) == 2


def test_the_books_balance_in_every_state_and_show_a_record_that_vanished(bench: LedgerBench) -> None:
    ids = bench.see(version(1), version(2), version(3), version(4), without_amount(version(5)))
    bench.settle(bench.claim(Stage.TRANSFORM, ids[0]), REFUSED)
    bench.settle(bench.claim(Stage.TRANSFORM, ids[1]), Superseded(by=99))
    bench.make_ready(ids[2])
    bench.settle(bench.claim(Stage.DELIVER, ids[2]), Unclear(reason="reset"))

    nothing, whole = sorted(books.balance(bench.database), key=lambda line: line.seen.amount)
    assert whole.balances
    assert nothing.balances
    assert (whole.seen.records, whole.seen.amount) == (4, Decimal("6851.00"))
    found = {name: entry.records for name, entry in whole.places.items() if entry.records}
    assert found == {"dead": 1, "superseded": 1, "unknown": 1, "in flight": 1}

    with bench.database.connection() as connection:
        connection.execute("DELETE FROM payload")
        connection.execute("DELETE FROM record WHERE record_id = %s", [ids[3]])

    whole = max(books.balance(bench.database), key=lambda line: line.seen.amount)
    assert not whole.balances
    assert (whole.difference.records, whole.difference.amount) == (1, Decimal("1712.75"))


def test_a_late_row_is_found_measured_and_stretches_the_overlap(bench: LedgerBench) -> None:
    bench.see(version(1, minute=30))
    page = bench.page()
    assert page.cursor_before == NOON + timedelta(minutes=30)
    assert page.window_from == NOON + timedelta(minutes=29)

    bench.admit(page, version(2, minute=10))

    assert bench.count(b"SELECT rows_late AS n FROM job WHERE rows_late > 0") == 1
    assert bench.count(b"SELECT count(*) AS n FROM cursor WHERE overlap > interval '1 minute'") == 1
    assert bench.page().cursor_before == NOON + timedelta(minutes=30)


def test_of_one_flow_only_one_job_reads(bench: LedgerBench) -> None:
    bench.page()

    with pytest.raises(AssertionError):  # the bench insists on getting a page
        bench.page(JobKind.RESCAN)


def test_one_process_leads_until_it_resigns(bench: LedgerBench) -> None:
    term = timedelta(seconds=30)
    assert leadership.hold(bench.database, "duty", holder="a", term=term) == 1
    assert leadership.hold(bench.database, "duty", holder="b", term=term) is None
    assert leadership.hold(bench.database, "duty", holder="a", term=term) == 1
    leadership.resign(bench.database, "duty", holder="b")
    assert leadership.hold(bench.database, "duty", holder="b", term=term) is None
    leadership.resign(bench.database, "duty", holder="a")
    assert leadership.hold(bench.database, "duty", holder="b", term=timedelta(0)) == 1
    assert leadership.hold(bench.database, "duty", holder="c", term=term) == 2


def test_a_cancel_that_is_settled_keeps_its_action(bench: LedgerBench) -> None:
    (record_id,) = bench.see(version(1))
    bench.make_ready(record_id, send_as=SendAs.CANCEL)
    held = bench.claim(Stage.DELIVER, record_id)
    bench.settle(held, DELIVERED)

    assert held.action is SendAs.CANCEL
    assert bench.count(b"SELECT count(*) AS n FROM document WHERE delivered_action = 'cancel'") == 1


def test_a_proved_absence_is_sent_again_without_losing_its_key(bench: LedgerBench) -> None:
    (record_id,) = bench.see(version(1))
    bench.make_ready(record_id)
    held = bench.claim(Stage.DELIVER, record_id)
    key = held.dedupe_key
    bench.settle(held, Unclear(reason="reset"))
    with bench.database.connection() as connection:
        connection.execute("UPDATE record SET next_attempt_at = NULL")
    bench.settle(bench.claim(Stage.DELIVER, record_id), Absent(reason="not there", proved=True))

    held = bench.claim(Stage.DELIVER, record_id)
    assert (held.state, held.dedupe_key, held.budget.may_be_applied) == (State.SENDING, key, False)


def test_a_worker_that_wakes_up_after_another_took_over_writes_nothing(bench: LedgerBench) -> None:
    (record_id,) = bench.see(version(1))
    zombie = bench.claim(Stage.TRANSFORM, record_id, lease_seconds=0, actor="zombie")
    rescue.expire_leases(bench.database, actor="sweeper")
    present = bench.claim(Stage.TRANSFORM, record_id, actor="present")

    with pytest.raises(LeaseLost):
        bench.settle(zombie, REFUSED)

    assert bench.state(record_id) is State.TRANSFORMING
    bench.settle(present, Superseded(by=2))
    assert bench.state(record_id) is State.SUPERSEDED
