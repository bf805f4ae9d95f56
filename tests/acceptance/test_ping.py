"""`ml-connector ping` against both systems, healthy and in every way broken; neither notices more than a question."""

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from simulators.faults import Fault, FaultKind
from simulators.jaggaer.j1p import ORDERS_PATH
from tests.fixtures import certificates
from tests.fixtures.certificates import DAY
from tests.fixtures.cluster import Cluster, Plan
from tests.fixtures.ports import free_port
from tests.fixtures.services import fresh_database
from tests.fixtures.system import system
from tests.fixtures.world import World, eventually, world

J1P = Plan()
NO_CHANGE: Mapping[str, str] = MappingProxyType({})


@dataclass
class Pinged:
    """What the command said: its exit code, and its checks by connection and name."""

    code: int
    checks: dict[tuple[str, str], dict[str, Any]]
    printed: str

    def result(self, connection: str, check: str) -> str:
        return str(self.checks[connection, check]["result"])

    def says(self, connection: str, check: str) -> str:
        found = self.checks[connection, check]
        return f"{found['says']} {found['next_step']}"

    def results(self, connection: str) -> dict[str, str]:
        return {check: str(one["result"]) for (side, check), one in self.checks.items() if side == connection}


class Connector:
    """An installation between the systems of a world, whose settings a test may change."""

    def __init__(self, folder: Path, around: World, plan: Plan = J1P, database_url: str = "") -> None:
        self.around = around
        self.cluster = Cluster(folder, around, database_url, None, plan)
        self.config = folder / "connector.toml"

    def configure(self, old: str, new: str) -> None:
        text = self.config.read_text()
        assert old in text
        self.config.write_text(text.replace(old, new))

    def canary(self, number: str) -> None:
        self.configure("[integrations.main.flows.purchase_orders]\n", f"{CANARY_SECTION}canary = {number!r}\n")

    def ping(self, change: Mapping[str, str] = NO_CHANGE) -> Pinged:
        done = self.cluster.command("ping", "--json", change=change)
        assert done.returncode in (0, 1), done.stderr
        known = self.around.known
        assert not any(secret in done.stdout + done.stderr for secret in (known.oracle, known.jaggaer, known.cxml))
        answer = json.loads(done.stdout)
        checks = {(one["connection"].removeprefix("main."), one["check"]): one for one in answer["checks"]}
        assert len(checks) == len(answer["checks"])
        assert answer["ok"] == (done.returncode == 0)
        return Pinged(code=done.returncode, checks=checks, printed=done.stdout)


CANARY_SECTION = "[integrations.main.flows.purchase_orders]\n"
HEALTHY = {"dns": "ok", "tls": "warn", "secrets": "ok", "token": "ok", "read": "ok", "role": "ok", "clock": "ok"}
AFTER_A_TOKEN = {"read": "skipped", "role": "skipped", "clock": "skipped"}


@pytest.fixture
def around() -> Iterator[World]:
    """Both systems, five orders in Oracle."""
    with world(orders=5) as made:
        yield made


@pytest.fixture
def connector(tmp_path: Path, around: World) -> Connector:
    """An installation without a ledger."""
    return Connector(tmp_path, around)


def test_what_works_is_told_with_its_facts_and_changes_nothing(connector: Connector, around: World) -> None:
    connector.canary(around.number(around.keys[0]))
    pinged = connector.ping()

    assert pinged.code == 0
    assert pinged.results("oracle") == HEALTHY
    assert pinged.results("jaggaer") == {**HEALTHY, "role": "warn"}  # nothing was delivered yet
    facts = {check: one["facts"] for (side, check), one in pinged.checks.items() if side == "oracle"}
    assert facts["dns"] == {"addresses": ["127.0.0.1"]}
    assert facts["token"] == {"life_seconds": 3600}
    assert facts["read"]["documents"] == 5
    assert facts["role"] == {"canary": around.number(around.keys[0]), "canary_from": "settings"}
    assert facts["clock"] == {"skew_seconds": 0.0}
    asked = ("dns", "tls", "token", "read", "role")
    assert all(0 <= pinged.checks["oracle", check]["latency_ms"] < 5000 for check in asked)
    assert "plain http" in pinged.says("oracle", "tls")
    assert "Ping again after the first delivery" in pinged.says("jaggaer", "role")
    assert {entry.kind for entry in around.oracle.journal.read()} == {"token_issued"}
    assert {entry.kind for entry in around.jaggaer.journal.read()} == {"token_issued"}


