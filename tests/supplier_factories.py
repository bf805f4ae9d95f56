"""Suppliers and codes for tests, by name: a supplier has two addresses, two sites and one contact every time."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

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
