"""The course of one connection: what rests on what, what is bounded, what nobody foresaw."""

import threading

import pytest

from common.connections.errors import ClientRefused, NotSent
from common.connections.probe import NoSuchPlace, NoWayThere
from common.settings import SettingsRefused
from console.ping import course as courses
from console.ping.course import Course
from console.ping.findings import Finding, Result
from schemas.cxml.validation import InvalidCxml

GOOD = Finding(result=Result.OK, says="good")


class Clock:
    """A monotonic clock that a test moves."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def course(clock: Clock | None = None) -> Course:
    return Course("main.oracle", "integrations.main.oracle", clock or Clock())


def test_what_rests_on_a_failed_check_is_not_tried_and_says_so() -> None:
    going, tried = course(), list[str]()

    def refused() -> int:
        raise NotSent("no route")

    first = going.ask("token", "", refused, lambda _: GOOD, after=[]).check
    second = going.ask("read", "orders", lambda: tried.append("read"), lambda _: GOOD, after=[first]).check
    third = going.ask("role", "orders", lambda: tried.append("role"), lambda _: GOOD, after=[second]).check

    assert [check.result for check in going.checks] == [Result.FAIL, Result.SKIPPED, Result.SKIPPED]
    assert second.says == "not tried, because token failed"
    assert third.says == "not tried, because read of orders was not tried"
    assert (second.latency_ms, tried) == (None, [])


def test_a_warning_does_not_block() -> None:
    going = course()
    warned = going.tell("tls", "", Finding(result=Result.WARN, says="plain"))

    assert going.ask("read", "", lambda: 5, lambda _: GOOD, after=[warned]).answer == 5


def test_a_question_without_an_answer_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(courses, "STEP_SECONDS", 0.05)
    never = threading.Event()
    asked = course().ask("dns", "host", never.wait, lambda _: GOOD, after=[])
    never.set()

    assert (asked.check.result, asked.answer) == (Result.FAIL, None)
    assert asked.check.says == "no answer within 0.1 s"
    assert "firewall" in asked.check.next_step


def test_when_the_time_is_over_nothing_more_is_tried() -> None:
    clock = Clock()
    going = course(clock)
    clock.now = courses.COURSE_SECONDS
    asked = going.ask("read", "", lambda: 5, lambda _: GOOD, after=[])

    assert (asked.check.result, asked.answer) == (Result.FAIL, None)
    assert "took too long" in asked.check.says


@pytest.mark.parametrize(
    ("error", "says", "next_step"),
    [
        (NoSuchPlace("x has no address"), "x has no address", "DNS"),
        (NoWayThere("refused"), "refused", "firewall"),
        (SettingsRefused("not set"), "not set", "integrations.main.oracle in the settings"),
        (ClientRefused("invalid_client"), "invalid_client", "integrations.main.oracle.oauth: client_id"),
        (NotSent("HTTP 404"), "HTTP 404", "integrations.main.oracle.oauth.token_url"),
        (InvalidCxml(element="/cXML", line=1, found="", reason="empty"), "/cXML (line 1): empty", ".cxml"),
        (KeyError("a-secret"), "not foreseen (KeyError)", "Report this"),
    ],
)
def test_each_failure_says_what_to_do(error: Exception, says: str, next_step: str) -> None:
    def failing() -> int:
        raise error

    check = course().ask("token", "", failing, lambda _: GOOD, after=[]).check

    assert check.result is Result.FAIL
    assert says in check.says
    assert next_step in check.next_step
    assert "a-secret" not in check.says


def test_a_token_in_an_error_does_not_show() -> None:
    def failing() -> int:
        raise NotSent("illegal header b'Bearer abcdefghijklmnop'")

    assert "abcdefgh" not in course().ask("read", "", failing, lambda _: GOOD, after=[]).check.says