def test_a_person_sees_a_table_with_a_last_word(connector: Connector, around: World) -> None:
    done = connector.cluster.command("ping", "main")
    around.oracle.faults.add(Fault(kind=FaultKind.STATUS, path="purchaseOrders", status=503))
    failed = connector.cluster.command("ping")

    assert (done.returncode, failed.returncode) == (0, 1)
    assert "main.jaggaer" in done.stdout
    assert "purchase_orders: 5 documents" in done.stdout
    assert "Every connection works, with 3 warnings" in done.stdout
    assert "HTTP 503" in failed.stdout
    assert "1 of 14 checks failed" in failed.stdout


def test_a_wrong_secret_is_told_apart_and_does_not_hide_the_other_connection(connector: Connector) -> None:
    wrong = "wrong-secret-that-must-not-show"
    pinged = connector.ping({"ORACLE_CLIENT_SECRET": wrong})

    assert pinged.code == 1
    assert pinged.results("oracle") == {**HEALTHY, "token": "fail", **AFTER_A_TOKEN}
    assert "invalid_client" in pinged.says("oracle", "token")
    assert "integrations.main.oracle.oauth: client_id, secret and scope" in pinged.says("oracle", "token")
    assert "because token failed" in pinged.says("oracle", "read")
    assert pinged.result("jaggaer", "read") == "ok"
    assert wrong not in pinged.printed


def test_a_secret_that_is_missing_names_its_setting(connector: Connector) -> None:
    pinged = connector.ping({"JAGGAER_CLIENT_SECRET": ""})

    assert pinged.results("jaggaer") == {**HEALTHY, "secrets": "fail", "token": "skipped", **AFTER_A_TOKEN}
    assert "JAGGAER_CLIENT_SECRET, which is not set" in pinged.says("jaggaer", "secrets")
    assert pinged.result("oracle", "read") == "ok"


def test_a_wrong_token_address_is_blamed_on_the_address(connector: Connector) -> None:
    connector.configure("/oauth2/v1/token", "/oauth2/v2/token")
    pinged = connector.ping()

    assert pinged.results("oracle") == {**HEALTHY, "token": "fail", **AFTER_A_TOKEN}
    assert "HTTP 404 and no token" in pinged.says("oracle", "token")
    assert "integrations.main.oracle.oauth.token_url" in pinged.says("oracle", "token")


def test_no_privilege_is_told_from_an_empty_system_by_the_canary(connector: Connector, around: World) -> None:
    around.oracle.switches.no_privilege = True
    unknown = connector.ping()
    connector.canary(around.number(around.keys[0]))
    known = connector.ping()

    assert (unknown.code, unknown.result("oracle", "read"), unknown.result("oracle", "role")) == (0, "ok", "warn")
    assert "cannot tell" in unknown.says("oracle", "role")
    assert "Set canary in integrations.main.flows" in unknown.says("oracle", "role")
    assert (known.code, known.result("oracle", "read"), known.result("oracle", "role")) == (1, "ok", "fail")
    assert "no privilege" in known.says("oracle", "role")
    assert "empty list" in known.says("oracle", "role")


def test_a_canary_that_alone_is_hidden_is_no_privilege_either(connector: Connector) -> None:
    connector.canary("US-of-another-business-unit")
    pinged = connector.ping()

    assert (pinged.code, pinged.result("oracle", "role")) == (1, "fail")
    assert "5 other documents can be read, this one cannot" in pinged.says("oracle", "role")


@pytest.mark.services
def test_the_ledger_lends_a_canary_for_both_sides(tmp_path: Path) -> None:
    with (
        fresh_database() as database_url,
        world(orders=3) as around,
        system(tmp_path, around, database_url, None, Plan(every=3600)) as inside,
    ):
        assert eventually(lambda: len(around.applied()) == 3)
        assert eventually(lambda: '"ready"' not in inside.cluster.command("status", "--json").stdout)
        (tmp_path / "ping").mkdir()
        connector = Connector(tmp_path / "ping", around, database_url=database_url)
        seen = connector.ping()
        applied = len(around.jaggaer.journal.read())
        around.oracle.switches.no_privilege = True
        hidden = connector.ping()

        numbers = {around.number(key) for key in around.keys}
        assert (seen.code, seen.result("oracle", "role"), seen.result("jaggaer", "role")) == (0, "ok", "ok")
        for side in ("oracle", "jaggaer"):
            facts = seen.checks[side, "role"]["facts"]
            assert facts["canary"] in numbers
            assert facts["canary_from"] == "ledger"
        assert seen.checks["jaggaer", "read"]["facts"]["documents"] == 3
        assert (hidden.code, hidden.result("oracle", "role")) == (1, "fail")
        assert "(from the ledger)" in hidden.says("oracle", "role")
        assert len(around.jaggaer.journal.read(after=applied, kind="token_issued")) == 1
        assert len(around.jaggaer.journal.read(after=applied)) == 1


