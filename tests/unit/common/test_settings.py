"""What the settings file may say, and what a wrong one is answered."""

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
    AccountMapping,
    ClientCredentials,
    Dialect,
    FileSettings,
    J1pSettings,
    Section,
    SettingsRefused,
    Timing,
    load,
    read_file,
)

EXAMPLE = Path(__file__).parents[3] / "connector.example.toml"
UNCOMMENTED = re.sub(r'^# (\[|"?\w+"? = )', r"\1", EXAMPLE.read_text(), flags=re.MULTILINE)

MINIMAL = """\
[integrations.main.oracle]
url = "https://fusion.example"

[integrations.main.oracle.oauth]
token_url = "https://idcs.example/oauth2/v1/token"
client_id = "client"
client_secret_env = "ORACLE_CLIENT_SECRET"

[integrations.main.jaggaer]
url = "https://jaggaer.example"

[integrations.main.jaggaer.oauth]
token_url = "https://jaggaer.example/token"
client_id = "client"
client_secret_env = "JAGGAER_CLIENT_SECRET"

[integrations.main.accounts]
mapping = "as_in_oracle"
"""
ORACLE, ORACLE_OAUTH, JAGGAER, JAGGAER_OAUTH, ACCOUNTS = 1, 4, 9, 12, 17
"""The lines of the sections above."""


def refusal(tmp_path: Path, text: str) -> list[str]:
    """Return the lines with which a file is refused, without the folder."""
    path = tmp_path / "connector.toml"
    path.write_text(text)
    with pytest.raises(SettingsRefused) as refused:
        read_file(path)
    assert [str(fault) for fault in refused.value.faults] == str(refused.value).splitlines()
    return str(refused.value).replace(f"{tmp_path}/", "").splitlines()


def after(line: int, *added: str) -> str:
    """Return the minimal file with lines added after one."""
    lines = MINIMAL.splitlines()
    return "\n".join([*lines[:line], *added, *lines[line:]]) + "\n"


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


