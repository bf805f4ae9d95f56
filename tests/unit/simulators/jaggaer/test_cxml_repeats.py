"""Repeated documents, new documents for known orders, and the chain of changes (fact sheet 5.3 and 6.1)."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from simulators.jaggaer.business_faults import BusinessFault, BusinessFaultKind
from simulators.jaggaer.options import Sender
from simulators.jaggaer.order import State
from tests.unit.simulators.jaggaer.conftest import Jaggaer
from tests.unit.simulators.jaggaer.documents import cxml, item_out, j1p_order, order_request


def change(kind: str, version: int | None, reference: str | None, total: str = "10.00") -> str:
    stated = "" if version is None else f' orderVersion="{version}"'
    return order_request(attributes=f' type="{kind}"{stated}', reference=reference, total=total)


def test_the_same_payload_id_gets_the_original_answer_without_a_second_effect(jaggaer: Jaggaer) -> None:
    first, second = (jaggaer.send(cxml(order_request())) for _ in range(2))

    assert first.content == second.content
    assert jaggaer.kinds() == ["order_applied", "duplicate_answered"]
    assert jaggaer.last()["same_content"] is True


def test_a_known_payload_id_is_not_processed_whatever_it_holds_now(jaggaer: Jaggaer) -> None:
    jaggaer.order(order_request())
    assert jaggaer.order(order_request("PO2")).code == 200

    assert "PO2" not in jaggaer.simulator.orders
    assert jaggaer.last()["same_content"] is False


def test_a_refusal_of_class_4xx_is_remembered(jaggaer: Jaggaer) -> None:
    assert jaggaer.order(order_request(total="11")).code == 400
    assert jaggaer.order(order_request(total="10")).code == 400
    assert jaggaer.kinds() == ["order_refused", "duplicate_answered"]


def test_a_failure_of_class_5xx_is_not_remembered(jaggaer: Jaggaer) -> None:
    jaggaer.simulator.business_faults.add(BusinessFault(kind=BusinessFaultKind.REFUSE, code=560, times=1))
    assert [jaggaer.order(order_request()).code for _ in range(3)] == [560, 200, 200]
    assert jaggaer.kinds() == ["order_refused", "order_applied", "duplicate_answered"]


def test_a_wrong_secret_is_not_remembered(jaggaer: Jaggaer) -> None:
    assert jaggaer.status(cxml(order_request(), sender=("NetworkID", "ml-connector", "old"))).code == 401
    assert jaggaer.order(order_request()).code == 200


def test_one_senders_payload_ids_say_nothing_about_anothers(instance: Callable[..., Jaggaer]) -> None:
    jaggaer = instance(senders=[Sender(domain="NetworkID", identity=name, secret="s") for name in ("a", "b")])

    assert jaggaer.status(cxml(order_request("PO1"), sender=("NetworkID", "a", "s"))).code == 200
    assert jaggaer.status(cxml(order_request("PO2"), sender=("NetworkID", "b", "s"))).code == 200
    assert len(jaggaer.simulator.orders) == 2


def test_a_new_order_for_a_known_number_is_a_conflict_that_names_it(jaggaer: Jaggaer) -> None:
    jaggaer.order(order_request())
    status = jaggaer.order(order_request(), "payload-2")

    assert (status.code, status.text) == (409, "Conflict")
    assert "Order PO1 is held as Open with orderVersion 1 from payload-1" in status.detail


def test_a_chain_of_changes_is_taken(jaggaer: Jaggaer) -> None:
    assert jaggaer.order(order_request(attributes=' orderVersion="1"')).code == 200
    assert jaggaer.order(change("update", 2, "payload-1"), "payload-2").code == 200
    assert jaggaer.order(change("delete", None, "payload-2"), "payload-3").code == 200

    order = jaggaer.simulator.orders.get("PO1")
    assert order is not None
    assert order.state is State.CANCELED
    assert len(order.lines) == 1
    assert [version.change for version in order.versions] == ["new", "update", "cancel"]


BROKEN: list[tuple[str, str, int, str]] = [
    ("no reference", change("update", 2, None), 417, "Expected: payload-1"),
    ("a wrong reference", change("update", 2, "payload-0"), 417, "Expected: payload-1"),
    ("a delete without reference", change("delete", None, None), 417, "Expected: payload-1"),
    ("the same version", change("update", 1, "payload-1"), 409, "expected: 2"),
    ("a version left out", change("update", 3, "payload-1"), 409, "expected: 2"),
    ("no version", change("update", None, "payload-1"), 409, "(none)"),
]


@pytest.mark.parametrize(("request_", "code", "words"), [case[1:] for case in BROKEN], ids=[one[0] for one in BROKEN])
def test_a_broken_chain_is_refused_naming_what_was_expected(
    jaggaer: Jaggaer, request_: str, code: int, words: str
) -> None:
    jaggaer.order(order_request())
    status = jaggaer.order(request_, "payload-2")

    assert status.code == code
    assert words in status.detail
    assert jaggaer.kinds() == ["order_applied", "order_refused"]


def test_the_chain_goes_on_from_the_last_applied_document_not_from_a_refused_one(jaggaer: Jaggaer) -> None:
    jaggaer.order(order_request())
    assert jaggaer.order(change("update", 2, "payload-1", total="11"), "payload-2").code == 400
    assert jaggaer.order(change("update", 2, "payload-1"), "payload-3").code == 200


@pytest.mark.parametrize("kind", ["update", "delete"])
def test_a_change_of_an_unknown_order_is_a_conflict(jaggaer: Jaggaer, kind: str) -> None:
    assert jaggaer.order(change(kind, 2, "payload-1")).code == 409


def test_a_deleted_order_takes_no_change(jaggaer: Jaggaer) -> None:
    jaggaer.order(order_request())
    jaggaer.order(change("delete", None, "payload-1"), "payload-2")

    assert jaggaer.order(change("update", 2, "payload-2"), "payload-3").code == 409
    assert jaggaer.order(change("delete", None, "payload-2"), "payload-4").code == 409


def test_a_lenient_instance_does_not_look_at_the_chain(jaggaer: Jaggaer) -> None:
    jaggaer.simulator.switch(lenient_chain=True)
    jaggaer.order(order_request())
    assert jaggaer.order(change("update", None, None), "payload-2").code == 200


def test_an_update_cancels_the_lines_it_leaves_out(jaggaer: Jaggaer) -> None:
    jaggaer.order(order_request(items=[item_out(1), item_out(2)], total="20"))
    jaggaer.order(change("update", 2, "payload-1"), "payload-2")

    order = jaggaer.simulator.orders.get("PO1")
    assert order is not None
    assert [(line.number, line.quantity) for line in order.lines] == [(1, Decimal(2)), (2, Decimal(0))]


def test_both_doors_share_the_orders(jaggaer: Jaggaer) -> None:
    jaggaer.import_order(j1p_order())
    assert jaggaer.order(order_request()).code == 409
    assert jaggaer.order(change("update", 2, "batch-1"), "payload-2").code == 417


def test_an_answer_is_xml_whatever_the_batch_id_of_the_other_door_held(jaggaer: Jaggaer) -> None:
    jaggaer.import_order(j1p_order(), "a\x00<b>&\ufffe")
    assert "from a?<b>&?" in jaggaer.order(order_request()).detail
