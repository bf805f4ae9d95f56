"""What differs from one JAGGAER Indirect customer to the next: version, DTD address, country codes, custom fields.

JAGGAER fails a whole document that names a custom field or element which it does not know (jaggaer-cxml.md, 3.2), so
none is written unless the customer's layout names it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

ORDER_FIELDS = frozenset(("legal_entity", "business_unit", "supplier_site", "payment_terms"))
"""What of an order has no element and can go as a custom field of the header."""

SITE_ELEMENTS = frozenset(("procurement_bu", "payment_terms", "invoice_currency", "payment_currency"))
"""What of a supplier's site has no element and can go as a custom element of the location."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndirectLayout:
    """One customer's messages. Raises ValueError for a field that there is not.

    `dtd_base` is where JAGGAER serves its DTDs (`https://host/app_docs/dtd`); without it messages have no DOCTYPE.
    `countries` gives JAGGAER's code for a country where it is not the source's two letters. `amount_distribution` is
    the word for a split by amount; only that for percentages has been seen (jaggaer-cxml.md, 3.4). `invoice_bill_to` is
    the code of the address that invoices are billed to and `invoice_user` for whom they are imported: every invoice
    must name both, and Oracle knows neither.
    """

    version: str = "1.0"
    dtd_base: str = ""
    countries: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    order_fields: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    site_elements: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    amount_distribution: str = "AmountOfPrice"
    invoice_bill_to: str = ""
    invoice_user: str = ""

    def __post_init__(self) -> None:
        """Refuse here what would otherwise be left out of every document without a word."""
        for chosen, known in ((self.order_fields, ORDER_FIELDS), (self.site_elements, SITE_ELEMENTS)):
            unknown = sorted(set(chosen) - known)
            if unknown:
                raise ValueError(f"{unknown[0]!r} cannot be sent as a custom field: {', '.join(sorted(known))} can")
