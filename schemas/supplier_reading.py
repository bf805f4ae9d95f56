"""A supplier as JAGGAER has it, whichever dialect said so, and whether two readings say the same.

The levels and their keys are those of the supplier message (jaggaer-cxml.md, 3.3): `number` is ERPNumber, the key in
the ERP, `jaggaer_number` is SQIntegrationNumber. What was left out is None; one address that is used for several
purposes is written once per purpose and read as one.
"""

from dataclasses import dataclass, replace
from typing import TypeVar

from schemas.supplier import Telephone


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressReading:
    """One address; `types` are JAGGAER's words for its purposes (`remitto`, `fulfillment`), sorted.

    `business_units` are those that may order there.
    """

    number: str | None
    jaggaer_number: str | None
    types: tuple[str, ...]
    name: str | None
    active: bool | None
    lines: tuple[str, ...]
    city: str | None
    state: str | None
    postal_code: str | None
    country: str | None
    phone: Telephone | None
    fax: Telephone | None
    email: str | None
    business_units: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactReading:
    """One person."""

    number: str | None
    jaggaer_number: str | None
    active: bool | None
    first_name: str | None
    last_name: str | None
    title: str | None
    email: str | None
    phone: Telephone | None
    mobile: Telephone | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LocationReading:
    """One location, which is the ERP's site; `addresses` are the ERP numbers of where it is."""

    number: str | None
    jaggaer_number: str | None
    name: str | None
    description: str | None
    active: bool | None
    for_ordering: bool | None
    email: str | None
    payment_terms: str | None
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierReading:
    """One supplier. `number` is None for one that the ERP does not know yet.

    `source_id` is the ERP's immutable id, as ThirdPartyRefNumber; `original_request_id` the batch or message id that
    it came with, if known.
    """

    number: str | None
    jaggaer_number: str | None
    source_id: str | None
    original_request_id: str | None
    name: str | None
    alternate_name: str | None
    active: bool | None
    website: str | None
    duns: str | None
    tax_identification: str | None
    vat_identification: str | None
    addresses: tuple[AddressReading, ...]
    contacts: tuple[ContactReading, ...]
    locations: tuple[LocationReading, ...]


_Level = TypeVar("_Level", AddressReading, ContactReading, LocationReading)


def joined(readings: list[AddressReading]) -> tuple[AddressReading, ...]:
    """Return each address once, with all its types: those that differ in nothing but their type are one."""
    found: dict[AddressReading, set[str]] = {}
    for reading in readings:
        found.setdefault(replace(reading, types=()), set()).update(reading.types)
    return tuple(replace(address, types=tuple(sorted(types))) for address, types in found.items())


def same_content(a: SupplierReading, b: SupplierReading) -> bool:
    """Tell whether two readings say the same of a supplier and of what the ERP knows below it.

    A value counts where both sides state it, for JAGGAER leaves out optional fields; numbers and whether something is
    active count always. Addresses, contacts and locations are joined by ERP number and must be the same ones; those
    without one are JAGGAER's own and are passed over, as are its own keys and the request id.
    """
    return (
        (a.number, a.active) == (b.number, b.active)
        and _agree(_values(a), _values(b))
        and _same_level(a.addresses, b.addresses)
        and _same_level(a.contacts, b.contacts)
        and _same_level(a.locations, b.locations)
    )


def _values(supplier: SupplierReading) -> tuple[object, ...]:
    return (
        supplier.source_id,
        supplier.name,
        supplier.alternate_name,
        supplier.website,
        supplier.duns,
        supplier.tax_identification,
        supplier.vat_identification,
    )


def _same_level(a: tuple[_Level, ...], b: tuple[_Level, ...]) -> bool:
    ours = {part.number: part for part in a if part.number is not None}
    theirs = {part.number: part for part in b if part.number is not None}
    return ours.keys() == theirs.keys() and all(_same_part(part, theirs[number]) for number, part in ours.items())


def _same_part(a: _Level, b: _Level) -> bool:
    names = [name for name in type(a).__dataclass_fields__ if name not in ("number", "jaggaer_number", "active")]
    values = (tuple(getattr(part, name) for name in names) for part in (a, b))
    return a.active == b.active and _agree(*values)


def _agree(a: tuple[object, ...], b: tuple[object, ...]) -> bool:
    """Tell whether no value is stated by both and differs; an empty list states nothing."""
    return all(one in (None, ()) or other in (None, ()) or one == other for one, other in zip(a, b, strict=True))
