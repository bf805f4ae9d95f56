"""The J1P door: token endpoint, import of purchase orders, reads and lists (2.1, 2.2, 2.4).

Every answer has the wrapper `returnCode, returnMessage, ..`; business results are HTTP 200 whatever they are. Only
what is no JSON object at all gets HTTP 400, still wrapped. A batchId that took effect is remembered: the same body gets
the same answer, another body is refused. A refused batch had no effect and is judged anew when it comes again.

Limits: the values of return codes are not public [assumed]; the page size is 100, as one public client assumes.
"""

import hashlib
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulators.jaggaer import exact_json, filters, j1p_order
from simulators.jaggaer.answer_memory import Remembered
from simulators.jaggaer.business_faults import BusinessFault, BusinessFaultKind
from simulators.jaggaer.order import Door, Order, Reason, Refusal
from simulators.jaggaer.simulator import JaggaerSimulator
from simulators.jaggaer.tokens import TOKEN_PATH, bearer

ORDERS_PATH = "/j1p/api/public/ji/v1/purchaseorders"
PAGE_SIZE = 100
NOT_FOUND = 404
RETURN_CODES = {reason: 100 + position for position, reason in enumerate(Reason, start=1)}
"""The return code of each refusal [assumed]; 0 is success, a simulated refusal carries its own."""

_HTML = b"<html><head><title>JAGGAER</title></head><body><h1>Please log in</h1></body></html>"
_DEFAULT_FAULT_CODE = 99


