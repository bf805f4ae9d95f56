"""The door for the XML messages of JAGGAER Indirect: orders, suppliers, invoices, each at its own address (3).

There are three levels: HTTP is 200 for everything that could be looked at, the Status of the message has a code and
counts, and documents that failed are named. A document that fails leaves the others alone; a parse error, also an
element that the content model does not have there, stops the message at that document (3.1, 7). A MessageId counts as
used once a document that came under it took effect, and is an error when it comes again [assumed]; a switch gives the
first answer again instead.

Limits: the path for invoices and all codes but 200, 406 and 500 are assumed; attachments are skipped.
"""

import hashlib
import hmac
import itertools
from dataclasses import dataclass

from lxml import etree
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulators.jaggaer import (
    cxml_envelope,
    indirect_answers,
    indirect_frame,
    indirect_json,
    indirect_models,
    j1p_invoice,
    j1p_order,
    j1p_supplier,
)
from simulators.jaggaer.answer_memory import Remembered
from simulators.jaggaer.business_faults import BusinessFault, BusinessFaultKind
from simulators.jaggaer.indirect_answers import DocumentResult, MessageResult
from simulators.jaggaer.indirect_frame import Header, NotReadable, WrongRoot
from simulators.jaggaer.invoice import InvoiceDraft
from simulators.jaggaer.j1p_fields import NotUnderstood
from simulators.jaggaer.options import Sender
from simulators.jaggaer.order import DocumentKind, Door, Draft, Reason, Refusal
from simulators.jaggaer.simulator import JaggaerSimulator
from simulators.jaggaer.supplier import SupplierDraft


@dataclass(frozen=True, slots=True, kw_only=True)
class _Address:
    """What one address takes."""

    path: str
    root: str
    document: str
    kind: DocumentKind


ORDERS_PATH = "/apps/Router/POXMLImport"
SUPPLIERS_PATH = "/apps/Router/TSMSupplierXMLImport"
INVOICES_PATH = "/apps/Router/BuyerInvoiceOcrImport"
_ADDRESSES = (
    _Address(path=ORDERS_PATH, root="PurchaseOrderMessage", document="PurchaseOrder", kind=DocumentKind.ORDER),
    _Address(
        path=SUPPLIERS_PATH, root="SupplierSyncMessage", document="SupplierRequestMessage", kind=DocumentKind.SUPPLIER
    ),
    _Address(path=INVOICES_PATH, root="BuyerInvoiceOcrMessage", document="BuyerInvoiceOcr", kind=DocumentKind.INVOICE),
)
_CODES = {Reason.UNAUTHORIZED: 401, Reason.MESSAGE_REUSED: 409, Reason.UNREADABLE: 406, Reason.MISSING: 406}
_PARSE_ERROR = 500
_DOCUMENT_ERROR = 400
_DEFAULT_FAULT_CODE = 500
_SENDER = "indirect"
_HTML = b"<html><head><title>Error</title></head><body><h1>An error occurred</h1></body></html>"
_serial = itertools.count(1)


class IndirectDoor:
    """The endpoints of one instance."""

    def __init__(self, simulator: JaggaerSimulator) -> None:
        self._simulator = simulator

    def routes(self) -> list[Route]:
        """Return the routes of this door."""
        return [Route(one.path, _Import(self._simulator, one).receive, methods=["POST"]) for one in _ADDRESSES]


class _Import:
    """One address of one instance."""

    def __init__(self, simulator: JaggaerSimulator, address: _Address) -> None:
        self._simulator = simulator
        self._address = address

    async def receive(self, request: Request) -> Response:
        """Answer one message. Nothing waits once the body is read: effects and journal entries are one step."""
        body = await request.body()
        reading = _Reading(self._simulator, self._address)
        try:
            reading.read(cxml_envelope.document_of(body, request.headers.get("content-type", "")))
        except cxml_envelope.NotCxml as error:
            reading.stop(Refusal(reason=Reason.UNREADABLE, text=f"{error}"))
        if reading.first_answer is not None:
            return Response(reading.first_answer, media_type="text/xml")
        result, now = reading.result, self._simulator.options.clock()
        message_id = f"{now:%Y%m%d%H%M%S}.{next(_serial)}@jaggaer.simulator"
        answer = indirect_answers.written(result, self._address.kind, message_id=message_id, now=now)
        if len(result.failed) < len(result.documents):
            remembered = Remembered(answer=answer, digest=reading.digest, number=result.message_id)
            self._simulator.memory.keep(_SENDER, result.message_id, remembered)
        return _spoiled(answer, reading.spoiling)


