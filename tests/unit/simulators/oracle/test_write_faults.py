"""What goes wrong around a write: it is applied or not, whatever is told of it. And what a history adds up to."""

from decimal import Decimal
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulators.faults import Fault, FaultKind
from simulators.oracle import figures
from simulators.oracle.app import create_app
from simulators.oracle.options import OracleOptions
from simulators.oracle.simulator import OracleSimulator
from simulators.server import serve
from tests.unit.simulators.oracle.pod import Pod
from tests.unit.simulators.oracle.test_receiving import REQUESTS, line, places, request


@pytest.mark.parametrize(("kind", "applied"), [(FaultKind.STATUS, 0), (FaultKind.STATUS_AFTER, 1)])
@pytest.mark.parametrize("status", [429, 503])
def test_a_write_that_is_answered_by_a_status_is_applied_or_not(
    pod: Pod, kind: FaultKind, applied: int, status: int
) -> None:
    body = request(line(places(pod, pod.order_keys()[0])[0]))
    pod.simulator.faults.add(Fault(kind=kind, status=status, path=REQUESTS, method="POST", times=1))
    assert pod.send("POST", REQUESTS, body).status_code == status
    assert len(pod.entries("receipt_applied")) == applied
    assert pod.send("POST", REQUESTS, body).json()["ReturnStatus"] == ("ERROR" if applied else "SUCCESS")


def test_an_acknowledgment_whose_answer_is_lost_is_applied() -> None:
    app = create_app(OracleOptions(orders=3, lines=1, pending_every=1))
    simulator: OracleSimulator = app.state.simulator
    key, options = simulator.orders.keys()[0], simulator.options
    path = f"/fscmRestApi/resources/latest/purchaseOrderAcknowledgments/{key}"
    simulator.faults.add(Fault(kind=FaultKind.DROP_AFTER, path="purchaseOrderAcknowledgments", times=1))
    with serve(app) as server, httpx.Client(base_url=server.url, auth=(options.user, options.password)) as client:
        with pytest.raises(httpx.TransportError):
            client.patch(path, json={"AcknowledgmentResponse": "ACCEPT"})
        assert client.get(path).status_code == 404
        assert client.get(f"/fscmRestApi/resources/latest/purchaseOrders/{key}").json()["Status"] == "Open"
    assert len(simulator.journal.read(kind="acknowledgment_applied")) == 1


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["RECEIVE", "CORRECT", "RETURN TO VENDOR", "RETURN TO RECEIVING", "DELIVER"]),
        st.integers(-3, 4),
        st.integers(0, 20),
        st.booleans(),
    ),
    max_size=15,
)


@settings(max_examples=30, deadline=None)
@given(acts=ACTS, together=st.booleans())
def test_the_history_always_makes_the_figures_of_the_schedule(
    *, acts: list[tuple[str, int, int, bool]], together: bool
) -> None:
    simulator = OracleSimulator(OracleOptions(orders=4, lines=2))
    simulator.switches.corrections_follow_delivery = together
    key, wanted = _goods(simulator)
    for kind, number, place, direct in acts:
        _do(simulator, key, wanted, kind, Decimal(number), place, direct=direct)
    rows = list(simulator.receiving.history.all())
    known = figures.of(_schedule(simulator, key, wanted))

    by_type = {row["TransactionId"]: row["TransactionTypeCode"] for row in rows}

    def summed(kind: str, parent: str | None = None) -> Decimal:
        return sum(
            (
                row["Quantity"]
                for row in rows
                if row["TransactionTypeCode"] == kind and parent in (None, by_type.get(row["ParentTransactionId"]))
            ),
            Decimal(0),
        )

    assert known.received == summed("RECEIVE") + summed("CORRECT", "RECEIVE") - summed("RETURN TO VENDOR")
    assert known.returned == summed("RETURN TO VENDOR")
    assert 0 <= known.delivered <= known.received <= known.ordered


def _goods(simulator: OracleSimulator) -> tuple[int, int]:
    for order in simulator.orders.all():
        for _, schedule in figures.every_schedule(order):
            if schedule["Quantity"] is not None and schedule["Quantity"] >= 4:
                return order["POHeaderId"], schedule["LineLocationId"]
    raise AssertionError


def _schedule(simulator: OracleSimulator, key: int, wanted: int) -> Any:
    found = [part for _, part in figures.every_schedule(simulator.latest(key)) if part["LineLocationId"] == wanted]
    return found[0]


def _do(
    simulator: OracleSimulator, key: int, wanted: int, kind: str, number: Decimal, place: int, *, direct: bool
) -> None:
    if kind == "RECEIVE":
        body = {"TransactionType": "RECEIVE", "POLineLocationId": wanted, "Quantity": abs(number) or Decimal(1)}
        body["AutoTransactCode"] = "DELIVER" if direct else "RECEIVE"
        simulator.receiving.create(
            {"ReceiptSourceCode": "VENDOR", "OrganizationCode": "V1", "InsertAndProcessFlag": True, "lines": [body]}
        )
        return
    parents = simulator.receiving.history.keys() or [1]
    body = {"TransactionType": kind, "ParentTransactionId": parents[place % len(parents)], "Quantity": number}
    simulator.follow_ups.create(body)
