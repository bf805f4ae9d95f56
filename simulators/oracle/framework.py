"""The REST framework around a resource: parameters, collections, items, children and their errors.

oracle-fusion.md, 1.1 to 1.8. Pure but for the store: a function from a request's parts to an answer.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from simulators.oracle.attributes import PURCHASE_ORDERS, Resource
from simulators.oracle.errors import FusionError, bad_parameter, not_found
from simulators.oracle.generator import Order
from simulators.oracle.keys import key_of, unique_id
from simulators.oracle.orders import PlainRow, Sort, sortable
from simulators.oracle.projection import (
    View,
    change_indicator,
    envelope,
    expand_tree,
    field_sets,
    show,
    tree_of_fields,
)
from simulators.oracle.query import EVERYTHING, All, Condition, parse
from simulators.oracle.simulator import OracleSimulator

_DEFAULT_LIMIT = 25
_PARAMETERS = frozenset(
    "limit offset totalResults q finder orderBy fields expand onlyData links dependency effectiveDate".split()
)
FRAMEWORKS = range(1, 10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request for data: its parameters, framework version and the resource's base address."""

    parameters: Mapping[str, str]
    framework: int
    base: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An answer: its body, and the item's change indicator where it has one."""

    body: dict[str, Any]
    etag: str | None = None


def framework_version(header: str | None) -> int:
    """Return the framework version that a request asks for. Raises FusionError (400) for an unknown one."""
    if header is None:
        return 1
    if header not in map(str, FRAMEWORKS):
        raise FusionError(400, f"The REST-Framework-Version {header} is not supported.")
    return int(header)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """The rows of a page, whether there are more behind it, and how many there are in all."""

    rows: list[Order]
    more: bool
    total: Callable[[], int]


def collection(simulator: OracleSimulator, asked: Asked) -> Shown:
    """Return a page of purchase orders."""
    known(asked.parameters)
    simulator.release_due()
    switches, orders = simulator.switches, simulator.orders
    condition, sorts = _condition(simulator, asked, PURCHASE_ORDERS), _sorts(asked, PURCHASE_ORDERS)
    limit, offset = _paging(asked.parameters, switches.page_cap)
    if switches.no_privilege:
        page = _Page(rows=[], more=False, total=lambda: 0)
    else:
        chance = simulator.chance if switches.shuffle_ties else None
        selection = orders.select(condition, [] if switches.ignore_order else sorts, offset, limit, chance=chance)
        keys = selection.keys[::-1] if switches.ignore_order else selection.keys
        rows = [orders.get(key) for key in keys]
        page = _Page(rows=rows, more=selection.more, total=lambda: orders.count(condition))
    return _paged(simulator, asked, PURCHASE_ORDERS, page, f"{asked.base}/purchaseOrders")


def item(simulator: OracleSimulator, asked: Asked, path: list[str]) -> Shown:
    """Return an order (`[id]`), a child collection (`[id, child, lines]`) or a child item, at any depth."""
    known(asked.parameters)
    simulator.release_due()
    order = _order(simulator, path[0])
    url = f"{asked.base}/purchaseOrders/{unique_id(order, PURCHASE_ORDERS)}"
    row, resource, rest = order, PURCHASE_ORDERS, path[1:]
    while rest:
        if rest[0] != "child" or len(rest) < 2:
            raise not_found()
        url = f"{url}/child/{rest[1]}"
        if len(rest) == 2 and rest[1] in resource.empty:
            return _without_rows(simulator, asked, rest[1], url)
        if resource.child is None or rest[1] != resource.child.name:
            raise not_found()
        rows, resource = row[resource.child.name], resource.child
        if len(rest) == 2:
            return _paged(simulator, asked, resource, _selected(simulator, asked, resource, rows), url)
        row = _child(rows, resource, rest[2])
        url, rest = f"{url}/{unique_id(row, resource)}", rest[3:]
    view, tree = _view(simulator, asked, resource)
    etag = change_indicator(order) if resource is PURCHASE_ORDERS else None
    return Shown(body=show(row, resource, view, url=url, tree=tree), etag=etag)


def is_collection(path: list[str]) -> bool:
    """Whether the path of an order's address names a child collection."""
    return len(path) % 3 == 0 and path[-2:-1] == ["child"]


def known(parameters: Mapping[str, str]) -> None:
    """Raise FusionError (400) for a parameter that the framework does not know."""
    unknown = set(parameters) - _PARAMETERS
    if unknown:
        raise bad_parameter(min(unknown), "It is not a known parameter.")


def _order(simulator: OracleSimulator, text: str) -> Order:
    key = key_of(text, PURCHASE_ORDERS)
    if key not in simulator.orders or simulator.switches.no_privilege:
        raise not_found()
    return simulator.visible(key)


def _child(rows: list[Order], resource: Resource, text: str) -> Order:
    key = key_of(text, resource)
    for row in rows:
        if row[resource.key] == key:
            return row
    raise not_found()


