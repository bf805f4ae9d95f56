"""What a test run is given reaches each process among which it shares its tests, and none of their tests."""

import os
import subprocess
import sys
from pathlib import Path

PROCESS = """
import os, subprocess, sys
from tests.fixtures import environment
environment.clean()
print(environment.SERVICES_REQUIRED, environment.GIVEN.get("DATABASE_URL"), os.environ.get("DATABASE_URL"), flush=True)
if sys.argv[1:]:
    subprocess.run([sys.executable, "-c", sys.argv[1]], check=True)
"""


def test_what_a_run_was_given_is_known_to_the_processes_that_it_starts_after_the_clean_up() -> None:
    given = {"PATH": os.environ["PATH"], "DATABASE_URL": "given", "ML_CONNECTOR_TEST_REQUIRE_SERVICES": "1"}
    command = [sys.executable, "-c", PROCESS, PROCESS]
    done = subprocess.run(command, cwd=Path(__file__).parents[2], env=given, capture_output=True, text=True, check=True)

    assert done.stdout.splitlines() == ["True given None"] * 2
