"""OAuth2 client credentials as a Keycloak realm answers them, and the tokens that are alive (2.1).

Limits: one client; the answer carries no refresh token, as Keycloak leaves it out for this grant.
"""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from simulators.jaggaer.options import JaggaerOptions, Switches
from simulators.journal import Journal

TOKEN_PATH = "/auth/realms/J1p-integrations/protocol/openid-connect/token"  # noqa: S105  # a path; the case is exact
_LONGEST_SHOWN = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenAnswer:
    """What the endpoint answers: HTTP status and JSON body."""

    status: int
    body: Mapping[str, object]


class Tokens:
    """The tokens of one instance, with their ends."""

    def __init__(self, options: JaggaerOptions, journal: Journal) -> None:
        self._options = options
        self._journal = journal
        self._ends: dict[str, datetime] = {}
        self.seconds = options.token_seconds
        self._pages = 0

    def answer(self, form: Mapping[str, str], switches: Switches) -> TokenAnswer:
        """Answer a token request: 200, 401 for another client, 400 for another grant (RFC 6749, section 5.2)."""
        client = form.get("client_id", "")
        if not self._is_client(client, form.get("client_secret", "")):
            return self._refused(client, 401, "invalid_client", "Invalid client or Invalid client credentials")
        grant = form.get("grant_type", "")
        if not grant:
            return self._refused(client, 400, "invalid_request", "Missing form parameter: grant_type")
        if grant != "client_credentials":
            return self._refused(client, 400, "unsupported_grant_type", "Unsupported grant_type")
        self._journal.write("token_issued", client, seconds=self.seconds)
        return TokenAnswer(status=200, body=self._issued(switches))

    def is_alive(self, token: str) -> bool:
        """Tell whether the token was issued here and neither expired nor was revoked."""
        ends = self._ends.get(token)
        return ends is not None and self._options.clock() < ends

    def revoke(self) -> int:
        """End all tokens now and return how many there were."""
        count = len(self._ends)
        self._ends.clear()
        return count

    def count_page(self, most: int) -> None:
        """Count a page of a list that was read, and revoke all tokens with the last of `most`; 0 does not count."""
        self._pages = self._pages + 1 if most else 0
        if most and self._pages >= most:
            self._pages = 0
            self.revoke()

    def _issued(self, switches: Switches) -> dict[str, object]:
        token, now = secrets.token_urlsafe(32), self._options.clock()
        self._ends = {old: ends for old, ends in self._ends.items() if ends > now}
        self._ends[token] = now + timedelta(seconds=self.seconds)
        if switches.older_token_answer:
            return {"token": token, "expire_in": self.seconds * 1000}
        return {
            "access_token": token,
            "expires_in": self.seconds,
            "refresh_expires_in": 0,
            "token_type": "Bearer",
            "not-before-policy": 0,
            "scope": "profile email",
        }

    def _is_client(self, client: str, secret: str) -> bool:
        known_client = hmac.compare_digest(client.encode(), self._options.client_id.encode())
        return hmac.compare_digest(secret.encode(), self._options.client_secret.encode()) and known_client

    def _refused(self, client: str, status: int, error: str, description: str) -> TokenAnswer:
        self._journal.write("token_refused", client[:_LONGEST_SHOWN], code=status, reason=error)
        return TokenAnswer(status=status, body={"error": error, "error_description": description})


def bearer(authorization: str) -> str:
    """Return the token of an Authorization header, "" where there is none."""
    scheme, _, token = authorization.partition(" ")
    return token.strip() if scheme.casefold() == "bearer" else ""
