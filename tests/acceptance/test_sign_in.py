"""Oracle where there is no OAuth client: a user who signs in with a password, through whole runs."""

import json
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fixtures.cluster import Cluster, Plan
from tests.fixtures.system import System
from tests.fixtures.world import World, eventually, world

pytestmark = pytest.mark.services

USER = "integration.user"
STOPPED = "Its password is wrong or has expired"


@pytest.fixture
def around() -> Iterator[World]:
    """Both systems, with three orders."""
    with world(orders=3) as running:
        yield running


@pytest.fixture
def cluster(around: World, tmp_path: Path, database_url: str) -> Cluster:
    """A migrated installation whose integration signs in to Oracle with a password from the store."""
    made = Cluster(tmp_path, around, database_url, None, Plan(every=1))
    text = (tmp_path / "connector.toml").read_text()
    begins, ends = text.index("[integrations.main.oracle.oauth]"), text.index("[integrations.main.jaggaer]")
    made.rewrite((text[begins:ends], f'[integrations.main.oracle.basic]\nusername = "{USER}"\n\n'))
    made.migrate()
    return made


@pytest.fixture
def inside(cluster: Cluster) -> Iterator[System]:
    """The system, not started yet."""
    made = System(cluster)
    yield made
    made.stop()


def set_password(cluster: Cluster, password: str) -> None:
    """Store the password as a person does."""
    secret = cluster.folder / "password"
    secret.write_text(f"{password}\n")
    done = cluster.command("credentials", "set", "main.oracle", "password", "--from-file", str(secret))
    assert done.returncode == 0, done.stderr
    secret.unlink()


def right_password(around: World) -> str:
    return around.oracle.options.password


def refusals(around: World) -> int:
    """Return how many requests Oracle answered with 401."""
    return sum(entry.detail["status"] == 401 for entry in around.oracle.journal.read(kind="refused"))


def oracle_access(cluster: Cluster) -> dict[str, str | None]:
    """Return what `status` shows of the connection to Oracle, nothing if that was never stopped."""
    shown = json.loads(cluster.command("status", "--json").stdout)["connections"]
    rows = [row for row in shown if row["connection"] == "main.oracle"]
    return {name: rows[0].get(name) for name in ("access", "stopped_because")} if rows else {}


def events(inside: System) -> list[str]:
    """Return how the connections stopped and went on."""
    rows = inside.database.fetch_all(b"SELECT event FROM audit_event WHERE event LIKE 'connection%' ORDER BY event_id")
    return [row["event"] for row in rows]


def spent(inside: System) -> int:
    """Return the most attempts that any unfinished job or any record has spent."""
    of_jobs = b"SELECT max(attempts) AS n FROM job WHERE lease_until IS NULL"
    of_records = b"SELECT max(attempts) AS n FROM record"
    rows = inside.database.fetch_all(b"(" + of_jobs + b") UNION ALL (" + of_records + b")")
    return max(row["n"] or 0 for row in rows)


def test_orders_arrive_over_a_user_and_a_password(cluster: Cluster, around: World, inside: System) -> None:
    set_password(cluster, right_password(around))
    tested = cluster.command("ping", "--json")
    assert tested.returncode == 0, tested.stdout + tested.stderr
    inside.start()

    assert eventually(lambda: len(around.applied()) == 3 and not around.disagreements())
    around.oracle.add(1)
    assert eventually(lambda: len(around.applied()) == 4)
    assert around.oracle.journal.read(kind="token_issued") == []
    assert refusals(around) == 0
    assert events(inside) == []


def test_a_missing_password_is_told_and_taken_as_soon_as_it_is_set(
    cluster: Cluster, around: World, inside: System
) -> None:
    inside.start()
    says = b"SELECT reason FROM job WHERE reason LIKE '%credentials set main.oracle password%'"
    assert eventually(lambda: inside.database.fetch_one(says))
    set_password(cluster, right_password(around))

    assert eventually(lambda: len(around.applied()) == 3)
    assert spent(inside) <= 1
    assert refusals(around) == 0


def test_a_wrong_password_stops_the_connection_until_it_is_replaced(
    cluster: Cluster, around: World, inside: System
) -> None:
    wrong = f"canary-{secrets.token_urlsafe(18)}"
    set_password(cluster, wrong)
    inside.start()

    assert eventually(lambda: STOPPED in str(oracle_access(cluster).get("stopped_because")))
    stays_stopped(around, inside)
    set_password(cluster, right_password(around))

    assert eventually(lambda: len(around.applied()) == 3 and not around.disagreements())
    assert spent(inside) <= 1
    assert eventually(lambda: oracle_access(cluster) == {"access": "open", "stopped_because": None})
    assert events(inside) == ["connection stopped", "connection resumed"]
    assert wrong not in cluster.command("status", "--json").stdout + cluster.command("jobs", "--json").stdout


def stays_stopped(around: World, inside: System) -> None:
    """Watch a poll come due while the connection is stopped: nothing is claimed, asked or spent."""
    rests = b"SELECT job_id, next_attempt_at AS until, fence FROM job WHERE next_attempt_at > clock_timestamp()"
    first = eventually(lambda: inside.database.fetch_all(rests))
    later = eventually(lambda: [row for row in inside.database.fetch_all(rests) if row["until"] != first[0]["until"]])
    assert [row["fence"] for row in later] == [first[0]["fence"]]
    assert refusals(around) == 1
    assert spent(inside) == 0


def test_a_password_that_expires_costs_only_time(cluster: Cluster, around: World, inside: System) -> None:
    set_password(cluster, right_password(around))
    inside.start()
    assert eventually(lambda: len(around.applied()) == 3)
    renewed = secrets.token_urlsafe(18)
    around.oracle.tokens.change_password(renewed)
    around.oracle.add(2)
    assert eventually(lambda: "connection stopped" in events(inside))
    set_password(cluster, renewed)

    assert eventually(lambda: len(around.applied()) == 5 and not around.disagreements())
    assert events(inside) == ["connection stopped", "connection resumed"]
    assert around.doubles() == []
