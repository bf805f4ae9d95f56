"""The sender of cXML: documents about what this instance made, posted to a gateway until one answer is final (5.3).

The bytes of a document never change once they are built: a retry has the same payloadID and content. Any Status of
class 2xx or 4xx ends it; a Status of class 5xx and whatever is no cXML are answers to retry. The journal has every try
and what came of it.

Limits: one document at a time, in the order in which they were made; a document that is given up does not keep the
next ones back.
"""

import hashlib
import threading
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from enum import StrEnum
from time import sleep
from typing import TYPE_CHECKING

import httpx
from lxml import etree

from simulators.jaggaer import cxml_sender_envelope as envelope
from simulators.jaggaer import cxml_sender_wire as wire
from simulators.jaggaer.bill import Bill
from simulators.jaggaer.confirmation import Confirmation
from simulators.jaggaer.cxml_sender_confirmation import confirmation_request, ship_notice_request
from simulators.jaggaer.cxml_sender_invoice import invoice_request
from simulators.jaggaer.cxml_sender_receipt import receipt_request
from simulators.jaggaer.cxml_sender_target import CxmlTarget, Pushed
from simulators.jaggaer.cxml_sender_wire import Wire
from simulators.jaggaer.invoice import InvoiceKey
from simulators.jaggaer.made import Made, MadeKind, Shipment
from simulators.jaggaer.order import Order
from simulators.jaggaer.receipt import Receipt

if TYPE_CHECKING:  # an instance has a sender, so it imports this
    from simulators.jaggaer.simulator import JaggaerSimulator


class Outcome(StrEnum):
    """How a document ended."""

    DELIVERED = "delivered"
    REFUSED = "refused"
    GIVEN_UP = "given_up"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A document that is to be sent; `text` is what its bytes on the wire say."""

    number: str
    request: str
    payload_id: str
    text: str
    content_id: str | None
    wire: Wire
    target: CxmlTarget


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What came of a document: the last Status, code None where the last answer was none."""

    number: str
    request: str
    payload_id: str
    tries: int
    outcome: Outcome
    code: int | None
    text: str


