"""What becomes of the documents of the cXML door: orders, invoices and status updates, each with its Status (5.3, 6).

A part that must be there and is not is 406, one that says something impossible is 400; then the rules of the document
decide. A change of a document that is closed or not known here is a conflict (409), as is a number that is used; a
DocumentReference that does not name what it should is an expectation that failed (417).

Limits: the guide leaves business duplicates to the receiver; the statuses for them are this simulator's policy.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from lxml import etree

from simulators.jaggaer import cxml_invoice, cxml_order, cxml_status, statuses
from simulators.jaggaer.business_faults import BusinessFault, BusinessFaultKind
from simulators.jaggaer.cxml_envelope import Envelope
from simulators.jaggaer.cxml_reading import NotReadable
from simulators.jaggaer.cxml_status import StatusUpdate
from simulators.jaggaer.invoice import Invoice, InvoiceKey
from simulators.jaggaer.order import DocumentKind, Door, Order, Reason, Refusal
from simulators.jaggaer.simulator import JaggaerSimulator

REQUESTS = {
    "OrderRequest": DocumentKind.ORDER,
    "InvoiceDetailRequest": DocumentKind.INVOICE,
    "StatusUpdateRequest": DocumentKind.STATUS,
}
"""The documents that are taken, by the element in Request."""

STATUSES = dict.fromkeys(Reason, 400) | {
    Reason.UNREADABLE: 406,
    Reason.UNAUTHORIZED: 401,
    Reason.DUPLICATE: 409,
    Reason.CLOSED: 409,
    Reason.STALE: 409,
    Reason.UNKNOWN_ORDER: 409,
    Reason.UNKNOWN_INVOICE: 409,
    Reason.CHAIN: 417,
    Reason.UNKNOWN_REFERENCE: 417,
    Reason.UNSUPPORTED: 450,
}
"""The Status code of each refusal."""
_DEFAULT_FAULT_CODE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What a document came to: Status code and content, a typed answer, its number, the fault that hits it."""

    code: int
    detail: str
    profile: str = ""
    number: str = ""
    fault: BusinessFault | None = None


class CxmlDocuments:
    """Takes documents in the name of one instance."""

    def __init__(self, simulator: JaggaerSimulator) -> None:
        self._simulator = simulator

    def judged(self, envelope: Envelope, request: etree._Element) -> Judged:
        """Apply a document or refuse it."""
        kind, key = REQUESTS[str(request.tag)], envelope.payload_id
        try:
            if kind is DocumentKind.ORDER:
                order = cxml_order.draft_from(request)
                return self._taken(kind, order.number, key, lambda: self._simulator.take(order, key))
            if kind is DocumentKind.INVOICE:
                invoice = cxml_invoice.draft_from(request, envelope.origin)
                return self._taken(kind, invoice.number, key, lambda: self._simulator.take_invoice(invoice, key))
            update = cxml_status.read(request)
            return self._taken(kind, update.number, key, lambda: self._updated(update, key))
        except NotReadable as error:
            reason = Reason.UNREADABLE if error.code == 406 else Reason.INVALID
            return self.refused(Refusal(reason=reason, text=str(error)), kind, error.number, key)

    def refused(
        self, refusal: Refusal, kind: DocumentKind, number: str, key: str, *, code: int | None = None
    ) -> Judged:
        """Note that a document had no effect, and return its Status."""
        status = STATUSES[refusal.reason] if code is None else code
        self._simulator.refused(refusal, kind=kind, door=Door.CXML, number=number, key=key, code=status)
        return Judged(code=status, detail=refusal.text, number=number)

    def _taken(
        self, kind: DocumentKind, number: str, key: str, take: Callable[[], Order | Invoice | Refusal]
    ) -> Judged:
        fault = self._simulator.business_faults.pick(Door.CXML, kind, number)
        if fault and fault.kind is BusinessFaultKind.REFUSE:
            refusal = Refusal(reason=Reason.FAULT, text=f"{_NOUNS[kind]} {number}: {fault.text}")
            return self.refused(refusal, kind, number, key, code=fault.code or _DEFAULT_FAULT_CODE)
        outcome = take()
        if isinstance(outcome, Refusal):
            return replace(self.refused(outcome, kind, number, key), fault=fault)
        code = 201 if fault and fault.kind is BusinessFaultKind.ACCEPTED else 200
        return Judged(code=code, detail=f"{_NOUNS[kind]} {number} received.", number=number, fault=fault)

    def _updated(self, update: StatusUpdate, key: str) -> Order | Invoice | Refusal:
        target = self._target(update)
        if isinstance(target, Refusal):
            return target
        if isinstance(target, str):
            state = statuses.order_state(update.word)
            return self._simulator.take_order_status(target, state, door=Door.CXML, key=key, said=update.word)
        status = statuses.payment_status(update.word)
        return self._simulator.take_invoice_status(
            target, status, door=Door.CXML, key=key, said=update.word, paid=update.paid
        )

    def _target(self, update: StatusUpdate) -> str | InvoiceKey | Refusal:
        """Return the order number or invoice key that an update is about: by reference, else by number."""
        found = self._simulator.referred(update.reference) if update.reference else None
        if found is None and update.invoice is not None:
            keys = self._simulator.invoices.numbered(update.invoice)
            if len(keys) > 1:
                text = f"Invoice {update.invoice} is held of {len(keys)} suppliers: name it by DocumentReference."
                return Refusal(reason=Reason.UNKNOWN_REFERENCE, text=text)
            found = keys[0] if keys else None
        if found is None and update.order is not None and update.order in self._simulator.orders:
            found = update.order
        if found is None:
            text = f"Status update: {update.number or 'the document'} is not known here: send the document first."
            return Refusal(reason=Reason.UNKNOWN_REFERENCE, text=text)
        if isinstance(found, str) and update.of_invoice:
            text = f"Status update: {update.number} is an order, which takes no InvoiceStatus."
            return Refusal(reason=Reason.INVALID, text=text)
        return found


_NOUNS = {DocumentKind.ORDER: "Order", DocumentKind.INVOICE: "Invoice", DocumentKind.STATUS: "Status of"}
