"""How cXML is told that an order is closed, held or open again."""

from dataclasses import replace

import pytest
from lxml import etree

from schemas.cxml.layout import CxmlLayout
from schemas.cxml.order_status_update import (
    CxmlOrderStatus,
    NotAnOrderStatus,
    address,
    build,
    parse,
    same_content,
)
from schemas.cxml.safe_xml import parse as parse_xml
from schemas.order_status import OrderState, OrderStatusChange
from tests.factories import purchase_order
from tests.intents import UPDATE
from tests.unit.schemas.test_order_status import HELD
from tests.unit.schemas_cxml.documents import CREDENTIALS, LAYOUT, body, published

ORDER = "6.0.order@ml-connector"


def written(change: OrderStatusChange = HELD, order_payload_id: str | None = ORDER) -> bytes:
    return build(change, order_payload_id=order_payload_id)


def sent(change: OrderStatusChange = HELD, order_payload_id: str | None = ORDER) -> bytes:
    return address(written(change, order_payload_id), UPDATE, CREDENTIALS, LAYOUT)


def test_it_says_which_order_is_in_which_state_since_when() -> None:
    update = parse_xml(sent()).find("Request/StatusUpdateRequest")
    assert update is not None
    assert [child.tag for child in update] == ["DocumentReference", "Status", "DocumentStatus", "Extrinsic"]
    assert update.findtext("Status[@code='201'][@text='Accepted']") == "Order US164861 is on_hold."
    assert update.findtext("Extrinsic[@name='statusDate']") == "2025-03-05T17:04:21.026+00:00"


@pytest.mark.parametrize("state", OrderState)
def test_only_the_last_word_about_an_order_has_code_200(state: OrderState) -> None:
    status = parse_xml(written(replace(HELD, state=state))).find("Status")
    assert status is not None
    assert (status.get("code") == "200") is state.is_final


@pytest.mark.parametrize("payload_id", [ORDER, None])
@pytest.mark.parametrize("number", ["US164861", "<&\"'\x00 Größe"])
def test_it_reads_back_exactly(payload_id: str | None, number: str) -> None:
    read = parse(sent(replace(HELD, number=number), payload_id))
    assert read == CxmlOrderStatus(
        number=number, status="on_hold", order_payload_id=payload_id, original_request_id=UPDATE.dedupe_key
    )
    assert same_content(read, parse(written(replace(HELD, number=number), None)))


def test_another_state_or_order_is_told_apart() -> None:
    read = parse(sent())
    assert not same_content(read, parse(sent(replace(HELD, state=OrderState.CLOSED))))
    assert not same_content(read, parse(sent(replace(HELD, number="US1"))))


def test_the_same_state_gives_the_same_bytes_and_another_gives_others() -> None:
    assert sent() == sent()
    assert written() == written()
    assert written() != written(replace(HELD, state=OrderState.CLOSED))


@pytest.mark.parametrize(("version", "named"), [("1.2.014", "1.2.048"), ("1.2.063", "1.2.063")])
def test_it_names_a_version_that_knows_the_document(version: str, named: str) -> None:
    layout = CxmlLayout(dtd_version=version, test=True)
    document = address(written(), UPDATE, CREDENTIALS, layout)
    assert f"/{named}/cXML.dtd".encode() in document
    assert b'deploymentMode="test"' in document


@pytest.mark.parametrize("payload_id", [ORDER, None])
@pytest.mark.parametrize("version", ["1.2.048", "1.2.063"])
def test_it_is_valid_for_the_published_dtds(version: str, payload_id: str | None) -> None:
    etree.DTD(str(published("cxml-dtd", version, "cXML.dtd"))).assertValid(parse_xml(sent(HELD, payload_id)))


@pytest.mark.parametrize("document", [b"<cXML/>", b"<StatusUpdateRequest/>"])
def test_what_says_nothing_about_an_order_is_refused(document: bytes) -> None:
    with pytest.raises(NotAnOrderStatus):
        parse(document)


def test_a_body_of_another_kind_is_not_addressed() -> None:
    with pytest.raises(NotAnOrderStatus):
        address(body(purchase_order()), UPDATE, CREDENTIALS, LAYOUT)
