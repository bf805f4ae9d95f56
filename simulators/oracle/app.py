"""The pod as an ASGI application: token endpoint, REST API, admin pages, with the faults around them."""

import json
from collections.abc import Awaitable, Callable
from decimal import Decimal
from email.utils import format_datetime
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from simulators.faults import App, Receive, Scope, Send
from simulators.oracle import actions, admin, batches, framework, writes
from simulators.oracle.attributes import PURCHASE_ORDERS
from simulators.oracle.describing import describe
from simulators.oracle.entity_tags import is_among
from simulators.oracle.errors import UNPARSEABLE, FusionError, not_found
from simulators.oracle.framework import Asked, Shown
from simulators.oracle.invoice_attributes import INVOICES
from simulators.oracle.options import OracleOptions
from simulators.oracle.projection import encode
from simulators.oracle.simulator import OracleSimulator

ROOT = "/fscmRestApi/resources"
VERSIONS = ("11.13.18.05", "latest")
ACTION_TYPE = "application/vnd.oracle.adf.action+json"
_ITEM_TYPES = ("application/json", "application/vnd.oracle.adf.resourceitem+json")
_METHODS = ["GET", "POST", "PATCH", "PUT", "DELETE"]
_JSON_TYPES = (
    "application/json",
    "application/vnd.oracle.adf.resourceitem+json",
    "application/vnd.oracle.adf.resourcecollection+json",
    "application/vnd.oracle.adf.actionresult+json",
    "application/vnd.oracle.adf.description+json",
    batches.BATCH_TYPE,
    "*/*",
    "application/*",
)
_SIGN_IN_PAGE = "<html><head><title>Sign In</title></head><body>Enter your single sign-on credentials.</body></html>"

Handler = Callable[[Request, int], Awaitable[Response]]


def create_app(options: OracleOptions) -> Starlette:
    """Return a pod; `app.state.simulator` drives it from inside the process."""
    simulator = OracleSimulator(options)
    api = Api(simulator)
    routes = [
        Route("/oauth2/v1/token", simulator.tokens.issue, methods=["POST"]),
        Route(ROOT, api.guarded(api.versions), methods=_METHODS),
        Route(ROOT + "/{version}", api.guarded(api.batch), methods=_METHODS),
        Route(ROOT + "/{version}/", api.guarded(api.batch), methods=_METHODS),
        Route(ROOT + "/{version}/{resource}", api.guarded(api.collection), methods=_METHODS),
        Route(ROOT + "/{version}/{resource}/describe", api.guarded(api.describe), methods=_METHODS),
        Route(ROOT + "/{version}/{resource}/{path:path}", api.guarded(api.item), methods=_METHODS),
        Route(ROOT + "/{rest:path}", api.guarded(api.nothing), methods=_METHODS),
        *admin.routes(simulator),
    ]
    app = Starlette(routes=routes, middleware=[Middleware(_Outside, simulator=simulator)])
    app.state.simulator = simulator
    return app


