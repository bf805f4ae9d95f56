"""Suppliers and codes for tests: plain ones by name, and hypothesis strategies for any that a source could really send.

`supplier(**changes)` gives the same supplier every time: two addresses, two sites, one contact. `as_oracle(supplier)`
writes one the way Oracle's REST service would (oracle-fusion.md, 3.5), stamped so that it is as active as it says.
"""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import strategies as st

from schemas.reference_value import ReferenceValue
from schemas.supplier import (
    AddressPurpose,
    SiteAssignment,
    Supplier,
    SupplierAddress,
    SupplierContact,
    SupplierSite,
    Telephone,
)
from tests.factories import Object, Shape, texts

CHANGED_AT = datetime(2025, 2, 14, 17, 21, 1, 26000, tzinfo=UTC)


def address(**changes: Any) -> SupplierAddress:
    """Return the first address, with changes."""
    plain = SupplierAddress(
        key=300100047414620,
        name="FRESNO",
        lines=("100 Example Avenue", "Building 4"),
        city="FRESNO",
        state="CA",
        postal_code="93711",
        country="US",
        purposes=(AddressPurpose.ORDERING, AddressPurpose.REMIT_TO),
        phone=Telephone(country_code="1", area_code="555", number="0100"),
        fax=None,
        email="orders@example.com",
        active=True,
        inactive_on=None,
    )
    return replace(plain, **changes)


def assignment(**changes: Any) -> SiteAssignment:
    """Return the one assignment of the first site, with changes."""
    plain = SiteAssignment(
        key=300100047414701,
        client_bu="Vision Operations",
        bill_to_bu="Vision Operations",
        ship_to_location="V1-New York City",
        bill_to_location="V1-New York City",
        liability_account="01-000-2210-0000-000",
        active=True,
        inactive_on=None,
    )
    return replace(plain, **changes)


def site(**changes: Any) -> SupplierSite:
    """Return the first site, with changes."""
    plain = SupplierSite(
        key=300100047414635,
        name="FRESNO",
        alternate_name="Fresno works",
        procurement_bu="Vision Operations",
        address_key=300100047414620,
        address_name="FRESNO",
        for_ordering=True,
        for_sourcing_only=False,
        for_payment=True,
        primary_for_payment=True,
        communication_method="EMAIL",
        email="orders@example.com",
        fax=None,
        payment_terms="Net 30",
        invoice_currency="USD",
        payment_currency="USD",
        active=True,
        inactive_on=None,
        assignments=(assignment(),),
    )
    return replace(plain, **changes)


def contact(**changes: Any) -> SupplierContact:
    """Return the one contact, with changes."""
    plain = SupplierContact(
        key=300100047414650,
        first_name="Sam",
        last_name="Example",
        job_title="Account Manager",
        phone=Telephone(country_code="1", area_code="555", number="0101"),
        mobile=None,
        email="sam@example.com",
        active=True,
        inactive_on=None,
    )
    return replace(plain, **changes)


def supplier(**changes: Any) -> Supplier:
    """Return the plain supplier, with changes."""
    plain = Supplier(
        key=300100047414503,
        number="1013",
        name="Advanced Network Devices",
        alternate_name="AND",
        tax_organization_type="CORPORATION",
        relationship="SPEND_AUTHORIZED",
        parent_name=None,
        taxpayer_id="00-0000000",
        taxpayer_country="US",
        tax_registration_number=None,
        tax_registration_country="US",
        duns="123456789",
        website="https://www.example.com",
        active=True,
        inactive_on=None,
        changed_at=CHANGED_AT,
        addresses=(address(), address(key=300100047414621, name="RENO", city="RENO", state="NV", purposes=())),
        sites=(site(), site(key=300100047414636, name="RENO", address_key=300100047414621, assignments=())),
        contacts=(contact(),),
    )
    return replace(plain, **changes)


def reference_value(**changes: Any) -> ReferenceValue:
    """Return a cost center, with changes."""
    plain = ReferenceValue(
        key=300100051001001,
        number="462",
        description="IT Operations",
        parent=None,
        segments=(),
        account_type=None,
        enabled=True,
        posting_allowed=True,
        summary=False,
        starts_on=None,
        ends_on=None,
        changed_at=CHANGED_AT,
    )
    return replace(plain, **changes)


def _optional_texts() -> st.SearchStrategy[str | None]:
    return st.none() | texts()


def _ends() -> st.SearchStrategy[date | None]:
    return st.none() | st.dates(date(2000, 1, 1), date(2099, 12, 31))


def _telephones() -> st.SearchStrategy[Telephone | None]:
    part = st.none() | texts(max_size=8)
    drawn = st.builds(Telephone, country_code=part, area_code=part, number=part, extension=part)
    return st.none() | drawn.filter(lambda telephone: telephone != Telephone())


_KEYS = st.integers(1, 2**63 - 1)


