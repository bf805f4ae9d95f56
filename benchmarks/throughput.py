"""`make bench`: orders of ten lines through separate worker processes on a real RabbitMQ, and the ceiling beside them.

Both parts run on the same broker, one after the other, in one call, so that their ratio means something on a noisy
machine. The simulators run on the same processors as the system, and their share is shown: a real Oracle and a real
JAGGAER would not take it. Prints, and with `--json` prints only as JSON:

* records per second of both, and their ratio;
* processor seconds per 1,000 records, by kind of process;
* the median, 95th and 99th percentile of the time from capture to delivery.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import httpx
import pika
import pika.exceptions

from benchmarks.ceiling import HOPS, QuorumBroker, declare
from common.database.pool import Database
from schemas.tickets import Queue
from tests.fixtures.cluster import Cluster, Plan, Secrets, Systems
from tests.fixtures.ports import free_port
from tests.fixtures.services import fresh_database, fresh_vhost

_PATIENCE_SECONDS = 900.0
_POLL_SECONDS = 0.5
_QUEUES = (Queue.ORACLE_POLL, Queue.TRANSFORM, Queue.JAGGAER_DELIVER)

_PERCENTILES = b"""
SELECT percentile_cont(ARRAY[0.5, 0.95, 0.99])
           WITHIN GROUP (ORDER BY extract(epoch FROM settled_at - captured_at)) AS p,
       count(*) FILTER (WHERE state = 'delivered') AS delivered, count(*) AS records,
       extract(epoch FROM max(settled_at) - min(captured_at)) AS seconds
