"""What an extraction asks of a source system: one page of one window, and whether it still shows what it showed.

The extraction works on these values alone; how a system pages, and what its answers mean, is its own shelf's business
(`oracle/source.py`, `jaggaer/source.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from common.connections.sighting import Sighting
from schemas.exact_json import JsonValue

Row = Mapping[str, JsonValue]


class SourceRefused(Exception):
    """The source refuses the request itself: repeating it changes nothing. The message carries its own reason."""


class SourceUnreadable(Exception):
    """What came is not an answer to the request: an error page, half a document, a status that means "later"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Which documents to read: those changed since `since` (None: all), after `after_key`, in the source's order.

    What `after_key` counts is the source's own: the greatest key that was read, or how many rows were.
    """

    since: datetime | None
    after_key: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """One page of a collection. `last_key` is where the next one begins, None if the page is empty."""

    rows: tuple[Row, ...] = field(repr=False)
    more: bool
    last_key: int | None
    contradictions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcePage:
    """One page of a window, and the source's clock when it was written."""

    collection: Collection
    source_time: datetime


class Source(Protocol):
    """The documents of one flow, where they come from."""

    @property
    def system(self) -> str:
        """What people call the system."""
        ...

    @property
    def stamped(self) -> bool:
        """Whether the system stamps what is read; what is not stamped is read whole every time."""
        ...

    def hold_back_seconds(self) -> float:
        """Return how long to wait before a page is claimed, 0 if not at all. Raises DatabaseUnavailable."""
        ...

    def page(self, window: Window) -> SourcePage:
        """Read one page. Raises SourceRefused, SourceUnreadable or ExchangeFailed."""
        ...

    def is_cut(self, row: Row) -> bool:
        """Whether a part of the document is missing in a page's row. Raises Refused for one that cannot be told."""
        ...

    def whole(self, row: Row) -> Row:
        """Read the document of a row that is cut. Raises as `page` does."""
        ...

    def shows(self, key: str) -> bool:
        """Whether the system shows a document that it showed before. Raises as `page` does."""
        ...

    def sight(self, number: str | None) -> Sighting:
        """Ask without reading how many documents there are, or whether one of this number is. Raises ExchangeFailed."""
        ...
