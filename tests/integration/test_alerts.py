"""Alerts on a real ledger and at a real webhook: raised once, told once, over once, whatever is away or dies."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from common.connections.access import Access
from common.connections.traffic import Traffic
from common.database.pool import Database
from common.ledger import alerts, leadership
from common.ledger.alerts import AlertName, Condition, State, Subject
from common.ledger.records import Stage
from common.ledger.verdicts import Dead, DeadClass
from common.telemetry import logs
from common.telemetry.logs import LogFormat
from producers import alert_conditions
from producers.alerter import Alerter
from tests.fixtures.hook import Hook, breaking_off, hook, to
from tests.fixtures.ports import free_port
from tests.fixtures.sockets import listening
from tests.integration.bench import LedgerBench, version

pytestmark = pytest.mark.services

_CONFLICT = b"""
INSERT INTO conflict (integration, kind, oracle_key, oracle_number, field, oracle, jaggaer, record_id)
SELECT 'main', 'suppliers', '7', '7', 'name', 'a', 'b', min(record_id) FROM record
"""
STOPPED = ("connection is stopped", "main.oracle")
FLOWS = [("main", "purchase_orders")]


@pytest.fixture
def chat() -> Iterator[Hook]:
    """A webhook."""
    with hook() as running:
        yield running


@pytest.fixture
def oracle(bench: LedgerBench) -> Access:
    """How the connection to Oracle is let in."""
    return Access(database=bench.database, vault=bench.vault, connection="main.oracle", actor="test")


def alerter(database: Database, url: str | None, *, actor: str = "one") -> Alerter:
    return Alerter(
        database=database,
        integrations=frozenset({"main"}),
        on_schedule=FLOWS,
        hook=None if url is None else to(url),
        actor=actor,
    )


def go(duty: Alerter) -> None:
    """Do the duty until there is nothing more to do at once."""
    while duty.run_once():
        pass


def execute(database: Database, statement: bytes) -> None:
    with database.connection() as connection:
        connection.execute(statement)


def rest_is_over(database: Database) -> None:
    execute(database, b"UPDATE alert SET next_attempt_at = clock_timestamp() WHERE next_attempt_at IS NOT NULL")


def events(database: Database) -> list[str]:
    rows = database.fetch_all(b"SELECT event FROM audit_event WHERE event LIKE 'alert%' ORDER BY event_id")
    return [row["event"] for row in rows]


def refuse(oracle: Access) -> None:
    oracle.stop(None, "invalid_client", refused="ml-connector:old")


def test_what_is_wrong_is_raised_once_told_once_and_over_once(bench: LedgerBench, oracle: Access, chat: Hook) -> None:
    duty = alerter(bench.database, chat.url)
    go(duty)
    assert chat.told == []
    refuse(oracle)
    for _ in range(3):
        go(duty)
    assert chat.said() == [(*STOPPED, "raised")]
    assert "ml-connector credentials test main.oracle" in chat.told[0]["text"]
    oracle.resume()
    for _ in range(3):
        go(duty)

    assert chat.said() == [(*STOPPED, "raised"), (*STOPPED, "resolved")]
    assert {one["id"] for one in chat.told} == {chat.told[0]["id"]}
    assert len(set(chat.keys)) == 2
    assert events(bench.database) == ["alert raised", "alert resolved"]


def test_what_comes_again_is_another_alert(bench: LedgerBench, oracle: Access, chat: Hook) -> None:
    duty = alerter(bench.database, chat.url)
    for _ in range(2):
        refuse(oracle)
        go(duty)
        oracle.resume()
        go(duty)

    assert [state for *_, state in chat.said()] == ["raised", "resolved", "raised", "resolved"]
    assert len({one["id"] for one in chat.told}) == 2


def test_a_webhook_that_is_away_is_told_once_it_is_back(bench: LedgerBench, oracle: Access, chat: Hook) -> None:
    duty = alerter(bench.database, chat.url)
    refuse(oracle)
    chat.status = 503
    go(duty)
    (shown,) = alerts.everything_open(bench.database)
    assert (shown["told_at"], shown["trouble"]) == (None, "127.0.0.1 answers HTTP 503")
    chat.status = 200
    go(duty)
    assert chat.told == []  # it rests

    rest_is_over(bench.database)
    go(duty)

    assert chat.said() == [(*STOPPED, "raised")]
    (shown,) = alerts.everything_open(bench.database)
    assert shown["told_at"] is not None
    assert shown["trouble"] is None


def test_rests_grow_and_end_at_five_minutes(bench: LedgerBench, oracle: Access, chat: Hook) -> None:
    duty = alerter(bench.database, chat.url)
    refuse(oracle)
    chat.status = 500
    rests = []
    for _ in range(10):
        go(duty)
        row = bench.database.fetch_one(b"SELECT next_attempt_at - clock_timestamp() AS rest FROM alert")
        assert row is not None
        rests.append(round(row["rest"].total_seconds()))
        rest_is_over(bench.database)

    assert rests == [2, 4, 8, 16, 32, 64, 128, 256, 300, 300]


@pytest.mark.parametrize("status", [302, 307, 400, 404, 410, 429])
def test_whatever_is_not_a_yes_is_a_no(bench: LedgerBench, oracle: Access, chat: Hook, status: int) -> None:
    refuse(oracle)
    chat.status = status
    go(alerter(bench.database, chat.url))

    assert alerts.everything_open(bench.database)[0]["trouble"] == f"127.0.0.1 answers HTTP {status}"
    assert chat.told == []


def test_what_is_over_before_it_was_told_is_not_told(bench: LedgerBench, oracle: Access, chat: Hook) -> None:
    duty = alerter(bench.database, chat.url)
    refuse(oracle)
    chat.status = 503
    go(duty)
    oracle.resume()
    go(duty)
    chat.status = 200
    rest_is_over(bench.database)
    go(duty)

    assert chat.told == []
    assert events(bench.database) == ["alert raised", "alert resolved"]


def test_what_may_have_been_told_is_told_to_be_over(bench: LedgerBench, oracle: Access, chat: Hook) -> None:
    duty = alerter(bench.database, chat.url)
    refuse(oracle)
    with listening(breaking_off) as breaks_off:
        go(replace(duty, hook=to(breaks_off.url)))
    with_answers = replace(duty, hook=to(f"http://127.0.0.1:{free_port()}/x"))
    rest_is_over(bench.database)
    go(with_answers)  # a definite failure takes nothing back
    oracle.resume()
    rest_is_over(bench.database)
    go(duty)

    assert chat.said() == [(*STOPPED, "resolved")]


def test_what_another_version_raised_and_this_one_does_not_know_is_over(bench: LedgerBench, chat: Hook) -> None:
    about = Subject(name="the moon is full", integration="main", subject="moon")
    raised = Condition(about=about, summary="full", action="wait", lasts=timedelta(0))
    alerts.raise_alert(bench.database, raised, actor="another version")
    go(alerter(bench.database, chat.url))

    assert alerts.open_alerts(bench.database) == []


def test_without_a_webhook_alerts_are_kept_and_told_when_there_is_one(
    bench: LedgerBench, oracle: Access, chat: Hook
) -> None:
    refuse(oracle)
    go(alerter(bench.database, None))
    assert [row["alert"] for row in alerts.everything_open(bench.database)] == [STOPPED[0]]
    go(alerter(bench.database, chat.url))

    assert chat.said() == [(*STOPPED, "raised")]


def test_one_producer_leads_and_another_takes_over_without_telling_again(
    bench: LedgerBench, oracle: Access, chat: Hook
) -> None:
    first, second = (alerter(bench.database, chat.url, actor=actor) for actor in ("one", "two"))
    go(first)
    refuse(oracle)
    go(second)
    assert chat.told == []
    go(first)
    first.close()
    go(second)

    assert chat.said() == [(*STOPPED, "raised")]


def test_two_who_both_believe_that_they_lead_tell_once(
    bench: LedgerBench, oracle: Access, chat: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leadership, "hold", lambda *_, **__: 1)
    duties = [alerter(bench.database, chat.url, actor=actor) for actor in ("one", "two", "three", "four")]
    for _ in range(5):
        for change in (partial(refuse, oracle), oracle.resume):
            change()
            with ThreadPoolExecutor(len(duties)) as pool:
                list(pool.map(go, duties))
            go(duties[0])

    assert [state for *_, state in chat.said()] == ["raised", "resolved"] * 5
    assert events(bench.database) == ["alert raised", "alert resolved"] * 5


def condition() -> Condition:
    about = Subject(name=AlertName.CONNECTION_STOPPED, integration="main", subject="main.oracle")
    return Condition(about=about, summary="stopped", action="status", lasts=timedelta(0))


def test_what_a_teller_who_died_had_claimed_is_told_by_another(database: Database) -> None:
    assert alerts.raise_alert(database, condition(), actor="one")
    dead = alerts.claim(database, lease=timedelta(seconds=0.05))
    assert dead is not None
    assert alerts.claim(database, lease=timedelta(seconds=5)) is None
    time.sleep(0.1)

    again = alerts.claim(database, lease=timedelta(seconds=5))
    assert again is not None
    assert (dead.first, again.first) == (True, False)
    assert again.key == dead.key
    alerts.failed(database, dead, "outdated", unclear=False)  # the one who was only slow
    assert alerts.everything_open(database)[0]["trouble"] is None


@pytest.mark.parametrize("comes", [True, False])
def test_what_is_over_while_it_is_told_is_told_to_be_over_if_it_came(database: Database, *, comes: bool) -> None:
    alerts.raise_alert(database, condition(), actor="one")
    telling = alerts.claim(database, lease=timedelta(seconds=5))
    assert telling is not None
    alerts.resolve(database, alerts.open_alerts(database)[0], actor="one")
    if comes:
        alerts.told(database, telling)
    else:
        alerts.failed(database, telling, "HTTP 500", unclear=False)
        rest_is_over(database)

    following = alerts.claim(database, lease=timedelta(seconds=5))
    assert (following.state if following else None) == (State.RESOLVED if comes else None)


def die(bench: LedgerBench, *numbers: int) -> None:
    for record_id in bench.see(*map(version, numbers)):
        held = bench.claim(Stage.TRANSFORM, record_id)
        bench.settle(held, Dead(category=DeadClass.INVALID, reason="no total", next_step="mend it"))
    execute(bench.database, b"UPDATE record SET settled_at = settled_at - interval '5 minutes'")


def test_one_message_for_many_records_however_many_more_there_are(bench: LedgerBench, chat: Hook) -> None:
    duty = alerter(bench.database, chat.url)
    die(bench, 1, 2)
    go(duty)
    die(bench, 3, 4, 5)
    go(duty)

    assert [one["summary"] for one in chat.told] == ["2 records of purchase_orders wait for a person (invalid)"]


def found(database: Database) -> dict[tuple[str, str], Condition]:
    conditions = alert_conditions.find(database, {"main"}, FLOWS)
    return {(one.about.name, one.about.subject): one for one in conditions if one.lasts > timedelta(0)}


def test_whatever_lasts_is_found_with_its_age(bench: LedgerBench) -> None:
    assert found(bench.database) == {}
    bench.see(version(1))
    die(bench, 7)
    bench.page()
    jaggaer = Traffic(database=bench.database, connection="main.jaggaer", actor="test")
    jaggaer.look(1)
    jaggaer.open("no answer", probed=False)
    execute(bench.database, _CONFLICT)
    hour = b"clock_timestamp() - interval '1 hour'"
    for change in (
        b"record SET captured_at = " + hour,
        b"outbox SET created_at = " + hour,
        b"job SET opened_at = " + hour,
        b"traffic SET open_since = " + hour + b" WHERE open_since IS NOT NULL",
    ):
        execute(bench.database, b"UPDATE " + change)

    said = found(bench.database)

    assert {place: one.summary for place, one in said.items()} == {
        ("connection is away", "main.jaggaer"): "main.jaggaer has been away for ten minutes",
        ("records wait for a person", "purchase_orders (invalid)"): "1 record of purchase_orders waits for a person "
        "(invalid)",
        ("nothing is read any more", "purchase_orders"): "purchase_orders should have been read an hour ago",
        ("records do not move", "purchase_orders"): "A record of purchase_orders is captured half an hour after it "
        "was read",
        ("tickets are not published", "oracle.poll"): "Tickets for oracle.poll wait in the ledger",
        ("tickets are not published", "transform"): "Tickets for transform wait in the ledger",
        ("conflicts wait for a person", "suppliers"): "1 conflict about suppliers waits for a person",
    }
    ages = {name: one.lasts for (name, _), one in said.items() if name != "conflicts wait for a person"}
    assert all(timedelta(minutes=5) <= age < timedelta(minutes=61) for age in ages.values()), ages


def test_a_record_that_a_worker_holds_is_still_under_way(bench: LedgerBench) -> None:
    (record_id,) = bench.see(version(1))
    bench.claim(Stage.TRANSFORM, record_id)

    assert found(bench.database)["records do not move", "purchase_orders"].summary.startswith("A record of")


def test_a_connection_of_an_integration_that_is_no_more_is_nobodys_concern(bench: LedgerBench) -> None:
    refuse(Access(database=bench.database, vault=bench.vault, connection="former.oracle", actor="test"))

    assert alert_conditions.find(bench.database, {"main"}, []) == []


def test_its_address_is_in_no_row_and_masked_in_every_line(
    bench: LedgerBench,
    oracle: Access,
    chat: Hook,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    logs.configure(LogFormat.JSON, "DEBUG")
    caplog.set_level("INFO", logger="httpx")  # it says the whole address, at a level that no process of ours shows
    duty = alerter(bench.database, chat.url)
    refuse(oracle)
    chat.status = 404
    go(duty)
    rest_is_over(bench.database)
    chat.status = 200
    go(duty)
    written = capsys.readouterr().err

    rows = [bench.database.fetch_all(b"SELECT * FROM " + table) for table in (b"alert", b"audit_event")]
    assert "main.oracle" in str(rows)
    assert "127.0.0.1 answers HTTP 404" in written
    assert "HTTP Request: POST" in written
    assert chat.secret not in str(rows)
    assert chat.secret not in written
