"""The REST framework around a resource: parameters, collections, items, children and their errors.

oracle-fusion.md, 1.1 to 1.8. Pure but for the store: a function from a request's parts to an answer.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from simulators.oracle.attributes import PURCHASE_ORDERS
from simulators.oracle.errors import FusionError, bad_parameter, not_found
from simulators.oracle.keys import is_named, key_of, unique_id
from simulators.oracle.order_views import OrderView
from simulators.oracle.projection import (
    Tree,
    View,
    change_indicator,
    envelope,
    expand_tree,
    field_sets,
    show,
    tree_of_fields,
)
from simulators.oracle.query import EVERYTHING, All, Condition, parse
from simulators.oracle.resource import Kind, Resource, Row
from simulators.oracle.rows import Sort, chosen
from simulators.oracle.simulator import OracleSimulator
from simulators.oracle.store import Store

_DEFAULT_LIMIT = 25
_PARAMETERS = frozenset(
    "limit offset totalResults q finder orderBy fields expand onlyData links dependency effectiveDate".split()
)
FRAMEWORKS = range(1, 10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request for data: its parameters, framework version, the API's base address, and the resource's name."""

    parameters: Mapping[str, str]
    framework: int
    base: str
    resource: str = PURCHASE_ORDERS.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An answer: its body, the item's change indicator where it has one, and its address where it was written."""

    body: Row
    etag: str | None = None
    url: str = ""


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

    rows: list[Row]
    more: bool
    total: Callable[[], int]


def collection(simulator: OracleSimulator, asked: Asked) -> Shown:
    """Return a page of a resource. Raises FusionError (404) for one that the pod does not have."""
    known(asked.parameters)
    simulator.release_due()
    rows = simulator.rows(asked.resource)
    resource = rows.resource
    if not simulator.may_see(resource):
        page = _selected(simulator, asked, resource, ())
    elif isinstance(rows, Store):
        page = _stored(simulator, asked, rows)
    elif isinstance(rows, OrderView):
        fitting = rows.fitting(_condition(simulator, asked, resource))
        page = _selected(simulator, asked, resource, fitting)
    else:
        page = _selected(simulator, asked, resource, rows.all())
    return _paged(simulator, asked, resource, page, f"{asked.base}/{resource.name}")


def item(simulator: OracleSimulator, asked: Asked, path: list[str]) -> Shown:
    """Return an item (`[id]`), a child collection (`[id, child, lines]`) or a child item, at any depth."""
    known(asked.parameters)
    simulator.release_due()
    resource = simulator.rows(asked.resource).resource
    row, rest = _item(simulator, resource, path[0]), path[1:]
    url = f"{asked.base}/{asked.resource}/{unique_id(row, resource)}"
    while rest:
        if rest[0] != "child" or len(rest) < 2:
            raise not_found()
        url = f"{url}/child/{rest[1]}"
        if len(rest) == 2 and rest[1] in resource.empty:
            return _without_rows(simulator, asked, rest[1], url)
        below = resource.below(rest[1])
        if below is None:
            raise not_found()
        rows, resource = row[below.name], below
        if len(rest) == 2:
            return _paged(simulator, asked, resource, _selected(simulator, asked, resource, rows), url)
        row = _child(rows, resource, rest[2])
        url, rest = f"{url}/{unique_id(row, resource)}", rest[3:]
    view, tree = _view(simulator, asked, resource)
    return Shown(body=show(row, resource, view, url=url, tree=tree), etag=change_indicator(row, resource))


def written(row: Row, resource: Resource, asked: Asked, collection: str) -> Shown:
    """Return an item as the answer to what wrote it shows it; `collection`: the address that it is found under."""
    tree = expand_tree(asked.parameters.get("expand", ""), resource)
    view = View(framework=asked.framework, expand=tree, fields=None, only_data=False, rels=None, base=asked.base)
    url = f"{collection}/{unique_id(row, resource)}"
    return Shown(body=show(row, resource, view, url=url, tree=tree), etag=change_indicator(row, resource), url=url)


def is_collection(path: list[str]) -> bool:
    """Whether the path of an item's address names a child collection."""
    return len(path) % 3 == 0 and path[-2:-1] == ["child"]


def known(parameters: Mapping[str, str]) -> None:
    """Raise FusionError (400) for a parameter that the framework does not know."""
    unknown = set(parameters) - _PARAMETERS
    if unknown:
        raise bad_parameter(min(unknown), "It is not a known parameter.")


def _item(simulator: OracleSimulator, resource: Resource, text: str) -> Row:
    key, rows = key_of(text, resource), simulator.rows(resource.name)
    if key not in rows or not simulator.may_see(resource):
        raise not_found()
    return simulator.changes.visible(rows, key) if isinstance(rows, Store) else rows.get(key)


def _child(rows: list[Row], resource: Resource, text: str) -> Row:
    for row in rows:
        if is_named(row, resource, text):
            return row
    raise not_found()


def _stored(simulator: OracleSimulator, asked: Asked, store: Store) -> _Page:
    """Return a page of the rows of a store."""
    switches = simulator.switches
    condition, sorts = _condition(simulator, asked, store.resource), _sorts(asked, store.resource)
    limit, offset = _paging(asked.parameters, switches.page_cap)
    chance = simulator.chance if switches.shuffle_ties else None
    selection = store.select(condition, [] if switches.ignore_order else sorts, offset, limit, chance=chance)
    rows = selection.rows[::-1] if switches.ignore_order else selection.rows
    return _Page(rows=rows, more=selection.more, total=lambda: store.count(condition))


def _selected(simulator: OracleSimulator, asked: Asked, resource: Resource, rows: Iterable[Row]) -> _Page:
    """Return a page of rows that are there; without `orderBy` their order means nothing (5.2)."""
    switches = simulator.switches
    condition, sorts = _condition(simulator, asked, resource), _sorts(asked, resource)
    limit, offset = _paging(asked.parameters, switches.page_cap)
    chance = simulator.chance if switches.shuffle_ties else None
    found = chosen(rows, condition, [] if switches.ignore_order else sorts, chance=chance)
    part = found[offset : offset + limit]
    more = offset + limit < len(found)
    return _Page(rows=part[::-1] if switches.ignore_order else part, more=more, total=lambda: len(found))


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


def _view(simulator: OracleSimulator, asked: Asked, resource: Resource) -> tuple[View, Tree]:
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
    is_text = resource.attributes[resource.key] is Kind.STRING
    if name != "PrimaryKey" or variable != resource.key or not (is_text or (value.isascii() and value.isdigit())):
        raise bad_parameter("finder", f"The finder {text!r} is not valid.")
    quoted = value.replace("'", "''")
    return parse(f"{resource.key} = '{quoted}'", 2, child_filters=False, resource=resource)


def _sorts(asked: Asked, resource: Resource) -> list[Sort]:
    sorts = []
    for part in (piece.strip() for piece in asked.parameters.get("orderBy", "").split(",") if piece.strip()):
        name, _, direction = part.partition(":")
        if name not in resource.attributes or direction not in ("", "asc", "desc"):
            raise bad_parameter("orderBy", f"{part!r} is not valid.")
        sorts.append((name, direction == "desc"))
    return sorts
