"""`ml-connector credentials` as a person and as a program use it, and stored secrets in a running system."""

import json
import os
import pty
import re
import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from common.vault import keys
from common.vault.seal import KeyMissing, Place, Vault
from tests.fixtures.cluster import Cluster, Plan
from tests.fixtures.services import fresh_database
from tests.fixtures.system import System
from tests.fixtures.world import World, eventually, world
from tests.integration.vaults import dump, forms_of

pytestmark = pytest.mark.services


@pytest.fixture
def around() -> Iterator[World]:
    """Both systems, with three orders."""
    with world(orders=3) as running:
        yield running


@pytest.fixture
def cluster(around: World, tmp_path: Path) -> Iterator[Cluster]:
    """A migrated installation whose settings name no source for any secret."""
    with fresh_database() as database_url:
        made = Cluster(tmp_path, around, database_url, None, Plan(every=1))
        config = tmp_path / "connector.toml"
        config.write_text(re.sub(r"^(client|shared)_secret_env = .*\n", "", config.read_text(), flags=re.MULTILINE))
        made.migrate()
        yield made


def asked(cluster: Cluster, *arguments: str, status: int = 0, change: dict[str, str] | None = None) -> Any:
    """Return what a command of the group prints as JSON."""
    done = cluster.command("credentials", *arguments, "--json", change=change or {})
    assert done.returncode == status, done.stderr
    return json.loads(done.stdout)


