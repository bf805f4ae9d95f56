"""The admin interface of one instance: JSON under /admin, and one page for people at /admin itself.

GET   /admin/summary, /admin/orders?after=&limit=, /admin/orders/{number}, /admin/journal?after=&kind=&limit= (or last=)
GET   /admin/invoices, /admin/suppliers, /admin/values, /admin/confirmations, /admin/receipts, each ?after=&limit=
GET and POST   /admin/switches (some names and values); GET, POST and DELETE   /admin/business-faults
POST and DELETE   /admin/tokens (`{"seconds": n}`, the life of new tokens; revoke all); POST   /admin/reset
/admin/faults is `simulators.faults`; what JAGGAER does by itself is `admin_life`, what it pushes `admin_push`.

Limits: no password; a simulator listens where only its owner can reach it.
"""

import json
from bisect import bisect_left
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import TypeVar

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from simulators.jaggaer import admin_life, admin_push
from simulators.jaggaer.admin_life import plain
from simulators.jaggaer.business_faults import BusinessFault
from simulators.jaggaer.field_value import FieldValue
from simulators.jaggaer.invoice import Invoice
from simulators.jaggaer.order import Order
from simulators.jaggaer.orders import Tally
from simulators.jaggaer.simulator import JaggaerSimulator
from simulators.jaggaer.supplier import Supplier

_PAGE = Path(__file__).with_name("admin.html").read_text(encoding="utf-8")
_MOST = 10_000
_MOST_ENTRIES = 2**31
D = TypeVar("D")
_Endpoint = Callable[[Request], Awaitable[Response]]


def routes(simulator: JaggaerSimulator) -> list[Route]:
    """Return the routes of the admin interface."""
    pages = _Admin(simulator)
    return [
        Route("/admin", pages.page, methods=["GET"]),
        Route("/admin/summary", pages.summary, methods=["GET"]),
        Route("/admin/orders", _checked(pages.orders), methods=["GET"]),
        Route("/admin/orders/{number:path}", pages.order, methods=["GET"]),
        Route("/admin/invoices", _checked(pages.invoices), methods=["GET"]),
        Route("/admin/suppliers", _checked(pages.suppliers), methods=["GET"]),
        Route("/admin/values", _checked(pages.values), methods=["GET"]),
        Route("/admin/confirmations", _checked(pages.confirmations), methods=["GET"]),
        Route("/admin/receipts", _checked(pages.receipts), methods=["GET"]),
        Route("/admin/journal", _checked(pages.journal), methods=["GET"]),
        Route("/admin/switches", _checked(pages.switches), methods=["GET", "POST"]),
        Route("/admin/business-faults", _checked(pages.business_faults), methods=["GET", "POST", "DELETE"]),
        Route("/admin/tokens", _checked(pages.tokens), methods=["POST", "DELETE"]),
        Route("/admin/reset", pages.reset, methods=["POST"]),
        *admin_life.routes(simulator),
        *admin_push.routes(simulator.sender),
    ]


def _checked(endpoint: _Endpoint) -> _Endpoint:
    """Answer 400 with the reason where a request asks for something that does not exist."""

    async def answered(request: Request) -> Response:
        try:
            return await endpoint(request)
        except ValueError as error:
            return JSONResponse({"error": str(error)}, status_code=400)

    return answered


