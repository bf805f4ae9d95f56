"""How long a duty waits."""

import threading

from common.bus.session import BusUnavailable
from producers import loop
from producers.loop import Duty
from producers.pulse import Pulse


def test_a_duty_that_fails_waits_longer_each_time_and_as_ever_once_it_succeeds() -> None:
    assert [loop.pause(0.1, failures) for failures in range(6)] == [0.1, 1, 2, 5, 5, 5]
    assert loop.pause(60, 3) == 60


def test_a_duty_that_fails_is_called_again_and_closed_at_the_end() -> None:
    stop = threading.Event()
    calls: list[str] = []

    def run_once() -> bool:
        calls.append("called")
        if len(calls) == 2:
            stop.set()
            raise BusUnavailable("away")
        return True

    loop.run(
        Duty(name="duty", run_once=run_once, every_seconds=60, close=lambda: calls.append("closed")), stop, Pulse()
    )

    assert calls == ["called", "called", "closed"]
