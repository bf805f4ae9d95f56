"""What every test shares: a clean environment, a Hypothesis profile, and services that are skipped or demanded."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.fixtures import environment

environment.clean()

from tests.fixtures import process_logs  # noqa: E402 - after the clean-up
from tests.fixtures.services import ServiceMissing, fresh_database, fresh_vhost  # noqa: E402 - after the clean-up

# A broker that is starting or away is what many tests are about: pika's account of it would bury a failure's own.
logging.getLogger("pika").setLevel(logging.CRITICAL)

settings.register_profile("ml-connector", deadline=None, print_blob=True)
settings.load_profile("ml-connector")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that nothing waits for it at the end; the order of the others stays."""
    items.sort(key=lambda item: not item.path.name.startswith("test_storm"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol() -> Iterator[None]:
    """Undo what a test does to the logs of the process that it shares with others."""
    with process_logs.kept():
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Iterator[None]:
    """Skip a test whose service cannot be had here, and fail it in CI."""
    try:
        return (yield)
    except ServiceMissing as missing:
        if environment.SERVICES_REQUIRED:
            raise
        pytest.skip(str(missing))


@pytest.fixture
def database_url() -> Iterator[str]:
    """An empty database of its own."""
    with fresh_database() as url:
        yield url


@pytest.fixture
def rabbitmq_url() -> Iterator[str]:
    """A virtual host of its own."""
    with fresh_vhost() as url:
        yield url


@pytest.fixture(scope="session")
def shared_folder() -> Path:
    """The folder of published DTDs and samples, which is not part of the project."""
    default = Path(__file__).parents[1].parent / "shared"
    folder = Path(environment.GIVEN.get("ML_CONNECTOR_SHARED", str(default)))
    if not folder.is_dir():
        pytest.skip(f"The published DTDs and samples are not at {folder}; set ML_CONNECTOR_SHARED to use them.")
    return folder
