"""The invoices of a pod, and what payables does with them (`payables`; oracle-fusion.md, 3.4)."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from simulators.oracle import payables
from simulators.oracle.changes import Changes
from simulators.oracle.changing_store import ChangingStore, Clock
from simulators.oracle.generator import Order
from simulators.oracle.invoice_attributes import INVOICES, REFERENCE_KEYS
from simulators.oracle.invoice_generator import CREDIT, FIRST_KEY, KEY_STEP, NEW, GeneratedInvoices, matched
from simulators.oracle.resource import Row
from simulators.oracle.rows import restamp


class Invoices(ChangingStore):
    """The store of invoices."""

    noun = "invoice"

    def __init__(self, generated: GeneratedInvoices, changes: Changes, now: Clock) -> None:
        super().__init__(INVOICES, generated, changes, now)
        self._next = FIRST_KEY + generated.count * KEY_STEP

    def add(self, order: Order, *, credit: bool = False, **attributes: Any) -> int:
        """Add an invoice that bills an order in full, not validated, or a validated credit memo for its first line."""
        self._check_known(attributes, self.resource)
        with self._changes.lock:
            row = matched(self._next, order, self.now(), place=CREDIT if credit else NEW)
            self._next += KEY_STEP
        return int(self._add(row | attributes)[self.resource.key])

    def next_key(self) -> int:
        """Return the key for a new invoice."""
        with self._changes.lock:
            self._next += KEY_STEP
            return self._next - KEY_STEP

    def numbered(self, number: str) -> list[Row]:
        """Return the invoices of a number, visible or not, as they are."""
        waiting = self._changes.waiting(self)
        known = [self.get(key) for key in self.known_as("InvoiceNumber", number) if key not in waiting]
        return known + [row for row in waiting.values() if row["InvoiceNumber"] == number]

    def validate(self, key: int) -> Row:
        """Validate an invoice. Raises FusionError for a canceled one."""
        return self._everywhere(key, "validated", payables.validate)

    def pay(self, key: int, amount: Decimal | None = None) -> Row:
        """Pay an amount, or all that is left. Raises FusionError for what is not validated or is less."""
        return self._everywhere(key, "paid", lambda row: payables.pay(row, amount))

    def cancel(self, key: int) -> Row:
        """Cancel an invoice. Raises FusionError for one that is canceled, or paid in part."""
        return self._everywhere(key, "canceled", lambda row: payables.cancel(row, self.now().date()))

    def change_line(
        self, key: int, line_number: int = 1, *, quantity: Decimal | None = None, price: Decimal | None = None
    ) -> Row:
        """Bill another quantity or price on a line; the invoice's amount follows."""
        return self._everywhere(
            key, "line_changed", lambda row: payables.change_line(row, line_number, quantity, price)
        )

    def described(self, row: Row) -> dict[str, Any]:
        """Return what the journal says of an invoice."""
        return {
            "number": row["InvoiceNumber"],
            "validation": row["ValidationStatus"],
            "paid": row["PaidStatus"],
            "total": format(row["InvoiceAmount"], "f"),
            "currency": row["InvoiceCurrency"],
            "business_unit": row["BusinessUnit"],
            "supplier": row["Supplier"],
            "references": [row[name] for name in REFERENCE_KEYS],
        }

    def _everywhere(self, key: int, what: str, apply: Callable[[Row], None]) -> Row:
        """Change an invoice and stamp it with its children: payables writes all of them."""

        def stamped(row: Row) -> None:
            apply(row)
            restamp(row, self.resource, self.now())

        return self._change(key, what, stamped)
