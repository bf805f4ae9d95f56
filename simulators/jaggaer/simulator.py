"""One running JAGGAER instance: its documents, journal, tokens, memory, switches and faults.

All doors bring what they read to the `take` methods, which decide, apply and write the journal in one step without an
await: a request that dies afterwards has had its effect, and the journal says so. Tests in the same process hold this
object (`app.state.simulator`) and drive it directly; the admin pages are another way to the same methods.

Limits: one process, one event loop; state is in memory.
"""

import threading
from collections.abc import Callable, Collection, Hashable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from simulators.faults import Faults
from simulators.jaggaer import content_rules, invoice_rules, order_rules
from simulators.jaggaer.answer_memory import AnswerMemory
from simulators.jaggaer.business_faults import BusinessFaults
from simulators.jaggaer.confirmation import Confirmations
from simulators.jaggaer.cxml_sender import CxmlSender
from simulators.jaggaer.field_value import FieldValue, FieldValues
from simulators.jaggaer.invoice import Invoice, InvoiceDraft, InvoiceKey, PaymentStatus
from simulators.jaggaer.invoices import Invoices
from simulators.jaggaer.j1p_field_value import ValueDraft
from simulators.jaggaer.life import Life
from simulators.jaggaer.options import JaggaerOptions, Switches
from simulators.jaggaer.order import (
    Change,
    DocumentKind,
    Door,
    Draft,
    Order,
    Reason,
    Refusal,
    State,
    StatusChange,
    Version,
)
from simulators.jaggaer.orders import Orders
from simulators.jaggaer.receipt import Receipts
from simulators.jaggaer.store import Store, Stored
from simulators.jaggaer.supplier import Supplier, SupplierDraft, Suppliers
from simulators.jaggaer.tokens import Tokens
from simulators.journal import Journal

P = ParamSpec("P")
R = TypeVar("R")
K = TypeVar("K", bound=Hashable)
D = TypeVar("D", bound=Stored)
_Method = Callable[Concatenate["JaggaerSimulator", P], R]


def _in_turn(method: _Method[P, R]) -> _Method[P, R]:
    """Let nothing else happen meanwhile: a test may act, from another thread than the one that serves."""

    @wraps(method)
    def waited(self: "JaggaerSimulator", /, *args: P.args, **kwargs: P.kwargs) -> R:
        with self.lock:
            return method(self, *args, **kwargs)

    return waited