class CxmlSender:
    """Sends in the name of one instance; `transport` is what httpx sends through, the network where it is None."""

    def __init__(self, simulator: "JaggaerSimulator", target: CxmlTarget | None = None) -> None:
        self._simulator = simulator
        self.target = target
        self.transport: httpx.BaseTransport | None = None
        self._waiting: deque[Outgoing] = deque()
        self._last: dict[tuple[Pushed, str], Outgoing] = {}
        self._invoices: dict[str, InvoiceKey] = {}
        self._one_at_a_time = threading.Lock()
        self._background = ThreadPoolExecutor(max_workers=1, thread_name_prefix="cxml-sender")
        simulator.life.listeners.append(self.take)

    def clear(self, target: CxmlTarget | None) -> None:
        """Forget what waits and what was sent, and aim at another target."""
        self.target = target
        self._waiting.clear()
        self._last.clear()
        self._invoices.clear()

    @property
    def waiting(self) -> int:
        """How many documents wait to be sent."""
        return len(self._waiting)

    def take(self, made: Made) -> None:
        """Put the document about something that was made at the end of the queue, if it is one that is pushed."""
        target = self.target
        if target is None or _KINDS[made.kind] not in target.documents:
            return
        content_id = None if target.attachment is None else f"{_number(made)}.file@jaggaer.simulator"
        request = self._request(made, target, content_id)
        if request is not None:
            outgoing = self._outgoing(request, _number(made), target, content_id)
            self._last[_KINDS[made.kind], _number(made)] = outgoing
            if isinstance(made.document, Bill):
                self._invoices[outgoing.payload_id] = made.document.key
            self._waiting.append(outgoing)
            if target.at_once:
                self._background.submit(self.push)

    def push(self) -> list[Delivery]:
        """Send what waits, each until its answer is final, and return what came of it.

        What is being sent in the background is waited for: afterwards nothing waits any more.
        """
        deliveries = []
        with self._one_at_a_time:
            while (outgoing := self._next()) is not None:
                deliveries.append(self._delivered(outgoing))
        return deliveries

    def _next(self) -> Outgoing | None:
        try:
            return self._waiting.popleft()
        except IndexError:  # also where a reset emptied the queue meanwhile
            return None

    def profile(self) -> Delivery:
        """Ask the gateway what it takes (5.2). Raises ValueError without a target."""
        return self.send(envelope.node("ProfileRequest"), "profile")

    def status_update(
        self, payload_id: str, *, code: int = 200, text: str = "OK", detail: str = "", invoice_status: str | None = None
    ) -> Delivery:
        """Send a StatusUpdateRequest about an earlier document (5.4); `invoice_status` is a type of InvoiceStatus."""
        status = envelope.node("Status", detail, code=str(code), text=text)
        of_invoice = None if invoice_status is None else envelope.node("InvoiceStatus", type=invoice_status)
        reference = envelope.node("DocumentReference", payloadID=payload_id)
        return self.send(envelope.node("StatusUpdateRequest", reference, status, of_invoice), payload_id)

    def payload_id(self, kind: Pushed, number: str) -> str | None:
        """Return the payloadID of the last document about a number, None if none was made."""
        last = self._last.get((kind, number))
        return None if last is None else last.payload_id

    def invoice_under(self, payload_id: str) -> InvoiceKey | None:
        """Return the key of the invoice that was pushed under a payloadID, None if none was."""
        return self._invoices.get(payload_id)

    def repeat(self, kind: Pushed, number: str, *, new_payload_id: bool = False) -> Delivery:
        """Send the last document about a number once more: the very bytes, or the same content under a new payloadID.

        The first is a repeat that a receiver answers from memory, the second what a blind resend of a person is (7).
        Raises ValueError if none was made.
        """
        last = self._last.get((kind, number))
        if last is None:
            raise ValueError(f"no {kind} {number} was pushed")
        if new_payload_id:
            fresh = envelope.new_payload_id(self._simulator.options.clock())
            text = last.text.replace(last.payload_id, fresh)
            last = replace(last, payload_id=fresh, text=text, wire=_wire(text, last.target, last.content_id))
        with self._one_at_a_time:
            return self._delivered(last)

    def send(self, request: etree._Element, number: str) -> Delivery:
        """Send any request element at once, spoiled as the target says. Raises ValueError without a target."""
        if self.target is None:
            raise ValueError("there is no target: say where to send to")
        outgoing = self._outgoing(request, number, self.target, None)
        with self._one_at_a_time:
            return self._delivered(outgoing)

    def _outgoing(self, request: etree._Element, number: str, target: CxmlTarget, content_id: str | None) -> Outgoing:
        now = self._simulator.options.clock()
        payload_id = envelope.new_payload_id(now)
        text = envelope.document(request, target, payload_id, now)
        return Outgoing(
            number=number,
            request=str(request.tag),
            payload_id=payload_id,
            text=text,
            content_id=content_id,
            wire=_wire(text, target, content_id),
            target=target,
        )

    def _request(self, made: Made, target: CxmlTarget, content_id: str | None) -> etree._Element | None:
        """Return the request about something that was made; None about a change that comes to nothing."""
        match made.document:
            case Confirmation() as confirmation:
                previous = self.payload_id(Pushed.CONFIRMATION, confirmation.number)
                return confirmation_request(
                    confirmation,
                    self._order(confirmation.po_number),
                    partial_type=target.partial_type,
                    previous=previous,
                    content_id=content_id,
                )
            case Shipment() as shipment:
                return ship_notice_request(shipment, self._order(shipment.po_number), content_id=content_id)
            case Receipt() as receipt:
                return receipt_request(
                    receipt,
                    [self._order(number) for number in receipt.po_numbers],
                    before=made.before,
                    zero_amounts=target.zero_amounts,
                    content_id=content_id,
                )
            case Bill() as bill:
                orders = {line.po_number: self._order(line.po_number) for line in bill.lines}
                known = self.payload_id(Pushed.INVOICE, bill.number) or ""
                deleted = known if made.kind is MadeKind.INVOICE_CANCELLED else None
                return invoice_request(bill, orders, deleted=deleted, content_id=content_id)

    def _order(self, number: str) -> Order:
        order = self._simulator.orders.get(number)
        if order is None:
            raise ValueError(f"order {number} is not known here")
        return order

    def _delivered(self, outgoing: Outgoing) -> Delivery:
        code, text, tries = None, "", 0
        while tries < outgoing.target.tries:
            if tries:
                sleep(outgoing.target.retry_seconds)
            tries += 1
            code, text = self._tried(outgoing, tries)
            if code is not None and code // 100 in (2, 4):
                outcome = Outcome.DELIVERED if code < 400 else Outcome.REFUSED
                return _delivery(outgoing, tries, outcome, code, text)
        self._note("cxml_given_up", outgoing, tries, code=code, text=text)
        return _delivery(outgoing, tries, Outcome.GIVEN_UP, code, text)

    def _tried(self, outgoing: Outgoing, attempt: int) -> tuple[int | None, str]:
        """Post once and return the Status, code None where no cXML came back."""
        digest = hashlib.sha256(outgoing.wire.body).hexdigest()
        self._note("cxml_sent", outgoing, attempt, digest=digest)
        try:
            answer = self._posted(outgoing)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            said = f"{type(error).__name__}: {error}"
            self._note("cxml_unanswered", outgoing, attempt, http=None, text=said)
            return None, said
        status = _status(answer.content)
        if status is None:
            self._note("cxml_unanswered", outgoing, attempt, http=answer.status_code, text="no cXML")
            return None, f"HTTP {answer.status_code} without cXML"
        code, text = status
        self._note("cxml_answered", outgoing, attempt, http=answer.status_code, code=code, text=text)
        return code, text

    def _posted(self, outgoing: Outgoing) -> httpx.Response:
        target = outgoing.target
        with httpx.Client(
            transport=self.transport,
            timeout=target.timeout_seconds,
            verify=target.url.startswith("https://"),  # reading the trusted certificates is the most of a plain post
            trust_env=False,
        ) as client:
            headers = {"Content-Type": outgoing.wire.content_type, "Accept": "text/xml"}
            return client.post(target.url, content=outgoing.wire.body, headers=headers)

    def _note(self, kind: str, outgoing: Outgoing, attempt: int, **detail: object) -> None:
        self._simulator.journal.write(
            kind,
            outgoing.number,
            request=outgoing.request,
            payload_id=outgoing.payload_id,
            attempt=attempt,
            **detail,
        )


