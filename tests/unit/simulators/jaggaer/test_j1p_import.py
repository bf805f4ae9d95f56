"""Imports of purchase orders over J1P: what takes effect, what is refused and how (fact sheet 2.2, 2.4, 3.2)."""

from decimal import Decimal
from typing import Any

import pytest

from simulators.jaggaer.j1p import RETURN_CODES
from simulators.jaggaer.order import Reason, State
from tests.unit.simulators.jaggaer.conftest import Jaggaer
from tests.unit.simulators.jaggaer.documents import j1p_body, j1p_line, j1p_order


def test_a_new_order_is_held_and_in_the_journal(jaggaer: Jaggaer) -> None:
    answer = jaggaer.import_order(j1p_order(businessUnit={"internalName": "US1"}))

    assert answer == {"returnCode": 0, "returnMessage": ""}
    order = jaggaer.simulator.orders.get("PO1")
    assert order is not None
    assert (order.state, order.total, order.currency, order.last_key) == (State.OPEN, Decimal(10), "USD", "batch-1")
    assert [(line.number, line.quantity, line.unit_price, line.uom) for line in order.lines] == [
        (1, Decimal(2), Decimal(5), "EA")
    ]
    detail = jaggaer.last()
    digest = detail.pop("digest")
    assert len(digest) == 64
    assert detail == {
        "door": "j1p",
        "type": "new",
        "revision": 0,
        "dedupe_key": "batch-1",
        "total": "10",
        "currency": "USD",
        "business_unit": "US1",
        "lines": 1,
    }


REFUSED: list[tuple[str, dict[str, Any], Reason, str]] = [
    ("no number", j1p_order(None), Reason.MISSING, "poHeader.poNumber"),
    ("blank number", j1p_order(" "), Reason.MISSING, "poHeader.poNumber"),
    ("no header", {"poLineList": {}}, Reason.MISSING, "poHeader"),
    ("no lines", j1p_order(lines=[], total=0), Reason.MISSING, "poLineList.poLine"),
    ("no currency", j1p_order(total=None, currency=None), Reason.MISSING, "poHeader.currency"),
    ("odd currency", j1p_order(currency="usd"), Reason.INVALID, "'usd'"),
    ("two currencies", j1p_order(currency="EUR"), Reason.INVALID, "'USD'"),
    ("odd type", j1p_order(type="replace"), Reason.INVALID, "'replace'"),
    ("a revision beyond sense", j1p_order(revision=10**18), Reason.INVALID, "revisionNumber"),
    ("odd revision", j1p_order(revision=-1), Reason.INVALID, "revisionNumber -1"),
    (
        "repeated line",
        j1p_order(lines=[j1p_line(), j1p_line()], total=20),
        Reason.INVALID,
        "lineNumber 1 occurs 2 times",
    ),
    ("line 0", j1p_order(lines=[j1p_line(0)]), Reason.INVALID, "lineNumber 0"),
    ("no quantity", j1p_order(lines=[j1p_line(quantity=None)]), Reason.INVALID, "line 1, quantity"),
    ("a line in another currency", j1p_order(currency="EUR", total=None), Reason.INVALID, "line 1, lineCharges"),
    ("negative quantity", j1p_order(lines=[j1p_line(quantity=-2)]), Reason.INVALID, "quantity -2"),
    ("quantity beyond sense", j1p_order(lines=[j1p_line(quantity="1e999999999")]), Reason.INVALID, "line 1, quantity"),
    ("no price", j1p_order(lines=[{"lineNumber": 1, "quantity": 1}]), Reason.MISSING, "lineCharges.unitPrice"),
    ("total too high", j1p_order(total="10.01"), Reason.TOTAL, "total 10.01 USD is not what the lines come to, 10"),
    ("update of nothing", j1p_order(type="update", revision=1), Reason.UNKNOWN_ORDER, "send it as new first"),
    ("cancel of nothing", j1p_order(type="cancel", revision=1), Reason.UNKNOWN_ORDER, "send it as new first"),
]


