"""The gateway while the ledger is away, and what it never tells: a retry has one effect, a secret is in no log line."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from common.database import migrate
from common.database.pool import Database
from common.settings import SettingsRefused
from common.telemetry import logs
from common.telemetry.logs import LogFormat
from common.vault.seal import Vault
from common.vault.sources import KeyFile
from console import trace
from producers.gateway import server
from tests.fixtures import gateway
from tests.fixtures.gateway import OTHER_SECRET, SECRET, RunningGateway
from tests.fixtures.received import Pushed, receipt
from tests.fixtures.services import fresh_database
from tests.fixtures.world import eventually
from tests.integration.bench import LedgerBench, version

RECEIPT = Pushed(content=receipt())


@pytest.fixture
def door(tmp_path: Path, database_address: str, bench: LedgerBench) -> Iterator[RunningGateway]:
    """A gateway whose ledger has the order US1."""
    bench.admit(bench.page(), version(1))
    with gateway.running(tmp_path, database_address) as running:
        yield running


def test_a_retry_after_an_outage_has_one_effect(door: RunningGateway, database_address: str) -> None:
    with outage(database_address):
        answer = door.post(RECEIPT.document())
        assert (answer.http, answer.code) == (503, 560)
        assert door.get("/health").status_code == 503
    answers = [door.post(RECEIPT.document()) for _ in range(3)]

    assert {answer.code for answer in answers} == {200}
    with psycopg.connect(database_address) as connection:
        rows = connection.execute("SELECT record_id FROM record WHERE flow LIKE 'pushed%'").fetchall()
    assert len(rows) == 1
    assert door.get("/health").status_code == 200


def test_an_answer_that_was_never_committed_was_never_given(door: RunningGateway, database: Database) -> None:
    """The last statement of the transaction fails: neither record nor ticket is there, and the sender comes again."""
    with database.connection() as connection:
        connection.execute(
            "CREATE FUNCTION away() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'shutting down' USING ERRCODE = '57P01'; END $$"
        )
        connection.execute(
            "CREATE CONSTRAINT TRIGGER away AFTER INSERT ON inbox DEFERRABLE INITIALLY DEFERRED "
            "FOR EACH ROW EXECUTE FUNCTION away()"
        )
    assert door.post(RECEIPT.document()).http == 503
    assert database.fetch_all(b"SELECT 1 AS one FROM record WHERE flow LIKE 'pushed%%'", {}) == []
    with database.connection() as connection:
        connection.execute("DROP TRIGGER away ON inbox")

    assert door.post(RECEIPT.document()).code == 200


def test_no_log_line_tells_a_secret_or_a_body(door: RunningGateway, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(LogFormat.JSON, "DEBUG")
    wrong = "canary-wrong-secret"
    posted = (
        RECEIPT,
        replace(RECEIPT, secret=wrong),
        replace(RECEIPT, payload_id="2@hub", content=receipt(more='secret="canary-in-a-body"')),
        replace(RECEIPT, payload_id="3@hub", content=receipt("bad canary-in-a-body"), sender=("DUNS", "999"),
                origin=("DUNS", "999"), secret=OTHER_SECRET),
        replace(RECEIPT, content=f"<SharedSecret>{SECRET}</Shared>"),
    )  # fmt: skip
    answers = [door.post(one.document()) for one in posted]
    written = capsys.readouterr().err

    lines = [json.loads(line) for line in written.splitlines() if "answered" in line]
    assert lines[0]["code"] == 200
    assert lines[0]["payload_id"] == "1@hub"
    assert lines[0]["record"] is not None
    assert lines[0]["job"]
    for canary in (SECRET, OTHER_SECRET, wrong, "UnitOfMeasure"):
        assert canary not in written
    assert [answer.code for answer in answers] == [200, 401, 406, 400, 406]
    assert not any(SECRET.encode() in answer.body or wrong.encode() in answer.body for answer in answers)


def test_a_trace_shows_what_was_pushed(door: RunningGateway, database: Database, vault: Vault) -> None:
    door.post(replace(RECEIPT, attributes="").document())
    (shown,) = trace.collect(database, vault, "R1", with_payload=True)["versions"]

    (request,) = shown["received"]
    assert (request["request"], request["payload_id"], request["sender"]) == ("ReceiptRequest", "1@hub", "network")
    assert request["deviations"] == ["The cXML has no timestamp."]
    assert request["received_at"].tzinfo is not None
    assert SECRET not in json.dumps(shown["payloads"], default=str)


def test_changed_settings_take_effect_while_it_runs(door: RunningGateway) -> None:
    test = replace(RECEIPT, mode="test").document()
    assert door.post(replace(RECEIPT, mode="test", payload_id="0@hub").document()).code == 400
    section = "jaggaer.gateway]\n"
    changed = door.config.read_text().replace(section, f"{section}test = true\ntransport_codes = true\n")
    door.config.write_text(changed)
    eventually(lambda: door.post(replace(RECEIPT, to=("DUNS", "1")).document()).http == 400)

    assert door.post(test).http == 200


def test_an_address_that_is_taken_is_told(door: RunningGateway) -> None:
    bind = door.installations.current.settings.gateway_bind
    with pytest.raises(SettingsRefused, match="cannot listen"):
        server.run(server.application(door.installations), bind, threading.Event())


def test_a_ledger_without_its_tables_is_not_well(tmp_path: Path) -> None:
    KeyFile(path=tmp_path / "keys").create()
    with fresh_database() as url, gateway.running(tmp_path, url) as running:
        assert running.get("/health").status_code == 503
        assert running.post(RECEIPT.document()).http == 503
        database = Database(url, size=1)
        migrate.migrate(database)
        database.close()
        assert running.get("/health").status_code == 200


@contextmanager
def outage(address: str) -> Iterator[None]:
    """Let nobody connect to a database for the length of a `with` block, and throw out whoever is connected."""
    name = str(conninfo_to_dict(address)["dbname"])
    with psycopg.connect(make_conninfo(address, dbname="postgres"), autocommit=True) as connection:
        connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false'.encode())
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
        try:
            yield
        finally:
            connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true'.encode())
