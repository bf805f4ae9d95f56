"""deploy/kubernetes: every queue has its workers, every pod the least rights, and nothing is named that is not there.

What it renders to is held against Kubernetes' own schemas by `make check-kubernetes`.
"""

from pathlib import Path
from typing import Any

import pytest
import yaml

from common.settings import read_file
from schemas.tickets import Queue

FOLDER = Path(__file__).parents[3] / "deploy" / "kubernetes"
KINDS = sorted(path.name for path in (FOLDER / "base" / "workers").iterdir())
OVERLAYS = sorted((FOLDER / "overlays").iterdir())


def resources(*names: str) -> list[dict[str, Any]]:
    return [one for name in names for one in yaml.safe_load_all((FOLDER / name).read_text())]


PODS: dict[str, dict[str, Any]] = {
    one["metadata"]["name"]: one["spec"]["template"]["spec"]
    for one in resources("base/worker/deployment.yaml", "base/producers.yaml", "base/gateway.yaml", "base/migrate.yaml")
    if one["kind"] in ("Deployment", "Job")
}

OWN = {
    "ml-connector": "workers",
    "ml-connector-producers": "producers",
    "ml-connector-gateway": "gateway",
    "ml-connector-migrate": "bootstrap",
}


def patched(kind: str) -> dict[str, Any]:
    """Return what a kind of worker changes of the one deployment, by path."""
    kustomization = yaml.safe_load((FOLDER / "base" / "workers" / kind / "kustomization.yaml").read_text())
    (patch,) = kustomization["patches"]
    assert kustomization["nameSuffix"] == f"-{kind}"
    return {one["path"]: one["value"] for one in yaml.safe_load(patch["patch"])}


def test_every_queue_has_a_kind_of_worker() -> None:
    path = "/spec/template/spec/containers/0/env/0/value"

    assert {patched(kind)[path] for kind in KINDS} == {str(queue) for queue in Queue}
    assert PODS["ml-connector"]["containers"][0]["env"][0] == {"name": "QUEUE", "value": ""}
    assert PODS["ml-connector"]["containers"][0]["env"][1]["name"] == "THREADS"


def test_the_base_has_all_of_them() -> None:
    named = yaml.safe_load((FOLDER / "base" / "kustomization.yaml").read_text())["resources"]

    assert [one for one in named if not (FOLDER / "base" / one).exists()] == []
    assert {one.removeprefix("workers/") for one in named if one.startswith("workers/")} == set(KINDS)


@pytest.mark.parametrize("name", PODS)
def test_a_pod_can_change_nothing_and_gain_nothing(name: str) -> None:
    pod = PODS[name]
    (container,) = pod["containers"]

    assert pod["automountServiceAccountToken"] is False
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["runAsUser"] == 10001
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert "memory" in container["resources"]["limits"]


@pytest.mark.parametrize("name", PODS)
def test_secrets_are_files_by_reference_and_each_part_has_its_own(name: str) -> None:
    pod = PODS[name]
    own = OWN[name]
    mounted = {one["secret"]["secretName"] for one in pod["volumes"] if "secret" in one}

    assert mounted - {"ml-connector-keys", "ml-connector-systems"} == {f"ml-connector-{own}"}
    assert not [one for one in pod["containers"][0]["env"] if "secret" in str(one.get("valueFrom", "")).lower()]
    assert {one["name"] for one in pod["containers"][0]["volumeMounts"]} == {one["name"] for one in pod["volumes"]}


@pytest.mark.parametrize("name", ["ml-connector", "ml-connector-producers"])
def test_pods_are_probed_and_may_finish(name: str) -> None:
    pod = PODS[name]
    (container,) = pod["containers"]

    assert container["livenessProbe"]["httpGet"] == {"path": "/livez", "port": "health"}
    assert container["readinessProbe"]["httpGet"] == {"path": "/readyz", "port": "health"}
    assert pod["terminationGracePeriodSeconds"] > 30


def test_the_gateway_is_asked_for_work_only_while_the_ledger_is_there() -> None:
    deployment, service, disruption = resources("base/gateway.yaml")
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    labels = deployment["spec"]["template"]["metadata"]["labels"]

    assert container["readinessProbe"]["httpGet"] == {"path": "/health", "port": "cxml"}
    assert container["livenessProbe"]["tcpSocket"] == {"port": "cxml"}
    assert not [one for one in container["env"] if "RABBITMQ" in one["name"]]
    assert service["spec"]["ports"] == [{"name": "cxml", "port": 8800, "targetPort": "cxml"}]
    assert service["spec"]["selector"] == disruption["spec"]["selector"]["matchLabels"] == labels


def test_what_scales_is_there_and_is_not_counted_by_hand() -> None:
    scaled = resources("components/autoscaling/scaling.yaml")
    objects = [one for one in scaled if one["kind"] == "ScaledObject"]
    uncounted = yaml.safe_load((FOLDER / "components/autoscaling/kustomization.yaml").read_text())["patches"]

    targets = {one["spec"]["scaleTargetRef"]["name"] for one in objects}
    assert targets == {f"ml-connector-{kind}" for kind in ("transform", "deliver-jaggaer", "deliver-oracle")}
    assert {one["target"]["name"] for one in uncounted} == targets
    queues = {trigger["metadata"]["queueName"] for one in objects for trigger in one["spec"]["triggers"][:1]}
    assert queues <= {str(queue) for queue in Queue}


def test_rabbitmq_survives_the_loss_of_a_node() -> None:
    cluster = resources("components/rabbitmq/cluster.yaml")[0]

    assert cluster["spec"]["replicas"] == 3
    assert "rabbitmq_shovel_management" in cluster["spec"]["rabbitmq"]["additionalPlugins"]
    assert "load_definitions" in cluster["spec"]["rabbitmq"]["additionalConfig"]


@pytest.mark.parametrize("overlay", OVERLAYS, ids=lambda path: path.name)
def test_the_settings_of_an_overlay_are_valid(overlay: Path) -> None:
    assert read_file(overlay / "connector.toml").integrations
