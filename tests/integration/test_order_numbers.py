"""One order number, two legal entities: neither order is ever put in the place of the other (oracle-fusion.md, 3.1)."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from common.connections.target import Outgoing
from common.jaggaer.j1p import J1pTarget
from common.jaggaer.j1p_doors import purchase_orders
from common.ledger.verdicts import Dead, DeadClass, Delivered
from common.settings import J1pSettings
from schemas.identity import Action, Intent
from schemas.j1p.purchase_order import build
from schemas.purchase_order import PurchaseOrder
from schemas.units import DEFAULT_UNITS
from simulators.jaggaer.j1p import ORDERS_PATH
from simulators.jaggaer.order import State
from simulators.jaggaer.tokens import TOKEN_PATH
from tests.factories import AS_IN_SOURCE, order_line, purchase_order, service_line
from tests.fixtures import exchanges
from tests.fixtures.world import World, world

PROFILE = J1pSettings(purchase_orders_path=ORDERS_PATH)
OURS = purchase_order(legal_entity="Vision Operations")
THEIRS = purchase_order(legal_entity="Vision France", key=300100209101999)


@pytest.fixture
def jaggaer() -> Iterator[World]:
    with world(orders=1) as both:
        yield both


@pytest.fixture
def target(jaggaer: World) -> Iterator[J1pTarget]:
    known = jaggaer.known
    client = exchanges.token_client(jaggaer.jaggaer_url, known.jaggaer, path=TOKEN_PATH, client_id=known.client_id)
    with exchanges.alone(jaggaer.jaggaer_url, client=client, connections=1) as exchange:
        yield J1pTarget(exchange, PROFILE, purchase_orders(PROFILE), absent_reads=1, absent_first_wait_seconds=0.0)


def effect(order: PurchaseOrder, action: Action = Action.CREATE, serial: int = 1) -> Outgoing:
    key = f"{order.key}.{serial}@ml-connector"
    stated = datetime(2026, 11, 23, tzinfo=UTC)
    intent = Intent(action=action, serial=serial, dedupe_key=key, previous_key=None, stated_at=stated)
    body = build(order, units=DEFAULT_UNITS, coder=AS_IN_SOURCE, layout=PROFILE.layout)
    return Outgoing(
        number=order.number,
        reference=f"MC-{order.key}",
        body=body,
        intent=intent,
        readbacks=0,
        trusted_until=time.monotonic() + 60,
    )


@pytest.mark.parametrize("other", [THEIRS, replace(THEIRS, lines=(order_line(number=3), service_line()))])
def test_the_same_number_in_another_legal_entity_is_a_conflict_and_overwrites_nothing(
    jaggaer: World, target: J1pTarget, other: PurchaseOrder
) -> None:
    assert isinstance(target.send(effect(OURS)), Delivered)
    held = jaggaer.jaggaer.orders.get(OURS.number)

    for verdict in (target.send(effect(other)), target.find(effect(other))):
        assert isinstance(verdict, Dead)
        assert (verdict.category, verdict.found, verdict.refused_by_target) == (DeadClass.CONFLICT, None, True)
        assert "legal entity 'Vision Operations' (ours: 'Vision France')" in verdict.reason
    assert jaggaer.jaggaer.orders.get(OURS.number) is held


def test_a_cancel_of_what_is_cancelled_already_is_delivered(jaggaer: World, target: J1pTarget) -> None:
    gone = replace(OURS, lines=tuple(replace(line, canceled=True) for line in OURS.lines))
    assert isinstance(target.send(effect(OURS)), Delivered)
    assert isinstance(target.send(effect(gone, Action.CANCEL, serial=2)), Delivered)
    held = jaggaer.jaggaer.orders.get(OURS.number)
    assert held is not None
    assert held.state is State.CANCELED

    assert isinstance(target.send(effect(gone, Action.CANCEL, serial=4)), Delivered)
    assert jaggaer.jaggaer.orders.get(OURS.number) is held
