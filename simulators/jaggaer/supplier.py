"""What a supplier is inside the simulator, and the store of suppliers (2.4, 3.3).

ERPNumber is the ERP's key and the join key for updates: a supplier that comes again under it replaces what was held,
whole [assumed]. A document refers to a supplier by any of its names.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from simulators.jaggaer.order import Door
from simulators.jaggaer.store import Store

_FIRST_ID = 50001


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierDraft:
    """A supplier as its sender wrote it. `content` is the document as J1P reads give it back, as JSON."""

    door: Door
    number: str
    name: str
    active: bool
    names: frozenset[str]
    content: bytes = field(repr=False)
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplier:
    """A supplier as it stands. `names` are the number and whatever else orders and invoices may call it by."""

    supplier_id: int
    number: str
    name: str
    active: bool
    source: Door
    names: frozenset[str]
    content: bytes = field(repr=False)
    updated_at: datetime
    last_key: str
    change_count: int


class Suppliers(Store[str, Supplier]):
    """Suppliers by ERP number."""

    def __init__(self) -> None:
        super().__init__()
        self._of_name: dict[str, set[str]] = {}

    @property
    def next_id(self) -> int:
        """The id that the next supplier gets."""
        return _FIRST_ID + len(self)

    def put(self, key: str, document: Supplier, *, lag_seconds: float = 0.0, lag_reads: int = 0) -> None:
        """Hold the supplier as the most recently updated one."""
        before = self.get(key)
        for name in before.names if before else ():
            self._of_name[name].discard(key)
        for name in document.names:
            self._of_name.setdefault(name, set()).add(key)
        super().put(key, document, lag_seconds=lag_seconds, lag_reads=lag_reads)

    def knows(self, names: Iterable[str]) -> bool:
        """Whether any of these names is one of an active supplier."""
        numbers = (number for name in names for number in self._of_name.get(name, ()))
        return any((found := self.get(number)) is not None and found.active for number in numbers)

    def clear(self) -> None:
        """Forget all suppliers; ids begin anew."""
        super().clear()
        self._of_name.clear()