def _addresses() -> st.SearchStrategy[SupplierAddress]:
    purposes = st.sets(st.sampled_from(AddressPurpose)).map(
        lambda drawn: tuple(purpose for purpose in AddressPurpose if purpose in drawn)
    )
    return st.builds(
        SupplierAddress,
        key=_KEYS,
        name=texts(),
        lines=st.lists(texts(), max_size=4).map(tuple),
        city=_optional_texts(),
        state=_optional_texts(),
        postal_code=_optional_texts(),
        country=st.none() | st.sampled_from(("US", "DE", "JP")),
        purposes=purposes,
        phone=_telephones(),
        fax=_telephones(),
        email=_optional_texts(),
        inactive_on=_ends(),
    )


def _assignments() -> st.SearchStrategy[SiteAssignment]:
    return st.builds(
        SiteAssignment,
        key=_KEYS,
        client_bu=texts(),
        bill_to_bu=_optional_texts(),
        ship_to_location=_optional_texts(),
        bill_to_location=_optional_texts(),
        liability_account=_optional_texts(),
        inactive_on=_ends(),
    )


def _sites(addresses: tuple[SupplierAddress, ...]) -> st.SearchStrategy[SupplierSite]:
    return st.builds(
        SupplierSite,
        key=_KEYS,
        name=texts(),
        alternate_name=_optional_texts(),
        procurement_bu=_optional_texts(),
        address_key=st.none() | st.sampled_from([each.key for each in addresses]) if addresses else st.none(),
        address_name=_optional_texts(),
        communication_method=_optional_texts(),
        email=_optional_texts(),
        fax=_telephones(),
        payment_terms=_optional_texts(),
        invoice_currency=st.none() | st.sampled_from(("USD", "EUR")),
        payment_currency=st.none() | st.sampled_from(("USD", "EUR")),
        inactive_on=_ends(),
        assignments=_distinct(_assignments()),
    )


def _contacts() -> st.SearchStrategy[SupplierContact]:
    return st.builds(
        SupplierContact,
        key=_KEYS,
        first_name=_optional_texts(),
        last_name=texts(),
        job_title=_optional_texts(),
        phone=_telephones(),
        mobile=_telephones(),
        email=_optional_texts(),
        inactive_on=_ends(),
    )


def _distinct(rows: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    """Draw a few rows by rising key."""
    drawn = st.lists(rows, max_size=2, unique_by=lambda row: row.key)
    return drawn.map(lambda found: tuple(sorted(found, key=lambda row: row.key)))


@st.composite
def suppliers(draw: st.DrawFn) -> Supplier:
    """Draw a canonical supplier; its number is one that can be looked for, all other text is anything."""
    addresses = draw(_distinct(_addresses()))
    drawn = draw(
        st.builds(
            Supplier,
            key=_KEYS,
            number=st.from_regex(r"[A-Z0-9]([A-Z0-9 .-]{0,8}[A-Z0-9])?", fullmatch=True),
            name=texts(),
            alternate_name=_optional_texts(),
            tax_organization_type=_optional_texts(),
            relationship=_optional_texts(),
            parent_name=_optional_texts(),
            taxpayer_id=_optional_texts(),
            taxpayer_country=st.none() | st.sampled_from(("US", "DE")),
            tax_registration_number=_optional_texts(),
            tax_registration_country=st.none() | st.sampled_from(("US", "DE")),
            duns=_optional_texts(),
            website=_optional_texts(),
            inactive_on=_ends(),
            changed_at=st.just(CHANGED_AT),
            addresses=st.just(addresses),
            sites=_distinct(_sites(addresses)),
            contacts=_distinct(_contacts()),
        )
    )
    return _as_active_as_it_may_be(drawn)


def _as_active_as_it_may_be(drawn: Supplier) -> Supplier:
    """Let nothing be active that has ended by the time of its stamp, which is the supplier's here."""

    def at_its_stamp(row: Any) -> Any:
        return replace(row, active=row.active and (row.inactive_on is None or row.inactive_on > CHANGED_AT.date()))

    def assigned(row: SiteAssignment) -> SiteAssignment:  # has no Status, so only its date can end it
        return replace(row, active=row.inactive_on is None or row.inactive_on > CHANGED_AT.date())

    sites = (replace(each, assignments=tuple(map(assigned, each.assignments))) for each in drawn.sites)
    whole: Supplier = at_its_stamp(drawn)
    return replace(
        whole,
        addresses=tuple(map(at_its_stamp, drawn.addresses)),
        sites=tuple(map(at_its_stamp, sites)),
        contacts=tuple(map(at_its_stamp, drawn.contacts)),
    )


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
        "addresses": _children([_raw_address(each) for each in source.addresses], shape),
        "sites": _children([_raw_site(each, shape) for each in source.sites], shape),
        "contacts": _children([_raw_contact(each) for each in source.contacts], shape),
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
        "assignments": _children([_raw_assignment(each) for each in source.assignments], shape),
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


def _children(rows: list[Object], shape: Shape) -> Any:
    return rows if shape == "arrays" else {"items": rows, "count": len(rows), "hasMore": False, "limit": 500}
