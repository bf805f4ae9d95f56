"""What JAGGAER should know of a canonical supplier after a dialect carried it, written from the fact sheet alone.

`carried` is what both dialects carry; `as_indirect` takes from that what XML messages lose: padding around text, and
what in a telephone number is no digit.
"""

from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any

from schemas.supplier import AddressPurpose, Supplier, SupplierAddress, Telephone
from schemas.supplier_reading import AddressReading, ContactReading, LocationReading, SupplierReading

_PADDING = " \t\r\n"
_WORDS = {AddressPurpose.ORDERING: "fulfillment", AddressPurpose.REMIT_TO: "remitto"}


def carried(source: Supplier, request_id: str) -> SupplierReading:
    return SupplierReading(
        number=source.number,
        jaggaer_number=None,
        source_id=str(source.key),
        original_request_id=request_id,
        name=source.name,
        alternate_name=source.alternate_name,
        active=source.active,
        website=source.website,
        duns=source.duns,
        tax_identification=source.taxpayer_id,
        vat_identification=source.tax_registration_number,
        addresses=tuple(_address(source, each) for each in source.addresses),
        contacts=tuple(
            ContactReading(
                number=str(each.key),
                jaggaer_number=None,
                active=each.active,
                first_name=each.first_name,
                last_name=each.last_name,
                title=each.job_title,
                email=each.email,
                phone=each.phone,
                mobile=each.mobile,
            )
            for each in source.contacts
        ),
        locations=tuple(
            LocationReading(
                number=str(each.key),
                jaggaer_number=None,
                name=each.name,
                description=each.alternate_name,
                active=each.active,
                for_ordering=each.for_ordering,
                email=each.email,
                payment_terms=each.payment_terms,
                addresses=() if each.address_key is None else (str(each.address_key),),
            )
            for each in source.sites
        ),
    )


def _address(source: Supplier, address: SupplierAddress) -> AddressReading:
    units = [
        share.client_bu
        for site in source.sites
        for share in site.assignments
        if site.address_key == address.key and site.active and site.for_ordering and share.active
    ]
    return AddressReading(
        number=str(address.key),
        jaggaer_number=None,
        types=tuple(sorted(_WORDS[purpose] for purpose in address.purposes if purpose in _WORDS)),
        name=address.name,
        active=address.active,
        lines=address.lines if len(address.lines) < 4 else (*address.lines[:2], ", ".join(address.lines[2:])),
        city=address.city,
        state=address.state,
        postal_code=address.postal_code,
        country=address.country,
        phone=address.phone,
        fax=address.fax,
        email=address.email,
        business_units=tuple(dict.fromkeys(units)),
    )


def as_indirect(reading: SupplierReading) -> SupplierReading:
    """Return a reading without what an Indirect message does not carry."""
    locations = tuple(replace(each, payment_terms=None) for each in reading.locations)
    lossless: SupplierReading = _trimmed(replace(reading, locations=locations))
    return lossless


def _trimmed(value: Any) -> Any:
    match value:
        case str():
            return value.strip(_PADDING) or None
        case Telephone():
            parts = {each.name: _digits(getattr(value, each.name)) for each in fields(value)}
            return Telephone(**parts) if any(parts.values()) else None
        case tuple():
            return tuple(kept for each in value if (kept := _trimmed(each)) is not None)
        case SupplierReading() | AddressReading() | ContactReading() | LocationReading():
            return replace(value, **{each.name: _trimmed(getattr(value, each.name)) for each in fields(value)})
    return value


def _digits(text: str | None) -> str | None:
    return "".join(character for character in text or "" if character in "0123456789") or None


def texts_of(value: Any) -> Iterator[str]:
    """Yield every text of a reading."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from texts_of(each)
    elif isinstance(value, SupplierReading | AddressReading | ContactReading | LocationReading):
        for each in fields(value):
            yield from texts_of(getattr(value, each.name))
