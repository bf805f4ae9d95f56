"""Custom-field values as JSON: `{"customField", "values": [{value, description, active, parent}], "mode"}` (2.4).

Every value is judged on its own: one that can not be understood does not keep the others back.
"""

from dataclasses import dataclass
from enum import StrEnum

from simulators.jaggaer import j1p_fields
from simulators.jaggaer.exact_json import JsonObject
from simulators.jaggaer.field_value import FieldValue
from simulators.jaggaer.j1p_fields import MOST_ROWS, NotUnderstood
from simulators.jaggaer.order import Reason, Refusal


class Mode(StrEnum):
    """What becomes of the values that an import does not name."""

    MERGE = "merge"
    """They stay as they are."""
    REPLACE = "replace"
    """They are no longer active; JAGGAER's users want that instead of a deletion (3.5)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueDraft:
    """One value as its sender wrote it."""

    value: str
    description: str
    active: bool
    parent: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ValuesDraft:
    """An import: per row its value, and the draft or why there is none."""

    custom_field: str
    mode: Mode
    rows: tuple[tuple[str, ValueDraft | Refusal], ...]


def draft_from(message: JsonObject) -> ValuesDraft:
    """Understand a body. Raises NotUnderstood for what makes the whole import unusable."""
    field = j1p_fields.text(message.get("customField"))
    if not field:
        raise NotUnderstood(Reason.MISSING, "", "customField is missing or empty", what="Custom field")
    mode, rows = message.get("mode", Mode.MERGE), message.get("values")
    if mode not in tuple(Mode):
        text = f"mode {j1p_fields.shown(mode)} is none of {', '.join(Mode)}"
        raise NotUnderstood(Reason.INVALID, field, text, what="Custom field")
    if not isinstance(rows, list) or len(rows) > MOST_ROWS:
        text = f"values is no list of at most {MOST_ROWS}"
        raise NotUnderstood(Reason.MISSING if rows is None else Reason.INVALID, field, text, what="Custom field")
    return ValuesDraft(custom_field=field, mode=Mode(mode), rows=tuple(_row(field, row) for row in rows))


def read_back(value: FieldValue) -> JsonObject:
    """Return a value as reads give it back."""
    return {
        "customField": value.custom_field,
        "value": value.value,
        "description": value.description,
        "active": value.active,
        "parent": value.parent,
        "originalRequestMessageId": value.last_key or None,
        "lastUpdate": j1p_fields.timestamp(value.updated_at),
    }


def without_optional(document: JsonObject) -> JsonObject:
    """Return a value as a read gives it that leaves out what is optional."""
    return {name: value for name, value in document.items() if name not in ("description", "parent")}


def _row(field: str, row: object) -> tuple[str, ValueDraft | Refusal]:
    if not isinstance(row, dict):
        return "", _refused(field, "", Reason.INVALID, f"{j1p_fields.shown(row)} is no object")
    value = j1p_fields.text(row.get("value"))
    if not value:
        return "", _refused(field, "", Reason.MISSING, "value is missing or empty")
    active = j1p_fields.truth(row.get("active", True))
    if active is None:
        text = f"active {j1p_fields.shown(row['active'])} is neither true nor false"
        return value, _refused(field, value, Reason.INVALID, text)
    description, parent = j1p_fields.text(row.get("description")), j1p_fields.text(row.get("parent")) or None
    return value, ValueDraft(value=value, description=description, active=active, parent=parent)


def _refused(field: str, value: str, reason: Reason, text: str) -> Refusal:
    return Refusal(reason=reason, text=f"Value {value or '(no value)'} of custom field {field}: {text}.")
