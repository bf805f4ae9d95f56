"""How an item is named in an address: by an opaque hash where its resource has one, else by its key.

oracle-fusion.md, 1.1 and 3.1: orders and schedules have hashes, and clients follow links instead of building them; the
plain key works too. A hash here is the key in hexadecimal behind a head that real ones start with.
"""

from typing import Any

from simulators.oracle.attributes import Resource
from simulators.oracle.errors import not_found

_HEAD = "00020000000EACED0005"


def unique_id(row: dict[str, Any], resource: Resource) -> str:
    """Return how an item is named in its links."""
    key = row[resource.key]
    return _HEAD + f"{resource.key} {key}".encode().hex().upper() if resource.hashed else str(key)


def key_of(text: str, resource: Resource) -> int:
    """Return the key behind a hash of the resource, or behind the plain key. Raises FusionError (404)."""
    plain = text
    if resource.hashed and text.startswith(_HEAD):
        try:
            name, _, plain = bytes.fromhex(text.removeprefix(_HEAD)).decode().partition(" ")
        except ValueError:
            raise not_found() from None
        plain = plain if name == resource.key else ""
    if not (plain.isascii() and plain.isdigit() and len(plain) < 20):
        raise not_found()
    return int(plain)
