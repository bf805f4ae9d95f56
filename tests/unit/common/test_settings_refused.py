"""What a wrong settings file is answered."""

from pathlib import Path

import pytest

from common.settings import SettingsRefused, load, read_file
from tests.fixtures.settings_text import JAGGAER, MINIMAL, ORACLE, ORACLE_OAUTH, after
from tests.unit.common.settings_refusal import refusal


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
        (
            "[alerts]\nurl = 'https://x.example/T0/hunter2'",
            2,
            "alerts.url: secrets never stand in this file: give url_",
        ),
        ("[alerts]\nurl_env = 'HOOK'\nurl_file = 'hook'", 3, "alerts.url_file: give at most one of url_file and"),
        ("[alerts]\nurl_env = 'HOOK'\nalow_private = true", 3, "alerts.alow_private: unknown key; did you mean allow_"),
        ("[alerts]\nurl_env = 'HOOK'\ntimeout_seconds = 61.0", 3, "alerts.timeout_seconds: expected at most 60"),
        ("[integrations.'a b']", 1, 'integrations."a b": an integration\'s name has letters'),
    ],
)
def test_what_is_wrong_with_a_section_is_refused_too(tmp_path: Path, added: str, line: int | None, says: str) -> None:
    found = refusal(tmp_path, MINIMAL + added + "\n")

    begins = len(MINIMAL.splitlines())
    place = f"connector.toml:{ORACLE_OAUTH if line is None else begins + line}: "
    assert any(fault.startswith(place) and says in fault for fault in found), found
    assert "hunter2" not in str(found)


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


def test_without_a_file_it_says_what_to_set() -> None:
    with pytest.raises(SettingsRefused, match="ML_CONNECTOR_CONFIG is not set"):
        load({})
