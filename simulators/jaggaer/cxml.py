"""The cXML door: one address that takes orders, invoices, status updates and ProfileRequest, answering a Response (5).

In this order: parse (406), envelope (406), Sender (401), payloadID known from this sender (the first answer again),
deployment mode (400), kind of request (450), DTD where there is one (406), then the document (`cxml_documents`). The
answer is HTTP 200 with the result in Status, unless a switch says otherwise.

An answer of class 2xx or 4xx is remembered with its payloadID and given again without a second effect; a 5xx is not,
so that the retry it asks for is judged anew (5.3). 401 comes before the memory: nobody is known to remember it for.
"""

import hashlib
import hmac

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulators.jaggaer import cxml_envelope
from simulators.jaggaer.answer_memory import Remembered
from simulators.jaggaer.business_faults import BusinessFaultKind
from simulators.jaggaer.cxml_documents import REQUESTS, CxmlDocuments, Judged
from simulators.jaggaer.cxml_envelope import Envelope, NotCxml
from simulators.jaggaer.order import DocumentKind, Door, Reason, Refusal
from simulators.jaggaer.simulator import JaggaerSimulator

CXML_PATH = "/apps/Router/CXMLReceive"
INVOICE_PATH = "/apps/Router/CXMLInvoiceImport"
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
_HTML = b"<html><head><title>Error</title></head><body><h1>An error occurred</h1></body></html>"


class CxmlDoor:
    """The cXML endpoint of one instance."""

    def __init__(self, simulator: JaggaerSimulator) -> None:
        self._simulator = simulator
        self._documents = CxmlDocuments(simulator)
        self._grammar = cxml_envelope.Grammar(simulator.options.dtd_folder)
        self._secrets = {
            cxml_envelope.Credential(domain=one.domain, identity=one.identity, secret=None).key: one.secret
            for one in simulator.options.senders
        }

    def routes(self) -> list[Route]:
        """Return the routes of this door: it takes every document at both addresses (3.1)."""
        return [Route(path, self.receive, methods=["POST"]) for path in (CXML_PATH, INVOICE_PATH)]

    async def receive(self, request: Request) -> Response:
        """Answer one document. Nothing waits once the body is read: an effect and its journal entry are one step."""
        body = await request.body()
        try:
            document = cxml_envelope.document_of(body, request.headers.get("content-type", ""))
            envelope = cxml_envelope.opened(document)
        except NotCxml as error:
            judged = self._refused(Refusal(reason=Reason.UNREADABLE, text=f"{error}."), "")
            return self._sent(judged.code, self._written(judged))
        sender = self._sender(envelope)
        if sender is None:
            text = "The Sender credential is not known here or its SharedSecret is wrong: check both."
            refusal = Refusal(reason=Reason.UNAUTHORIZED, text=text)
            judged = self._refused(refusal, envelope.payload_id)
            return self._sent(judged.code, self._written(judged))
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
        answer = self._written(judged)
        if judged.code < 500:
            remembered = Remembered(answer=answer, digest=digest, number=judged.number)
            self._simulator.memory.keep(sender, envelope.payload_id, remembered)
        match judged.fault.kind if judged.fault else None:
            case BusinessFaultKind.UNREADABLE:
                return Response(_HTML, media_type="text/html")
            case BusinessFaultKind.EMPTY:
                return Response(b"")
        return self._sent(judged.code, answer)

    def _judged(self, envelope: Envelope, url: str) -> Judged:
        refusal = self._unfit(envelope)
        if refusal is not None or envelope.request is None:
            absent = Refusal(reason=Reason.UNREADABLE, text="Request is empty.")
            return self._refused(refusal or absent, envelope.payload_id)
        if envelope.request.tag == "ProfileRequest":
            offered = dict.fromkeys(("ProfileRequest", *REQUESTS), url)
            return Judged(code=200, detail="", profile=cxml_envelope.profile(offered, self._simulator.options.clock()))
        return self._documents.judged(envelope, envelope.request)

    def _unfit(self, envelope: Envelope) -> Refusal | None:
        """Return why the document is not for this address, whatever it says."""
        if envelope.deployment not in ("production", "test"):
            text = f"Request/@deploymentMode {envelope.deployment!r} is neither production nor test."
            return Refusal(reason=Reason.UNREADABLE, text=text)
        if envelope.deployment == "test" and not self._simulator.options.cxml_test_deployment:
            text = "This is a production address, the document has deploymentMode test: send it to the test address."
            return Refusal(reason=Reason.INVALID, text=text)
        request = envelope.request
        if request is not None and request.tag not in ("ProfileRequest", *REQUESTS):
            return Refusal(reason=Reason.UNSUPPORTED, text=f"{request.tag!s} is not supported here.")
        complaint = self._grammar.complaint(envelope.root)
        return Refusal(reason=Reason.UNREADABLE, text=complaint) if complaint else None

    def _refused(self, refusal: Refusal, key: str) -> Judged:
        """Note the refusal of something that is not even known to be about an order: the journal has it as one."""
        return self._documents.refused(refusal, DocumentKind.ORDER, "", key)

    def _sent(self, code: int, answer: bytes) -> Response:
        switches = self._simulator.switches
        if code >= 400 and switches.cxml_html_errors:
            return Response(_HTML, status_code=500, media_type="text/html")
        status = 200
        if code >= 400 and switches.cxml_http_errors:
            status = 400 if code < 500 else 500
        return Response(answer, status_code=status, media_type="text/xml")

    def _written(self, judged: Judged) -> bytes:
        text = TEXTS.get(judged.code) or TEXTS.get(judged.code // 100 * 100, "")
        now = self._simulator.options.clock()
        return cxml_envelope.response(judged.code, text, judged.detail, now=now, answer=judged.profile)


def _code_of(answer: bytes) -> int:
    """Return the Status code of one of our own answers."""
    return int(answer.split(b'<Status code="', 1)[1][:3])
