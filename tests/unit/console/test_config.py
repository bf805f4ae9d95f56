"""`ml-connector config check` and `config show`, as a person and as a program use them."""

import json
import secrets
from itertools import count
from pathlib import Path

import pytest
from typer.testing import CliRunner

from console.main import app

EXAMPLE = Path(__file__).parents[3] / "connector.example.toml"
KEY = "integrations.main.flows.purchase_orders"
SECRET = secrets.token_urlsafe(12)


def asked(*arguments: str, **environment: str) -> tuple[int, str]:
    done = CliRunner(env=environment).invoke(app, ["config", *arguments])
    return done.exit_code, done.stdout


def test_a_valid_file_is_said_to_be_valid() -> None:
    assert asked("check", str(EXAMPLE)) == (0, f"{EXAMPLE} is valid.\n")
    code, said = asked("check", "--json", ML_CONNECTOR_CONFIG=str(EXAMPLE))
    assert code == 0
    assert json.loads(said) == {"file": str(EXAMPLE), "valid": True, "faults": []}


def test_every_fault_is_listed_with_line_and_key(tmp_path: Path) -> None:
    path = tmp_path / "wrong [red].toml"
    path.write_text(EXAMPLE.read_text().replace("every_seconds = 300", "every_second = 300") + "[timming]\n")
    code, said = asked("check", str(path))
    line = EXAMPLE.read_text()[: EXAMPLE.read_text().index("every_seconds = 300")].count("\n") + 1

    assert code == 1
    assert said.splitlines() == [
        f"{path}:{line}: {KEY}.every_second: unknown key; did you mean every_seconds?",
        f"{path}:{len(path.read_text().splitlines())}: timming: unknown key; did you mean timing?",
    ]
    code, said = asked("check", str(path), "--json")
    assert code == 1
    assert json.loads(said)["faults"][0]["line"] == line
    assert json.loads(said)["faults"][0]["key"] == f"{KEY}.every_second"


def test_a_file_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    code, said = asked("check", str(tmp_path / "none.toml"))

    assert code == 1
    assert "none.toml: cannot be read: No such file or directory" in said


@pytest.mark.parametrize(
    "database",
    [
        f"postgresql://user:{SECRET}@db.example/ledger",
        f"postgresql://db.example/ledger?user=user&password={SECRET}",
        f"host=db.example user=user password='{SECRET} x' dbname=ledger",
        f"host=db.example user=user sslpassword={SECRET} dbname=ledger",
    ],
    ids=count(),
)
def test_what_is_in_force_is_shown_with_defaults_and_without_secrets(database: str) -> None:
    broker = f"amqps://user:{SECRET}@bus.example/v?x={SECRET}"
    environment = {"DATABASE_URL": database, "RABBITMQ_URL": broker, "ML_CONNECTOR_CONFIG": str(EXAMPLE)}
    _, text = asked("show", **environment)
    code, said = asked("show", "--json", **environment)
    shown = {row["setting"]: row for row in json.loads(said)}

    assert code == 0
    assert SECRET not in text + said
    assert "db.example" in shown["environment.DATABASE_URL"]["value"]
    assert shown["environment.RABBITMQ_URL"]["value"] == "amqps://user:***@bus.example/v?***"
    assert "\n[integrations.main.oracle]\n" in text
    assert "page_size = 100  # default\n" in text
    assert 'dialect = "j1p"\n' in text
    assert "client_secret_env = unset  # default\n" in text
    assert shown["integrations.main.flows.purchase_orders.every_seconds"] == {
        "setting": "integrations.main.flows.purchase_orders.every_seconds",
        "value": 300.0,
        "default": False,
    }
    assert shown["timing.lease"]["default"] is True
    assert shown["integrations.main.jaggaer.oauth.client_secret_env"]["value"] == "JAGGAER_CLIENT_SECRET"


def test_an_address_that_cannot_be_read_is_not_shown() -> None:
    broken = {"DATABASE_URL": f"{SECRET} =", "RABBITMQ_URL": f"amqp://[{SECRET}"}
    _, said = asked("show", ML_CONNECTOR_CONFIG=str(EXAMPLE), **broken)

    assert SECRET not in said
    assert said.count("an address that cannot be read") == 2