FROM record
"""


class DidNotFinish(Exception):
    """A part of the benchmark did not finish in time; the message says what was missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What one run measured."""

    records: int
    lines: int
    records_per_second: float
    ceiling_per_second: float
    ratio: float
    cpu_seconds_per_1000: dict[str, float]
    latency_seconds: dict[str, float]


def main() -> None:
    """Run both parts and print the result."""
    arguments = _arguments()
    with fresh_vhost() as rabbitmq_url:
        ceiling = measure_ceiling(rabbitmq_url, arguments.orders)
    with fresh_vhost() as rabbitmq_url, fresh_database() as database_url:
        result = measure_system(rabbitmq_url, database_url, arguments.orders, arguments.lines, ceiling)
    if arguments.json:
        print(json.dumps(asdict(result)))
    else:
        show(result)


def measure_ceiling(rabbitmq_url: str, messages: int) -> float:
    """Return how many messages per second pass three empty hops."""
    with _hops(rabbitmq_url, messages) as last:
        started = time.monotonic()
        _feed(rabbitmq_url, messages)
        _expect(last, "finished")
        return messages / (time.monotonic() - started)


def measure_system(rabbitmq_url: str, database_url: str, orders: int, lines: int, ceiling: float) -> Result:
    """Sync the orders and return what it took."""
    with tempfile.TemporaryDirectory(prefix="ml-connector-bench-") as folder, _simulators(orders, lines) as around:
        plan = Plan(every=86_400.0, ticket_lost_after=60.0)
        with Cluster(Path(folder), around, database_url, rabbitmq_url, plan) as cluster:
            cluster.migrate()
            for queue in _QUEUES:
                cluster.workers(queue)
            _wait(lambda: _served(rabbitmq_url) == len(_QUEUES), lambda: "a queue without a worker; no order")
            cluster.producers()
            _wait_for_delivery(database_url, orders)
        cpu = {process.kind: process.cpu_seconds for process in cluster.processes}
    return _result(database_url, orders, lines, ceiling, cpu)


def show(result: Result) -> None:
    """Print a result for a person."""
    print(f"{result.records} orders of {result.lines} lines, separate worker processes, one RabbitMQ, one PostgreSQL")
    print(f"  system   {result.records_per_second:10.1f} records/s   (first capture to last delivery)")
    print(f"  ceiling  {result.ceiling_per_second:10.1f} messages/s  ({HOPS} hops of empty actors, quorum, confirms)")
    print(f"  ratio    {result.ratio:10.3f}")
    print("  processor seconds per 1,000 records:")
    for kind, seconds in sorted(result.cpu_seconds_per_1000.items()):
        print(f"    {kind:<18}{seconds:8.2f}")
    shown = ", ".join(f"{name} {seconds:.2f} s" for name, seconds in result.latency_seconds.items())
    print(f"  from capture to delivered: {shown}")


def _result(database_url: str, orders: int, lines: int, ceiling: float, cpu: dict[str, float]) -> Result:
    database = Database(database_url, size=1)
    row = database.fetch_one(_PERCENTILES)
    database.close()
    if row is None or row["delivered"] != orders:
        raise DidNotFinish(f"not every order was delivered: {row}")
    speed = orders / float(row["seconds"])
    return Result(
        records=orders,
        lines=lines,
        records_per_second=speed,
        ceiling_per_second=ceiling,
        ratio=speed / ceiling,
        cpu_seconds_per_1000={kind: seconds * 1000 / orders for kind, seconds in cpu.items()},
        latency_seconds=dict(zip(("p50", "p95", "p99"), map(float, row["p"]), strict=True)),
    )


@contextmanager
def _hops(rabbitmq_url: str, messages: int) -> Iterator["subprocess.Popen[str]"]:
    """Run one process per hop and lend the last one."""
    processes = []
    try:
        for position in range(1, HOPS + 1):
            command = [sys.executable, "-m", "benchmarks.ceiling", rabbitmq_url, str(position), str(messages)]
            processes.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
        for process in processes:
            _expect(process, "ready")
        yield processes[-1]
    finally:
        for process in processes:
            process.kill()
            process.wait()
            if process.stdout is not None:
                process.stdout.close()


def _feed(rabbitmq_url: str, messages: int) -> None:
    """Publish the messages, confirmed, as the relay does."""
    broker = QuorumBroker(rabbitmq_url)
    first = declare(broker, messages, threading.Event())[0]
    for number in range(messages):
        first.send(number)
    broker.close()


@contextmanager
def _simulators(orders: int, lines: int) -> Iterator[Systems]:
    """Run both simulators in processes of their own."""
    known = Secrets()
    environment = {
        **os.environ,
        "ORACLE_CLIENT_ID": known.client_id,
        "ORACLE_CLIENT_SECRET": known.oracle,
        "JAGGAER_CLIENT_ID": known.client_id,
        "JAGGAER_CLIENT_SECRET": known.jaggaer,
    }
    size = ["--orders", str(orders), "--lines", str(lines)]
    processes: list[subprocess.Popen[bytes]] = []
    urls: dict[str, str] = {}
    try:
        for system in ("oracle", "jaggaer"):
            port = free_port()
            command = [sys.executable, "-m", "simulators", system, f"--{system}-port", str(port), *size]
            processes.append(subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL))
            urls[system] = f"http://127.0.0.1:{port}"
        for url in urls.values():
            _wait_for_server(url)
        yield Systems(oracle_url=urls["oracle"], jaggaer_url=urls["jaggaer"], known=known)
    finally:
        for process in processes:
            process.terminate()
            process.wait()


def _wait_for_server(url: str) -> None:
    """Wait until a simulator answers."""

    def answers() -> bool:
        try:
            return httpx.get(f"{url}/admin/summary").status_code == 200
        except httpx.HTTPError:
            return False

    _wait(answers, lambda: f"{url} does not answer; nothing")


def _expect(process: "subprocess.Popen[str]", line: str) -> None:
    if process.stdout is None or process.stdout.readline().strip() != line:
        raise DidNotFinish(f"a hop of the ceiling did not say {line!r}")


def _wait(finished: Callable[[], bool], progress: Callable[[], str]) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not finished():
        if time.monotonic() > deadline:
            raise DidNotFinish(f"not finished in {_PATIENCE_SECONDS:.0f} s: {progress()} delivered")
        time.sleep(_POLL_SECONDS)


def _served(rabbitmq_url: str) -> int:
    """Return how many queues have a worker that listens, as every hop of the ceiling does when its time begins."""
    connection = pika.BlockingConnection(pika.URLParameters(rabbitmq_url))
    try:
        return sum(_has_consumer(connection, queue) for queue in _QUEUES)
    finally:
        connection.close()


def _has_consumer(connection: pika.BlockingConnection, queue: Queue) -> bool:
    try:
        return bool(connection.channel().queue_declare(queue, passive=True).method.consumer_count)
    except pika.exceptions.ChannelClosedByBroker:  # its worker has not declared it yet
        return False


def _wait_for_delivery(database_url: str, orders: int) -> None:
    """Wait until so many orders are delivered, asking rarely: who asks takes time from what is measured."""
    database = Database(database_url, size=1)

    def delivered() -> int:
        row = database.fetch_one(b"SELECT count(*) AS records FROM record WHERE state = 'delivered'")
        return int(row["records"]) if row else 0

    try:
        _wait(lambda: delivered() >= orders, lambda: f"{delivered()} of {orders}")
    finally:
        database.close()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.throughput", description=__doc__)
    parser.add_argument("--orders", type=int, default=2000)
    parser.add_argument("--lines", type=int, default=10)
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()
