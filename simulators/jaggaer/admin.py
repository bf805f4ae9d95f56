"""The admin interface of one instance: JSON under /admin, and one page for people at /admin itself.

GET   /admin/summary, /admin/orders?after=&limit=, /admin/orders/{number}, /admin/journal?after=&kind=&limit= (or last=)
GET and POST   /admin/switches (some names and values); GET, POST and DELETE   /admin/business-faults
POST and DELETE   /admin/tokens (`{"seconds": n}`, the life of new tokens; revoke all); POST   /admin/reset
/admin/faults is `simulators.faults`.

Limits: no password; a simulator listens where only its owner can reach it.
"""

import json
from bisect import bisect_left
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from itertools import islice
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from simulators.jaggaer.business_faults import BusinessFault
from simulators.jaggaer.order import Order
from simulators.jaggaer.simulator import JaggaerSimulator

_PAGE = Path(__file__).with_name("admin.html").read_text(encoding="utf-8")
_MOST = 10_000
_MOST_ENTRIES = 2**31
_Endpoint = Callable[[Request], Awaitable[Response]]


def routes(simulator: JaggaerSimulator) -> list[Route]:
    """Return the routes of the admin interface."""
    pages = _Admin(simulator)
    return [
        Route("/admin", pages.page, methods=["GET"]),
        Route("/admin/summary", pages.summary, methods=["GET"]),
        Route("/admin/orders", _checked(pages.orders), methods=["GET"]),
        Route("/admin/orders/{number:path}", pages.order, methods=["GET"]),
        Route("/admin/journal", _checked(pages.journal), methods=["GET"]),
        Route("/admin/switches", _checked(pages.switches), methods=["GET", "POST"]),
        Route("/admin/business-faults", _checked(pages.business_faults), methods=["GET", "POST", "DELETE"]),
        Route("/admin/tokens", _checked(pages.tokens), methods=["POST", "DELETE"]),
        Route("/admin/reset", pages.reset, methods=["POST"]),
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
        tallies = [
            {"currency": one.currency, "state": str(one.state), "count": one.count, "total": str(one.total)}
            for one in self._simulator.orders.tallies()
        ]
        return JSONResponse({"orders": len(self._simulator.orders), "tallies": tallies})

    async def orders(self, request: Request) -> Response:
        after, limit = _count(request, "after", 0), _count(request, "limit", 100)
        found = islice(self._simulator.orders, after, after + limit)
        return JSONResponse([_shown(order) for order in found])

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
