"""Plausible suppliers: first those that generated orders name, then as many more as are asked for.

Each has one address, one contact, and a site for every procurement business unit (further ones: for one), assigned to
that unit as its client. Rows are made from their key alone, so that none has to be kept.

Limits: nothing of a supplier is taken from the seed; orders name the first suppliers whatever the seed is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple

from simulators.oracle.demonstration import BUSINESS_UNITS, LIABILITY, SUPPLIERS, site_id
from simulators.oracle.resource import Row, blank
from simulators.oracle.supplier_attributes import ADDRESSES, ASSIGNMENTS, CONTACTS, SITES
from simulators.oracle.supplier_attributes import SUPPLIERS as RESOURCE

_FIRST_FURTHER_KEY = 300_100_048_000_000
_KEY_STEP = 1_000
_FIRST_NUMBER = 1013
_FIRST_STAMP = datetime(2025, 2, 14, 17, 21, 1, tzinfo=UTC)
_STAMP_STEP = timedelta(seconds=53)
NO_END = date(4712, 12, 31)
"""What Oracle writes as the end of an address that has none (oracle-fusion.md, 1.6)."""
_ADDRESS, _CONTACT, _ASSIGNMENT = 117, 147, 66
"""How far the key of a child is behind its parent's; the sites' are in `demonstration.site_id`."""


class _Place(NamedTuple):
    country_code: str
    country: str
    line: str
    city: str
    state: str | None
    postal_code: str


_PLACES = (
    _Place("US", "United States", "100 Example Avenue", "FRESNO", "CA", "93711"),
    _Place("US", "United States", "6600 North Military Trail", "BOCA RATON", "FL", "33496"),
    _Place("DE", "Germany", "Hohe Straße 12", "KÖLN", None, "50667"),
    _Place("JP", "Japan", "港区赤坂5-3-1", "東京", None, "107-6325"),
    _Place("GB", "United Kingdom", "1 Example Street", "LONDON", None, "EC1A 1BB"),
)
_PEOPLE = (("Sam", "Example"), ("Jürgen", "Groß"), ("花子", "山田"), ("Zoë", "O'Neill"))


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneratedSuppliers:
    """At least the suppliers that orders name, `count` in all if that is more."""

    count: int

    @property
    def alike(self) -> Mapping[tuple[str, ...], Mapping[str, Any]]:
        """What is the same in every generated supplier."""
        return MappingProxyType({(): {"Status": "ACTIVE", "InactiveDate": None}})

    def keys(self) -> list[int]:
        """Return the keys of the suppliers, ascending."""
        return [key_at(position) for position in range(max(self.count, len(SUPPLIERS)))]

    def stamp(self, key: int) -> datetime:
        """Return when a supplier was last updated."""
        return _FIRST_STAMP + _STAMP_STEP * _position(key)

    def key_of(self, number: str) -> int | None:
        """Return the key behind a SupplierNumber."""
        if not (number.isascii() and number.isdigit() and len(number) < 10) or str(int(number)) != number:
            return None
        return key_at(int(number) - _FIRST_NUMBER) if int(number) >= _FIRST_NUMBER else None

    def value(self, key: int, name: str) -> Any:
        """Return one attribute of a supplier, without its children."""
        return _supplier(key, self.stamp(key))[name]

    def row(self, key: int) -> Row:
        """Return a supplier with its children."""
        return supplier(key, self.stamp(key))


def key_at(position: int) -> int:
    """Return the key of a supplier by its position, from 0."""
    if position < len(SUPPLIERS):
        return SUPPLIERS[position][0]
    return _FIRST_FURTHER_KEY + (position - len(SUPPLIERS)) * _KEY_STEP


def supplier_number(key: int) -> str:
    """Return the SupplierNumber of a generated supplier."""
    return str(_FIRST_NUMBER + _position(key))


def supplier(key: int, stamp: datetime) -> Row:
    """Return a whole supplier, made and updated at one moment."""
    row = _supplier(key, stamp)
    position = _position(key)
    name = SUPPLIERS[position][2] if position < len(SUPPLIERS) else f"SITE {position}"
    units = BUSINESS_UNITS if position < len(SUPPLIERS) else BUSINESS_UNITS[position % len(BUSINESS_UNITS) :][:1]
    address = _address(key, name, stamp)
    row["addresses"] = [address]
    row["sites"] = [_site(key, unit, name, address, stamp) for unit in units]
    row["contacts"] = [_contact(key, stamp)]
    return row


def _supplier(key: int, stamp: datetime) -> Row:
    position = _position(key)
    place = _PLACES[position % len(_PLACES)]
    return {
        **BLANK_SUPPLIER,
        "SupplierId": key,
        "SupplierPartyId": key - 3,
        "Supplier": SUPPLIERS[position][1] if position < len(SUPPLIERS) else f"Example Supplier {position}",
        "SupplierNumber": supplier_number(key),
        "TaxRegistrationCountryCode": place.country_code,
        "TaxRegistrationCountry": place.country,
        "TaxpayerCountryCode": place.country_code,
        "TaxpayerCountry": place.country,
        "TaxpayerId": f"00-{position:07}",
        "RegistryId": supplier_number(key),
        **audit(stamp),
    }


def _address(key: int, name: str, stamp: datetime) -> Row:
    place = _PLACES[_position(key) % len(_PLACES)]
    return {
        **blank(ADDRESSES),
        "SupplierAddressId": key + _ADDRESS,
        "AddressName": name,
        "CountryCode": place.country_code,
        "Country": place.country,
        "AddressLine1": place.line,
        "City": place.city,
        "State": place.state,
        "PostalCode": place.postal_code,
        "LanguageCode": "US",
        "Language": "American English",
        "AddressPurposeOrderingFlag": True,
        "AddressPurposeRemitToFlag": True,
        "AddressPurposeRFQOrBiddingFlag": False,
        "PhoneCountryCode": "1",
        "PhoneAreaCode": "555",
        "PhoneNumber": f"{_position(key):04}",
        "Email": f"orders.{supplier_number(key)}@example.com",
        "InactiveDate": NO_END,
        "Status": "ACTIVE",
        **audit(stamp),
    }


def _site(key: int, unit: tuple[int, str], name: str, address: Row, stamp: datetime) -> Row:
    number, business_unit = unit
    return {
        **BLANK_SITE,
        "SupplierSiteId": site_id(key, number),
        "SupplierSite": name,
        "ProcurementBUId": number,
        "ProcurementBU": business_unit,
        "SupplierAddressId": address["SupplierAddressId"],
        "SupplierAddressName": address["AddressName"],
        "Email": address["Email"],
        **audit(stamp),
        "assignments": [_assignment(site_id(key, number), unit, stamp)],
    }


def _assignment(site: int, unit: tuple[int, str], stamp: datetime) -> Row:
    number, business_unit = unit
    return {
        **blank(ASSIGNMENTS),
        "AssignmentId": site + _ASSIGNMENT,
        "ClientBUId": number,
        "ClientBU": business_unit,
        "BillToBUId": number,
        "BillToBU": business_unit,
        "ShipToLocationId": 300100034562371,
        "ShipToLocation": "V1-New York City",
        "BillToLocationId": 204,
        "BillToLocation": "V1-New York City",
        "LiabilityDistributionId": LIABILITY[0],
        "LiabilityDistribution": LIABILITY[1],
        **audit(stamp),
    }


def _contact(key: int, stamp: datetime) -> Row:
    first, last = _PEOPLE[_position(key) % len(_PEOPLE)]
    return {
        **blank(CONTACTS),
        "SupplierContactId": key + _CONTACT,
        "FirstName": first,
        "LastName": last,
        "JobTitle": "Account Manager",
        "AdministrativeContactFlag": True,
        "PhoneCountryCode": "1",
        "PhoneAreaCode": "555",
        "PhoneNumber": f"{_position(key):04}",
        "Email": f"contact.{supplier_number(key)}@example.com",
        "Status": "ACTIVE",
        **audit(stamp),
    }


def _position(key: int) -> int:
    if key >= _FIRST_FURTHER_KEY:
        return len(SUPPLIERS) + (key - _FIRST_FURTHER_KEY) // _KEY_STEP
    return _NAMED[key]


def audit(stamp: datetime) -> Row:
    """Return who made a row of a supplier, and when."""
    return {"CreationDate": stamp, "CreatedBy": "SUPPLIERMGR", "LastUpdateDate": stamp, "LastUpdatedBy": "SUPPLIERMGR"}


_NAMED = {key: position for position, (key, *_) in enumerate(SUPPLIERS)}
BLANK_SUPPLIER: Row = blank(RESOURCE) | {
    "TaxOrganizationTypeCode": "CORPORATION",
    "TaxOrganizationType": "Corporation",
    "SupplierTypeCode": "SUPPLIER",
    "SupplierType": "Supplier",
    "Status": "ACTIVE",
    "BusinessRelationshipCode": "SPEND_AUTHORIZED",
    "BusinessRelationship": "Spend Authorized",
    "CreationSourceCode": "WEB_SERVICE",
    "CreationSource": "Web Service",
    "OneTimeSupplierFlag": False,
    "TaxpayerIdExistsFlag": True,
    "FederalReportableFlag": False,
    "BusinessClassificationNotApplicableFlag": False,
    "OBNEnabledFlag": False,
    "OnOFACListFlag": False,
}
BLANK_SITE: Row = blank(SITES) | {
    "Status": "ACTIVE",
    "SitePurposeSourcingOnlyFlag": False,
    "SitePurposePurchasingFlag": True,
    "SitePurposeProcurementCardFlag": False,
    "SitePurposePayFlag": True,
    "SitePurposePrimaryPayFlag": True,
    "IncomeTaxReportingSiteFlag": False,
    "CommunicationMethodCode": "EMAIL",
    "CommunicationMethod": "E-Mail",
    "HoldAllNewPurchasingDocumentsFlag": False,
    "RequiredAcknowledgmentCode": "N",
    "RequiredAcknowledgment": "None",
    "PayOnReceiptFlag": False,
    "ReceiptRoutingId": 3,
    "InvoiceCurrencyCode": "USD",
    "InvoiceMatchOptionCode": "P",
    "MatchApprovalLevelCode": "3",
    "PaymentCurrencyCode": "USD",
    "PaymentPriority": 99,
    "PayGroupCode": "STANDARD",
    "HoldAllInvoicesFlag": False,
    "PaymentTermsId": 10001,
    "PaymentTerms": "Net 30",
    "PaymentTermsDateBasisCode": "Invoice",
}
