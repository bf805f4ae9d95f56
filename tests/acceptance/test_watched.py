"""Processes tell how they are: alive whatever is away, ready only with what they need, and figures of the ledger."""

import json
import urllib.error
import urllib.request
from functools import partial
from pathlib import Path

import pytest

from schemas.tickets import Queue
from tests.fixtures.cluster import Cluster, Plan
from tests.fixtures.ports import free_port
from tests.fixtures.world import eventually, world

pytestmark = pytest.mark.services


def asked(port: int, path: str) -> tuple[int, str]:
    """Return status and body; 0 while nobody answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as response:
            return int(response.status), response.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()
    except OSError:
        return 0, ""


def _answers(port: int) -> bool:
    return asked(port, "/readyz")[0] == 200


def test_producers_and_workers_are_alive_ready_and_counted(
    tmp_path: Path, database_url: str, rabbitmq_url: str
) -> None:
    with world(orders=5) as around, Cluster(tmp_path, around, database_url, rabbitmq_url, Plan(every=1)) as cluster:
        cluster.migrate()
        ports = {}
        for name, start in (
            ("producers", cluster.producers),
            ("worker", lambda: cluster.workers(Queue.ORACLE_POLL, threads=1)),
        ):
            ports[name] = free_port()
            cluster.environment["ML_CONNECTOR_HEALTH"] = f"127.0.0.1:{ports[name]}"
            start()

        for port in ports.values():
            assert eventually(partial(_answers, port)), cluster.logs()
            assert asked(port, "/livez")[0] == 200
        said = json.loads(asked(ports["worker"], "/readyz")[1])
        assert said == dict.fromkeys(("consumes oracle.poll", "works", "connected for oracle.poll", "database"), "ok")
        counted = 'ml_connector_records{flow="purchase_orders",integration="main",state="captured"} 5.0'
        assert eventually(lambda: counted in asked(ports["producers"], "/metrics")[1])
        assert around.known.oracle not in asked(ports["producers"], "/metrics")[1]
