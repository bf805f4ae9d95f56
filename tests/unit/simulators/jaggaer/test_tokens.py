"""Tokens: the Keycloak-shaped endpoint, its refusals, and what a token opens (fact sheet 2.1 and 2.2)."""

from collections.abc import Callable

import pytest

from tests.unit.simulators.jaggaer.conftest import TOKEN, Jaggaer
from tests.unit.simulators.jaggaer.documents import j1p_body, j1p_order


def test_a_token_answer_is_the_standard_one(jaggaer: Jaggaer) -> None:
    answer = jaggaer.log_in()

    assert answer.status_code == 200
    assert answer.json()["token_type"] == "Bearer"
    assert answer.json()["expires_in"] == 300
    assert answer.json()["access_token"]


def test_the_older_interface_names_the_token_otherwise_and_counts_milliseconds(jaggaer: Jaggaer) -> None:
    jaggaer.simulator.switch(older_token_answer=True)
    answer = jaggaer.log_in().json()

    assert set(answer) == {"token", "expire_in"}
    assert answer["expire_in"] == 300_000
    jaggaer.headers = {"Authorization": f"Bearer {answer['token']}"}
    assert jaggaer.get().status_code == 200


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ({"client_secret": "guessed"}, 401, "invalid_client"),
        ({"client_id": "someone"}, 401, "invalid_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": ""}, 400, "invalid_request"),
    ],
)
def test_a_wrong_token_request_is_refused(jaggaer: Jaggaer, form: dict[str, str], status: int, error: str) -> None:
    answer = jaggaer.log_in(**form)

    assert answer.status_code == status
    assert answer.json()["error"] == error
    assert "access_token" not in answer.json()


def test_the_path_of_the_token_endpoint_counts_its_case(jaggaer: Jaggaer) -> None:
    assert jaggaer.http.post(TOKEN.lower(), data={}).status_code == 404


def test_token_requests_are_in_the_journal_without_the_secret(jaggaer: Jaggaer) -> None:
    jaggaer.log_in(client_secret="guessed")
    entries = jaggaer.simulator.journal.read()

    assert [entry.kind for entry in entries] == ["token_issued", "token_refused"]
    assert not any(word in str(entries) for word in ("guessed", jaggaer.simulator.options.client_secret))


def test_a_token_expires(instance: Callable[..., Jaggaer]) -> None:
    jaggaer = instance(token_seconds=5)
    jaggaer.clock.advance(4.9)
    assert jaggaer.get().status_code == 200

    jaggaer.clock.advance(0.1)
    assert jaggaer.get().status_code == 401


def test_a_revoked_token_opens_nothing_and_has_no_effect(jaggaer: Jaggaer) -> None:
    assert jaggaer.simulator.tokens.revoke() == 1

    assert jaggaer.post(j1p_body(j1p_order())).status_code == 401
    assert jaggaer.kinds() == []
    assert len(jaggaer.simulator.orders) == 0


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer other", "Basic {token}", "{token}"])
def test_only_a_living_bearer_token_opens(jaggaer: Jaggaer, header: str) -> None:
    token = jaggaer.headers["Authorization"].removeprefix("Bearer ")
    jaggaer.headers = {"Authorization": header.format(token=token)}

    assert jaggaer.get().status_code == 401
    assert jaggaer.get("/PO1").status_code == 401


def test_the_odd_401_has_no_challenge_and_an_invalid_media_type(jaggaer: Jaggaer) -> None:
    jaggaer.headers = {}
    odd = jaggaer.get()
    assert odd.headers["content-type"] == "; charset=UTF-8"
    assert "www-authenticate" not in odd.headers

    jaggaer.simulator.switch(odd_unauthorized=False)
    assert jaggaer.get().headers["content-type"] == "application/json"
