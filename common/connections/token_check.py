"""Trying a connection's client: one token request of its own, and what came of it."""

from dataclasses import dataclass

import httpx

from common.clock import Monotonic
from common.connections.errors import ExchangeFailed
from common.connections.token_request import TokenClient
from common.connections.tokens import OwnToken


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What came of trying a secret, without the secret."""

    granted: bool
    said: str
    milliseconds: float


def check(client: TokenClient, http: httpx.Client, monotonic: Monotonic) -> Checked:
    """Ask for a token as this client does, apart from the token that is in use."""
    started = monotonic()
    token = OwnToken(client, http)
    try:
        token.current()
    except ExchangeFailed as error:
        granted, said = False, str(error)
    else:
        granted, said = True, f"{client.token_url} gives a token; its life is {token.life_seconds or 0:.0f} s"
    return Checked(granted=granted, said=said, milliseconds=round((monotonic() - started) * 1000, 1))
