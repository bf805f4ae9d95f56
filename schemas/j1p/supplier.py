"""J1P suppliers: building the import, addressing it, and reading a supplier back to compare.

`build` writes what the supplier says, and depends on nothing else; `address` adds the batch id, which names the effect,
and its time. An import creates or updates by `erpNumber`, so a create and an update are the same message
(jaggaer-cxml.md, 2.4 and 3.3). `parse` reads both that message and a supplier as JAGGAER returns it.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

from schemas import exact_json
from schemas.exact_json import JsonValue
from schemas.identity import Intent
from schemas.j1p import fields, message
from schemas.j1p.fields import UnreadableOrder
from schemas.j1p.findable import check_findable
from schemas.j1p.layout import in_our_words, in_their_words
from schemas.j1p.supplier_body import SupplierLayout, supplier_body
from schemas.supplier import Supplier, Telephone
from schemas.supplier_reading import (
    AddressReading,
    ContactReading,
    LocationReading,
    SupplierReading,
    joined,
    same_content,
)

__all__ = (
    "SupplierLayout",
    "SupplierReading",
    "address",
    "build",
    "changed_at",
    "parse",
    "same_content",
)


def build(supplier: Supplier, *, layout: SupplierLayout) -> bytes:
    """Return the body of the import, without batch id and time.

    Raises Refused (INVALID) for a number that cannot be looked for.
    """
    check_findable(supplier.number, field="SupplierNumber", noun="supplier")
    return exact_json.dumps(in_their_words(supplier_body(supplier, layout), layout))


def address(body: bytes, intent: Intent, layout: SupplierLayout) -> bytes:
    """Return the message of one delivery: the same bytes for every repetition of the same intent.

    The action does not show: a supplier is never taken away, and the body of an inactive one says so. Raises
    UnreadableOrder for a body that `build` did not make with this layout, NotExactJson for one that is no JSON.
    """
    return message.addressed(message.built(body, layout.supplier), intent, layout)


def parse(value: JsonValue, layout: SupplierLayout) -> SupplierReading:
    """Read one supplier: a message of `address`, JAGGAER's answer with one supplier in it, or that one supplier.

    Raises UnreadableOrder where there is none or more than one, and for a field that is not what it should be.
    """
    said = message.read(value, layout)
    supplier = message.unwrapped(said, layout, layout.supplier, "supplier")
    number, own = fields.text(supplier, layout.erp_number), fields.text(supplier, "sqIntegrationNumber")
    if not number and not own:
        raise UnreadableOrder(f"the supplier has neither {layout.erp_number} nor sqIntegrationNumber")
    return SupplierReading(
        number=number or None,
        jaggaer_number=own or None,
        source_id=fields.text(supplier, "thirdPartyRefNumber") or None,
        original_request_id=fields.text(supplier, "originalRequestMessageId") or fields.text(said, layout.batch),
        name=fields.text(supplier, "name"),
        alternate_name=fields.text(supplier, "doingBusinessAs"),
        active=fields.flag(supplier, "active"),
        website=fields.text(supplier, "webSiteURL"),
        duns=fields.text(supplier, "duns"),
        tax_identification=fields.text(supplier, "taxIdentificationNumber"),
        vat_identification=fields.text(supplier, "vatIdentificationNumber"),
        addresses=joined([_address(row, layout) for row in _rows(supplier, "addressList", "address")]),
        contacts=tuple(_contact(row, layout) for row in _rows(supplier, "contactList", "contact")),
        locations=tuple(_location(row, layout) for row in _rows(supplier, "locationList", "location")),
    )


def changed_at(value: Mapping[str, JsonValue], layout: SupplierLayout) -> datetime | None:
    """Return when a listed supplier was changed last, None where it does not say. Raises UnreadableOrder."""
    return fields.moment(in_our_words(value, layout), "lastUpdate")


def _rows(parent: Mapping[str, JsonValue], wrapper: str, name: str) -> list[Mapping[str, JsonValue]]:
    return fields.rows(fields.child(parent, wrapper), name)


def _address(raw: Mapping[str, JsonValue], layout: SupplierLayout) -> AddressReading:
    kind = fields.text(raw, "type")
    lines = (fields.text(raw, f"addressLine{number}") for number in (1, 2, 3))
    return AddressReading(
        number=fields.text(raw, layout.erp_number),
        jaggaer_number=fields.text(raw, "sqIntegrationNumber"),
        types=(kind,) if kind else (),
        name=fields.text(raw, "name"),
        active=fields.flag(raw, "active"),
        lines=tuple(line for line in lines if line),
        city=fields.text(raw, "city"),
        state=fields.text(raw, "state"),
        postal_code=fields.text(raw, "postalCode"),
        country=fields.text(raw, "isoCountryCode"),
        phone=_telephone(raw, "phone"),
        fax=_telephone(raw, "fax"),
        email=fields.text(fields.child(raw, "prefPurchaseOrderDeliveryMethod"), "email"),
        business_units=fields.texts(fields.child(raw, "assignedBusinessUnitsList"), "businessUnitInternalName"),
    )


def _contact(raw: Mapping[str, JsonValue], layout: SupplierLayout) -> ContactReading:
    return ContactReading(
        number=fields.text(raw, layout.erp_number),
        jaggaer_number=fields.text(raw, "sqIntegrationNumber"),
        active=fields.flag(raw, "active"),
        first_name=fields.text(raw, "firstName"),
        last_name=fields.text(raw, "lastName"),
        title=fields.text(raw, "title"),
        email=fields.text(raw, "email"),
        phone=_telephone(raw, "phone"),
        mobile=_telephone(raw, "mobilePhone"),
    )


def _location(raw: Mapping[str, JsonValue], layout: SupplierLayout) -> LocationReading:
    return LocationReading(
        number=fields.text(raw, layout.erp_number),
        jaggaer_number=fields.text(raw, "sqIntegrationNumber"),
        name=fields.text(raw, "name"),
        description=fields.text(raw, "description"),
        active=fields.flag(raw, "active"),
        for_ordering=fields.flag(raw, "supportsOrderFulfillment"),
        email=fields.text(fields.child(raw, "prefPurchaseOrderDeliveryMethod"), "email"),
        payment_terms=fields.text(fields.child(raw, "termsAndCondition"), "standardPaymentTermsCode"),
        addresses=tuple(_address_numbers(raw, layout)),
    )


def _address_numbers(raw: Mapping[str, JsonValue], layout: SupplierLayout) -> Iterator[str]:
    for row in _rows(raw, "associatedAddressList", "associatedAddress"):
        number = fields.text(fields.child(row, "addressRef"), layout.erp_number)
        if number:
            yield number


def _telephone(raw: Mapping[str, JsonValue], name: str) -> Telephone | None:
    parts = fields.child(fields.child(raw, name), "telephoneNumber")
    telephone = Telephone(
        country_code=fields.text(parts, "countryCode") or None,
        area_code=fields.text(parts, "areaCode") or None,
        number=fields.text(parts, "number") or None,
        extension=fields.text(parts, "extension") or None,
    )
    return telephone if telephone != Telephone() else None
