"""What an answer says became of a message, and of each document in it."""

import pytest

from schemas.indirect.answers import Counts, MessageResult, Outcome, parse, settle
from schemas.indirect.frame import UnreadableMessage
from tests.unit.schemas_indirect.messages import order_answer, supplier_answer

DONE, REFUSED, NOT_PROCESSED, UNKNOWN = Outcome.DONE, Outcome.REFUSED, Outcome.NOT_PROCESSED, Outcome.UNKNOWN
SUPPLIERS = ("1013", "1014", "1015")


def counted(text: str, attempted: int, completed: int) -> str:
    return f"{text} (Counts: Total documents attempted={attempted}, Total documents completed={completed}.)"


def supplier_error(number: str, message: str = "no such country", kind: str = "Error", level: str = "") -> str:
    said = f'<ErrorMessage type="{kind}"> {message} </ErrorMessage>'
    below = (
        f"<{level}Errors><{level}Ref><ERPNumber>77</ERPNumber></{level}Ref>{said}</{level}Errors>" if level else said
    )
    return f"<SupplierErrors><SupplierRef><ERPNumber> {number}\n</ERPNumber></SupplierRef>{below}</SupplierErrors>"


def outcomes(answer: bytes, references: tuple[str, ...] = SUPPLIERS) -> list[Outcome]:
    results = settle(parse(answer), references)
    assert [result.reference for result in results] == list(references)
    return [result.outcome for result in results]


def test_padded_values_are_read_without_their_padding() -> None:
    text = (
        "Success (Counts: Total documents attempted=1, Total documents completed=1. Documents successful without "
        "warnings=1)"
    )
    result = parse(supplier_answer("200", text))
    assert result == MessageResult(
        message_id="a-1",
        related_message_id="7.0.abc@ml-connector",
        status_code=200,
        status_text=text,
        counts=Counts(attempted=1, completed=1),
        findings=(),
    )
    assert result.success


def test_a_success_is_every_documents() -> None:
    assert outcomes(supplier_answer("200", counted("Success", 3, 3))) == [DONE] * 3
    assert outcomes(supplier_answer("200", "Success")) == [DONE] * 3


def test_a_named_document_is_refused_and_the_others_are_done() -> None:
    answer = supplier_answer("200", counted("Success", 3, 2), supplier_error("1014"))
    assert outcomes(answer) == [DONE, REFUSED, DONE]
    assert outcomes(supplier_answer("500", counted("Some documents failed.", 3, 2), supplier_error("1014"))) == [
        DONE,
        REFUSED,
        DONE,
    ]


def test_a_warning_stops_no_document() -> None:
    answer = supplier_answer("200", counted("Success", 3, 3), supplier_error("1014", "old code", "Warning"))
    results = settle(parse(answer), SUPPLIERS)
    assert [result.outcome for result in results] == [DONE] * 3
    assert [[str(finding) for finding in result.findings] for result in results] == [[], ["old code"], []]


def test_a_warning_of_the_message_is_every_documents() -> None:
    warning = '<Errors><ErrorMessage type="Warning">slow today</ErrorMessage></Errors>'
    results = settle(parse(supplier_answer("200", counted("Success", 3, 3), status_errors=warning)), SUPPLIERS)
    assert [(result.outcome, str(result.findings[0])) for result in results] == [(DONE, "slow today")] * 3


def test_an_error_below_a_supplier_says_where() -> None:
    answer = supplier_answer("200", counted("Success", 3, 2), supplier_error("1014", level="Address"))
    (finding,) = settle(parse(answer), SUPPLIERS)[1].findings
    assert (finding.document, finding.place, finding.text) == ("1014", "Address 77", "no such country")
    assert str(finding) == "Address 77: no such country"


def test_a_parse_error_stops_the_batch_and_what_follows_was_not_processed() -> None:
    errors = '<Errors><ErrorMessage type="Error">XML Error : bad element at line 40</ErrorMessage></Errors>'
    answer = supplier_answer("500", counted("Error while parsing the input", 2, 1), status_errors=errors)
    assert outcomes(answer) == [DONE, REFUSED, NOT_PROCESSED]
    first = supplier_answer("500", counted("Error while parsing the input / All documents failed.", 1, 0))
    assert outcomes(first) == [REFUSED, NOT_PROCESSED, NOT_PROCESSED]


def test_a_document_refused_before_the_parse_error_is_not_taken_for_done() -> None:
    answer = supplier_answer("500", counted("Error while parsing the input", 3, 1), supplier_error("1013"))
    assert outcomes(answer) == [REFUSED, DONE, REFUSED]


@pytest.mark.parametrize("text", ["Error while parsing the input", counted("Error while parsing the input", 4, 3)])
def test_a_parse_error_that_does_not_say_where_leaves_every_document_unknown(text: str) -> None:
    assert outcomes(supplier_answer("500", text)) == [UNKNOWN] * 3
    assert outcomes(supplier_answer("500", text), ("1013",)) == [REFUSED]


