"""The identity of a code: a version is its content and, where the day is known, whether it is usable on that day."""

import hashlib
from collections.abc import Mapping
from datetime import date

from schemas.exact_json import JsonValue
from schemas.identity import Identity
from schemas.oracle.fingerprint import fingerprint
from schemas.reference_value import ReferenceValue


def identity(value: ReferenceValue, raw: Mapping[str, JsonValue], on: date | None) -> Identity:
    """Return the identity of one version; its hash changes with the day on which the code begins or ends."""
    content = fingerprint(raw)
    return Identity(
        key=str(value.key),
        number=value.number,
        changed_at=value.changed_at,
        content_hash=content if on is None else hashlib.sha256(content + bytes([value.usable(on)])).digest(),
        business_unit=None,
        currency=None,
        amount=None,
    )
