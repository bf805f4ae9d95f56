"""Whether duties go on, as it is told to whoever asks."""

from producers.pulse import Pulse


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_duty_that_fails_is_alive_but_not_ready() -> None:
    pulse = Pulse(Clock())
    pulse.begin(["relay", "sweeper"])
    pulse.beat("relay")
    pulse.beat("sweeper", trouble="RabbitMQ is away")

    assert [one.well for one in pulse.alive()] == [True, True]
    assert [(one.name, one.well, one.reason) for one in pulse.ready()] == [
        ("relay", True, ""),
        ("sweeper", False, "RabbitMQ is away"),
    ]


def test_a_duty_that_was_never_tried_is_not_ready() -> None:
    pulse = Pulse(Clock())
    pulse.begin(["relay"])

    assert [one.reason for one in pulse.ready()] == ["not tried yet"]


def test_a_duty_that_hangs_for_minutes_is_not_alive() -> None:
    clock = Clock()
    pulse = Pulse(clock)
    pulse.begin(["relay", "sweeper"])
    clock.now = 301
    pulse.beat("sweeper")

    assert [(one.name, one.well) for one in pulse.alive()] == [("relay", False), ("sweeper", True)]


def test_duties_that_begin_anew_are_expected_and_no_other() -> None:
    pulse = Pulse(Clock())
    pulse.begin(["relay"])
    pulse.begin(["sweeper"])
    pulse.beat("relay")

    assert [one.name for one in pulse.alive()] == ["sweeper"]
