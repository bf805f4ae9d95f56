"""Writes what a lock file names as a CycloneDX 1.6 bill of materials: each package with its version, purl and hashes.

    python deploy/release/sbom.py requirements.lock >sbom.json

The lock is what is installed, hash by hash, so nothing has to be installed to know it. The same lock gives the same
bytes. Needs nothing but Python.
"""

import hashlib
import json
import re
import sys
import uuid
from pathlib import Path
from typing import Any

_ENTRY = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;\\]+)(?:\s*;\s*(?P<marker>[^\\\n]+))?", re.MULTILINE)
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def bill(lock: str, version: str) -> dict[str, Any]:
    """Return the bill of materials of a lock file's text."""
    entries = list(_ENTRY.finditer(lock))
    ends = [*(entry.start() for entry in entries[1:]), len(lock)]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.UUID(bytes=hashlib.sha256(lock.encode()).digest()[:16], version=4)}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "name": "ml-connector",
                "version": version,
                "licenses": [{"license": {"id": "Apache-2.0"}}],
            }
        },
        "components": [_component(entry, lock[entry.end() : end]) for entry, end in zip(entries, ends, strict=True)],
    }


def _component(entry: re.Match[str], rest: str) -> dict[str, Any]:
    name = re.sub(r"[-_.]+", "-", entry["name"]).lower()
    purl = f"pkg:pypi/{name}@{entry['version']}"
    found: dict[str, Any] = {
        "type": "library",
        "bom-ref": purl,
        "name": name,
        "version": entry["version"],
        "purl": purl,
    }
    files = [{"alg": "SHA-256", "content": digest} for digest in _HASH.findall(rest)]
    # One hash per file that may be installed: a component has one file, so they stand beside it as its distributions.
    found["externalReferences"] = [
        {"type": "distribution", "url": f"https://pypi.org/project/{name}/{entry['version']}/", "hashes": [one]}
        for one in files
    ]
    if entry["marker"]:
        found["properties"] = [{"name": "ml-connector:marker", "value": entry["marker"].strip()}]
    return found


if __name__ == "__main__":
    named = sys.argv[2] if len(sys.argv) > 2 else "0"
    json.dump(bill(Path(sys.argv[1]).read_text(encoding="utf-8"), named), sys.stdout, indent=2)
    sys.stdout.write("\n")
