"""What every J1P resource has in common: the bearer token, the wrapper, refusals, lists and their pages (2.2).

Every answer has the wrapper `returnCode, returnMessage, ..`; business results are HTTP 200 whatever they are. Only
what is no JSON object at all gets HTTP 400, still wrapped.

Limits: the values of return codes are not public [assumed]; the page size is 100, as one public client assumes.
"""

from collections.abc import Awaitable, Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Generic, TypeVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from simulators.jaggaer import exact_json, filters
from simulators.jaggaer.business_faults import BusinessFault, BusinessFaultKind
from simulators.jaggaer.exact_json import JsonObject
from simulators.jaggaer.filters import Fields, Filter
from simulators.jaggaer.j1p_fields import NotUnderstood
from simulators.jaggaer.order import DocumentKind, Door, Reason, Refusal
from simulators.jaggaer.simulator import JaggaerSimulator
from simulators.jaggaer.store import Store, Stored
from simulators.jaggaer.tokens import bearer

BASE = "/j1p/api/public/ji/v1"
PAGE_SIZE = 100
NOT_FOUND = 404
RETURN_CODES = {reason: 100 + position for position, reason in enumerate(Reason, start=1)}
"""The return code of each refusal [assumed]; 0 is success, a simulated refusal carries its own."""

_HTML = b"<html><head><title>JAGGAER</title></head><body><h1>Please log in</h1></body></html>"
DEFAULT_FAULT_CODE = 99
_Endpoint = Callable[[Request], Awaitable[Response]]

K = TypeVar("K", bound=Hashable)
D = TypeVar("D", bound=Stored)
E = TypeVar("E")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing(Generic[K, D]):
    """How one store is listed: the wrapper names, what it is filtered by, and how a row looks.

    `keys` returns the keys that can fit a filter at most, where it names enough of a key; None to look at all.
    """

    outer: str
    inner: str
    fields: Fields[D]
    keys: Callable[[Mapping[str, str]], Sequence[K] | None]
    row: Callable[[D], JsonObject]
    without_optional: Callable[[JsonObject], JsonObject]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """An import: its body, and the batchId it came under."""

    body: JsonObject
    batch: str


