"""Oracle Fusion, as verbs. Reads only; knows URLs, parameters and the framework header, and nothing of flows.

Always sends `REST-Framework-Version: 4`: row-match `q`, collection-shaped children, structured errors
(oracle-fusion.md, 1.3). httpx encodes `+` in a query as `%2B`, without which a time zone arrives as a space.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from common.connections.exchange import Answer, Exchange, Request
from common.connections.retry_after import source_time
from common.connections.sighting import Sighting
from common.connections.source import Row, SourcePage, SourceUnreadable, Window
from common.oracle import answers, filters
from common.oracle.answers import QueryRefused
from common.oracle.resource import Child, Resource, expansion
from common.oracle.sightings import sighting
from common.telemetry.logs import logger
from schemas.exact_json import JsonValue

_LOG = logger(__name__)
_HEADERS = {"REST-Framework-Version": "4", "Accept": "application/json"}
_API = "/fscmRestApi/resources"
_LARGEST_PAGE = 500
_FEW = 25
_ALL = "*"
"""Stands for every resource."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Units:
    """Whose documents are asked for, by the names of business units: `only` these, or all `but` these."""

    only: tuple[str, ...] = ()
    but: tuple[str, ...] = ()

    def conditions(self, attribute: str | None) -> list[str]:
        """Return the row-match conditions on an attribute that names a unit; none without such an attribute.

        A document of no unit at all is nobody's to leave out.
        """
        if attribute is None:
            return []
        if self.only:
            return [filters.one_of(attribute, self.only)]
        others = [filters.differs(attribute, name) for name in self.but]
        return [filters.some(filters.unset(attribute), filters.every(*others))] if others else []


EVERYONE = Units()