_KINDS = {
    MadeKind.CONFIRMED: Pushed.CONFIRMATION,
    MadeKind.SHIPPED: Pushed.SHIP_NOTICE,
    **dict.fromkeys(
        (MadeKind.RECEIVED, MadeKind.RETURNED, MadeKind.RECEIPT_CORRECTED, MadeKind.RECEIPT_CANCELLED), Pushed.RECEIPT
    ),
    **dict.fromkeys((MadeKind.INVOICED, MadeKind.CREDITED, MadeKind.INVOICE_CANCELLED), Pushed.INVOICE),
}


def _wire(text: str, target: CxmlTarget, content_id: str | None) -> Wire:
    return wire.on_the_wire(wire.encoded(text, target.spoiling), target.attachment, content_id)


def _number(made: Made) -> str:
    return made.document.number


def _delivery(outgoing: Outgoing, tries: int, outcome: Outcome, code: int | None, text: str) -> Delivery:
    return Delivery(
        number=outgoing.number,
        request=outgoing.request,
        payload_id=outgoing.payload_id,
        tries=tries,
        outcome=outcome,
        code=code,
        text=text,
    )


def _status(body: bytes) -> tuple[int, str] | None:
    """Return code and text of a cXML Response, None for what is none."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        status = etree.fromstring(body, parser).find("Response/Status")
    except (etree.XMLSyntaxError, ValueError):
        return None
    code = "" if status is None else status.get("code", "")
    if status is None or not (code.isascii() and code.isdigit() and len(code) == 3):
        return None
    return int(code), " ".join(filter(None, (status.get("text"), (status.text or "").strip())))