@pytest.mark.parametrize(
    ("line", "added", "says"),
    [
        (ORACLE, "page_sise = 3", "oracle.page_sise: unknown key; did you mean page_size?"),
        (JAGGAER, 'dialct = "j1p"', "jaggaer.dialct: unknown key; did you mean dialect?"),
        (ORACLE, "page_size = 501", "oracle.page_size: expected at most 500, found the number 501"),
        (ORACLE, "page_size = 0", "oracle.page_size: expected at least 1, found the number 0"),
        (ORACLE, 'page_size = "100"', 'oracle.page_size: expected a whole number, found the text "100"'),
        (ORACLE, "page_size = 1.5", "oracle.page_size: expected a whole number, found the number 1.5"),
        (ORACLE, "page_size = true", "oracle.page_size: expected a whole number, found true"),
        (ORACLE, "page_size = 2024-01-01", "oracle.page_size: expected a whole number, found the time 2024-01-01"),
        (ORACLE, "timeout_seconds = inf", "oracle.timeout_seconds: expected a finite number, found the number inf"),
        (ORACLE, "timeout_seconds = nan", "oracle.timeout_seconds: expected a finite number"),
        (ORACLE, "timeout_seconds = 601", "oracle.timeout_seconds: expected at most 600, found the number 601"),
        (ORACLE, 'child_filters = "yes"', 'oracle.child_filters: expected true or false, found the text "yes"'),
        (ORACLE, "child_filters = 1", "oracle.child_filters: expected true or false, found the number 1"),
        (ORACLE, "max_in_flight = 0", "oracle.max_in_flight: expected at least 1"),
        (ORACLE, "max_requests_per_second = 0", "oracle.max_requests_per_second: expected more than 0"),
        (ORACLE, 'allowed_hosts = "a.example"', "oracle.allowed_hosts: expected a list, found the text"),
        (ORACLE, "allowed_hosts = [3]", "oracle.allowed_hosts[0]: expected text, found the number 3"),
        (ORACLE, 'version = "11/.."', "oracle.version: "),
        (ORACLE, 'proxy = "proxy:3128"', "oracle.proxy: expected an address that begins with https://"),
        (ORACLE, 'oauth2 = "x"', "oracle.oauth2: unknown key; did you mean oauth?"),
        (ORACLE_OAUTH, 'client_secret = "hunter2"', "oracle.oauth.client_secret: secrets never stand in this file"),
        (ORACLE_OAUTH, 'client_secret_file = "x"', "oracle.oauth.client_secret_file: give at most one of"),
        (ORACLE_OAUTH, "scope = 12345", "oracle.oauth.scope: expected text, found the number 12345"),
        (
            JAGGAER,
            'dialect = "cxm"',
            "jaggaer.dialect: expected 'j1p', 'cxml' or 'indirect', found the text",
        ),
        (JAGGAER, 'dialect = "indirect_xml"', "jaggaer.dialect: expected 'j1p', 'cxml' or 'indirect', found"),
        (JAGGAER, 'dialect = "cxml"', 'jaggaer.dialect: dialect = "cxml" needs a section jaggaer.cxml'),
        (JAGGAER, "timeout_seconds = 44", "jaggaer.timeout_seconds: is 44 s, but timing.lease is 45 s: a lease must"),
        (JAGGAER, "units = { Crate = 3 }", "jaggaer.units.Crate: expected text, found the number 3"),
        (JAGGAER, 'units = { "x y" = "" }', 'jaggaer.units."x y": expected text that is not empty'),
        (JAGGAER, 'unit_codes = { EA = "" }', "jaggaer.unit_codes.EA: expected text that is not empty"),
        (JAGGAER, "max_lengths = { Descriptoin = 9 }", "jaggaer.max_lengths.Descriptoin: unknown key; did you mean"),
        (JAGGAER, "max_lengths = { Description = 0 }", "jaggaer.max_lengths.Description: expected"),
        (JAGGAER, 'j1p.purchase_orders_path = "po"', "jaggaer.j1p.purchase_orders_path: expected a path that begins"),
        (JAGGAER, 'j1p.purchase_order_path = "/po"', "jaggaer.j1p.purchase_order_path: expected {number} once"),
        (JAGGAER, 'j1p.date_format = "DDMMYY"', "jaggaer.j1p.date_format: expected 'iso', 'YYYYMMDDHHMMSS' or"),
        (JAGGAER, 'j1p.names.supplyer = "x"', "jaggaer.j1p.names.supplyer: unknown key; did you mean supplier?"),
        (JAGGAER, 'j1p.names.buyer = "supplier"', "jaggaer.j1p.names: two fields cannot both be named 'supplier'"),
        (JAGGAER, 'j1p.number = "quantity"', "jaggaer.j1p.names: two fields cannot both be named 'quantity'"),
        (JAGGAER, 'cxml.from_identity = "a"', "jaggaer.cxml.to_identity: is missing"),
    ],
)
def test_a_wrong_setting_is_refused_with_line_key_and_reason(tmp_path: Path, line: int, added: str, says: str) -> None:
    found = refusal(tmp_path, after(line, added))

    assert any(fault.startswith(f"connector.toml:{line + 1}: integrations.main.{says}") for fault in found), found
    assert "hunter2" not in str(found)


