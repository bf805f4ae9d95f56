"""Who waits after failed sign-ins, who never does, and whose address a client's is."""

import json
from collections.abc import Callable

import pytest
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr

from common.connections.credentials import CredentialName
from common.connections.errors import NotSent
from common.settings import GatewaySettings
from common.sides.gateway import Gateway, open_gateway
from common.telemetry import logs
from common.telemetry.logs import LogFormat
from producers.gateway.client_address import client_of
from producers.gateway.guessing import Limit
from producers.gateway.sign_ins import SignIns, WaitFirst
from schemas.cxml.received_envelope import Credential, Party

SECRETS = {"HUB": "secret-of-the-hub", "SUPPLIER": "secret-of-the-supplier"}
SETTINGS = {
    "to": {"us": {"domain": "DUNS", "identity": "1"}},
    "senders": {
        "hub": {"domain": "NetworkID", "identity": "hub", "shared_secret_env": "HUB"},
        "supplier": {"domain": "DUNS", "identity": "9-99", "shared_secret_env": "SUPPLIER"},
    },
}


def no_store(_connection: str, _name: CredentialName) -> Callable[[], SecretStr]:
    def read() -> SecretStr:
        raise NotSent("the database is away")

    return read


class Door:
    """Sign-ins at a clock that stands still."""

    def __init__(self, limit: Limit | None = None) -> None:
        self.now = 1000.0
        self.sign_ins = SignIns(limit or Limit(), clock=lambda: self.now)
        self.gateway = open_gateway("main", GatewaySettings.model_validate(SETTINGS), SECRETS, no_store)

    def tries(self, *shown: Credential, client: str = "192.0.2.1", gateway: Gateway | None = None) -> str:
        try:
            found = self.sign_ins.recognise(gateway or self.gateway, "main", client, shown)
        except WaitFirst as wait:
            return f"wait {wait.seconds}"
        return found.name if found else "401"

    def figures(self) -> dict[str, float]:
        families = text_string_to_metric_families(self.sign_ins.text().decode())
        return {sample.name: sample.value for family in families for sample in family.samples}


def hub(secret: str = SECRETS["HUB"], identity: str = "hub") -> Credential:
    return Credential(party=Party(domain="NetworkID", identity=identity), secret=secret)


SUPPLIER = Credential(party=Party(domain="DUNS", identity="999"), secret=SECRETS["SUPPLIER"])


def test_a_guesser_waits_longer_each_time_and_even_the_right_secret_does_there() -> None:
    door = Door()
    assert [door.tries(hub(f"guess-{n}")) for n in range(7)] == ["401"] * 5 + ["wait 5"] * 2
    assert door.tries(hub()) == "wait 5"
    waits = []
    for _ in range(8):
        door.now += float(door.tries(hub("guess")).split()[1])
        assert door.tries(hub("guess")) == "401"
        waits.append(door.tries(hub("guess")))
    assert waits == [f"wait {n}" for n in (10, 20, 40, 80, 160, 300, 300, 300)]


def test_the_right_secret_gets_through_from_another_address_and_of_another_sender() -> None:
    door = Door()
    for n in range(50):
        door.tries(hub(f"guess-{n}"))
        door.now += 20

    assert door.tries(hub("guess")).startswith("wait")
    assert door.tries(hub(), client="192.0.2.2") == "hub"
    assert door.tries(SUPPLIER) == "supplier"


def test_the_right_secret_begins_anew() -> None:
    door = Door()
    for _ in range(4):
        door.tries(hub("mistaken"))
    assert door.tries(hub()) == "hub"
    assert [door.tries(hub("mistaken")) for _ in range(5)] == ["401"] * 5


def test_an_hour_without_failures_begins_anew() -> None:
    door = Door()
    for _ in range(5):
        door.tries(hub("mistaken"))
    door.now += 3600
    assert [door.tries(hub("mistaken")) for _ in range(6)] == ["401"] * 5 + ["wait 5"]


