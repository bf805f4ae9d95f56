"""Canaries sent through the exchange and into the ledger: none can be read in an error, a log or the database (A25)."""

import secrets
import traceback
from collections.abc import Iterator

import pytest
from psycopg import sql
from pydantic import SecretStr
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from common.connections.address_guard import AddressRule
from common.connections.errors import ExchangeFailed, NotSent
from common.connections.exchange import Exchange, Request
from common.connections.http_client import Reach
from common.connections.token_request import ClientAuthentication, TokenClient
from common.database.pool import Database
from common.ledger import jobs
from common.ledger.records import Stage
from common.ledger.verdicts import Dead, DeadClass, Failed, Unclear, Verdict, Wait
from common.telemetry import redaction
from common.telemetry.logs import about
from tests.fixtures import exchanges
from tests.fixtures.sockets import Listener, answering, listening
from tests.integration.bench import LedgerBench, version

TOKEN = secrets.token_urlsafe(24)
CLIENT_SECRET = secrets.token_urlsafe(24)
PROXY_PASSWORD = secrets.token_urlsafe(24)
CANARIES = (TOKEN, CLIENT_SECRET, PROXY_PASSWORD)


def exchange(listener: Listener) -> Exchange:
    return exchanges.alone(listener.url, secret=CLIENT_SECRET, timeout=2, connections=1)


def token_answer(token: str) -> bytes:
    body = b'{"access_token": "%s", "expires_in": 3600}' % token.encode()
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s" % (len(body), body)


@pytest.fixture
def broken_token() -> Iterator[Listener]:
    """A token endpoint whose token cannot stand in a header: the refusal of it quotes the header."""
    with listening(answering(token_answer(f"{TOKEN}\\n{TOKEN}"))) as listener:
        yield listener


def test_an_error_that_quotes_a_header_does_not_show_its_token(broken_token: Listener) -> None:
    with exchange(broken_token) as opened, pytest.raises(NotSent) as failed:
        opened.send(Request(method="GET", path="/x"))

    assert "Illegal header value" in str(failed.value)
    assert "***" in str(failed.value)
    assert all(canary not in str(failed.value) for canary in CANARIES)
    assert TOKEN not in redaction.mask("".join(traceback.format_exception(failed.value)))


def test_a_request_is_logged_with_its_job_and_without_its_secrets() -> None:
    request = Request(method="POST", path="/orders", query={"q": f"secret={TOKEN}"}, content=CLIENT_SECRET.encode())
    with (
        listening(answering(token_answer(TOKEN))) as listener,
        exchange(listener) as opened,
        capture_logs() as lines,
        about(job="j1", record=17, document="US1"),
    ):
        opened.send(request)
        bound = merge_contextvars(None, "info", {})

    (line,) = [line for line in lines if line["event"] == "exchanged"]
    assert bound == {"job": "j1", "record": 17, "document": "US1"}
    assert (line["connection"], line["method"], line["path"], line["status"]) == ("test", "POST", "/orders", 200)
    assert line["received"] == len(token_answer(TOKEN).partition(b"\r\n\r\n")[2])
    assert line["sent"] > len(CLIENT_SECRET)
    assert line["ms"] > 0
    assert all(canary not in repr(lines) for canary in CANARIES)


def test_a_failed_request_is_logged_with_its_class() -> None:
    with (
        listening(answering(b"garbage\r\n\r\n")) as listener,
        exchange(listener) as opened,
        capture_logs() as lines,
        pytest.raises(ExchangeFailed),
    ):
        opened.send(Request(method="POST", path="/orders", authorized=False))

    (line,) = [line for line in lines if line["event"] == "exchanged"]
    assert (line["failed"], line["cause"], line["log_level"]) == ("OutcomeUnknown", "RemoteProtocolError", "warning")


def test_what_is_built_from_a_secret_does_not_show_it() -> None:
    reach = Reach(rule=AddressRule(hosts=frozenset()), proxy=f"http://user:{PROXY_PASSWORD}@proxy.example:3128")

    assert PROXY_PASSWORD not in repr(reach)
    assert CLIENT_SECRET not in repr(
        TokenClient(
            token_url="u",
            client_id="c",
            secret=lambda: SecretStr(CLIENT_SECRET),
            scope=None,
            authentication=ClientAuthentication.FORM,
        )
    )


def everything(database: Database) -> str:
    """Return every row of every table, as text."""
    names = database.fetch_all(b"SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'")
    with database.connection() as connection:
        rows = [
            connection.execute(
                sql.SQL("SELECT t::text AS row FROM {} t").format(sql.Identifier(name["name"]))
            ).fetchall()
            for name in names
        ]
    return "\n".join(row["row"] for table in rows for row in table)


def test_the_ledger_keeps_no_secret_whatever_a_target_quotes(bench: LedgerBench) -> None:
    redaction.register(TOKEN)
    iban, tax_id = "DE89370400440532013000", f"TAX{secrets.randbelow(10**12):012d}"
    said = f"refused: Authorization: Bearer {TOKEN} <SharedSecret>{CLIENT_SECRET}</SharedSecret> paid to {iban}"
    verdicts: tuple[Verdict, ...] = (
        Dead(category=DeadClass.REFUSED, reason=said, next_step=said, field="supplier.TaxpayerId", value=tax_id),
        Failed(reason=said),
        Wait(seconds=1, reason=said),
        Unclear(reason=said),
    )
    for key, verdict in enumerate(verdicts, start=1):
        (record_id,) = bench.see(version(key))
        bench.make_ready(record_id)
        bench.settle(bench.claim(Stage.DELIVER, record_id), verdict)
    page = bench.page()
    jobs.put_off(bench.database, page, rest_seconds=0, reason=said, counts=True)
    claimed = jobs.claim_page(bench.database, page.job_id, lease_seconds=30, actor="test")
    assert claimed is not None
    jobs.fail(bench.database, claimed, said)

    kept = everything(bench.database)
    assert "refused: Authorization: ***" in kept
    for canary in (TOKEN, CLIENT_SECRET, iban, tax_id):
        assert canary not in kept
