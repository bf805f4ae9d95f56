"""What the section of the gateway may say, and what a wrong one is answered."""

from pathlib import Path

import pytest

from common.settings import GatewaySettings, SettingsRefused, read_file

EXAMPLE = Path(__file__).parents[3] / "connector.example.toml"
PARTIES = """
[integrations.main.jaggaer.gateway.to.us]
domain = "DUNS"
identity = "1"
[integrations.main.jaggaer.gateway.senders.hub]
domain = "NetworkID"
identity = "hub"
"""


def read(tmp_path: Path, *said: str) -> GatewaySettings:
    path = tmp_path / "connector.toml"
    path.write_text("\n".join([EXAMPLE.read_text(), "[integrations.main.jaggaer.gateway]", *said]) + PARTIES)
    settings = read_file(path).integrations["main"].jaggaer.gateway
    assert settings is not None
    return settings


def test_a_year_and_a_bit_is_kept_and_no_header_is_believed_unless_the_file_says_so(tmp_path: Path) -> None:
    usual = read(tmp_path)

    assert (usual.keep_days, usual.client_header) == (400, None)


def test_what_the_file_says_counts(tmp_path: Path) -> None:
    said = read(tmp_path, "keep_days = 30", 'client_header = "X-Real-IP"')

    assert (said.keep_days, said.client_header) == (30, "X-Real-IP")


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ("keep_days = 29", "keep_days: expected at least 30, found the number 29"),
        ("keep_days = 36_501", "keep_days: expected at most 36500"),
        ("keep_days = 400.5", "keep_days: expected a whole number"),
        ('client_header = "X-Real-IP: 1"', "client_header: expected the name of a header alone"),
        ('client_header = ""', "client_header: expected the name of a header alone"),
        ("client_header = true", "client_header: expected text, found true"),
    ],
)
def test_what_makes_no_sense_is_refused(tmp_path: Path, said: str, says: str) -> None:
    with pytest.raises(SettingsRefused, match=r"jaggaer\.gateway") as refused:
        read(tmp_path, said)

    assert says in str(refused.value)
