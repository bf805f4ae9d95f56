"""The whole document of one delivery: who, which effect, which version, valid, the same to the byte every time."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from schemas.cxml import order_request
from schemas.cxml.envelope import address
from schemas.cxml.order_request import CxmlLayout, RequestType
from schemas.cxml.safe_xml import NotSafeXml
from schemas.cxml.values import UnreadableCxml
from schemas.identity import Intent
from schemas.refusals import RefusalClass, Refused
from tests.factories import purchase_order
from tests.intents import CANCEL, CREATE, UPDATE
from tests.unit.schemas_cxml.documents import CREDENTIALS, LAYOUT, body, document, tree


def test_the_same_intent_gives_the_same_bytes() -> None:
    assert document(purchase_order(), UPDATE) == document(purchase_order(), UPDATE)


def test_the_document_begins_with_declaration_and_doctype() -> None:
    start = document(purchase_order(), layout=CxmlLayout(dtd_version="1.2.048")).splitlines()
    assert start[0] == b"<?xml version='1.0' encoding='UTF-8'?>"
    assert start[1] == b'<!DOCTYPE cXML SYSTEM "http://xml.cxml.org/schemas/cXML/1.2.048/cXML.dtd">'


def test_the_envelope_names_the_effect_and_who_speaks_to_whom() -> None:
    root = tree(purchase_order(), layout=CxmlLayout(test=True))
    assert root.get("payloadID") == "7.0.abc@ml-connector"
    assert root.get("timestamp") == "2025-03-06T08:00:00+00:00"
    assert root.findtext("Header/From/Credential[@domain='NetworkID']/Identity") == "buyer"
    assert root.findtext("Header/To/Credential[@domain='DUNS']/Identity") == "123456789"
    assert root.findtext("Header/Sender/Credential[@domain='NetworkID']/Identity") == "hub"
    assert [secret.text for secret in root.iter("SharedSecret")] == ["hush-hush"]
    assert root.findtext("Header/Sender/UserAgent") == "ml-connector"
    assert root.find("Request[@deploymentMode='test']") is not None


def test_the_secret_does_not_show_in_a_log() -> None:
    assert "hush" not in repr(CREDENTIALS)
    assert "hush" not in str(CREDENTIALS)


@pytest.mark.parametrize(
    ("intent", "expected"),
    [
        (CREATE, (RequestType.NEW, 1, None)),
        (UPDATE, (RequestType.UPDATE, 3, "8.0.abc@x")),
        (CANCEL, (RequestType.DELETE, None, "8.0.abc@x")),
        (replace(CREATE, previous_key="8.0.abc@x", serial=4), (RequestType.NEW, 4, None)),
        (replace(CANCEL, previous_key=None), (RequestType.DELETE, None, None)),
    ],
)
def test_type_version_and_reference_follow_the_intent(
    intent: Intent, expected: tuple[RequestType, int | None, str | None]
) -> None:
    read = order_request.parse(document(purchase_order(), intent))
    assert (read.type, read.order_version, read.document_reference) == expected


def test_the_reference_stands_between_comments_and_extrinsics() -> None:
    header = tree(purchase_order(note_to_supplier="Ring"), UPDATE).find(".//OrderRequestHeader")
    assert header is not None
    tags = [str(child.tag) for child in header]
    assert tags[tags.index("DocumentReference") - 1 :][:3] == ["Comments", "DocumentReference", "Extrinsic"]


def test_times_are_in_utc_with_milliseconds_where_there_are_any() -> None:
    local = datetime(2025, 3, 6, 9, 0, 0, 26999, tzinfo=timezone(timedelta(hours=1)))
    assert tree(purchase_order(), replace(CREATE, stated_at=local)).get("timestamp") == "2025-03-06T08:00:00.026+00:00"


def test_only_the_payload_changes_the_order_itself_is_the_built_body() -> None:
    read = order_request.parse(document(purchase_order(), CREATE))
    assert replace(read, order_version=None) == order_request.parse(body(purchase_order()))


def test_a_document_that_our_grammar_refuses_does_not_leave() -> None:
    broken = body(purchase_order()).replace(b"<UnitOfMeasure>EA</UnitOfMeasure>", b"", 1)
    with pytest.raises(Refused, match="Did not expect element Classification there") as refused:
        address(broken, CREATE, CREDENTIALS, LAYOUT)
    assert refused.value.refusal.category is RefusalClass.INVALID
    assert refused.value.refusal.field == "/cXML/Request/OrderRequest/ItemOut[1]/ItemDetail"


@pytest.mark.parametrize("stranger", [b"<cXML/>", b"<OrderRequest/>"])
def test_a_body_that_build_did_not_make_is_refused(stranger: bytes) -> None:
    with pytest.raises(UnreadableCxml):
        address(stranger, CREATE, CREDENTIALS, LAYOUT)


def test_a_body_that_is_no_xml_is_refused() -> None:
    with pytest.raises(NotSafeXml):
        address(b"{}", CREATE, CREDENTIALS, LAYOUT)
