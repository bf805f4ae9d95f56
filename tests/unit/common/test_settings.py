"""What the settings file may say."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import SecretStr

from common.flows.registry import FLOWS
from common.settings import (
    FLOW_NAMES,
    ClientCredentials,
    Dialect,
    FileSettings,
    J1pSettings,
    Section,
    SettingsRefused,
    Timing,
    read_file,
)
from tests.fixtures.settings_text import MINIMAL
from tests.unit.common.settings_refusal import refusal

EXAMPLE = Path(__file__).parents[3] / "connector.example.toml"
UNCOMMENTED = re.sub(r'^# (\[|"?\w+"? = )', r"\1", EXAMPLE.read_text(), flags=re.MULTILINE)


def every_setting(section: type[Section], place: str = "") -> Iterator[str]:
    """Yield the path of every setting that is not a section, with * for a name that the file chooses."""
    for name, field in section.model_fields.items():
        path = f"{place}.{name}" if place else name
        inner = [one for one in (field.annotation, *_arguments(field.annotation)) if _is_section(one)]
        chosen = any(getattr(one, "__origin__", None) is dict for one in (field.annotation,))
        if inner:
            yield from every_setting(inner[0], f"{path}.*" if chosen else path)
        else:
            yield f"{path}.*" if chosen else path


def _arguments(annotation: Any) -> tuple[Any, ...]:
    return tuple(inner for one in get_args(annotation) for inner in (one, *_arguments(one)))


def _is_section(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, Section)


def said(document: Any, place: str) -> bool:
    """Whether a document says something at a path."""
    first, _, rest = place.partition(".")
    if not isinstance(document, dict):
        return False
    inner = list(document.values()) if first == "*" else [document[first]] if first in document else []
    return bool(inner) and (not rest or any(said(one, rest) for one in inner))


def test_the_example_is_valid() -> None:
    settings = read_file(EXAMPLE)

    assert settings.integrations["main"].jaggaer.dialect is Dialect.J1P
    assert settings.integrations["main"] == read_file(EXAMPLE).integrations["main"]


def test_the_example_shows_every_setting_there_is() -> None:
    document = tomllib.loads(UNCOMMENTED)
    settings = list(every_setting(FileSettings))

    assert len(settings) > 90
    assert [place for place in settings if not said(document, place)] == []


def test_the_example_with_every_comment_taken_away_is_only_too_much_of_a_good_thing(tmp_path: Path) -> None:
    found = refusal(tmp_path, UNCOMMENTED)

    assert {line.split(": ", 2)[1].removeprefix("integrations.main.") for line in found} == {
        "oracle.oauth.client_secret_file",
        "oracle.basic.password_file",
        "jaggaer.oauth.client_secret_file",
        "jaggaer.cxml.shared_secret_file",
        "jaggaer.gateway.senders.network.shared_secret_file",
        "jaggaer.indirect.shared_secret_file",
        "business_units.exclude",
        "flows.purchase_orders.cron",
        "flows.purchase_orders.rescan_cron",
        "alerts.url_file",
    }
    assert all("give at most one of" in line or "give either" in line for line in found)


def test_what_the_example_shows_as_defaults_are_the_defaults() -> None:
    document = tomllib.loads(UNCOMMENTED)
    j1p = document["integrations"]["main"]["jaggaer"]["j1p"]

    assert Timing.model_validate(document["timing"]) == Timing()
    sections = {
        name: {**value, "names": {}} for name, value in j1p.items() if isinstance(value, dict) and "names" in value
    }
    shown = {**j1p, **sections, "names": {}}
    assert J1pSettings.model_validate(shown) == J1pSettings()


def test_the_names_of_flows_are_those_of_the_registry() -> None:
    assert set(FLOWS) == FLOW_NAMES


def test_a_mark_and_line_ends_of_windows_are_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "connector.toml"
    path.write_bytes(b"\xef\xbb\xbf" + MINIMAL.replace("\n", "\r\n").encode())

    assert read_file(path).integrations["main"].oracle.url == "https://fusion.example"


def test_a_flow_may_speak_another_dialect(tmp_path: Path) -> None:
    path = tmp_path / "connector.toml"
    path.write_text(
        MINIMAL
        + '[integrations.main.jaggaer.cxml]\nfrom_identity = "a"\nto_identity = "b"\nsender_identity = "c"\n'
        + 'shared_secret_env = "S"\n[integrations.main.flows.purchase_orders]\ndialect = "cxml"\n'
    )
    integration = read_file(path).integrations["main"]

    assert integration.dialect("purchase_orders") is Dialect.CXML
    assert integration.jaggaer.dialect is Dialect.J1P


def test_a_secret_comes_from_where_the_settings_say(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("from-a-file\n")
    from_file = ClientCredentials(token_url="https://u", client_id="c", client_secret_file=tmp_path / "secret")
    from_environment = ClientCredentials(token_url="https://u", client_id="c", client_secret_env="SECRET")

    assert from_file.secret({}) == SecretStr("from-a-file")
    assert from_environment.secret({"SECRET": "from-the-environment"}) == SecretStr("from-the-environment")
    assert (
        ClientCredentials(token_url="https://t.example/token", client_id="c").secret({}) is None
    )  # it is in the store
    with pytest.raises(SettingsRefused, match="SECRET, which is not set"):
        from_environment.secret({})


def test_secrets_do_not_show(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("canary-7f3a")
    credentials = ClientCredentials(token_url="https://u", client_id="c", client_secret_file=tmp_path / "secret")

    assert "canary" not in repr((credentials, credentials.secret({})))
