"""A supplier for J1P that keeps what JAGGAER's people changed.

An import replaces a supplier whole (jaggaer-cxml.md, 2.4), so what Oracle says is written over with the fields in which
JAGGAER's value counts, and what JAGGAER has below the supplier and Oracle does not know is kept as it stands.
"""

from collections.abc import Mapping

from schemas import exact_json
from schemas.exact_json import JsonValue
from schemas.j1p.layout import in_our_words, in_their_words
from schemas.j1p.supplier_body import Object, SupplierLayout

_HEADER = {
    "name": "name",
    "alternate_name": "doingBusinessAs",
    "website": "webSiteURL",
    "duns": "duns",
    "tax_identification": "taxIdentificationNumber",
    "vat_identification": "vatIdentificationNumber",
    "active": "active",
}
_PARTS = {
    "addresses": (
        ("addressList", "address"),
        {
            "name": "name",
            "line1": "addressLine1",
            "line2": "addressLine2",
            "line3": "addressLine3",
            "city": "city",
            "state": "state",
            "postal_code": "postalCode",
            "country": "isoCountryCode",
            "active": "active",
        },
    ),
    "contacts": (
        ("contactList", "contact"),
        {"first_name": "firstName", "last_name": "lastName", "title": "title", "email": "email", "active": "active"},
    ),
}


def merged(
    body: bytes, found: Mapping[str, JsonValue] | None, fields: Mapping[str, str | None], layout: SupplierLayout
) -> bytes:
    """Return a built body with the fields as they should be, and with what only JAGGAER has.

    `found` is the supplier as JAGGAER lists it, None if it has none. Raises NotExactJson for a body that is no JSON.
    """
    value = exact_json.loads(body)
    message = in_our_words(value, layout) if isinstance(value, dict) else {}
    supplier = message.get(layout.supplier)
    ours: Object = dict(supplier) if isinstance(supplier, dict) else {}
    theirs: Mapping[str, JsonValue] = in_our_words(dict(found), layout) if found is not None else {}
    for name, value in fields.items():
        if name in _HEADER:
            _put(ours, _HEADER[name], value)
    if "sqIntegrationNumber" in theirs:
        ours["sqIntegrationNumber"] = theirs["sqIntegrationNumber"]
    for part, ((outer, inner), names) in _PARTS.items():
        rows = _rows(ours, outer, inner)
        for row in rows:
            for name, own in names.items():
                path = f"{part}/{row.get(layout.erp_number)}/{name}"
                if path in fields:
                    _put(row, own, fields[path])
        kept = [row for row in _rows(theirs, outer, inner) if not row.get(layout.erp_number)]
        known = {_name(row) for row in rows}
        rows += [row for row in kept if _name(row) not in known]
        if rows:
            ours[outer] = {inner: [dict(row) for row in rows]}
    return exact_json.dumps(in_their_words({layout.supplier: ours}, layout))


def _put(row: Object, name: str, value: str | None) -> None:
    if value is None:
        row.pop(name, None)
    else:
        row[name] = value == "true" if name == "active" else value


def _rows(parent: Mapping[str, JsonValue], outer: str, inner: str) -> list[Object]:
    wrapper = parent.get(outer)
    found = wrapper.get(inner) if isinstance(wrapper, dict) else None
    listed = found if isinstance(found, list) else [] if found is None else [found]
    return [dict(row) for row in listed if isinstance(row, dict)]


def _name(row: Mapping[str, JsonValue]) -> str:
    """Return what people know a part by, as `shared_supplier` names it."""
    full = " ".join(str(row[name]) for name in ("firstName", "lastName") if row.get(name))
    return " ".join(str(row.get("email") or row.get("name") or full).split()).casefold()
