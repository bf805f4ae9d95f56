"""Oracle's supplier: who it is, whether it came whole, and what it says in canonical form.

`identify` is called on every row that is read and asks only for what the ledger needs; `cut_children` tells which child
collections Oracle cut off (25 rows unless asked for more); `parse` reads everything and refuses a supplier that is
incomplete or contradicts itself. Attributes and their types: oracle-fusion.md, 3.5; child shapes: 1.3 to 1.5; flags:
1.6; the parts of a telephone number: the sample answer.

A row is inactive when its Status says so, or when its InactiveDate is not after the day of the supplier's newest stamp,
which is the latest day that is known here. `4712-12-31` means that no end is set (1.6).

Limits: an InactiveDate that lies ahead ends a row without a new stamp. Where the row has a Status, the rescan sees that
change; an assignment has none and ends on the other side with the next change of its supplier. Bank accounts and the
descriptive flexfields are not read; nor are the addresses of a contact, whose attributes are not documented.
"""

from collections.abc import Mapping
from datetime import date, datetime

from schemas.exact_json import JsonValue
from schemas.identity import Identity
from schemas.oracle import children
from schemas.oracle.fingerprint import fingerprint
from schemas.oracle.row import Row
from schemas.supplier import (
    AddressPurpose,
    SiteAssignment,
    Supplier,
    SupplierAddress,
    SupplierContact,
    SupplierSite,
    Telephone,
)

_CHILDREN: children.Tree = {"addresses": {}, "sites": {"assignments": {}}, "contacts": {}}
_NO_END = date(4712, 12, 31)
_STATES = {"ACTIVE": True, "INACTIVE": False}
_PURPOSES = {
    "AddressPurposeOrderingFlag": AddressPurpose.ORDERING,
    "AddressPurposeRemitToFlag": AddressPurpose.REMIT_TO,
    "AddressPurposeRFQOrBiddingFlag": AddressPurpose.RFQ_OR_BIDDING,
}


def identify(raw: Mapping[str, JsonValue]) -> Identity:
    """Return key, number, newest stamp and fingerprint of one version; a supplier has no amount. Raises Refused.

    `changed_at` is the newest LastUpdateDate of header, addresses, sites, assignments and contacts. The same supplier
    serves every business unit, so none is named.
    """
    header = Row(raw=raw)
    return Identity(
        key=str(children.id_of(header, "SupplierId")),
        number=children.legible_name(header, "SupplierNumber"),
        changed_at=children.newest_stamp(header, _CHILDREN),
        content_hash=fingerprint(raw),
        business_unit=None,
        currency=None,
        amount=None,
    )


def cut_children(raw: Mapping[str, JsonValue]) -> tuple[str, ...]:
    """Return the paths of child collections that are not whole: `sites`, `sites[3].assignments`. Raises Refused."""
    return children.cut(Row(raw=raw), _CHILDREN)


def parse(raw: Mapping[str, JsonValue]) -> Supplier:
    """Return the canonical supplier, addresses, sites, assignments and contacts by rising id. Raises Refused."""
    header = Row(raw=raw)
    children.check_whole(header, _CHILDREN)
    changed_at = children.newest_stamp(header, _CHILDREN)
    return Supplier(
        key=children.id_of(header, "SupplierId"),
        number=children.legible_name(header, "SupplierNumber"),
        name=header.name("Supplier"),
        alternate_name=header.text("AlternateName"),
        tax_organization_type=header.text("TaxOrganizationTypeCode"),
        relationship=header.text("BusinessRelationshipCode"),
        parent_name=header.text("ParentSupplier"),
        taxpayer_id=header.text("TaxpayerId"),
        taxpayer_country=header.text("TaxpayerCountryCode"),
        tax_registration_number=header.text("TaxRegistrationNumber"),
        tax_registration_country=header.text("TaxRegistrationCountryCode"),
        duns=header.text("DUNSNumber"),
        website=header.text("CorporateWebsite"),
        active=_active(header, changed_at),
        inactive_on=_inactive_on(header),
        changed_at=changed_at,
        addresses=tuple(_address(row, changed_at) for row in children.by_id(header, "addresses", "SupplierAddressId")),
        sites=tuple(_site(row, changed_at) for row in children.by_id(header, "sites", "SupplierSiteId")),
        contacts=tuple(_contact(row, changed_at) for row in children.by_id(header, "contacts", "SupplierContactId")),
    )


