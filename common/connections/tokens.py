"""Bearer tokens: one per connection for all processes, fetched by exactly one worker before it runs out.

A process keeps the token in memory and looks into the ledger when it is due (80 % of its life), once a minute, and
after a 401. Whoever finds it due claims the fetching; the others go on with the old token while it is good, and wait
for the new one when it is not. A 401 asks for a later generation than the one refused: if another worker has it
already, that one is taken.
"""

import threading
from dataclasses import dataclass, field
from uuid import UUID

import httpx

from common.clock import Monotonic
from common.connections import token_request
from common.connections.access import CLAIM_SECONDS, Access, Seen
from common.connections.authorization import Permit
from common.connections.errors import ClientRefused, ExchangeFailed, NotSent
from common.connections.token_request import Issued, TokenClient
from common.telemetry import redaction
from common.telemetry.logs import logger
from common.vault.errors import VaultError

_LOG = logger(__name__)
_ASK_SECONDS = 6.0
"""Shorter than the claim, so that two never ask at once."""
_TRUST_SECONDS = 60.0
"""How long a process goes on with a token without looking."""
_PATIENCE_SECONDS = CLAIM_SECONDS + 4.0
"""How long a request waits for a token: long enough for a second worker, if the first one dies."""
_POLL_SECONDS = 0.05
_REFUSED_HOLD_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Token:
    permit: Permit = field(repr=False)
    look_at: float
    good_until: float


class OwnToken:
    """One token for one person's requests, asked for once: no ledger, no renewal."""

    def __init__(self, client: TokenClient, http: httpx.Client) -> None:
        self._client = client
        self._http = http
        self._issued: Issued | None = None

    @property
    def life_seconds(self) -> float | None:
        """The life of the token that was issued, None before that."""
        return self._issued.life if self._issued else None

    def current(self) -> Permit:
        """Return the token, asking for it the first time. Raises NotSent or ClientRefused."""
        if self._issued is None:
            self._issued = token_request.ask(
                self._client, self._client.secret(), self._http, timeout_seconds=_ASK_SECONDS
            )
            redaction.register_token(self._issued.value)
        return Permit(header=f"Bearer {self._issued.value}", generation=1)

    def after_refusal(self, refused: Permit) -> Permit | None:  # noqa: ARG002 - the protocol's signature
        """Show the refusal: a token that is new and refused is the answer that the person asked for."""
        return None

    def let_in(self) -> None:
        """Note nothing."""

    def hold_back_seconds(self) -> float:
        """Never hold back."""
        return 0.0


