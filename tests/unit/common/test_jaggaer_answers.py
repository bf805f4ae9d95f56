"""What JAGGAER's answers mean."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from common.connections.exchange import Answer
from common.connections.target import Outgoing
from common.jaggaer import answers
from common.ledger.verdicts import Absent, Dead, DeadClass, Delivered, Unclear, Verdict, Wait
from schemas.identity import Action, Intent
from schemas.j1p.purchase_order import J1pLine, J1pOrder, J1pSupplier


def answer(status: int, content: bytes, **headers: str) -> Answer:
    return Answer(status=status, headers=headers, content=content)


def kind(verdict: Verdict) -> type[Verdict]:
    return type(verdict)


@pytest.mark.parametrize("code", [b"0", b'"0"', b'" 0 "'])
def test_success_is_a_return_code_of_zero_as_number_or_text(code: bytes) -> None:
    verdict = answers.j1p_import(answer(200, b'{"returnCode": %s, "returnMessage": ""}' % code), "US1")

    assert verdict == Delivered(target_id="US1", how="JAGGAER confirmed the import.")


def test_a_refusal_inside_http_200_is_dead_with_jaggaers_words() -> None:
    verdict = answers.j1p_import(answer(200, b'{"returnCode": 42, "returnMessage": "No such\\n unit: XX"}'), "US1")

    assert isinstance(verdict, Dead)
    assert (verdict.category, verdict.value, verdict.refused_by_target) == (DeadClass.REFUSED, "42", True)
    assert "order US1 with returnCode 42: No such unit: XX" in verdict.reason


@pytest.mark.parametrize("errors", [b'[{"ref": "US1", "errorMessage": "no"}]', b'{"error": {"errorMessage": "no"}}'])
def test_success_over_an_error_list_is_a_refusal(errors: bytes) -> None:
    body = b'{"returnCode": 0, "returnMessage": "", "objectErrors": %s}' % errors
    verdict = answers.j1p_import(answer(200, body), "US1")

    assert isinstance(verdict, Dead)
    assert verdict.refused_by_target
    assert "no" in verdict.reason


@pytest.mark.parametrize("empty", [b"[]", b"{}", b"null"])
def test_an_empty_error_list_is_none(empty: bytes) -> None:
    verdict = answers.j1p_import(answer(200, b'{"returnCode": 0, "objectErrors": %s}' % empty), "US1")

    assert isinstance(verdict, Delivered)


@pytest.mark.parametrize(
    ("status", "content", "expected"),
    [
        (200, b"<html>maintenance</html>", Unclear),
        (200, b"", Unclear),
        (200, b'{"returnCode": 0', Unclear),
        (200, b'{"result": "ok"}', Unclear),
        (500, b'{"returnCode": 0}', Unclear),
        (502, b"", Unclear),
        (503, b"", Unclear),
        (504, b"", Unclear),
        (408, b"", Unclear),
        (409, b"", Unclear),
        (302, b"", Unclear),
        (401, b"", Wait),
        (403, b"", Wait),
        (429, b"", Wait),
        (400, b"", Dead),
        (404, b"", Dead),
        (413, b"", Dead),
        (422, b"", Dead),
    ],
)
def test_without_a_readable_result_the_status_decides(status: int, content: bytes, expected: type[Verdict]) -> None:
    assert kind(answers.j1p_import(answer(status, content), "US1")) is expected


def test_a_slow_down_is_waited_for_as_long_as_it_says() -> None:
    assert answers.by_status(answer(429, b"", **{"retry-after": "7"}), "US1") == Wait(
        seconds=7.0, reason="JAGGAER asks us to slow down (HTTP 429)."
    )


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (200, Delivered),
        (201, Delivered),
        (211, Delivered),
        (280, Delivered),
        (400, Dead),
        (401, Wait),
        (403, Dead),
        (406, Dead),
        (409, Dead),
        (417, Dead),
        (450, Dead),
        (499, Dead),
        (500, Unclear),
        (550, Unclear),
        (560, Unclear),
        (599, Unclear),
    ],
)
@pytest.mark.parametrize("http_status", [200, 400, 500])
def test_a_cxml_status_decides_whatever_the_http_status_is(
    http_status: int, code: int, expected: type[Verdict]
) -> None:
    body = (
        f'<cXML payloadID="1@x" timestamp="2026-11-23T08:00:00+00:00"><Response>'
        f'<Status code="{code}" text="T">detail</Status></Response></cXML>'
    )

    assert kind(answers.cxml_response(answer(http_status, body.encode()), "US1")) is expected


@pytest.mark.parametrize("content", [b"", b"<html/>", b"<cXML", b'<cXML payloadID="1"><Response/></cXML>'])
def test_an_answer_without_a_cxml_status_is_unclear(content: bytes) -> None:
    assert isinstance(answers.cxml_response(answer(200, content), "US1"), Unclear)


def test_a_gateway_that_slows_us_down_took_no_document() -> None:
    verdict = answers.cxml_response(answer(429, b"<html/>", **{"retry-after": "7"}), "US1")

    assert verdict == Wait(seconds=7.0, reason="JAGGAER asks us to slow down (HTTP 429).")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b'{"returnCode": 0, "totRecords": 1, "xList": {"x": [{"a": 1}]}}', [{"a": 1}]),
        (b'{"returnCode": "0", "totRecords": 0, "xList": {"x": []}}', []),
        (b'{"returnCode": 0, "totRecords": 0}', []),
        (b'{"returnCode": 0, "totRecords": "0", "returnedRecords": "0"}', []),
        (b'{"returnCode": 0}', None),
        (b'{"returnCode": 5, "totRecords": 0}', None),
        (b"<html/>", None),
    ],
)
def test_a_list_is_empty_only_if_it_says_so(body: bytes, expected: list[object] | None) -> None:
    assert answers.j1p_listing(answer(200, body)) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b'{"returnCode": 0, "header": {"a": 1}, "lineList": {"line": [{"b": 2}]}}', "header"),
        (b'{"returnCode": 0, "totRecords": 1, "xList": {"x": [{"header": {}, "b": 1}]}}', "header"),
    ],
)
def test_the_lists_in_a_document_are_not_the_document(body: bytes, expected: str) -> None:
    found = answers.j1p_one(answer(200, body))

    assert isinstance(found, dict)
    assert expected in found


@pytest.mark.parametrize(("status", "body"), [(200, b'{"returnCode": 0}'), (200, b'{"returnCode": 4}'), (404, b"{}")])
def test_what_shows_no_document_shows_none(status: int, body: bytes) -> None:
    assert answers.j1p_one(answer(status, body)) is None


def test_a_list_behind_an_error_status_says_nothing() -> None:
    assert answers.j1p_listing(answer(503, b'{"returnCode": 0, "totRecords": 0}')) is None


def order(
    *,
    revision: int | None = 1,
    quantity: str = "10",
    request_id: str | None = None,
    canceled: bool = False,
    legal_entity: str | None = "Vision Operations",
    supplier_id: str | None = "7",
) -> J1pOrder:
    line = J1pLine(number=1, quantity=Decimal(quantity), unit_price=Decimal("1.5"), uom="EA", description="x")
    return J1pOrder(
        number="US1", revision=revision, canceled=canceled, currency="USD", total=Decimal(15), lines=(line,),
        original_request_id=request_id, legal_entity=legal_entity, business_unit=None,
        supplier=J1pSupplier(name="Advanced Network Devices", external_id=supplier_id, site=None),
    )  # fmt: skip


def sent_as(serial: int) -> Outgoing:
    intent = Intent(
        action=Action.UPDATE,
        serial=serial,
        dedupe_key="17.0.abc@ml-connector",
        previous_key=None,
        stated_at=datetime(2026, 11, 23, tzinfo=UTC),
    )
    return Outgoing(number="US1", reference="MC-1", body=b"", intent=intent, readbacks=0, trusted_until=0.0)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (order(request_id="17.0.abc@ml-connector", quantity="999"), Delivered),
        (order(revision=1), Delivered),
        (order(revision=1, quantity="10.0"), Delivered),
        (order(revision=0), Absent),
        (order(revision=1, quantity="11"), Dead),
        (order(revision=1, canceled=True), Dead),
        (order(revision=5, quantity="11"), Dead),
        (order(legal_entity=None, supplier_id=None), Delivered),
        (order(request_id="17.0.abc@ml-connector", legal_entity="Vision France"), Delivered),
        (order(legal_entity="Vision France"), Dead),
        (order(revision=0, legal_entity="Vision France"), Dead),
        (order(supplier_id="8"), Dead),
    ],
)
def test_a_read_back_tells_ours_from_an_older_one_and_from_another(found: J1pOrder, expected: type[Verdict]) -> None:
    assert kind(answers.j1p_read_back(found, order(), sent_as(serial=2))) is expected


@pytest.mark.parametrize(
    "found",
    [order(legal_entity="Vision France"), order(revision=0, supplier_id="8"), order(legal_entity="X", quantity="9")],
)
def test_another_legal_entitys_order_under_our_number_is_never_ours_to_overwrite(found: J1pOrder) -> None:
    verdict = answers.j1p_read_back(found, order(), sent_as(serial=2))

    assert isinstance(verdict, Dead)
    assert (verdict.category, verdict.found) == (DeadClass.CONFLICT, None)
    assert verdict.refused_by_target
    assert "(ours: " in verdict.reason
    assert "Renumber" in verdict.next_step


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (order(canceled=True), Delivered),
        (order(canceled=True, revision=0), Delivered),
        (order(canceled=True, revision=None, quantity="0"), Delivered),
        (order(canceled=True, revision=7, quantity="11"), Delivered),
        (order(canceled=True, legal_entity="Vision France"), Dead),
        (order(canceled=True, supplier_id="8"), Dead),
        (order(canceled=False, revision=0), Absent),
        (order(canceled=False), Dead),
    ],
)
def test_a_cancel_is_there_once_the_order_is_cancelled(found: J1pOrder, expected: type[Verdict]) -> None:
    assert kind(answers.j1p_read_back(found, order(canceled=True), sent_as(serial=2))) is expected
