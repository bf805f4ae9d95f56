"""The Supplier element of a canonical supplier: children in the order of JAGGAER's DTD (jaggaer-cxml.md, 3.3).

ERPNumber is the join key at every level: the supplier number at the top, by which documents name their supplier,
Oracle's ids below; ThirdPartyRefNumber is SupplierId, which never changes. Every level says that it has changed
(`isChanged`), because the source does not say which did. An inactive level says so; nothing is left out for it.

Booleans are spelled by level: supplier and location `Yes` and `No`, address and contact `true` and `false` (3.3). An
address is written once per purpose, under the same key. The parts of a delivery method, of an associated address and of
a custom element are those of a university's public Java bindings of the same DTD.

Not carried: parent, tax countries, organization type and relationship, whose codes are Oracle's own; the purpose of a
request for quotation; payment purposes, accounts and fax of a site; when something becomes inactive; what in a
telephone number is no digit. Terms, currencies and procurement business unit of a site go where the customer's layout
names a custom element for them.
"""

from collections.abc import Iterator

from lxml import etree

from schemas.cxml.elements import add
from schemas.cxml.safe_xml import Element
from schemas.indirect.layout import IndirectLayout
from schemas.indirect.telephone import add_telephone
from schemas.supplier import Supplier, SupplierAddress, SupplierContact, SupplierSite
from schemas.supplier_wording import address_types, ordering_units, street_lines

_CHANGED = {"isChanged": "T"}


def supplier_element(supplier: Supplier, layout: IndirectLayout) -> Element:
    """Return the Supplier."""
    root = etree.Element("Supplier")
    root.set("isChanged", "T")
    _add_stated(root, "ERPNumber", supplier.number)
    _add_stated(root, "ThirdPartyRefNumber", str(supplier.key))
    _add_stated(root, "Name", supplier.name)
    _add_stated(root, "DoingBusinessAs", supplier.alternate_name)
    _add_stated(root, "Active", _yes_no(supplier.active))
    _add_stated(root, "WebSiteURL", supplier.website)
    _add_stated(root, "DUNS", supplier.duns)
    _add_stated(root, "TaxIdentificationNumber", supplier.taxpayer_id)
    _add_stated(root, "VatIdentificationNumber", supplier.tax_registration_number)
    for address in supplier.addresses:
        for kind in address_types(address):
            _add_address(_list(root, "AddressList"), supplier, address, kind, layout)
    for contact in supplier.contacts:
        _add_contact(_list(root, "ContactList"), contact)
    for site in supplier.sites:
        _add_location(_list(root, "LocationList"), site, layout)
    return root


def _add_address(
    parent: Element, supplier: Supplier, address: SupplierAddress, kind: str | None, layout: IndirectLayout
) -> None:
    child = add(parent, "Address", attributes=_CHANGED if kind is None else {"type": kind, **_CHANGED})
    _add_stated(child, "ERPNumber", str(address.key))
    _add_stated(child, "Name", address.name)
    _add_stated(child, "Active", _true_false(address.active))
    _add_delivery(child, address.email)
    for number, line in enumerate(street_lines(address), 1):
        _add_stated(child, f"AddressLine{number}", line)
    _add_stated(child, "City", address.city)
    _add_stated(child, "State", address.state)
    _add_stated(child, "PostalCode", address.postal_code)
    if address.country is not None:
        _add_stated(child, "IsoCountryCode", layout.countries.get(address.country, address.country))
    add_telephone(child, "Phone", address.phone)
    add_telephone(child, "Fax", address.fax)
    units = ordering_units(supplier, address)
    if units:
        assigned = add(child, "AssignedBusinessUnitsList")
        for unit in units:
            add(assigned, "BusinessUnitInternalName", unit)


def _add_contact(parent: Element, contact: SupplierContact) -> None:
    child = add(parent, "Contact", attributes=_CHANGED)
    _add_stated(child, "ERPNumber", str(contact.key))
    _add_stated(child, "Name", " ".join(name for name in (contact.first_name, contact.last_name) if name))
    _add_stated(child, "Active", _true_false(contact.active))
    _add_stated(child, "FirstName", contact.first_name)
    _add_stated(child, "LastName", contact.last_name)
    _add_stated(child, "Title", contact.job_title)
    _add_stated(child, "Email", contact.email)
    add_telephone(child, "Phone", contact.phone)
    add_telephone(child, "MobilePhone", contact.mobile)


def _add_location(parent: Element, site: SupplierSite, layout: IndirectLayout) -> None:
    child = add(parent, "Location", attributes={"supportsOrderFulfillment": _yes_no(site.for_ordering), **_CHANGED})
    _add_stated(child, "ERPNumber", str(site.key))
    _add_stated(child, "Name", site.name)
    _add_stated(child, "Description", site.alternate_name)
    _add_stated(child, "Active", _yes_no(site.active))
    _add_delivery(child, site.email)
    if site.address_key is not None:
        associated = add(add(child, "AssociatedAddressList"), "AssociatedAddress")
        add(add(associated, "AddressRef"), "ERPNumber", str(site.address_key))
    for identifier, value in _custom_elements(site, layout):
        element = add(_list(child, "CustomElementList"), "CustomElement", attributes=_CHANGED)
        add(element, "CustomElementIdentifier", identifier)
        add(add(add(element, "CustomElementValueList"), "CustomElementValue"), "Value", value)


def _custom_elements(site: SupplierSite, layout: IndirectLayout) -> Iterator[tuple[str, str]]:
    values = {
        "procurement_bu": site.procurement_bu,
        "payment_terms": site.payment_terms,
        "invoice_currency": site.invoice_currency,
        "payment_currency": site.payment_currency,
    }
    for name, value in values.items():
        if value is not None and name in layout.site_elements:
            yield layout.site_elements[name], value


def _add_delivery(parent: Element, email: str | None) -> None:
    if email is not None:
        add(add(parent, "PrefPurchaseOrderDeliveryMethod", attributes={"type": "Email"}), "Email", email)


def _list(parent: Element, name: str) -> Element:
    """Return the list of this name, begun where it is not there yet: an empty list is never written."""
    last = parent[-1] if len(parent) else None
    return last if last is not None and last.tag == name else add(parent, name)


def _add_stated(parent: Element, name: str, value: str | None) -> None:
    if value is not None:
        add(parent, name, value)


def _yes_no(value: bool) -> str:  # noqa: FBT001 - a spelling of the value itself
    return "Yes" if value else "No"


def _true_false(value: bool) -> str:  # noqa: FBT001 - a spelling of the value itself
    return "true" if value else "false"