class J1pAnswers:
    """Answers in the name of one instance."""

    def __init__(self, simulator: JaggaerSimulator) -> None:
        self._simulator = simulator

    def guarded(self, endpoint: _Endpoint) -> _Endpoint:
        """Return the endpoint behind the check of the bearer token."""

        async def answered(request: Request) -> Response:
            if self._simulator.tokens.is_alive(bearer(request.headers.get("authorization", ""))):
                return await endpoint(request)
            if self._simulator.switches.odd_unauthorized:
                return Response(b"", status_code=401, headers={"content-type": "; charset=UTF-8"})
            return JSONResponse({"error": "Unauthorized"}, status_code=401)

        return answered

    def opened(self, body: bytes, kind: DocumentKind) -> Message | Response:
        """Read the body of an import, or answer what is none: no JSON object, or no batchId."""
        try:
            message = exact_json.loads(body)
        except exact_json.NotJson as error:
            refusal = Refusal(reason=Reason.UNREADABLE, text=f"The body is {error}.")
            return self.refused(refusal, kind, "", "", status=400)
        if not isinstance(message, dict):
            return self.refused(Refusal(reason=Reason.UNREADABLE, text="The body is no object."), kind, "", "", 400)
        batch = message.get("batchId")
        if not isinstance(batch, str) or not batch.strip():
            return self.refused(Refusal(reason=Reason.MISSING, text="batchId is missing or empty."), kind, "", "")
        return Message(body=message, batch=batch)

    def wrapped(
        self, code: int = 0, text: str = "", content: Mapping[str, object] | None = None, *, status: int = 200
    ) -> Response:
        """Return an answer in the wrapper."""
        switches = self._simulator.switches
        said = "OK" if code == 0 and not text and switches.return_message_ok else text
        shown = str(code) if switches.return_code_as_text else code
        body = exact_json.dumps({"returnCode": shown, "returnMessage": said, **(content or {})})
        return Response(body, status_code=status, media_type="application/json")

    def refused(self, refusal: Refusal, kind: DocumentKind, number: str, batch: str, status: int = 200) -> Response:
        """Note a refusal and return the answer to it."""
        code = RETURN_CODES[refusal.reason]
        self._simulator.refused(refusal, kind=kind, door=Door.J1P, number=number, key=batch, code=code)
        return self.wrapped(code, refusal.text, status=status)

    def not_understood(self, error: NotUnderstood, kind: DocumentKind, batch: str) -> Response:
        """Return the answer to a document that can not be understood."""
        return self.refused(error.refusal, kind, error.number, batch)

    def fault(self, kind: DocumentKind, number: str) -> BusinessFault | None:
        """Return the fault that hits a document of this door."""
        return self._simulator.business_faults.pick(Door.J1P, kind, number)

    def refused_by_fault(
        self, fault: BusinessFault | None, kind: DocumentKind, number: str, batch: str
    ) -> Response | None:
        """Return the answer of a fault that refuses the document; None if none does."""
        if fault is None or fault.kind not in (BusinessFaultKind.REFUSE, BusinessFaultKind.PARTIAL):
            return None
        partial = fault.kind is BusinessFaultKind.PARTIAL
        code = fault.code if fault.code is not None else 0 if partial else DEFAULT_FAULT_CODE
        refusal = Refusal(reason=Reason.FAULT, text=f"{WORDS[kind].noun} {number}: {fault.text}")
        self._simulator.refused(refusal, kind=kind, door=Door.J1P, number=number, key=batch, code=code)
        if not partial:
            return self.wrapped(code, refusal.text)
        counts = "Success (Counts: Total documents attempted=1, Total documents completed=0)"
        return self.wrapped(code, counts, object_errors(kind, [(number, fault.text)]))

    def taken(
        self,
        kind: DocumentKind,
        number: str,
        batch: str,
        take: Callable[[], E | Refusal],
        answer: Callable[[E], Response],
    ) -> Response:
        """Have an effect and answer it, unless a fault or the instance refuses it; a fault may spoil the answer."""
        fault = self.fault(kind, number)
        refused = self.refused_by_fault(fault, kind, number, batch)
        if refused is not None:
            return refused
        outcome = take()
        if isinstance(outcome, Refusal):
            return spoiled(self.refused(outcome, kind, number, batch), fault)
        return spoiled(answer(outcome), fault)

    def not_found(self, what: str) -> Response:
        """Return the answer to a read of something that is not there."""
        status = 404 if self._simulator.switches.not_found_as_404 else 200
        return self.wrapped(NOT_FOUND, f"{what} not found", {"totRecords": 0}, status=status)

    def listed(self, request: Request, store: Store[K, D], listing: Listing[K, D]) -> Response:
        """Return a page of a list, as `flt` and `start` ask for it."""
        text, start_text = request.query_params.get("flt", ""), request.query_params.get("start", "1")
        start = int(start_text) if start_text.isascii() and start_text.isdigit() and len(start_text) < 10 else 0
        if start < 1:
            return self.wrapped(RETURN_CODES[Reason.INVALID], f"start counts from 1, {start_text!r} does not")
        try:
            wanted = filters.read(text, listing.fields)
        except filters.UnknownFilter as error:
            return self.wrapped(RETURN_CODES[Reason.INVALID], str(error))
        found = self._found(store, wanted, listing.keys(wanted.equal))
        self._simulator.tokens.count_page(self._simulator.switches.pages_per_token)
        page = list(islice(found, start - 1, start - 1 + PAGE_SIZE))
        return self.page(page, listing, total=self._shown_total(len(found), start), start=start)

    def page(self, documents: Iterable[D], listing: Listing[K, D], *, total: int, start: int) -> Response:
        """Return rows in the wrapper of a list."""
        shown = (listing.row(document) for document in documents)
        rows = [self.as_shown(row, listing.without_optional) for row in shown]
        counts = {"totRecords": total, "returnedRecords": len(rows), "startAt": start}
        return self.wrapped(content={**counts, listing.outer: {listing.inner: rows}})

    def as_shown(self, document: JsonObject, without_optional: Callable[[JsonObject], JsonObject]) -> JsonObject:
        """Return a document with the habits of the instance: optional fields, booleans as text (2.2)."""
        switches = self._simulator.switches
        shown = without_optional(document) if switches.missing_optional_fields else document
        found: JsonObject = _without_nulls(shown, switches.string_booleans)
        return found

    def _found(self, store: Store[K, D], wanted: Filter[D], keys: Sequence[K] | None) -> Sequence[D]:
        now = self._simulator.options.clock()
        if keys is None:
            found = store.read_since(wanted.since, now)
            return [document for document in found if wanted.matches(document)] if wanted.tests else found
        read = (store.read(key, now) for key in keys)
        in_time = (one for one in read if one is not None and (wanted.since is None or one.updated_at >= wanted.since))
        return [document for document in in_time if wanted.matches(document)]

    def _shown_total(self, total: int, start: int) -> int:
        """Return `totRecords`: with growing totals a page sees only half a page beyond its own end."""
        if not self._simulator.switches.growing_totals:
            return total
        return min(total, start - 1 + PAGE_SIZE + PAGE_SIZE // 2)


@dataclass(frozen=True, slots=True)
class _Words:
    noun: str
    reference: str
    number: str


WORDS = {
    DocumentKind.ORDER: _Words("Order", "purchaseOrderRef", "poNumber"),
    DocumentKind.INVOICE: _Words("Invoice", "invoiceRef", "supplierInvoiceNumber"),
    DocumentKind.SUPPLIER: _Words("Supplier", "supplierRef", "erpNumber"),
    DocumentKind.VALUE: _Words("Value", "customFieldValueRef", "value"),
    DocumentKind.STATUS: _Words("Status of", "statusRef", "number"),
}
"""How a kind of document is named in texts and in error lists [assumed but for orders, which mirror 3.2]."""


def object_errors(kind: DocumentKind, errors: Iterable[tuple[str, str]]) -> JsonObject:
    """Return the list of what is wrong with single documents, by number (3.1)."""
    words = WORDS[kind]
    references = [{words.number: number, "error": [{"type": "Error", "errorMessage": text}]} for number, text in errors]
    return {"objectErrors": {words.reference: references}}


def spoiled(answer: Response, fault: BusinessFault | None) -> Response:
    """Return the answer as a fault leaves it; the effect stands."""
    match fault.kind if fault else None:
        case BusinessFaultKind.ACCEPTED:
            answer.status_code = 201
        case BusinessFaultKind.UNREADABLE:
            return Response(_HTML, media_type="text/html")
        case BusinessFaultKind.EMPTY:
            return Response(b"")
        case BusinessFaultKind.TEXT_RETURN_CODE:
            wrapper = exact_json.loads(bytes(answer.body))
            return Response(
                exact_json.dumps({**wrapper, "returnCode": str(wrapper["returnCode"])}),
                media_type="application/json",
            )
    return answer


def _without_nulls(value: Any, string_booleans: bool) -> Any:  # noqa: FBT001  # the second argument of a recursion
    """Return a document without what has no value, booleans as strings where the instance likes that (2.2)."""
    if isinstance(value, dict):
        return {name: _without_nulls(one, string_booleans) for name, one in value.items() if one is not None}
    if isinstance(value, list):
        return [_without_nulls(one, string_booleans) for one in value]
    if isinstance(value, bool) and string_booleans:
        return "true" if value else "false"
    return value