class _Outside:
    """The faults, around everything else."""

    def __init__(self, app: App, simulator: OracleSimulator) -> None:
        self._app = simulator.faults.wrap(app)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request through the faults."""
        await self._app(scope, receive, send)


class Api:
    """The handlers of the REST API."""

    def __init__(self, simulator: OracleSimulator) -> None:
        self._simulator = simulator

    def guarded(self, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        """Return a handler behind authentication, version and media type; errors are written as the version asks."""

        async def handle(request: Request) -> Response:
            version = 1
            try:
                version = framework.framework_version(request.headers.get("rest-framework-version"))
                response = self._refused(request) or await handler(request, version)
            except FusionError as error:
                self._simulator.journal.write("refused", request.url.path, status=error.status, detail=error.detail)
                response = error.response(version)
            response.headers["Date"] = format_datetime(self._simulator.now(), usegmt=True)
            return response

        return handle

    async def versions(self, request: Request, version: int) -> Response:
        """List the versions of the API (1.1)."""
        _only(request, "GET")
        links = [{"rel": "self", "href": f"{_base(request)}/{VERSIONS[0]}", "name": "self", "kind": "item"}]
        extension = {
            "defaultFrameworkVersion": "1",
            "allowedFrameworkVersions": [str(number) for number in framework.FRAMEWORKS],
        }
        item = {"version": VERSIONS[0], "isLatest": True, "adf:extension": extension, "links": links}
        own = {"rel": "self", "href": _base(request), "name": "self", "kind": "collection"}
        return _json({"items": [item], "links": [own]}, version)

    async def collection(self, request: Request, version: int) -> Response:
        """Answer the collection of a resource, or create an item in it."""
        asked = self._asked(request, version)
        if _meant(request) != "GET":
            return await self._write(request, version, [asked.resource])
        if self._simulator.switches.html_page:
            return HTMLResponse(_SIGN_IN_PAGE)
        return _json(framework.collection(self._simulator, asked).body, version)

    async def item(self, request: Request, version: int) -> Response:
        """Answer an item, its children, or an action on it."""
        asked = self._asked(request, version)
        path = [part for part in request.path_params["path"].split("/") if part]
        if path[-2:-1] == ["action"]:
            return await self._act(request, version, path)
        if _meant(request) != "GET":
            return await self._write(request, version, [asked.resource, *path])
        if self._simulator.switches.html_page and framework.is_collection(path):
            return HTMLResponse(_SIGN_IN_PAGE)
        return _conditional(request, framework.item(self._simulator, asked, path), version)

    async def describe(self, request: Request, version: int) -> Response:
        """Describe the resource."""
        _only(request, "GET")
        asked = self._asked(request, version)
        return _json(describe(self._simulator.rows(asked.resource).resource, asked.base), version)

    async def nothing(self, request: Request, version: int) -> Response:  # noqa: ARG002 - the handlers' signature
        """Answer for a resource that this pod does not have."""
        raise not_found()

    async def batch(self, request: Request, version: int) -> Response:
        """Answer a batch: everything in it, or nothing (1.9)."""
        if request.method == "GET":
            raise not_found()
        _only(request, "POST")
        body = await _object(request, batches.BATCH_TYPE)
        answer = batches.run(self._simulator, body, version, _address(request))
        return _json(answer, version, media_type=batches.BATCH_TYPE)

    async def _write(self, request: Request, version: int, segments: list[str]) -> Response:
        """Create, update or delete what an address names (1.7)."""
        simulator, method = self._simulator, _meant(request)
        simulator.release_due()
        writes.check_allowed(simulator, method, segments)
        if method == "POST":
            created = writes.create(simulator, segments, await _object(request, *_ITEM_TYPES))
            shown = writes.shown(created, _address(request), version)
            return _json(shown.body, version, status=201, etag=shown.etag, location=shown.url)
        changed_since = self._changed_since(request, version, segments)
        if changed_since is not None:
            return changed_since
        if method == "DELETE":
            writes.delete(simulator, segments)
            return Response(status_code=204)
        updated = writes.update(simulator, segments, await _object(request, *_ITEM_TYPES))
        shown = writes.shown(updated, _address(request), version)
        return _json(shown.body, version, etag=shown.etag)

    def _changed_since(self, request: Request, version: int, segments: list[str]) -> Response | None:
        """Return the answer to a request whose `If-Match` does not hold the item's tag: the item as it is."""
        if_match = request.headers.get("if-match")
        if if_match is None:
            return None
        asked = Asked(parameters={}, framework=version, base=_address(request), resource=segments[0])
        shown = framework.item(self._simulator, asked, segments[1:])
        if shown.etag is None or is_among(if_match, shown.etag, weakly=False):
            return None
        return _json(shown.body, version, status=412, etag=shown.etag)

    async def _act(self, request: Request, version: int, path: list[str]) -> Response:
        _only(request, "POST")
        body = await _object(request, ACTION_TYPE, empty={})
        asked = self._asked(request, version)
        if asked.resource == INVOICES.name and len(path) == 2:
            writes.check_seen(self._simulator, INVOICES)
            return _json(self._simulator.invoice_processing.act(path[-1], body), version)
        if asked.resource != PURCHASE_ORDERS.name:
            raise not_found()
        target = actions.Target.read(self._simulator, path[:-2], path[-1])
        shown = framework.item(self._simulator, asked, path[:-2])
        if_match = request.headers.get("if-match")
        if if_match is not None and shown.etag is not None and not is_among(if_match, shown.etag, weakly=False):
            return _json(shown.body, version, status=412, etag=shown.etag)
        return _json(target.act(self._simulator), version)

    def _asked(self, request: Request, version: int) -> Asked:
        """Return what is asked for. Raises FusionError (404) for a resource that the pod does not have."""
        name = str(request.path_params["resource"])
        self._simulator.rows(name)
        return Asked(parameters=dict(request.query_params), framework=version, base=_address(request), resource=name)

    def _refused(self, request: Request) -> Response | None:
        authorization = request.headers.get("authorization", "")
        if not self._simulator.tokens.admits(authorization):
            challenge = 'Bearer error="invalid_token"' if authorization.startswith("Bearer") else 'Basic realm="owsm"'
            self._simulator.journal.write("refused", request.url.path, status=401, detail=challenge)
            return Response(status_code=401, headers={"WWW-Authenticate": challenge})
        accepted = [part.split(";")[0].strip() for part in request.headers.get("accept", "*/*").split(",")]
        if not set(accepted) & set(_JSON_TYPES):
            raise FusionError(406, f"The media types {', '.join(accepted)} are not acceptable.")
        return None