def _address(row: Row, changed_at: datetime) -> SupplierAddress:
    lines = (row.text(f"AddressLine{number}") for number in range(1, 5))
    return SupplierAddress(
        key=children.id_of(row, "SupplierAddressId"),
        name=row.name("AddressName"),
        lines=tuple(line for line in lines if line),
        city=row.text("City"),
        state=row.text("State") or row.text("Province"),
        postal_code=row.text("PostalCode"),
        country=row.text("CountryCode"),
        purposes=tuple(purpose for name, purpose in _PURPOSES.items() if row.flag(name)),
        phone=_telephone(row, "Phone"),
        fax=_telephone(row, "Fax"),
        email=row.text("Email"),
        active=_active(row, changed_at),
        inactive_on=_inactive_on(row),
    )


def _site(row: Row, changed_at: datetime) -> SupplierSite:
    return SupplierSite(
        key=children.id_of(row, "SupplierSiteId"),
        name=row.name("SupplierSite"),
        alternate_name=row.text("AlternateSiteName"),
        procurement_bu=row.text("ProcurementBU"),
        address_key=row.identifier("SupplierAddressId"),
        address_name=row.text("SupplierAddressName"),
        for_ordering=bool(row.flag("SitePurposePurchasingFlag")),
        for_sourcing_only=bool(row.flag("SitePurposeSourcingOnlyFlag")),
        for_payment=bool(row.flag("SitePurposePayFlag")),
        primary_for_payment=bool(row.flag("SitePurposePrimaryPayFlag")),
        communication_method=row.text("CommunicationMethodCode"),
        email=row.text("Email"),
        fax=_telephone(row, "Fax"),
        payment_terms=row.text("PaymentTerms"),
        invoice_currency=row.text("InvoiceCurrencyCode"),
        payment_currency=row.text("PaymentCurrencyCode"),
        active=_active(row, changed_at),
        inactive_on=_inactive_on(row),
        assignments=tuple(_assignment(each, changed_at) for each in children.by_id(row, "assignments", "AssignmentId")),
    )


def _assignment(row: Row, changed_at: datetime) -> SiteAssignment:
    return SiteAssignment(
        key=children.id_of(row, "AssignmentId"),
        client_bu=row.name("ClientBU"),
        bill_to_bu=row.text("BillToBU"),
        ship_to_location=row.text("ShipToLocation"),
        bill_to_location=row.text("BillToLocation"),
        liability_account=row.text("LiabilityDistribution"),
        active=_active(row, changed_at),
        inactive_on=_inactive_on(row),
    )


def _contact(row: Row, changed_at: datetime) -> SupplierContact:
    return SupplierContact(
        key=children.id_of(row, "SupplierContactId"),
        first_name=row.text("FirstName"),
        last_name=row.name("LastName"),
        job_title=row.text("JobTitle"),
        phone=_telephone(row, "Phone"),
        mobile=_telephone(row, "Mobile"),
        email=row.text("Email"),
        active=_active(row, changed_at),
        inactive_on=_inactive_on(row),
    )


def _active(row: Row, changed_at: datetime) -> bool:
    status = row.text("Status")
    if status is not None and status not in _STATES:
        raise row.refused("Status", "ACTIVE or INACTIVE was expected, and what may be bought from whom depends on it.")
    end = row.day("InactiveDate")
    return _STATES[status or "ACTIVE"] and (end is None or end > changed_at.date())


def _inactive_on(row: Row) -> date | None:
    end = row.day("InactiveDate")
    return None if end is None or end >= _NO_END else end


def _telephone(row: Row, kind: str) -> Telephone | None:
    telephone = Telephone(
        country_code=row.text(f"{kind}CountryCode") or None,
        area_code=row.text(f"{kind}AreaCode") or None,
        number=row.text(f"{kind}Number") or None,
        extension=row.text(f"{kind}Extension") or None,
    )
    return telephone if telephone != Telephone() else None
