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
    pulse.begin({"relay": 0.1, "sweeper": 1.0})
    pulse.beat("relay")
    pulse.beat("sweeper", trouble="RabbitMQ is away")

    assert [one.well for one in pulse.alive()] == [True, True]
    assert [(one.name, one.well, one.reason) for one in pulse.ready()] == [
        ("relay", True, ""),
        ("sweeper", False, "RabbitMQ is away"),
    ]


def test_a_duty_that_was_never_tried_is_not_ready() -> None:
    pulse = Pulse(Clock())
    pulse.begin({"relay": 0.1})

    assert [one.reason for one in pulse.ready()] == ["not tried yet"]


def test_a_duty_that_hangs_for_minutes_is_not_alive() -> None:
    clock = Clock()
    pulse = Pulse(clock)
    pulse.begin({"relay": 0.1, "sweeper": 1.0})
    clock.now = 301
    pulse.beat("sweeper")

    assert [(one.name, one.well) for one in pulse.alive()] == [("relay", False), ("sweeper", True)]


def test_duties_that_begin_anew_are_expected_and_no_other() -> None:
    pulse = Pulse(Clock())
    pulse.begin({"relay": 0.1})
    pulse.begin({"sweeper": 1.0})
    pulse.beat("relay")

    assert [one.name for one in pulse.alive()] == ["sweeper"]


def test_a_duty_that_is_due_once_an_hour_is_alive_in_between() -> None:
    clock = Clock()
    pulse = Pulse(clock)
    pulse.begin({"dead-letter sweep": 3600.0})
    pulse.beat("dead-letter sweep")

    clock.now = 3600 + 299
    assert [one.well for one in pulse.alive()] == [True]
    clock.now = 3600 + 301
    assert [one.well for one in pulse.alive()] == [False]