def _meant(request: Request) -> str:
    """Return the method of a request; POST may say which one it stands for (1.7)."""
    return request.headers.get("x-http-method-override", "POST") if request.method == "POST" else request.method


def _only(request: Request, method: str) -> None:
    """Raise FusionError (405) for any other method."""
    if _meant(request) != method:
        raise writes.not_allowed(_meant(request))


async def _object(request: Request, *media_types: str, empty: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the JSON object of a request, `empty` for no body. Raises FusionError (415 and 400)."""
    if request.headers.get("content-type", "").split(";")[0].strip() not in media_types:
        raise FusionError(415, f"The media type of such a request is {media_types[0]}.")
    text = await request.body()
    if not text and empty is not None:
        return empty
    try:
        body = json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise FusionError(400, "The request payload can't be parsed.", code=UNPARSEABLE, path="/")
    return body


def _conditional(request: Request, shown: Shown, version: int) -> Response:
    if is_among(request.headers.get("if-none-match"), shown.etag, weakly=True):
        return Response(status_code=304, headers={"ETag": f'"{shown.etag}"'})
    return _json(shown.body, version, etag=shown.etag)


def _json(
    body: Any,
    version: int,
    *,
    status: int = 200,
    etag: str | None = None,
    location: str | None = None,
    media_type: str = "application/json",
) -> Response:
    headers = {"REST-Framework-Version": str(version)} | ({"ETag": f'"{etag}"'} if etag else {})
    headers |= {} if location is None else {"Location": location}
    return Response(encode(body), status_code=status, headers=headers, media_type=media_type)


def _base(request: Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc}{ROOT}"


def _address(request: Request) -> str:
    """Return the address of the API's version. Raises FusionError (404) for a version that there is not."""
    if request.path_params["version"] not in VERSIONS:
        raise not_found()
    return f"{_base(request)}/{_version(request)}"


def _version(request: Request) -> str:
    return VERSIONS[0] if request.path_params["version"] == "latest" else str(request.path_params["version"])
