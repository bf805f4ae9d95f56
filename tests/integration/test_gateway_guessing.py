"""Guessing a shared secret over real HTTP: the guesser waits, the sender at another address does not."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from common.telemetry.health import answer
from producers.gateway import server
from producers.gateway.sign_ins import SignIns
from schemas.cxml import response
from tests.fixtures import gateway
from tests.fixtures.gateway import OTHER_SECRET, RunningGateway
from tests.fixtures.received import Pushed, receipt
from tests.integration.bench import LedgerBench, version

RECEIPT = Pushed(content=receipt())
WRONG = replace(RECEIPT, secret="wrong-secret").document()
THERE = {"x-forwarded-for": "203.0.113.5, 198.51.100.7"}


@pytest.fixture
def sign_ins() -> SignIns:
    """What has failed so far: nothing. Its clock stands still."""
    return SignIns(clock=lambda: 1000.0)


@pytest.fixture
def door(tmp_path: Path, database_address: str, bench: LedgerBench, sign_ins: SignIns) -> Iterator[RunningGateway]:
    """A gateway that does not believe what a header says of the client."""
    bench.admit(bench.page(), version(1))
    with gateway.running(tmp_path, database_address, sign_ins=sign_ins) as running:
        yield running


@pytest.fixture
def behind_proxy(
    tmp_path: Path, database_address: str, bench: LedgerBench, sign_ins: SignIns
) -> Iterator[RunningGateway]:
    """A gateway that does."""
    bench.admit(bench.page(), version(1))
    more = 'client_header = "X-Forwarded-For"'
    with gateway.running(tmp_path, database_address, more=more, sign_ins=sign_ins) as running:
        yield running


def guess(door: RunningGateway, headers: dict[str, str] | None = None) -> list[int]:
    return [door.post(WRONG, headers=headers).code for _ in range(7)]


def test_a_guesser_is_asked_to_wait_and_told_for_how_long(door: RunningGateway, sign_ins: SignIns) -> None:
    assert guess(door) == [401] * 5 + [560] * 2

    waiting = httpx.post(f"{door.url}/cxml/main", content=RECEIPT.document(), trust_env=False)
    status = response.parse(waiting.content)
    assert (waiting.status_code, status.code, waiting.headers["retry-after"]) == (503, 560, "5")
    assert "looked at in 5 seconds" in status.detail
    families = text_string_to_metric_families(sign_ins.text().decode())
    assert {sample.name: sample.value for family in families for sample in family.samples} == {
        "ml_connector_gateway_failed_sign_ins_total": 5,
        "ml_connector_gateway_refused_bursts_total": 1,
    }


def test_a_gateway_tells_how_it_is_where_producers_do(door: RunningGateway, sign_ins: SignIns) -> None:
    guess(door)
    health = server.health(door.installations, sign_ins)

    assert answer(health, "/livez")[0] == 200
    assert answer(health, "/readyz")[0] == 200
    assert b'ml_connector_gateway_refused_bursts_total{integration="main"} 1.0' in answer(health, "/metrics")[2]


def test_another_sender_at_the_same_address_goes_on(door: RunningGateway) -> None:
    guess(door)
    other = replace(RECEIPT, sender=("DUNS", "999"), origin=("DUNS", "999"), secret=OTHER_SECRET)

    assert door.post(other.document()).code == 200


def test_the_sender_at_another_address_goes_on(behind_proxy: RunningGateway) -> None:
    assert guess(behind_proxy, THERE) == [401] * 5 + [560] * 2

    assert behind_proxy.post(RECEIPT.document(), headers={"x-forwarded-for": "198.51.100.7, 192.0.2.9"}).code == 200
    assert behind_proxy.post(RECEIPT.document(), headers={"x-forwarded-for": "198.51.100.7"}).code == 560


def test_a_header_is_not_believed_unless_the_settings_name_it(door: RunningGateway) -> None:
    headers = [{"x-forwarded-for": f"198.51.100.{n}"} for n in range(7)]

    assert [door.post(WRONG, headers=one).code for one in headers] == [401] * 5 + [560] * 2
