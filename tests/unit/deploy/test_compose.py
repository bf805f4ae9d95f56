"""docker-compose.yml: what runs has the least rights that do, and every queue has its workers (A16, A38, A39)."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from common.settings import read_file
from console import passwords
from schemas.tickets import Queue
from simulators.jaggaer.cxml_sender_target import CxmlTarget

ROOT = Path(__file__).parents[3]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = [name for name, service in SERVICES.items() if service["image"] == "ml-connector"]
WORKERS = {name: service for name, service in SERVICES.items() if service.get("command", [""])[0] == "dramatiq"}
LASTING = [name for name in (*OURS, "rabbitmq", "postgres") if name not in ("secrets", "migrate")]


def folders(service: dict[str, Any]) -> dict[str, str]:
    """Return what is mounted where."""
    return {target: source for source, target, *_ in (one.rsplit(":", 2) for one in service.get("volumes", []))}


def test_every_queue_has_a_kind_of_worker_of_its_own() -> None:
    served = {service["command"][service["command"].index("--queues") + 1] for service in WORKERS.values()}

    assert served == {str(queue) for queue in Queue}
    assert len(WORKERS) == len(Queue)


@pytest.mark.parametrize("name", OURS)
def test_our_containers_can_change_nothing_and_gain_nothing(name: str) -> None:
    service = SERVICES[name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not {"privileged", "cap_add", "pid", "ipc", "user"} & service.keys()


def test_nobody_has_the_engine_or_the_host() -> None:
    assert not [name for name, service in SERVICES.items() if service.get("network_mode") == "host"]
    assert "docker.sock" not in (ROOT / "docker-compose.yml").read_text()


def test_ports_are_published_on_loopback_only_and_only_for_people() -> None:
    published = {port for service in SERVICES.values() for port in service.get("ports", [])}

    assert all(port.startswith("127.0.0.1:") for port in published)
    assert {port.split(":")[1] for port in published} == {"15672", "8800", "8801", "8802", "9090", "3000"}


@pytest.mark.parametrize("name", LASTING)
def test_what_dies_is_started_again_and_what_stops_may_finish(name: str) -> None:
    assert SERVICES[name]["restart"] == "always"
    assert int(SERVICES[name]["stop_grace_period"].removesuffix("s")) > 30


@pytest.mark.parametrize("name", [*WORKERS, "producers"])
def test_nothing_starts_before_what_it_needs(name: str) -> None:
    assert SERVICES[name]["depends_on"] == {
        "migrate": {"condition": "service_completed_successfully"},
        "rabbitmq": {"condition": "service_healthy"},
    }


def test_the_gateway_needs_the_ledger_only_and_is_asked_how_it_is() -> None:
    service = SERVICES["gateway"]

    assert set(service["depends_on"]) == {"migrate"}
    assert "RABBITMQ_URL_FILE" not in service["environment"]
    assert "http://127.0.0.1:8800/health" in service["healthcheck"]["test"][-1]


def test_the_demo_knows_the_sender_that_the_simulated_jaggaer_is() -> None:
    jaggaer = read_file(ROOT / "deploy" / "compose" / "settings" / "connector.toml").integrations["main"].jaggaer
    assert jaggaer.gateway is not None
    (sender,), (company,) = jaggaer.gateway.senders.values(), jaggaer.gateway.to.values()
    target = CxmlTarget(url="http://gateway:8800/cxml/main")

    assert ((sender.domain, sender.identity), (company.domain, company.identity)) == (target.sender, target.destination)
    assert sender.forwards  # the origin is another: the buyer
    assert sender.shared_secret_file == Path("/run/secrets/simulators/jaggaer_shared_secret")


def test_each_part_sees_its_own_secrets_only() -> None:
    seen = {name: folders(service).get("/run/secrets/own") for name, service in SERVICES.items()}

    assert {seen[name] for name in WORKERS} == {"secrets-workers"}
    assert seen["producers"] == "secrets-producers"
    assert seen["gateway"] == "secrets-gateway"
    assert seen["migrate"] == "secrets-bootstrap"
    assert seen["postgres"] == "secrets-postgres"
    assert [name for name, service in SERVICES.items() if "passwords" in folders(service).values()] == ["secrets"]


def test_no_secret_is_in_an_environment_except_of_the_servers_for_tests() -> None:
    given = {
        (name, variable)
        for name, service in SERVICES.items()
        for variable in service.get("environment", {})
        if any(word in variable for word in ("PASS", "SECRET", "_URL", "KEY")) and not variable.endswith("_FILE")
    }

    assert {name for name, _ in given} == {"test", "test-rabbitmq", "test-postgres"}
    assert not [line for line in (ROOT / ".env").read_text().splitlines() if "PASS" in line or "SECRET" in line]


def test_the_service_secrets_has_a_volume_for_every_part_that_gets_files() -> None:
    parts = {file.path.split("/")[0] for file in passwords.files(dict.fromkeys(passwords.names(), "x"), "p", "r")}
    mounted = {target.rpartition("/")[2] for target in folders(SERVICES["secrets"])}

    assert mounted == {*parts, "passwords"}


def test_the_tests_are_built_anew_each_time_and_run_what_is_here() -> None:
    assert SERVICES["test"]["pull_policy"] == "build"


def test_the_image_has_the_folders_that_volumes_take_their_owner_from() -> None:
    dockerfile = (ROOT / "deploy" / "Dockerfile").read_text()

    assert [one for one in folders(SERVICES["secrets"]) if f"secrets/{one.rpartition('/')[2]}" not in dockerfile] == []
    assert "USER 10001" in dockerfile