def test_a_ledger_that_does_not_answer_is_named_and_hinders_nothing(tmp_path: Path, around: World) -> None:
    connector = Connector(tmp_path, around, database_url=f"postgresql://127.0.0.1:{free_port()}/none")
    around.oracle.switches.no_privilege = True
    pinged = connector.ping()

    assert pinged.code == 0
    assert "the ledger does not answer" in pinged.says("oracle", "role")


def test_a_system_that_is_down_fails_at_its_first_step(connector: Connector, around: World) -> None:
    gone = f"http://127.0.0.1:{free_port()}"
    connector.configure(around.jaggaer_url, gone)
    pinged = connector.ping()

    assert pinged.results("jaggaer") == {**HEALTHY, "tls": "fail", "token": "skipped", **AFTER_A_TOKEN}
    assert "refused" in pinged.says("jaggaer", "tls").lower()
    assert "firewall" in pinged.says("jaggaer", "tls")
    assert pinged.result("oracle", "read") == "ok"


def test_a_host_without_an_address_fails_at_its_name(connector: Connector, around: World) -> None:
    connector.configure(around.oracle_url, "http://nowhere.invalid:8801")
    pinged = connector.ping()

    assert pinged.result("oracle", "dns") == "fail"
    assert "nowhere.invalid has no address" in pinged.says("oracle", "dns")
    assert pinged.result("oracle", "tls") == "skipped"
    assert pinged.result("jaggaer", "read") == "ok"


def test_settings_that_lead_astray_are_refused_before_anything_is_asked(connector: Connector, around: World) -> None:
    text = connector.config.read_text()
    connector.config.write_text(text.replace("allow_private = true", "allow_private = false", 1))
    pinged = connector.ping()

    assert pinged.result("oracle", "settings") == "fail"
    assert "integrations.main.oracle.url" in pinged.says("oracle", "settings")
    assert pinged.result("oracle", "token") == "skipped"
    assert pinged.result("jaggaer", "read") == "ok"
    assert around.oracle.journal.read() == []


def test_a_refused_read_says_what_its_status_asks_for(connector: Connector, around: World) -> None:
    around.oracle.faults.add(Fault(kind=FaultKind.STATUS, path="purchaseOrders", status=403, body="no"))
    pinged = connector.ping()

    assert pinged.results("oracle") == {**HEALTHY, "read": "fail", "role": "skipped"}
    assert "HTTP 403: no" in pinged.says("oracle", "read")
    assert "a role with the privilege" in pinged.says("oracle", "read")


def test_a_pod_that_cannot_count_is_read_all_the_same(connector: Connector, around: World) -> None:
    around.oracle.faults.add(Fault(kind=FaultKind.STATUS, path="purchaseOrders", status=500, times=1))
    pinged = connector.ping()

    assert pinged.results("oracle") == HEALTHY
    assert "1 document at least" in pinged.says("oracle", "read")


def test_a_business_refusal_inside_http_200_is_a_failure(connector: Connector, around: World) -> None:
    body = json.dumps({"returnCode": "17", "returnMessage": f"no right, Bearer {around.known.jaggaer}"})
    fault = Fault(kind=FaultKind.STATUS, path=ORDERS_PATH, status=200, body=body, content_type="application/json")
    around.jaggaer.faults.add(fault)
    pinged = connector.ping()

    assert pinged.results("jaggaer") == {**HEALTHY, "read": "fail", "role": "skipped"}
    assert "returnCode 17: no right" in pinged.says("jaggaer", "read")


def test_a_page_instead_of_a_list_is_a_failure(connector: Connector, around: World) -> None:
    around.jaggaer.faults.add(Fault(kind=FaultKind.STATUS, path=ORDERS_PATH, status=200))
    around.oracle.switches.html_page = True
    pinged = connector.ping()

    assert (pinged.result("oracle", "read"), pinged.result("jaggaer", "read")) == ("fail", "fail")
    assert "sign-in page" in pinged.says("oracle", "read")
    assert "without a list" in pinged.says("jaggaer", "read")


