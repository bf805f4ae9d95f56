"""Addresses in the settings, before anything starts."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import SecretStr

from common.connections import configured
from common.connections.credentials import CredentialName
from common.installation import Installation, check_connections, open_alert_hook
from common.settings import Settings, SettingsRefused, load

EXAMPLE = (Path(__file__).parents[3] / "connector.example.toml").read_text()
ORACLE = 'url = "https://servername.fa.us2.oraclecloud.com"'


def settings(tmp_path: Path, *changes: tuple[str, str]) -> Settings:
    text = EXAMPLE
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    (tmp_path / "connector.toml").write_text(text)
    return load({"ML_CONNECTOR_CONFIG": str(tmp_path / "connector.toml"), "DATABASE_URL": "postgresql://nowhere/x"})


def test_the_example_can_be_used(tmp_path: Path) -> None:
    read = settings(tmp_path)
    check_connections(read)

    rule = configured.reach(read.integrations["main"].oracle).rule
    assert rule.hosts == {"servername.fa.us2.oraclecloud.com", "idcs-0123456789abcdef.identity.oraclecloud.com"}
    assert not rule.allow_private


@pytest.mark.parametrize(
    "url",
    [
        "http://servername.fa.us2.oraclecloud.com",
        "https://127.0.0.1",
        "https://[::1]:8443",
        "https://10.1.2.3",
        "https://169.254.169.254",
        "https://0x7f.1",
        "https://localhost",
        "https://erp.internal",
    ],
)
def test_an_address_that_may_not_be_asked_is_refused_with_its_key_and_what_to_do(tmp_path: Path, url: str) -> None:
    read = settings(tmp_path, (ORACLE, f'url = "{url}"'))

    with pytest.raises(SettingsRefused, match=re.escape("integrations.main.oracle.url cannot be used: ")) as refused:
        Installation(read, {}, database_size=1)
    assert "set integrations.main.oracle.allow_private = true if this is a simulator" in str(refused.value)


@pytest.mark.parametrize(
    "url",
    [
        "https://user:pa55word@servername.fa.us2.oraclecloud.com",
        "https://servername.fa.us2.oraclecloud.com?x=",
        "https://servername.fa.us2.oraclecloud.com\\\\@x",
        "https://",
        "servername.fa.us2.oraclecloud.com",
    ],
)
def test_what_is_no_address_is_refused_with_its_line(tmp_path: Path, url: str) -> None:
    with pytest.raises(SettingsRefused, match=r"connector.toml:\d+: integrations\.main\.oracle\.url: ") as refused:
        settings(tmp_path, (ORACLE, f'url = "{url}"'))
    assert "pa55word" not in str(refused.value)


def test_the_token_address_is_checked_as_well(tmp_path: Path) -> None:
    read = settings(tmp_path, ("https://customer.jaggaer.example/auth", "http://customer.jaggaer.example/auth"))

    with pytest.raises(
        SettingsRefused, match=r"integrations\.main\.jaggaer\.oauth\.token_url cannot be used: it is http"
    ):
        check_connections(read)


def test_a_development_system_is_allowed_by_name(tmp_path: Path) -> None:
    private = settings(tmp_path, (ORACLE, 'url = "http://127.0.0.1:8801"\nallow_private = true'))

    check_connections(private)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("# child_filters", 'ca_file = "/nowhere.pem"\n#', "oracle.ca_file /nowhere.pem cannot be used: No such file"),
        (
            "# max_requests_per_second = 10.0",
            'j1p.purchase_orders_path = "/a/../b"\n#',
            "j1p.purchase_orders_path cannot be used",
        ),
        (
            "# max_requests_per_second = 10.0",
            'j1p.purchase_orders_path = "//evil.example/x"\n#',
            "j1p.purchase_orders_path: expected a",
        ),
        ("# version", 'version = "../admin"\n#', "oracle.version: "),
        ("# child_filters", 'proxy = "proxy.example:3128"\n#', "oracle.proxy: expected an address"),
    ],
)
def test_what_else_is_known_before_the_first_request(tmp_path: Path, old: str, new: str, says: str) -> None:
    with pytest.raises(SettingsRefused, match=re.escape(says)):
        check_connections(settings(tmp_path, (old, new)))


def no_store(_connection: str, _name: CredentialName) -> Callable[[], SecretStr]:
    """A store that is not asked before something is told."""
    return lambda: pytest.fail("nothing is told here")


def hook(tmp_path: Path, *more: str) -> Settings:
    section = "\n".join(["[alerts]", 'url_env = "HOOK"', *more, "", "[integrations.main.oracle]"])
    return settings(tmp_path, ("[integrations.main.oracle]", section))


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.chat.example/services/T0/B0/s3cr3t",
        "https://flows.example:443/triggers/manual/run?api-version=2016-06-01&sig=s3cr3t",
    ],
)
def test_a_webhook_may_have_its_secret_in_its_path_or_in_its_query(tmp_path: Path, url: str) -> None:
    opened = open_alert_hook(hook(tmp_path), {"HOOK": url}, no_store)

    assert opened is not None
    assert "s3cr3t" not in repr(opened)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("http://hooks.chat.example/s3cr3t", "it is http, not https"),
        ("https://127.0.0.1/s3cr3t", "127.0.0.1 is not a public address"),
        ("https://chat.internal/s3cr3t", "chat.internal is not a public name"),
        ("https://somebody:s3cr3t@hooks.chat.example/", "it has a user or password"),
        ("ftp://hooks.chat.example/s3cr3t", "its scheme is ftp, not https"),
        ("s3cr3t", "it is not an address like"),
        ("https://hooks.chat.example:s3cr3t/", "it is not an address like"),
        ("https://hooks.chat.example/s3cr3t\r\nX-More: 1", "it is not an address like"),
    ],
)
def test_a_webhook_that_may_not_be_asked_is_refused_without_its_address(tmp_path: Path, url: str, says: str) -> None:
    with pytest.raises(SettingsRefused, match=re.escape(f"alerts.url_env (HOOK) cannot be used: {says}")) as refused:
        open_alert_hook(hook(tmp_path), {"HOOK": url}, no_store)

    assert "alerts.allow_private = true" in str(refused.value)
    assert "s3cr3t" not in str(refused.value)


def test_a_webhook_in_the_own_network_is_allowed_by_name(tmp_path: Path) -> None:
    assert open_alert_hook(hook(tmp_path, "allow_private = true"), {"HOOK": "http://127.0.0.1:8065/hooks/x"}, no_store)


def test_a_webhook_whose_address_is_missing_is_told_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(SettingsRefused, match=r"alerts\.url_env names the environment variable HOOK, which is not set"):
        open_alert_hook(hook(tmp_path), {}, no_store)


def test_without_the_section_there_is_no_webhook(tmp_path: Path) -> None:
    assert open_alert_hook(settings(tmp_path), {}, no_store) is None


def test_an_address_in_the_store_is_not_looked_at_before_something_is_told(tmp_path: Path) -> None:
    read = settings(tmp_path, ("[integrations.main.oracle]", "[alerts]\n\n[integrations.main.oracle]"))

    assert open_alert_hook(read, {}, no_store) is not None
