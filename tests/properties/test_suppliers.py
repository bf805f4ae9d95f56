"""Whatever Oracle says of a supplier arrives at JAGGAER in both dialects with the same keys, states and text."""

from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from schemas import exact_json
from schemas.cxml.elements import content_of
from schemas.identity import Action
from schemas.indirect import frame, supplier_sync
from schemas.indirect.layout import IndirectLayout
from schemas.j1p import custom_field_value
from schemas.j1p import supplier as j1p
from schemas.oracle import segment_value
from schemas.oracle import supplier as oracle
from schemas.supplier import Supplier
from tests.drawn_suppliers import suppliers
from tests.drawn_values import texts
from tests.intents import CREATE
from tests.oracle_suppliers import as_oracle
from tests.properties.supplier_wire import as_indirect, carried, texts_of
from tests.supplier_factories import reference_value

LAYOUT, XML = j1p.SupplierLayout(), IndirectLayout()
CREDENTIALS = frame.IndirectCredentials(identity="hub", shared_secret="hush-hush")
INTENT = replace(CREATE, action=Action.UPDATE, serial=2)


def as_j1p(supplier: Supplier) -> bytes:
    return j1p.address(j1p.build(supplier, layout=LAYOUT), INTENT, LAYOUT)


def as_xml(supplier: Supplier) -> bytes:
    return supplier_sync.address(supplier_sync.build(supplier, layout=XML), INTENT, CREDENTIALS, XML)


@settings(max_examples=30)
@given(suppliers(), st.sampled_from(("collections", "arrays")))
def test_any_supplier_is_read_as_oracle_has_it(supplier: Supplier, shape: str) -> None:
    assert oracle.parse(as_oracle(supplier, shape="arrays" if shape == "arrays" else "collections")) == supplier


@settings(max_examples=30)
@given(suppliers())
def test_any_supplier_arrives_in_j1p_exactly(supplier: Supplier) -> None:
    assert j1p.parse(exact_json.loads(as_j1p(supplier)), LAYOUT) == carried(supplier, INTENT.dedupe_key)


@settings(max_examples=30)
@given(suppliers())
def test_any_supplier_arrives_in_xml_but_for_padding_and_what_is_no_digit(supplier: Supplier) -> None:
    assert supplier_sync.parse(as_xml(supplier)) == as_indirect(carried(supplier, INTENT.dedupe_key))


@settings(max_examples=30)
@given(suppliers())
def test_every_text_stands_in_the_xml_to_the_last_character(supplier: Supplier) -> None:
    written = {content_of(element) for element in frame.read(as_xml(supplier)).iter() if len(element) == 0}
    sent = carried(supplier, INTENT.dedupe_key)
    without = replace(
        sent,
        addresses=tuple(replace(each, types=()) for each in sent.addresses),  # an attribute
        locations=tuple(replace(each, payment_terms=None) for each in sent.locations),
    )
    assert set(texts_of(without)) <= written


@settings(max_examples=20)
@given(suppliers(), suppliers())
def test_only_the_same_supplier_reads_back_as_the_same(one: Supplier, other: Supplier) -> None:
    ours = j1p.parse(exact_json.loads(as_j1p(one)), LAYOUT)
    assert j1p.same_content(ours, ours)
    assert j1p.same_content(ours, replace(ours, original_request_id=None, jaggaer_number="u1"))
    theirs = j1p.parse(exact_json.loads(as_j1p(replace(other, number=one.number))), LAYOUT)
    assert j1p.same_content(ours, theirs) is j1p.same_content(theirs, ours)
    if one.key != other.key:
        assert not j1p.same_content(ours, theirs)


@settings(max_examples=30)
@given(texts(), texts(), st.none() | texts(), st.dates(), st.none() | st.dates())
def test_any_code_arrives_in_j1p_exactly(
    custom_field: str, description: str, parent: str | None, on: date, ends_on: date | None
) -> None:
    value = reference_value(description=description, parent=parent, ends_on=ends_on)
    layout = custom_field_value.CustomFieldLayout()
    body = custom_field_value.build(value, custom_field=custom_field, on=on, layout=layout)
    arrived = custom_field_value.parse(exact_json.loads(custom_field_value.address(body, INTENT, layout)), layout)
    assert arrived == custom_field_value.CustomFieldValue(
        number="462",
        custom_field=custom_field,
        description=description,
        active=ends_on is None or on <= ends_on,
        parent=parent,
        original_request_id=INTENT.dedupe_key,
    )


@settings(max_examples=30)
@given(st.dates(), st.dates(), st.dates())
def test_a_code_is_another_version_exactly_when_its_use_changes(starts_on: date, read: date, again: date) -> None:
    raw: dict[str, exact_json.JsonValue] = {
        "ValueId": 1,
        "Value": "462",
        "EnabledFlag": "Y",
        "StartDateActive": starts_on.isoformat(),
        "LastUpdateDate": "2025-03-01T10:00:00+00:00",
    }
    one, other = (segment_value.identify(raw, on=day).content_hash for day in (read, again))
    assert (one == other) is ((read >= starts_on) is (again >= starts_on))
