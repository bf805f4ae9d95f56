"""Indirect's supplier message: element order, booleans by level, keys at every level, and reading JAGGAER's own."""

from dataclasses import replace
from typing import Any

import pytest

from schemas.cxml.safe_xml import Element
from schemas.identity import Action
from schemas.indirect import frame, supplier_sync
from schemas.indirect.frame import UnreadableMessage
from schemas.indirect.layout import IndirectLayout
from schemas.supplier import Telephone
from tests import supplier_factories as given
from tests.intents import CREATE
from tests.supplier_factories import supplier
from tests.unit.schemas_indirect.messages import supplier_body, supplier_message

# jaggaer-cxml.md, 3.3: the children in DTD order, those that are written.
SUPPLIER_ORDER = """ERPNumber ThirdPartyRefNumber Name DoingBusinessAs Active WebSiteURL DUNS TaxIdentificationNumber
    VatIdentificationNumber AddressList ContactList LocationList""".split()
ADDRESS_ORDER = """ERPNumber Name Active PrefPurchaseOrderDeliveryMethod AddressLine1 AddressLine2 AddressLine3 City
    State PostalCode IsoCountryCode Phone Fax AssignedBusinessUnitsList""".split()


def written(layout: IndirectLayout = IndirectLayout(), **changes: Any) -> Element:  # noqa: B008 - a frozen value
    return frame.read(supplier_body(supplier(**changes), layout))


def tags(element: Element | None) -> list[str]:
    assert element is not None
    return [str(child.tag) for child in element]


def test_children_stand_in_the_order_of_the_dtd() -> None:
    full = given.address(lines=("1", "2", "3"), fax=Telephone(number="5550102"))
    root = written(addresses=(full,), tax_registration_number="US1")
    assert tags(root) == SUPPLIER_ORDER
    assert tags(root.find("AddressList/Address")) == ADDRESS_ORDER


def test_booleans_are_spelled_by_level() -> None:
    for active, yes, true in ((True, "Yes", "true"), (False, "No", "false")):
        root = written(
            active=active,
            addresses=(given.address(active=active),),
            sites=(given.site(active=active, for_ordering=active),),
            contacts=(given.contact(active=active),),
        )
        assert (root.findtext("Active"), root.findtext("LocationList/Location/Active")) == (yes, yes)
        assert root.findtext("AddressList/Address/Active") == root.findtext("ContactList/Contact/Active") == true
        assert [each.get("supportsOrderFulfillment") for each in root.iter("Location")] == [yes]


def test_every_level_has_its_erp_number_and_says_that_it_changed() -> None:
    root = written()
    for name in ("Address", "Contact", "Location"):
        for element in root.iter(name):
            assert (element.findtext("ERPNumber") or "").startswith("30010004741")
            assert element.get("isChanged") == "T"
    assert (root.findtext("ERPNumber"), root.get("isChanged")) == ("1013", "T")


def test_telephone_numbers_lose_what_is_no_digit() -> None:
    phone = Telephone(country_code="+1", area_code="(555)", number="010-0", extension="x12")
    root = written(addresses=(given.address(phone=phone, fax=Telephone(number="n/a")),))
    parts = root.find("AddressList/Address/Phone/TelephoneNumber")
    assert parts is not None
    assert [(child.tag, child.text) for child in parts] == [
        ("CountryCode", "1"),
        ("AreaCode", "555"),
        ("Number", "0100"),
        ("Extension", "12"),
    ]
    assert root.find("AddressList/Address/Fax") is None


def test_a_customers_country_codes_are_used() -> None:
    root = written(
        IndirectLayout(countries={"US": "USA"}), addresses=(given.address(), given.address(key=2, country="DE"))
    )
    assert [element.text for element in root.iter("IsoCountryCode")] == ["USA", "USA", "DE", "DE"]


def test_custom_elements_are_written_only_where_the_customer_names_them() -> None:
    assert not list(written().iter("CustomElement"))
    root = written(IndirectLayout(site_elements={"payment_terms": "PT", "procurement_bu": "PBU"}))
    named = [
        (each.findtext("CustomElementIdentifier"), each.findtext("CustomElementValueList/CustomElementValue/Value"))
        for each in root.findall("LocationList/Location[1]/CustomElementList/CustomElement")
    ]
    assert named == [("PBU", "Vision Operations"), ("PT", "Net 30")]
    supplier_message(supplier(), layout=IndirectLayout(site_elements={"payment_terms": "PT"}))  # our grammar takes it


def test_every_action_is_one_message() -> None:
    inactive = supplier(active=False)
    for action in Action:
        assert supplier_message(inactive, replace(CREATE, action=action)) == supplier_message(inactive, CREATE)


EXPORT = b"""<SupplierSyncMessage version="1.0"><Header><MessageId> j-1 </MessageId></Header><SupplierRequestMessage>
  <Supplier isChanged="F" requiresERP="Yes">
    <ERPNumber isChanged="F">
       1013
    </ERPNumber><SQIntegrationNumber>u1511504</SQIntegrationNumber><Name>
      Advanced  Devices </Name><Active> Yes </Active>
    <BusinessUnitVendorNumberList/>
    <AddressList><Address type="remitto"><SQIntegrationNumber>u15</SQIntegrationNumber><Active>YES</Active>
      <AddressLine1> 1 Main </AddressLine1><AddressLine2/></Address></AddressList>
    <LocationList><Location><Name>HQ</Name><Active>true</Active></Location></LocationList>
  </Supplier></SupplierRequestMessage></SupplierSyncMessage>"""


def test_jaggaers_own_message_is_read_without_its_padding() -> None:
    read = supplier_sync.parse(EXPORT)
    assert (read.number, read.jaggaer_number, read.original_request_id) == ("1013", "u1511504", "j-1")
    assert (read.name, read.active, read.duns) == ("Advanced  Devices", True, None)
    (address,), (location,) = read.addresses, read.locations
    assert (address.number, address.types, address.active, address.lines) == (None, ("remitto",), True, ("1 Main",))
    assert (location.name, location.active, location.for_ordering) == ("HQ", True, None)


@pytest.mark.parametrize(
    "changed",
    [
        EXPORT.replace(b"<Active> Yes </Active>", b"<Active>perhaps</Active>"),
        EXPORT.replace(b"1013", b"").replace(b"u1511504", b""),
        EXPORT.replace(b"Supplier ", b"Vendor ").replace(b"</Supplier>", b"</Vendor>"),
        EXPORT[:-9],
    ],
)
def test_what_is_no_readable_supplier_is_refused(changed: bytes) -> None:
    with pytest.raises(UnreadableMessage):
        supplier_sync.parse(changed)


def test_our_message_and_its_export_are_the_same_content() -> None:
    ours = supplier_sync.parse(supplier_message(supplier()))
    exported = replace(ours, jaggaer_number="u1", original_request_id="j-2", website=None)
    assert supplier_sync.same_content(ours, exported)
    assert not supplier_sync.same_content(ours, replace(exported, active=False))
