"""`ml-connector run` is the gateway too, where an integration has one."""

import secrets
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from schemas.cxml import response
from tests.fixtures.cluster import NOBODY, Cluster, Plan
from tests.fixtures.gateway import PARTIES
from tests.fixtures.ports import free_port
from tests.fixtures.received import Pushed
from tests.fixtures.world import eventually

pytestmark = pytest.mark.services

SECRET = secrets.token_hex(8)
PROFILE = Pushed(secret=SECRET, content="<ProfileRequest/>").document()


@pytest.fixture
def cluster(tmp_path: Path, database_url: str) -> Iterator[Cluster]:
    """Settings with a gateway, and both systems away."""
    with Cluster(tmp_path, NOBODY, database_url, None, Plan(every=3600, more=PARTIES)) as made:
        made.environment |= {"NETWORK_SECRET": SECRET, "ML_CONNECTOR_LOG_LEVEL": "INFO"}
        yield made


def test_run_answers_a_profile_request_and_stops_when_told_to(cluster: Cluster) -> None:
    port = free_port()
    cluster.environment["ML_CONNECTOR_GATEWAY_BIND"] = f"127.0.0.1:{port}"
    running = cluster.run()

    assert eventually(lambda: f"http://127.0.0.1:{port}/cxml/" in cluster.logs() or not running.running)
    answer = httpx.post(
        f"http://127.0.0.1:{port}/cxml/main", content=PROFILE, headers={"content-type": "text/xml"}, trust_env=False
    )
    assert (answer.status_code, response.parse(answer.content).code) == (200, 200)
    assert running.stop() == 0, cluster.logs()


def test_an_address_that_is_taken_is_said_and_ends_it(cluster: Cluster) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        bind = f"127.0.0.1:{taken.getsockname()[1]}"
        done = cluster.command("run", change={"ML_CONNECTOR_GATEWAY_BIND": bind})

    assert done.returncode == 2, done.stderr
    assert f"The gateway cannot listen at {bind}" in done.stderr
    assert "Traceback" not in done.stderr
