"""The cXML door: one address that takes OrderRequest and ProfileRequest and answers a Response (5).

In this order: parse (406), envelope (406), Sender (401), payloadID known from this sender (the first answer again),
deployment mode (400), kind of request (450), DTD where there is one (406), OrderRequest (406 or 400), the rules of
orders (409, 417, 400). The answer is HTTP 200 with the result in Status, unless a switch says otherwise.

An answer of class 2xx or 4xx is remembered with its payloadID and given again without a second effect; a 5xx is not,
so that the retry it asks for is judged anew (5.3). 401 comes before the memory: nobody is known to remember it for.

A change of an order that is closed or not known here is a conflict (409); a DocumentReference that does not name the
most recent document of a known order is an expectation that failed (417) (5.3).

Limits: the guide leaves business duplicates to the receiver; the statuses for them are this simulator's policy.
"""

import hashlib
import hmac
from dataclasses import dataclass, replace
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulators.jaggaer import cxml_envelope, cxml_order
from simulators.jaggaer.answer_memory import Remembered
from simulators.jaggaer.business_faults import BusinessFault, BusinessFaultKind
from simulators.jaggaer.cxml_envelope import Envelope, NotCxml
from simulators.jaggaer.order import DocumentKind, Door, Draft, Reason, Refusal
from simulators.jaggaer.simulator import JaggaerSimulator

CXML_PATH = "/apps/Router/CXMLReceive"
TEXTS = {
    200: "OK",
    201: "Accepted",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    406: "Not Acceptable",
    409: "Conflict",
    412: "Precondition Failed",
    417: "Expectation Failed",
    450: "Not Implemented",
    500: "Internal Server Error",
    550: "Unable to reach cXML server",
    551: "Unable to forward request",
    560: "Temporary server error",
}
STATUSES = dict.fromkeys(Reason, 400) | {
    Reason.UNREADABLE: 406,
    Reason.UNAUTHORIZED: 401,
    Reason.DUPLICATE: 409,
    Reason.CLOSED: 409,
    Reason.STALE: 409,
    Reason.UNKNOWN_ORDER: 409,
    Reason.CHAIN: 417,
    Reason.UNSUPPORTED: 450,
}
_HTML = b"<html><head><title>Error</title></head><body><h1>An error occurred</h1></body></html>"
_DEFAULT_FAULT_CODE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judged:
    """What a document came to: the Status code, the whole answer, the order it is about, the fault that hits it."""

    code: int
    answer: bytes
    number: str = ""
    fault: BusinessFault | None = None


