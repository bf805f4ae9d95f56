"""Rows as Oracle's REST service gives them (oracle-fusion.md, 1.4): children in the shape of framework 1-2 or 3+."""

from collections.abc import Sequence
from typing import Literal

from schemas.exact_json import JsonValue

Shape = Literal["collections", "arrays"]
Object = dict[str, JsonValue]


def children(rows: Sequence[Object], shape: Shape) -> JsonValue:
    """Return the value of a child collection."""
    if shape == "arrays":
        return list(rows)
    return {"items": list(rows), "count": len(rows), "hasMore": False, "limit": 25, "offset": 0, "links": []}


def rows(parent: Object, name: str) -> list[Object]:
    """Return the rows of a child collection, so that a test can change them."""
    collection = parent[name]
    items = collection["items"] if isinstance(collection, dict) else collection
    assert isinstance(items, list)
    return [item for item in items if isinstance(item, dict)]


def first(raw: Object, *names: str) -> Object:
    """Return the first row of a child collection, of its first child collection, and so on."""
    for name in names:
        raw = rows(raw, name)[0]
    return raw
