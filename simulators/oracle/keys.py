"""How an item is named in an address: by an opaque hash where its resource has one, else by its key.

oracle-fusion.md, 1.1, 3.1 and 3.4: orders and schedules have hashes, and clients follow links instead of building them;
the plain key works too. A hash here is the key in hexadecimal behind a head that real ones start with. A line of an
invoice is named by its invoice's key and its number: `300100209368303,1`.
"""

from typing import Any
from urllib.parse import quote

from simulators.oracle.errors import not_found
from simulators.oracle.resource import Kind, Resource, Row

_HEAD = "00020000000EACED0005"


def unique_id(row: Row, resource: Resource) -> str:
    """Return how an item is named in its links."""
    key = row[resource.key]
    if resource.within is not None:
        return f"{row[resource.within]},{key}"
    return _HEAD + f"{resource.key} {key}".encode().hex().upper() if resource.hashed else quote(str(key), safe="")


def key_of(text: str, resource: Resource) -> Any:
    """Return the key behind a hash of the resource, or behind the plain key. Raises FusionError (404)."""
    plain = text if resource.within is None else text.rpartition(",")[2]
    if resource.hashed and text.startswith(_HEAD):
        try:
            name, _, plain = bytes.fromhex(text.removeprefix(_HEAD)).decode().partition(" ")
        except ValueError:
            raise not_found() from None
        plain = plain if name == resource.key else ""
    if resource.attributes[resource.key] is Kind.STRING:
        return plain
    if not (plain.isascii() and plain.isdigit() and len(plain) < 20):
        raise not_found()
    return int(plain)


def is_named(row: Row, resource: Resource, text: str) -> bool:
    """Whether an item of a child collection is the one that an address names. Raises FusionError (404)."""
    parent = text.rpartition(",")[0]
    within = resource.within is None or parent == str(row[resource.within])
    return within and bool(row[resource.key] == key_of(text, resource))
