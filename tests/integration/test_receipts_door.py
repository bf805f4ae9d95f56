"""Receipts at the simulated Oracle: whatever is lost or repeated, its history comes to what the receipt says."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from common.connections.target import Outgoing
from common.flows import receipts
from common.ledger.verdicts import Absent, Dead, DeadClass, Delivered, Transformed, Unclear, Wait
from common.oracle import targets
from common.oracle.targets import OracleTarget
from common.settings import Dialect, OracleSettings
from schemas import exact_json
from schemas.identity import Action, Intent
from schemas.oracle import purchase_order
from schemas.purchase_order import OrderLine, PurchaseOrder
from simulators.faults import Fault, FaultKind
from simulators.journal import Entry
from tests.fixtures import exchanges
from tests.fixtures.mappings import written_in
from tests.fixtures.world import World, world
from tests.receipts import Object, j1p_line, j1p_receipt

REQUESTS = "/receivingReceiptRequests"
SETTINGS = OracleSettings.model_validate(
    {
        "url": "https://pod.example",
        "basic": {"username": "u", "password_env": "P"},
        "absent_reads": 2,
        "absent_first_wait_seconds": 1,
    }
)


@pytest.fixture(scope="module")
def both() -> Iterator[World]:
    with world(orders=60) as running:
        yield running


@pytest.fixture
def around(both: World) -> Iterator[World]:
    both.oracle.reset()
    yield both
    both.oracle.faults.clear()


@pytest.fixture
def target(around: World) -> Iterator[OracleTarget]:
    known = around.known
    client = exchanges.token_client(around.oracle_url, known.oracle, path="/oauth2/v1/token", client_id=known.client_id)
    with exchanges.alone(around.oracle_url, client=client, connections=1) as exchange:
        yield OracleTarget(exchange, targets._KINDS["receipts"](SETTINGS), SETTINGS)


class Ordered:
    """The orders of the pod, and those of their lines that buy a quantity or an amount."""

    def __init__(self, around: World) -> None:
        self._around = around

    def order(self, number: str) -> PurchaseOrder:
        rows = (self._around.oracle.latest(key) for key in self._around.keys)
        found = next(row for row in rows if row["OrderNumber"] == number)
        return purchase_order.parse(_as_json(found))

    def lines(self, *, services: bool = False, schedules: int = 1) -> list[tuple[PurchaseOrder, OrderLine]]:
        orders = [purchase_order.parse(_as_json(self._around.oracle.latest(key))) for key in self._around.keys]
        return [
            (order, line)
            for order in orders
            for line in order.lines
            if (line.quantity is None) == services and len(line.schedules) >= schedules
        ]


@pytest.fixture
def ordered(around: World) -> Ordered:
    return Ordered(around)


def _as_json(row: Any) -> Any:
    match row:
        case datetime():
            return row.isoformat()
        case dict():
            return {name: _as_json(value) for name, value in row.items() if not name.startswith("_")}
        case list():
            return [_as_json(one) for one in row]
        case bool() | int() | Decimal() | str() | None:
            return row
    return row.isoformat()


def line_of(order: PurchaseOrder, line: OrderLine, quantity: Decimal | str, number: int = 1, **changes: Any) -> Object:
    """Return a J1P receipt line about an order line."""
    unit = written_in(Dialect.J1P).units(None).standard(line.uom, line=line.number) if line.uom else "EA"
    named: dict[str, Any] = {"poNumber": order.number, "poLineNumber": str(line.number)}
    return j1p_line(number, **named, **{"quantity": f"{quantity}", "unitOfMeasure": unit, **changes})


def cost_of(order: PurchaseOrder, line: OrderLine, amount: str) -> Object:
    """Return a J1P line of a cost receipt."""
    named: dict[str, Any] = {"poNumber": order.number, "poLineNumber": str(line.number)}
    return j1p_line(1, **named, quantity=None, amount=Decimal(amount), currency=order.total.currency)


def effect(
    ordered: Ordered, *lines: Object, reference: str = "MC-0123456789abcdef01234567", readbacks: int = 0
) -> Outgoing:
    """Return the effect that a receipt with these lines wants."""
    mapping = written_in(Dialect.J1P, orders=lambda number: (ordered.order(number),))
    written = receipts.transform(j1p_receipt(*lines), mapping)
    assert isinstance(written, Transformed)
    now = datetime.now(UTC)
    intent = Intent(action=Action.CREATE, serial=1, dedupe_key="1@x", previous_key=None, stated_at=now)
    return Outgoing(
        number="RCT90001",
        reference=reference,
        body=written.body,
        intent=intent,
        readbacks=readbacks,
        trusted_until=time.monotonic() + 60,
    )


def applied(around: World, kind: str = "receipt_applied") -> list[Entry]:
    return around.oracle.journal.read(kind=kind, limit=1000)


def received(around: World, number: str, line: int) -> Decimal:
    """Return what Oracle counts as received of an order line."""
    rows = (around.oracle.latest(key) for key in around.keys)
    order = next(row for row in rows if row["OrderNumber"] == number)
    parts = (part for one in order["lines"] if one["LineNumber"] == line for part in one["schedules"])
    return sum((part.get("_received", Decimal(0)) for part in parts), Decimal(0))


def test_partial_receipts_add_up_and_a_doubled_one_has_no_second_effect(
    around: World, target: OracleTarget, ordered: Ordered
) -> None:
    order, line = ordered.lines()[0]
    for reference, quantity in (("MC-a", "1"), ("MC-b", "0.5"), ("MC-a", "1")):
        verdict = target.send(effect(ordered, line_of(order, line, quantity), reference=reference))
        assert isinstance(verdict, Delivered), verdict
    assert received(around, order.number, line.number) == Decimal("1.5")
    assert len(applied(around)) == 2
    told = applied(around)[0].detail
    assert (told["shipment_number"], told["packing_slip"]) == ("MC-a", "PS-5567")
    assert (told["lines"][0]["reference"], told["lines"][0]["packing_unit"]) == ("MC-a/1", "MC-a")


@pytest.mark.parametrize("follows", [True, False])
@pytest.mark.parametrize("direct", [True, False])
def test_a_receipt_is_raised_lowered_and_cancelled_where_it_is(
    around: World,
    target: OracleTarget,
    ordered: Ordered,
    follows: bool,  # noqa: FBT001
    direct: bool,  # noqa: FBT001
) -> None:
    around.oracle.switches.corrections_follow_delivery = follows
    order, line = ordered.lines()[0]
    for quantity in ("2", "3", "1", "0"):
        wanted = effect(ordered, line_of(order, line, quantity))
        if not direct:
            wanted = replace(wanted, body=wanted.body.replace(b'"direct":true', b'"direct":false'))
        verdict = target.send(wanted)
        assert isinstance(verdict, Delivered), verdict
        assert received(around, order.number, line.number) == Decimal(quantity)
    cancelled = effect(ordered, line_of(order, line, "3", action="Cancelled"))
    assert isinstance(target.send(cancelled), Delivered)


def test_what_goes_back_is_a_return_of_what_was_delivered(
    around: World, target: OracleTarget, ordered: Ordered
) -> None:
    order, line = ordered.lines()[0]
    assert isinstance(target.send(effect(ordered, line_of(order, line, "3"), reference="MC-a")), Delivered)
    back = effect(ordered, line_of(order, line, "2", action="Returned"), reference="MC-b")
    for _ in range(2):
        assert isinstance(target.send(back), Delivered)
    assert received(around, order.number, line.number) == 1
    assert [entry.detail["reference"] for entry in applied(around, "return_applied")] == ["MC-b/1"]

    too_much = target.send(effect(ordered, line_of(order, line, "9", action="Returned"), reference="MC-c"))
    assert isinstance(too_much, Dead)
    assert too_much.category is DeadClass.CONFLICT
    assert received(around, order.number, line.number) == 1


def test_a_negative_quantity_takes_back_what_an_earlier_receipt_received(
    around: World, target: OracleTarget, ordered: Ordered
) -> None:
    order, line = ordered.lines()[0]
    target.send(effect(ordered, line_of(order, line, "3"), reference="MC-a"))
    for _ in range(2):
        assert isinstance(target.send(effect(ordered, line_of(order, line, "-1"), reference="MC-b")), Delivered)
    assert received(around, order.number, line.number) == 2


@pytest.mark.parametrize("kind", [FaultKind.DROP_AFTER, FaultKind.STATUS_AFTER])
def test_an_answer_that_is_lost_after_the_effect_is_one_effect(
    around: World, target: OracleTarget, ordered: Ordered, kind: FaultKind
) -> None:
    order, line = ordered.lines()[0]
    around.oracle.faults.add(Fault(kind=kind, path=REQUESTS, method="POST", times=1))
    wanted = effect(ordered, line_of(order, line, "2"))
    assert isinstance(target.send(wanted), Unclear)
    assert isinstance(target.find(wanted), Delivered)
    assert isinstance(target.send(wanted), Delivered)
    assert len(applied(around)) == 1


def test_a_request_that_never_arrived_is_proved_absent_and_sent_again(
    around: World, target: OracleTarget, ordered: Ordered
) -> None:
    order, line = ordered.lines()[0]
    around.oracle.faults.add(Fault(kind=FaultKind.STATUS, path=REQUESTS, method="POST", times=1))
    assert isinstance(target.send(effect(ordered, line_of(order, line, "2"))), Unclear)
    found = [target.find(effect(ordered, line_of(order, line, "2"), readbacks=n)) for n in range(2)]
    assert [one.proved for one in found if isinstance(one, Absent)] == [False, True]
    assert isinstance(target.send(effect(ordered, line_of(order, line, "2"))), Delivered)
    assert len(applied(around)) == 1


def test_what_oracle_refuses_is_told_in_its_words_removed_and_received_once_it_is_put_right(
    around: World, target: OracleTarget, ordered: Ordered
) -> None:
    order, line = ordered.lines()[0]
    assert line.quantity is not None
    wanted = effect(ordered, line_of(order, line, line.quantity + 1))
    refused = target.send(wanted)
    assert isinstance(refused, Dead)
    assert (refused.category, refused.refused_by_target) == (DeadClass.REFUSED, True)
    assert f"order {order.number}, line {line.number}" in refused.reason
    assert "more than the quantity that the purchase order schedule allows" in refused.reason
    assert list(around.oracle.receiving.requests.all()) == []
    assert around.oracle.receiving.process_waiting() == []

    around.oracle.switches.over_receipt_tolerance_percent = 100.0
    assert isinstance(target.send(wanted), Delivered)
    assert len(applied(around)) == 1


def test_a_refusal_whose_answer_is_lost_is_found_removed_and_told(
    around: World, target: OracleTarget, ordered: Ordered
) -> None:
    order, line = ordered.lines()[0]
    assert line.quantity is not None
    around.oracle.faults.add(Fault(kind=FaultKind.DROP_AFTER, path=REQUESTS, method="POST", times=1))
    wanted = effect(ordered, line_of(order, line, line.quantity + 1))
    assert isinstance(target.send(wanted), Unclear)
    assert isinstance(target.find(replace(wanted, readbacks=1)), Absent)
    assert isinstance(target.send(wanted), Dead)
    assert list(around.oracle.receiving.requests.all()) == []


def test_a_request_that_waits_is_never_posted_again(around: World, target: OracleTarget, ordered: Ordered) -> None:
    order, line = ordered.lines()[0]
    wanted = effect(ordered, line_of(order, line, "1"))
    body = exact_json.loads(_posted(around, target, wanted))
    assert isinstance(body, dict)
    around.oracle.receiving.create({**body, "InsertAndProcessFlag": False})
    assert isinstance(target.send(wanted), Wait)
    around.oracle.receiving.process_waiting()
    assert isinstance(target.send(wanted), Delivered)
    assert len(applied(around)) == 1


def _posted(around: World, target: OracleTarget, wanted: Outgoing) -> bytes:
    """Return the body that is posted for an effect."""
    course = targets._KINDS["receipts"](SETTINGS).door(wanted)
    step = next(course)
    step.look(target._questions)
    content = step.request(target._questions).content
    assert content is not None
    return content


def test_one_receipt_of_two_orders_is_one_receipt_for_each_supplier(
    around: World, target: OracleTarget, ordered: Ordered
) -> None:
    (first, one), *others = ordered.lines()
    second, two = next((order, line) for order, line in others if order.supplier.source_id != first.supplier.source_id)
    wanted = effect(ordered, line_of(first, one, "1"), line_of(second, two, "2", number=2))
    assert isinstance(target.send(wanted), Delivered)
    assert [len(entry.detail["lines"]) for entry in applied(around)] == [1, 1]
    assert received(around, first.number, one.number) == 1
    assert received(around, second.number, two.number) == 2


def test_a_course_that_was_cut_between_its_steps_goes_on_where_it_was(
    around: World, target: OracleTarget, ordered: Ordered
) -> None:
    (first, one), *others = ordered.lines()
    second, two = next((order, line) for order, line in others if order.supplier.source_id != first.supplier.source_id)
    wanted = effect(ordered, line_of(first, one, "1"), line_of(second, two, "2", number=2))
    around.oracle.faults.add(Fault(kind=FaultKind.DROP_AFTER, path=REQUESTS, method="POST", times=1))
    assert isinstance(target.send(wanted), Unclear)
    assert isinstance(target.find(replace(wanted, readbacks=1)), Absent)
    assert isinstance(target.send(wanted), Delivered)
    assert len(applied(around)) == 2


def test_a_line_that_a_later_version_lacks_is_taken_back(around: World, target: OracleTarget, ordered: Ordered) -> None:
    (first, one), (second, two) = ordered.lines()[:2]
    target.send(effect(ordered, line_of(first, one, "1"), line_of(second, two, "1", number=2)))
    assert isinstance(target.send(effect(ordered, line_of(first, one, "1"))), Delivered)
    assert received(around, first.number, one.number) == 1
    assert received(around, second.number, two.number) == 0


def test_a_service_is_received_by_its_amount(around: World, target: OracleTarget, ordered: Ordered) -> None:
    order, line = ordered.lines(services=True)[0]
    for amount in ("10.05", "4.05"):
        assert isinstance(target.send(effect(ordered, cost_of(order, line, amount))), Delivered)
        assert received(around, order.number, line.number) == Decimal(amount)


def test_what_is_more_than_one_schedule_takes_goes_on_to_the_next(
    around: World, target: OracleTarget, ordered: Ordered
) -> None:
    order, line = ordered.lines(schedules=2)[0]
    assert line.quantity is not None
    assert isinstance(target.send(effect(ordered, line_of(order, line, line.quantity))), Delivered)
    (entry,) = applied(around)
    assert len(entry.detail["lines"]) == len(line.schedules)
    assert received(around, order.number, line.number) == line.quantity


def test_a_history_that_shows_the_effect_late_is_read_back_before_anything_is_planned(
    around: World, target: OracleTarget, ordered: Ordered
) -> None:
    order, line = ordered.lines()[0]
    around.oracle.switches.hold_back = True
    wanted = effect(ordered, line_of(order, line, "2"))
    assert isinstance(target.send(wanted), Unclear)
    around.oracle.switches.hold_back = False
    around.oracle.release()
    assert isinstance(target.find(wanted), Delivered)
    assert len(applied(around)) == 1


def test_parts_of_one_order_line_come_to_their_sum_in_every_version(
    around: World, target: OracleTarget, ordered: Ordered
) -> None:
    order, line = ordered.lines()[0]
    versions: list[tuple[str, list[dict[str, Any]]]] = [
        ("1.5", [{"quantity": "1"}, {"quantity": "0.5"}]),
        ("1.75", [{"quantity": "1.25"}, {"quantity": "0.5"}]),
        ("1.25", [{"quantity": "1.25"}, {"quantity": "0.5", "action": "Cancelled"}]),
        ("0.75", [{"quantity": "1.25"}, {"quantity": "0.5", "action": "Returned"}]),
        (
            "0.75",
            [
                {"quantity": "1.25"},
                {"quantity": "0.25", "action": "Returned"},
                {"quantity": "0.25", "action": "Returned"},
            ],
        ),
    ]
    for expected, parts in versions:
        lines = [line_of(order, line, number=place, **part) for place, part in enumerate(parts, start=1)]
        for _ in range(2):
            verdict = target.send(effect(ordered, *lines))
            assert isinstance(verdict, Delivered), verdict
        assert received(around, order.number, line.number) == Decimal(expected)
        assert isinstance(target.find(effect(ordered, *lines)), Delivered)

    (told,) = applied(around)[0].detail["lines"]
    assert (told["reference"], told["quantity"]) == ("MC-0123456789abcdef01234567/1,2", "1.5")


def test_parts_of_a_service_are_a_share_of_its_amount_together(
    around: World, target: OracleTarget, ordered: Ordered
) -> None:
    order, line = ordered.lines(services=True)[0]
    parts = [line_of(order, line, "0.3333333"), line_of(order, line, "0.6666667", number=2)]

    verdict = target.send(effect(ordered, *parts))

    assert isinstance(verdict, Delivered), verdict
    assert received(around, order.number, line.number) == line.amount
