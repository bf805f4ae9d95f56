"""How a request is let in: a header and what to do when it is refused. Bearer tokens are in `tokens.py`."""

from dataclasses import dataclass, field
from typing import Protocol

from common.clock import Monotonic
from common.connections import token_request
from common.connections.access import STOPPED_SECONDS, Access
from common.connections.errors import ClientRefused, ExchangeFailed
from common.connections.token_request import SecretSource
from common.telemetry.logs import logger
from common.vault.errors import VaultError

_LOG = logger(__name__)
_LOOK_EVERY_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Permit:
    """What lets one request in. `generation` counts the tokens before it."""

    header: str = field(repr=False)
    generation: int = 0


class Authorization(Protocol):
    """The way in to one system. Safe to use from several threads."""

    def current(self) -> Permit:
        """Return what lets a request in now. Raises NotSent, ClientRefused or DatabaseUnavailable."""
        ...

    def after_refusal(self, refused: Permit) -> Permit | None:
        """Return a newer permit than the one answered 401; None if there is none to be had now.

        Raises as `current` does.
        """
        ...

    def let_in(self) -> None:
        """Note that an authorized request was answered with something else than 401."""
        ...

    def hold_back_seconds(self) -> float:
        """Return how long to wait before the next try, because the client is refused; 0 while it is not."""
        ...


class BasicAuthentication:
    """A user and a password in every request (oracle-fusion.md, 2.2). A refusal stops the connection.

    A password that is tried again and again locks the user out, so a 401 stops every process until the password is
    replaced, or for five minutes.
    """

    def __init__(self, user: str, password: SecretSource, access: Access, monotonic: Monotonic) -> None:
        self._user = user
        self._password = password
        self._access = access
        self._monotonic = monotonic
        self._look_at = 0.0
        self._refused = ""
        self._stopped_until = 0.0
        self._because = ""
        self._ends_stop = False

    def current(self) -> Permit:
        """Return the header. Raises ClientRefused while the connection is stopped."""
        header = self._header()
        if self._monotonic() >= self._look_at:
            self._look(header)
        if header == self._refused and self._monotonic() < self._stopped_until:
            raise ClientRefused(self._because)
        return Permit(header=header)

    def after_refusal(self, refused: Permit) -> Permit | None:
        """Stop the connection. Raises ClientRefused."""
        because = (
            f"user {self._user} of {self._access.connection} is refused with HTTP 401. Its password is wrong or has "
            f"expired: replace it, and the connection goes on within seconds."
        )
        seen = self._access.look()
        if seen.refused != refused.header or seen.stopped_for == 0.0:  # of many at once one tells
            self._access.stop(None, because, refused=refused.header)
            _LOG.error("connection stopped", connection=self._access.connection, reason=because)
        self._stop(refused.header, because, STOPPED_SECONDS)
        raise ClientRefused(because)

    def let_in(self) -> None:
        """End the stop that the last look found."""
        if self._ends_stop:
            self._ends_stop = False
            self._access.resume()

    def hold_back_seconds(self) -> float:
        """Return how long to wait because the user is refused; 0 as soon as the password is another."""
        if self._monotonic() >= self._stopped_until:
            return 0.0
        try:
            header = self._header()
            self._look(header)
        except (VaultError, ExchangeFailed):  # what cannot be read now is told by the next request
            return _LOOK_EVERY_SECONDS
        if header != self._refused:
            return 0.0
        return min(_LOOK_EVERY_SECONDS, max(0.0, self._stopped_until - self._monotonic()))

    def _header(self) -> str:
        return token_request.basic(self._user, self._password())

    def _look(self, header: str) -> None:
        """Look whether the header was refused, here or elsewhere; what was refused here is not tried again early.

        A process that still has the password before the last one would otherwise stop a connection that goes on again.
        """
        seen = self._access.look()
        self._look_at = self._monotonic() + _LOOK_EVERY_SECONDS
        self._ends_stop = seen.stopped_because is not None
        if seen.refused == header:
            self._stop(header, seen.stopped_because or "", seen.stopped_for)

    def _stop(self, header: str, because: str, seconds: float) -> None:
        self._refused = header
        self._because = because
        self._stopped_until = self._monotonic() + seconds


class OwnPassword:
    """A user and a password for one person's requests: a refusal is the answer that the person asked for."""

    def __init__(self, user: str, password: SecretSource) -> None:
        self._user = user
        self._password = password

    def current(self) -> Permit:
        """Return the header."""
        return Permit(header=token_request.basic(self._user, self._password()))

    def after_refusal(self, refused: Permit) -> Permit | None:  # noqa: ARG002 - the protocol's signature
        """Show the refusal."""
        return None

    def let_in(self) -> None:
        """Note nothing."""

    def hold_back_seconds(self) -> float:
        """Never hold back."""
        return 0.0
