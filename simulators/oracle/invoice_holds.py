"""The holds of invoices: what validation finds wrong, and what is released once it no longer is (`invoiceHolds`).

oracle-fusion.md, section 6: what bills too much or too dear is held and not refused. Names and attributes are
[assumed], after the ones that payables shows to its users.
"""

from collections.abc import Iterator
from decimal import Decimal

from simulators.oracle import figures, invoice_matching
from simulators.oracle.changes import Changes
from simulators.oracle.changing_store import ChangingStore, Clock
from simulators.oracle.invoice_attributes import INVOICE_HOLDS
from simulators.oracle.invoice_generator import audit
from simulators.oracle.made_rows import MadeRows
from simulators.oracle.options import Switches
from simulators.oracle.resource import STAMP, Row, blank
from simulators.oracle.store import Store
from simulators.oracle.workbench import Workbench

REASONS = {
    "LINE VARIANCE": "Sum of the line amounts doesn't equal the invoice amount",
    "DIST VARIANCE": "Sum of the distributions doesn't equal the line amount",
    "QTY ORD": "Quantity billed exceeds quantity ordered",
    "AMT ORD": "Amount billed exceeds amount ordered",
    "QTY REC": "Quantity billed exceeds quantity received",
    "AMT REC": "Amount billed exceeds amount received",
    "PRICE": "Invoice price exceeds purchase order price",
}
_FIRST_KEY = 300_100_230_000_001
_Cause = tuple[Decimal | None, str]
"""The number of a line, None for the whole invoice, and the name of a hold."""


class InvoiceHolds(ChangingStore):
    """The holds of a pod's invoices."""

    noun = "hold"

    def __init__(self, changes: Changes, switches: Switches, now: Clock) -> None:
        super().__init__(INVOICE_HOLDS, MadeRows(INVOICE_HOLDS, ()), changes, now)
        self._switches = switches
        self._next = _FIRST_KEY

    def judged(self, invoice: Row, bench: Workbench) -> tuple[list[tuple[Store, Row]], bool]:
        """Return the holds that an invoice gets and those that it loses, and whether any is left."""
        causes = set(self._causes(invoice, bench))
        current = {(hold["LineNumber"], hold["HoldName"]): hold for hold in self._current(invoice)}
        new = [self._hold(invoice, *cause) for cause in sorted(causes - current.keys(), key=str)]
        gone = [self._release(hold, "Corrected") for cause, hold in current.items() if cause not in causes]
        return [(self, row) for row in (*new, *gone)], bool(causes)

    def released(self, invoice: Row, why: str) -> list[tuple[Store, Row]]:
        """Return all of an invoice's holds, released."""
        return [(self, self._release(hold, why)) for hold in self._current(invoice)]

    def _causes(self, invoice: Row, bench: Workbench) -> Iterator[_Cause]:
        lines = [line for line in invoice["invoiceLines"] if not line["CanceledFlag"]]
        if sum((line["LineAmount"] for line in lines), Decimal(0)) != invoice["InvoiceAmount"]:
            yield None, "LINE VARIANCE"
        for line in lines:
            distributed = sum((one["DistributionAmount"] for one in line["invoiceDistributions"]), Decimal(0))
            if line["LineType"] == "Item" and distributed != line["LineAmount"]:
                yield line["LineNumber"], "DIST VARIANCE"
            if invoice_matching.SCHEDULE in line:
                yield from ((line["LineNumber"], name) for name in self._of_match(line, bench))

    def _of_match(self, line: Row, bench: Workbench) -> Iterator[str]:
        schedule = invoice_matching.target_of(bench, line).schedule
        known = figures.of(schedule)
        measure = "AMT" if figures.by_amount(schedule) else "QTY"
        if known.billed > known.ordered * _more_by(self._switches.quantity_tolerance_percent):
            yield f"{measure} ORD"
        if self._switches.match_to_receipts and known.billed > known.received:
            yield f"{measure} REC"
        price = schedule["Price"]
        if price is not None and line["UnitPrice"] > price * _more_by(self._switches.price_tolerance_percent):
            yield "PRICE"

    def _current(self, invoice: Row) -> list[Row]:
        waiting = self._changes.waiting(self)
        key = invoice["InvoiceId"]
        known = [self.get(one) for one in self.known_as("InvoiceId", key) if one not in waiting]
        rows = known + [row for row in waiting.values() if row["InvoiceId"] == key]
        return [row for row in rows if row["ReleaseName"] is None]

    def _hold(self, invoice: Row, number: Decimal | None, name: str) -> Row:
        key, now = self._next, self.now()
        self._next += 1
        line = next((one for one in invoice["invoiceLines"] if one["LineNumber"] == number), None)
        order = ("PurchaseOrderNumber", "PurchaseOrderLineNumber", "PurchaseOrderScheduleLineNumber")
        return {
            **blank(INVOICE_HOLDS),
            "HoldId": key,
            **{
                same: invoice[same]
                for same in ("InvoiceId", "InvoiceNumber", "BusinessUnit", "Supplier", "SupplierSite")
            },
            **({} if line is None else {same: line[same] for same in order}),
            "LineNumber": number,
            "HoldName": name,
            "HoldReason": REASONS[name],
            "HoldDate": now.date(),
            "HeldBy": "System",
            **audit(now),
        }

    def _release(self, hold: Row, why: str) -> Row:
        now = self.now()
        released = {"ReleaseName": "System released", "ReleaseReason": why, "ReleasedBy": "System"}
        return hold | released | {"ReleaseDate": now.date(), STAMP: now}


def _more_by(percent: float) -> Decimal:
    return (100 + Decimal(str(percent))) / 100
