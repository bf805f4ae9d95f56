"""JAGGAER as a source: one J1P list, read from row to row (jaggaer-cxml.md, 2.2).

A list has no key order and no snapshot: rows are counted from the first, so a document that changes while pages are
read can push another one over the edge of a page. Each page therefore begins with the last row of the page before it.
If another document stands there, or a count does not hold, the answer contradicts itself and the window is walked
again. What even that misses is found by the rescan.
"""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from common.connections.exchange import Answer, Exchange, Request
from common.connections.retry_after import source_time
from common.connections.sighting import Sighting
from common.connections.source import Collection, Row, SourcePage, SourceRefused, SourceUnreadable, Window
from common.jaggaer import answers, filters, sightings
from common.jaggaer.listing import SINCE, Listing
from common.settings import J1pSettings
from schemas import exact_json

_JSON = {"Accept": "application/json"}
_MARK_BITS = 31


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """How far a list was read: so many rows, the last of which is known by a mark of its key."""

    rows: int
    mark: int

    @classmethod
    def decode(cls, after_key: int) -> "Place":
        """Read a place from a window's `after_key`."""
        return cls(rows=after_key >> _MARK_BITS, mark=after_key & ((1 << _MARK_BITS) - 1))

    def encode(self) -> int:
        """Return the place as one number, which grows from page to page."""
        return self.rows << _MARK_BITS | self.mark