def piped(cluster: Cluster, secret: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the group with a secret on its standard input."""
    return subprocess.run(
        [sys.executable, "-m", "console.main", "credentials", *arguments],
        env={**cluster.environment, "COLUMNS": "200"},
        cwd=cluster.folder,
        input=secret,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def typed(cluster: Cluster, lines: str, *arguments: str) -> tuple[int, str]:
    """Run a command of the group at a terminal, type lines, and return its status and all that the terminal showed."""
    terminal, end = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "console.main", "credentials", *arguments],
        env={**cluster.environment, "COLUMNS": "200"},
        cwd=cluster.folder,
        stdin=end,
        stdout=end,
        stderr=end,
        start_new_session=True,
    )
    os.close(end)
    shown = b""
    try:
        for line in lines.splitlines(keepends=True):
            while not shown.endswith(b": "):
                shown += os.read(terminal, 4096)
            os.write(terminal, line.encode())
            shown += b"\n"  # it has been answered
        while part := _read(terminal):
            shown += part
        return process.wait(60), shown.decode()
    finally:
        process.kill()
        process.wait(60)
        os.close(terminal)


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:  # the other end was closed
        return b""


def sources(cluster: Cluster, **change: str) -> dict[str, str]:
    return {f"{row['connection']} {row['name']}": row["source"] for row in asked(cluster, "list", change=change)}


def test_secrets_are_set_in_three_ways_and_never_shown(cluster: Cluster, tmp_path: Path) -> None:
    by_prompt, by_file, by_pipe = (f"canary-{secrets.token_urlsafe(18)}" for _ in range(3))
    (tmp_path / "secret").write_text(f"{by_file}\n")
    assert sources(cluster) == {
        "main.oracle client_secret": "missing",
        "main.jaggaer client_secret": "missing",
        "main.jaggaer shared_secret": "missing",
    }

    status, shown = typed(cluster, f"{by_prompt}\n{by_prompt}\n", "set", "main.oracle", "client_secret")
    outputs = [shown]
    assert status == 0, shown
    assert "is sealed in the database" in shown
    for done in (
        cluster.command("credentials", "set", "main.jaggaer", "client_secret", "--from-file", str(tmp_path / "secret")),
        piped(cluster, by_pipe, "set", "main.jaggaer", "shared_secret", "--from-file", "-"),
        piped(cluster, by_pipe, "set", "main.jaggaer", "shared_secret", "--from-file", "-", "--json"),
        cluster.command("credentials", "list"),
        cluster.command("credentials", "list", "--json"),
        cluster.command("credentials", "set", "--help"),
        cluster.command("credentials", "export-key-id"),
    ):
        assert done.returncode == 0, done.stderr
        outputs += [done.stdout, done.stderr]

    listed = asked(cluster, "list")
    assert [(row["source"], row["version"]) for row in listed] == [("store", 1), ("store", 1), ("store", 2)]
    assert all(row["set_by"].startswith("person:") and row["set_at"] for row in listed)
    assert not any(secret in text for secret in (by_prompt, by_file, by_pipe) for text in outputs)
    stolen = dump_of(cluster)
    assert b"credential set" in stolen
    for secret in (by_prompt, by_file, by_pipe):
        assert not any(form in stolen for form in forms_of(secret.encode()))


def dump_of(cluster: Cluster) -> bytes:
    system = System(cluster)
    try:
        return dump(system.database)
    finally:
        system.installations.close()


def test_a_secret_on_the_command_line_is_refused_and_not_repeated(cluster: Cluster) -> None:
    for arguments in (("canary-1",), ("--secret=canary-1",)):
        done = cluster.command("credentials", "set", "main.oracle", "client_secret", *arguments)

        assert done.returncode == 2
        assert "canary" not in done.stdout + done.stderr
    assert sources(cluster)["main.oracle client_secret"] == "missing"


@pytest.mark.parametrize(
    ("arguments", "given", "says"),
    [
        (("main.oracle", "client_secret"), "s", "no terminal to ask at"),
        (("main.oracle", "shared_secret", "--from-file", "-"), "s", "main.oracle uses client_secret, and no"),
        (("other.oracle", "client_secret", "--from-file", "-"), "s", "there is: main.oracle, main.jaggaer"),
        (("main.oracle", "token", "--from-file", "-"), "s", "'client_secret'"),
        (("main.oracle", "client_secret", "--from-file", "/none"), "s", "/none cannot be read"),
        (("main.oracle", "client_secret", "--from-file", "-"), " \n", "one line"),
        (("main.oracle", "client_secret", "--from-file", "-"), "canary\ncanary", "one line"),
    ],
)
def test_what_cannot_be_set_is_explained(cluster: Cluster, arguments: tuple[str, ...], given: str, says: str) -> None:
    done = piped(cluster, given, "set", *arguments)

    assert done.returncode == 2
    assert says in " ".join(re.sub(r"[│╭╰─╮╯]", " ", done.stderr).split())
    assert "canary" not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_the_list_tells_where_each_secret_comes_from(cluster: Cluster, tmp_path: Path) -> None:
    config = tmp_path / "connector.toml"
    text = config.read_text()
    text = text.replace('client_id = "ml', f'client_secret_file = "{tmp_path}/none"\nclient_id = "ml', 1)
    config.write_text(text.replace("sender_identity", 'shared_secret_env = "JAGGAER_SHARED_SECRET"\nsender_identity'))

    assert sources(cluster) == {
        "main.oracle client_secret": "missing",
        "main.jaggaer client_secret": "missing",
        "main.jaggaer shared_secret": "environment",
    }
    (tmp_path / "none").write_text("now there")
    assert sources(cluster)["main.oracle client_secret"] == "file"
    assert sources(cluster, JAGGAER_SHARED_SECRET="")["main.jaggaer shared_secret"] == "missing"
    done = piped(cluster, "s", "set", "main.oracle", "client_secret", "--from-file", "-")
    assert "is not used while the settings name" in " ".join(done.stderr.split())


def test_a_client_is_tested_by_asking_for_a_token(cluster: Cluster, around: World) -> None:
    missing = asked(cluster, "test", "main.jaggaer", status=1)
    assert "ml-connector credentials set main.jaggaer client_secret" in missing["said"]
    piped(cluster, "wrong", "set", "main.jaggaer", "client_secret", "--from-file", "-")
    wrong = asked(cluster, "test", "main.jaggaer", status=1)
    assert "refuses client ml-connector" in wrong["said"]

    for connection, secret in (("main.jaggaer", around.known.jaggaer), ("main.oracle", around.known.oracle)):
        piped(cluster, secret, "set", connection, "client_secret", "--from-file", "-")
        granted = asked(cluster, "test", connection)
        assert granted["granted"]
        assert "gives a token" in granted["said"]
        assert secret not in str(granted)
    assert cluster.command("credentials", "test", "main.none").returncode == 2


def test_a_running_system_takes_a_changed_secret_without_a_restart(cluster: Cluster, around: World) -> None:
    piped(cluster, around.known.oracle, "set", "main.oracle", "client_secret", "--from-file", "-")
    piped(cluster, "outdated", "set", "main.jaggaer", "client_secret", "--from-file", "-")
    inside = System(cluster)
    inside.start()
    try:
        assert eventually(lambda: inside.database.fetch_one(b"SELECT 1 FROM record WHERE state = 'ready'"))
        assert not around.applied()
        piped(cluster, around.known.jaggaer, "set", "main.jaggaer", "client_secret", "--from-file", "-")
        assert eventually(lambda: rested(inside) and len(around.applied()) == 3)
        rotated = asked(cluster, "rotate")
        around.oracle.add(1)
        assert eventually(lambda: len(around.applied()) == 4)
        assert not inside.database.fetch_all(b"SELECT 1 FROM record WHERE state = 'dead'")
        wrapping = inside.database.fetch_all(b"SELECT DISTINCT master_key_id FROM data_key")
        assert [row["master_key_id"] for row in wrapping] == [rotated["master_key"]]
    finally:
        inside.stop()


def test_a_running_system_without_its_master_key_waits_until_it_is_put_back(
    cluster: Cluster, around: World, tmp_path: Path
) -> None:
    piped(cluster, around.known.jaggaer, "set", "main.jaggaer", "client_secret", "--from-file", "-")
    config = tmp_path / "connector.toml"
    config.write_text(config.read_text().replace("scope", 'client_secret_env = "ORACLE_CLIENT_SECRET"\nscope'))
    right = (tmp_path / "keys").read_text()
    inside = System(cluster)
    (tmp_path / "keys").write_text(keys.new_line())
    inside.installations.current.vault.keys.masters.read_again()  # as if it had been started without it
    inside.start()
    try:
        assert eventually(lambda: right.split()[-2] in str(inside.database.fetch_all(b"SELECT reason FROM job")))
        assert not inside.database.fetch_all(b"SELECT 1 FROM record")
        (tmp_path / "keys").write_text(right)
        assert eventually(lambda: len(around.applied()) == 3)
        assert not inside.database.fetch_all(b"SELECT 1 FROM record WHERE state = 'dead'")
    finally:
        inside.stop()


class Sealless(Vault):
    """A vault that opens everything, and has lost the key that seals what was mapped."""

    def seal(self, plain: bytes, place: Place) -> bytes:
        if place.column == "target":
            raise KeyMissing("the newest data key needs a master key that is away")
        return super().seal(plain, place)


def test_what_was_mapped_and_cannot_be_sealed_is_mapped_again_later(cluster: Cluster, around: World) -> None:
    for connection, secret in (("main.oracle", around.known.oracle), ("main.jaggaer", around.known.jaggaer)):
        piped(cluster, secret, "set", connection, "client_secret", "--from-file", "-")
    inside = System(cluster)
    whole = inside.installations.current.vault
    inside.installations.current.vault = Sealless(inside.database, whole.keys.masters.source)
    inside.start()
    try:
        waiting = b"SELECT outcome FROM record WHERE state = 'captured' AND outcome LIKE '%%needs a master key%%'"
        assert eventually(lambda: len(inside.database.fetch_all(waiting, {})) == 3)
        inside.installations.current.vault = whole
        assert eventually(lambda: rested(inside) and len(around.applied()) == 3)
    finally:
        inside.stop()


def rested(inside: System) -> bool:
    """Make it as if the rest after a refused client were over."""
    with inside.database.connection() as connection:
        connection.execute(b"UPDATE record SET next_attempt_at = clock_timestamp() WHERE next_attempt_at IS NOT NULL")
    return True


def test_keys_are_rotated_and_named(cluster: Cluster, tmp_path: Path) -> None:
    piped(cluster, "first", "set", "main.oracle", "client_secret", "--from-file", "-")
    (before,) = asked(cluster, "export-key-id")
    prepared = asked(cluster, "rotate", "--prepare")["master_key"]
    assert asked(cluster, "export-key-id") == [before]

    done = cluster.command("credentials", "rotate")
    assert done.returncode == 0, done.stderr
    assert f"key {prepared} wraps every data key" in done.stdout
    (after,) = asked(cluster, "export-key-id")
    assert after == {"master_key": prepared, "held": True, "sealed_directly": 0}
    text = (tmp_path / "keys").read_text()
    assert text.index(before["master_key"]) < text.index(prepared)

    only_old = tmp_path / "old-keys"
    only_old.touch(mode=0o600)
    only_old.write_text(text.replace(text.splitlines()[-1], ""))
    lost = {"ML_CONNECTOR_KEY_FILE": str(only_old)}
    assert asked(cluster, "export-key-id", status=1, change=lost) == [{**after, "held": False}]
    told = asked(cluster, "test", "main.oracle", status=1, change=lost)
    assert f"master key '{prepared}', which the key file {only_old} does not hold" in told["said"]


def test_a_lost_key_file_is_not_replaced_by_a_new_one(cluster: Cluster, tmp_path: Path) -> None:
    piped(cluster, "first", "set", "main.oracle", "client_secret", "--from-file", "-")
    (needed,) = asked(cluster, "export-key-id")
    (tmp_path / "keys").unlink()
    done = cluster.command("migrate")

    assert done.returncode == 2
    assert f"needs the master key {needed['master_key']}" in " ".join(done.stderr.split())
    assert not (tmp_path / "keys").exists()


def test_the_master_key_may_come_from_a_variable_or_a_command(cluster: Cluster, tmp_path: Path) -> None:
    line = keys.new_line().strip()
    (tmp_path / "kms.py").write_text(f"print({line!r})\n")
    by_variable = {"ML_CONNECTOR_KEY_FILE": "", "ML_CONNECTOR_MASTER_KEY": line}
    by_command = {
        "ML_CONNECTOR_KEY_FILE": "",
        "ML_CONNECTOR_MASTER_KEY_COMMAND": f"{sys.executable} {tmp_path / 'kms.py'}",
    }
    secret = tmp_path / "secret"
    secret.write_text("from-before")
    done = cluster.command(
        "credentials", "set", "main.oracle", "client_secret", "--from-file", str(secret), change=by_variable
    )
    assert done.returncode == 0, done.stderr

    (row,) = asked(cluster, "export-key-id", change=by_command)
    assert row == {"master_key": line.split()[0], "held": True, "sealed_directly": 0}
    refused = cluster.command("credentials", "rotate", change=by_variable)
    assert refused.returncode == 2
    assert "Add a new key as its last line" in " ".join(refused.stderr.split())
    two = cluster.command("status", change={"ML_CONNECTOR_MASTER_KEY": line})
    assert two.returncode == 2
    assert "exactly one source" in " ".join(two.stderr.split())
    assert line.split()[1] not in refused.stderr + two.stderr