@pytest.mark.parametrize(
    ("order", "reason", "words"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
)
def test_what_breaks_a_rule_is_refused_in_words_and_has_no_effect(
    jaggaer: Jaggaer, order: dict[str, Any], reason: Reason, words: str
) -> None:
    answer = jaggaer.import_order(order)

    assert answer["returnCode"] == RETURN_CODES[reason] != 0
    assert words in answer["returnMessage"]
    assert jaggaer.kinds() == ["order_refused"]
    assert (jaggaer.last()["code"], jaggaer.last()["reason"]) == (answer["returnCode"], reason)
    assert len(jaggaer.simulator.orders) == 0


ACCEPTED: list[tuple[str, dict[str, Any]]] = [
    ("quantities as strings", j1p_order(lines=[j1p_line("1", "2", "5.00")])),
    ("no total", j1p_order(total=None)),
    ("tax is part of the total", j1p_order(total="10.80", tax={"currency": "USD", "value": "0.80"})),
    ("tax is not part of the total", j1p_order(total=10, taxCharge1={"currency": "USD", "value": "0.80"})),
    ("a discount is taken off", j1p_order(total=9, discountAmount=1)),
    ("lines rounded to cents", j1p_order(total="7.41", lines=[j1p_line(1, 3, "1.2345"), j1p_line(2, 3, "1.2367")])),
    ("the exact sum", j1p_order(total="7.4136", lines=[j1p_line(1, 3, "1.2345"), j1p_line(2, 3, "1.2367")])),
    ("a cancelled line", j1p_order(lines=[j1p_line(), j1p_line(2, 0)])),
    ("a unit as an object", j1p_order(lines=[j1p_line(item={"unitOfMeasure": {"dimension": "EA"}})])),
    ("unknown fields", j1p_order(flexibleThing={"a": [1, True, None]})),
]


@pytest.mark.parametrize("order", [case[1] for case in ACCEPTED], ids=[case[0] for case in ACCEPTED])
def test_what_keeps_the_rules_is_taken(jaggaer: Jaggaer, order: dict[str, Any]) -> None:
    assert jaggaer.import_order(order)["returnCode"] == 0
    assert jaggaer.kinds() == ["order_applied"]


def test_a_total_is_not_looked_at_where_that_is_switched_off(jaggaer: Jaggaer) -> None:
    jaggaer.simulator.switch(check_totals=False)
    assert jaggaer.import_order(j1p_order(total=99))["returnCode"] == 0


@pytest.mark.parametrize(
    ("switch", "order", "words"),
    [
        ("reject_unknown_units", j1p_order(lines=[j1p_line(item={"unitOfMeasure": "BAG"})]), "'BAG'"),
        ("reject_unknown_suppliers", j1p_order(supplier={"supplierNumber": "4711"}), "4711"),
        (
            "reject_unknown_custom_fields",
            j1p_order(customFieldValueSetList={"customFieldValueSet": [{"internalName": "Fund", "value": "1"}]}),
            "No custom field found for name 'Fund'",
        ),
        (
            "reject_unknown_custom_fields",
            j1p_order(lines=[j1p_line(splits=[{"customFieldValueList": {"customFieldValue": [{"name": "Fund"}]}}])]),
            "No custom field found for name 'Fund'",
        ),
    ],
)
def test_an_unknown_name_is_refused_only_where_the_instance_is_strict(
    jaggaer: Jaggaer, switch: str, order: dict[str, Any], words: str
) -> None:
    jaggaer.simulator.switch(**{switch: True})
    answer = jaggaer.import_order(order)
    assert answer["returnCode"] != 0
    assert words in answer["returnMessage"]

    jaggaer.simulator.switch(**{switch: False})
    assert jaggaer.import_order(order)["returnCode"] == 0


def test_a_second_new_is_refused_naming_the_order_that_is_there(jaggaer: Jaggaer) -> None:
    jaggaer.import_order(j1p_order(), "batch-1")
    answer = jaggaer.import_order(j1p_order(), "batch-2")

    assert answer["returnCode"] == RETURN_CODES[Reason.DUPLICATE]
    assert "Order PO1 is held as Open with revision 0 from batch-1" in answer["returnMessage"]


@pytest.mark.parametrize("revision", [0, 1, 2])
@pytest.mark.parametrize("change", ["update", "cancel"])
def test_a_change_without_a_higher_revision_is_stale(jaggaer: Jaggaer, change: str, revision: int) -> None:
    jaggaer.import_order(j1p_order(revision=2))
    answer = jaggaer.import_order(j1p_order(type=change, revision=revision), "batch-2")

    assert answer["returnCode"] == RETURN_CODES[Reason.STALE]
    assert "with revision 2 from batch-1" in answer["returnMessage"]
    assert jaggaer.kinds() == ["order_applied", "order_refused"]


def test_an_update_replaces_the_order_and_cancels_the_lines_it_leaves_out(jaggaer: Jaggaer) -> None:
    jaggaer.import_order(j1p_order(lines=[j1p_line(1), j1p_line(2)], total=20))
    changed = j1p_order(type="update", revision=3, lines=[j1p_line(2, 4), j1p_line(3)], total=30)
    assert jaggaer.import_order(changed, "batch-2")["returnCode"] == 0

    order = jaggaer.simulator.orders.get("PO1")
    assert order is not None
    assert {line.number: line.quantity for line in order.lines} == {1: 0, 2: 4, 3: 2}
    assert (order.revision, order.total) == (3, Decimal(30))
    assert [version.key for version in order.versions] == ["batch-1", "batch-2"]


def test_a_cancel_closes_the_order_and_keeps_its_lines(jaggaer: Jaggaer) -> None:
    jaggaer.import_order(j1p_order())
    cancel = {"poHeader": {"poNumber": "PO1", "type": "cancel", "revisionNumber": 1}}
    assert jaggaer.import_order(cancel, "batch-2")["returnCode"] == 0

    order = jaggaer.simulator.orders.get("PO1")
    assert order is not None
    assert (order.state, order.total, len(order.lines)) == (State.CANCELED, Decimal(10), 1)
    late = jaggaer.import_order(j1p_order(type="update", revision=2), "batch-3")
    assert late["returnCode"] == RETURN_CODES[Reason.CLOSED]


def test_the_same_batch_gets_the_same_answer_without_a_second_effect(jaggaer: Jaggaer) -> None:
    first, second = (jaggaer.post(j1p_body(j1p_order())) for _ in range(2))

    assert first.content == second.content
    assert jaggaer.kinds() == ["order_applied", "duplicate_answered"]


def test_a_batch_with_another_body_is_refused(jaggaer: Jaggaer) -> None:
    jaggaer.import_order(j1p_order())
    answer = jaggaer.import_order(j1p_order("PO2"))

    assert answer["returnCode"] == RETURN_CODES[Reason.BATCH_REUSED]
    assert "order PO1" in answer["returnMessage"]
    assert jaggaer.simulator.orders.get("PO2") is None


def test_a_refused_batch_may_come_again_and_is_judged_anew(jaggaer: Jaggaer) -> None:
    assert jaggaer.import_order(j1p_order(total=11))["returnCode"] != 0
    assert jaggaer.import_order(j1p_order(total=10))["returnCode"] == 0


def test_without_memory_a_repeated_batch_meets_the_rules_of_orders(jaggaer: Jaggaer) -> None:
    jaggaer.simulator.switch(batch_memory=False)
    jaggaer.import_order(j1p_order())

    assert jaggaer.import_order(j1p_order())["returnCode"] == RETURN_CODES[Reason.DUPLICATE]


@pytest.mark.parametrize("batch", [None, "", " ", 7])
def test_an_import_needs_a_batch_id(jaggaer: Jaggaer, batch: object) -> None:
    assert "batchId" in jaggaer.import_order(j1p_order(), batch)["returnMessage"]
    assert len(jaggaer.simulator.orders) == 0


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"<xml/>", b'{"a": NaN}', b'"\\ud800"', b"\xff", b"[" * 5000])
def test_what_is_no_json_object_is_http_400_in_the_wrapper(jaggaer: Jaggaer, body: bytes) -> None:
    answer = jaggaer.post(body)

    assert answer.status_code == 400
    assert answer.json()["returnCode"] == RETURN_CODES[Reason.UNREADABLE]
    assert jaggaer.kinds() == ["order_refused"]


def test_what_is_nested_too_deeply_to_be_given_back_is_not_taken(jaggaer: Jaggaer) -> None:
    deep: object = "bottom"
    for _ in range(230):
        deep = [deep]
    assert jaggaer.post(j1p_body(j1p_order(notes=deep))).status_code == 400
    assert len(jaggaer.simulator.orders) == 0
