"""The J1P door: token endpoint, and purchase orders with their status (2.1, 2.2, 2.4).

A batchId of an order that took effect is remembered: the same body gets the same answer, another body is refused. A
refused batch had no effect and is judged anew when it comes again. A status is applied as often as it comes.
"""

import hashlib
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulators.jaggaer import filters, j1p_fields, j1p_order, statuses
from simulators.jaggaer.answer_memory import Remembered
from simulators.jaggaer.j1p_answers import BASE, RETURN_CODES, J1pAnswers, Listing, Message
from simulators.jaggaer.j1p_confirmations import ConfirmationsResource
from simulators.jaggaer.j1p_invoices import InvoicesResource
from simulators.jaggaer.j1p_receipts import ReceiptsResource
from simulators.jaggaer.j1p_suppliers import SuppliersResource
from simulators.jaggaer.j1p_values import ValuesResource
from simulators.jaggaer.order import DocumentKind, Door, Order, Reason, Refusal
from simulators.jaggaer.simulator import JaggaerSimulator
from simulators.jaggaer.tokens import TOKEN_PATH

__all__ = ("ORDERS_PATH", "RETURN_CODES", "J1pDoor")

ORDERS_PATH = BASE + "/purchaseorders"
_LISTING: Listing[str, Order] = Listing(
    outer="jipurchaseorderList",
    inner="jipurchaseorder",
    fields=filters.ORDER_FIELDS,
    keys=lambda equal: [equal["PONUMBER"]] if "PONUMBER" in equal else None,
    row=j1p_order.read_back,
    without_optional=j1p_order.without_optional,
)


class J1pDoor:
    """The endpoints of one instance."""

    def __init__(self, simulator: JaggaerSimulator) -> None:
        self._simulator = simulator
        self._answers = J1pAnswers(simulator)

    def routes(self) -> list[Route]:
        """Return the routes of this door."""
        guarded = self._answers.guarded
        return [
            Route(TOKEN_PATH, self.token, methods=["POST"]),
            Route(ORDERS_PATH, guarded(self.orders), methods=["GET", "POST"]),
            *ConfirmationsResource(self._simulator).routes(),
            Route(ORDERS_PATH + "/{number:path}/status", guarded(self.status), methods=["POST"]),
            Route(ORDERS_PATH + "/{number:path}", guarded(self.order), methods=["GET"]),
            *ReceiptsResource(self._simulator).routes(),
            *InvoicesResource(self._simulator).routes(),
            *SuppliersResource(self._simulator).routes(),
            *ValuesResource(self._simulator).routes(),
        ]

    async def token(self, request: Request) -> Response:
        """Answer a token request (2.1); the body is a form."""
        form = dict(parse_qsl((await request.body()).decode("utf-8", "replace"), keep_blank_values=True))
        answer = self._simulator.tokens.answer(form, self._simulator.switches)
        return JSONResponse(answer.body, status_code=answer.status, headers={"Cache-Control": "no-store"})

    async def orders(self, request: Request) -> Response:
        """Import an order (POST) or list orders (GET)."""
        if request.method == "POST":
            return self._imported(await request.body())
        return self._answers.listed(request, self._simulator.orders, _LISTING)

    async def order(self, request: Request) -> Response:
        """Read one order."""
        number = request.path_params["number"]
        found = self._simulator.orders.read(number, self._simulator.options.clock())
        if found is None:
            return self._answers.not_found(f"Purchase order {number}")
        return self._answers.page([found], _LISTING, total=1, start=1)

    async def status(self, request: Request) -> Response:
        """Apply a status to an order that is held: `{"batchId", "status"}`."""
        number, answers, kind = request.path_params["number"], self._answers, DocumentKind.STATUS
        message = answers.opened(await request.body(), kind)
        if isinstance(message, Response):
            return message
        word = j1p_fields.text(message.body.get("status"))
        state = statuses.order_state(word)
        if state is None:
            text = f"Order {number}: status {word or '(missing)'!r} is none of {statuses.order_words()}."
            reason = Reason.INVALID if word else Reason.MISSING
            return answers.refused(Refusal(reason=reason, text=text), kind, number, message.batch)
        return answers.taken(
            kind,
            number,
            message.batch,
            lambda: self._simulator.take_order_status(number, state, door=Door.J1P, key=message.batch),
            lambda _: answers.wrapped(),
        )

    def _imported(self, body: bytes) -> Response:
        """Answer an import. Nothing here waits, so an effect and its journal entry are one step."""
        message = self._answers.opened(body, DocumentKind.ORDER)
        if isinstance(message, Response):
            return message
        digest = hashlib.sha256(body).hexdigest()
        remembers = self._simulator.switches.batch_memory
        known = self._simulator.memory.find(Door.J1P, message.batch) if remembers else None
        return self._repeated(known, message.batch, digest) if known else self._new(message, digest)

    def _repeated(self, known: Remembered, batch: str, digest: str) -> Response:
        if known.digest != digest:
            text = f"batchId {batch} was already used for order {known.number} with another body: use a new batchId."
            refusal = Refusal(reason=Reason.BATCH_REUSED, text=text)
            return self._answers.refused(refusal, DocumentKind.ORDER, known.number, batch)
        self._simulator.answered_from_memory(door=Door.J1P, number=known.number, key=batch, same_content=True)
        return Response(known.answer, media_type="application/json")

    def _new(self, message: Message, digest: str) -> Response:
        answers, kind, batch = self._answers, DocumentKind.ORDER, message.batch
        with_fields = self._simulator.switches.reject_unknown_custom_fields
        try:
            draft = j1p_order.draft_from(message.body.get("purchaseOrder"), with_custom_fields=with_fields)
        except j1p_order.NotAnOrder as error:
            return answers.not_understood(error, kind, batch)
        return answers.taken(
            kind,
            draft.number,
            batch,
            lambda: self._simulator.take(draft, batch),
            lambda _: self._kept(draft.number, batch, digest),
        )

    def _kept(self, number: str, batch: str, digest: str) -> Response:
        """Return the answer to a batch that took effect, and remember it."""
        answer = self._answers.wrapped()
        self._simulator.memory.keep(
            Door.J1P, batch, Remembered(answer=bytes(answer.body), digest=digest, number=number)
        )
        return answer
