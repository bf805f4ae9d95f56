"""Who may come in: the token endpoint, tokens that end, users with passwords (fact sheet, section 2)."""

import base64
from collections.abc import Callable

import pytest

from tests.unit.simulators.oracle.pod import TOKEN, Pod


def basic(user: str, password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


def test_a_token_is_granted_for_an_hour_and_lets_requests_in(pod: Pod) -> None:
    answer = pod.ask_for_token(scope="urn:opc:resource:consumer::all")

    assert answer.status_code == 200
    assert answer.json() == {"access_token": answer.json()["access_token"], "token_type": "Bearer", "expires_in": 3600}
    pod.http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
    assert pod.get().status_code == 200


def test_a_client_may_show_itself_in_the_authorization_header(pod: Pod) -> None:
    options = pod.simulator.options
    form = {"grant_type": "client_credentials"}
    answer = pod.http.post(TOKEN, data=form, headers=basic(options.client_id, options.client_secret))
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_id": "somebody"}, 401, "invalid_client"),
        ({"client_secret": "dépassé"}, 401, "invalid_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": ""}, 400, "invalid_request"),
        ({"scope": "urn:somewhere:else"}, 400, "invalid_scope"),
    ],
)
def test_a_wrong_request_is_refused_by_its_name_and_leaves_no_secret(
    start: Callable[..., Pod], form: dict[str, str], status: int, error: str
) -> None:
    pod = start(scopes=frozenset({"", "urn:fusion"}), client_secret="very secret")
    answer = pod.ask_for_token(**form)

    assert (answer.status_code, answer.json()["error"]) == (status, error)
    entries = pod.simulator.journal.read()
    assert [entry.kind for entry in entries] == ["token_issued", "token_refused"]
    assert entries[-1].detail["error"] == error
    assert "secret" not in str([entry.as_json() for entry in entries])


@pytest.mark.parametrize("authorization", [None, "Bearer nobody", "Basic !!!", "Basic bm9jb2xvbg==", "Digest x"])
def test_without_a_valid_token_there_is_a_401_that_says_how(pod: Pod, authorization: str | None) -> None:
    del pod.http.headers["Authorization"]
    if authorization is not None:
        pod.http.headers["Authorization"] = authorization
    answer = pod.get()

    expected = 'Bearer error="invalid_token"' if authorization == "Bearer nobody" else 'Basic realm="owsm"'
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == expected
    assert pod.simulator.journal.read(kind="refused")[-1].detail["status"] == 401


def test_a_token_ends_with_its_life(pod: Pod) -> None:
    pod.simulator.switches.token_life_seconds = 0
    pod.log_in()
    assert pod.get().status_code == 401


def test_revoked_tokens_end_at_once(pod: Pod) -> None:
    assert pod.http.post("/admin/revoke-tokens").json() == {"revoked": True}
    assert pod.get().status_code == 401


def test_an_integration_user_comes_in_with_a_password(pod: Pod) -> None:
    options = pod.simulator.options
    pod.http.headers.update(basic(options.user, options.password))
    assert pod.get().status_code == 200
    pod.http.headers.update(basic(options.user, "wrong"))
    assert pod.get().status_code == 401
