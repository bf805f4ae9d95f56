"""Oracle as a source: one resource, read page by page in the order of its key."""

from collections.abc import Callable
from dataclasses import dataclass

from common.connections.sighting import Sighting
from common.connections.source import Row, SourcePage, Window
from common.oracle.client import OracleClient
from common.oracle.resource import Resource


@dataclass(frozen=True, slots=True, kw_only=True)
class OracleSource:
    """The documents of one flow at one pod. `cut` names the parts of a row that are missing, and raises Refused.

    `resource` raises SourceRefused where the settings do not say what it needs: only flows that run need all of them.
    """

    client: OracleClient
    resource: Callable[[], Resource]
    cut: Callable[[Row], tuple[str, ...]]

    @property
    def system(self) -> str:
        """What people call the system."""
        return "Oracle"

    @property
    def stamped(self) -> bool:
        """Whether Oracle stamps what is read (oracle-fusion.md, 3.7)."""
        return self.resource().stamped

    def hold_back_seconds(self) -> float:
        """Return how long to wait before a page is claimed. Raises DatabaseUnavailable."""
        return self.client.hold_back_seconds()

    def page(self, window: Window) -> SourcePage:
        """Read one page, with all children."""
        return self.client.page(self.resource(), window)

    def is_cut(self, row: Row) -> bool:
        """Whether a child collection is missing a part."""
        return bool(self.cut(row))

    def whole(self, row: Row) -> Row:
        """Read a document whose children were cut."""
        return self.client.whole(self.resource(), row)

    def shows(self, key: str) -> bool:
        """Whether Oracle shows a document that it showed before."""
        return self.client.shows(self.resource(), key)

    def sight(self, number: str | None) -> Sighting:
        """Look at the documents without reading them."""
        return self.client.sight(self.resource(), number)
