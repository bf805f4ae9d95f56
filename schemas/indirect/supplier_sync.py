"""Indirect's supplier message (SupplierSyncMessage): building, addressing and reading suppliers.

`build` writes what the supplier says and depends on nothing else; `address` puts it into a message of its own. A
message creates or updates by ERPNumber, so a create and an update are the same (jaggaer-cxml.md, 3.3). `parse` reads
both our message and the same message as JAGGAER exports it.

Limits: padding around a value is no part of it, so blanks at its ends are lost in reading.
"""

from lxml import etree

from schemas.cxml.elements import attribute
from schemas.cxml.safe_xml import Element
from schemas.identity import Intent
from schemas.indirect.frame import (
    IndirectCredentials,
    MessageKind,
    UnreadableMessage,
    message,
    only,
    read,
    texts,
    trimmed,
)
from schemas.indirect.layout import IndirectLayout
from schemas.indirect.supplier_elements import supplier_element
from schemas.indirect.telephone import read_telephone
from schemas.supplier import Supplier
from schemas.supplier_reading import (
    AddressReading,
    ContactReading,
    LocationReading,
    SupplierReading,
    joined,
    same_content,
)

__all__ = ("SupplierReading", "address", "build", "parse", "same_content")

_KIND = MessageKind(root="SupplierSyncMessage", dtd="supplier/TSMSupplier.dtd")
_FLAGS = {"yes": True, "true": True, "t": True, "no": False, "false": False, "f": False}


def build(supplier: Supplier, *, layout: IndirectLayout) -> bytes:
    """Return the Supplier element in UTF-8, without what depends on the delivery."""
    return etree.tostring(supplier_element(supplier, layout), encoding="UTF-8", xml_declaration=False)


def address(body: bytes, intent: Intent, credentials: IndirectCredentials, layout: IndirectLayout) -> bytes:
    """Return the message of one delivery: the same bytes for every repetition of the same intent.

    The action does not show: a supplier is never taken away, and the body of an inactive one says so. Raises Refused
    (INVALID) naming the element that our grammar does not take, UnreadableMessage for a body that `build` did not make.
    """
    return message(_KIND, _request(body), intent, credentials, layout)


def parse(data: bytes) -> SupplierReading:
    """Read one supplier from a whole message or from its Supplier element.

    Raises UnreadableMessage where there is none or more than one, and for a flag that says neither yes nor no.
    """
    root = read(data)
    return _supplier(only(root, "*/Supplier"), trimmed(root, "Header/MessageId"))


def _request(body: bytes) -> Element:
    request = etree.Element("SupplierRequestMessage")
    request.append(only(read(body), "Supplier"))
    return request


def _supplier(supplier: Element, message_id: str | None) -> SupplierReading:
    number, own = trimmed(supplier, "ERPNumber"), trimmed(supplier, "SQIntegrationNumber")
    if number is None and own is None:
        raise UnreadableMessage("the Supplier has neither ERPNumber nor SQIntegrationNumber")
    return SupplierReading(
        number=number,
        jaggaer_number=own,
        source_id=trimmed(supplier, "ThirdPartyRefNumber"),
        original_request_id=message_id,
        name=trimmed(supplier, "Name"),
        alternate_name=trimmed(supplier, "DoingBusinessAs"),
        active=_flag(trimmed(supplier, "Active"), "Supplier/Active"),
        website=trimmed(supplier, "WebSiteURL"),
        duns=trimmed(supplier, "DUNS"),
        tax_identification=trimmed(supplier, "TaxIdentificationNumber"),
        vat_identification=trimmed(supplier, "VatIdentificationNumber"),
        addresses=joined([_address(child) for child in supplier.iterfind("AddressList/Address")]),
        contacts=tuple(_contact(child) for child in supplier.iterfind("ContactList/Contact")),
        locations=tuple(_location(child) for child in supplier.iterfind("LocationList/Location")),
    )


def _address(child: Element) -> AddressReading:
    kind = attribute(child, "type")
    lines = (trimmed(child, f"AddressLine{number}") for number in (1, 2, 3))
    return AddressReading(
        number=trimmed(child, "ERPNumber"),
        jaggaer_number=trimmed(child, "SQIntegrationNumber"),
        types=(kind,) if kind else (),
        name=trimmed(child, "Name"),
        active=_flag(trimmed(child, "Active"), "Address/Active"),
        lines=tuple(line for line in lines if line),
        city=trimmed(child, "City"),
        state=trimmed(child, "State"),
        postal_code=trimmed(child, "PostalCode"),
        country=trimmed(child, "IsoCountryCode"),
        phone=read_telephone(child, "Phone"),
        fax=read_telephone(child, "Fax"),
        email=trimmed(child, "PrefPurchaseOrderDeliveryMethod/Email"),
        business_units=texts(child, "AssignedBusinessUnitsList/BusinessUnitInternalName"),
    )


def _contact(child: Element) -> ContactReading:
    return ContactReading(
        number=trimmed(child, "ERPNumber"),
        jaggaer_number=trimmed(child, "SQIntegrationNumber"),
        active=_flag(trimmed(child, "Active"), "Contact/Active"),
        first_name=trimmed(child, "FirstName"),
        last_name=trimmed(child, "LastName"),
        title=trimmed(child, "Title"),
        email=trimmed(child, "Email"),
        phone=read_telephone(child, "Phone"),
        mobile=read_telephone(child, "MobilePhone"),
    )


def _location(child: Element) -> LocationReading:
    return LocationReading(
        number=trimmed(child, "ERPNumber"),
        jaggaer_number=trimmed(child, "SQIntegrationNumber"),
        name=trimmed(child, "Name"),
        description=trimmed(child, "Description"),
        active=_flag(trimmed(child, "Active"), "Location/Active"),
        for_ordering=_flag(attribute(child, "supportsOrderFulfillment"), "Location/@supportsOrderFulfillment"),
        email=trimmed(child, "PrefPurchaseOrderDeliveryMethod/Email"),
        payment_terms=None,
        addresses=texts(child, "AssociatedAddressList/AssociatedAddress/AddressRef/ERPNumber"),
    )


def _flag(text: str | None, where: str) -> bool | None:
    """Read a flag in any level's spelling. Raises UnreadableMessage."""
    if text is None:
        return None
    found = _FLAGS.get(text.strip().casefold())
    if found is None:
        raise UnreadableMessage(f"{where} is {text[:40]!r}, neither yes nor no")
    return found
