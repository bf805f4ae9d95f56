"""The frame of a message: which message, who sends it, valid, the same to the byte every time."""

from dataclasses import replace

import pytest

from schemas.indirect import frame, purchase_order, supplier_sync
from schemas.indirect.frame import UnreadableMessage
from schemas.indirect.layout import IndirectLayout
from schemas.refusals import RefusalClass, Refused
from tests.factories import purchase_order as order
from tests.intents import CREATE, UPDATE
from tests.supplier_factories import supplier
from tests.unit.schemas_indirect.messages import (
    CREDENTIALS,
    LAYOUT,
    order_message,
    supplier_body,
    supplier_message,
    together,
)


def test_the_header_names_the_message_and_the_sender() -> None:
    root = frame.read(supplier_message(supplier()))
    assert (root.tag, root.get("version")) == ("SupplierSyncMessage", "1.0")
    assert root.findtext("Header/MessageId") == "7.0.abc@ml-connector"
    assert root.findtext("Header/Timestamp") == "2025-03-06T08:00:00+00:00"
    assert root.findtext("Header/Authentication/Identity") == "hub"
    assert root.findtext("Header/Authentication/SharedSecret") == "hush-hush"


def test_the_same_intent_gives_the_same_bytes() -> None:
    assert supplier_message(supplier(), UPDATE) == supplier_message(supplier(), UPDATE)
    assert order_message(order(), UPDATE) == order_message(order(), UPDATE)


def test_the_secret_does_not_show_in_a_log() -> None:
    assert "hush" not in repr(CREDENTIALS)


def test_a_doctype_is_written_where_the_customer_serves_one() -> None:
    assert b"DOCTYPE" not in order_message(order())
    message = order_message(order(), layout=IndirectLayout(dtd_base="https://jaggaer.example/app_docs/dtd"))
    assert message.splitlines()[1] == (
        b'<!DOCTYPE PurchaseOrderMessage SYSTEM "https://jaggaer.example/app_docs/dtd/po/PO.dtd">'
    )
    assert purchase_order.parse(message).number == "US164861"


def test_one_document_is_read_from_a_message_of_one_only() -> None:
    message = together(*(supplier_message(supplier(number=number)) for number in ("1", "2")))
    with pytest.raises(UnreadableMessage, match="holds 2 Supplier"):
        supplier_sync.parse(message)


@pytest.mark.parametrize("body", [b"<Vendor/>", b"", b"{}", b"<Supplier>"])
def test_a_body_that_build_did_not_make_is_not_addressed(body: bytes) -> None:
    with pytest.raises(UnreadableMessage):
        supplier_sync.address(body, CREATE, CREDENTIALS, LAYOUT)


def test_no_message_leaves_that_our_grammar_refuses() -> None:
    body = supplier_body(supplier()).replace(b"<Active>Yes</Active>", b"<Active>maybe</Active>", 1)
    with pytest.raises(Refused) as refused:
        supplier_sync.address(body, CREATE, CREDENTIALS, LAYOUT)
    refusal = refused.value.refusal
    assert refusal.category is RefusalClass.INVALID
    assert refusal.field.startswith("/SupplierSyncMessage/SupplierRequestMessage/Supplier")
    assert "Active (Yes or No)" in refusal.reason


def test_a_message_needs_its_id() -> None:
    with pytest.raises(Refused) as refused:
        supplier_message(supplier(), replace(CREATE, dedupe_key=""))
    assert refused.value.refusal.field == "/SupplierSyncMessage/Header/MessageId"


@pytest.mark.parametrize("fields", [{"order_fields": {"total": "Total"}}, {"site_elements": {"iban": "Iban"}}])
def test_a_custom_field_that_there_is_not_is_refused_at_birth(fields: dict[str, dict[str, str]]) -> None:
    with pytest.raises(ValueError, match="cannot be sent as a custom field"):
        IndirectLayout(**fields)  # type: ignore[arg-type]