def test_a_sender_that_is_guessed_from_many_addresses_is_guessed_once_from_each() -> None:
    door = Door()
    door.tries(hub(), client="192.0.2.77")
    for n in range(20):
        assert door.tries(hub("guess"), client=f"198.51.100.{n}") == "401"

    assert [door.tries(hub("guess"), client="203.0.113.1") for _ in range(2)] == ["401", "wait 5"]
    assert [door.tries(hub("guess"), client="192.0.2.77") for _ in range(6)] == ["401"] * 5 + ["wait 5"]
    assert door.tries(hub(), client="203.0.113.2") == "hub"


def test_a_client_that_guesses_many_senders_has_one_guess_for_each() -> None:
    door = Door()
    for n in range(20):
        assert door.tries(hub("guess", identity=f"name-{n}")) == "401"

    assert [door.tries(hub("guess")) for _ in range(2)] == ["401", "wait 5"]
    assert door.tries(SUPPLIER) == "supplier"


def test_names_that_nobody_has_wait_like_others() -> None:
    door, another = Door(), Door()
    assert [door.tries(hub("guess")) for _ in range(7)] == [another.tries(hub("guess", "x")) for _ in range(7)]


def test_a_guess_in_the_company_of_a_right_credential_counts() -> None:
    door = Door()
    assert [door.tries(hub("guess"), SUPPLIER) for _ in range(5)] == ["supplier"] * 5
    assert door.tries(hub()) == "wait 5"
    assert door.tries(hub("guess"), SUPPLIER) == "supplier"


def test_each_credential_of_a_document_is_a_guess() -> None:
    door = Door()
    assert door.tries(*[hub(f"guess-{n}") for n in range(5)]) == "401"
    assert door.tries(hub()) == "wait 5"
    assert door.figures()["ml_connector_gateway_failed_sign_ins_total"] == 5


def test_a_store_that_cannot_be_read_is_nobodys_failure() -> None:
    door = Door()
    stored = {**SETTINGS, "senders": {"hub": {"domain": "NetworkID", "identity": "hub"}}}
    away = open_gateway("main", GatewaySettings.model_validate(stored), {}, no_store)
    for _ in range(9):
        with pytest.raises(NotSent):
            door.tries(hub(), gateway=away)
    assert door.tries(hub()) == "hub"


def test_a_burst_is_logged_and_counted_once(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(LogFormat.JSON, "INFO")
    door = Door()
    for _ in range(105):
        door.tries(hub("guess"))
    door.now += 5
    for _ in range(100):
        door.tries(hub("guess"))

    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [(line["failures"], line["seconds"], line["client"]) for line in lines] == [
        (5, 5, "192.0.2.1"),
        (6, 10, "192.0.2.1"),
    ]
    assert "networkid hub" in lines[0]["sender"]
    assert door.figures()["ml_connector_gateway_refused_bursts_total"] == 2


def test_figures_begin_at_nothing_and_not_with_the_first_failure() -> None:
    door = Door()
    door.tries(hub())
    assert door.figures() == {
        "ml_connector_gateway_failed_sign_ins_total": 0,
        "ml_connector_gateway_refused_bursts_total": 0,
    }


def test_what_is_remembered_is_bounded() -> None:
    door = Door(Limit(most=50))
    for n in range(500):
        door.tries(hub("guess", identity=f"name-{n}"), client=f"client-{n}")
        door.tries(hub(), client=f"client-{n}")
    assert door.sign_ins.remembered() == 50


@pytest.mark.parametrize(
    ("peer", "said", "client"),
    [
        ("192.0.2.1", [], "192.0.2.1"),
        ("192.0.2.1", ["198.51.100.7"], "198.51.100.7"),
        ("192.0.2.1", ["203.0.113.9, 198.51.100.7"], "198.51.100.7"),
        ("192.0.2.1", ["203.0.113.9", "198.51.100.7 "], "198.51.100.7"),
        ("192.0.2.1", ["198.51.100.7:4711"], "198.51.100.7"),
        ("192.0.2.1", ["unknown"], "192.0.2.1"),
        ("192.0.2.1", ["198.51.100.7, "], "192.0.2.1"),
        ("192.0.2.1", ["<x>" * 1000], "192.0.2.1"),
        ("192.0.2.1", ["[2001:db8:1:2:3:4:5:6]:80"], "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", [], "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", [], "192.0.2.1"),
        ("", [], ""),
    ],
)
def test_who_the_client_is(peer: str, said: list[str], client: str) -> None:
    assert client_of(peer, said) == client
