"""What JAGGAER does by itself, from outside: POST /admin/life/{act} with the parameters of `Life` as a JSON object.

`{"po_number": "PO1", "lines": [[1, "2"]]}` to /admin/life/receive is `life.receive("PO1", [(1, "2")])`. Numbers are
read exactly, as strings or as JSON numbers; words are those that reads show ("Accepted", "Manual"). The answer is the
document that was made, for `play` the list of cycles.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulators.jaggaer import exact_json
from simulators.jaggaer.bill import InvoiceSource
from simulators.jaggaer.confirmation import Answer, LineAnswer
from simulators.jaggaer.life_play import Shares
from simulators.jaggaer.simulator import JaggaerSimulator

ACTS = frozenset(
    """
    confirm ship receive return_goods correct_receipt cancel_receipt invoice credit_memo cancel_invoice
    add_supplier edit_supplier add_value edit_value play
    """.split()
)


def routes(simulator: JaggaerSimulator) -> list[Route]:
    """Return the route of the acts."""
    return [Route("/admin/life/{act}", _act(simulator), methods=["POST"])]


def plain(document: object) -> dict[str, object]:
    """Return a document as JSON values: decimals as strings, times as ISO 8601, without its bytes."""
    shown = asdict(document) if is_dataclass(document) and not isinstance(document, type) else {"value": document}
    return {name: _plain(value) for name, value in shown.items() if not isinstance(value, bytes)}


def _plain(value: Any) -> object:
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple | frozenset):
        return [_plain(one) for one in value]
    if isinstance(value, date):
        return value.isoformat()
    return value if value is None or isinstance(value, bool | int | float) else str(value)


def _act(simulator: JaggaerSimulator) -> Callable[[Request], Awaitable[Response]]:
    async def acted(request: Request) -> Response:
        act = request.path_params["act"]
        if act not in ACTS:
            return JSONResponse({"error": f"there is no act {act!r}; there are {', '.join(sorted(ACTS))}"}, 404)
        try:
            stated = exact_json.loads(await request.body())
            done = await run_in_threadpool(getattr(simulator.life, act), **_parameters(stated))
        except (TypeError, ValueError) as error:
            return JSONResponse({"error": str(error)}, 400)
        return JSONResponse([plain(one) for one in done] if isinstance(done, list) else plain(done))

    return acted


def _parameters(stated: object) -> dict[str, Any]:
    if not isinstance(stated, dict):
        raise ValueError("an act takes a JSON object of its parameters")  # noqa: TRY004  # one exception for all of it
    return {name: _READ[name](value) if name in _READ else value for name, value in stated.items()}


def _answers(stated: list[dict[str, Any]]) -> list[LineAnswer]:
    return [
        LineAnswer(**{name: _ANSWER[name](value) if name in _ANSWER else value for name, value in one.items()})
        for one in stated
    ]


def _quantities(stated: dict[str, Any]) -> dict[int, Any]:
    return {int(line): quantity for line, quantity in stated.items()}


def _shares(stated: dict[str, Any]) -> Shares:
    values: dict[str, Any] = {name: int(value) if name == "parts" else float(value) for name, value in stated.items()}
    return Shares(**values)


_ANSWER: dict[str, Callable[[Any], Any]] = {
    "answer": Answer,
    "quantity": exact_json.exact,
    "unit_price": exact_json.exact,
    "delivery_date": date.fromisoformat,
}
_READ: dict[str, Callable[[Any], Any]] = {
    "answers": _answers,
    "answer": Answer,
    "quantities": _quantities,
    "source": InvoiceSource,
    "dated": datetime.fromisoformat,
    "shares": _shares,
}
