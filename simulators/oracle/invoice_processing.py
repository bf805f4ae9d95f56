"""What is done to invoices through the API: created, updated, validated, canceled (oracle-fusion.md, 3.4 and 6).

A matched line moves what its schedule was billed when it is created, and back when it is canceled; a credit memo bills
a negative quantity. Too much, too dear, or lines that do not make the amount are no reason to refuse an invoice:
validation holds it (`invoice_holds`) and it needs revalidation. Texts of refusals are partly [assumed].
"""

import copy
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from simulators.oracle import invoice_matching, invoice_payloads, payables, payloads
from simulators.oracle.changes import Changes
from simulators.oracle.errors import FusionError, not_found, required
from simulators.oracle.invoice_attributes import INVOICE_DISTRIBUTIONS, INVOICE_LINES, INVOICES
from simulators.oracle.invoice_generator import DEFAULTS, LINE_DEFAULTS, audit, distribution, with_children
from simulators.oracle.invoice_holds import InvoiceHolds
from simulators.oracle.invoices import Invoices
from simulators.oracle.options import Switches
from simulators.oracle.orders import Orders
from simulators.oracle.payloads import Body, Payload
from simulators.oracle.receipt_checks import Target
from simulators.oracle.receiving import Receiving
from simulators.oracle.resource import STAMP, Row, blank
from simulators.oracle.rows import restamp
from simulators.oracle.store import Store
from simulators.oracle.suppliers import Suppliers
from simulators.oracle.workbench import Workbench

ACTIONS = {
    "validateInvoice": "Validate Invoice",
    "cancelInvoice": "Cancel Invoice",
    "cancelLine": "Cancel Line",
}
"""The actions of the collection, and what the answer calls each."""


