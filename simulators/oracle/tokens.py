"""The identity domain's token endpoint, and who may use the API (oracle-fusion.md, section 2)."""

import base64
import binascii
import secrets
import threading
import time
from urllib.parse import parse_qs

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from simulators.journal import Journal
from simulators.oracle.options import OracleOptions, Switches


class Tokens:
    """The tokens that were issued, and until when they hold."""

    def __init__(self, options: OracleOptions, switches: Switches, journal: Journal) -> None:
        self._options = options
        self._switches = switches
        self._journal = journal
        self._lock = threading.Lock()
        self._expires: dict[str, float] = {}
        self._password = options.password

    async def issue(self, request: Request) -> Response:
        """Answer a client-credentials request (RFC 6749; 2.1)."""
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode("latin-1")).items()}
        client, secret = _basic(request.headers.get("authorization", "")) or (
            form.get("client_id", ""), form.get("client_secret", "")
        )  # fmt: skip
        if not self._is_client(client, secret):
            return self._refuse(401, "invalid_client", "Client authentication failed.", client)
        if "grant_type" not in form:
            return self._refuse(400, "invalid_request", "grant_type is missing.", client)
        if form["grant_type"] != "client_credentials":
            return self._refuse(400, "unsupported_grant_type", "The grant type is not supported.", client)
        if self._options.scopes is not None and form.get("scope", "") not in self._options.scopes:
            return self._refuse(400, "invalid_scope", "Invalid scope.", client)
        return self._grant(client)

    def admits(self, authorization: str) -> bool:
        """Whether a bearer token or a user's password lets a request in."""
        scheme, _, rest = authorization.partition(" ")
        if scheme == "Bearer":
            return self._expires.get(rest, 0.0) > time.monotonic()
        pair = _basic(authorization)
        return pair is not None and _same(pair, (self._options.user, self._password))

    def revoke_all(self) -> None:
        """Make every token invalid at once."""
        with self._lock:
            self._expires.clear()

    def change_password(self, password: str | None = None) -> None:
        """Give the user another password; None: the one from the start."""
        self._password = self._options.password if password is None else password

    def _is_client(self, client: str, secret: str) -> bool:
        return _same((client, secret), (self._options.client_id, self._options.client_secret))

    def _grant(self, client: str) -> Response:
        token = f"eyJ{secrets.token_urlsafe(32)}"
        life = self._switches.token_life_seconds
        with self._lock:
            self._expires[token] = time.monotonic() + life
        self._journal.write("token_issued", client, expires_in=life)
        return JSONResponse({"access_token": token, "token_type": "Bearer", "expires_in": life})

    def _refuse(self, status: int, error: str, description: str, client: str) -> Response:
        self._journal.write("token_refused", client, error=error)
        body = orjson.dumps({"error": error, "error_description": description})
        return Response(body, status_code=status, media_type="application/json")


def _basic(authorization: str) -> tuple[str, str] | None:
    scheme, _, encoded = authorization.partition(" ")
    if scheme != "Basic":
        return None
    try:
        user, colon, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return (user, password) if colon else None


def _same(given: tuple[str, str], expected: tuple[str, str]) -> bool:
    return all(secrets.compare_digest(a.encode(), b.encode()) for a, b in zip(given, expected, strict=True))
