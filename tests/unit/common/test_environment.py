"""What the environment may say: addresses from files, because they hold passwords; master keys; who listens where."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from common.settings import SettingsRefused, load
from common.telemetry import build

EXAMPLE = str(Path(__file__).parents[3] / "connector.example.toml")


@pytest.mark.parametrize("name", ["DATABASE_URL", "RABBITMQ_URL"])
def test_an_address_may_stand_in_a_file(tmp_path: Path, name: str) -> None:
    file = tmp_path / "address"
    file.write_text("scheme://user:secret@host/name\n")

    settings = load({"ML_CONNECTOR_CONFIG": EXAMPLE, f"{name}_FILE": str(file)})

    assert getattr(settings, name.lower()) == "scheme://user:secret@host/name"


def test_a_file_that_is_missing_empty_or_not_alone_is_refused_without_its_content(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.write_text("\n")
    cases = {
        "cannot be read: No such file": {"DATABASE_URL_FILE": str(tmp_path / "none")},
        "is empty": {"DATABASE_URL_FILE": str(empty)},
        "Keep one of them": {"DATABASE_URL_FILE": str(empty), "DATABASE_URL": "canary"},
    }
    for reason, environment in cases.items():
        with pytest.raises(SettingsRefused, match=reason) as refused:
            load({"ML_CONNECTOR_CONFIG": EXAMPLE, **environment})
        assert "canary" not in str(refused.value)


@pytest.mark.parametrize(("text", "host"), [("127.0.0.1:9191", "127.0.0.1"), ("[::1]:9191", "::1")])
def test_health_is_told_at_an_address(text: str, host: str) -> None:
    health = load({"ML_CONNECTOR_CONFIG": EXAMPLE, "ML_CONNECTOR_HEALTH": text}).health

    assert health is not None
    assert (health.host, health.port) == (host, 9191)


@pytest.mark.parametrize("text", ["9191", ":9191", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:70000", "127.0.0.1:٣"])
def test_what_is_not_an_address_is_refused(text: str) -> None:
    with pytest.raises(SettingsRefused, match="Write host:port"):
        load({"ML_CONNECTOR_CONFIG": EXAMPLE, "ML_CONNECTOR_HEALTH": text})


def test_the_commit_is_told_by_the_image_or_by_the_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "version", lambda _: "1.3.0.dev4+g0a1b2c3d4")

    assert build.facts({}).commit == "0a1b2c3d4"
    assert build.facts({"ML_CONNECTOR_COMMIT": "feed", "ML_CONNECTOR_BUILT": "2026-01-31"}).commit == "feed"
    assert build.facts({}).date == "unknown"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("ML_CONNECTOR_KEY_FILE", "ML_CONNECTOR_MASTER_KEY"),
        ("ML_CONNECTOR_KEY_FILE", "ML_CONNECTOR_MASTER_KEY_COMMAND"),
        ("ML_CONNECTOR_MASTER_KEY", "ML_CONNECTOR_MASTER_KEY_COMMAND"),
    ],
)
def test_the_master_key_has_one_source(first: str, second: str) -> None:
    with pytest.raises(SettingsRefused, match=f"{first} and {second} are set.*exactly one source") as refused:
        load({"ML_CONNECTOR_CONFIG": EXAMPLE, first: "canary-1", second: "canary-2"})
    assert "canary" not in str(refused.value)


@pytest.mark.parametrize(
    ("said", "host", "port"),
    [("", "127.0.0.1", 8800), ("0.0.0.0:80", "0.0.0.0", 80), ("[::1]:9000", "::1", 9000)],  # noqa: S104
)
def test_where_the_gateway_listens(said: str, host: str, port: int) -> None:
    bind = load({"ML_CONNECTOR_CONFIG": EXAMPLE, "ML_CONNECTOR_GATEWAY_BIND": said}).gateway_bind
    assert (bind.host, bind.port) == (host, port)


@pytest.mark.parametrize("said", ["8800", ":8800", "host:", "host:0", "host:65536", "host:http"])
def test_where_no_gateway_can_listen(said: str) -> None:
    with pytest.raises(SettingsRefused, match="ML_CONNECTOR_GATEWAY_BIND"):
        load({"ML_CONNECTOR_CONFIG": EXAMPLE, "ML_CONNECTOR_GATEWAY_BIND": said})


def test_a_master_key_does_not_show_in_the_settings() -> None:
    settings = load({"ML_CONNECTOR_CONFIG": EXAMPLE, "ML_CONNECTOR_MASTER_KEY": "k1 bird-in-a-mine"})

    assert "bird-in-a-mine" not in repr(settings)
    assert settings.master_key == SecretStr("k1 bird-in-a-mine")
