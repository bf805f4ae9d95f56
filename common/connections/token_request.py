"""The token request: OAuth 2.0 client credentials, asked once, and what the answer means.

Oracle's identity domain takes the client in a Basic header (oracle-fusion.md, 2.1); JAGGAER's Keycloak takes it in the
form, and an older answer tells the life in milliseconds (jaggaer-cxml.md, 2.1).
"""

import base64
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

import httpx
import orjson
from pydantic import SecretStr

from common.connections.errors import ClientRefused, NotSent

SecretSource = Callable[[], SecretStr]
"""Gives the secret that is in force now: it can be replaced while the system runs."""

_LARGEST_ANSWER = 64 * 1024


class ClientAuthentication(StrEnum):
    """Where the token request carries the client's id and secret."""

    BASIC_HEADER = "basic_header"
    FORM = "form"


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenClient:
    """Who asks for tokens, where and how."""

    token_url: str
    client_id: str
    secret: SecretSource = field(repr=False)
    scope: str | None
    authentication: ClientAuthentication


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """A token as it was issued, and its life in seconds."""

    value: str = field(repr=False)
    life: float


def ask(client: TokenClient, secret: SecretStr, http: httpx.Client, *, timeout_seconds: float) -> Issued:
    """Ask for a token. Raises NotSent when none came, ClientRefused when the client is not let in."""
    try:
        response = http.post(
            client.token_url,
            data=_form(client, secret),
            headers=_basic(client, secret),
            timeout=timeout_seconds,
        )
    except httpx.HTTPError as error:
        raise NotSent(f"no token from {client.token_url}: {type(error).__name__}: {error}") from error
    if response.status_code in (400, 401, 403):
        raise ClientRefused(
            f"{client.token_url} refuses client {client.client_id} with HTTP {response.status_code}: "
            f"{_reason(response)}. Check the client's id, secret and scope."
        )
    return _read(client.token_url, response)


def _form(client: TokenClient, secret: SecretStr) -> dict[str, str]:
    form = {"grant_type": "client_credentials"}
    if client.scope:
        form["scope"] = client.scope
    if client.authentication is ClientAuthentication.FORM:
        form["client_id"] = client.client_id
        form["client_secret"] = secret.get_secret_value()
    return form


def _basic(client: TokenClient, secret: SecretStr) -> dict[str, str]:
    if client.authentication is ClientAuthentication.FORM:
        return {}
    return {"Authorization": basic(client.client_id, secret)}


def basic(user: str, secret: SecretStr) -> str:
    """Return a Basic authorization header (RFC 7617)."""
    return f"Basic {base64.b64encode(f'{user}:{secret.get_secret_value()}'.encode()).decode()}"


def _read(url: str, response: httpx.Response) -> Issued:
    """Return the token and its life, from the standard answer or the older one (jaggaer-cxml.md, 2.1)."""
    try:
        body = orjson.loads(response.content) if len(response.content) <= _LARGEST_ANSWER else None
    except orjson.JSONDecodeError:
        body = None
    if response.status_code != 200 or not isinstance(body, dict):
        raise NotSent(f"{url} answers HTTP {response.status_code} and no token")
    value, seconds, milliseconds = body.get("access_token"), body.get("expires_in"), body.get("expire_in")
    if isinstance(value, str) and isinstance(seconds, int | float):
        return Issued(value=value, life=float(seconds))
    older = body.get("token")
    if isinstance(older, str) and isinstance(milliseconds, int | float):
        return Issued(value=older, life=float(milliseconds) / 1000)
    raise NotSent(f"{url} answers HTTP 200 and no token")


def _reason(response: httpx.Response) -> str:
    """Return the RFC 6749 error code; the description is not repeated, it may quote what was sent."""
    try:
        error = orjson.loads(response.content).get("error")
    except (orjson.JSONDecodeError, AttributeError):
        error = None
    return error if isinstance(error, str) and error.isidentifier() else "no reason given"
