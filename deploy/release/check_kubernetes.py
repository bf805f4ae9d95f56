"""Holds what deploy/kubernetes renders to against Kubernetes' own JSON schemas (package kubernetes-validate), strictly.

Needs kubectl or kustomize to render. Resources of operators (RabbitMQ's, KEDA's) have no schema there; their shape is
held by tests/unit/deploy. Run by `make check-kubernetes`.
"""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import kubernetes_validate
import yaml

_OVERLAYS = Path(__file__).parents[1] / "kubernetes" / "overlays"
_OTHERS = ("rabbitmq.com/", "keda.sh/")
_VERSION = "1.30"


def main() -> int:
    """Check every overlay; return the exit code."""
    renderer = next((command for command in (["kustomize", "build"], ["kubectl", "kustomize"]) if _has(command)), None)
    if renderer is None:
        print("check-kubernetes: neither kustomize nor kubectl is here, nothing was checked")
        return 0
    wrong = 0
    for overlay in sorted(_OVERLAYS.iterdir()):
        said = subprocess.run([*renderer, str(overlay)], capture_output=True, text=True, check=False)
        if said.returncode != 0:
            print(f"{overlay.name}: {said.stderr}")
            wrong += 1
            continue
        resources = list(yaml.safe_load_all(said.stdout))
        known = [one for one in resources if not one["apiVersion"].startswith(_OTHERS)]
        wrong += sum(not _fits(overlay.name, one) for one in known)
        print(f"check-kubernetes: {overlay.name}: {len(known)} of {len(resources)} resources fit Kubernetes {_VERSION}")
    return 1 if wrong else 0


def _fits(overlay: str, resource: dict[str, Any]) -> bool:
    try:
        kubernetes_validate.validate(resource, _VERSION, strict=True)
    except kubernetes_validate.ValidationError as error:
        print(f"{overlay}: {resource['kind']} {resource['metadata']['name']}: {error.message}")
        return False
    return True


def _has(command: list[str]) -> bool:
    return shutil.which(command[0]) is not None


if __name__ == "__main__":
    sys.exit(main())
