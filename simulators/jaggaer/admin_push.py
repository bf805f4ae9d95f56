"""The pushing of cXML, from outside.

GET, POST and DELETE   /admin/push   the target (`CxmlTarget`): see it, change settings of it (the first time `url` is
needed), have none. POST /admin/push/now sends what waits, /admin/push/profile asks what the gateway takes,
/admin/push/status sends a status update (`{"payload_id", "code", "text", "detail", "invoice_status"}`), and
/admin/push/repeat the last document about a number again (`{"kind": "receipt", "number", "new_payload_id": true}`).
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulators.jaggaer import exact_json
from simulators.jaggaer.admin_life import plain
from simulators.jaggaer.cxml_sender import CxmlSender, Delivery
from simulators.jaggaer.cxml_sender_target import CxmlTarget, Pushed


def routes(sender: CxmlSender) -> list[Route]:
    """Return the routes of the pushing."""
    pages = _Push(sender)
    return [
        Route("/admin/push", pages.target, methods=["GET", "POST", "DELETE"]),
        Route("/admin/push/{what}", pages.sent, methods=["POST"]),
    ]


class _Push:
    def __init__(self, sender: CxmlSender) -> None:
        self._sender = sender

    async def target(self, request: Request) -> Response:
        try:
            if request.method == "POST":
                self._sender.target = _changed(self._sender.target, exact_json.loads(await request.body()))
            elif request.method == "DELETE":
                self._sender.target = None
        except (KeyError, TypeError, ValueError) as error:
            return JSONResponse({"error": str(error)}, 400)
        target = self._sender.target
        shown = {} if target is None else {name: one for name, one in plain(target).items() if name not in _HIDDEN}
        return JSONResponse({"waiting": self._sender.waiting, "target": shown or None})

    async def sent(self, request: Request) -> Response:
        """Send in a thread: the gateway may be a client of this very instance."""
        try:
            body = await request.body()
            send = self._sending(request.path_params["what"], exact_json.loads(body) if body else {})
            done = await run_in_threadpool(send)
        except (TypeError, ValueError) as error:
            return JSONResponse({"error": str(error)}, 400)
        return JSONResponse([plain(one) for one in done] if isinstance(done, list) else plain(done))

    def _sending(self, what: str, stated: Any) -> Callable[[], Delivery | list[Delivery]]:
        match what:
            case "now":
                return self._sender.push
            case "profile":
                return self._sender.profile
            case "status":
                return partial(self._sender.status_update, **stated)
            case "repeat":
                return partial(self._sender.repeat, **(stated | {"kind": Pushed(stated.get("kind", ""))}))
        raise ValueError(f"{what!r} is none of now, profile, status, repeat")


_HIDDEN = frozenset({"secret", "attachment"})


def _changed(target: CxmlTarget | None, changes: Any) -> CxmlTarget:
    if not isinstance(changes, dict):
        raise ValueError("a target is changed by an object of settings")  # noqa: TRY004  # one exception for all of it
    changes = {name: float(value) if name in _SECONDS else value for name, value in changes.items()}
    return (target or CxmlTarget(url=str(changes.get("url", "")))).changed(changes)


_SECONDS = frozenset({"retry_seconds", "timeout_seconds"})
