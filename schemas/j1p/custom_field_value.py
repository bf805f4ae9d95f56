"""J1P custom-field values: building the import of one code, addressing it, and reading it back to compare.

Each segment of a chart of accounts is a custom field with a list of allowed values; whole combinations may be one too
(jaggaer-cxml.md, 2.4 and 3.5). A message merges its value into the list: what it does not name stays. A code that may
not be used any more goes with `active` false, because documents of the past still name it: nothing is ever deleted.

Limits: the resource is assumed, so a customer's layout may rename all of it. JAGGAER takes no effective dates here, so
whether a code is active depends on the day for which it is built.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType

from schemas import exact_json
from schemas.agreement import agree
from schemas.exact_json import JsonValue
from schemas.identity import Intent
from schemas.j1p import fields, message
from schemas.j1p.fields import UnreadableOrder
from schemas.j1p.findable import check_findable
from schemas.j1p.layout import DateFormat, check_names, in_our_words, in_their_words
from schemas.reference_value import ReferenceValue

FIELDS = frozenset("active batchInfo batchTimestamp description mode originalRequestMessageId parent value".split())
"""Every field of an import that a customer may have renamed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomFieldLayout:
    """Names of one customer's custom-field import. Raises ValueError for names that collide."""

    custom_field: str = "customField"
    values: str = "values"
    batch: str = "batchId"
    answer_list: str = "jicustomfieldvalueList"
    answer_item: str = "jicustomfieldvalue"
    date_format: DateFormat = DateFormat.ISO
    names: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        """Refuse names with which one field would overwrite another or could not be told from it when read."""
        own = (self.custom_field, self.values, self.batch)
        check_names(self.names, own=own, fields=FIELDS, noun="a custom-field value")


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomFieldValue:
    """A value as JAGGAER has it; what it left out is None. `custom_field` is the internal name of its field."""

    number: str
    custom_field: str | None
    description: str | None
    active: bool | None
    parent: str | None
    original_request_id: str | None


def build(value: ReferenceValue, *, custom_field: str, on: date, layout: CustomFieldLayout) -> bytes:
    """Return the body of the import of one code into one field, as it stands on that day, without batch id and time.

    Raises Refused (INVALID) for a code that cannot be looked for.
    """
    check_findable(value.number, field="Value", noun="code")
    stated: dict[str, JsonValue] = {
        "value": value.number,
        "description": value.description,
        "active": value.usable(on),
        "parent": value.parent,
    }
    row: dict[str, JsonValue] = {name: each for name, each in stated.items() if each is not None}
    message: dict[str, JsonValue] = {layout.custom_field: custom_field, layout.values: [row], "mode": "merge"}
    return exact_json.dumps(in_their_words(message, layout))


def address(body: bytes, intent: Intent, layout: CustomFieldLayout) -> bytes:
    """Return the message of one delivery: the same bytes for every repetition of the same intent.

    The action does not show: a value is never taken away, and the body of one that may not be used says so. Raises
    UnreadableOrder for a body that `build` did not make with this layout, NotExactJson for one that is no JSON.
    """
    return message.addressed(message.built(body, layout.values), intent, layout)


def parse(value: JsonValue, layout: CustomFieldLayout) -> CustomFieldValue:
    """Read one value: a message of `address`, JAGGAER's answer with one value in it, or that one value.

    Raises UnreadableOrder where there is none or more than one, and for a field that is not what it should be.
    """
    said = message.read(value, layout)
    row = _unwrapped(said, layout)
    number = fields.text(row, "value")
    if not number:
        raise UnreadableOrder("the custom-field value is empty")
    return CustomFieldValue(
        number=number,
        custom_field=fields.named(row, layout.custom_field) or fields.named(said, layout.custom_field),
        description=fields.text(row, "description"),
        active=fields.flag(row, "active"),
        parent=fields.text(row, "parent"),
        original_request_id=fields.text(row, "originalRequestMessageId") or fields.text(said, layout.batch),
    )


def changed_at(value: Mapping[str, JsonValue], layout: CustomFieldLayout) -> datetime | None:
    """Return when a listed value was changed last, None where it does not say. Raises UnreadableOrder."""
    return fields.moment(in_our_words(value, layout), "lastUpdate")


def with_fields(body: bytes, stated: Mapping[str, str | None], layout: CustomFieldLayout) -> bytes:
    """Return a built body with the description, and whether it is active, as they should be.

    Raises UnreadableOrder for a body that `build` did not make with this layout.
    """
    ours = in_our_words(message.built(body, layout.values), layout)
    row = {**_unwrapped(ours, layout)}
    if "description" in stated:
        row["description"] = stated["description"]
    if "active" in stated:
        row["active"] = stated["active"] == "true"
    kept: list[JsonValue] = [{name: value for name, value in row.items() if value is not None}]
    return exact_json.dumps(in_their_words({**ours, layout.values: kept}, layout))


def _unwrapped(value: Mapping[str, JsonValue], layout: CustomFieldLayout) -> Mapping[str, JsonValue]:
    """Take off the wrappers of a list answer or of an import."""
    if layout.answer_list in value:
        rows = fields.rows(fields.child(value, layout.answer_list), layout.answer_item)
    elif layout.values in value:
        rows = fields.rows(value, layout.values)
    else:
        return value
    if len(rows) != 1:
        raise UnreadableOrder(f"the answer holds {len(rows)} values, one was expected")
    return rows[0]


def same_content(a: CustomFieldValue, b: CustomFieldValue) -> bool:
    """Tell whether two readings say the same: which value, whether it may be used, and what both state beside that.

    The request id belongs to the delivery, not to the content.
    """
    return (
        (a.number, a.active) == (b.number, b.active)
        and agree(a.custom_field, b.custom_field)
        and agree(a.description, b.description)
        and agree(a.parent, b.parent)
    )
