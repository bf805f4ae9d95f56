"""The profile `observe`: whatever alerts and dashboards name is shown by somebody, and the files fit each other."""

import json
from pathlib import Path
from typing import Any

import yaml
from prometheus_client.parser import text_string_to_metric_families

from common.database.pool import Database
from common.ledger.states import State
from common.ledger.verdicts import DeadClass
from common.settings import GatewaySettings
from common.sides import Gateway
from producers.gateway.sign_ins import SignIns
from producers.metrics import LedgerMetrics
from tests.fixtures.promql import OBSERVE, Question, questions

COMPOSE = yaml.safe_load((Path(__file__).parents[3] / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
PROMETHEUS = yaml.safe_load((OBSERVE / "prometheus.yml").read_text())
JOBS = {job["job_name"]: job for job in PROMETHEUS["scrape_configs"]}
DASHBOARDS = [json.loads(path.read_text()) for path in (OBSERVE / "grafana" / "dashboards").glob("*.json")]
PANELS = [panel for dashboard in DASHBOARDS for panel in dashboard["panels"]]
NOBODY = Gateway(
    settings=GatewaySettings.model_validate(
        {"to": {"us": {"domain": "X", "identity": "us"}}, "senders": {"hub": {"domain": "X", "identity": "hub"}}}
    ),
    senders=(),
    recipients=frozenset(),
)
FROM_RABBITMQ = "rabbitmq_"
"""Held against a real RabbitMQ in tests/integration/test_queue_metrics.py."""


class Row(dict[str, Any]):
    """A row that has every column, so that no metric is left out for want of anything to tell."""

    def __missing__(self, _: str) -> float:
        return 1.0


class FullLedger(Database):
    """A ledger that answers every question with one row."""

    def __init__(self) -> None:
        """Open nothing."""

    def fetch_all(self, *_: Any, **__: Any) -> list[dict[str, Any]]:
        return [Row()]


def shown() -> dict[str, frozenset[str]]:
    """Return the labels of each metric that producers really show, and of what Prometheus adds."""
    sign_ins = SignIns()
    sign_ins.recognise(NOBODY, "main", "192.0.2.1", [])
    figures = LedgerMetrics(FullLedger(), list, beside=[sign_ins])
    families = text_string_to_metric_families(figures.text().decode())
    ours = {sample.name: frozenset(sample.labels) for family in families for sample in family.samples}
    return {**ours, "up": frozenset()}


def test_every_metric_and_label_of_alerts_and_dashboards_is_one_that_producers_show() -> None:
    asked = [one for one in questions() if not all(name.startswith(FROM_RABBITMQ) for name in one.metrics)]

    assert len(asked) >= 8
    assert [fault for one in asked for fault in one.faults(shown())] == []


def test_states_and_classes_are_called_what_the_ledger_calls_them() -> None:
    states, classes = (frozenset().union(*(one.values(label) for one in questions())) for label in ("state", "class"))

    assert "delivered" in states <= frozenset(State)
    assert classes == {DeadClass.DISCARDED}


def test_a_wrong_name_is_noticed() -> None:
    question = Question(
        where="here",
        expression='max by (flow, color) (ml_connector_recrods{state!~"a|b"}) > 0 and on (flow) ml_connector_records',
        told=frozenset({"integration"}),
    )

    assert list(question.faults(shown())) == [
        "here: ml_connector_records has no label color",
        "here: nobody shows ml_connector_recrods",
        "here: the answer has no label integration",
    ]


def test_several_producers_are_counted_once() -> None:
    for question in questions():
        if any(name.startswith("ml_connector_") for name in question.metrics):
            assert "max by (" in question.expression or "max without (instance)" in question.expression, question


def test_alerts_watch_jobs_that_are_scraped_from_services_that_there_are() -> None:
    (producers,) = JOBS["ml-connector"]["dns_sd_configs"]
    rabbitmq = {target for job in JOBS.values() for one in job.get("static_configs", []) for target in one["targets"]}

    assert producers["names"] == ["producers"]
    assert SERVICES["producers"]["environment"]["ML_CONNECTOR_HEALTH"] == f"0.0.0.0:{producers['port']}"
    (gateways,) = JOBS["ml-connector-gateway"]["dns_sd_configs"]
    assert gateways["names"] == ["gateway"]
    assert SERVICES["gateway"]["environment"]["ML_CONNECTOR_HEALTH"] == f"0.0.0.0:{gateways['port']}"
    assert rabbitmq == {"rabbitmq:15692"}
    assert "rabbitmq_prometheus" in (OBSERVE.parent / "rabbitmq-plugins").read_text()
    assert 'up{job="ml-connector"}' in next(one.expression for one in questions() if one.metrics == {"up"})


def test_the_containers_find_their_files_where_the_files_say() -> None:
    prometheus, grafana = (_mounted(SERVICES[name]) for name in ("prometheus", "grafana"))
    (provider,) = _provisioned("dashboards")["providers"]

    assert prometheus["/etc/prometheus/prometheus.yml"] == "./deploy/compose/observe/prometheus.yml"
    assert {f"/etc/prometheus/{name}" for name in PROMETHEUS["rule_files"]} <= prometheus.keys()
    assert grafana["/etc/grafana/provisioning"] == "./deploy/compose/observe/grafana/provisioning"
    assert grafana[provider["options"]["path"]] == "./deploy/compose/observe/grafana/dashboards"


def test_every_panel_asks_the_data_source_that_there_is() -> None:
    (source,) = _provisioned("datasources")["datasources"]

    assert source["url"] == "http://prometheus:9090"
    assert {(panel["datasource"]["type"], panel["datasource"]["uid"]) for panel in PANELS} == {
        (source["type"], source["uid"])
    }
    assert len({panel["id"] for panel in PANELS}) == len(PANELS)


def test_a_figure_without_a_curve_is_the_present_one() -> None:
    for panel in PANELS:
        if panel["type"] == "stat":
            assert [target["instant"] for target in panel["targets"]] == [True], panel["title"]
            assert panel["fieldConfig"]["defaults"]["noValue"] == "0"


def _mounted(service: dict[str, Any]) -> dict[str, str]:
    return {target: source for source, target, *_ in (one.split(":") for one in service["volumes"])}


def _provisioned(what: str) -> dict[str, Any]:
    (path,) = (OBSERVE / "grafana" / "provisioning" / what).glob("*.yml")
    found: dict[str, Any] = yaml.safe_load(path.read_text())
    return found
