"""Which documents a refused one waits for: those read before it, and those of the flows before its own."""

from collections.abc import Callable

import pytest

from common.ledger import records
from common.ledger.records import Claim, Stage
from common.ledger.verdicts import Unchanged
from schemas.identity import RecordId
from tests.integration.bench import LedgerBench, version

pytestmark = pytest.mark.services

BEFORE = ["invoices"]


@pytest.fixture
def late(bench: LedgerBench) -> Claim:
    """Lend a claimed record that a settled one of its flow precedes and an open one follows."""
    first, held, _ = bench.see(version(1), version(2), version(3))
    bench.settle(bench.claim(Stage.TRANSFORM, first), Unchanged(reason="test"))
    return bench.claim(Stage.TRANSFORM, held)


def waits(bench: LedgerBench, held: Claim, *before: str) -> bool:
    return records.earlier_open(bench.database, held, before)


def test_what_is_settled_or_came_later_is_not_waited_for(bench: LedgerBench, late: Claim) -> None:
    assert not waits(bench, late)


@pytest.mark.parametrize(
    "on_its_way",
    [lambda *_: None, lambda bench, one: bench.claim(Stage.TRANSFORM, one), LedgerBench.make_ready],
    ids=["captured", "claimed", "ready"],
)
def test_an_earlier_one_of_the_flow_is_waited_for(
    bench: LedgerBench, on_its_way: Callable[[LedgerBench, RecordId], object]
) -> None:
    earlier, held = bench.see(version(1), version(2))
    on_its_way(bench, earlier)

    assert waits(bench, bench.claim(Stage.TRANSFORM, held))


def test_a_flow_before_it_is_waited_for_until_it_was_read_once_more(bench: LedgerBench, late: Claim) -> None:
    assert waits(bench, late, *BEFORE)

    bench.see(flow="invoices")

    assert not waits(bench, late, *BEFORE)


def test_what_that_reading_brought_is_waited_for_and_what_the_next_one_brings_is_not(
    bench: LedgerBench, late: Claim
) -> None:
    (brought,) = bench.see(version(7), flow="invoices")
    assert waits(bench, late, *BEFORE)

    bench.settle(bench.claim(Stage.TRANSFORM, brought), Unchanged(reason="test"))
    bench.see(version(8), flow="invoices")

    assert not waits(bench, late, *BEFORE)
