"""`ml-connector` as a person and as a program use it, in a process of its own."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from simulators.jaggaer.business_faults import BusinessFault, BusinessFaultKind
from simulators.jaggaer.order import Door
from tests.fixtures.cluster import Cluster, Plan
from tests.fixtures.services import fresh_database
from tests.fixtures.system import System, system
from tests.fixtures.world import World, eventually, world

pytestmark = pytest.mark.services


@pytest.fixture(scope="module")
def synced(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, System]]:
    """Five orders: four delivered, one refused."""
    folder = tmp_path_factory.mktemp("command-line")
    with fresh_database() as database_url, world(orders=5) as around:
        refused = around.number(around.keys[4])
        around.jaggaer.business_faults.add(
            BusinessFault(kind=BusinessFaultKind.REFUSE, door=Door.J1P, prefix=refused, code=17, text="no budget")
        )
        with system(folder, around, database_url, None, Plan(every=3600)) as inside:
            assert eventually(lambda: len(around.applied()) == 4 and around.refused())
            assert eventually(lambda: '"dead"' in inside.cluster.command("status", "--json").stdout)
            yield around, inside


def asked(cluster: Cluster, *arguments: str) -> Any:
    """Return what a command prints as JSON."""
    done = cluster.command(*arguments, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_status_tells_where_everything_is(synced: tuple[World, System]) -> None:
    _, inside = synced
    found = asked(inside.cluster, "status")

    assert isinstance(found, dict)
    assert {row["state"]: row["records"] for row in found["records"]} == {"delivered": 4, "dead": 1}
    assert found["cursors"][0]["position"] is not None
    shown = inside.cluster.command("status").stdout
    assert "delivered" in shown
    assert "purchase_orders" in shown


def test_jobs_tell_what_each_run_read(synced: tuple[World, System]) -> None:
    _, inside = synced
    (job,) = asked(inside.cluster, "jobs")

    assert (job["kind"], job["state"], job["rows_seen"], job["rows_new"]) == ("scheduled", "done", 5, 5)


def test_trace_tells_the_whole_story_with_its_payloads(synced: tuple[World, System]) -> None:
    around, inside = synced
    number = around.number(around.keys[0])
    found = asked(inside.cluster, "trace", number, "--payload")

    assert isinstance(found, dict)
    (version,) = found["versions"]
    assert [event["event"] for event in version["events"]] == [
        "captured",
        "claimed",
        "transformed",
        "claimed",
        "delivered",
    ]
    assert version["payloads"]["source"]["OrderNumber"] == number
    assert version["payloads"]["target"]["purchaseOrder"]["poHeader"]["poNumber"] == number
    assert "sending → delivered" in inside.cluster.command("trace", number).stdout


def test_trace_of_an_unknown_number_says_so(synced: tuple[World, System]) -> None:
    _, inside = synced
    done = inside.cluster.command("trace", "US-NONE")

    assert done.returncode == 1
    assert "no document with number US-NONE" in done.stderr


def test_the_balance_is_exact_text(synced: tuple[World, System]) -> None:
    _, inside = synced
    found = asked(inside.cluster, "balance")

    assert isinstance(found, dict)
    assert found["balances"] is True
    assert all(isinstance(line["seen"]["amount"], str) for line in found["lines"])
    assert sum(line["seen"]["records"] for line in found["lines"]) == 5


def test_dead_letters_are_listed_shown_and_say_what_to_do(synced: tuple[World, System]) -> None:
    around, inside = synced
    (letter,) = asked(inside.cluster, "dead", "list")

    assert letter["document_number"] == around.number(around.keys[4])
    assert "no budget" in letter["reason"]
    shown = inside.cluster.command("dead", "show", str(letter["record_id"]))
    assert "replay the dead letter" in " ".join(shown.stdout.split())
    assert inside.cluster.command("dead", "show", "999").returncode == 1
    nobody = inside.cluster.command("dead", "replay", "999", "--json")
    assert (nobody.returncode, json.loads(nobody.stdout)) == (1, {"replayed": [], "not_dead": [999]})
    nobody = inside.cluster.command("dead", "discard", "999", "--reason", "none")
    assert (nobody.returncode, nobody.stdout) == (1, "0 discarded. Not dead: 999.\n")
    assert inside.cluster.command("dead", "replay").returncode == 2


def test_some_of_the_named_records_being_dead_is_enough(synced: tuple[World, System]) -> None:
    around, inside = synced
    (letter,) = asked(inside.cluster, "dead", "list")
    number, record_id = around.number(around.keys[4]), letter["record_id"]

    assert asked(inside.cluster, "dead", "replay", str(record_id), "999") == {
        "replayed": [record_id],
        "not_dead": [999],
    }
    assert eventually(lambda: len(asked(inside.cluster, "dead", "list")) == 1)
    assert asked(inside.cluster, "dead", "discard", "999", str(record_id), "--reason", "by hand")["not_dead"] == [999]
    assert asked(inside.cluster, "dead", "replay", "--all") == {"replayed": [], "not_dead": []}
    assert asked(inside.cluster, "trace", number)["versions"][0]["outcome"] == "by hand"


def test_a_poll_by_hand_reads_now(synced: tuple[World, System]) -> None:
    around, inside = synced
    (key,) = around.oracle.add(1)
    found = asked(inside.cluster, "poll", "purchase_orders")

    assert isinstance(found, dict)
    assert found["job_id"]
    assert eventually(lambda: around.number(key) in around.jaggaer.orders)
    wrong = inside.cluster.command("poll", "no_such_flow")
    assert wrong.returncode == 2
    assert "purchase_orders" in wrong.stderr


def test_what_a_person_can_mend_is_said_without_a_traceback(synced: tuple[World, System]) -> None:
    _, inside = synced
    for change, says in (
        ({"ML_CONNECTOR_CONFIG": "/none.toml"}, "/none.toml: cannot be read"),
        ({"ML_CONNECTOR_CONFIG": ""}, "ML_CONNECTOR_CONFIG is not set"),
        ({"DATABASE_URL": "postgresql://127.0.0.1:1/none"}, "PostgreSQL is not available"),
        ({"ML_CONNECTOR_KEY_FILE": "/none/keys"}, "There is no key file at /none/keys"),
    ):
        done = inside.cluster.command("trace", "US200000", change=change)

        assert done.returncode == 2, done.stderr
        assert says in " ".join(done.stderr.split())
        assert "Traceback" not in done.stderr


def test_secrets_are_nowhere_to_be_seen(synced: tuple[World, System]) -> None:
    around, inside = synced
    secrets = (around.known.oracle, around.known.jaggaer, around.known.cxml)
    tables = (b"record", b"audit_event", b"job", b"document", b"outbox", b"payload")
    written = [str(inside.database.fetch_all(b"SELECT * FROM " + table)) for table in tables]

    assert not any(secret in text for secret in secrets for text in (*written, inside.cluster.logs()))
    assert not any("Advanced Network Devices" in text for text in written)


def test_migrating_again_changes_nothing(database_url: str, tmp_path: Path, synced: tuple[World, System]) -> None:
    _, inside = synced
    change = {"DATABASE_URL": database_url, "ML_CONNECTOR_KEY_FILE": str(tmp_path / "keys")}
    first = inside.cluster.command("migrate", change=change)
    second = inside.cluster.command("migrate", "--json", change=change)

    assert "0001_pre_ledger" in first.stdout
    assert json.loads(second.stdout) == {"applied": []}
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o600
