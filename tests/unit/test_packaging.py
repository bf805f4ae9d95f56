"""What is shipped: the rooms, whole, and owned by this project alone."""

import re
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("workers", "producers", "common", "schemas", "console", "simulators")
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


@pytest.mark.parametrize("room", ROOMS)
def test_no_other_distribution_owns_a_room_of_that_name(room: str) -> None:
    """A second owner would overwrite our files without a word."""
    assert set(packages_distributions().get(room, ["ml-connector"])) == {"ml-connector"}


def test_the_wheel_holds_the_rooms_with_everything_in_them_and_nothing_else(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        str(tmp_path),
    ]
    subprocess.run([*command, str(ROOT)], check=True, capture_output=True, timeout=100)
    (wheel,) = tmp_path.glob("*.whl")
    shipped = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}

    expected = {
        str(path.relative_to(ROOT))
        for room in ROOMS
        for path in (ROOT / room).rglob("*")
        if path.is_file() and path.suffix in (".py", ".sql", ".rng", ".html", ".typed")
    }
    assert shipped == expected


@pytest.mark.parametrize(
    ("name", "entries"),
    [
        ("requirements.lock", PYPROJECT["project"]["dependencies"]),
        ("requirements-build.lock", PYPROJECT["dependency-groups"]["build"]),
        ("requirements-dev.lock", PYPROJECT["project"]["dependencies"] + PYPROJECT["dependency-groups"]["dev"]),
    ],
)
def test_every_dependency_is_locked_with_hashes_and_no_index_host(name: str, entries: list[object]) -> None:
    lock = (ROOT / name).read_text()
    locked = {match.lower() for match in re.findall(r"^([A-Za-z0-9_.-]+)==", lock, re.MULTILINE)}
    wanted = {re.split(r"[\[<>=~! ]", entry)[0].lower() for entry in entries if isinstance(entry, str)}

    assert wanted <= locked
    assert "://" not in lock
    assert lock.count("==") <= lock.count("--hash=sha256:")
