"""deploy/systemd: each unit is what systemd takes, gives its program only its own secrets, and lets it finish."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[3] / "deploy" / "systemd"
UNITS = sorted(FOLDER.glob("*.service"))
LASTING = [unit for unit in UNITS if "migrate" not in unit.name]
OWN = {
    "ml-connector-gateway.service": "gateway",
    "ml-connector-migrate.service": "bootstrap",
    "ml-connector-producers.service": "producers",
    "ml-connector-worker@.service": "workers",
}


def values(unit: Path, name: str) -> list[str]:
    return re.findall(rf"^{name}=(.*)$", unit.read_text(), re.MULTILINE)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not here")
@pytest.mark.parametrize("unit", [*UNITS, FOLDER / "ml-connector.target"], ids=lambda path: path.name)
def test_systemd_understands_every_line(unit: Path) -> None:
    done = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False)

    said = [line for line in done.stderr.splitlines() if "ml-connector" in line and "is not executable" not in line]
    assert said == []


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_a_unit_gets_its_own_secrets_only_and_no_rights(unit: Path) -> None:
    credentials = values(unit, "LoadCredential")

    assert {one.split("/")[-2] for one in credentials} == {OWN[unit.name]}
    assert values(unit, "CapabilityBoundingSet") == [""]
    assert values(unit, "NoNewPrivileges") == ["yes"]
    assert values(unit, "ProtectSystem") == ["strict"]
    assert values(unit, "User") == ["ml-connector"]


@pytest.mark.parametrize("unit", LASTING, ids=lambda path: path.name)
def test_what_dies_is_started_again_and_what_stops_may_finish(unit: Path) -> None:
    assert values(unit, "Restart") == ["always"]
    assert int(values(unit, "TimeoutStopSec")[0]) > 30
