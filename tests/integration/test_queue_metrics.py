"""What RabbitMQ tells Prometheus of our queues: whatever alerts and dashboards name of it is there."""

from urllib.parse import urlsplit

import httpx
import pika
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from common.bus import declaring, topology
from schemas.tickets import Queue
from tests.fixtures.promql import OBSERVE, questions
from tests.fixtures.rabbitmq import fresh_vhost, private_broker
from tests.fixtures.world import eventually

pytestmark = pytest.mark.services

Shown = dict[str, list[dict[str, str]]]


def shown(vhost: str) -> Shown:
    """Return the labels of each metric of a virtual host, asked as prometheus.yml has it asked."""
    jobs = yaml.safe_load((OBSERVE / "prometheus.yml").read_text())["scrape_configs"]
    (job,) = (job for job in jobs if job["job_name"] == "rabbitmq")
    url = f"{private_broker().metrics_url}{job['metrics_path']}"
    text = httpx.get(url, params={**job["params"], "vhost": [vhost]}, timeout=30).raise_for_status().text
    found: Shown = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            found.setdefault(sample.name, []).append(dict(sample.labels))
    return found


def told(vhost: str, figure: str) -> set[str]:
    """Return the queues of which a figure is told."""
    return {sample["queue"] for sample in shown(vhost).get(f"rabbitmq_detailed_{figure}", [])}


def test_every_metric_and_label_that_is_asked_of_rabbitmq_is_one_that_it_shows() -> None:
    asked = [one for one in questions() if all(name.startswith("rabbitmq_") for name in one.metrics)]
    with fresh_vhost(private_broker()) as url:
        with pika.BlockingConnection(pika.URLParameters(url)) as connection:
            declaring.ensure(connection, topology.all_declarations())
        vhost = urlsplit(url).path.removeprefix("/")
        # Each queue at 0, too: else an alert for a queue without workers is silent. RabbitMQ tells of each in its turn.
        assert eventually(lambda: told(vhost, "queue_messages_ready") & told(vhost, "queue_consumers") >= set(Queue))
        found = shown(vhost)

    labels = {name: frozenset.intersection(*map(frozenset, samples)) for name, samples in found.items()}
    assert len(asked) >= 3
    assert [fault for one in asked for fault in one.faults(labels)] == []
