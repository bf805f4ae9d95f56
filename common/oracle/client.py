"""Oracle Fusion, as verbs. Reads only; knows URLs, parameters and the framework header, and nothing of flows.

Always sends `REST-Framework-Version: 4`: row-match `q`, collection-shaped children, structured errors
(oracle-fusion.md, 1.3). httpx encodes `+` in a query as `%2B`, without which a time zone arrives as a space.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from common.connections.exchange import Answer, Exchange, Request
from common.connections.retry_after import source_time
from common.connections.sighting import Sighting
from common.oracle import answers, filters
from common.oracle.answers import Collection, QueryRefused, Row, SourceUnreadable
from common.oracle.sightings import sighting
from common.telemetry.logs import logger
from schemas.exact_json import JsonValue

_LOG = logger(__name__)
_HEADERS = {"REST-Framework-Version": "4", "Accept": "application/json"}
_API = "/fscmRestApi/resources"
_LARGEST_PAGE = 500
_CHILD_KEYS = {"lines": "POLineId", "schedules": "LineLocationId", "distributions": "PODistributionId"}
_CHILDREN = ("lines", "lines.schedules", "lines.schedules.distributions")


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Which documents to read: those changed since `since` (None: all), after `after_key`, in the order of the key."""

    since: datetime | None
    after_key: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcePage:
    """One page of a window, and Oracle's clock when it was written."""

    collection: Collection
    source_time: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Units:
    """Whose documents are asked for, by the names of procurement business units: `only` these, or all `but` these."""

    only: tuple[str, ...] = ()
    but: tuple[str, ...] = ()

    def conditions(self) -> list[str]:
        """Return the row-match conditions. A document of no unit at all is nobody's to leave out."""
        if self.only:
            return [filters.one_of("ProcurementBU", self.only)]
        others = [filters.differs("ProcurementBU", name) for name in self.but]
        return [filters.some(filters.unset("ProcurementBU"), filters.every(*others))] if others else []


EVERYONE = Units()


