"""The pod's admin pages: what a buyer and a bad day would do, by JSON and by one page of HTML."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict, fields
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from importlib import resources
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from simulators import faults
from simulators.oracle import figures, resource_verbs, samples, verbs
from simulators.oracle.errors import FusionError
from simulators.oracle.options import Switches
from simulators.oracle.projection import encode
from simulators.oracle.simulator import OracleSimulator

_LARGEST_ADDITION = 100_000

Handler = Callable[[Request], Awaitable[Response]]


def routes(simulator: OracleSimulator) -> list[Route]:
    """Return the admin routes."""
    pages = AdminPages(simulator)
    return [
        Route("/admin", pages.page, methods=["GET"]),
        Route("/admin/summary", pages.summary, methods=["GET"]),
        Route("/admin/journal", pages.journal, methods=["GET"]),
        Route("/admin/switches", _told(pages.switches), methods=["GET", "POST"]),
        Route("/admin/clock", _told(pages.clock), methods=["GET", "POST"]),
        Route("/admin/orders", _told(pages.add), methods=["POST"]),
        Route("/admin/orders/pending", _told(pages.pending), methods=["POST"]),
        Route("/admin/orders/{key:int}", pages.order, methods=["GET"]),
        Route("/admin/orders/{key:int}/figures", pages.figures, methods=["GET"]),
        Route("/admin/orders/{key:int}/{verb}", _told(pages.change), methods=["POST"]),
        *_resource_routes(pages),
        Route("/admin/receipts/process", pages.process_receipts, methods=["POST"]),
        Route("/admin/samples", _told(pages.samples), methods=["POST"]),
        Route("/admin/ties", _told(pages.ties), methods=["POST"]),
        Route("/admin/release", pages.release, methods=["POST"]),
        Route("/admin/revoke-tokens", pages.revoke, methods=["POST"]),
        Route("/admin/reset", pages.reset, methods=["POST"]),
        *faults.admin_routes(simulator.faults),
    ]


def _resource_routes(pages: "AdminPages") -> list[Route]:
    return [
        route
        for kind in resource_verbs.KINDS
        for route in (
            Route(f"/admin/{kind}", _told(partial(pages.add_row, kind)), methods=["POST"]),
            Route(f"/admin/{kind}/{{key:int}}", partial(pages.row, kind), methods=["GET"]),
            Route(f"/admin/{kind}/{{key:int}}/{{verb}}", _told(partial(pages.change_row, kind)), methods=["POST"]),
        )
    ]


def summary(simulator: OracleSimulator) -> dict[str, Any]:
    """Return how many rows there are, and the orders' exact sum by status, business unit and currency.

    Canceled orders are among them. The first time it takes about 20 µs per order: what each comes to is worked
    out once.
    """
    sums: dict[tuple[str, str, str], tuple[int, Decimal]] = {}
    for brief in simulator.orders.briefs():
        group = (brief.status, brief.business_unit, brief.currency)
        count, total = sums.get(group, (0, Decimal(0)))
        sums[group] = (count + 1, total + brief.total)
    groups = [
        {"status": status, "business_unit": unit, "currency": currency, "orders": count, "total": format(total, "f")}
        for (status, unit, currency), (count, total) in sorted(sums.items())
    ]
    others = {kind: len(resource_verbs.store(simulator, kind)) for kind in resource_verbs.KINDS}
    return {"orders": len(simulator.orders), **others, "groups": groups}


class AdminPages:
    """The handlers. What they raise is answered 400 with its text."""

    def __init__(self, simulator: OracleSimulator) -> None:
        self._simulator = simulator

    async def page(self, request: Request) -> Response:  # noqa: ARG002 - Starlette's signature
        """Show the page."""
        return HTMLResponse(resources.files("simulators.oracle").joinpath("admin.html").read_text(encoding="utf-8"))

    async def summary(self, request: Request) -> Response:  # noqa: ARG002 - Starlette's signature
        """Count the orders, beside the requests that are served meanwhile."""
        return _json(await run_in_threadpool(summary, self._simulator))

    async def journal(self, request: Request) -> Response:
        """Return entries after a sequence, oldest first; `tail=N` the last N."""
        query = request.query_params
        entries = self._simulator.journal.read(
            after=_number(query, "after", 0), kind=query.get("kind"), limit=_number(query, "limit", 1000)
        )
        tail = _number(query, "tail", 0)
        return _json({"entries": [entry.as_json() for entry in entries[-tail:]]})

    async def switches(self, request: Request) -> Response:
        """Show the switches, or set some."""
        if request.method == "POST":
            wanted = await _body(request)
            known = {field.name: type(getattr(self._simulator.switches, field.name)) for field in fields(Switches)}
            wrong = [name for name, value in wanted.items() if not _fits(value, known.get(name))]
            if wrong:
                raise ValueError(f"wrong: {', '.join(wrong)}; known are {', '.join(known)}")
            for name, value in wanted.items():
                setattr(self._simulator.switches, name, known[name](value))
        return _json(asdict(self._simulator.switches))

    async def clock(self, request: Request) -> Response:
        """Show the clock, or move it: `{"advance": seconds}` or `{"set": "2026-01-31T00:00:00+00:00"}`."""
        if request.method == "POST":
            match await _body(request):
                case {"advance": int() | Decimal() as seconds}:
                    self._simulator.advance_clock(float(seconds))
                case {"set": str() as moment}:
                    self._simulator.set_clock(_moment(moment))
                case _:
                    raise ValueError('the clock takes {"advance": seconds} or {"set": "a date-time with its zone"}')
        return _json({"now": self._simulator.now().isoformat()})

    async def add(self, request: Request) -> Response:
        """Add orders: `{"count": 5}`."""
        return _json({"keys": self._simulator.add(_count(await _body(request)))}, status=201)

    async def samples(self, request: Request) -> Response:
        """Take the rows of an answer of the API as they are, or of several: `{"documents": [..]}`."""
        body = await _body(request)
        documents = body.get("documents", [body])
        if not isinstance(documents, list):
            raise ValueError("documents is not a list")  # noqa: TRY004 - one exception for every wrong body
        known = [document for document in documents if samples.resource_of(document) is not None]
        if not known:
            raise ValueError("none of the documents is an answer with rows of a resource that this pod has")
        keys = [key for document in known for key in self._simulator.load(document)]
        return _json({"keys": keys, "documents": len(known), "others": len(documents) - len(known)}, status=201)

    async def ties(self, request: Request) -> Response:
        """Give the last orders, `{"count": 40}` of them, one same LastUpdateDate: now, or `"stamp"`."""
        body = await _body(request)
        stamp = body.get("stamp")
        keys = self._simulator.orders.keys()[-_count(body) :]
        shared = self._simulator.stamp_together(keys, None if stamp is None else _moment(str(stamp)))
        return _json({"keys": keys, "stamp": shared.isoformat()})

    async def pending(self, request: Request) -> Response:
        """Let the last open orders, `{"count": 5}` of them, wait for their supplier; `"kind"`: D or Y."""
        body = await _body(request)
        kind = str(body.get("kind", "D"))
        return _json({"keys": self._simulator.require_acknowledgments(_count(body), kind)})

    async def figures(self, request: Request) -> Response:
        """Show what of each schedule of an order was received, delivered, returned and billed, visible or not."""
        key = request.path_params["key"]
        if key not in self._simulator.orders:
            return _no_order(key)
        order = self._simulator.latest(key)
        shown = [
            figures.placed(line, schedule)
            | {"status": schedule["Status"], "by_amount": figures.by_amount(schedule)}
            | figures.of(schedule).as_text()
            for line, schedule in figures.every_schedule(order)
        ]
        return _json({"key": key, "number": order["OrderNumber"], "status": order["Status"], "schedules": shown})

    async def process_receipts(self, request: Request) -> Response:  # noqa: ARG002 - Starlette's signature
        """Process the receipt requests that wait, as *Manage Receiving Transactions* does."""
        rows = self._simulator.receiving.process_waiting()
        return _json({"processed": [{"key": r["HeaderInterfaceId"], "status": r["ReturnStatus"]} for r in rows]})

    async def order(self, request: Request) -> Response:
        """Show an order as it is, visible or not."""
        key = request.path_params["key"]
        return _json(self._simulator.latest(key)) if key in self._simulator.orders else _no_order(key)

    async def change(self, request: Request) -> Response:
        """Change an order: see `verbs`; those that need more take it from a JSON body."""
        key, verb = request.path_params["key"], request.path_params["verb"]
        if key not in self._simulator.orders:
            return _no_order(key)
        order = verbs.apply(self._simulator, key, verb, await _body(request))
        return _json({"key": key, "revision": order["Revision"], "status": order["Status"], "total": order["Total"]})

    async def add_row(self, kind: str, request: Request) -> Response:
        """Add a supplier, an invoice, a value or a combination: see `resource_verbs.ADDITIONS`."""
        return _json({"key": resource_verbs.add(self._simulator, kind, await _body(request))}, status=201)

    async def row(self, kind: str, request: Request) -> Response:
        """Show such a row as it is, visible or not."""
        key, store = request.path_params["key"], resource_verbs.store(self._simulator, kind)
        return _json(store.latest(key)) if key in store else _nothing(kind, key)

    async def change_row(self, kind: str, request: Request) -> Response:
        """Change such a row: see `resource_verbs.VERBS`."""
        key, verb = request.path_params["key"], request.path_params["verb"]
        store = resource_verbs.store(self._simulator, kind)
        if key not in store:
            return _nothing(kind, key)
        row = resource_verbs.apply(self._simulator, kind, key, verb, await _body(request))
        return _json({"key": key, **store.described(row)})

    async def release(self, request: Request) -> Response:  # noqa: ARG002 - Starlette's signature
        """Make held-back changes visible."""
        return _json({"released": self._simulator.release()})

    async def revoke(self, request: Request) -> Response:  # noqa: ARG002 - Starlette's signature
        """Make every token invalid."""
        self._simulator.tokens.revoke_all()
        return _json({"revoked": True})

    async def reset(self, request: Request) -> Response:  # noqa: ARG002 - Starlette's signature
        """Start again."""
        self._simulator.reset()
        return _json({"orders": len(self._simulator.orders)})


def _told(handler: Handler) -> Handler:
    """Return the handler with what it raises as an answer."""

    async def handle(request: Request) -> Response:
        try:
            return await handler(request)
        except (FusionError, ValueError) as error:
            return _json({"error": str(error)}, status=400)

    return handle


async def _body(request: Request) -> dict[str, Any]:
    text = await request.body()
    body = json.loads(text, parse_float=Decimal) if text else {}
    if not isinstance(body, dict):
        raise ValueError("the body is not a JSON object")  # noqa: TRY004 - one exception for every wrong body
    return body


def _count(body: dict[str, Any]) -> int:
    count = body.get("count", 1)
    if type(count) is not int or not 0 < count <= _LARGEST_ADDITION:
        raise ValueError(f"count is not a number from 1 to {_LARGEST_ADDITION}")
    return count


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text} has no zone")
    return moment.astimezone(UTC)


def _fits(value: Any, kind: type | None) -> bool:
    """Whether a value is one for a switch of this type; any number is a number of seconds."""
    return kind is not None and (type(value) is kind or (kind is float and type(value) in (int, Decimal)))


def _number(query: Any, name: str, default: int) -> int:
    text = query.get(name, "")
    return int(text) if text.isascii() and text.isdigit() else default


def _nothing(kind: str, key: int) -> Response:
    return _json({"error": f"there is no {key} among the {kind}"}, status=404)


def _no_order(key: int) -> Response:
    return _json({"error": f"there is no order {key}"}, status=404)


def _json(body: Any, *, status: int = 200) -> Response:
    return Response(encode(body), status_code=status, media_type="application/json")
