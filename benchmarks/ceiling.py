"""The ceiling: three hops of empty dramatiq actors, with confirms, on quorum queues.

What the bus alone costs a record that passes three queues, each hop in a process of its own, as the system's stages
are. Run by `benchmarks.throughput`, which starts one process per hop: `python -m benchmarks.ceiling URL HOP MESSAGES`.
"""

import sys
import threading
from typing import Any

import dramatiq
from dramatiq.brokers.rabbitmq import RabbitmqBroker

HOPS = 3
_THREADS = 8


class QuorumBroker(RabbitmqBroker):
    """dramatiq's own broker, with quorum queues and confirms, and nothing else changed."""

    def __init__(self, url: str) -> None:
        super().__init__(url=url, confirm_delivery=True, middleware=[])

    def _build_queue_arguments(self, queue_name: str) -> dict[str, Any]:
        return {**super()._build_queue_arguments(queue_name), "x-queue-type": "quorum"}


def declare(broker: dramatiq.Broker, messages: int, finished: threading.Event) -> list[dramatiq.Actor[Any, Any]]:
    """Declare the hops: each sends to the next, the last one counts."""
    arrived = 0
    counting = threading.Lock()
    actors: list[dramatiq.Actor[Any, Any]] = []

    def last(number: int) -> None:  # noqa: ARG001 - an empty actor
        nonlocal arrived
        with counting:
            arrived += 1
            if arrived >= messages:
                finished.set()

    def hop(position: int) -> dramatiq.Actor[Any, Any]:
        def forward(number: int) -> None:
            actors[position].send(number)

        work = last if position == HOPS else forward
        return dramatiq.actor(actor_name=f"hop{position}", queue_name=f"bench.hop{position}", broker=broker)(work)

    actors += [hop(position) for position in range(1, HOPS + 1)]
    return actors


def work(url: str, position: int, messages: int) -> None:
    """Serve one hop: the last until every message has arrived, the others until they are ended."""
    broker = QuorumBroker(url)
    finished = threading.Event()
    declare(broker, messages, finished)
    worker = dramatiq.Worker(broker, queues={f"bench.hop{position}"}, worker_threads=_THREADS)
    worker.start()
    print("ready", flush=True)
    finished.wait()
    print("finished", flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    work(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