class OracleClient:
    """One Oracle pod."""

    def __init__(
        self, exchange: Exchange, *, version: str, page_size: int, child_filters: bool, units: Units = EVERYONE
    ) -> None:
        self._exchange = exchange
        self._base = f"{_API}/{version}"
        self._page_size = page_size
        self._child_filters = child_filters
        self._units = units

    def hold_back_seconds(self) -> float:
        """Return how long to wait before a page is claimed; 0 if Oracle may be asked. Raises DatabaseUnavailable."""
        return self._exchange.hold_back_seconds()

    def purchase_orders(self, window: Window) -> SourcePage:
        """Read one page of purchase orders with lines, schedules and distributions (oracle-fusion.md, 3.1).

        Raises SourceRefused, SourceUnreadable, or what the exchange raises.
        """
        try:
            return self._purchase_orders(window, child_filters=self._child_filters)
        except QueryRefused as refused:
            if not (self._child_filters and window.since is not None):
                raise
            page = self._purchase_orders(window, child_filters=False)
            _LOG.warning("no filters by child attributes here, the rescan finds changed lines", reason=str(refused))
            self._child_filters = False
            return page

    def shows_purchase_order(self, key: str) -> bool:
        """Whether Oracle shows an order that it showed before. Raises as `purchase_orders` does.

        A user who has lost a data role gets empty collections, not an error (oracle-fusion.md, 2.1).
        """
        found = filters.finder("PrimaryKey", "POHeaderId", int(key))
        query = {"finder": found, "fields": "POHeaderId", "onlyData": "true", "limit": "1"}
        return bool(self._collection(f"{self._base}/purchaseOrders", query))

    def whole_purchase_order(self, order: Row) -> Row:
        """Read an order whose children were cut, with all of them. Raises as `purchase_orders` does.

        Follows the `self` link, because the key in a URL may be an opaque hash (oracle-fusion.md, 1.1).
        """
        key = answers.whole_number(order.get("POHeaderId"))
        if key is None:
            raise SourceUnreadable("a row with more children than fit has no whole number as its key")
        query = {
            "finder": filters.finder("PrimaryKey", "POHeaderId", key),
            "expand": _CHILDREN[-1],
            "links": "self",
        }
        found = self._collection(f"{self._base}/purchaseOrders", {**query, "limit": "1"})
        if not found:
            raise SourceUnreadable(f"order {order.get('OrderNumber')} was in a page but is not found by its key {key}")
        return self._completed(found[0], ("lines", "schedules", "distributions"))

    def sight_purchase_orders(self, number: str | None) -> Sighting:
        """Look at the orders without reading them: how many there are, or how many have a number.

        Counting can fail where reading does not (1.11), so it is then left out. Raises what the exchange raises, or
        NotQuotable for a number that no filter can hold.
        """
        query = {"fields": "POHeaderId,OrderNumber", "onlyData": "true", "limit": "1"}
        if number is not None:
            return self._sight({**query, "q": filters.equals("OrderNumber", number)})
        counted = self._sight({**query, "totalResults": "true"})
        return counted if counted.trouble is None else self._sight(query)

    def _sight(self, query: Mapping[str, str]) -> Sighting:
        answer = self._get(f"{self._base}/purchaseOrders", query)
        return sighting(answer.status, answer.content, source_time(answer.headers))

    def _purchase_orders(self, window: Window, *, child_filters: bool) -> SourcePage:
        query = {
            "q": _filter(window, self._units, child_filters=child_filters),
            "orderBy": "POHeaderId:asc",
            "expand": _CHILDREN[-1],
            "onlyData": "true",
            "limit": str(self._page_size),
        }
        answer = self._get(f"{self._base}/purchaseOrders", query)
        found = answers.collection(
            answer.status, answer.content, key="POHeaderId", after_key=window.after_key, limit=self._page_size
        )
        shown = source_time(answer.headers)
        if shown is None:
            raise SourceUnreadable("Oracle's answer has no Date header: the cursor needs the source's clock")
        return SourcePage(collection=found, source_time=shown)

    def _completed(self, row: Row, accessors: tuple[str, ...]) -> Row:
        """Return the row with every child collection below it read to its end."""
        accessor, *deeper = accessors
        children = row.get(accessor)
        if not isinstance(children, Mapping):
            return row
        items = children.get("items")
        kept: list[Row] = [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
        if children.get("hasMore") is True or children.get("count") not in (None, len(kept)):
            expand = ".".join(deeper)
            kept = self._children(f"{_self_path(row)}/child/{accessor}", _CHILD_KEYS[accessor], expand)
        if deeper:
            kept = [self._completed(child, tuple(deeper)) for child in kept]
        completed: dict[str, JsonValue] = {
            "items": [dict(child) for child in kept],
            "count": len(kept),
            "hasMore": False,
        }
        return {**row, accessor: completed}

    def _children(self, path: str, key: str, expand: str) -> list[Row]:
        """Read a child collection whole, in the order of its key: expanded children come in no order (5.2).

        Offsets are counted by what came (1.4).
        """
        found: list[Row] = []
        while True:
            query = {"limit": str(_LARGEST_PAGE), "offset": str(len(found)), "orderBy": f"{key}:asc", "links": "self"}
            page = self._collection(path, {**query, **({"expand": expand} if expand else {})})
            if not page:
                return found
            found += page

    def _collection(self, path: str, query: Mapping[str, str]) -> list[Row]:
        answer = self._get(path, query)
        items = answers.document(answer.status, answer.content).get("items")
        if not isinstance(items, list):
            raise SourceUnreadable(f"{path} has no list of items")
        return [item for item in items if isinstance(item, Mapping)]

    def _get(self, path: str, query: Mapping[str, str]) -> Answer:
        return self._exchange.send(Request(method="GET", path=path, query=query, headers=_HEADERS))


def _filter(window: Window, units: Units, *, child_filters: bool) -> str:
    """Return the row-match expression of a window. A child's change may not move its parent's stamp (1.11)."""
    conditions = [filters.greater("POHeaderId", window.after_key), *units.conditions()]
    if window.since is not None:
        stamped = ["LastUpdateDate", *(f"{child}.LastUpdateDate" for child in _CHILDREN if child_filters)]
        conditions.append(filters.some(*(filters.since(name, window.since) for name in stamped)))
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
