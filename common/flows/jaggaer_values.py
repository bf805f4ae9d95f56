"""Values of a custom field, from JAGGAER to the value set of the segment that they are codes of.

Source: J1P's list of custom-field values (jaggaer-cxml.md, 2.4 and 3.5), by its stamp; it lists the values of every
field, and those of other fields are not this flow's. Target: `valueSets/{code}/child/values` (oracle-fusion.md, 3.7).
"""

import hashlib

from common.connections.source import Row
from common.flows.flow import Flow, FromJaggaer, Mapping, Reading
from common.flows.jaggaer_rows import JaggaerRows
from common.jaggaer.listing import Listing
from common.ledger.verdicts import SendAs, Transformed, Unchanged
from common.settings import J1pSettings
from schemas.exact_json import JsonValue, dumps
from schemas.identity import Identity
from schemas.j1p import custom_field_value as j1p
from schemas.j1p.custom_field_value import CustomFieldLayout, CustomFieldValue
from schemas.j1p.layout import in_our_words
from schemas.shared_reference import SharedReference

_ROWS = JaggaerRows("value")


def identify(row: Row, told: Reading) -> Identity:
    """Return who a value is: its custom field and its code. Raises Refused."""
    layout = told.names.j1p.value
    value = _read(row, layout)
    changed_at = _ROWS.changed_at(lambda: j1p.changed_at(row, layout))
    return Identity(
        key=f"{value.custom_field}/{value.number}",
        number=value.number,
        changed_at=changed_at,
        content_hash=_hash(value),
        business_unit=None,
        currency=None,
        amount=None,
    )


def transform(row: Row, mapping: Mapping) -> Transformed | Unchanged:
    """Return which value is to be compared. Raises Refused."""
    value = _read(row, mapping.j1p.value)
    if value.custom_field != mapping.custom_field:
        return Unchanged(reason=f"It is a value of {value.custom_field}, not of {mapping.custom_field}.")
    body = SharedReference(jaggaer_key=value.number, number=value.number).encode()
    return Transformed(body=body, body_hash=_hash(value), send_as=SendAs.PUT)


def _hash(value: CustomFieldValue) -> bytes:
    stated: dict[str, JsonValue] = {
        "field": value.custom_field,
        "value": value.number,
        "description": value.description,
        "active": value.active,
        "parent": value.parent,
    }
    return hashlib.sha256(dumps(stated)).digest()


def _read(row: Row, layout: CustomFieldLayout) -> CustomFieldValue:
    return _ROWS.read(lambda: j1p.parse(dict(row), layout))


def _listing(profile: J1pSettings) -> Listing:
    layout = profile.layouts.value

    def key(row: Row) -> str:
        ours = in_our_words(row, layout)
        return f"{ours.get(layout.custom_field)}/{ours.get('value')}"

    return Listing(
        noun="value",
        path=profile.custom_field_values_path,
        setting="jaggaer.j1p.custom_field_values_path",
        changed_since=profile.changed_since,
        by_key=f"{layout.names.get('value', 'value')}=={{number}}",
        date_format=layout.date_format,
        key=key,
    )


def values(name: str) -> Flow:
    """Return the flow of one custom field's values."""
    return Flow(name=name, source=FromJaggaer(listing=_listing), identify=identify, transform=transform)