class CxmlDoor:
    """The cXML endpoint of one instance."""

    def __init__(self, simulator: JaggaerSimulator) -> None:
        self._simulator = simulator
        self._grammar = cxml_envelope.Grammar(simulator.options.dtd_folder)
        self._secrets = {
            cxml_envelope.Credential(domain=one.domain, identity=one.identity, secret=None).key: one.secret
            for one in simulator.options.senders
        }

    def routes(self) -> list[Route]:
        """Return the route of this door."""
        return [Route(CXML_PATH, self.receive, methods=["POST"])]

    async def receive(self, request: Request) -> Response:
        """Answer one document. Nothing waits once the body is read: an effect and its journal entry are one step."""
        body = await request.body()
        try:
            document = cxml_envelope.document_of(body, request.headers.get("content-type", ""))
            envelope = cxml_envelope.opened(document)
        except NotCxml as error:
            judged = self._refused(Refusal(reason=Reason.UNREADABLE, text=f"{error}."), "", "")
            return self._sent(judged.code, judged.answer)
        sender = self._sender(envelope)
        if sender is None:
            text = "The Sender credential is not known here or its SharedSecret is wrong: check both."
            refusal = Refusal(reason=Reason.UNAUTHORIZED, text=text)
            judged = self._refused(refusal, "", envelope.payload_id)
            return self._sent(judged.code, judged.answer)
        digest = hashlib.sha256(document).hexdigest()
        known = self._simulator.memory.find(sender, envelope.payload_id)
        if known is None:
            return self._processed(envelope, sender, digest, str(request.url))
        self._simulator.answered_from_memory(
            door=Door.CXML, number=known.number, key=envelope.payload_id, same_content=known.digest == digest
        )
        return self._sent(_code_of(known.answer), known.answer)

    def _sender(self, envelope: Envelope) -> str | None:
        """Return the key of the sender if any of its credentials is known with its secret (5.1)."""
        for credential in envelope.credentials:
            secret = self._secrets.get(credential.key)
            given = (credential.secret or "").strip()
            if secret is not None and hmac.compare_digest(secret.encode(), given.encode()):
                return "cxml " + " ".join(credential.key)
        return None

    def _processed(self, envelope: Envelope, sender: str, digest: str, url: str) -> Response:
        """Judge a document that is new, remember the answer unless it asks for a retry, and send it."""
        judged = self._judged(envelope, url)
        if judged.code < 500:
            remembered = Remembered(answer=judged.answer, digest=digest, number=judged.number)
            self._simulator.memory.keep(sender, envelope.payload_id, remembered)
        match judged.fault.kind if judged.fault else None:
            case BusinessFaultKind.UNREADABLE:
                return Response(_HTML, media_type="text/html")
            case BusinessFaultKind.EMPTY:
                return Response(b"")
        return self._sent(judged.code, judged.answer)

    def _judged(self, envelope: Envelope, url: str) -> _Judged:
        refusal = self._unfit(envelope)
        if refusal is not None or envelope.request is None:
            absent = Refusal(reason=Reason.UNREADABLE, text="Request is empty.")
            return self._refused(refusal or absent, "", envelope.payload_id)
        if envelope.request.tag == "ProfileRequest":
            offered = {"OrderRequest": url, "ProfileRequest": url}
            return _Judged(code=200, answer=self._written(200, "", cxml_envelope.profile(offered, self._now())))
        try:
            draft = cxml_order.draft_from(envelope.request)
        except cxml_order.NotAnOrderRequest as error:
            refusal = Refusal(reason=Reason.UNREADABLE if error.code == 406 else Reason.INVALID, text=str(error))
            return self._refused(refusal, error.number, envelope.payload_id)
        fault = self._simulator.business_faults.pick(Door.CXML, DocumentKind.ORDER, draft.number)
        return replace(self._ordered(draft, envelope.payload_id, fault), fault=fault)

    def _ordered(self, draft: Draft, key: str, fault: BusinessFault | None) -> _Judged:
        if fault and fault.kind is BusinessFaultKind.REFUSE:
            refusal = Refusal(reason=Reason.FAULT, text=f"Order {draft.number}: {fault.text}")
            return self._refused(refusal, draft.number, key, code=fault.code or _DEFAULT_FAULT_CODE)
        outcome = self._simulator.take(draft, key)
        if isinstance(outcome, Refusal):
            return self._refused(outcome, draft.number, key)
        code = 201 if fault and fault.kind is BusinessFaultKind.ACCEPTED else 200
        return _Judged(code=code, answer=self._written(code, f"Order {draft.number} received."), number=draft.number)

    def _unfit(self, envelope: Envelope) -> Refusal | None:
        """Return why the document is not for this address, whatever it orders."""
        if envelope.deployment not in ("production", "test"):
            text = f"Request/@deploymentMode {envelope.deployment!r} is neither production nor test."
            return Refusal(reason=Reason.UNREADABLE, text=text)
        if envelope.deployment == "test" and not self._simulator.options.cxml_test_deployment:
            text = "This is a production address, the document has deploymentMode test: send it to the test address."
            return Refusal(reason=Reason.INVALID, text=text)
        request = envelope.request
        if request is not None and request.tag not in ("OrderRequest", "ProfileRequest"):
            return Refusal(reason=Reason.UNSUPPORTED, text=f"{request.tag!s} is not supported here.")
        complaint = self._grammar.complaint(envelope.root)
        return Refusal(reason=Reason.UNREADABLE, text=complaint) if complaint else None

    def _refused(self, refusal: Refusal, number: str, key: str, *, code: int | None = None) -> _Judged:
        status = STATUSES[refusal.reason] if code is None else code
        self._simulator.refused(refusal, door=Door.CXML, number=number, key=key, code=status)
        return _Judged(code=status, answer=self._written(status, refusal.text), number=number)

    def _written(self, code: int, detail: str, answer: str = "") -> bytes:
        text = TEXTS.get(code) or TEXTS.get(code // 100 * 100, "")
        return cxml_envelope.response(code, text, detail, now=self._now(), answer=answer)

    def _now(self) -> datetime:
        return self._simulator.options.clock()

    def _sent(self, code: int, answer: bytes) -> Response:
        switches = self._simulator.switches
        if code >= 400 and switches.cxml_html_errors:
            return Response(_HTML, status_code=500, media_type="text/html")
        status = 200
        if code >= 400 and switches.cxml_http_errors:
            status = 400 if code < 500 else 500
        return Response(answer, status_code=status, media_type="text/xml")


def _code_of(answer: bytes) -> int:
    """Return the Status code of one of our own answers."""
    return int(answer.split(b'<Status code="', 1)[1][:3])
