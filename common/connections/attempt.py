"""One attempt to send one request: until when it may last, and whether anything of it was handed to the network.

httpx limits every single read and write, not the whole: a server that sends a byte now and then holds a request for
ever. The attempt's deadline is kept by everything that touches the network (`network.py`), which finds the attempt of
its thread here. `sent` decides between NOT_SENT and UNKNOWN: an exception's type only hints at it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import httpx

EXTENSION = "ml_connector.attempt"
"""Under this name a request's extensions carry its attempt."""


class Attempt:
    """`deadline` is on the monotonic clock; `sent` counts the bytes of the request that may have left."""

    __slots__ = ("deadline", "sent")

    def __init__(self, deadline: float) -> None:
        self.deadline = deadline
        self.sent = 0

    def may_have_arrived(self, failure: Exception) -> bool:
        """Tell whether the system may have got the request, although the attempt failed so."""
        # A proxy's refusal came before the tunnel: what was written was for the proxy.
        return self.sent > 0 and not isinstance(failure, httpx.ProxyError)


_RUNNING: ContextVar[Attempt] = ContextVar("attempt")


@contextmanager
def running(attempt: Attempt) -> Iterator[None]:
    """Make an attempt this thread's current one for the length of a `with` block."""
    token = _RUNNING.set(attempt)
    try:
        yield
    finally:
        _RUNNING.reset(token)


def current() -> Attempt:
    """Return this thread's attempt. Raises LookupError outside one: no network is touched without a deadline."""
    return _RUNNING.get()
