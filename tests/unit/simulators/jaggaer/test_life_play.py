"""Whole cycles from a seed: they repeat, they come to what they say, and every kind of exception occurs."""

from collections import Counter
from dataclasses import asdict
from decimal import Decimal

from simulators.jaggaer import j1p_order
from simulators.jaggaer.bill import BilledLine
from simulators.jaggaer.life_play import Cycle, Odd, Shares
from simulators.jaggaer.options import JaggaerOptions
from simulators.jaggaer.simulator import JaggaerSimulator
from tests.unit.simulators.jaggaer.documents import j1p_line
from tests.unit.simulators.jaggaer.documents import j1p_order as order_body

ORDERS = [f"PO{number}" for number in range(60)]


def played(seed: int = 7, *, shares: Shares | None = None) -> tuple[JaggaerSimulator, list[Cycle]]:
    simulator = JaggaerSimulator(JaggaerOptions())
    for number in ORDERS:
        lines = [j1p_line(1, 10, "2.50"), j1p_line(2, "1.25", 8), j1p_line(3, 1, 100)]
        body = order_body(number, lines=lines, total=None, supplier={"supplierNumber": "S1"}, businessUnit="Vision")
        simulator.take(j1p_order.draft_from(body), number)
    return simulator, simulator.life.play(
        ORDERS, seed, shares=shares or Shares(odd=0.4, returned=0.4, credited=0.5, corrected=0.3)
    )


def test_a_seed_plays_the_same_again_and_another_seed_does_not() -> None:
    first, again, other = (asdict_all(played(seed)[1]) for seed in (7, 7, 8))
    assert first == again
    assert first != other


def asdict_all(cycles: list[Cycle]) -> list[dict[str, object]]:
    return [asdict(cycle) for cycle in cycles]


def test_what_was_played_is_what_the_stores_hold() -> None:
    simulator, cycles = played()
    life = simulator.life
    for cycle in cycles:
        for line in (1, 2, 3):
            assert life.received(cycle.po_number, line) == cycle.received.get(line, 0)
            assert life.invoiced(cycle.po_number, line) == cycle.invoiced.get(line, 0)
        billed = [line for number in (*cycle.invoices, *cycle.credit_memos) for line in bill(simulator, number)]
        for line in (1, 2, 3):
            amounts = [one.amount for one in billed if one.po_line == line]
            assert sum(amounts) == cycle.billed.get(line, 0)
    numbers = [number for cycle in cycles for number in (*cycle.invoices, *cycle.credit_memos)]
    assert sorted(numbers) == sorted(invoice.number for invoice in simulator.invoices)
    assert sum(cycle.total for cycle in cycles) == simulator.invoices.tallies()[0].total
    kinds = Counter(entry.kind for entry in simulator.journal.read(limit=10_000))
    assert kinds["confirmed"] == len(ORDERS)
    assert kinds["received"] == sum(len(cycle.receipts) for cycle in cycles)
    assert kinds["returned"] == sum(len(cycle.returns) for cycle in cycles)
    assert kinds["credited"] == sum(len(cycle.credit_memos) for cycle in cycles)
    assert min(kinds["received"], kinds["returned"], kinds["credited"], kinds["receipt_corrected"]) > 0


def test_every_exception_occurs_and_a_plain_cycle_has_none() -> None:
    simulator, cycles = played()
    assert {cycle.odd for cycle in cycles} == {*Odd, None}
    for cycle in cycles:
        lines = {line.number: line for line in simulator.life.order(cycle.po_number).lines}
        billed = {
            line.unit_price > lines[line.po_line].unit_price for n in cycle.invoices for line in bill(simulator, n)
        }
        over = [line for line, quantity in cycle.invoiced.items() if quantity > cycle.received.get(line, Decimal(0))]
        assert (True in billed) == (cycle.odd is Odd.PRICE_ABOVE_ORDER)
        assert cycle.receipts or cycle.odd in (Odd.INVOICED_WITHOUT_RECEIPT, Odd.SHORT_RECEIPT)
        if cycle.odd in (None, Odd.PRICE_ABOVE_ORDER):
            assert not over
        else:
            assert over


def bill(simulator: JaggaerSimulator, number: str) -> tuple[BilledLine, ...]:
    return simulator.life.bill(number).lines
