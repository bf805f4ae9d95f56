"""The passwords of an installation's own servers: made once, apart for each part, readable by nobody else."""

import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner

from common.bus.definitions import User
from console import passwords

RUN = CliRunner()


def make(folder: Path) -> dict[str, str]:
    assert RUN.invoke(passwords.app, ["make", str(folder)]).exit_code == 0
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


def test_passwords_are_made_once(tmp_path: Path) -> None:
    first, second = make(tmp_path), make(tmp_path)

    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == ["rabbitmq/definitions.json"]  # its salts
    assert len({first[f"passwords/{name}"] for name in passwords.names()}) == len(passwords.names())


def test_a_part_learns_no_password_but_its_own(tmp_path: Path) -> None:
    made = make(tmp_path)
    known = {
        part: {name for name in passwords.names() for path, content in made.items()
               if path.startswith(f"{part}/") and made[f"passwords/{name}"].strip() in content}
        for part in ("workers", "producers", "gateway", "rabbitmq", "postgres", "simulators")
    }  # fmt: skip

    assert known["workers"] == {"ledger_run", User.WORKER}
    assert known["producers"] == {"ledger_run", User.PRODUCER}
    assert known["gateway"] == {"ledger_run"}
    assert known["rabbitmq"] == set()
    assert known["postgres"] == {"postgres"}
    assert not any(name.startswith(("ledger", "ml-connector")) for name in known["simulators"])


def test_files_are_for_their_owner_except_what_other_users_must_read(tmp_path: Path) -> None:
    make(tmp_path)
    open_to_others = {
        str(path.relative_to(tmp_path))
        for path in tmp_path.rglob("*")
        if path.is_file() and stat.S_IMODE(path.stat().st_mode) & 0o077
    }

    assert open_to_others == {"rabbitmq/definitions.json", "grafana/password"}


def test_one_password_is_shown_when_it_is_asked_for(tmp_path: Path) -> None:
    made = make(tmp_path)

    assert RUN.invoke(passwords.app, ["show", str(tmp_path)]).output == made["passwords/ml-connector-operator"]
    assert RUN.invoke(passwords.app, ["show", str(tmp_path), "nobody"]).exit_code == 2


@pytest.mark.parametrize("name", passwords.names())
def test_every_password_is_long_and_needs_no_encoding_in_an_address(tmp_path: Path, name: str) -> None:
    password = make(tmp_path)[f"passwords/{name}"].strip()

    assert len(password) == 48
    assert password.isalnum()
