"""One gateway and one ledger for each file, emptied before each test."""

from collections.abc import Iterator

import pytest

from common.database.pool import Database
from tests.fixtures.gateway import RunningGateway
from tests.integration.bench import LedgerBench, version
from tests.integration.shared_gateway.gateway_bench import GatewayBench, gateway_bench


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayBench]:
    """One gateway and one ledger for all tests of a file, which empty it."""
    with gateway_bench(tmp_path_factory.mktemp("gateway")) as bench:
        yield bench


@pytest.fixture
def bench(running: GatewayBench) -> LedgerBench:
    """The ledger, empty but for the orders US1 and US2."""
    running.empty()
    running.ledger.admit(running.ledger.page(), version(1), version(2))
    return running.ledger


@pytest.fixture
def door(running: GatewayBench, bench: LedgerBench) -> RunningGateway:
    """The gateway."""
    return running.door


@pytest.fixture
def database(bench: LedgerBench) -> Database:
    """The ledger's database."""
    return bench.database
