"""What of a row is shown, and in which form: fields, expand, links and the child shapes of the framework versions.

Framework 1 and 2 show expanded children as bare arrays, silently cut at 25; from 3 on they are collections with their
own limit and `hasMore`. From 9 on numbers that a float could spoil are strings, and `@context` stands for the links of
an item (oracle-fusion.md, 1.3 to 1.6).

Limits: what 9 does to an item without links (`onlyData`) is not public: here its `@context` goes with them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from random import Random
from typing import Any

import orjson

from simulators.oracle.errors import bad_parameter
from simulators.oracle.keys import unique_id
from simulators.oracle.resource import STAMP, Kind, Resource, Row

CHILD_LIMIT = 25
_WITH_CONTEXT = 9
_EXACT_IN_A_FLOAT = 2**53
Tree = dict[str, "Tree"]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What a request asks to see. `fields` None: everything; by accessor path otherwise (empty path: the row).

    `chance`: expanded children come in another order every time.
    """

    framework: int
    expand: Tree
    fields: Mapping[tuple[str, ...], frozenset[str]] | None
    only_data: bool
    rels: frozenset[str] | None
    base: str
    chance: Random | None = None


def expand_tree(text: str, resource: Resource) -> Tree:
    """Read `expand`: `all` is the direct children, dots go deeper and imply what is above (1.2)."""
    tree: Tree = {}
    names = resource.accessors() if text == "all" else [name for name in text.split(",") if name]
    for name in names:
        level: Resource | None = resource
        below = tree
        for accessor in name.strip().split("."):
            if level is None or accessor not in level.accessors():
                raise bad_parameter("expand", f"The attribute or accessor {name} is not valid.")
            level = level.below(accessor)
            below = below.setdefault(accessor, {})
    return tree


def field_sets(text: str, resource: Resource) -> dict[tuple[str, ...], frozenset[str]]:
    """Read `fields`: `A,B;lines:LineNumber;lines.schedules:Quantity` (1.2)."""
    found: dict[tuple[str, ...], frozenset[str]] = {}
    for part in (piece for piece in text.split(";") if piece):
        accessor, colon, names = part.rpartition(":")
        path = tuple(accessor.split(".")) if colon else ()
        level = resource
        for name in path:
            below = level.below(name)
            if below is None:
                raise bad_parameter("fields", f"The accessor {accessor} is not valid.")
            level = below
        wanted = frozenset(name.strip() for name in names.split(",") if name.strip())
        unknown = wanted - set(level.attributes)
        if unknown:
            raise bad_parameter("fields", f"The attribute {min(unknown)} is not valid.")
        found[path] = found.get(path, frozenset()) | wanted
    return found


def tree_of_fields(fields: Mapping[tuple[str, ...], frozenset[str]]) -> Tree:
    """Return the children that `fields` names: they are shown without `expand`."""
    tree: Tree = {}
    for path in fields:
        below = tree
        for accessor in path:
            below = below.setdefault(accessor, {})
    return tree


def show(row: Row, resource: Resource, view: View, *, url: str, tree: Tree, path: tuple[str, ...] = ()) -> Row:
    """Return a row as it is answered. `url` is its own address; `tree` the children to show below it."""
    wanted = None if view.fields is None else view.fields.get(path, frozenset())
    shown = {name: row[name] for name in resource.attributes if wanted is None or name in wanted}
    if view.framework >= _WITH_CONTEXT:
        shown = {name: _as_text(value, resource.attributes[name]) for name, value in shown.items()}
    for name in resource.accessors():
        if name in tree:
            shown[name] = _expanded(row, resource, view, url, name, tree[name], (*path, name))
    if view.only_data:
        return shown
    change = change_indicator(row, resource)
    linked = links(url, resource, view, change=change)
    if view.framework < _WITH_CONTEXT:
        return shown | {"links": linked}
    headers = {} if change is None else {"headers": {"ETag": f'"{change}"'}}
    return shown | {"@context": {"key": unique_id(row, resource), **headers, "links": linked}}


def _as_text(value: Any, kind: Kind) -> Any:
    """Return a value as framework 9 shows it: a number that a float could spoil is text."""
    if value is None or not (kind is Kind.NUMBER or (kind is Kind.INTEGER and value >= _EXACT_IN_A_FLOAT)):
        return value
    return format(Decimal(value), "f")


def _expanded(
    row: Row, resource: Resource, view: View, parent: str, name: str, tree: Tree, path: tuple[str, ...]
) -> list[Row] | dict[str, Any]:
    """Return the rows of one child as they are shown within their parent."""
    url = f"{parent}/child/{name}"
    child = resource.below(name)
    rows = row[name] if child is not None else []
    if view.chance is not None:
        rows = view.chance.sample(rows, len(rows))
    shown = [
        show(one, child, view, url=f"{url}/{unique_id(one, child)}", tree=tree, path=path)
        for one in rows[:CHILD_LIMIT]
        if child is not None
    ]
    if view.framework < 3:
        return shown
    around = envelope(shown, more=len(rows) > CHILD_LIMIT, limit=CHILD_LIMIT, offset=0, url=url, name=name)
    return {key: value for key, value in around.items() if not (view.only_data and key == "links")}


def envelope(items: list[Row], *, more: bool, limit: int, offset: int, url: str, name: str) -> dict[str, Any]:
    """Return a collection around its items (1.4)."""
    own = {"rel": "self", "href": url, "name": name, "kind": "collection"}
    return {
        "items": items,
        "count": len(items),
        "hasMore": more,
        "limit": limit,
        "offset": offset,
        "links": [own],
    }


def links(url: str, resource: Resource, view: View, *, change: str | None) -> list[dict[str, Any]]:
    """Return an item's links, those of the wanted rels only."""
    own: dict[str, Any] = {"rel": "self", "href": url, "name": resource.name, "kind": "item"}
    if change is not None:
        own["properties"] = {"changeIndicator": change}
    found = [own, {"rel": "canonical", "href": url, "name": resource.name, "kind": "item"}]
    if "/child/" in url:
        parent = url.rsplit("/child/", 1)[0]
        found.append({"rel": "parent", "href": parent, "name": parent.split("/")[-2], "kind": "item"})
    found += [
        {"rel": "child", "href": f"{url}/child/{name}", "name": name, "kind": "collection"}
        for name in resource.accessors()
    ]
    return [link for link in found if view.rels is None or link["rel"] in view.rels]


def change_indicator(row: Row, resource: Resource) -> str | None:
    """Return what changes with an item, the ETag without its quotes; None for a resource that has none (1.7)."""
    if not resource.tag:
        return None
    stamp = f"{row[STAMP]:%Y%m%d%H%M%S%f}" + "".join(str(row[name]) for name in resource.tag)
    return f"ACED0005{stamp.encode().hex().upper()}"


def encode(value: Any) -> bytes:
    """Write JSON: decimals as plain numbers, exactly; stamps with their offset, milliseconds if they have any (1.6)."""
    return orjson.dumps(value, default=_written, option=orjson.OPT_PASSTHROUGH_DATETIME)


def _written(value: Any) -> orjson.Fragment | str:
    if isinstance(value, Decimal):
        return orjson.Fragment(format(value, "f"))
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds" if value.microsecond else "seconds")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no JSON form")
