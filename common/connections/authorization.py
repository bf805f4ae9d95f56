"""How a request is let in: a header and what to do when it is refused. Bearer tokens are in `tokens.py`."""

from dataclasses import dataclass, field
from typing import Protocol

from common.clock import Monotonic
from common.connections import token_request
from common.connections.access import STOPPED_SECONDS, Access
from common.connections.errors import ClientRefused
from common.connections.token_request import SecretSource

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
        self._stopped_until = 0.0
        self._because = ""

    def current(self) -> Permit:
        """Return the header. Raises ClientRefused while the connection is stopped."""
        header = token_request.basic(self._user, self._password())
        if self._monotonic() >= self._look_at:
            self._look(header)
        if self._monotonic() < self._stopped_until:
            raise ClientRefused(self._because)
        return Permit(header=header)

    def after_refusal(self, refused: Permit) -> Permit | None:
        """Stop the connection. Raises ClientRefused."""
        self._because = (
            f"user {self._user} of {self._access.connection} is refused with HTTP 401. Its password is wrong or has "
            f"expired: replace it, and the connection goes on within seconds."
        )
        self._access.stop(None, self._because, refused=refused.header)
        self._stopped_until = self._monotonic() + STOPPED_SECONDS
        raise ClientRefused(self._because)

    def hold_back_seconds(self) -> float:
        """Return how long to wait because the user is refused; 0 as soon as the password is another."""
        if self._monotonic() >= self._stopped_until:
            return 0.0
        self._look(token_request.basic(self._user, self._password()))
        return min(_LOOK_EVERY_SECONDS, max(0.0, self._stopped_until - self._monotonic()))

    def _look(self, header: str) -> None:
        seen = self._access.look()
        self._look_at = self._monotonic() + _LOOK_EVERY_SECONDS
        stopped = seen.refused == header
        self._stopped_until = self._monotonic() + seen.stopped_for if stopped else 0.0
        self._because = seen.stopped_because or ""


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

    def hold_back_seconds(self) -> float:
        """Never hold back."""
        return 0.0
