"""What a worker tells of its threads and connections."""

from typing import Any, cast

from dramatiq.worker import Worker

from workers import watch


class Thread:
    """A thread as far as it is looked at."""

    def __init__(self, *, alive: bool, open_connection: bool | None = None) -> None:
        self.alive = alive
        self.consumer: Any = None
        if open_connection is not None:
            self.consumer = type("Consumer", (), {"connection": type("Connection", (), {"is_open": open_connection})})

    def is_alive(self) -> bool:
        return self.alive


def worker(consumers: dict[str, Thread], workers: list[Thread]) -> Worker:
    return cast("Worker", type("Worker", (), {"consumers": consumers, "workers": workers}))


def test_a_thread_that_died_is_told() -> None:
    found = watch.threads(worker({"transform": Thread(alive=True)}, [Thread(alive=True), Thread(alive=False)]))

    assert [(one.name, one.well) for one in found] == [("consumes transform", True), ("works", False)]
    assert found[1].reason == "1 of 2 threads have died"


def test_a_consumer_without_a_connection_is_not_ready() -> None:
    threads = {
        "oracle.poll": Thread(alive=True, open_connection=True),
        "jaggaer.poll": Thread(alive=True, open_connection=False),
        "transform": Thread(alive=True),
    }

    assert [one.well for one in watch.consumers(worker(threads, []))] == [True, False, False]
