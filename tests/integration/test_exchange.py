"""The exchange against a real server: what is known of a failure, and what never leaves."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from starlette.applications import Starlette
from starlette.requests import Request as Asked
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from common.connections.errors import ClientRefused, NotSent, OutcomeUnknown
from common.connections.exchange import Exchange, Request
from common.database.pool import Database
from common.vault.seal import Vault
from simulators.faults import Fault, FaultKind, Faults
from simulators.server import serve
from tests.fixtures import exchanges
from tests.fixtures.ports import free_port

SECRET = "canary-secret-5f1c"


@dataclass
class Server:
    """A server with a token endpoint, and a note of everything that it was asked."""

    faults: Faults = field(default_factory=Faults)
    url: str = ""
    tokens: int = 0
    life: int = 3600
    revoked: bool = False
    asked: list[tuple[str, str]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    def app(self) -> Starlette:
        routes = [
            Route("/token", self.token, methods=["POST"]),
            Route("/away", self.away, methods=["GET"]),
            Route("/{rest:path}", self.answer, methods=["GET", "POST"]),
        ]
        return Starlette(routes=routes)

    async def token(self, request: Asked) -> Response:
        if SECRET not in (await request.body()).decode():
            return JSONResponse({"error": "invalid_client", "error_description": SECRET}, status_code=401)
        self.tokens += 1
        self.revoked = self.revoked and self.tokens == 1
        return JSONResponse({"access_token": f"token-{self.tokens}", "expires_in": self.life})

    async def away(self, _: Asked) -> Response:
        return RedirectResponse("http://elsewhere.example/stolen", status_code=302)

    async def answer(self, request: Asked) -> Response:
        self.asked.append((request.url.path, request.headers.get("authorization", "")))
        self.bodies.append(await request.body())
        return Response(status_code=401) if self.revoked else JSONResponse({"asked": len(self.asked)})


@pytest.fixture
def server() -> Iterator[Server]:
    """A running server."""
    made = Server()
    with serve(made.faults.wrap(made.app())) as running:
        made.url = running.url
        yield made


def exchange(url: str, *, secret: str = SECRET, timeout: float = 5.0) -> Exchange:
    return exchanges.alone(url, secret=secret, timeout=timeout)


def test_the_repetition_after_a_401_is_the_same_request_with_a_newer_token(
    server: Server, database: Database, vault: Vault
) -> None:
    with exchanges.sharing(server.url, database, vault, secret=SECRET) as opened:
        server.revoked = True
        answer = opened.send(Request(method="POST", path="/x", content=b'{"order": "US1"}'))

    assert answer.status == 200
    assert server.bodies == [b'{"order": "US1"}'] * 2
    assert [authorization for _, authorization in server.asked] == ["Bearer token-1", "Bearer token-2"]


def test_a_401_to_a_request_without_a_token_asks_for_none(server: Server) -> None:
    server.revoked = True
    with exchange(server.url) as opened:
        assert opened.send(Request(method="POST", path="/x", authorized=False)).status == 401

    assert (server.tokens, len(server.asked)) == (0, 1)


def test_a_refused_client_is_said_without_the_secret(server: Server) -> None:
    with exchange(server.url, secret="wrong") as opened, pytest.raises(ClientRefused) as refused:
        opened.send(Request(method="GET", path="/x"))

    assert "invalid_client" in str(refused.value)
    assert "Check the client's id, secret and scope" in str(refused.value)
    assert SECRET not in str(refused.value)
    assert server.asked == []


def test_nothing_left_if_nobody_listens() -> None:
    with exchange(f"http://127.0.0.1:{free_port()}") as opened, pytest.raises(NotSent):
        opened.send(Request(method="POST", path="/x", authorized=False))


@pytest.mark.parametrize(
    "fault",
    [
        Fault(kind=FaultKind.DROP_AFTER, path="/x"),
        Fault(kind=FaultKind.DROP_BEFORE, path="/x"),
        Fault(kind=FaultKind.TRUNCATE, path="/x"),
        Fault(kind=FaultKind.HANG_AFTER, path="/x", seconds=3),
    ],
    ids=lambda fault: str(fault.kind),
)
def test_a_request_whose_answer_did_not_come_may_have_taken_effect(server: Server, fault: Fault) -> None:
    server.faults.add(fault)
    with exchange(server.url, timeout=1.0) as opened, pytest.raises(OutcomeUnknown, match="POST test/x"):
        opened.send(Request(method="POST", path="/x", content=b"{}"))


def test_a_request_that_could_outlive_its_claim_is_not_sent(server: Server) -> None:
    with exchange(server.url, timeout=5.0) as opened:
        with pytest.raises(NotSent, match="the claim could run out"):
            opened.send(Request(method="POST", path="/x"), trusted_until=time.monotonic() + 4.9)
        assert server.asked == []

        assert opened.send(Request(method="POST", path="/x"), trusted_until=time.monotonic() + 30).status == 200


def test_a_redirect_is_not_followed_and_the_token_goes_nowhere_else(server: Server) -> None:
    said = "HTTP 302, a redirect to elsewhere.example. Redirects are never followed"
    with exchange(server.url) as opened, pytest.raises(OutcomeUnknown, match=said) as unknown:
        opened.send(Request(method="GET", path="/away"))
    assert "stolen" not in str(unknown.value)
