"""What the steps of a ping come to: every case, without any server."""

from datetime import UTC, datetime, timedelta

import pytest

from common.connections.probe import Shown
from common.connections.sighting import Sighting, Trouble
from console.ping import findings
from console.ping.findings import Canary, Result

NOW = datetime(2025, 6, 1, 12, 0, tzinfo=UTC)
SEEN = Sighting(documents=1, clock=None)
HIDDEN = Sighting(documents=0, clock=None)
SAID = Canary(number="US1", configured=True)
REMEMBERED = Canary(number="US1", configured=False)


def certificate(until: timedelta, distrust: str | None = None) -> Shown:
    return Shown(
        protocol="TLSv1.3",
        subject="pod.example",
        issuer="CA",
        not_before=NOW - timedelta(days=1),
        not_after=NOW + until,
        distrust=distrust,
    )


@pytest.mark.parametrize(
    ("until", "distrust", "result", "days"),
    [
        (timedelta(days=31), None, Result.OK, 31),
        (timedelta(days=30), None, Result.OK, 30),
        (timedelta(days=30, seconds=-1), None, Result.WARN, 29),
        (timedelta(seconds=1), None, Result.WARN, 0),
        (timedelta(0), "certificate has expired", Result.FAIL, 0),
        (timedelta(days=-2), "certificate has expired", Result.FAIL, -2),
        (timedelta(days=300), "Hostname mismatch", Result.FAIL, 300),
    ],
)
def test_a_certificate_is_judged_by_trust_and_time(
    until: timedelta, distrust: str | None, result: Result, days: int
) -> None:
    found = findings.of_certificate(certificate(until, distrust), NOW)

    assert (found.result, found.facts["days_left"]) == (result, days)
    assert bool(found.next_step) == (result is not Result.OK)
    assert "pod.example" in found.says


@pytest.mark.parametrize(
    ("documents", "canary", "seen", "result"),
    [
        (9, SAID, SEEN, Result.OK),
        (0, REMEMBERED, SEEN, Result.OK),
        (0, SAID, HIDDEN, Result.FAIL),
        (0, REMEMBERED, HIDDEN, Result.FAIL),
        (9, SAID, HIDDEN, Result.FAIL),
        (9, REMEMBERED, HIDDEN, Result.WARN),
    ],
)
def test_the_canary_tells_empty_from_forbidden(documents: int, canary: Canary, seen: Sighting, result: Result) -> None:
    found = findings.of_role(documents, canary, seen, "It is gone.")

    assert found.result is result
    assert ("no privilege" in found.says) == (result is not Result.OK)
    assert found.next_step.endswith("It is gone.") == (result is not Result.OK)
    assert ("settings" in found.says) == canary.configured


def test_a_canary_that_could_not_be_asked_for_is_a_failure_of_the_question() -> None:
    trouble = Trouble(reason="HTTP 500", next_step="wait")
    found = findings.of_role(3, SAID, Sighting(trouble=trouble, clock=None), "")

    assert (found.result, found.says, found.next_step) == (Result.FAIL, "HTTP 500", "wait")


def test_without_a_canary_only_documents_prove_anything() -> None:
    empty = findings.of_role_without_canary(0, unknown="nobody said", remedy="say")

    assert findings.of_role_without_canary(1, unknown="", remedy="").result is Result.OK
    assert (empty.result, empty.next_step) == (Result.WARN, "say")
    assert "nobody said" in empty.says


@pytest.mark.parametrize(
    ("shown", "result", "skew"),
    [
        (0, Result.OK, 0.0),
        (2, Result.OK, 0.0),  # it may have been written at any time between question and answer
        (-0.9, Result.OK, 0.0),  # a Date header is cut to the second
        (33, Result.OK, 30.0),
        (34, Result.WARN, 31.0),
        (-31, Result.OK, -30.0),
        (-32, Result.WARN, -31.0),
    ],
)
def test_a_clock_is_held_against_ours_before_and_after(shown: float, result: Result, skew: float) -> None:
    found = findings.of_clock(NOW + timedelta(seconds=shown), NOW, NOW + timedelta(seconds=3), needed=True)

    assert (found.result, found.facts["skew_seconds"]) == (result, skew)


def test_a_source_must_show_its_clock_and_a_target_should() -> None:
    assert findings.of_clock(None, NOW, NOW, needed=True).result is Result.FAIL
    assert findings.of_clock(None, NOW, NOW, needed=False).result is Result.WARN
