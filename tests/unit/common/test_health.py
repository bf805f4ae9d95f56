"""What a process tells of itself: status, sentences, and no secret."""

import json
import urllib.error
import urllib.request
from http import HTTPStatus

import pytest

from common.database.pool import DatabaseUnavailable
from common.telemetry import redaction
from common.telemetry.health import Finding, Health, HealthServer, answer

WELL = Finding(name="works", well=True)
AWAY = Finding(name="database", well=False, reason="PostgreSQL is not available")


def health(*found: Finding) -> Health:
    return Health(alive=lambda: found, ready=lambda: found)


def test_all_well_is_200_and_anything_else_503_with_its_reason() -> None:
    assert answer(health(WELL), "/livez") == (HTTPStatus.OK, "application/json", b'{"works":"ok"}\n')

    status, _, body = answer(health(WELL, AWAY), "/readyz")

    assert status == HTTPStatus.SERVICE_UNAVAILABLE
    assert json.loads(body) == {"works": "ok", "database": "PostgreSQL is not available"}


@pytest.mark.parametrize("path", ["/", "/metrics", "/livez/..", "/readyz?x=1"])
def test_nothing_else_is_answered(path: str) -> None:
    assert answer(health(WELL), path)[0] == HTTPStatus.NOT_FOUND


def test_a_reason_is_masked() -> None:
    redaction.register("hunter2hunter2")
    told = answer(health(Finding(name="bus", well=False, reason="login with hunter2hunter2 failed")), "/readyz")

    assert b"hunter2" not in told[2]


def test_it_answers_over_http_and_a_look_that_fails_is_not_well() -> None:
    def broken() -> list[Finding]:
        raise DatabaseUnavailable("away")

    server = HealthServer(Health(alive=lambda: [WELL], ready=broken, metrics=lambda: b"x 1\n"), "127.0.0.1", 0)
    try:
        base = f"http://127.0.0.1:{server.port}"
        assert _status(f"{base}/livez") == 200
        assert _status(f"{base}/metrics") == 200
        assert _status(f"{base}/readyz") == 503
    finally:
        server.close()


def test_an_address_that_is_taken_stops_nothing() -> None:
    first = HealthServer(health(WELL), "127.0.0.1", 0)
    second = HealthServer(health(WELL), "127.0.0.1", first.port or 0)

    assert second.port is None
    second.close()
    first.close()


def _status(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=5) as response:  # noqa: S310 - our own server on loopback
            return int(response.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code