class Tokens:
    """The tokens of one connection. Safe to use from several threads."""

    def __init__(self, client: TokenClient, http: httpx.Client, access: Access, monotonic: Monotonic) -> None:
        self._client = client
        self._http = http
        self._access = access
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._token: _Token | None = None
        self._stopped_until = 0.0

    def current(self) -> Permit:
        """Return a token that is good now. Raises NotSent, ClientRefused or DatabaseUnavailable."""
        token = self._token
        now = self._monotonic()
        if token is not None and now < token.look_at:
            return token.permit
        if token is not None and now < token.good_until and self._lock.locked():
            return token.permit  # another thread is looking, and this one is still good
        with self._lock:
            newer = self._token
            if newer is not None and newer is not token:
                return newer.permit
            return self._renewed(refused=None)

    def after_refusal(self, refused: Permit) -> Permit | None:
        """Return a token of a later generation than the one that was answered 401, None if it is too early for one.

        Raises as `current` does.
        """
        with self._lock:
            token = self._token
            if token is not None and token.permit.generation > refused.generation:
                return token.permit
            found = self._renewed(refused=refused.generation)
        return found if found.generation > refused.generation else None

    def let_in(self) -> None:
        """Note nothing: a stop ends with the next token."""

    def hold_back_seconds(self) -> float:
        """Return how long to wait because the client is refused; 0 as soon as its secret is another."""
        if self._monotonic() >= self._stopped_until:
            return 0.0
        try:
            seen = self._access.look()
            if seen.stopped_for > 0.0 and not self._is_changed(seen):
                return min(_REFUSED_HOLD_SECONDS, seen.stopped_for)
        except (VaultError, ExchangeFailed):  # what cannot be read now is told by the next request
            return _REFUSED_HOLD_SECONDS
        self._stopped_until = 0.0
        return 0.0

    def _renewed(self, refused: int | None) -> Permit:
        """Look, and fetch if it is due and for us; a token that cannot be sealed or opened is none."""
        try:
            return self._newest(refused)
        except VaultError as error:
            raise NotSent(f"no token for {self._access.connection}: {error}") from error

    def _newest(self, refused: int | None) -> Permit:
        """Return the newest token; wait while another worker fetches it."""
        deadline = self._monotonic() + _PATIENCE_SECONDS
        pause = threading.Event()
        while True:
            seen = self._access.look()
            if self._serves(seen, refused):
                return self._adopt(seen)
            self._check_stop(seen)
            claim = self._access.claim(seen, forced=refused is not None, changed=self._is_changed(seen))
            if claim is not None:
                self._fetch(claim, seen)
            elif seen.is_good and not (refused is not None and self._comes(seen)):
                return self._adopt(seen)  # it is renewed by another worker, or too early to be
            elif self._monotonic() > deadline:
                raise NotSent(f"no token for {self._access.connection}: nobody could fetch one")
            else:
                pause.wait(_POLL_SECONDS)

    def _comes(self, seen: Seen) -> bool:
        """Whether another worker fetches the token after the one seen, or has it already."""
        now = self._access.look()
        return now.fetching or now.generation > seen.generation

    def _serves(self, seen: Seen, refused: int | None) -> bool:
        if refused is not None and seen.generation <= refused:
            return False
        return seen.token is not None and (seen.renew_in or 0.0) > 0.0

    def _adopt(self, seen: Seen) -> Permit:
        now = self._monotonic()
        redaction.register_token(seen.token or "")
        permit = Permit(header=f"Bearer {seen.token}", generation=seen.generation)
        self._token = _Token(
            permit=permit,
            look_at=now + min(_TRUST_SECONDS, max(_POLL_SECONDS, seen.renew_in or 0.0)),
            good_until=now + (seen.expires_in or 0.0),
        )
        self._stopped_until = 0.0
        return permit

    def _check_stop(self, seen: Seen) -> None:
        if seen.stopped_for > 0.0 and not self._is_changed(seen):
            self._stopped_until = self._monotonic() + seen.stopped_for
            raise ClientRefused(seen.stopped_because or "the client is refused")

    def _fetch(self, claim: UUID, seen: Seen) -> None:
        """Ask for a token and keep it; the caller looks again, because another worker may have been faster."""
        asked_at = self._monotonic()
        secret = self._client.secret()
        try:
            issued = token_request.ask(self._client, secret, self._http, timeout_seconds=_ASK_SECONDS)
        except ClientRefused as error:
            self._access.stop(claim, str(error), refused=self._identity())
            _LOG.error("connection stopped", connection=self._access.connection, reason=str(error))
            raise
        except NotSent as error:
            self._access.fail(claim)
            if not seen.is_good:
                raise
            _LOG.warning("token not renewed yet", connection=self._access.connection, reason=str(error))
            return
        try:
            self._access.keep(claim, issued, took=self._monotonic() - asked_at)
        except VaultError:
            self._access.fail(claim)
            raise

    def _is_changed(self, seen: Seen) -> bool:
        """Whether our client is another than the one whose refusal stopped the connection."""
        return seen.refused is not None and seen.refused != self._identity()

    def _identity(self) -> str:
        client = self._client
        parts = (client.token_url, client.client_id, client.secret().get_secret_value(), client.scope or "")
        return "\x1f".join(parts)
