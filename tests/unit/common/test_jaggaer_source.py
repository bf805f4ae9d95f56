"""What J1P's answers show: a list of documents, or one document that has lists of its own."""

import pytest

from common.connections.exchange import Answer
from common.connections.source import Row
from common.jaggaer import source
from schemas import exact_json
from schemas.exact_json import JsonValue

WHOLE: dict[str, JsonValue] = {"header": {"invoiceId": 1}, "lineList": {"line": [{"lineNumber": 1}]}}


def answer(**body: JsonValue) -> Answer:
    return Answer(status=200, headers={}, content=exact_json.dumps({"returnCode": 0, "returnMessage": "", **body}))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (WHOLE, WHOLE),
        ({"jiinvoiceList": {"jiinvoice": [WHOLE]}}, WHOLE),
        ({"jiinvoiceList": {"jiinvoice": []}, "totRecords": 0}, None),
        ({"jiinvoiceList": {"jiinvoice": [WHOLE, WHOLE]}}, None),
        ({}, None),
    ],
)
def test_one_document_is_read_with_its_lines(body: dict[str, JsonValue], expected: Row | None) -> None:
    assert source.one(answer(**body)) == expected