def test_counts_that_contradict_the_errors_leave_what_seems_done_unknown() -> None:
    assert outcomes(supplier_answer("200", counted("Success", 3, 2))) == [UNKNOWN] * 3
    answer = supplier_answer("200", counted("Success", 3, 1), supplier_error("1014"))
    assert outcomes(answer) == [UNKNOWN, REFUSED, UNKNOWN]
    parse_error = supplier_answer("500", counted("Error while parsing the input", 3, 1))
    assert outcomes(parse_error) == [UNKNOWN, UNKNOWN, REFUSED]


def test_an_error_that_names_no_document_of_ours_leaves_them_unknown_unless_they_are_counted() -> None:
    stray = supplier_error("u1511504")
    assert outcomes(supplier_answer("200", "Success", stray)) == [UNKNOWN] * 3
    assert outcomes(supplier_answer("200", counted("Success", 3, 3), stray)) == [DONE] * 3


def test_a_failure_of_everything_refuses_everything() -> None:
    assert outcomes(supplier_answer("500", counted("All documents failed.", 3, 0))) == [REFUSED] * 3
    assert outcomes(supplier_answer("406", "Not acceptable"), ("1013",)) == [REFUSED]
    assert outcomes(supplier_answer("406", counted("The message was refused.", 0, 0)), ("1013",)) == [REFUSED]


def test_a_message_id_that_came_before_may_have_taken_effect() -> None:
    assert outcomes(supplier_answer("409", counted("The message was refused.", 0, 0)), ("1013",)) == [UNKNOWN]


def test_a_failure_that_may_have_taken_effect_is_unknown() -> None:
    assert outcomes(supplier_answer("500", "Internal error")) == [UNKNOWN] * 3
    assert outcomes(supplier_answer("500", "Internal error"), ("1013",)) == [UNKNOWN]
    assert outcomes(supplier_answer("406", "Not acceptable")) == [UNKNOWN] * 3
    assert outcomes(supplier_answer("500", counted("Failure", 2, 0))) == [UNKNOWN] * 3


def test_an_error_beside_a_failed_message_of_one_is_that_documents() -> None:
    said = "<Errors><ErrorMessage>wrong version</ErrorMessage></Errors>"
    (result,) = settle(parse(supplier_answer("406", "Not acceptable", status_errors=said)), ("1013",))
    assert (result.outcome, [str(finding) for finding in result.findings]) == (REFUSED, ["wrong version"])


@pytest.mark.parametrize("code", ["401", "403"])
def test_a_sender_that_is_not_known_burns_no_document(code: str) -> None:
    result = parse(supplier_answer(code, "Authentication failed"))
    assert result.unauthorized
    assert outcomes(supplier_answer(code, counted("Authentication failed", 3, 0))) == [NOT_PROCESSED] * 3


def test_orders_are_refused_by_number_and_line() -> None:
    errors = (
        '<ObjectErrors><PurchaseOrderRef ponumber="PO1"><Error type="Error"><ErrorMessage>No custom field found'
        '</ErrorMessage></Error></PurchaseOrderRef><PurchaseOrderLineRef ponumber="PO2" linenumber="3"><Error '
        'type="Warning"><ErrorMessage>Price differs</ErrorMessage></Error></PurchaseOrderLineRef></ObjectErrors>'
    )
    one, two = settle(parse(order_answer("200", counted("Success", 2, 1), errors)), ("PO1", "PO2"))
    assert (one.outcome, str(one.findings[0])) == (REFUSED, "No custom field found")
    assert (two.outcome, str(two.findings[0]), two.findings[0].warning) == (DONE, "line 3: Price differs", True)


def test_a_failed_order_answer_without_counts_refuses_only_whom_it_names() -> None:
    said = "<Error><ErrorMessage>x</ErrorMessage></Error>"
    errors = f'<ObjectErrors><PurchaseOrderRef ponumber="PO1">{said}</PurchaseOrderRef></ObjectErrors>'
    assert outcomes(order_answer("500", "Failure", errors), ("PO1", "PO2")) == [REFUSED, UNKNOWN]


@pytest.mark.parametrize("text", ["Success", "SUCCESS", "success (Counts: ...)"])
def test_a_success_text_stands_for_a_code_that_is_missing(text: str) -> None:
    assert parse(order_answer("", text)).success


@pytest.mark.parametrize(
    "answer",
    [
        b"<html><body>502 Bad Gateway</body></html>",
        b"not xml",
        b"",
        b'<!DOCTYPE x [<!ENTITY e "boo">]><SupplierSyncMessage/>',
        b"<SupplierSyncMessage><SupplierResponseMessage/></SupplierSyncMessage>",
        order_answer("", "Failure"),
        order_answer("OK", "Success"),
        order_answer("2000", "Success"),
    ],
)
def test_what_is_no_answer_says_nothing_about_the_message(answer: bytes) -> None:
    with pytest.raises(UnreadableMessage):
        parse(answer)
