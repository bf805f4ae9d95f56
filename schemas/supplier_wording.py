"""How JAGGAER speaks of a supplier's addresses, in every dialect (jaggaer-cxml.md, 3.3)."""

from schemas.supplier import AddressPurpose, Supplier, SupplierAddress

_TYPES = {AddressPurpose.ORDERING: "fulfillment", AddressPurpose.REMIT_TO: "remitto"}
_STREET_LINES = 3


def address_types(address: SupplierAddress) -> tuple[str | None, ...]:
    """Return the types under which an address is written; one without a purpose that JAGGAER knows has none."""
    return tuple(kind for purpose, kind in _TYPES.items() if purpose in address.purposes) or (None,)


def street_lines(address: SupplierAddress) -> tuple[str, ...]:
    """Return at most the three lines that JAGGAER takes; a fourth goes behind the third, after a comma."""
    first, rest = address.lines[: _STREET_LINES - 1], address.lines[_STREET_LINES - 1 :]
    return (*first, ", ".join(rest)) if rest else first


def ordering_units(supplier: Supplier, address: SupplierAddress) -> tuple[str, ...]:
    """Return the business units that may order at an address now, each once: those of its active ordering sites."""
    sites = (site for site in supplier.sites if site.address_key == address.key and site.active and site.for_ordering)
    return tuple(dict.fromkeys(each.client_bu for site in sites for each in site.assignments if each.active))
