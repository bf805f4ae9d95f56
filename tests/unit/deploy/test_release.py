"""What a release says of itself: its bill of materials, from the lock."""

import importlib.util
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parents[3]


def script(name: str) -> ModuleType:
    """Return a script of deploy/release, which is no package."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "deploy" / "release" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_bill_names_every_locked_package_with_its_hashes() -> None:
    lock = (ROOT / "requirements.lock").read_text()

    bill = script("sbom").bill(lock, "1.2.0")

    assert bill["bomFormat"] == "CycloneDX"
    assert bill["metadata"]["component"]["version"] == "1.2.0"
    assert len({one["purl"] for one in bill["components"]}) == len(bill["components"])
    assert len(bill["components"]) == sum("==" in line.split(";")[0] for line in lock.splitlines())
    hashes = [one["hashes"][0]["content"] for part in bill["components"] for one in part["externalReferences"]]
    assert sorted(hashes) == sorted(
        line.split("sha256:")[1].split()[0] for line in lock.splitlines() if "sha256" in line
    )


def test_the_same_lock_gives_the_same_bill() -> None:
    lock = (ROOT / "requirements.lock").read_text()

    assert script("sbom").bill(lock, "1") == script("sbom").bill(lock, "1")
