"""Which records a new mapping sets free: exactly those that it does not refuse any more."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from time import process_time

import pytest

from common.flows.flow import Mapping
from common.flows.registry import FLOWS
from common.ledger import needs
from common.ledger.records import Stage
from common.ledger.states import State
from common.ledger.verdicts import Dead, DeadClass, Transformed
from common.settings import Dialect
from console.map.release import Released, release
from schemas.units import unit_map
from tests.factories import purchase_order
from tests.fixtures.mappings import written_in
from tests.integration.bench import LedgerBench, version
from tests.integration.waiting_orders import UNMAPPED, as_source, dead, order_in, seen
from workers import transformation

pytestmark = pytest.mark.services

FLOW = FLOWS["purchase_orders"]


def under(**units: str) -> Callable[[str], Mapping]:
    """Return how documents are written when these units are mapped."""
    mapped = unit_map(units)
    return lambda _: written_in(Dialect.J1P, units=lambda _unit: mapped)


def freed(bench: LedgerBench, mapping: Callable[[str], Mapping], integration: str = "main") -> Released:
    return release(
        bench.database,
        bench.vault,
        integration,
        mapping,
        running=frozenset(FLOWS),
        how="units mapping version 2",
        actor="person:test",
    )


def test_exactly_those_that_the_mapping_takes_begin_again_oldest_first(bench: LedgerBench) -> None:
    crates = [dead(bench, key, order_in("Crate")) for key in (3, 1, 2)]
    barrels = dead(bench, 4, order_in("Barrel"))

    done = freed(bench, under(Crate="CR"))

    assert done == Released(released=tuple(crates), waiting=(barrels,))
    assert [bench.state(record_id) for record_id in crates] == [State.CAPTURED] * 3
    assert bench.state(barrels) is State.DEAD
    events = bench.database.fetch_all(b"SELECT * FROM audit_event WHERE event = 'replayed' ORDER BY event_id")
    assert [(e["record_id"], e["actor"], e["detail"]["how"]) for e in events] == [
        (record_id, "person:test", "units mapping version 2") for record_id in crates
    ]
    assert freed(bench, under(Crate="CR")) == Released(released=(), waiting=(barrels,))


def test_records_that_wait_for_something_else_are_left_alone(bench: LedgerBench) -> None:
    others = [
        dead(bench, key, order_in("Ea"), replace(UNMAPPED, category=category))
        for key, category in enumerate(set(DeadClass) - {DeadClass.MAPPING}, start=1)
    ]

    assert freed(bench, under()) == Released(released=(), waiting=())
    assert {bench.state(record_id) for record_id in others} == {State.DEAD}


def test_another_integrations_records_are_left_alone(bench: LedgerBench) -> None:
    record_id = dead(bench, 1, order_in("Ea"))

    assert freed(bench, under(), integration="other") == Released(released=(), waiting=())
    assert bench.state(record_id) is State.DEAD


def test_a_record_that_is_refused_for_another_reason_now_begins_again_to_say_so(bench: LedgerBench) -> None:
    order = purchase_order()
    wrong = as_source(replace(order, total=replace(order.total, amount=Decimal("1.23"))))
    verdict = transformation.written(wrong, FLOW, under()(FLOW.name))
    assert isinstance(verdict, Dead)
    assert verdict.category is DeadClass.INVALID

    record_id = dead(bench, 1, wrong)
    assert freed(bench, under()).released == (record_id,)


def test_what_a_code_in_use_lacks_is_not_brought_by_a_mapping_that_leads_to_the_same_code(bench: LedgerBench) -> None:
    needing = written_in(Dialect.J1P, references={"Account": "account_combinations"})
    record_id = seen(bench, 1, order_in("Ea"))
    bench.see(version(7), flow="account_combinations")  # read to its end, and the order's combination was not there
    verdict = transformation.written(order_in("Ea"), FLOW, needing)
    assert isinstance(verdict, Transformed)
    bench.make_ready(record_id, needs=verdict.needs)
    refused = needs.judge(needs.standings(bench.database, "main", record_id, verdict.needs))
    assert isinstance(refused, Dead)
    assert refused.category is DeadClass.MAPPING
    bench.settle(bench.claim(Stage.DELIVER, record_id), refused)

    assert freed(bench, lambda _: needing) == Released(released=(), waiting=(record_id,))
    assert freed(bench, under()).released == (record_id,)


def test_a_payload_that_does_not_open_keeps_waiting_and_stops_no_other(bench: LedgerBench) -> None:
    broken, whole = dead(bench, 1, order_in("Crate")), dead(bench, 2, order_in("Crate"))
    with bench.database.connection() as connection:
        connection.execute("UPDATE payload SET sealed = 'x' WHERE record_id = %s", [broken])

    assert freed(bench, under(Crate="CR")) == Released(released=(whole,), waiting=(broken,))


def test_fifty_orders_are_looked_at_in_less_than_two_seconds_of_a_processor(bench: LedgerBench) -> None:
    waiting = [dead(bench, key, order_in("Crate")) for key in range(1, 51)]
    began = process_time()

    assert freed(bench, under(Crate="CR")).released == tuple(waiting)
    assert process_time() - began < 2


def test_what_a_mapping_refuses_is_what_transformation_says() -> None:
    verdict = transformation.written(order_in("Crate"), FLOW, under()(FLOW.name))

    assert isinstance(verdict, Dead)
    assert verdict.category is DeadClass.MAPPING
