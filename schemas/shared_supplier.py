"""A supplier as both sides share it: the fields that either may change, under the same names.

Header fields, addresses and contacts are shared; sites are Oracle's own, because they say how a business unit buys.
An address or contact is named by Oracle's id, which JAGGAER keeps as its ERP number (jaggaer-cxml.md, 3.3). One that
was added in JAGGAER has none yet and is named by what people know it by: an address by its name, a contact by its
e-mail address or name. If Oracle has one of that name, it is the same.

What has no value is not stated: a field is never emptied because one side leaves it out.
"""

from collections.abc import Iterable, Iterator

from schemas.supplier import Supplier, SupplierAddress, SupplierContact
from schemas.supplier_reading import AddressReading, ContactReading, SupplierReading
from schemas.supplier_wording import street_lines

NEW = "new:"
"""Begins the name of an address or contact that Oracle does not have."""
ADDRESSES, CONTACTS = "addresses", "contacts"
NUMBER = "number"
"""The field, at every level, by which JAGGAER knows what is Oracle's: Oracle alone gives numbers."""

_Stated = Iterable[tuple[str, str | bool | None]]


def of_oracle(supplier: Supplier) -> dict[str, str | None]:
    """Return Oracle's supplier as shared fields."""
    header: _Stated = (
        (NUMBER, supplier.number),
        ("name", supplier.name),
        ("alternate_name", supplier.alternate_name),
        ("website", supplier.website),
        ("duns", supplier.duns),
        ("tax_identification", supplier.taxpayer_id),
        ("vat_identification", supplier.tax_registration_number),
        ("active", supplier.active),
    )
    return dict(
        _stated(
            (
                *header,
                *(
                    (f"{ADDRESSES}/{each.key}/{name}", value)
                    for each in supplier.addresses
                    for name, value in _oracle_address(each)
                ),
                *(
                    (f"{CONTACTS}/{each.key}/{name}", value)
                    for each in supplier.contacts
                    for name, value in _oracle_contact(each)
                ),
            )
        )
    )


def of_jaggaer(reading: SupplierReading, supplier: Supplier | None) -> dict[str, str | None]:
    """Return JAGGAER's supplier as shared fields; `supplier` is Oracle's, by which its parts are named."""
    addresses = {_known(each.name): each.key for each in supplier.addresses} if supplier else {}
    contacts = {_known(contact_name(each)): each.key for each in supplier.contacts} if supplier else {}
    header: _Stated = (
        (NUMBER, reading.number),
        ("name", reading.name),
        ("alternate_name", reading.alternate_name),
        ("website", reading.website),
        ("duns", reading.duns),
        ("tax_identification", reading.tax_identification),
        ("vat_identification", reading.vat_identification),
        ("active", reading.active),
    )
    parts = (
        *((f"{ADDRESSES}/{_named(each.number, each.name, addresses)}", _address(each)) for each in reading.addresses),
        *(
            (f"{CONTACTS}/{_named(each.number, contact_name(each), contacts)}", _contact(each))
            for each in reading.contacts
        ),
    )
    return dict(_stated((*header, *((f"{path}/{name}", value) for path, part in parts for name, value in part))))


def contact_name(contact: SupplierContact | ContactReading) -> str:
    """Return what people know a contact by."""
    full = " ".join(filter(None, (contact.first_name, contact.last_name)))
    return contact.email or full


def _named(number: str | None, name: str | None, known: dict[str, int]) -> str:
    """Return the name of a part: Oracle's id, or what it is known by."""
    if number:
        return number
    key = known.get(_known(name or ""))
    return f"{NEW}{(name or '').replace('/', '-')}" if key is None else str(key)


def _known(name: str) -> str:
    return " ".join(name.split()).casefold()


def _oracle_address(address: SupplierAddress) -> Iterator[tuple[str, str | bool | None]]:
    yield NUMBER, str(address.key)
    yield "name", address.name
    for number, line in enumerate(street_lines(address), 1):
        yield f"line{number}", line
    yield from _place(address)


def _address(address: AddressReading) -> Iterator[tuple[str, str | bool | None]]:
    yield NUMBER, address.number
    yield "name", address.name
    for number, line in enumerate(address.lines, 1):
        yield f"line{number}", line
    yield from _place(address)


def _place(address: SupplierAddress | AddressReading) -> Iterator[tuple[str, str | bool | None]]:
    yield "city", address.city
    yield "state", address.state
    yield "postal_code", address.postal_code
    yield "country", address.country
    yield "active", address.active


def _oracle_contact(contact: SupplierContact) -> Iterator[tuple[str, str | bool | None]]:
    yield NUMBER, str(contact.key)
    yield from _person(contact)
    yield "title", contact.job_title


def _contact(contact: ContactReading) -> Iterator[tuple[str, str | bool | None]]:
    yield NUMBER, contact.number
    yield from _person(contact)
    yield "title", contact.title


def _person(contact: SupplierContact | ContactReading) -> Iterator[tuple[str, str | bool | None]]:
    yield "first_name", contact.first_name
    yield "last_name", contact.last_name
    yield "email", contact.email
    yield "active", contact.active


def _stated(values: _Stated) -> Iterator[tuple[str, str | None]]:
    for name, value in values:
        if value is None or value == "":
            continue
        yield name, str(value).lower() if isinstance(value, bool) else value
