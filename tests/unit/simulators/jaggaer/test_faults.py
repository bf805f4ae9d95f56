"""Faults of business and transport: what they spoil, whom they hit, and that an effect stands (fact sheet 2.4, 5.2)."""

import json
from typing import Any

import httpx
import pytest

from simulators.faults import Fault, FaultKind
from simulators.jaggaer.app import create_app
from simulators.jaggaer.business_faults import BusinessFault, BusinessFaultKind
from simulators.jaggaer.j1p import ORDERS_PATH
from simulators.jaggaer.order import DocumentKind, Door
from simulators.server import serve
from tests.unit.simulators.jaggaer.conftest import Jaggaer
from tests.unit.simulators.jaggaer.documents import cxml, j1p_body, j1p_order, order_request


def put(jaggaer: Jaggaer, kind: BusinessFaultKind, **settings: Any) -> None:
    jaggaer.simulator.business_faults.add(BusinessFault(kind=kind, **settings))


def test_a_refusal_has_its_code_and_no_effect(jaggaer: Jaggaer) -> None:
    put(jaggaer, BusinessFaultKind.REFUSE, code=17, text="closed for stocktaking", times=1)
    answer = jaggaer.import_order(j1p_order())

    assert answer == {"returnCode": 17, "returnMessage": "Order PO1: closed for stocktaking"}
    assert jaggaer.kinds() == ["order_refused"]
    assert jaggaer.import_order(j1p_order())["returnCode"] == 0


def test_partial_success_says_success_over_an_error_and_has_no_effect(jaggaer: Jaggaer) -> None:
    put(jaggaer, BusinessFaultKind.PARTIAL, text="line 1 failed")
    answer = jaggaer.import_order(j1p_order())

    assert answer["returnCode"] == 0
    assert answer["objectErrors"]["purchaseOrderRef"][0]["poNumber"] == "PO1"
    assert "line 1 failed" in json.dumps(answer["objectErrors"])
    assert len(jaggaer.simulator.orders) == 0


@pytest.mark.parametrize(
    ("kind", "status", "body"),
    [
        (BusinessFaultKind.TEXT_RETURN_CODE, 200, '"returnCode":"0"'),
        (BusinessFaultKind.ACCEPTED, 201, '"returnCode":0'),
        (BusinessFaultKind.UNREADABLE, 200, "<html>"),
        (BusinessFaultKind.EMPTY, 200, ""),
    ],
)
def test_a_spoiled_answer_hides_an_effect_that_stands_and_a_repeat_heals_it(
    jaggaer: Jaggaer, kind: BusinessFaultKind, status: int, body: str
) -> None:
    put(jaggaer, kind)
    answer = jaggaer.post(j1p_body(j1p_order()))

    assert answer.status_code == status
    assert body in answer.text if body else answer.content == b""
    assert jaggaer.import_order(j1p_order()) == {"returnCode": 0, "returnMessage": ""}
    assert jaggaer.kinds() == ["order_applied", "duplicate_answered"]


@pytest.mark.parametrize(("kind", "body"), [(BusinessFaultKind.UNREADABLE, b"<html>"), (BusinessFaultKind.EMPTY, b"")])
def test_a_spoiled_cxml_answer_heals_too(jaggaer: Jaggaer, kind: BusinessFaultKind, body: bytes) -> None:
    put(jaggaer, kind)
    assert jaggaer.send(cxml(order_request())).content[:6] == body

    assert jaggaer.order(order_request()).code == 200
    assert jaggaer.kinds() == ["order_applied", "duplicate_answered"]


def test_cxml_may_be_accepted_only(jaggaer: Jaggaer) -> None:
    put(jaggaer, BusinessFaultKind.ACCEPTED, door=Door.CXML)
    assert (jaggaer.order(order_request()).code, jaggaer.order(order_request()).code) == (201, 201)


def test_a_fault_hits_only_the_documents_it_is_for(jaggaer: Jaggaer) -> None:
    put(jaggaer, BusinessFaultKind.REFUSE, prefix="US-", door=Door.J1P, code=5)

    assert jaggaer.import_order(j1p_order("UK-1"), "1")["returnCode"] == 0
    assert jaggaer.import_order(j1p_order("US-1"), "2")["returnCode"] == 5
    assert jaggaer.order(order_request("US-2")).code == 200


def test_a_fault_of_j1p_is_not_used_up_by_cxml(jaggaer: Jaggaer) -> None:
    put(jaggaer, BusinessFaultKind.PARTIAL, times=1)
    assert jaggaer.order(order_request("PO2")).code == 200
    assert "objectErrors" in jaggaer.import_order(j1p_order())


def test_a_share_hits_some_and_the_same_ones_after_a_reset(jaggaer: Jaggaer) -> None:
    def hits() -> list[bool]:
        jaggaer.simulator.business_faults.clear()
        put(jaggaer, BusinessFaultKind.REFUSE, share=0.5, code=5)
        return [
            jaggaer.simulator.business_faults.pick(Door.J1P, DocumentKind.ORDER, "PO1") is not None for _ in range(50)
        ]

    first = hits()
    assert 10 < sum(first) < 40
    assert hits() == first


@pytest.mark.parametrize(
    "settings",
    [
        {"times": 0},
        {"share": 0.0},
        {"share": 1.5},
        {"code": 0},
        {"door": Door.CXML, "code": 200},
        {"kind": BusinessFaultKind.PARTIAL, "door": Door.CXML},
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        BusinessFault(**{"kind": BusinessFaultKind.REFUSE, **settings})


def test_an_applied_order_stands_when_the_connection_dies_before_the_answer() -> None:
    app = create_app()
    simulator = app.state.simulator
    simulator.faults.add(Fault(kind=FaultKind.DROP_AFTER, path=ORDERS_PATH, times=1))
    form = {"client_id": "ml-connector", "client_secret": "simulated-secret", "grant_type": "client_credentials"}
    token = simulator.tokens.answer(form, simulator.switches).body["access_token"]

    with (
        serve(app) as server,
        httpx.Client(base_url=server.url, headers={"Authorization": f"Bearer {token}"}) as client,
    ):
        with pytest.raises(httpx.RemoteProtocolError):
            client.post(ORDERS_PATH, content=j1p_body(j1p_order()))
        assert "PO1" in simulator.orders
        assert client.post(ORDERS_PATH, content=j1p_body(j1p_order())).json()["returnCode"] == 0

    kinds = [entry.kind for entry in simulator.journal.read()]
    assert kinds == ["token_issued", "order_applied", "duplicate_answered"]
