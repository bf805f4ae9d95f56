"""The exchange: the one seam through which requests leave this system.

It waits for its turn (`throttle.py`), puts the authorization on, sends, asks for a newer one after a 401 and repeats
once, and logs method, path, status, duration and
sizes: never a header, a query or a body. Where a request may go, how long it may take and how much of its answer is
read is kept by the client that `http_client.py` builds.

What it knows of a failure it says by the class of the error (`errors.py`), and it knows by counting: a request of which
no byte was handed to the network was not sent, whatever went wrong; any other may have taken effect.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

import httpx

from common.clock import Monotonic
from common.connections import attempt, request_checks
from common.connections.attempt import Attempt
from common.connections.authorization import Authorization, Permit
from common.connections.errors import ClaimTooShort, NotSent, OutcomeUnknown
from common.connections.throttle import Throttling
from common.telemetry import redaction
from common.telemetry.logs import logger

_LOG = logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request; `path` is relative to the connection's address and begins with a slash.

    Raises NotSent when it is made of something that could send it elsewhere or make it two (`request_checks.py`).
    """

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes | None = field(default=None, repr=False)
    authorized: bool = True

    def __post_init__(self) -> None:
        """Refuse a bad birth."""
        refusal = request_checks.refusal(self.method, self.path, self.query, self.headers)
        if refusal is not None:
            raise NotSent(f"{self.method[:20]!r} {self.path[:200]!r} is not sent: {refusal}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back, whole. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    content: bytes = field(repr=False)


class Exchange:
    """One connection to one system. Safe to use from several threads; `close()` it at the end."""

    def __init__(
        self,
        name: str,
        url: str,
        http: httpx.Client,
        authorization: Authorization,
        throttle: Throttling,
        *,
        timeout_seconds: float,
        monotonic: Monotonic,
    ) -> None:
        self.name = name
        self._url = url.rstrip("/")
        self._http = http
        self._authorization = authorization
        self._throttle = throttle
        self._timeout = timeout_seconds
        self._monotonic = monotonic

    def send(self, request: Request, *, trusted_until: float | None = None) -> Answer:
        """Send and return the answer, whatever its status. Raises NotSent, OutcomeUnknown or ClientRefused.

        `trusted_until` (monotonic clock) is when the caller's claim runs out: a request that could outlive it is not
        sent at all, because another worker may be sending the same by then.
        """
        with self._throttle.turn(self._named(request)) as turn:
            try:
                answer = self._send(request, trusted_until)
            except ClaimTooShort:
                raise
            except (NotSent, OutcomeUnknown) as error:
                turn.note_failure(str(error))
                raise
            turn.note_answer(answer.status, answer.headers)
            return answer

    def hold_back_seconds(self, *, authorized: bool = True) -> float:
        """Return how long to wait before work is claimed that needs this connection; 0 if it may go on.

        Raises DatabaseUnavailable.
        """
        refused = self._authorization.hold_back_seconds() if authorized else 0.0
        return max(refused, self._throttle.hold_back_seconds())

    def _send(self, request: Request, trusted_until: float | None) -> Answer:
        permit = self._authorization.current() if request.authorized else None
        self._check_lease(request, trusted_until)
        answer = self._send_once(request, permit)
        if answer.status == 401 and permit is not None:
            newer = self._authorization.after_refusal(permit)
            if newer is not None:
                self._check_lease(request, trusted_until)
                answer = self._send_once(request, newer)
        if answer.status != 401 and permit is not None:
            self._authorization.let_in()
        return answer

    def _named(self, request: Request) -> str:
        return f"{request.method} {self.name}{request.path}"

    def close(self) -> None:
        """Close every connection."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _check_lease(self, request: Request, trusted_until: float | None) -> None:
        if trusted_until is not None and self._monotonic() + self._timeout > trusted_until:
            raise ClaimTooShort(f"{self._named(request)}: the claim could run out before the answer comes")

    def _send_once(self, request: Request, permit: Permit | None) -> Answer:
        what = self._named(request)
        started = self._monotonic()
        current = Attempt(started + self._timeout)
        try:
            answer = self._receive(request, permit, current)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            failure = OutcomeUnknown if current.may_have_arrived(error) else NotSent
            self._log(request, started, current, failed=failure.__name__, cause=type(error).__name__)
            raise failure(redaction.mask(f"{what}: {type(error).__name__}: {error}")) from error
        self._log(request, started, current, status=answer.status, received=len(answer.content))
        if 300 <= answer.status < 400:
            raise OutcomeUnknown(f"{what}: {_redirect(answer)}")
        return answer

    def _receive(self, request: Request, permit: Permit | None, current: Attempt) -> Answer:
        headers = dict(request.headers)
        if permit is not None:
            headers["Authorization"] = permit.header
        with self._http.stream(
            request.method,
            self._url + request.path,
            params=dict(request.query) or None,
            headers=headers,
            content=request.content,
            extensions={attempt.EXTENSION: current},
        ) as response:
            content = b"".join(response.iter_bytes())
            return Answer(status=response.status_code, headers=dict(response.headers), content=content)

    def _log(self, request: Request, started: float, current: Attempt, **outcome: str | int) -> None:
        """Tell of one request; its job and record stand in the line already, bound by whoever works on them."""
        level = _LOG.warning if "failed" in outcome else _LOG.info
        level(
            "exchanged",
            connection=self.name,
            method=request.method,
            path=request.path,
            ms=round((self._monotonic() - started) * 1000, 1),
            sent=current.sent,
            **outcome,
        )


def _redirect(answer: Answer) -> str:
    """Say what a redirect means: it names the host alone, because a location's path and query may hold secrets."""
    try:
        host = httpx.URL(answer.headers.get("location", "")).host
    except httpx.InvalidURL:
        host = ""
    return (
        f"HTTP {answer.status}, a redirect to {host or 'another address'}. Redirects are never followed: "
        f"set the connection's url to where the API itself answers."
    )
