"""What the answer to a cXML request says, however it is written, and what each code asks of us."""

import pytest

from schemas.cxml.response import CxmlStatus, NotACxmlResponse, StatusClass, parse
from tests.unit.schemas_cxml.documents import published


def answer(attributes: str, detail: str = "") -> bytes:
    status = f"<Status {attributes}>{detail}</Status>"
    return f'<cXML payloadID="1@x" timestamp="2025-03-06T08:00:00Z"><Response>{status}</Response></cXML>'.encode()


def test_code_text_detail_and_payload_id_are_read() -> None:
    read = parse(answer('code="409" text="Conflict" xml:lang="en"', " The order is closed.\n"))
    assert read == CxmlStatus(code=409, text="Conflict", detail="The order is closed.", payload_id="1@x")


def test_a_published_answer_is_read() -> None:
    read = parse(published("cxml-samples", "response-01-status-400.xml").read_bytes())
    assert (read.code, read.status_class) == (400, StatusClass.REFUSED)
    assert "missing required parameter" in read.text


@pytest.mark.parametrize(
    ("attributes", "code"),
    [
        ('code=" 200 " text="OK"', 200),
        ('code="200 OK" text=""', 200),
        ('code="200"', 200),
        ('text="Success"', 200),
        ('code="" text=" ok "', 200),
        ('code="0" text="Success"', 200),
        ('code="4000" text="OK"', 200),
        ('code="500" text="OK"', 500),
        ('code="400" text="Success"', 400),
    ],
)
def test_an_odd_code_is_understood_and_a_readable_code_outweighs_the_text(attributes: str, code: int) -> None:
    assert parse(answer(attributes)).code == code


@pytest.mark.parametrize("attributes", ['code="" text=""', "", 'code="100" text="Continue"', 'code="9" text="Not OK"'])
def test_a_status_that_says_nothing_is_no_answer(attributes: str) -> None:
    with pytest.raises(NotACxmlResponse, match="neither says what happened"):
        parse(answer(attributes))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<!DOCTYPE html><html><body>Sign in</body></html>",
        b"<html><Response><Status code='200' text='OK'/></Response></html>",
        b"<cXML payloadID='1' timestamp='t'><Response/></cXML>",
        b"<cXML payloadID='1' timestamp='t'><Request/></cXML>",
        answer('code="200" text="OK"')[:-20],
        b'{"Status": {"code": 200}}',
    ],
)
def test_anything_else_is_not_an_answer(data: bytes) -> None:
    with pytest.raises(NotACxmlResponse):
        parse(data)


def test_a_line_break_before_the_xml_declaration_is_forgiven() -> None:
    data = b'\r\n<?xml version="1.0"?>' + answer('code="200" text="OK"')
    assert parse(data).code == 200


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (200, StatusClass.DONE),
        (204, StatusClass.DONE),
        (211, StatusClass.DONE),
        (299, StatusClass.DONE),
        (201, StatusClass.PASSED_ON),
        (280, StatusClass.PASSED_ON),
        (281, StatusClass.PASSED_ON),
        (400, StatusClass.REFUSED),
        (403, StatusClass.REFUSED),
        (475, StatusClass.REFUSED),
        (499, StatusClass.REFUSED),
        (401, StatusClass.UNAUTHORIZED),
        (409, StatusClass.CONFLICT),
        (412, StatusClass.OUT_OF_ORDER),
        (417, StatusClass.OUT_OF_ORDER),
        (450, StatusClass.UNSUPPORTED),
        (500, StatusClass.TRANSIENT),
        (560, StatusClass.TRANSIENT),
        (599, StatusClass.TRANSIENT),
    ],
)
def test_each_code_asks_what_the_table_of_codes_says(code: int, expected: StatusClass) -> None:
    assert parse(answer(f'code="{code}" text="x"')).status_class is expected