@pytest.mark.parametrize(
    ("added", "line", "says"),
    [
        ("[timming]\nlease = 50", 1, "timming: unknown key; did you mean timing?"),
        ("[timing]\nlease = 50\nmax_attempts = 0", 3, "timing.max_attempts: expected at least 1"),
        ("[timing]\nretry_first = 9\nretry_longest = 3", 3, "timing.retry_longest: must not be less than retry_first"),
        ("timing = 3", 1, "integrations.main.accounts.timing: unknown key"),
        ("[integrations.main.flows.purchase_order]", 1, "integrations.main.flows.purchase_order: unknown key; did you"),
        (
            "[integrations.main.flows.invoice_headers]",
            1,
            "integrations.main.flows.invoice_headers: unknown key; did you mean invoices?",
        ),
        ("[integrations.main.oracle.basic]\nusername='u'\npassword_env='P'", None, "oracle.oauth: give exactly one of"),
        ("[integrations.main.business_units]\ninclude = []", 2, "business_units.include: expected at least one"),
        (
            "[integrations.main.business_units]\ninclude = ['a']\nexclude = ['b']",
            3,
            "business_units.exclude: give either",
        ),
        ('[integrations.main.business_units]\nexclude = ["\'\\""]', 2, "exclude[0]: a name with both kinds of quotes"),
        ("[integrations.'a b']", 1, 'integrations."a b": an integration\'s name has letters'),
    ],
)
def test_what_is_wrong_with_a_section_is_refused_too(tmp_path: Path, added: str, line: int | None, says: str) -> None:
    found = refusal(tmp_path, MINIMAL + added + "\n")

    begins = len(MINIMAL.splitlines())
    place = f"connector.toml:{ORACLE_OAUTH if line is None else begins + line}: "
    assert any(fault.startswith(place) and says in fault for fault in found), found


@pytest.mark.parametrize(
    ("said_of_flow", "at", "says"),
    [
        ('cron = "61 * * * *"', "cron", "this is not a cron expression: bad minute"),
        ('cron = "* * * *"', "cron", "expected five fields"),
        ('cron = "* * * * * *"', "cron", "expected five fields"),
        ('cron = "0 0 31 2 *"', "cron", "this is not a cron expression: bad day-of-month"),
        ('every_seconds = 10\ncron = "* * * * *"', "cron", "give either every_seconds or cron"),
        ('rescan_every_seconds = 10\nrescan_cron = "* * * * *"', "rescan_cron", "give either rescan_every_seconds or"),
        ('cron = "* * * * *"\ntime_zone = "Europe/Berlim"', "time_zone", "expected the name of a time zone"),
        ('cron = "* * * * *"\ntime_zone = "../x"', "time_zone", "expected the name of a time zone"),
        ('time_zone = "Europe/Berlin"', "time_zone", "a time zone says nothing about an interval"),
        (
            "overlap_seconds = 9\nmax_overlap_seconds = 8",
            "max_overlap_seconds",
            "must not be less than overlap_seconds",
        ),
        ('dialect = "cxml"', "dialect", 'dialect = "cxml" needs a section jaggaer.cxml'),
        ("every_seconds = 0", "every_seconds", "expected more than 0"),
        ('canary = ""', "canary", "expected text that is not empty"),
    ],
)
def test_a_wrong_schedule_is_refused(tmp_path: Path, said_of_flow: str, at: str, says: str) -> None:
    text = f"{MINIMAL}[integrations.main.flows.purchase_orders]\n{said_of_flow}\n"
    (found,) = refusal(tmp_path, text)

    line = next(number for number, one in enumerate(text.splitlines(), 1) if one.startswith(f"{at} "))
    assert found.startswith(f"connector.toml:{line}: integrations.main.flows.purchase_orders.{at}: {says}")


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("fusion.example", "expected an address that begins with https://"),
        ("ftp://fusion.example", "expected an address that begins with https://"),
        ("https://", "expected an address that begins with https://"),
        ("https://user:hunter2@fusion.example", "secrets never stand in this file"),
        ("https://hunter2@fusion.example", "secrets never stand in this file"),
        ("https://fusion.example/?token=hunter2", "without ?, # and blanks"),
        ("https://fusion.example:99999", "expected an address such as https://host"),
        ("https://[::1", "expected an address such as https://host"),
    ],
)
def test_a_wrong_address_is_refused_and_not_repeated(tmp_path: Path, url: str, says: str) -> None:
    (found,) = refusal(tmp_path, MINIMAL.replace("https://fusion.example", url))

    assert found.startswith("connector.toml:2: integrations.main.oracle.url: ")
    assert says in found
    assert "hunter2" not in found


