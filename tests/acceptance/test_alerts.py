"""Alerts as a person gets them: in a chat within seconds, and in `status`, while everything else goes on."""

import json
import secrets
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from common.database.pool import Database
from tests.fixtures.cluster import Cluster, Plan
from tests.fixtures.hook import Hook, hook
from tests.fixtures.sockets import Handler, Listener, listening
from tests.fixtures.world import World, eventually, world
from tests.integration.vaults import dump, forms_of

pytestmark = pytest.mark.services

ALERTS = "[alerts]\ntimeout_seconds = 1.0\nallow_private = true\n"


@pytest.fixture
def around() -> Iterator[World]:
    """Both systems, with three orders."""
    with world(orders=3) as running:
        yield running


@pytest.fixture
def chat() -> Iterator[Hook]:
    """A webhook."""
    with hook() as running:
        yield running


@pytest.fixture
def cluster(around: World, tmp_path: Path, database_url: str) -> Iterator[Cluster]:
    """A migrated installation with a webhook, whose clients' secrets are in the store."""
    with Cluster(tmp_path, around, database_url, None, Plan(every=1, more=ALERTS)) as made:
        made.rewrite(
            ("[timing]\n", "[timing]\nalerts = 0.5\n"),
            ('client_secret_env = "ORACLE_CLIENT_SECRET"\n', ""),
            ('client_secret_env = "JAGGAER_CLIENT_SECRET"\n', ""),
        )
        made.migrate()
        made.environment["ML_CONNECTOR_LOG_LEVEL"] = "DEBUG"
        yield made


def set_secret(cluster: Cluster, connection: str, secret: str, *, name: str = "client_secret") -> None:
    """Store a secret as a person does."""
    file = cluster.folder / "secret"
    file.write_text(f"{secret}\n")
    done = cluster.command("credentials", "set", connection, name, "--from-file", str(file))
    assert done.returncode == 0, done.stderr
    file.unlink()


def shown(cluster: Cluster) -> list[tuple[str, str]]:
    """Return the open alerts of `status`, and what they are about."""
    return [(row["alert"], row["subject"]) for row in json.loads(cluster.command("status", "--json").stdout)["alerts"]]


def trouble(cluster: Cluster) -> str:
    """Return why the first open alert is not told, as `status` shows it."""
    return str(json.loads(cluster.command("status", "--json").stdout)["alerts"][0]["trouble"])


def test_a_refused_client_is_told_within_seconds_and_its_mending_too(
    cluster: Cluster, around: World, chat: Hook, database_url: str
) -> None:
    wrong = f"canary-{secrets.token_urlsafe(18)}"
    set_secret(cluster, "main.oracle", wrong)
    set_secret(cluster, "main.jaggaer", around.known.jaggaer)
    set_secret(cluster, "alerts", chat.url, name="webhook")
    cluster.run()

    assert eventually(lambda: chat.said() == [("connection is stopped", "main.oracle", "raised")]), cluster.logs()
    assert "ml-connector credentials test main.oracle" in chat.told[0]["text"]
    assert shown(cluster) == [("connection is stopped", "main.oracle")]
    listed = cluster.command("status").stdout
    assert "Alerts" in listed
    set_secret(cluster, "main.oracle", around.known.oracle)

    assert eventually(lambda: len(chat.told) == 2), cluster.logs()
    assert chat.said()[1] == ("connection is stopped", "main.oracle", "resolved")
    assert chat.told[0]["id"] == chat.told[1]["id"]
    assert shown(cluster) == []
    assert eventually(lambda: len(around.applied()) == 3)
    assert len(chat.told) == 2
    left = {
        "logs": cluster.logs(),
        "status": listed,
        "config": cluster.command("config", "show", "--json").stdout,
        "database": dumped(database_url),
        "messages": str(chat.told),
    }
    known = (chat.secret, wrong, around.known.oracle)
    assert [place for place, text in left.items() if any(is_in(one, text) for one in known)] == []


def test_a_webhook_is_set_and_tried_before_it_is_needed(cluster: Cluster, chat: Hook) -> None:
    missing = cluster.command("credentials", "test", "alerts")
    assert missing.returncode == 1
    assert "credentials set alerts webhook" in " ".join(missing.stdout.split())
    set_secret(cluster, "alerts", chat.url, name="webhook")

    tried = cluster.command("credentials", "test", "alerts", "--json")
    assert json.loads(tried.stdout)["said"] == "The webhook took a test message."
    assert [one["alert"] for one in chat.told] == ["test"]
    chat.status = 404
    refused = cluster.command("credentials", "test", "alerts")
    assert (refused.returncode, "127.0.0.1 answers HTTP 404" in refused.stdout) == (1, True)
    listed = json.loads(cluster.command("credentials", "list", "--json").stdout)
    assert [row["source"] for row in listed if (row["connection"], row["name"]) == ("alerts", "webhook")] == ["store"]


def test_a_webhook_that_hangs_holds_nothing_up_and_is_told_once_it_answers(
    cluster: Cluster, around: World, chat: Hook, database_url: str
) -> None:
    set_secret(cluster, "main.oracle", around.known.oracle)
    set_secret(cluster, "main.jaggaer", "wrong-secret")
    with listening(hanging) as silent:
        set_secret(cluster, "alerts", f"{silent.url}/hooks/x", name="webhook")
        cluster.run()
        assert eventually(lambda: silent.connections > 0), cluster.logs()
        around.oracle.add(5)
        assert eventually(lambda: states(database_url) == {"ready": 8}), states(database_url)
        assert eventually(lambda: "does not answer" in trouble(cluster))
    set_secret(cluster, "alerts", chat.url, name="webhook")

    assert eventually(lambda: chat.said() == [("connection is stopped", "main.jaggaer", "raised")]), cluster.logs()


def hanging(listener: Listener) -> Handler:
    """Take a request and say nothing until the test is over."""

    def handler(_: socket.socket) -> None:
        listener.released.wait(60)

    return handler


def states(database_url: str) -> dict[str, int]:
    """Return how many records are in each state."""
    database = Database(database_url, size=1)
    rows = database.fetch_all(b"SELECT state, count(*) AS n FROM record GROUP BY 1")
    database.close()
    return {row["state"]: row["n"] for row in rows}


def dumped(database_url: str) -> str:
    """Return all that is in a database."""
    database = Database(database_url, size=1)
    text = dump(database).decode("latin-1")
    database.close()
    return text


def is_in(secret: str, text: str) -> bool:
    """Whether a secret is in a text, in any form."""
    return any(form.decode("latin-1") in text for form in forms_of(secret.encode()))