def _selected(simulator: OracleSimulator, asked: Asked, resource: Resource, rows: list[Order]) -> _Page:
    """Return a page of children; without `orderBy` their order means nothing (5.2)."""
    switches = simulator.switches
    condition, sorts = _condition(simulator, asked, resource), _sorts(asked, resource)
    limit, offset = _paging(asked.parameters, switches.page_cap)
    found = [row for row in rows if condition.holds(PlainRow(row))]
    if switches.shuffle_ties:
        simulator.chance.shuffle(found)
    for name, downward in [] if switches.ignore_order else reversed(sorts):
        found.sort(key=partial(_sorted_by, name), reverse=downward)
    part = found[offset : offset + limit]
    more = offset + limit < len(found)
    return _Page(rows=part[::-1] if switches.ignore_order else part, more=more, total=lambda: len(found))


def _sorted_by(name: str, row: Order) -> tuple[bool, Any]:
    return sortable(row[name])


def _paged(simulator: OracleSimulator, asked: Asked, resource: Resource, page: _Page, url: str) -> Shown:
    """Return a page in its envelope, with the lies that are switched on."""
    switches = simulator.switches
    view, tree = _view(simulator, asked, resource)
    limit, offset = _paging(asked.parameters, switches.page_cap)
    rows, more = ([], bool(page.rows)) if switches.empty_pages else (page.rows, page.more)
    items = [show(row, resource, view, url=f"{url}/{unique_id(row, resource)}", tree=tree) for row in rows]
    lied = more != switches.has_more_lies
    body = envelope(items, more=lied, limit=limit, offset=offset, url=url, name=resource.name)
    if asked.parameters.get("totalResults") == "true":
        body["totalResults"] = len(items) if switches.total_results_lies else page.total()
    body["count"] += int(switches.count_lies)
    return Shown(body=body)


def _without_rows(simulator: OracleSimulator, asked: Asked, name: str, url: str) -> Shown:
    """Return one of the children that have no rows here; nothing is known of their attributes to filter or sort by."""
    for parameter in ("q", "finder", "orderBy", "fields", "expand"):
        if asked.parameters.get(parameter):
            raise bad_parameter(parameter, f"The resource {name} has no such attribute or accessor.")
    limit, offset = _paging(asked.parameters, simulator.switches.page_cap)
    body = envelope([], more=False, limit=limit, offset=offset, url=url, name=name)
    return Shown(body=body | ({"totalResults": 0} if asked.parameters.get("totalResults") == "true" else {}))


def _view(simulator: OracleSimulator, asked: Asked, resource: Resource) -> tuple[View, Any]:
    parameters = asked.parameters
    fields = field_sets(parameters["fields"], resource) if parameters.get("fields") else None
    tree = tree_of_fields(fields) if fields is not None else expand_tree(parameters.get("expand", ""), resource)
    rels = frozenset(parameters["links"].split(",")) if parameters.get("links") else None
    view = View(
        framework=asked.framework,
        expand=tree,
        fields=fields,
        only_data=parameters.get("onlyData") == "true",
        rels=rels,
        base=asked.base,
        chance=simulator.chance if simulator.switches.shuffle_ties else None,
    )
    return view, tree


def _paging(parameters: Mapping[str, str], cap: int) -> tuple[int, int]:
    """Return limit and offset; a limit above the cap is lowered without a word (1.2)."""
    values = []
    for name, default in (("limit", _DEFAULT_LIMIT), ("offset", 0)):
        text = parameters.get(name, str(default))
        if not text.isascii() or not text.isdigit() or len(text) > 9:
            raise bad_parameter(name, f"{text!r} is not a number.")
        values.append(int(text))
    return min(values[0] or _DEFAULT_LIMIT, cap), values[1]


def _condition(simulator: OracleSimulator, asked: Asked, resource: Resource) -> Condition:
    parts: list[Condition] = []
    if asked.parameters.get("q"):
        child_filters = simulator.switches.child_filters
        parts.append(parse(asked.parameters["q"], asked.framework, child_filters=child_filters, resource=resource))
    if asked.parameters.get("finder"):
        parts.append(_finder(asked.parameters["finder"], resource))
    return All(tuple(parts)) if parts else EVERYTHING


def _finder(text: str, resource: Resource) -> Condition:
    name, _, variables = text.partition(";")
    variable, _, value = variables.partition("=")
    if name != "PrimaryKey" or variable != resource.key or not (value.isascii() and value.isdigit()):
        raise bad_parameter("finder", f"The finder {text!r} is not valid.")
    return parse(f"{resource.key} = {value}", 2, child_filters=False, resource=resource)


def _sorts(asked: Asked, resource: Resource) -> list[Sort]:
    sorts = []
    for part in (piece.strip() for piece in asked.parameters.get("orderBy", "").split(",") if piece.strip()):
        name, _, direction = part.partition(":")
        if name not in resource.attributes or direction not in ("", "asc", "desc"):
            raise bad_parameter("orderBy", f"{part!r} is not valid.")
        sorts.append((name, direction == "desc"))
    return sorts
