"""What of a page is taken into the ledger, on a real PostgreSQL."""

from datetime import timedelta

import pytest

from common.ledger import outbox
from common.ledger.records import Stage
from schemas.tickets import Queue, RecordTicket
from tests.integration.bench import LedgerBench, version

pytestmark = pytest.mark.services


def test_the_same_version_is_taken_once_however_often_it_is_seen(bench: LedgerBench) -> None:
    assert len(bench.see(version(1), version(2))) == 2
    assert bench.see(version(1), version(2), version(3)) != ()
    assert bench.count(b"SELECT count(*) AS n FROM record") == 3


def test_equal_stamps_with_different_content_are_two_versions_and_the_later_read_is_the_newer(
    bench: LedgerBench,
) -> None:
    (first,) = bench.see(version(1, content=b"a"))
    (second,) = bench.see(version(1, content=b"b"))
    bench.make_ready(second)

    assert bench.claim(Stage.TRANSFORM, first).standing.heir == second


def test_what_was_read_last_is_the_newest_whatever_its_stamp_says(bench: LedgerBench) -> None:
    (with_a_line_more,) = bench.see(version(1, minute=9, content=b"b"))
    (without_it,) = bench.see(version(1, minute=1, content=b"a"))
    bench.make_ready(without_it)

    assert bench.claim(Stage.TRANSFORM, with_a_line_more).standing.heir == without_it


def test_a_document_that_goes_back_to_what_it_was_is_a_new_version(bench: LedgerBench) -> None:
    (first,) = bench.see(version(1, content=b"a"))
    (second,) = bench.see(version(1, content=b"b"))
    (third,) = bench.see(version(1, content=b"a"))

    assert first < second < third
    assert bench.see(version(1, content=b"a")) == ()
    bench.make_ready(third)
    assert bench.claim(Stage.TRANSFORM, second).standing.heir == third


def test_two_versions_of_a_document_in_one_page_are_both_taken_and_the_later_row_is_the_newest(
    bench: LedgerBench,
) -> None:
    taken = bench.see(version(1, content=b"b"), version(1, content=b"a"), version(1, content=b"b"), version(2))

    assert len(taken) == 3
    bench.make_ready(taken[1])
    assert bench.claim(Stage.TRANSFORM, taken[0]).standing.heir == taken[1]
    assert bench.count(b"SELECT newest_record_id AS n FROM document WHERE document_key = '1'") == taken[1]


def test_every_new_record_has_its_ticket_in_the_same_transaction(bench: LedgerBench) -> None:
    (record_id,) = bench.see(version(1))

    tickets = [item.ticket for item in outbox.claim(bench.database, Queue.TRANSFORM, limit=9, lease=timedelta(0))]
    assert [t.record_id for t in tickets if isinstance(t, RecordTicket)] == [record_id]


def test_versions_of_a_document_that_a_source_shows_side_by_side_are_taken_once(bench: LedgerBench) -> None:
    side_by_side = version(1, content=b"a"), version(1, content=b"b"), version(2)
    assert len(bench.see(*side_by_side)) == 3

    assert bench.see(*side_by_side) == ()
    assert len(bench.see(*side_by_side, version(1, content=b"c"))) == 1
    assert bench.see(*side_by_side, version(1, content=b"c")) == ()
