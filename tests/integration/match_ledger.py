"""Orders, receipts and invoices in a ledger with their payloads: what the match preview is about."""

from typing import Any

from common.flows.flow import Reading, SourceNames
from common.flows.registry import FLOWS
from common.ledger.payload_place import place
from common.ledger.records import Stage
from common.ledger.verdicts import Dead, DeadClass, Unchanged
from common.settings import Integration
from common.settings.reading import read_text
from common.sides.match import MatchBook
from schemas import exact_json
from schemas.exact_json import JsonValue
from schemas.identity import RecordId
from tests.fixtures.settings_text import MINIMAL
from tests.integration.bench import NOON, LedgerBench
from tests.oracle_orders import raw_order
from tests.receipts import j1p_line as receipt_line
from tests.receipts import j1p_receipt
from tests.supplier_invoice_factories import as_j1p, j1p_line

Object = dict[str, JsonValue]

NO = Dead(category=DeadClass.REFUSED, reason="Oracle refused it.", next_step="Open the period, then replay.")
_TOLD = Reading(names=SourceNames(segments=(), delimiter="-", value_sets={}), on=NOON.date())


class MatchLedger:
    """A ledger to put documents into, and what the preview says of it."""

    def __init__(self, bench: LedgerBench) -> None:
        self.bench = bench
        self._numbers = 0

    def seen(self, flow: str, *rows: Object) -> tuple[RecordId, ...]:
        """Take documents with their payloads into the ledger."""
        record_ids = self.bench.see(*(FLOWS[flow].identify(row, _TOLD) for row in rows), flow=flow)
        with self.bench.database.connection() as connection:
            for record_id, row in zip(record_ids, rows, strict=True):
                sealed = self.bench.vault.seal(exact_json.dumps(row), place(record_id, "source"))
                connection.execute("UPDATE payload SET sealed = %s WHERE record_id = %s", [sealed, record_id])
        return record_ids

    def delivered(self, flow: str, *rows: Object) -> None:
        """Take documents to their target."""
        for record_id in self.seen(flow, *rows):
            self.bench.deliver(record_id)

    def dead(self, flow: str, row: Object, verdict: Dead = NO) -> RecordId:
        """Take a document into the ledger that dies."""
        (record_id,) = self.seen(flow, row)
        self.bench.settle(self.bench.claim(Stage.TRANSFORM, record_id), verdict)
        return record_id

    def unchanged(self, flow: str, row: Object) -> None:
        """Take a document into the ledger that needs not be sent."""
        (record_id,) = self.seen(flow, row)
        self.bench.settle(self.bench.claim(Stage.TRANSFORM, record_id), Unchanged(reason="no need"))

    def order(self, **changes: Any) -> None:
        """Take the plain order to its target: line 1 buys 10 pieces at 150.00, line 2 a service for 212.75."""
        self.delivered("purchase_orders", raw_order(**changes))

    def receipt(self, quantity: str, line: int = 1, **changes: Any) -> Object:
        """Return a receipt of its own; `on` are changes of its line."""
        self._numbers += 1
        said = receipt_line(quantity=quantity, poLineNumber=str(line), **changes.pop("on", {}))
        number = {"receiptId": self._numbers, "receiptNumber": f"R{self._numbers}"}
        return j1p_receipt(said, **{**number, **changes})

    def invoice(self, quantity: str, price: str = "150.00", line: int = 1, **changes: Any) -> Object:
        """Return an invoice of its own; `on` are changes of its line."""
        self._numbers += 1
        money: Object = {"currency": "USD", "value": price}
        said = j1p_line(quantity=quantity, unitPrice=money, poLineNumber=str(line), **changes.pop("on", {}))
        number: dict[str, Any] = {"invoiceId": self._numbers, "supplierInvoiceNumber": f"SI{self._numbers}"}
        return {**as_j1p(**(number | changes)), "lineList": {"line": [said]}}

    def book(self, more: str = "") -> MatchBook:
        """Return what the ledger says, with more settings."""
        return MatchBook(self.bench.database, self.bench.vault, "main", settings(more))


def settings(more: str = "") -> Integration:
    """Return a small integration with more settings."""
    return read_text(f"{MINIMAL}{more}".encode(), "connector.toml").integrations["main"]
