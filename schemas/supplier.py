"""The canonical supplier: what both systems mean by one, free of either system's spelling.

A supplier has addresses, sites and contacts; a site is where one procurement business unit buys, stands at one of the
addresses, and is assigned to the client business units that may use it (oracle-fusion.md, 3.5). The numeric keys are
the source's own ids; both sides join on them at every level (jaggaer-cxml.md, 3.3: ERPNumber).

`active` says how things stood when the source last stamped anything of the supplier; `inactive_on` is the day from
which it is not, past or to come, None where no end is set.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class AddressPurpose(StrEnum):
    """What an address is used for."""

    ORDERING = "ordering"
    REMIT_TO = "remit_to"
    RFQ_OR_BIDDING = "rfq_or_bidding"


@dataclass(frozen=True, slots=True, kw_only=True)
class Telephone:
    """A telephone or fax number in the parts that the source has; at least one of them is given."""

    country_code: str | None = None
    area_code: str | None = None
    number: str | None = None
    extension: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierAddress:
    """One place of a supplier. `country` is ISO 3166-1 alpha-2; `lines` are the street lines that are filled."""

    key: int
    name: str
    lines: tuple[str, ...]
    city: str | None
    state: str | None
    postal_code: str | None
    country: str | None
    purposes: tuple[AddressPurpose, ...]
    phone: Telephone | None
    fax: Telephone | None
    email: str | None
    active: bool
    inactive_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteAssignment:
    """A business unit that may order at a site, and who pays for it. `liability_account` is a whole combination."""

    key: int
    client_bu: str
    bill_to_bu: str | None
    ship_to_location: str | None
    bill_to_location: str | None
    liability_account: str | None
    active: bool
    inactive_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierSite:
    """How one procurement business unit deals with the supplier at one address.

    `communication_method` is the source's code for how orders reach the supplier (`EMAIL`); currencies are ISO 4217.
    """

    key: int
    name: str
    alternate_name: str | None
    procurement_bu: str | None
    address_key: int | None
    address_name: str | None
    for_ordering: bool
    for_sourcing_only: bool
    for_payment: bool
    primary_for_payment: bool
    communication_method: str | None
    email: str | None
    fax: Telephone | None
    payment_terms: str | None
    invoice_currency: str | None
    payment_currency: str | None
    active: bool
    inactive_on: date | None
    assignments: tuple[SiteAssignment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierContact:
    """A person at the supplier."""

    key: int
    first_name: str | None
    last_name: str
    job_title: str | None
    phone: Telephone | None
    mobile: Telephone | None
    email: str | None
    active: bool
    inactive_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplier:
    """One version of a supplier. `key` is SupplierId, `number` what people call it; countries are ISO 3166-1 alpha-2.

    `tax_organization_type` and `relationship` are the source's codes (`CORPORATION`, `SPEND_AUTHORIZED`).
    """

    key: int
    number: str
    name: str
    alternate_name: str | None
    tax_organization_type: str | None
    relationship: str | None
    parent_name: str | None
    taxpayer_id: str | None
    taxpayer_country: str | None
    tax_registration_number: str | None
    tax_registration_country: str | None
    duns: str | None
    website: str | None
    active: bool
    inactive_on: date | None
    changed_at: datetime
    addresses: tuple[SupplierAddress, ...]
    sites: tuple[SupplierSite, ...]
    contacts: tuple[SupplierContact, ...]