class OracleClient:
    """One Oracle pod."""

    def __init__(
        self, exchange: Exchange, *, version: str, page_size: int, child_filters: bool, units: Units = EVERYONE
    ) -> None:
        self._exchange = exchange
        self._base = f"{_API}/{version}"
        self._page_size = page_size
        self._unfiltered: set[str] = set() if child_filters else {_ALL}
        self._units = units

    def hold_back_seconds(self) -> float:
        """Return how long to wait before a page is claimed; 0 if Oracle may be asked. Raises DatabaseUnavailable."""
        return self._exchange.hold_back_seconds()

    def page(self, resource: Resource, window: Window) -> SourcePage:
        """Read one page of documents with all their children.

        Raises SourceRefused, SourceUnreadable, or what the exchange raises.
        """
        by_child = bool(resource.children) and not self._unfiltered & {_ALL, resource.path}
        try:
            return self._page(resource, window, by_child=by_child)
        except QueryRefused as refused:
            if not (by_child and window.since is not None):
                raise
            page = self._page(resource, window, by_child=False)
            _LOG.warning(
                "no filters by child attributes here, the rescan finds changed children",
                resource=resource.path,
                reason=str(refused),
            )
            self._unfiltered.add(resource.path)
            return page

    def shows(self, resource: Resource, key: str) -> bool:
        """Whether Oracle shows a document that it showed before. Raises as `page` does.

        A user who has lost a data role gets empty collections, not an error (oracle-fusion.md, 2.1).
        """
        found = filters.finder("PrimaryKey", resource.key, int(key))
        query = {"finder": found, "fields": resource.key, "onlyData": "true", "limit": "1"}
        return bool(self._collection(self._path(resource), query))

    def whole(self, resource: Resource, row: Row) -> Row:
        """Read a document whose children were cut, with all of them. Raises as `page` does.

        Follows the `self` link, because the key in a URL may be an opaque hash (oracle-fusion.md, 1.1).
        """
        key = answers.whole_number(row.get(resource.key))
        if key is None:
            raise SourceUnreadable("a row with more children than fit has no whole number as its key")
        query = {
            "finder": filters.finder("PrimaryKey", resource.key, key),
            "expand": resource.expand,
            "links": "self",
        }
        found = self._collection(self._path(resource), {**query, "limit": "1"})
        if not found:
            named = row.get(resource.number) if resource.number else key
            raise SourceUnreadable(f"{named} was in a page of {resource.path} but is not found by its key {key}")
        return self._completed(found[0], resource.children)

    def matching(self, resource: Resource, condition: str) -> list[Row]:
        """Read whole the few documents that a row-match expression selects. Raises as `page` does."""
        expand = {"expand": resource.expand} if resource.children else {}
        query = {"q": condition, "orderBy": f"{resource.key}:asc", "links": "self", "limit": str(_FEW), **expand}
        return [self._completed(row, resource.children) for row in self._collection(self._path(resource), query)]

    def sight(self, resource: Resource, number: str | None) -> Sighting:
        """Look at the documents without reading them: how many there are, or how many have a number.

        Counting can fail where reading does not (1.11), so it is then left out. Raises what the exchange raises, or
        NotQuotable for a number that no filter can hold.
        """
        fields = ",".join(filter(None, (resource.key, resource.number)))
        query = {"fields": fields, "onlyData": "true", "limit": "1"}
        if number is not None and resource.number is not None:
            return self._sight(resource, {**query, "q": filters.equals(resource.number, number)})
        counted = self._sight(resource, {**query, "totalResults": "true"})
        return counted if counted.trouble is None else self._sight(resource, query)

    def _sight(self, resource: Resource, query: Mapping[str, str]) -> Sighting:
        answer = self._get(self._path(resource), query)
        return sighting(answer.status, answer.content, source_time(answer.headers))

    def _page(self, resource: Resource, window: Window, *, by_child: bool) -> SourcePage:
        query = {
            "q": _filter(resource, window, self._units, by_child=by_child),
            "orderBy": f"{resource.key}:asc",
            **({"expand": resource.expand} if resource.children else {}),
            "onlyData": "true",
            "limit": str(self._page_size),
        }
        answer = self._get(self._path(resource), query)
        found = answers.collection(
            answer.status, answer.content, key=resource.key, after_key=window.after_key, limit=self._page_size
        )
        shown = source_time(answer.headers)
        if shown is None:
            raise SourceUnreadable("Oracle's answer has no Date header: the cursor needs the source's clock")
        return SourcePage(collection=found, source_time=shown)

    def _completed(self, row: Row, children: tuple[Child, ...]) -> Row:
        """Return the row with every child collection below it read to its end."""
        whole: dict[str, JsonValue] = dict(row)
        for child in children:
            shown = row.get(child.accessor)
            if isinstance(shown, Mapping):
                whole[child.accessor] = self._completed_child(row, child, shown)
        return whole

    def _completed_child(self, row: Row, child: Child, shown: Mapping[str, JsonValue]) -> JsonValue:
        items = shown.get("items")
        kept: list[Row] = [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
        if shown.get("hasMore") is True or shown.get("count") not in (None, len(kept)):
            kept = self._children(f"{_self_path(row)}/child/{child.accessor}", child)
        rows: list[JsonValue] = [dict(self._completed(one, child.children)) for one in kept]
        return {"items": rows, "count": len(rows), "hasMore": False}

    def _children(self, path: str, child: Child) -> list[Row]:
        """Read a child collection whole, in the order of its key: expanded children come in no order (5.2).

        Offsets are counted by what came (1.4).
        """
        found: list[Row] = []
        expand = {"expand": expansion(child.children)} if child.children else {}
        order = {"orderBy": f"{child.key}:asc", "links": "self"}
        while page := self._collection(
            path, {"limit": str(_LARGEST_PAGE), "offset": str(len(found)), **order, **expand}
        ):
            found += page
        return found

    def _collection(self, path: str, query: Mapping[str, str]) -> list[Row]:
        answer = self._get(path, query)
        items = answers.document(answer.status, answer.content).get("items")
        if not isinstance(items, list):
            raise SourceUnreadable(f"{path} has no list of items")
        return [item for item in items if isinstance(item, Mapping)]

    def _path(self, resource: Resource) -> str:
        return f"{self._base}/{resource.path}"

    def _get(self, path: str, query: Mapping[str, str]) -> Answer:
        return self._exchange.send(Request(method="GET", path=path, query=query, headers=_HEADERS))


def _filter(resource: Resource, window: Window, units: Units, *, by_child: bool) -> str:
    """Return the row-match expression of a window. A child's change may not move its parent's stamp (1.11)."""
    conditions = [
        filters.greater(resource.key, window.after_key),
        *resource.conditions,
        *units.conditions(resource.unit),
    ]
    if window.since is not None and resource.stamped:
        stamps = resource.stamps if by_child else resource.stamps[:1]
        conditions.append(filters.some(*(filters.since(name, window.since) for name in stamps)))
    return filters.every(*conditions)


def _self_path(row: Row) -> str:
    """Return the path of a row's `self` link, below the API's own path.

    Only the path: whatever host a link names, the request goes to our own, so our token goes to no other.
    """
    links = row.get("links")
    for link in links if isinstance(links, list) else []:
        if isinstance(link, Mapping) and link.get("rel") == "self":
            path = _path(str(link.get("href")))
            if not path.startswith(f"{_API}/"):
                raise SourceUnreadable(f"a self link leads out of {_API}: {path[:200]!r}")
            return path
    raise SourceUnreadable("a row with more children than fit has no self link to ask for them")


def _path(link: str) -> str:
    try:
        return urlsplit(link).path
    except ValueError as error:
        raise SourceUnreadable(f"a self link is not a URL: {error}") from error
