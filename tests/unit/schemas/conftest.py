"""Where the sample documents of the fact sheets are, for the tests that read them."""

from pathlib import Path

import pytest

from tests.fixtures import environment


@pytest.fixture
def oracle_samples() -> Path:
    """Return the folder of Oracle's sample answers; skip where it is absent."""
    default = Path(__file__).parents[3].parent / "shared"
    folder = Path(environment.GIVEN.get("ML_CONNECTOR_SHARED", default)) / "reference" / "oracle-samples"
    if not folder.is_dir():
        pytest.skip(f"the sample documents are not on this machine ({folder})")
    return folder