def test_every_fault_is_told_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = after(JAGGAER, "timeout_seconds = 0", "dialct = 1").replace('url = "https://fusion.example"', "urll = 3")
    found = refusal(tmp_path, text)

    assert [fault.split(": ")[:2] for fault in found] == [
        ["connector.toml:1", "integrations.main.oracle.url"],
        ["connector.toml:2", "integrations.main.oracle.urll"],
        ["connector.toml:10", "integrations.main.jaggaer.timeout_seconds"],
        ["connector.toml:11", "integrations.main.jaggaer.dialct"],
    ]


@pytest.mark.parametrize("wrong", ["12345678", "true", '["hunter2"]', '""'])
def test_the_value_of_a_key_that_looks_secret_is_not_shown(tmp_path: Path, wrong: str) -> None:
    found = refusal(tmp_path, MINIMAL.replace('"JAGGAER_CLIENT_SECRET"', wrong))

    assert "client_secret_env: expected text" in found[0]
    assert "1234" not in str(found)
    assert "hunter2" not in str(found)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[integrations\n", 1),
        (MINIMAL + "client_secret = hunter2\n", 19),
        (MINIMAL + "x = '''\nhunter2\n", 21),
        (MINIMAL + '[integrations.main.jaggaer]\nx = "hunter2"', 19),
    ],
)
def test_what_is_not_toml_is_refused_with_its_line_and_not_repeated(tmp_path: Path, text: str, line: int) -> None:
    (found,) = refusal(tmp_path, text)

    assert found.startswith(f"connector.toml:{line}: is not TOML here: ")
    assert "hunter2" not in found


def test_what_is_not_text_is_refused_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "connector.toml").write_bytes(b"a = 1\nb = '\xff'\n")

    with pytest.raises(SettingsRefused, match=r"connector\.toml:2: is not UTF-8 here"):
        read_file(tmp_path / "connector.toml")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsRefused, match=r"connector\.toml: cannot be read: No such file"):
        read_file(tmp_path / "connector.toml")


def test_a_mark_and_line_ends_of_windows_are_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "connector.toml"
    path.write_bytes(b"\xef\xbb\xbf" + MINIMAL.replace("\n", "\r\n").encode())

    assert read_file(path).integrations["main"].oracle.url == "https://fusion.example"


def test_without_a_file_it_says_what_to_set() -> None:
    with pytest.raises(SettingsRefused, match="ML_CONNECTOR_CONFIG is not set"):
        load({})


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


@pytest.mark.parametrize(
    ("line", "added", "says"),
    [
        (ACCOUNTS, 'segment = ["a"]', "accounts.segment: unknown key; did you mean segments?"),
        (ACCOUNTS, 'segments = ["company", "cost center"]', "segments[1]: a segment's name has letters, digits and _"),
        (ACCOUNTS, 'segments = ["company", "company"]', "accounts.segments: names company twice"),
        (ACCOUNTS, 'fields = ["Account", "Account"]', "accounts.fields: names Account twice"),
        (ACCOUNTS, "fields = []", "accounts.fields: expected at least one"),
        (ACCOUNTS, 'delimiter = "--"', "accounts.delimiter: expected one sign that is no letter"),
        (ACCOUNTS, 'delimiter = "0"', "accounts.delimiter: expected one sign that is no letter"),
        (ACCOUNTS, 'account_segment = "acount"', "accounts.account_segment: acount is none of the segments"),
        (ACCOUNTS, 'value_sets = { acount = "X" }', "accounts.value_sets.acount: is none of the segments"),
        (
            ACCOUNTS,
            'reference_flows = { Acount = "gl_accounts" }',
            "accounts.reference_flows.Acount: is none of the fields; did you mean Account?",
        ),
        (
            ACCOUNTS,
            'reference_flows = { Account = "gl_acounts" }',
            "accounts.reference_flows.Account: expected 'gl_accounts' or 'cost_centers', found the text",
        ),
        (
            ACCOUNTS,
            'charts.usual = { segments = ["account"], business_units = ["Norway"] }',
            "accounts.charts.usual: is the name of the chart in the section accounts itself",
        ),
        (
            ACCOUNTS,
            'charts."a.b" = { segments = ["a"], business_units = ["b"] }',
            'accounts.charts."a.b": a chart\'s name has letters, digits, - and _',
        ),
        (ACCOUNTS, 'charts.no = { segments = ["account"] }', "accounts.charts.no.business_units: is missing"),
        (
            ACCOUNTS,
            'charts.no = { segments = ["account", "account"], business_units = ["Norway"] }',
            "accounts.charts.no.segments: names account twice",
        ),
    ],
)
def test_a_chart_that_makes_no_sense_is_refused_with_line_key_and_reason(
    tmp_path: Path, line: int, added: str, says: str
) -> None:
    (found,) = refusal(tmp_path, after(line, added))

    assert found.startswith(f"connector.toml:{line + 1}: integrations.main.")
    assert says in found


