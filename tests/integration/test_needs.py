"""What must be at the target first: who waits for it, who dies for want of it, and who is brought back (ledger)."""

from dataclasses import replace

import pytest

from common.ledger import needs
from common.ledger.records import Claim, NotClaimed, Stage
from common.ledger.states import State
from common.ledger.verdicts import Dead, DeadClass, Need, SendAs, Wait
from schemas.identity import Identity, RecordId
from tests.integration.bench import LedgerBench, version

pytestmark = pytest.mark.services

SUPPLIER = Need(flow="suppliers", key="300", field="SupplierId", noun="supplier")
ACCOUNT = Need(
    flow="gl_accounts",
    number="5210",
    active=True,
    field="POChargeAccount",
    noun="value",
    why="01-110 is coded so.",
)


def supplier() -> Identity:
    return replace(version(300), currency=None, amount=None)


def account() -> Identity:
    return replace(version(7), number="5210", currency=None, amount=None)


def order_that_needs(bench: LedgerBench, *wanted: Need) -> RecordId:
    (order,) = bench.see(version(1))
    bench.make_ready(order, needs=wanted)
    return order


def lacks(bench: LedgerBench, held: Claim) -> Wait | Dead | None:
    return needs.judge(needs.standings(bench.database, held.integration, held.record_id, held.needs))


def try_to_send(bench: LedgerBench, order: RecordId) -> Wait | Dead | None:
    held = bench.claim(Stage.DELIVER, order)
    verdict = lacks(bench, held)
    if verdict is not None:
        bench.settle(held, verdict)
    return verdict


def is_resting(bench: LedgerBench, order: RecordId) -> bool:
    return isinstance(bench.try_claim(Stage.DELIVER, order), NotClaimed)


def test_a_record_waits_without_attempts_while_what_it_needs_is_on_its_way_and_is_woken(bench: LedgerBench) -> None:
    (needed,) = bench.see(supplier(), flow="suppliers")
    order = order_that_needs(bench, SUPPLIER)

    assert isinstance(try_to_send(bench, order), Wait)
    assert is_resting(bench, order)
    assert bench.count(b"SELECT max(attempts) AS n FROM record WHERE flow = 'purchase_orders'") == 0

    bench.deliver(needed)
    assert lacks(bench, bench.claim(Stage.DELIVER, order)) is None


def test_what_nobody_has_read_yet_is_waited_for_until_its_source_was_read_to_the_end(bench: LedgerBench) -> None:
    order = order_that_needs(bench, SUPPLIER)
    held = bench.claim(Stage.DELIVER, order)
    assert isinstance(lacks(bench, held), Wait)

    bench.see(replace(supplier(), key="301", number="US301"), flow="suppliers")

    verdict = lacks(bench, held)
    assert isinstance(verdict, Dead)
    assert (verdict.category, verdict.field, verdict.value) == (DeadClass.DEPENDENCE, "SupplierId", "300")
    assert "supplier 300 is not known to JAGGAER" in verdict.reason


def test_a_record_that_died_for_want_of_a_document_comes_back_when_that_is_delivered_and_nobody_else(
    bench: LedgerBench,
) -> None:
    order = order_that_needs(bench, SUPPLIER)
    other_order, third_order = bench.see(version(2), version(3))
    bench.make_ready(other_order, needs=(replace(SUPPLIER, key="999"),))
    bench.make_ready(third_order)
    bench.settle(
        bench.claim(Stage.DELIVER, third_order), Dead(category=DeadClass.REFUSED, reason="no", next_step="fix")
    )
    bench.see(replace(supplier(), key="301", number="US301"), flow="suppliers")
    for waiting in (order, other_order):
        assert isinstance(try_to_send(bench, waiting), Dead)

    (needed,) = bench.see(supplier(), flow="suppliers")
    bench.deliver(needed)

    assert [bench.state(one) for one in (order, other_order, third_order)] == [State.CAPTURED, State.DEAD, State.DEAD]


def test_a_dead_letter_that_is_needed_is_named(bench: LedgerBench) -> None:
    (needed,) = bench.see(supplier(), flow="suppliers")
    bench.make_ready(needed)
    bench.settle(bench.claim(Stage.DELIVER, needed), Dead(category=DeadClass.REFUSED, reason="no", next_step="fix"))
    verdict = try_to_send(bench, order_that_needs(bench, SUPPLIER))

    assert isinstance(verdict, Dead)
    assert f"record {needed}" in verdict.reason
    assert f"record {needed}" in verdict.next_step


def test_a_value_that_is_not_active_any_more_is_a_mapping_question(bench: LedgerBench) -> None:
    (value,) = bench.see(account(), flow="gl_accounts")
    bench.deliver(value)
    order = order_that_needs(bench, ACCOUNT)
    held = bench.claim(Stage.DELIVER, order)
    assert lacks(bench, held) is None

    (gone,) = bench.see(replace(account(), content_hash=b"x" * 32), flow="gl_accounts")
    bench.deliver(gone, send_as=SendAs.CANCEL)

    verdict = lacks(bench, held)
    assert isinstance(verdict, Dead)
    assert verdict.category is DeadClass.MAPPING
    assert "5210 is not active in JAGGAER any more. 01-110 is coded so." in verdict.reason


def test_a_supplier_that_is_not_active_any_more_is_known_all_the_same(bench: LedgerBench) -> None:
    (needed,) = bench.see(supplier(), flow="suppliers")
    bench.deliver(needed, send_as=SendAs.CANCEL)

    assert lacks(bench, bench.claim(Stage.DELIVER, order_that_needs(bench, SUPPLIER))) is None
