"""Any suppliers that a source could really send, for hypothesis."""

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from schemas.supplier import (
    AddressPurpose,
    SiteAssignment,
    Supplier,
    SupplierAddress,
    SupplierContact,
    SupplierSite,
    Telephone,
)
from tests.drawn_values import optional_days, optional_texts, texts
from tests.supplier_factories import CHANGED_AT

_KEYS = st.integers(1, 2**63 - 1)


def _telephones() -> st.SearchStrategy[Telephone | None]:
    part = st.none() | texts(max_size=8)
    drawn = st.builds(Telephone, country_code=part, area_code=part, number=part, extension=part)
    return st.none() | drawn.filter(lambda telephone: telephone != Telephone())


def _addresses() -> st.SearchStrategy[SupplierAddress]:
    purposes = st.sets(st.sampled_from(AddressPurpose)).map(
        lambda drawn: tuple(purpose for purpose in AddressPurpose if purpose in drawn)
    )
    return st.builds(
        SupplierAddress,
        key=_KEYS,
        name=texts(),
        lines=st.lists(texts(), max_size=4).map(tuple),
        city=optional_texts(),
        state=optional_texts(),
        postal_code=optional_texts(),
        country=st.none() | st.sampled_from(("US", "DE", "JP")),
        purposes=purposes,
        phone=_telephones(),
        fax=_telephones(),
        email=optional_texts(),
        inactive_on=optional_days(),
    )


def _assignments() -> st.SearchStrategy[SiteAssignment]:
    return st.builds(
        SiteAssignment,
        key=_KEYS,
        client_bu=texts(),
        bill_to_bu=optional_texts(),
        ship_to_location=optional_texts(),
        bill_to_location=optional_texts(),
        liability_account=optional_texts(),
        inactive_on=optional_days(),
    )


def _sites(addresses: tuple[SupplierAddress, ...]) -> st.SearchStrategy[SupplierSite]:
    return st.builds(
        SupplierSite,
        key=_KEYS,
        name=texts(),
        alternate_name=optional_texts(),
        procurement_bu=optional_texts(),
        address_key=st.none() | st.sampled_from([each.key for each in addresses]) if addresses else st.none(),
        address_name=optional_texts(),
        communication_method=optional_texts(),
        email=optional_texts(),
        fax=_telephones(),
        payment_terms=optional_texts(),
        invoice_currency=st.none() | st.sampled_from(("USD", "EUR")),
        payment_currency=st.none() | st.sampled_from(("USD", "EUR")),
        inactive_on=optional_days(),
        assignments=_distinct(_assignments()),
    )


def _contacts() -> st.SearchStrategy[SupplierContact]:
    return st.builds(
        SupplierContact,
        key=_KEYS,
        first_name=optional_texts(),
        last_name=texts(),
        job_title=optional_texts(),
        phone=_telephones(),
        mobile=_telephones(),
        email=optional_texts(),
        inactive_on=optional_days(),
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
            alternate_name=optional_texts(),
            tax_organization_type=optional_texts(),
            relationship=optional_texts(),
            parent_name=optional_texts(),
            taxpayer_id=optional_texts(),
            taxpayer_country=st.none() | st.sampled_from(("US", "DE")),
            tax_registration_number=optional_texts(),
            tax_registration_country=st.none() | st.sampled_from(("US", "DE")),
            duns=optional_texts(),
            website=optional_texts(),
            inactive_on=optional_days(),
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
