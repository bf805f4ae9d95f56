"""A flow: one kind of document that moves one way, declared as one value in one file.

Adding a flow means adding its file, its schemas and its tests; nothing anywhere asks which flow it is.
"""

from collections.abc import Callable
from collections.abc import Mapping as ReadOnly
from dataclasses import dataclass, field
from datetime import date

from common.ledger.verdicts import Transformed, Unchanged
from common.oracle.answers import Row
from common.oracle.resource import Resource
from common.settings import Dialect
from schemas.coding import Coder
from schemas.cxml.order_request import CxmlLayout
from schemas.identity import Identity
from schemas.indirect.layout import IndirectLayout
from schemas.j1p.layouts import J1pLayouts
from schemas.tickets import Queue
from schemas.units import UnitMap


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceNames:
    """What differs from one pod to the next in the names of resources and attributes (oracle-fusion.md, 3.7).

    `segments` are the attributes of an account combination in the order of the chart, joined by `delimiter`;
    `value_sets` the code of the value set of a segment.
    """

    segments: tuple[str, ...]
    delimiter: str
    value_sets: ReadOnly[str, str]


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
    texts that the other side takes, by the names of `schemas.order_checks.TEXTS`.
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
    max_lengths: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """What one flow is made of.

    `resource` is what is read of Oracle. `identify` says who a row is and `cut` whether parts of it are missing;
    `transform` turns it into what is sent: these three are pure and raise Refused. Where a deleted document leaves no
    trace but that it is not read any more, `absent` turns its last row into the one that says so.
    """

    name: str
    poll_queue: Queue
    deliver_queue: Queue
    resource: Callable[[SourceNames], Resource]
    identify: Callable[[Row, Reading], Identity]
    cut: Callable[[Row], tuple[str, ...]]
    transform: Callable[[Row, Mapping], Transformed | Unchanged]
    absent: Callable[[Row], Row] | None = None