def test_a_business_unit_has_one_chart(tmp_path: Path) -> None:
    added = (f'charts.{name} = {{ segments = ["a"], business_units = ["Norway", "{name}"] }}' for name in ("x", "y"))
    found = refusal(tmp_path, after(ACCOUNTS, *added))

    assert [line.split(": ", 2)[1:] for line in found] == [
        ["integrations.main.accounts.charts.x.business_units", "Norway is in more than one chart"],
        ["integrations.main.accounts.charts.y.business_units", "Norway is in more than one chart"],
    ]


def test_a_mapping_that_is_required_needs_the_names_of_the_segments(tmp_path: Path) -> None:
    (found,) = refusal(tmp_path, MINIMAL.replace('mapping = "as_in_oracle"', ""))

    assert found.startswith(f"connector.toml:{ACCOUNTS}: integrations.main.accounts.segments: is missing: name your")
    assert refusal(tmp_path, MINIMAL[: MINIMAL.index("[integrations.main.accounts]")]) != []
    path = tmp_path / "connector.toml"
    path.write_text(MINIMAL.replace('mapping = "as_in_oracle"', 'segments = ["account"]'))
    assert read_file(path).integrations["main"].accounts.mapping is AccountMapping.REQUIRED


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
        load({"ML_CONNECTOR_CONFIG": str(EXAMPLE), first: "canary-1", second: "canary-2"})
    assert "canary" not in str(refused.value)


@pytest.mark.parametrize(
    ("said", "host", "port"),
    [("", "127.0.0.1", 8800), ("0.0.0.0:80", "0.0.0.0", 80), ("[::1]:9000", "::1", 9000)],  # noqa: S104
)
def test_where_the_gateway_listens(said: str, host: str, port: int) -> None:
    bind = load({"ML_CONNECTOR_CONFIG": str(EXAMPLE), "ML_CONNECTOR_GATEWAY_BIND": said}).gateway_bind
    assert (bind.host, bind.port) == (host, port)


@pytest.mark.parametrize("said", ["8800", ":8800", "host:", "host:0", "host:65536", "host:http"])
def test_where_no_gateway_can_listen(said: str) -> None:
    with pytest.raises(SettingsRefused, match="ML_CONNECTOR_GATEWAY_BIND"):
        load({"ML_CONNECTOR_CONFIG": str(EXAMPLE), "ML_CONNECTOR_GATEWAY_BIND": said})


def test_a_master_key_does_not_show_in_the_settings() -> None:
    settings = load({"ML_CONNECTOR_CONFIG": str(EXAMPLE), "ML_CONNECTOR_MASTER_KEY": "k1 bird-in-a-mine"})

    assert "bird-in-a-mine" not in repr(settings)
    assert settings.master_key == SecretStr("k1 bird-in-a-mine")