def test_what_hangs_is_given_up_in_time(connector: Connector, around: World) -> None:
    around.oracle.faults.add(Fault(kind=FaultKind.HANG_AFTER, path="purchaseOrders", seconds=60))
    around.jaggaer.faults.add(Fault(kind=FaultKind.HANG_AFTER, path="token", seconds=60))
    started = time.monotonic()
    pinged = connector.ping()

    assert time.monotonic() - started < 15
    assert pinged.results("oracle") == {**HEALTHY, "read": "fail", "role": "skipped", "clock": "skipped"}
    assert pinged.results("jaggaer") == {**HEALTHY, "token": "fail", **AFTER_A_TOKEN}
    assert "ReadTimeout" in pinged.says("oracle", "read")  # the request gives up first, and says what it waited for


def test_a_skewed_clock_is_measured(connector: Connector, around: World) -> None:
    around.oracle.advance_clock(-300)
    pinged = connector.ping()

    assert (pinged.code, pinged.result("oracle", "clock"), pinged.result("jaggaer", "clock")) == (0, "warn", "ok")
    assert pinged.checks["oracle", "clock"]["facts"]["skew_seconds"] == pytest.approx(-300, abs=3)
    assert "behind" in pinged.says("oracle", "clock")


def test_cxml_is_asked_for_its_profile(tmp_path: Path, around: World) -> None:
    connector = Connector(tmp_path, around, Plan(dialect="cxml"))
    pinged = connector.ping()

    assert pinged.code == 0
    assert pinged.results("jaggaer") == {
        "dns": "ok",
        "tls": "warn",
        "secrets": "ok",
        "token": "skipped",
        "profile": "ok",
        "role": "skipped",
        "clock": "ok",
    }
    assert "cXML 1.2.014, takes ProfileRequest, OrderRequest" in pinged.says("jaggaer", "profile")
    assert around.jaggaer.journal.read() == []


def test_cxml_that_does_not_know_us_or_is_not_there_says_so(tmp_path: Path, around: World) -> None:
    connector = Connector(tmp_path, around, Plan(dialect="cxml"))
    wrong = "wrong-secret-that-must-not-show"
    unknown = connector.ping({"JAGGAER_SHARED_SECRET": wrong})
    connector.configure('from_identity = "ml-connector"', 'from_identity = "ml-connector"\npath = "/elsewhere"')
    elsewhere = connector.ping()

    assert (unknown.code, unknown.result("jaggaer", "profile")) == (1, "fail")
    assert "cXML Status 401 Unauthorized" in unknown.says("jaggaer", "profile")
    assert "sender_identity and the shared secret" in unknown.says("jaggaer", "profile")
    assert wrong not in unknown.printed
    assert "HTTP 404 without a cXML Status" in elsewhere.says("jaggaer", "profile")
    assert not around.applied()


@pytest.mark.parametrize(
    ("days", "own", "trusted", "result", "says"),
    [
        (300, True, True, "ok", "TLSv1.3, localhost, issued by Test CA"),
        (10, True, True, "warn", "renew the certificate"),
        (-1, True, True, "fail", "expired"),
        (300, True, False, "fail", "unable to get local issuer"),
        (300, False, True, "fail", "self-signed"),
    ],
)
def test_a_certificate_is_read_and_judged(
    tmp_path: Path, days: int, result: str, says: str, *, own: bool, trusted: bool
) -> None:
    ours = certificates.authority(tmp_path)
    ends = days * DAY + timedelta(hours=1)
    signer = ours if own else None
    shown = certificates.server_file(tmp_path, "localhost", signer, begins=-9 * DAY, ends=ends)
    with world(orders=1, certificate=shown) as around:
        connector = Connector(tmp_path, around)
        connector.configure(around.jaggaer_url, around.jaggaer_url.replace("127.0.0.1", "localhost"))
        if trusted:
            connector.configure('dialect = "j1p"', f'dialect = "j1p"\nca_file = "{ours.file}"')
        pinged = connector.ping()

    assert pinged.result("jaggaer", "tls") == result
    assert says.lower() in pinged.says("jaggaer", "tls").lower()
    assert pinged.checks["jaggaer", "tls"]["facts"]["days_left"] == days
    assert pinged.result("jaggaer", "read") == ("skipped" if result == "fail" else "ok")
    assert [entry.kind for entry in around.jaggaer.journal.read()] == ([] if result == "fail" else ["token_issued"])


def test_a_flow_that_is_off_is_not_read(connector: Connector) -> None:
    connector.configure(CANARY_SECTION, f"{CANARY_SECTION}enabled = false\n")
    pinged = connector.ping()

    assert pinged.code == 0
    assert pinged.result("oracle", "read") == "skipped"
    assert "switched off" in pinged.says("oracle", "read")


def test_an_unknown_integration_is_answered_with_the_known_ones(connector: Connector) -> None:
    done = connector.cluster.command("ping", "other")

    assert done.returncode == 2
    assert "main" in done.stderr
