"""Pods for tests, and the folder of published samples."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.unit.simulators.oracle.pod import Pod, started_pod


@pytest.fixture
def start() -> Iterator[Callable[..., Pod]]:
    """Start pods with options of a test's own, logged in."""
    with ExitStack() as stack:
        yield lambda **options: stack.enter_context(started_pod(**options))


@pytest.fixture
def pod(start: Callable[..., Pod]) -> Pod:
    """Return a pod of 60 orders of 3 lines."""
    return start()


@pytest.fixture
def reference(shared_folder: Path) -> Path:
    """Return the folder with the fact sheet and the published samples, which are no part of the project."""
    folder = shared_folder / "reference"
    if not (folder / "oracle-samples").is_dir():
        pytest.skip("no Oracle samples here: set ML_CONNECTOR_SHARED to the folder that holds them")
    return folder
