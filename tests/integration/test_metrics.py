"""The metrics: what the ledger says, in Prometheus' words."""

from contextlib import suppress

import pytest
from prometheus_client.parser import text_string_to_metric_families

from common.connections.access import Access
from common.connections.traffic import Traffic
from common.ledger import books, jobs
from common.settings import GatewaySettings
from common.sides import Gateway
from producers.gateway.sign_ins import SignIns, WaitFirst
from producers.metrics import LedgerMetrics
from schemas.cxml.received_envelope import Credential, Party
from tests.integration.bench import LedgerBench, version

pytestmark = pytest.mark.services

SETTINGS = GatewaySettings.model_validate(
    {"to": {"us": {"domain": "DUNS", "identity": "1"}}, "senders": {"hub": {"domain": "X", "identity": "hub"}}}
)


def figures(metrics: LedgerMetrics, name: str) -> dict[tuple[str, ...], float]:
    families = {one.name: one for one in text_string_to_metric_families(metrics.text().decode())}
    return {tuple(sample.labels.values()): sample.value for sample in families[f"ml_connector_{name}"].samples}


def test_records_tickets_and_ages_are_what_the_ledger_says(bench: LedgerBench) -> None:
    bench.see(version(1), version(2))

    told = LedgerMetrics(bench.database, list)

    (state,) = books.states(bench.database)
    assert figures(told, "records") == {(state["flow"], state["integration"], "captured"): 2}
    assert figures(told, "outbox_tickets") == {("oracle.poll",): 1, ("transform",): 2}
    assert all(age >= 0 for age in figures(told, "oldest_record_seconds").values())
    assert figures(told, "dead_records") == {}


def test_what_a_process_counts_itself_stands_beside(bench: LedgerBench) -> None:
    sign_ins = SignIns()
    stranger = Credential(party=Party(domain="X", identity="y"), secret="guess")
    nobody = Gateway(settings=SETTINGS, senders=(), recipients=frozenset())
    for _ in range(7):
        with suppress(WaitFirst):
            sign_ins.recognise(nobody, "main", "192.0.2.1", [stranger])

    told = LedgerMetrics(bench.database, list, beside=[sign_ins])

    assert figures(told, "gateway_failed_sign_ins") == {("main",): 5}
    assert figures(told, "gateway_refused_bursts") == {("main",): 1}


def test_a_flow_is_overdue_from_the_first_read_that_did_not_end_until_one_does(bench: LedgerBench) -> None:
    def overdue() -> float:
        scheduled = [("main", "purchase_orders"), ("main", "invoices")]
        told = figures(LedgerMetrics(bench.database, lambda: scheduled), "read_overdue_seconds")
        assert told.keys() == {("purchase_orders", "main"), ("invoices", "main")}
        assert told["invoices", "main"] == 0
        return told["purchase_orders", "main"]

    assert overdue() == 0  # nothing was due yet
    page = bench.page()
    first = overdue()
    assert first > 0  # also of a flow that was never read
    jobs.fail(bench.database, page, "Oracle says no")
    page = bench.page()
    assert overdue() > first  # counted on from the first
    bench.admit(page)
    assert overdue() == 0


def test_what_is_not_on_schedule_is_not_overdue(bench: LedgerBench) -> None:
    bench.page()

    assert figures(LedgerMetrics(bench.database, list), "read_overdue_seconds") == {}


def test_a_connection_is_stopped_while_its_client_is_refused(bench: LedgerBench) -> None:
    oracle = Access(database=bench.database, vault=bench.vault, connection="main.oracle", actor="test")

    def stopped() -> dict[tuple[str, ...], float]:
        return figures(LedgerMetrics(bench.database, list), "connection_stopped")

    assert stopped() == {}
    oracle.stop(None, "invalid_client", refused="ml-connector:old")
    assert stopped() == {("main.oracle",): 1}
    oracle.resume()
    assert stopped() == {("main.oracle",): 0}


def test_a_connection_is_away_for_as_long_as_its_breaker_is_open(bench: LedgerBench) -> None:
    jaggaer = Traffic(database=bench.database, connection="main.jaggaer", actor="test")

    def away() -> float:
        return figures(LedgerMetrics(bench.database, list), "connection_away_seconds")["main.jaggaer",]

    jaggaer.look(1)
    assert away() == 0
    jaggaer.open("no answer", probed=False)
    first = away()
    assert first > 0
    jaggaer.open("still none", probed=True)
    assert away() > first  # counted on from the first
    jaggaer.close()
    assert away() == 0


def test_an_answer_is_remembered_for_a_moment(bench: LedgerBench) -> None:
    now = [0.0]
    told = LedgerMetrics(bench.database, list, clock=lambda: now[0])
    before = told.text()
    bench.see(version(1))

    assert told.text() == before
    now[0] += 6
    assert told.text() != before
