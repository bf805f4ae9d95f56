"""The store of invoices: by supplier and number, and by JAGGAER's own key."""

from simulators.jaggaer.invoice import Invoice, InvoiceKey
from simulators.jaggaer.orders import Tally, tallies
from simulators.jaggaer.store import Store

_FIRST_ID = 1001


class Invoices(Store[InvoiceKey, Invoice]):
    """Invoices by supplier and number."""

    def __init__(self) -> None:
        super().__init__()
        self._keys: list[InvoiceKey] = []
        self._of_number: dict[str, tuple[InvoiceKey, ...]] = {}

    @property
    def next_id(self) -> int:
        """The id that the next invoice gets."""
        return _FIRST_ID + len(self._keys)

    def put(self, key: InvoiceKey, document: Invoice, *, lag_seconds: float = 0.0, lag_reads: int = 0) -> None:
        """Hold the invoice as the most recently updated one; a new one takes the next id."""
        if key not in self:
            self._keys.append(key)
            self._of_number[document.number] = (*self._of_number.get(document.number, ()), key)
        super().put(key, document, lag_seconds=lag_seconds, lag_reads=lag_reads)

    def key_of(self, invoice_id: int) -> InvoiceKey | None:
        """Return the key of the invoice with this id, None if there is none."""
        position = invoice_id - _FIRST_ID
        return self._keys[position] if 0 <= position < len(self._keys) else None

    def numbered(self, number: str) -> list[InvoiceKey]:
        """Return the keys of the invoices with this number, one for each supplier that uses it."""
        return list(self._of_number.get(number, ()))

    def tallies(self) -> list[Tally]:
        """Return count and exact sum per currency and payment status."""
        return tallies(self)

    def clear(self) -> None:
        """Forget all invoices; ids begin anew."""
        super().clear()
        self._keys.clear()
        self._of_number.clear()
