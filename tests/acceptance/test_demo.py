"""`ml-connector demo` on a machine that has nothing but Python: no RabbitMQ, no PostgreSQL, no settings."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.fixtures.world import eventually

ROOT = Path(__file__).parents[2]
DEMO = [sys.executable, "-m", "console.main", "demo", "--orders", "40"]


@pytest.fixture
def bare(tmp_path: Path) -> dict[str, str]:
    """An environment that knows nothing but where the project and its temporary files are."""
    return {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path)}


def test_the_demo_shows_a_whole_system_and_leaves_nothing_behind(tmp_path: Path, bare: dict[str, str]) -> None:
    done = subprocess.run(DEMO, env=bare, cwd=tmp_path, capture_output=True, text=True, timeout=110, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    first = re.search(r"([\d.]+) s {2}The first order is in JAGGAER", done.stdout)
    assert first is not None
    assert float(first[1]) < 15
    for line in (
        "Killed the delivery process",
        "The changes are in JAGGAER",
        "Both sides agree, in count and to the cent",
        "The books balance over",
        "Nothing is dead",
        "got nothing twice",
        "Both sides received and billed the same",
        "The match preview shows",
        "ml-connector trace US2",
    ):
        assert line in done.stdout
    assert list(tmp_path.glob("ml-connector-demo-*")) == []
    assert processes_of(tmp_path) == []


def test_an_interrupted_demo_leaves_nothing_behind(tmp_path: Path, bare: dict[str, str]) -> None:
    running = subprocess.Popen(
        [*DEMO, "--keep"], env=bare, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert running.stdout is not None
    for line in running.stdout:
        if "first order" in line:
            break
    running.send_signal(signal.SIGINT)
    running.communicate(timeout=60)

    assert running.returncode != 0
    assert eventually(lambda: processes_of(tmp_path) == [])
    assert list(tmp_path.glob("ml-connector-demo-*")) == []


def processes_of(folder: Path) -> list[str]:
    """Return the processes that work in a folder or mention it."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            here = (process / "cwd").resolve().is_relative_to(folder)
            said = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if here or str(folder) in said:
            found.append(f"{process.name} {said}")
    return found


def test_the_start_is_quick() -> None:
    started = time.monotonic()
    subprocess.run([sys.executable, "-m", "console.main", "--help"], cwd=ROOT, check=True, capture_output=True)

    assert time.monotonic() - started < 10
