"""A canonical supplier as the JSON value that J1P imports, without what depends on the delivery.

The names are those of the supplier XML message in camelCase (jaggaer-cxml.md, 2.4 and 3.3), lists are wrapped twice,
what has no value is left out (2.2); all of it is assumed, so a customer's layout may rename it. `erpNumber` is the join
key at every level: the supplier number at the top, by which documents name their supplier, Oracle's ids below;
`thirdPartyRefNumber` is SupplierId, which never changes. An address is written once per purpose, under the same key.

An inactive supplier, address, contact or site goes with `active` false: nothing is ever deleted. The business
units that may order at an active site go to its address, which is where JAGGAER keeps them.

Not carried: parent, tax countries, organization type and relationship, whose codes are Oracle's own; the purpose of a
request for quotation, for which JAGGAER has no address type; procurement business unit, payment purposes, currencies
and accounts of a site, and its fax; when something becomes inactive.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from schemas.exact_json import JsonValue
from schemas.j1p.layout import DateFormat, check_names
from schemas.supplier import Supplier, SupplierAddress, SupplierContact, SupplierSite, Telephone
from schemas.supplier_wording import address_types, ordering_units, street_lines

Object = dict[str, JsonValue]

FIELDS = frozenset(
    """
    active address addressLine1 addressLine2 addressLine3 addressList addressRef areaCode assignedBusinessUnitsList
    associatedAddress associatedAddressList batchInfo batchTimestamp businessUnitInternalName city contact contactList
    countryCode description doingBusinessAs duns email extension fax firstName isoCountryCode lastName location
    locationList mobilePhone name originalRequestMessageId phone postalCode prefPurchaseOrderDeliveryMethod
    sqIntegrationNumber standardPaymentTermsCode state supportsOrderFulfillment taxIdentificationNumber
    telephoneNumber termsAndCondition thirdPartyRefNumber title type vatIdentificationNumber webSiteURL number
    """.split()
)
"""Every field inside a supplier that a customer may have renamed. Wrappers and keys have settings of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierLayout:
    """Names and date format of one customer's J1P suppliers. Raises ValueError for names that collide.

    `erp_number` is the key at every level; `names` gives the customer's name for a field of `FIELDS`.
    """

    supplier: str = "supplier"
    batch: str = "batchId"
    erp_number: str = "erpNumber"
    answer_list: str = "jisupplierList"
    answer_item: str = "jisupplier"
    date_format: DateFormat = DateFormat.ISO
    names: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        """Refuse names with which one field would overwrite another or could not be told from it when read."""
        check_names(self.names, own=(self.supplier, self.batch, self.erp_number), fields=FIELDS, noun="a supplier")


def supplier_body(supplier: Supplier, layout: SupplierLayout) -> Object:
    """Return the supplier in its wrapper."""
    written = {
        layout.erp_number: supplier.number,
        "thirdPartyRefNumber": str(supplier.key),
        "name": supplier.name,
        "doingBusinessAs": supplier.alternate_name,
        "active": supplier.active,
        "webSiteURL": supplier.website,
        "duns": supplier.duns,
        "taxIdentificationNumber": supplier.taxpayer_id,
        "vatIdentificationNumber": supplier.tax_registration_number,
        "addressList": _listed(
            "address",
            (_address(supplier, each, kind, layout) for each in supplier.addresses for kind in address_types(each)),
        ),
        "contactList": _listed("contact", (_contact(each, layout) for each in supplier.contacts)),
        "locationList": _listed("location", (_location(each, layout) for each in supplier.sites)),
    }
    return {layout.supplier: _stated(written)}


def _address(supplier: Supplier, address: SupplierAddress, kind: str | None, layout: SupplierLayout) -> Object:
    units: list[JsonValue] = list(ordering_units(supplier, address))
    lines: Object = {f"addressLine{number}": line for number, line in enumerate(street_lines(address), 1)}
    return _stated(
        {
            "type": kind,
            layout.erp_number: str(address.key),
            "name": address.name,
            "active": address.active,
            "prefPurchaseOrderDeliveryMethod": _delivery(address.email),
            **lines,
            "city": address.city,
            "state": address.state,
            "postalCode": address.postal_code,
            "isoCountryCode": address.country,
            "phone": _telephone(address.phone),
            "fax": _telephone(address.fax),
            "assignedBusinessUnitsList": {"businessUnitInternalName": units} if units else None,
        }
    )


def _contact(contact: SupplierContact, layout: SupplierLayout) -> Object:
    return _stated(
        {
            layout.erp_number: str(contact.key),
            "active": contact.active,
            "firstName": contact.first_name,
            "lastName": contact.last_name,
            "title": contact.job_title,
            "email": contact.email,
            "phone": _telephone(contact.phone),
            "mobilePhone": _telephone(contact.mobile),
        }
    )


def _location(site: SupplierSite, layout: SupplierLayout) -> Object:
    terms: Object = {"standardPaymentTermsCode": site.payment_terms}
    addresses: list[Object] = [] if site.address_key is None else [{layout.erp_number: str(site.address_key)}]
    return _stated(
        {
            layout.erp_number: str(site.key),
            "name": site.name,
            "description": site.alternate_name,
            "active": site.active,
            "supportsOrderFulfillment": site.for_ordering,
            "prefPurchaseOrderDeliveryMethod": _delivery(site.email),
            "termsAndCondition": terms if site.payment_terms is not None else None,
            "associatedAddressList": _listed("associatedAddress", ({"addressRef": one} for one in addresses)),
        }
    )


def _delivery(email: str | None) -> Object | None:
    return None if email is None else {"type": "Email", "email": email}


def _telephone(telephone: Telephone | None) -> Object | None:
    if telephone is None:
        return None
    parts = {
        "countryCode": telephone.country_code,
        "areaCode": telephone.area_code,
        "number": telephone.number,
        "extension": telephone.extension,
    }
    return {"telephoneNumber": _stated(parts)}


def _listed(name: str, rows: Iterable[Object]) -> Object | None:
    found: list[JsonValue] = list(rows)
    return {name: found} if found else None


def _stated(fields: Mapping[str, JsonValue]) -> Object:
    """Leave out what has no value, as JAGGAER does."""
    return {name: value for name, value in fields.items() if value is not None}
