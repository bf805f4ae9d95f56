"""A flow: one kind of document that moves one way, declared as one value in one file.

Adding a flow means adding its file, its schemas and its tests; nothing anywhere asks which flow it is.
"""

from collections.abc import Callable
from collections.abc import Mapping as ReadOnly
from dataclasses import dataclass, field
from datetime import date

from common.connections.source import Row
from common.jaggaer.listing import Listing
from common.ledger.verdicts import Need, Superseded, Transformed, Unchanged
from common.oracle.resource import Resource
from common.settings import Dialect, J1pSettings
from schemas.acknowledgment_precedence import Said
from schemas.coding import Coder
from schemas.cxml.order_request import CxmlLayout
from schemas.identity import Identity
from schemas.indirect.layout import IndirectLayout
from schemas.j1p.layouts import J1pLayouts
from schemas.purchase_order import PurchaseOrder
from schemas.supplier_invoice import JaggaerName
from schemas.tickets import Queue
from schemas.units import UnitMap


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceNames:
    """What differs from one customer to the next in the names of resources and attributes (oracle-fusion.md, 3.7).

    `segments` are the attributes of an account combination in the order of the chart, joined by `delimiter`;
    `value_sets` the code of the value set of a segment. `j1p` is what the documents look like that JAGGAER lists.
    """

    segments: tuple[str, ...]
    delimiter: str
    value_sets: ReadOnly[str, str]
    j1p: J1pLayouts = field(default_factory=J1pLayouts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What identifying a row may depend on besides the row: the pod's names, and the source's day when it was read."""

    names: SourceNames
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """How one flow of an integration writes documents for the other side.

    `units` are those of a business unit. `version` names the mapping sets in force. `references` gives, for an
    accounting field of JAGGAER, the flow that brings its values; `custom_field` is the field that this flow brings
    values of. `on` is the day for which it is decided whether a value may be used. `max_lengths` gives the longest
    texts that the other side takes, by the names of `schemas.order_checks.TEXTS`. `orders` returns the purchase orders
    of a number as they stand in the ledger: of several legal entities there may be several. `jaggaers_invoice` returns
    what JAGGAER calls the invoice of a number that we posted under a reference, None where the ledger has no such one.
    `acknowledged` returns all that suppliers said of the orders of a number, as it stood when it was first asked for:
    what overrules a document and what it says are judged by the same. `shared` says that either side may change
    these documents. `accept_changed_dates` lets an acknowledgment pass that only proposes other days of delivery.
    """

    dialect: Dialect
    units: Callable[[str | None], UnitMap]
    coder: Coder
    version: str | None
    references: ReadOnly[str, str]
    custom_field: str
    names: SourceNames
    on: date
    j1p: J1pLayouts
    cxml: CxmlLayout
    indirect: IndirectLayout
    orders: Callable[[str], tuple[PurchaseOrder, ...]]
    jaggaers_invoice: Callable[[str, str], JaggaerName | None] = lambda _number, _reference: None
    acknowledged: Callable[[str], tuple[Said, ...]] = lambda _number: ()
    max_lengths: dict[str, int] = field(default_factory=dict)
    shared: bool = False
    accept_changed_dates: bool = False


class Lacking(Exception):
    """A document cannot be written yet: what it is about is not in the ledger. `need` says what that is."""

    def __init__(self, need: Need) -> None:
        super().__init__(f"{need} is not known yet")
        self.need = need


@dataclass(frozen=True, slots=True, kw_only=True)
class FromOracle:
    """Documents that are read of Oracle.

    `resource` is what is read, and `cut` says which parts of a row are missing; it is pure and raises Refused. Where a
    deleted document leaves no trace but that it is not read any more, `absent` turns its last row into the one that
    says so.
    """

    resource: Callable[[SourceNames], Resource]
    cut: Callable[[Row], tuple[str, ...]]
    absent: Callable[[Row], Row] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FromJaggaer:
    """Documents that JAGGAER lists, and those that are pushed to the gateway as these cXML requests.

    Without a listing they are only pushed.
    """

    listing: Callable[[J1pSettings], Listing] | None
    requests: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """What one flow is made of.

    `identify` says who a row is and `transform` turns it into what is sent: both are pure and raise Refused;
    `transform` raises Lacking too. `after` names flows whose documents may have to be there before this one's are
    taken: what is refused while some of them are on their way is tried again. `overruled` says which other record has
    taken a document's place, where its content and not only its key decides that; it is pure and raises Refused.
    """

    name: str
    source: FromOracle | FromJaggaer
    identify: Callable[[Row, Reading], Identity]
    transform: Callable[[Row, Mapping], Transformed | Unchanged]
    after: tuple[str, ...] = ()
    overruled: Callable[[Row, Mapping], Superseded | None] | None = None

    @property
    def poll_queue(self) -> Queue:
        """Where its poll commands go: each system has its own, so that an outage stops only what needs it."""
        return Queue.ORACLE_POLL if isinstance(self.source, FromOracle) else Queue.JAGGAER_POLL

    @property
    def deliver_queue(self) -> Queue:
        """Where its records go to be sent: to the other system's."""
        return Queue.JAGGAER_DELIVER if isinstance(self.source, FromOracle) else Queue.ORACLE_DELIVER

    @property
    def is_polled(self) -> bool:
        """Whether there is a place to read its documents from: what is only pushed has none."""
        return isinstance(self.source, FromOracle) or self.source.listing is not None

    @property
    def absent(self) -> Callable[[Row], Row] | None:
        """What turns the last row of a document that is not shown any more into the one that says so."""
        return self.source.absent if isinstance(self.source, FromOracle) else None
