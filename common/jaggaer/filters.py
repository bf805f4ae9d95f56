"""JAGGAER's `flt` expressions: the one place where a value becomes part of one.

The flavour is that of FIQL and RSQL (jaggaer-cxml.md, 2.2). Whether J1P takes quoted values is not published, so a
value that holds a sign of the grammar is refused: unquoted it would end its condition and begin another
(messaging-and-reliability.md, A22).
"""

import re

_FIELD = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_RESERVED = re.compile(r"[\x00-\x1f\x7f\"'();,=!~<>]")


class NotFilterable(ValueError):
    """A value cannot be looked for, because it would change the filter's meaning."""


def equals(field: str, value: str) -> str:
    """Return the condition that a field is a value. Raises NotFilterable."""
    if not _FIELD.fullmatch(field):
        raise NotFilterable(f"{field[:40]!r} is not the name of a field")
    return filled(f"{field}=={{number}}", value)


def filled(template: str, value: str) -> str:
    """Return a customer's own expression with a value in the place of `{number}`. Raises NotFilterable."""
    found = _RESERVED.search(value)
    if found is not None:
        raise NotFilterable(f"{value[:40]!r} cannot be looked for: a filter cannot hold {found[0]!r}")
    if not value or value != value.strip():
        raise NotFilterable(f"{value[:40]!r} cannot be looked for: it is empty or has spaces around it")
    return template.replace("{number}", value)