class _Reading:
    """One message while it is read: what became of it so far."""

    def __init__(self, simulator: JaggaerSimulator, address: _Address) -> None:
        self._simulator = simulator
        self._address = address
        self._let_in = False
        self.result = MessageResult()
        self.digest = ""
        self.spoiling: BusinessFault | None = None
        self.first_answer: bytes | None = None

    def read(self, document: bytes) -> None:
        """Take the documents one after the other, as far as the message can be read."""
        self.digest = hashlib.sha256(document).hexdigest()
        try:
            for part in indirect_frame.parts(document, self._address.root, self._address.document):
                if isinstance(part, Header):
                    self._identify(part)
                elif self._let_in:
                    self._take(part)
                if not self._let_in:
                    break
        except WrongRoot as error:
            self.stop(Refusal(reason=Reason.UNREADABLE, text=str(error)))
        except NotReadable as error:
            self.result.unread, self.result.inside = True, error.inside
            self.stop(Refusal(reason=Reason.UNREADABLE, text=str(error)), code=_PARSE_ERROR)
        if self.result.code == 200 and not self.result.documents and self.first_answer is None:
            text = f"The message needs a Header, and then at least one {self._address.document}."
            self.stop(Refusal(reason=Reason.MISSING, text=text))

    def stop(self, refusal: Refusal, code: int | None = None) -> None:
        """Note that the message itself is refused, or can not be read any further."""
        self.result.code, self.result.text = _CODES[refusal.reason] if code is None else code, refusal.text
        self._simulator.refused(
            refusal,
            kind=DocumentKind.MESSAGE,
            door=Door.INDIRECT,
            number=self.result.message_id,
            key=self.result.message_id,
            code=self.result.code,
        )

    def _identify(self, header: Header) -> None:
        """Let the sender in, or stop: it is not known, the MessageId is missing or was used."""
        self.result.message_id = header.message_id
        if not any(_is(sender, header) for sender in self._simulator.options.senders):
            text = "The Identity is not known here or its SharedSecret is wrong: check both."
            return self.stop(Refusal(reason=Reason.UNAUTHORIZED, text=text))
        if not header.message_id:
            return self.stop(Refusal(reason=Reason.MISSING, text="MessageId is missing or empty."))
        known = self._simulator.memory.find(_SENDER, header.message_id)
        if known is None:
            self._let_in = True
        elif self._simulator.switches.repeat_message_answer:
            self.first_answer = known.answer
            same = known.digest == self.digest
            self._simulator.answered_from_memory(
                door=Door.INDIRECT, number=known.number, key=header.message_id, same_content=same
            )
        else:
            text = f"MessageId {header.message_id} was already used: every message needs one of its own."
            self.stop(Refusal(reason=Reason.MESSAGE_REUSED, text=text))
        return None

    def _take(self, element: etree._Element) -> None:
        """Apply one document, or note why it was not; what a parser would object to stops the message."""
        complaint = indirect_models.complaint(element)
        if complaint is not None:
            raise NotReadable(complaint, inside=True)
        try:
            draft = self._understood(element)
        except NotUnderstood as error:
            return self._fail(error.number, error.refusal, _DOCUMENT_ERROR)
        fault = self._simulator.business_faults.pick(Door.INDIRECT, self._address.kind, draft.number)
        if fault is not None and fault.kind in (BusinessFaultKind.REFUSE, BusinessFaultKind.PARTIAL):
            usual = 200 if fault.kind is BusinessFaultKind.PARTIAL else _DEFAULT_FAULT_CODE
            refusal = Refusal(reason=Reason.FAULT, text=f"{draft.number}: {fault.text}")
            return self._fail(draft.number, refusal, usual if fault.code is None else fault.code)
        self.spoiling = fault or self.spoiling
        outcome = self._applied(draft)
        if isinstance(outcome, Refusal):
            return self._fail(draft.number, outcome, _DOCUMENT_ERROR)
        self.result.documents.append(DocumentResult(number=draft.number))
        return None

    def _understood(self, element: etree._Element) -> Draft | InvoiceDraft | SupplierDraft:
        match self._address.kind:
            case DocumentKind.ORDER:
                with_fields = self._simulator.switches.reject_unknown_custom_fields
                order = indirect_json.order(element)
                return j1p_order.draft_from(order, door=Door.INDIRECT, with_custom_fields=with_fields)
            case DocumentKind.INVOICE:
                return j1p_invoice.draft_from(indirect_json.invoice(element), door=Door.INDIRECT)
        supplier = element.find("Supplier")
        value = None if supplier is None else indirect_json.supplier(supplier)
        return j1p_supplier.draft_from(value, door=Door.INDIRECT)

    def _applied(self, draft: Draft | InvoiceDraft | SupplierDraft) -> object:
        key = self.result.message_id
        if isinstance(draft, Draft):
            return self._simulator.take(draft, key)
        if isinstance(draft, InvoiceDraft):
            return self._simulator.take_invoice(draft, key)
        return self._simulator.take_supplier(draft, key)

    def _fail(self, number: str, refusal: Refusal, code: int) -> None:
        key = self.result.message_id
        self._simulator.refused(refusal, kind=self._address.kind, door=Door.INDIRECT, number=number, key=key, code=code)
        self.result.documents.append(DocumentResult(number=number, code=code, error=refusal.text))


def _is(sender: Sender, header: Header) -> bool:
    """Whether a header is that of a sender we know; the messages have no domain."""
    same = hmac.compare_digest(sender.secret.encode(), header.secret.encode())
    return same and sender.identity == header.identity


def _spoiled(answer: bytes, fault: BusinessFault | None) -> Response:
    match fault.kind if fault else None:
        case BusinessFaultKind.UNREADABLE:
            return Response(_HTML, media_type="text/html")
        case BusinessFaultKind.EMPTY:
            return Response(b"")
        case BusinessFaultKind.ACCEPTED:
            return Response(answer, status_code=201, media_type="text/xml")
    return Response(answer, media_type="text/xml")
