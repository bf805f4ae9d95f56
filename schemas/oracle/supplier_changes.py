"""What must be written to Oracle so that a supplier has the fields that it should have: one request body per part.

Attributes: oracle-fusion.md, 3.5. A part is changed by PATCH or added by POST below its supplier; nothing is deleted:
what is not used any more gets an InactiveDate, and what is used again loses it. A new supplier is prospective unless it
can be taxed, and of the organization type that the settings name; its parts come after it, each in its own request.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from schemas.exact_json import JsonValue
from schemas.refusals import Refusal, RefusalClass, Refused
from schemas.shared_supplier import ADDRESSES, CONTACTS, NEW

_HEADER = {
    "name": "Supplier",
    "alternate_name": "AlternateName",
    "website": "CorporateWebsite",
    "duns": "DUNSNumber",
    "tax_identification": "TaxpayerId",
    "vat_identification": "TaxRegistrationNumber",
}
_PARTS: Mapping[str, Mapping[str, str]] = {
    ADDRESSES: {
        "name": "AddressName",
        "line1": "AddressLine1",
        "line2": "AddressLine2",
        "line3": "AddressLine3",
        "city": "City",
        "state": "State",
        "postal_code": "PostalCode",
        "country": "CountryCode",
    },
    CONTACTS: {"first_name": "FirstName", "last_name": "LastName", "title": "JobTitle", "email": "Email"},
}
_REQUIRED = {ADDRESSES: ("name", "country"), CONTACTS: ("last_name",)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One request: `part` is empty for the supplier itself; `key` is None for one that is to be added."""

    part: str
    key: str | None
    attributes: Mapping[str, JsonValue]
    noun: str


def header_of_new(wanted: Mapping[str, str | None], *, tax_organization: str, on: date) -> Change:
    """Return the creation of a supplier, without its parts. Raises Refused for one without a name."""
    if not wanted.get("name"):
        raise _refused("name", "A supplier needs a name before Oracle can take it.")
    taxed = bool(wanted.get("tax_identification") or wanted.get("duns"))
    attributes: dict[str, JsonValue] = {
        **_attributes(wanted, _HEADER, on),
        "TaxOrganizationTypeCode": tax_organization,
        "BusinessRelationshipCode": "SPEND_AUTHORIZED" if taxed else "PROSPECTIVE",
    }
    return Change(part="", key=None, attributes=attributes, noun=f"supplier {wanted['name']}")


def changes(wanted: Mapping[str, str | None], *, on: date) -> Iterator[Change]:
    """Yield what is to be written so that a supplier has the wanted fields. Raises Refused."""
    header = _attributes({name: value for name, value in wanted.items() if "/" not in name}, _HEADER, on)
    if header:
        yield Change(part="", key="", attributes=header, noun="the supplier")
    for part, names in _PARTS.items():
        for key, fields in _grouped(wanted, part).items():
            yield _part(part, key, fields, names, on)


def _part(part: str, key: str, fields: Mapping[str, str | None], names: Mapping[str, str], on: date) -> Change:
    known = None if key.startswith(NEW) else key
    if known is None:
        for name in _REQUIRED[part]:
            if not fields.get(name):
                raise _refused(f"{part}/{key}/{name}", f"Oracle needs it to add one of the {part}.")
    attributes = _attributes(fields, names, on)
    return Change(part=part, key=known, attributes=attributes, noun=f"{part} {key.removeprefix(NEW)}")


def _grouped(wanted: Mapping[str, str | None], part: str) -> dict[str, dict[str, str | None]]:
    found: dict[str, dict[str, str | None]] = {}
    for path, value in wanted.items():
        kind, _, rest = path.partition("/")
        key, _, name = rest.rpartition("/")
        if kind == part and key:
            found.setdefault(key, {})[name] = value
    return found


def _attributes(fields: Mapping[str, str | None], names: Mapping[str, str], on: date) -> dict[str, JsonValue]:
    written: dict[str, JsonValue] = {names[name]: value for name, value in fields.items() if name in names}
    if fields.get("active") == "false":
        written["InactiveDate"] = on.isoformat()
    elif fields.get("active") == "true":
        written["InactiveDate"] = None
    return written


def _refused(field: str, reason: str) -> Refused:
    return Refused(
        Refusal(
            category=RefusalClass.INVALID,
            field=field,
            value="",
            reason=reason,
            next_step="Complete the supplier in JAGGAER; its next version arrives by itself.",
        )
    )