class JaggaerSimulator:
    """The state of one instance and what may be done to it."""

    def __init__(self, options: JaggaerOptions) -> None:
        self.options = options
        self.switches: Switches = options.switches
        self.lock = threading.RLock()
        self._latest = datetime.min.replace(tzinfo=UTC)
        self.journal = Journal()
        self.orders = Orders()
        self.invoices = Invoices()
        self.suppliers = Suppliers()
        self.values = FieldValues()
        self.confirmations = Confirmations()
        self.receipts = Receipts()
        self.tokens = Tokens(options, self.journal)
        self.memory = AnswerMemory()
        self.faults = Faults(options.seed)
        self.business_faults = BusinessFaults(options.seed)
        self.life = Life(self)
        self.sender = CxmlSender(self, options.push)
        self._invoice_of_key: dict[str, InvoiceKey] = {}
        self._order_of_key: dict[str, str] = {}

    def switch(self, **changes: object) -> Switches:
        """Change some switches and return them all. Raises ValueError for an unknown name or an unfit value."""
        self.switches = self.switches.changed(changes)
        return self.switches

    def reset(self) -> None:
        """Go back to the day the instance was born: no documents, journal, tokens or faults, first switches."""
        self.switches = self.options.switches
        self.tokens.revoke()
        self.tokens.seconds = self.options.token_seconds
        for store in (self.orders, self.invoices, self.suppliers, self.values, self.confirmations, self.receipts):
            store.clear()
        self.life.clear()
        self.sender.clear(self.options.push)
        self._invoice_of_key.clear()
        self._order_of_key.clear()
        self.memory.clear()
        self.faults.clear()
        self.business_faults.clear()
        self.journal.clear()

    @_in_turn
    def take(self, draft: Draft, key: str) -> Order | Refusal:
        """Apply an order that came under a batchId, payloadID or MessageId; return it as it is now, or the refusal."""
        switches, known = self.switches, self.orders.get(draft.number)
        refusal = order_rules.judge(draft, known, lenient_chain=switches.lenient_chain)
        refusal = refusal or content_rules.check(draft, self.options, switches)
        supplier = () if draft.change is Change.CANCEL else draft.supplier
        refusal = refusal or self._unfit(f"Order {draft.number}", supplier, draft.accounts)
        if refusal is not None:
            return refusal
        order = order_rules.applied(draft, known, key=key, at=self.moment())
        self.hold(self.orders, order.number, order)
        if draft.door is Door.CXML:
            self._order_of_key[key] = order.number
        self.journal.write("order_applied", order.number, **_order_detail(order, order.versions[-1]))
        self._note_unknown(DocumentKind.ORDER, order.number, supplier, draft.accounts)
        return order

    @_in_turn
    def take_order_status(
        self, number: str, state: State | None, *, door: Door, key: str, said: str = ""
    ) -> Order | Refusal:
        """Apply a status to an order; `state` None only records what was `said`. Return the order or the refusal."""
        known = self.orders.get(number)
        if known is None:
            text = f"Order {number} is not known here, so it can not take a status: send the order first."
            return Refusal(reason=Reason.UNKNOWN_ORDER, text=text)
        if known.state is State.CANCELED and state not in (None, State.CANCELED):
            text = f"Order {number} is held as {known.state}; a cancelled order does not become {state}."
            return Refusal(reason=Reason.CLOSED, text=text)
        change = StatusChange(door=door, status=said or str(state), key=key, at=self.moment())
        order = order_rules.with_status(known, known.state if state is None else state, change)
        self.hold(self.orders, order.number, order)
        self._note_status(DocumentKind.ORDER, number, change, before=known.state, document=order)
        return order

    @_in_turn
    def take_invoice(self, draft: InvoiceDraft, key: str) -> Invoice | Refusal:
        """Apply an invoice, or the cancellation of one; return it as it is now, or the refusal."""
        switches, known = self.switches, self.invoices.get(draft.key)
        refusal = invoice_rules.judge(draft, known, lenient_chain=switches.lenient_chain)
        refusal = refusal or invoice_rules.check(draft, totals=switches.check_totals)
        supplier = () if draft.change is Change.CANCEL else draft.supplier_names
        refusal = refusal or self._unfit(f"Invoice {draft.number}", supplier, draft.accounts)
        if refusal is not None:
            return refusal
        next_id = self.invoices.next_id
        invoice = invoice_rules.applied(draft, known, next_id=next_id, key=key, at=self.moment())
        self.hold(self.invoices, invoice.key, invoice)
        if draft.door is Door.CXML:
            self._invoice_of_key[key] = invoice.key
        self.journal.write("invoice_applied", invoice.number, **_invoice_detail(invoice, draft, key))
        self._note_unknown(DocumentKind.INVOICE, invoice.number, supplier, draft.accounts)
        return invoice

    @_in_turn
    def take_invoice_status(
        self,
        invoice: InvoiceKey,
        status: PaymentStatus | None,
        *,
        door: Door,
        key: str,
        said: str = "",
        paid: Decimal | None = None,
    ) -> Invoice | Refusal:
        """Apply a payment status to an invoice that is held; None only records what was `said`."""
        known = self.invoices.get(invoice)
        if known is None:
            text = f"Invoice {invoice[1]} of supplier {invoice[0]} is not known here: send the invoice first."
            return Refusal(reason=Reason.UNKNOWN_INVOICE, text=text)
        wanted = known.payment_status if status is None else status
        refusal = invoice_rules.judge_status(known, wanted)
        if refusal is not None:
            return refusal
        change = StatusChange(door=door, status=said or str(wanted), key=key, at=self.moment())
        changed = invoice_rules.with_status(known, wanted, change, paid=paid)
        self.hold(self.invoices, changed.key, changed)
        self._note_status(
            DocumentKind.INVOICE, known.number, change, before=known.payment_status, document=changed, paid=paid
        )
        return changed

    @_in_turn
    def take_supplier(self, draft: SupplierDraft, key: str) -> Supplier | Refusal:
        """Create a supplier, or replace the one with the same ERP number or the id that the document names."""
        known = self.suppliers.meant(draft)
        if isinstance(known, Refusal):
            return known
        if known is not None and not known.number:
            self.suppliers.remove(known.key)
        supplier = Supplier(
            supplier_id=known.supplier_id if known else self.suppliers.next_id,
            number=draft.number,
            name=draft.name,
            active=draft.active,
            source=known.source if known else draft.door,
            names=draft.names,
            content=draft.content,
            updated_at=self.moment(),
            last_key=key,
            change_count=known.change_count + 1 if known else 1,
        )
        self.hold(self.suppliers, supplier.key, supplier)
        self.journal.write(
            "supplier_applied",
            supplier.number,
            door=str(draft.door),
            type=str(Change.UPDATE if known else Change.NEW),
            dedupe_key=key,
            supplier_id=supplier.supplier_id,
            bound=known is not None and not known.number,
            name=supplier.name,
            active=supplier.active,
            digest=draft.digest,
        )
        return supplier

    @_in_turn
    def take_value(self, custom_field: str, draft: ValueDraft, *, key: str) -> FieldValue:
        """Create a value of a custom field, or replace it."""
        known = self.values.get((custom_field, draft.value))
        value = FieldValue(
            custom_field=custom_field,
            value=draft.value,
            description=draft.description,
            active=draft.active,
            parent=draft.parent,
            updated_at=self.moment(),
            last_key=key,
        )
        self._put_value(value, Change.UPDATE if known else Change.NEW)
        return value

    @_in_turn
    def retire_values(self, custom_field: str, kept: Collection[str], *, key: str) -> None:
        """Make all active values of a custom field inactive but those that are kept."""
        for value in self.values.of_field(custom_field):
            if value.active and value.value not in kept:
                self._put_value(replace(value, active=False, updated_at=self.moment(), last_key=key), Change.CANCEL)

    def referred(self, key: str) -> str | InvoiceKey | None:
        """Return the order number or invoice key that came or was pushed under a payloadID, None if none was."""
        return self._invoice_of_key.get(key) or self._order_of_key.get(key) or self.sender.invoice_under(key)

    def refused(
        self, refusal: Refusal, *, door: Door, number: str, key: str, code: int, kind: DocumentKind = DocumentKind.ORDER
    ) -> None:
        """Note that a document had no effect, with the code its sender is told."""
        self.journal.write(
            f"{kind}_refused",
            number,
            door=str(door),
            code=code,
            reason=str(refusal.reason),
            text=refusal.text,
            dedupe_key=key,
        )

    def answered_from_memory(self, *, door: Door, number: str, key: str, same_content: bool) -> None:
        """Note that a repeat got the first answer again; with another content it should not have been a repeat."""
        self.journal.write("duplicate_answered", number, door=str(door), dedupe_key=key, same_content=same_content)

    def moment(self) -> datetime:
        """Return now, or the latest moment there was: a store lies in the order of updates whatever the clock does."""
        self._latest = max(self._latest, self.options.clock())
        return self._latest

    def hold(self, store: Store[K, D], key: K, document: D) -> None:
        """Put a document into a store; reads see it as late as the switches say."""
        lag_seconds, lag_reads = self.switches.stale_read_seconds, self.switches.stale_read_count
        store.put(key, document, lag_seconds=lag_seconds, lag_reads=lag_reads)

    def _put_value(self, value: FieldValue, change: Change) -> None:
        self.hold(self.values, value.key, value)
        self.journal.write(
            "value_applied",
            f"{value.custom_field}={value.value}",
            door=str(Door.J1P),
            type=str(change),
            dedupe_key=value.last_key,
            custom_field=value.custom_field,
            value=value.value,
            description=value.description,
            active=value.active,
            parent=value.parent,
        )

    def _unfit(self, what: str, supplier: Collection[str], accounts: Iterable[tuple[str, str]]) -> Refusal | None:
        """Return why a strict instance does not take a document: its supplier, or the codes of its splits."""
        if self.switches.strict_suppliers and supplier and not self.suppliers.knows(supplier):
            named = ", ".join(sorted(supplier))
            text = f"{what}: supplier {named} was not imported or is not active: synchronize suppliers first."
            return Refusal(reason=Reason.UNKNOWN_SUPPLIER, text=text)
        if self.switches.strict_accounts:
            unfit = next(self.values.unfit(accounts, every_field=True), None)
            if unfit is not None:
                said = f"value {unfit[1]!r} of custom field {unfit[0]} was not imported or is not active"
                return Refusal(reason=Reason.UNKNOWN_ACCOUNT, text=f"{what}: {said}: synchronize accounts first.")
        return None

    def _note_unknown(
        self, kind: DocumentKind, number: str, supplier: Collection[str], accounts: Iterable[tuple[str, str]]
    ) -> None:
        """Note what a document refers to and this instance does not know, as far as it knows any of the kind."""
        for custom_field, value in self.values.unfit(accounts, every_field=False):
            known = (custom_field, value) in self.values
            self.journal.write(
                "unknown_account", number, document=str(kind), custom_field=custom_field, value=value, inactive=known
            )
        if supplier and len(self.suppliers) and not self.suppliers.knows(supplier):
            self.journal.write("unknown_supplier", number, document=str(kind), supplier=sorted(supplier))

    def _note_status(
        self,
        kind: DocumentKind,
        number: str,
        change: StatusChange,
        *,
        before: str,
        document: Order | Invoice,
        paid: Decimal | None = None,
    ) -> None:
        self.journal.write(
            "status_applied",
            number,
            door=str(change.door),
            document=str(kind),
            status=change.status,
            before=str(before),
            dedupe_key=change.key,
            total=str(document.total),
            currency=document.currency,
            business_unit=document.business_unit,
            paid=None if paid is None else str(paid),
        )


def _order_detail(order: Order, version: Version) -> dict[str, object]:
    counts_from_one = version.door is Door.CXML
    revision = {"order_version": version.revision + 1} if counts_from_one else {"revision": version.revision}
    return {
        "door": str(version.door),
        "type": str(version.change),
        **revision,
        "dedupe_key": version.key,
        "total": str(version.total),
        "currency": version.currency,
        "business_unit": order.business_unit,
        "lines": version.line_count,
        "digest": version.digest,
    }


def _invoice_detail(invoice: Invoice, draft: InvoiceDraft, key: str) -> dict[str, object]:
    return {
        "door": str(draft.door),
        "type": str(draft.change),
        "revision": invoice.revision,
        "invoice_type": str(invoice.kind),
        "supplier": invoice.supplier,
        "invoice_id": invoice.invoice_id,
        "dedupe_key": key,
        "total": str(invoice.total),
        "currency": invoice.currency,
        "business_unit": invoice.business_unit,
        "lines": invoice.line_count,
        "digest": draft.digest,
    }
