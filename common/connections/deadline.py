"""A time limit for work that has none of its own, such as asking the resolver or an answer that comes drop by drop."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")


class TookTooLong(Exception):
    """The work was not done in time; the message says how long it was waited for."""


def within(seconds: float, work: Callable[[], T]) -> T:
    """Return what the work returns, or raise what it raises. Raises TookTooLong after so many seconds.

    Work that takes too long is left to itself, in a thread that does not keep the process alive: so only for work
    that may be repeated and that nobody waits for.
    """
    done: Future[T] = Future()

    def run() -> None:
        try:
            done.set_result(work())
        except BaseException as error:  # noqa: BLE001 - handed over to the thread that waits, which raises it
            done.set_exception(error)

    threading.Thread(target=run, name="deadline", daemon=True).start()
    try:
        return done.result(max(0.0, seconds))
    except TimeoutError:
        if done.done():  # it is the work's own error, or the work was done just now
            return done.result()
        raise TookTooLong(f"no answer within {seconds:.1f} s") from None