class J1pDoor:
    """The endpoints of one instance."""

    def __init__(self, simulator: JaggaerSimulator) -> None:
        self._simulator = simulator

    def routes(self) -> list[Route]:
        """Return the routes of this door."""
        return [
            Route(TOKEN_PATH, self.token, methods=["POST"]),
            Route(ORDERS_PATH, self.orders, methods=["GET", "POST"]),
            Route(ORDERS_PATH + "/{number:path}", self.order, methods=["GET"]),
        ]

    async def token(self, request: Request) -> Response:
        """Answer a token request (2.1); the body is a form."""
        form = dict(parse_qsl((await request.body()).decode("utf-8", "replace"), keep_blank_values=True))
        answer = self._simulator.tokens.answer(form, self._simulator.switches)
        return JSONResponse(answer.body, status_code=answer.status, headers={"Cache-Control": "no-store"})

    async def orders(self, request: Request) -> Response:
        """Import an order (POST) or list orders (GET)."""
        if not self._is_let_in(request):
            return self._unauthorized()
        if request.method == "POST":
            return self._imported(await request.body())
        return self._listed(request.query_params.get("flt", ""), request.query_params.get("start", "1"))

    async def order(self, request: Request) -> Response:
        """Read one order."""
        if not self._is_let_in(request):
            return self._unauthorized()
        number = request.path_params["number"]
        found = self._simulator.orders.read(number, self._simulator.options.clock())
        if found is None:
            status = 404 if self._simulator.switches.not_found_as_404 else 200
            return self._answer(NOT_FOUND, f"Purchase order {number} not found", {"totRecords": 0}, status=status)
        return self._page([found], total=1, start=1)

    def _is_let_in(self, request: Request) -> bool:
        return self._simulator.tokens.is_alive(bearer(request.headers.get("authorization", "")))

    def _unauthorized(self) -> Response:
        if self._simulator.switches.odd_unauthorized:
            return Response(b"", status_code=401, headers={"content-type": "; charset=UTF-8"})
        return JSONResponse({"error": "Unauthorized"}, status_code=401)

    def _imported(self, body: bytes) -> Response:
        """Answer an import. Nothing here waits, so an effect and its journal entry are one step."""
        try:
            message = exact_json.loads(body)
        except exact_json.NotJson as error:
            return self._refused(Refusal(reason=Reason.UNREADABLE, text=f"The body is {error}."), "", "", status=400)
        if not isinstance(message, dict):
            return self._refused(Refusal(reason=Reason.UNREADABLE, text="The body is no object."), "", "", status=400)
        batch = message.get("batchId")
        if not isinstance(batch, str) or not batch.strip():
            return self._refused(Refusal(reason=Reason.MISSING, text="batchId is missing or empty."), "", "")
        digest = hashlib.sha256(body).hexdigest()
        known = self._simulator.memory.find(Door.J1P, batch) if self._simulator.switches.batch_memory else None
        return self._repeated(known, batch, digest) if known else self._new(message.get("purchaseOrder"), batch, digest)

    def _repeated(self, known: Remembered, batch: str, digest: str) -> Response:
        if known.digest != digest:
            text = f"batchId {batch} was already used for order {known.number} with another body: use a new batchId."
            return self._refused(Refusal(reason=Reason.BATCH_REUSED, text=text), known.number, batch)
        self._simulator.answered_from_memory(door=Door.J1P, number=known.number, key=batch, same_content=True)
        return Response(known.answer, media_type="application/json")

    def _new(self, purchase_order: object, batch: str, digest: str) -> Response:
        with_fields = self._simulator.switches.reject_unknown_custom_fields
        try:
            draft = j1p_order.draft_from(purchase_order, with_custom_fields=with_fields)
        except j1p_order.NotAnOrder as error:
            return self._refused(error.refusal, error.number, batch)
        fault = self._simulator.business_faults.pick(Door.J1P, draft.number)
        if fault and fault.kind in (BusinessFaultKind.REFUSE, BusinessFaultKind.PARTIAL):
            return self._refused_by_fault(fault, draft.number, batch)
        outcome = self._simulator.take(draft, batch)
        if isinstance(outcome, Refusal):
            return _spoiled(self._refused(outcome, draft.number, batch), fault)
        answer = self._answer(0, "", {})
        self._simulator.memory.keep(
            Door.J1P, batch, Remembered(answer=bytes(answer.body), digest=digest, number=draft.number)
        )
        return _spoiled(answer, fault)

    def _refused(self, refusal: Refusal, number: str, batch: str, *, status: int = 200) -> Response:
        code = RETURN_CODES[refusal.reason]
        self._simulator.refused(refusal, door=Door.J1P, number=number, key=batch, code=code)
        return self._answer(code, refusal.text, {}, status=status)

    def _refused_by_fault(self, fault: BusinessFault, number: str, batch: str) -> Response:
        partial = fault.kind is BusinessFaultKind.PARTIAL
        code = fault.code if fault.code is not None else 0 if partial else _DEFAULT_FAULT_CODE
        refusal = Refusal(reason=Reason.FAULT, text=f"Order {number}: {fault.text}")
        self._simulator.refused(refusal, door=Door.J1P, number=number, key=batch, code=code)
        if not partial:
            return self._answer(code, refusal.text, {})
        counts = "Success (Counts: Total documents attempted=1, Total documents completed=0)"
        errors = {"purchaseOrderRef": [{"poNumber": number, "error": [{"type": "Error", "errorMessage": fault.text}]}]}
        return self._answer(code, counts, {"objectErrors": errors})

    def _listed(self, text: str, start_text: str) -> Response:
        start = int(start_text) if start_text.isascii() and start_text.isdigit() and len(start_text) < 10 else 0
        if start < 1:
            return self._answer(RETURN_CODES[Reason.INVALID], f"start counts from 1, {start_text!r} does not", {})
        try:
            wanted = filters.parse(text)
        except filters.UnknownFilter as error:
            return self._answer(RETURN_CODES[Reason.INVALID], str(error), {})
        found = self._found(wanted)
        page = list(islice(found, start - 1, start - 1 + PAGE_SIZE))
        return self._page(page, total=self._shown_total(len(found), start), start=start)

    def _found(self, wanted: filters.Filter) -> Sequence[Order]:
        orders, now = self._simulator.orders, self._simulator.options.clock()
        if wanted.number is None:
            found = orders.read_since(wanted.since, now)
            return [order for order in found if wanted.matches(order)] if wanted.tests else found
        order = orders.read(wanted.number, now)
        in_time = order is not None and (wanted.since is None or order.updated_at >= wanted.since)
        return [order] if order is not None and in_time and wanted.matches(order) else []

    def _shown_total(self, total: int, start: int) -> int:
        """Return `totRecords`: with growing totals a page sees only half a page beyond its own end."""
        if not self._simulator.switches.growing_totals:
            return total
        return min(total, start - 1 + PAGE_SIZE + PAGE_SIZE // 2)

    def _page(self, orders: Sequence[Order], *, total: int, start: int) -> Response:
        switches = self._simulator.switches
        documents = [j1p_order.read_back(order) for order in orders]
        if switches.missing_optional_fields:
            documents = [j1p_order.without_optional(document) for document in documents]
        rows = [_as_shown(document, switches.string_booleans) for document in documents]
        counts = {"totRecords": total, "returnedRecords": len(rows), "startAt": start}
        return self._answer(0, "", {**counts, "jipurchaseorderList": {"jipurchaseorder": rows}})

    def _answer(self, code: int, text: str, content: Mapping[str, object], *, status: int = 200) -> Response:
        switches = self._simulator.switches
        said = "OK" if code == 0 and not text and switches.return_message_ok else text
        shown = str(code) if switches.return_code_as_text else code
        body = exact_json.dumps({"returnCode": shown, "returnMessage": said, **content})
        return Response(body, status_code=status, media_type="application/json")


def _spoiled(answer: Response, fault: BusinessFault | None) -> Response:
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


def _as_shown(value: Any, string_booleans: bool) -> Any:  # noqa: FBT001  # the second argument of a recursion
    """Return a document as JAGGAER shows it: without what has no value, booleans as strings where it likes (2.2)."""
    if isinstance(value, dict):
        return {name: _as_shown(one, string_booleans) for name, one in value.items() if one is not None}
    if isinstance(value, list):
        return [_as_shown(one, string_booleans) for one in value]
    if isinstance(value, bool) and string_booleans:
        return "true" if value else "false"
    return value