def mark(key: str | None) -> int:
    """Return the mark of a document's key."""
    return zlib.crc32((key or "").encode()) & ((1 << _MARK_BITS) - 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class JaggaerSource:
    """The documents of one flow at one JAGGAER instance."""

    exchange: Exchange
    profile: J1pSettings
    listing: Listing

    @property
    def system(self) -> str:
        """What people call the system."""
        return "JAGGAER"

    @property
    def stamped(self) -> bool:
        """Whether JAGGAER stamps what it lists."""
        return True

    def hold_back_seconds(self) -> float:
        """Return how long to wait before a page is claimed. Raises DatabaseUnavailable."""
        return self.exchange.hold_back_seconds()

    def page(self, window: Window) -> SourcePage:
        """Read one page; its first row is the last one of the page before it, and is not given again."""
        before = Place.decode(window.after_key)
        skipped = max(before.rows - 1, 0)
        query = {self.profile.start_parameter: str(self.profile.first_row + skipped)}
        if window.since is not None:
            since = self.listing.date_format.written(window.since)
            query[self.profile.filter_parameter] = self.listing.changed_since.replace(SINCE, since)
        answer = self._get(self.listing.path, query)
        shown = source_time(answer.headers)
        if shown is None:
            raise SourceUnreadable("JAGGAER's answer has no Date header: the cursor needs the source's clock")
        found = collection(_body(answer), before, self.listing)
        return SourcePage(collection=found, source_time=shown)

    def is_cut(self, row: Row) -> bool:  # noqa: ARG002 - a list shows headers only, or every document whole
        """Whether the list shows headers only."""
        return self.listing.one_path is not None

    def whole(self, row: Row) -> Row:
        """Read the document of a header."""
        if self.listing.one_path is None:
            return row
        try:
            path = self.listing.one_path(row)
        except ValueError as error:
            raise SourceUnreadable(f"a listed {self.listing.noun} cannot be asked for: {error}") from error
        found = one(self._get(path, {}))
        if found is None:
            raise SourceUnreadable(f"JAGGAER lists the {self.listing.noun} at {path} but does not show it")
        return found

    def shows(self, key: str) -> bool:
        """Whether JAGGAER lists a document that it listed before."""
        try:
            wanted = filters.filled(self.listing.by_key, key)
        except filters.NotFilterable:
            return True  # it cannot be asked for: no reason to stop
        query = {self.profile.filter_parameter: wanted, self.profile.start_parameter: str(self.profile.first_row)}
        return bool(rows(self._get(self.listing.path, query)))

    def sight(self, number: str | None) -> Sighting:
        """List documents, or those of one key, and say how many there are."""
        query = {self.profile.start_parameter: str(self.profile.first_row)}
        if number is not None:
            query[self.profile.filter_parameter] = filters.filled(self.listing.by_key, number)
        return sightings.j1p(self._get(self.listing.path, query), self.listing.setting)

    def _get(self, path: str, query: Mapping[str, str]) -> Answer:
        return self.exchange.send(Request(method="GET", path=path, query=query, headers=_JSON))


def rows(answer: Answer) -> list[Row]:
    """Return the documents of a list answer, or the one of an answer that shows one. Raises as `Source.page` does."""
    return _rows(_body(answer))


def one(answer: Answer) -> Row | None:
    """Return the document of an answer that shows one, None if there is none. Raises as `Source.page` does.

    A document has wrapped lists of its own (`lineList`), so it counts as a list only if that is all it has.
    """
    body = _body(answer)
    shown = {name: value for name, value in body.items() if name not in answers.WRAPPER_FIELDS}
    if len(shown) > 1:
        return shown
    found = _rows(body)
    return found[0] if len(found) == 1 else None


def _rows(body: Row) -> list[Row]:
    wrapper = answers.wrapped(dict(body))
    found = answers.listed(wrapper) if wrapper is not None else None
    if found is None:
        unwrapped = {name: value for name, value in body.items() if name not in answers.WRAPPER_FIELDS}
        found = [unwrapped] if unwrapped else []
    return [row for row in found if isinstance(row, Mapping)]


def collection(body: Row, before: Place, listing: Listing) -> Collection:
    """Return a page of a list, and every contradiction in it. Pure."""
    shown = _rows(body)
    first = before.rows - 1 if before.rows else 0
    found = list(_contradictions(body, shown, first))
    if before.rows:
        if not shown or mark(listing.key(shown[0])) != before.mark:
            found.append(f"row {before.rows} is another {listing.noun} than it was when the page before was read")
        fresh = shown[1:]
    else:
        fresh = shown
    total = _number(body, "totRecords")
    read = before.rows + len(fresh)
    last = Place(rows=read, mark=mark(listing.key(fresh[-1]))).encode() if fresh else None
    return Collection(
        rows=tuple(fresh),
        more=bool(fresh) and (total is None or read < total),
        last_key=last,
        contradictions=tuple(found),
    )


def _contradictions(body: Row, shown: list[Row], first: int) -> list[str]:
    found = []
    returned, total = _number(body, "returnedRecords"), _number(body, "totRecords")
    if returned is not None and returned != len(shown):
        found.append(f"returnedRecords is {returned}, but {len(shown)} rows came")
    if total is not None and total < first + len(shown):
        found.append(f"totRecords is {total}, but row {first + len(shown)} came")
    return found


def _body(answer: Answer) -> Row:
    """Return the object of an answer that says it succeeded. Raises SourceRefused or SourceUnreadable."""
    if answer.status in (400, 403, 404, 405, 406, 415):
        raise SourceRefused(f"JAGGAER answers HTTP {answer.status}: {sightings.quoted(answer.content)}")
    if answer.status != 200:
        raise SourceUnreadable(f"JAGGAER answers HTTP {answer.status}: {sightings.quoted(answer.content)}")
    try:
        body = exact_json.loads_tolerantly(answer.content)  # a value that is not exact spoils its own row only
    except exact_json.NotExactJson as error:
        raise SourceUnreadable(f"JAGGAER answers HTTP 200, but not with JSON: {error}") from error
    if not isinstance(body, Mapping):
        raise SourceUnreadable("JAGGAER answers HTTP 200, but not with a JSON object")
    wrapper = answers.wrapped(dict(body))
    if wrapper is not None and not wrapper.succeeded:
        raise SourceRefused(f"JAGGAER answers returnCode {wrapper.code}: {wrapper.message[:200] or 'no message'}")
    return body


def _number(body: Row, name: str) -> int | None:
    value = body.get(name)
    text = str(value).strip() if isinstance(value, int | str) else ""
    return int(text) if text.isascii() and text.isdigit() else None
