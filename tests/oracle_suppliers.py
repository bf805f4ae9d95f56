"""Suppliers as Oracle's REST service gives them (oracle-fusion.md, 3.5), each stamped so that it is active or not."""

from datetime import date
from typing import Any

from schemas.supplier import (
    AddressPurpose,
    SiteAssignment,
    Supplier,
    SupplierAddress,
    SupplierContact,
    SupplierSite,
    Telephone,
)
from tests.oracle_rows import Object, Shape, children
from tests.supplier_factories import CHANGED_AT


def as_oracle(source: Supplier, *, shape: Shape = "collections") -> Object:
    """Write a canonical supplier as the suppliers resource would, children as collections or as arrays."""
    return {
        "SupplierId": source.key,
        "Supplier": source.name,
        "SupplierNumber": source.number,
        "AlternateName": source.alternate_name,
        "TaxOrganizationTypeCode": source.tax_organization_type,
        **_raw_state(source),
        "BusinessRelationshipCode": source.relationship,
        "ParentSupplier": source.parent_name,
        "DUNSNumber": source.duns,
        "CorporateWebsite": source.website,
        "TaxRegistrationCountryCode": source.tax_registration_country,
        "TaxRegistrationNumber": source.tax_registration_number,
        "TaxpayerCountryCode": source.taxpayer_country,
        "TaxpayerId": source.taxpayer_id,
        "links": [{"rel": "self", "href": "https://servername/suppliers/1"}],
        "addresses": children([_raw_address(each) for each in source.addresses], shape),
        "sites": children([_raw_site(each, shape) for each in source.sites], shape),
        "contacts": children([_raw_contact(each) for each in source.contacts], shape),
    }


def _raw_state(row: Any) -> Object:
    end: date | None = row.inactive_on
    return {
        "Status": "ACTIVE" if row.active else "INACTIVE",
        "InactiveDate": end.isoformat() if end else None,
        "LastUpdatedBy": "SUPPLIERMGR",
        "LastUpdateDate": CHANGED_AT.isoformat(timespec="milliseconds"),
    }


def _raw_address(source: SupplierAddress) -> Object:
    end = source.inactive_on or date(4712, 12, 31)
    lines: Object = {f"AddressLine{number}": line for number, line in enumerate(source.lines, 1)}
    return {
        "SupplierAddressId": source.key,
        "AddressName": source.name,
        "CountryCode": source.country,
        **lines,
        "City": source.city,
        "State": source.state,
        "PostalCode": source.postal_code,
        "AddressPurposeOrderingFlag": AddressPurpose.ORDERING in source.purposes,
        "AddressPurposeRemitToFlag": AddressPurpose.REMIT_TO in source.purposes,
        "AddressPurposeRFQOrBiddingFlag": AddressPurpose.RFQ_OR_BIDDING in source.purposes,
        **_raw_telephone("Phone", source.phone),
        **_raw_telephone("Fax", source.fax),
        "Email": source.email,
        **_raw_state(source),
        "InactiveDate": end.isoformat(),
    }


def _raw_site(source: SupplierSite, shape: Shape) -> Object:
    return {
        "SupplierSiteId": source.key,
        "SupplierSite": source.name,
        "AlternateSiteName": source.alternate_name,
        "ProcurementBU": source.procurement_bu,
        "SupplierAddressId": source.address_key,
        "SupplierAddressName": source.address_name,
        "SitePurposePurchasingFlag": source.for_ordering,
        "SitePurposeSourcingOnlyFlag": source.for_sourcing_only,
        "SitePurposePayFlag": source.for_payment,
        "SitePurposePrimaryPayFlag": source.primary_for_payment,
        "CommunicationMethodCode": source.communication_method,
        "Email": source.email,
        **_raw_telephone("Fax", source.fax),
        "PaymentTerms": source.payment_terms,
        "InvoiceCurrencyCode": source.invoice_currency,
        "PaymentCurrencyCode": source.payment_currency,
        **_raw_state(source),
        "assignments": children([_raw_assignment(each) for each in source.assignments], shape),
    }


def _raw_assignment(source: SiteAssignment) -> Object:
    state = {name: value for name, value in _raw_state(source).items() if name != "Status"}
    return {
        "AssignmentId": source.key,
        "ClientBU": source.client_bu,
        "BillToBU": source.bill_to_bu,
        "ShipToLocation": source.ship_to_location,
        "BillToLocation": source.bill_to_location,
        "LiabilityDistribution": source.liability_account,
        **state,
    }


def _raw_contact(source: SupplierContact) -> Object:
    return {
        "SupplierContactId": source.key,
        "FirstName": source.first_name,
        "LastName": source.last_name,
        "JobTitle": source.job_title,
        **_raw_telephone("Phone", source.phone),
        **_raw_telephone("Mobile", source.mobile),
        "Email": source.email,
        **_raw_state(source),
    }


def _raw_telephone(kind: str, telephone: Telephone | None) -> Object:
    given = telephone or Telephone()
    return {
        f"{kind}CountryCode": given.country_code,
        f"{kind}AreaCode": given.area_code,
        f"{kind}Number": given.number,
        f"{kind}Extension": given.extension,
    }
