"""What `ml-connector` says when something must be mended first: one message and exit code 2, never a traceback."""

import json
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.fixtures.cluster import NOBODY, Cluster, Plan
from tests.fixtures.services import fresh_database

pytestmark = pytest.mark.services

SECRET = secrets.token_hex(8)


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Settings and an empty database, and nothing that runs."""
    folder = tmp_path_factory.mktemp("alone")
    with fresh_database() as url, Cluster(folder, NOBODY, url, None, Plan()) as cluster:
        yield cluster


def refused(done: subprocess.CompletedProcess[str], says: str) -> None:
    """Assert that a command said one thing, once, and nothing else."""
    said = " ".join(done.stderr.split())
    assert done.returncode == 2, said
    assert says in said
    assert said.count(says) == 1
    assert "Traceback" not in said
    assert "warning" not in said
    assert SECRET not in done.stderr + done.stdout


@pytest.mark.parametrize(
    "command",
    ["status", "jobs", "balance", "trace US1", "poll purchase_orders", "dead list", "dead show 1", "dead replay --all"],
)
def test_a_database_that_is_not_migrated_is_said_to_be(alone: Cluster, command: str) -> None:
    refused(alone.command(*command.split()), "Run `ml-connector migrate`.")


@pytest.mark.parametrize("command", ["migrate", "status", "run"])
@pytest.mark.parametrize(
    "url",
    [f"mysql://user:{SECRET}@h/x", f"postgresql://user:{SECRET}%@h/x", f"x:{SECRET} @h"],
    ids=count(),
)
def test_a_database_url_that_cannot_be_read_is_named_and_not_repeated(alone: Cluster, command: str, url: str) -> None:
    refused(alone.command(command, change={"DATABASE_URL": url}), "DATABASE_URL")


def test_a_database_that_is_away_is_said_once(alone: Cluster) -> None:
    refused(
        alone.command("jobs", change={"DATABASE_URL": f"postgresql://user:{SECRET}@127.0.0.1:1/x"}),
        "PostgreSQL is not available",
    )


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"ML_CONNECTOR_LOG_FORMAT": "xml"}, "ML_CONNECTOR_LOG_FORMAT is 'xml'. It can be json or text."),
        ({"ML_CONNECTOR_LOG_LEVEL": "LOUD"}, "ML_CONNECTOR_LOG_LEVEL is 'LOUD'."),
    ],
)
def test_logs_that_cannot_be_written_so_are_refused(alone: Cluster, change: dict[str, str], says: str) -> None:
    refused(alone.command("run", change=change), says)


@pytest.fixture(scope="module")
def migrated(alone: Cluster) -> Iterator[Cluster]:
    """The same with a database of its own that is migrated."""
    before = alone.environment["DATABASE_URL"]
    with fresh_database() as url:
        alone.environment["DATABASE_URL"] = url
        alone.migrate()
        yield alone
        alone.environment["DATABASE_URL"] = before


@pytest.mark.parametrize("url", [f"http://user:{SECRET}@h", f"amqp://user:12/{SECRET}@h/x"], ids=count())
@pytest.mark.parametrize("command", ["status", "run"])
def test_a_rabbitmq_url_that_cannot_be_read_is_named_and_not_repeated(
    migrated: Cluster, command: str, url: str
) -> None:
    refused(migrated.command(command, change={"RABBITMQ_URL": url}), "RABBITMQ_URL")


@pytest.mark.parametrize("command", ["jobs", "dead list"])
def test_a_list_of_less_than_one_is_refused(migrated: Cluster, command: str) -> None:
    refused(migrated.command(*command.split(), "--limit", "-1"), "Invalid value for '--limit'")


def test_an_id_that_no_record_can_have_is_refused(migrated: Cluster) -> None:
    refused(migrated.command("dead", "show", "99999999999999999999"), "Invalid value for 'record_id'")


def test_bytes_that_are_not_text_are_refused(migrated: Cluster) -> None:
    refused(migrated.command("trace", "US\udcff1"), "not text in UTF-8")


def test_run_logs_json_lines_when_asked_to_and_ends_when_told_to(migrated: Cluster, tmp_path: Path) -> None:
    environment = {**migrated.environment, "ML_CONNECTOR_LOG_FORMAT": "text", "ML_CONNECTOR_LOG_LEVEL": "INFO"}
    command = [sys.executable, "-m", "console.main", "run", "--json", "--only", "transform"]
    with subprocess.Popen(command, env=environment, cwd=tmp_path, stderr=subprocess.PIPE, text=True) as running:
        assert running.stderr is not None
        lines = [running.stderr.readline()]
        while json.loads(lines[-1])["event"] != "running":
            lines.append(running.stderr.readline())
        running.send_signal(signal.SIGTERM)
        lines += running.stderr.readlines()
        assert running.wait(30) == 0

    assert json.loads(lines[-1])["event"]
    assert all(isinstance(json.loads(line), dict) for line in lines)
