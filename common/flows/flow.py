"""A flow: one kind of document that moves one way, declared as one value in one file.

Adding a flow means adding its file, its schemas and its tests; nothing anywhere asks which flow it is.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from common.connections.sighting import Sighting
from common.connections.target import Target
from common.ledger.verdicts import Transformed, Unchanged
from common.oracle.answers import Row
from common.oracle.client import OracleClient, SourcePage, Window
from common.settings import Dialect
from schemas.coding import Coder
from schemas.cxml.order_request import CxmlLayout
from schemas.identity import Identity
from schemas.j1p.purchase_order import J1pLayout
from schemas.tickets import Queue
from schemas.units import UnitMap


class Targets(Protocol):
    """The other side's documents, each in the dialect that the settings choose."""

    @property
    def purchase_orders(self) -> Target:
        """Where purchase orders go."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """How one flow of an integration writes documents for the other side.

    `max_lengths` gives the longest texts that the other side takes, by the names of `schemas.order_checks.TEXTS`.
    """

    dialect: Dialect
    units: UnitMap
    coder: Coder
    j1p: J1pLayout
    cxml: CxmlLayout
    max_lengths: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """What one flow is made of.

    `page` reads one page of the source and `whole` one document whose children were cut; `shows` tells whether the
    source shows a document that it showed before, and `sight` looks at the source without reading it: at everything,
    or for one document's number. `identify` says who a row is and `cut` whether parts of it are missing; `transform`
    turns it into what is sent: these three are pure and raise Refused. `target` picks where it goes.
    """

    name: str
    poll_queue: Queue
    deliver_queue: Queue
    page: Callable[[OracleClient, Window], SourcePage]
    whole: Callable[[OracleClient, Row], Row]
    shows: Callable[[OracleClient, str], bool]
    identify: Callable[[Row], Identity]
    cut: Callable[[Row], tuple[str, ...]]
    transform: Callable[[Row, Mapping], Transformed | Unchanged]
    target: Callable[[Targets], Target]
    sight: Callable[[OracleClient, str | None], Sighting]