class InvoiceProcessing:
    """Payables at one pod: `holds` are its invoices' holds."""

    def __init__(
        self,
        invoices: Invoices,
        suppliers: Suppliers,
        orders: Orders,
        receiving: Receiving,
        changes: Changes,
        switches: Switches,
    ) -> None:
        self._invoices = invoices
        self._suppliers = suppliers
        self._orders = orders
        self._receiving = receiving
        self._changes = changes
        self._switches = switches
        self.now = invoices.now
        self.holds = InvoiceHolds(changes, switches, self.now)

    def create(self, body: Body) -> Row:
        """Take the POST of one invoice with its lines. Raises FusionError (400)."""
        payload = payloads.read(body, INVOICES, writable=invoice_payloads.WRITABLE, longest=invoice_payloads.LENGTHS)
        lines = payload.children("invoiceLines", INVOICE_LINES, writable=invoice_payloads.LINE_WRITABLE)
        with self._changes.lock:
            suppliers = self._suppliers.having("Supplier", payload.row.get("Supplier"))
            duplicates = self._invoices.numbered(payload.row.get("InvoiceNumber") or "")
            invoice_payloads.check_header(payload, suppliers, duplicates)
            invoice_payloads.numbered(lines)
            bench = Workbench(self._orders, self._changes)
            targets = [self._matched(payload, line, bench) for line in lines]
            payload.check()
            invoice = self._made(payload.row, suppliers[0], list(zip(lines, targets, strict=True)))
            invoice_matching.bill(bench, invoice)
            self._publish(invoice, bench, "invoice_created", lines=invoice_payloads.described_lines(invoice))
            return invoice

    def update(self, key: int, body: Body) -> Row:
        """Take the PATCH of a header; nothing cascades from it. Raises FusionError (400 and 404)."""
        payload = payloads.read(body, INVOICES, writable=invoice_payloads.UPDATABLE, longest=invoice_payloads.LENGTHS)
        with self._changes.lock:
            invoice = self._known(key)
            payables.check_live(invoice, "update")
            given = payload.row
            if given.get("InvoiceNumber", invoice["InvoiceNumber"]) != invoice["InvoiceNumber"]:
                duplicates = self._invoices.numbered(given["InvoiceNumber"] or "")
                invoice_payloads.check_unique(payload, invoice["Supplier"], duplicates)
            invoice_payloads.check_values(payload)
            payload.check()
            changed = payloads.changed(invoice, given)
            invoice |= given
            if "InvoiceAmount" in changed:
                payables.amount_changed(invoice)
            self._publish(invoice, None, "invoice_updated", changed=changed)
            return invoice

    def act(self, name: str, body: Body) -> dict[str, str]:
        """Take an action of the collection (3.4). Raises FusionError (400, and 404 for one that is not known)."""
        if name not in ACTIONS:
            raise not_found()
        with self._changes.lock:
            key = self._meant(body)
            if name == "validateInvoice":
                if body.get("ProcessAction", "Validate") != "Validate":
                    raise FusionError(400, "The value of ProcessAction isn't valid.", path="/ProcessAction")
                self.validate(key)
            elif name == "cancelInvoice":
                self.cancel(key)
            else:
                self.cancel_line(key, body.get("LineNumber"))
        return {"result": f"The current action {ACTIONS[name]} has completed successfully."}

    def validate(self, key: int) -> Row:
        """Validate an invoice: holds what is wrong and releases what no longer is. Raises FusionError (400)."""

        def apply(invoice: Row, bench: Workbench) -> list[tuple[Store, Row]]:
            payables.validate(invoice)
            holds, held = self.holds.judged(invoice, bench)
            if held:
                invoice["ValidationStatus"] = payables.NEEDS_REVALIDATION
                payables.mark_distributions(invoice, payables.NEEDS_REVALIDATION)
            return holds

        return self._change(key, "invoice_validated", apply)

    def cancel(self, key: int) -> Row:
        """Cancel an invoice, and take back what it bills. Raises FusionError (400)."""

        def apply(invoice: Row, bench: Workbench) -> list[tuple[Store, Row]]:
            payables.cancel(invoice, self.now().date())
            invoice_matching.take_back(bench, invoice["invoiceLines"])
            return self.holds.released(invoice, "Invoice canceled")

        return self._change(key, "invoice_canceled", apply)

    def cancel_line(self, key: int, number: Any) -> Row:
        """Cancel one line, and take back what it bills; the invoice's amount stays (assumed). Raises FusionError."""

        def apply(invoice: Row, bench: Workbench) -> list[tuple[Store, Row]]:
            line = payables.cancel_line(invoice, number)
            invoice_matching.take_back(bench, [line])
            return []

        return self._change(key, "invoice_line_canceled", apply, line=number)

    def _matched(self, payload: Payload, line: Payload, bench: Workbench) -> Target | None:
        target = invoice_matching.find(line, payload.row, bench, self._orders, self._receiving)
        names_order = line.row.get("PurchaseOrderNumber") is not None or line.row.get("ReceiptNumber") is not None
        invoice_payloads.check_line(line, matched=names_order)
        if target is not None:
            invoice_matching.check(line, target, payload.row.get("InvoiceCurrency"))
        return target

    def _made(self, given: Row, supplier: Row, lines: list[tuple[Payload, Target | None]]) -> Row:
        """Return the new invoice with its children."""
        now, key = self.now(), self._invoices.next_key()
        day = given.get("InvoiceDate") or now.date()
        site = invoice_payloads.site_of(supplier, given) or {}
        currency = given.get("InvoiceCurrency") or site["InvoiceCurrencyCode"]
        numbers = {line.row.get("PurchaseOrderNumber") for line, target in lines if target is not None}
        header = DEFAULTS | {
            "InvoiceId": key,
            "InvoiceCurrency": currency,
            "PaymentCurrency": currency,
            "SupplierNumber": supplier["SupplierNumber"],
            "ProcurementBU": given["BusinessUnit"],
            "LegalEntity": given["BusinessUnit"],
            "InvoiceType": payables.STANDARD,
            "PaymentTerms": site["PaymentTerms"],
            "PurchaseOrderNumber": numbers.pop() if len(numbers) == 1 else None,
            "InvoiceDate": day,
            "TermsDate": day,
            **dict.fromkeys(("AccountingDate", "BudgetDate"), now.date()),
            "ValidationStatus": payables.NOT_VALIDATED,
            "PaidStatus": payables.UNPAID,
            "AmountPaid": Decimal(0),
            **audit(now),
        }
        header |= {name: value for name, value in given.items() if value is not None}
        made, rows = 0, []
        for line, target in lines:
            number = int(line.row["LineNumber"])
            if target is None:
                row = _unmatched(key, number, line.row, key + made, header)
            else:
                row = invoice_matching.matched_line(key, number, line.row, target, key + made, header)
            made += len(row["invoiceDistributions"])
            rows.append(row)
        return with_children(header, rows)

    def _meant(self, body: Body) -> int:
        """Return the key of the invoice that an action names. Raises FusionError (400)."""
        missing = [
            name for name in ("InvoiceNumber", "BusinessUnit", "Supplier") if not isinstance(body.get(name), str)
        ]
        if missing:
            raise FusionError.of([required(name, "") for name in missing])
        for invoice in self._invoices.numbered(body["InvoiceNumber"]):
            if (invoice["BusinessUnit"], invoice["Supplier"]) == (body["BusinessUnit"], body["Supplier"]):
                return int(invoice["InvoiceId"])
        raise FusionError(400, f"The invoice {body['InvoiceNumber']} doesn't exist.", path="/InvoiceNumber")

    def _known(self, key: int) -> Row:
        try:
            return copy.deepcopy(self._invoices.latest(key))
        except KeyError:
            raise not_found() from None

    def _change(
        self, key: int, kind: str, apply: Callable[[Row, Workbench], list[tuple[Store, Row]]], **told: Any
    ) -> Row:
        with self._changes.lock:
            invoice, bench = self._known(key), Workbench(self._orders, self._changes)
            holds = apply(invoice, bench)
            names = [hold["HoldName"] for _, hold in holds if hold["ReleaseName"] is None]
            self._publish(invoice, bench, kind, others=holds, holds=names, **told)
            return invoice

    def _publish(
        self,
        invoice: Row,
        bench: Workbench | None,
        kind: str,
        *,
        others: list[tuple[Store, Row]] | None = None,
        **told: Any,
    ) -> None:
        stamp = self.now()
        restamp(invoice, INVOICES, stamp)
        moves = self._switches.parent_moves_with_children
        orders = [] if bench is None else bench.finished(stamp, parent_moves=moves)
        told |= {"orders": {order["OrderNumber"]: order["Status"] for _, order in orders}}
        rows: list[tuple[Store, Row]] = [(self._invoices, invoice), *orders, *(others or [])]
        described = self._invoices.described(invoice) | {"last_update_date": invoice[STAMP].isoformat()}
        self._changes.publish_together(rows, kind, str(invoice["InvoiceId"]), **described, **told)


def _unmatched(key: int, number: int, given: Row, first: int, header: Row) -> Row:
    """Return a line that bills no order, with one distribution where it names an account."""
    stamp = header[STAMP]
    line = LINE_DEFAULTS | {"InvoiceId": key, "MatchType": None, "MatchOption": None}
    line |= dict.fromkeys(("AccountingDate", "BudgetDate"), stamp.date())
    line |= {name: value for name, value in given.items() if value is not None} | audit(stamp)
    line["LineNumber"] = Decimal(number)
    account = given.get("DistributionCombination")
    shares = []
    if account is not None:
        share = {"Ordered": line["LineAmount"], "POChargeAccount": account}
        row = distribution(first + 1, 1, blank(INVOICE_DISTRIBUTIONS) | share, stamp, credit=False)
        shares.append(row | {"DistributionLineType": line["LineType"], "MatchedStatus": None})
    return line | {"invoiceDistributions": shares}