class _Admin:
    def __init__(self, simulator: JaggaerSimulator) -> None:
        self._simulator = simulator

    async def page(self, _: Request) -> Response:
        return HTMLResponse(_PAGE)

    async def summary(self, _: Request) -> Response:
        simulator = self._simulator
        return JSONResponse(
            {
                "orders": len(simulator.orders),
                "tallies": _tallies(simulator.orders.tallies()),
                "invoices": len(simulator.invoices),
                "invoice_tallies": _tallies(simulator.invoices.tallies()),
                "suppliers": len(simulator.suppliers),
                "values": len(simulator.values),
                "confirmations": len(simulator.confirmations),
                "receipts": len(simulator.receipts),
            }
        )

    async def orders(self, request: Request) -> Response:
        return _listed(request, self._simulator.orders, _shown)

    async def invoices(self, request: Request) -> Response:
        return _listed(request, self._simulator.invoices, _shown_invoice)

    async def suppliers(self, request: Request) -> Response:
        return _listed(request, self._simulator.suppliers, _shown_supplier)

    async def values(self, request: Request) -> Response:
        return _listed(request, self._simulator.values, _shown_value)

    async def confirmations(self, request: Request) -> Response:
        return _listed(request, self._simulator.confirmations, plain)

    async def receipts(self, request: Request) -> Response:
        return _listed(request, self._simulator.receipts, plain)

    async def order(self, request: Request) -> Response:
        order = self._simulator.orders.get(request.path_params["number"])
        if order is None:
            return JSONResponse({"error": f"no order {request.path_params['number']}"}, status_code=404)
        lines = [
            {
                "number": line.number,
                "quantity": str(line.quantity),
                "unit_price": str(line.unit_price),
                "uom": line.uom,
                "amount": str(line.amount),
            }
            for line in order.lines
        ]
        versions = [{**asdict(one), "total": str(one.total), "at": one.at.isoformat()} for one in order.versions]
        return JSONResponse({**_shown(order), "lines": lines, "versions": versions})

    async def journal(self, request: Request) -> Response:
        limit = max(1, _count(request, "limit", 1000))
        after = _count(request, "after", 0)
        if "last" in request.query_params:
            after = max(after, self._journal_length() - _count(request, "last", 0))
        entries = self._simulator.journal.read(after=after, kind=request.query_params.get("kind"), limit=limit)
        return JSONResponse([entry.as_json() for entry in entries])

    def _journal_length(self) -> int:
        """Count the entries without copying them: the journal tells only whether there is one after a number."""
        journal = self._simulator.journal
        return bisect_left(range(_MOST_ENTRIES), 1, key=lambda after: 1 - len(journal.read(after=after, limit=1)))

    async def switches(self, request: Request) -> Response:
        if request.method == "POST":
            changes = await _json(request)
            if not isinstance(changes, dict):
                raise ValueError("switches are changed by an object of names and values")
            self._simulator.switch(**changes)
        return JSONResponse(asdict(self._simulator.switches))

    async def business_faults(self, request: Request) -> Response:
        faults = self._simulator.business_faults
        if request.method == "POST":
            return JSONResponse({"id": faults.add(BusinessFault.from_json(await _json(request)))}, status_code=201)
        if request.method == "DELETE":
            faults.clear()
        return JSONResponse({str(number): fault.as_json() for number, fault in faults.list().items()})

    async def tokens(self, request: Request) -> Response:
        tokens = self._simulator.tokens
        if request.method == "DELETE":
            return JSONResponse({"revoked": tokens.revoke()})
        wanted = await _json(request)
        seconds = wanted.get("seconds") if isinstance(wanted, dict) else None
        if type(seconds) is not int or not 0 <= seconds <= 86_400:
            raise ValueError(f"seconds takes a whole number from 0 to 86400, not {seconds!r}")
        tokens.seconds = seconds
        return JSONResponse({"seconds": seconds})

    async def reset(self, _: Request) -> Response:
        self._simulator.reset()
        return JSONResponse({"reset": True})


async def _json(request: Request) -> object:
    try:
        value: object = json.loads(await request.body())
    except RecursionError as error:
        raise ValueError("the body is nested too deeply") from error
    return value


def _count(request: Request, name: str, default: int) -> int:
    text = request.query_params.get(name, str(default))
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise ValueError(f"{name} takes a whole number, not {text!r}")
    return min(int(text), _MOST) if name == "limit" else int(text)


def _listed(request: Request, documents: Iterable[D], shown: Callable[[D], dict[str, object]]) -> Response:
    after, limit = _count(request, "after", 0), _count(request, "limit", 100)
    return JSONResponse([shown(document) for document in islice(documents, after, after + limit)])


def _tallies(tallies: Iterable[Tally]) -> list[dict[str, object]]:
    return [
        {"currency": one.currency, "state": str(one.state), "count": one.count, "total": str(one.total)}
        for one in tallies
    ]


def _shown(order: Order) -> dict[str, object]:
    return {
        "number": order.number,
        "state": str(order.state),
        "source": str(order.source),
        "revision": order.revision,
        "currency": order.currency,
        "total": str(order.total),
        "business_unit": order.business_unit,
        "line_count": len(order.lines),
        "version_count": len(order.versions),
        "last_key": order.last_key,
        "updated_at": order.updated_at.isoformat(),
    }


def _shown_invoice(invoice: Invoice) -> dict[str, object]:
    return {
        "invoice_id": invoice.invoice_id,
        "number": invoice.number,
        "supplier": invoice.supplier,
        "kind": str(invoice.kind),
        "payment_status": str(invoice.payment_status),
        "source": str(invoice.source),
        "revision": invoice.revision,
        "currency": invoice.currency,
        "total": str(invoice.total),
        "paid": None if invoice.paid is None else str(invoice.paid),
        "business_unit": invoice.business_unit,
        "line_count": invoice.line_count,
        "last_key": invoice.last_key,
        "updated_at": invoice.updated_at.isoformat(),
    }


def _shown_supplier(supplier: Supplier) -> dict[str, object]:
    return {
        "number": supplier.number,
        "supplier_id": supplier.supplier_id,
        "name": supplier.name,
        "active": supplier.active,
        "source": str(supplier.source),
        "change_count": supplier.change_count,
        "last_key": supplier.last_key,
        "updated_at": supplier.updated_at.isoformat(),
    }


def _shown_value(value: FieldValue) -> dict[str, object]:
    return {**asdict(value), "updated_at": value.updated_at.isoformat()}
