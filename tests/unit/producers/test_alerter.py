"""Which alerts are raised and which are over, and what is said of them."""

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from common.ledger.alerts import AlertName, Condition, OpenAlert, State, Subject, Telling
from producers.alerter import RAISED_AFTER, Raise, Resolve, decide, message
from tests.fixtures.promql import OBSERVE

AGES = st.timedeltas(min_value=timedelta(0), max_value=timedelta(hours=3))
SUBJECTS = st.builds(
    Subject, name=st.sampled_from(AlertName), integration=st.just("main"), subject=st.sampled_from(["a", "b"])
)


def condition(name: AlertName, lasts: timedelta, subject: str = "invoices") -> Condition:
    about = Subject(name=name, integration="main", subject=subject)
    return Condition(about=about, summary="Something is wrong", action="ml-connector status", lasts=lasts)


def raised(about: Subject) -> OpenAlert:
    return OpenAlert(alert_id=uuid4(), about=about)


@pytest.mark.parametrize(
    ("name", "minutes"),
    [
        (AlertName.CONNECTION_AWAY, 10),
        (AlertName.RECORDS_WAIT, 5),
        (AlertName.NOTHING_IS_READ, 60),
        (AlertName.RECORDS_DO_NOT_MOVE, 30),
        (AlertName.TICKETS_ARE_NOT_PUBLISHED, 5),
        (AlertName.CONFLICTS_WAIT, 5),
    ],
)
def test_what_lasts_long_enough_is_raised_once(name: AlertName, minutes: int) -> None:
    ripe = condition(name, timedelta(minutes=minutes))

    assert decide([condition(name, timedelta(minutes=minutes, seconds=-1))], []) == []
    assert decide([ripe], []) == [Raise(condition=ripe)]
    assert decide([ripe], [raised(ripe.about)]) == []


def test_a_stopped_connection_is_raised_at_once_and_over_when_it_is_let_in() -> None:
    stopped = condition(AlertName.CONNECTION_STOPPED, timedelta(0), "main.oracle")
    alert = raised(stopped.about)

    assert decide([stopped], []) == [Raise(condition=stopped)]
    assert decide([stopped], [alert]) == []
    assert decide([], [alert]) == [Resolve(alert=alert)]


def test_what_hovers_around_its_age_is_told_once() -> None:
    slow = condition(AlertName.RECORDS_DO_NOT_MOVE, timedelta(minutes=30))
    alert = raised(slow.about)

    assert decide([condition(AlertName.RECORDS_DO_NOT_MOVE, timedelta(minutes=16))], [alert]) == []
    assert decide([condition(AlertName.RECORDS_DO_NOT_MOVE, timedelta(minutes=14))], [alert]) == [Resolve(alert=alert)]


def test_only_the_same_of_the_same_is_the_same() -> None:
    one, other = (condition(AlertName.RECORDS_WAIT, timedelta(hours=1), subject) for subject in ("a", "b"))
    alert = raised(one.about)

    assert decide([other], [alert]) == [Resolve(alert=alert), Raise(condition=other)]


@given(st.dictionaries(SUBJECTS, AGES), st.sets(SUBJECTS))
def test_after_the_moves_there_is_nothing_more_to_do(ages: dict[Subject, timedelta], known: set[Subject]) -> None:
    found = [Condition(about=about, summary="", action="", lasts=lasts) for about, lasts in ages.items()]
    alerts = {about: raised(about) for about in known}

    for move in decide(found, alerts.values()):
        match move:
            case Raise(condition=one):
                assert one.about not in alerts
                alerts[one.about] = raised(one.about)
            case Resolve(alert=alert):
                del alerts[alert.about]

    assert decide(found, alerts.values()) == []
    assert alerts.keys() <= ages.keys()


def telling(state: State, integration: str = "main") -> Telling:
    return Telling(
        alert_id=UUID(int=7),
        about=Subject(name=AlertName.RECORDS_WAIT, integration=integration, subject="invoices (refused)"),
        state=state,
        summary="4 records of invoices wait for a person (refused)",
        action="ml-connector dead list",
        since=datetime(2026, 11, 29, 8, 0, tzinfo=UTC),
        tellings=1,
        first=True,
    )


def test_a_message_says_what_is_wrong_and_what_to_do() -> None:
    assert message(telling(State.RAISED)) == {
        "id": "00000000-0000-0000-0000-000000000007",
        "alert": "records wait for a person",
        "state": "raised",
        "integration": "main",
        "subject": "invoices (refused)",
        "summary": "4 records of invoices wait for a person (refused)",
        "action": "ml-connector dead list",
        "since": "2026-11-29T08:00:00+00:00",
        "text": "ml-connector (main): 4 records of invoices wait for a person (refused). To do: ml-connector dead list",
    }
    assert message(telling(State.RESOLVED))["text"] == (
        "ml-connector (main): Resolved: 4 records of invoices wait for a person (refused)"
    )
    assert message(telling(State.RAISED, "-"))["text"].startswith("ml-connector: 4 records")


def test_each_message_has_a_key_of_its_own() -> None:
    assert telling(State.RAISED).key == telling(State.RAISED).key != telling(State.RESOLVED).key


def test_what_prometheus_is_asked_too_is_called_the_same_and_raised_after_the_same_time() -> None:
    groups = yaml.safe_load((OBSERVE / "alerts.yml").read_text())["groups"]
    rules = {words(rule["alert"]): rule for group in groups for rule in group["rules"]}
    shared = set(AlertName) - {AlertName.CONFLICTS_WAIT}

    assert shared <= rules.keys()
    assert {name: seconds(rules[name]) for name in shared} == {
        name: RAISED_AFTER[name].total_seconds() for name in shared
    }


def words(rule: str) -> str:
    """`RecordsDoNotMove` as `records do not move`."""
    return re.sub(r"(?<!^)[A-Z]", lambda letter: f" {letter[0]}", rule).lower()


def seconds(rule: dict[str, str]) -> int:
    """Return after how long a rule fires: what its figure, a time, must exceed, or for how long it must hold."""
    threshold = int(rule["expr"].rpartition("> ")[2])
    return threshold or 60 * int(rule.get("for", "0m").removesuffix("m"))
