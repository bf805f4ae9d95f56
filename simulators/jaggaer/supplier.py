"""What a supplier is inside the simulator, and the store of suppliers (2.4, 3.3).

ERPNumber is the ERP's key and the join key for updates: a supplier that comes again under it replaces what was held,
whole [assumed]. A document refers to a supplier by any of its names. A supplier that was made in JAGGAER has no ERP
number until a document that names its id brings one: that binds it, once and for all.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from simulators.jaggaer.order import Door, Reason, Refusal
from simulators.jaggaer.store import Store

_FIRST_ID = 50001


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierDraft:
    """A supplier as its sender wrote it. `content` is the document as J1P reads give it back, as JSON.

    `supplier_id` is the id of a supplier in JAGGAER that the document names, None if it names none.
    """

    door: Door
    number: str
    name: str
    active: bool
    names: frozenset[str]
    content: bytes = field(repr=False)
    digest: str
    supplier_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplier:
    """A supplier as it stands. `names` are the number and whatever else orders and invoices may call it by.

    `number` is "" as long as the ERP gave none, `last_key` is "" as long as no import brought it.
    """

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

    @property
    def key(self) -> str:
        """The ERP number, or JAGGAER's id as `sq:50001` as long as there is none."""
        return self.number or f"sq:{self.supplier_id}"


class Suppliers(Store[str, Supplier]):
    """Suppliers by ERP number, or by id where they have none."""

    def __init__(self) -> None:
        super().__init__()
        self._of_name: dict[str, set[str]] = {}
        self._of_id: dict[int, str] = {}

    @property
    def next_id(self) -> int:
        """The id that the next supplier gets."""
        return _FIRST_ID + len(self._of_id)

    def put(self, key: str, document: Supplier, *, lag_seconds: float = 0.0, lag_reads: int = 0) -> None:
        """Hold the supplier as the most recently updated one."""
        self._forget_names(key)
        self._of_id[document.supplier_id] = key
        for name in document.names:
            self._of_name.setdefault(name, set()).add(key)
        super().put(key, document, lag_seconds=lag_seconds, lag_reads=lag_reads)

    def remove(self, key: str) -> None:
        """Forget a supplier."""
        self._forget_names(key)
        super().remove(key)

    def of_id(self, supplier_id: int) -> Supplier | None:
        """Return the supplier with an id, None if there is none."""
        key = self._of_id.get(supplier_id)
        return None if key is None else self.get(key)

    def meant(self, draft: SupplierDraft) -> Supplier | Refusal | None:
        """Return the supplier that a document is about, None if it is a new one, or why it can be about none."""
        known = self.get(draft.number)
        if draft.supplier_id is None:
            return known
        named, what = self.of_id(draft.supplier_id), f"Supplier {draft.number}: sqIntegrationNumber {draft.supplier_id}"
        if named is None:
            text = f"{what} is no supplier here: leave it out for a new one."
            return Refusal(reason=Reason.UNKNOWN_SUPPLIER, text=text)
        if named.number not in ("", draft.number):
            text = f"{what} is the supplier with ERP number {named.number}."
            return Refusal(reason=Reason.DUPLICATE, text=text)
        if known is not None and known.supplier_id != named.supplier_id:
            text = f"{what} is another supplier than the one of this ERP number, {known.supplier_id}."
            return Refusal(reason=Reason.DUPLICATE, text=text)
        return named

    def knows(self, names: Iterable[str]) -> bool:
        """Whether any of these names is one of an active supplier."""
        numbers = (number for name in names for number in self._of_name.get(name, ()))
        return any((found := self.get(number)) is not None and found.active for number in numbers)

    def clear(self) -> None:
        """Forget all suppliers; ids begin anew."""
        super().clear()
        self._of_name.clear()
        self._of_id.clear()

    def _forget_names(self, key: str) -> None:
        found = self.get(key)
        for name in found.names if found else ():
            self._of_name[name].discard(key)
