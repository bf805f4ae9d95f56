"""docker compose as a person uses it: a project of its own, with every command shown."""

import json
import os
import signal
import subprocess
from pathlib import Path
from time import monotonic
from typing import Any

ROOT = Path(__file__).parents[2]
_SECONDS = 600


class Compose:
    """One project of docker compose, against the systems of a settings folder. Shows what it does."""

    def __init__(self, project: str, settings: Path) -> None:
        self._command = ["docker", "compose", "--project-name", project, "--project-directory", str(ROOT)]
        self._command += ["-f", str(ROOT / "docker-compose.yml"), "-f", str(Path(__file__).with_name("engine.yml"))]
        self._environment = {**os.environ, "COMPOSE_PROFILES": "", "ML_CONNECTOR_SETTINGS": str(settings)}

    def __call__(self, *arguments: str) -> str:
        """Run a command and return what it says. Fails with all of it if the command does."""
        done = self.attempt(*arguments)
        assert done.returncode == 0, f"docker compose {' '.join(arguments)}: {done.stdout}{done.stderr}"
        return done.stdout

    def attempt(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command, whatever comes of it."""
        begun = monotonic()
        done = subprocess.run(
            [*self._command, *arguments],
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
        said = " ".join(one if len(one) < 40 else f"{one[:40]}..." for one in arguments)
        print(f"  [{monotonic() - begun:5.1f} s] docker compose {said}", flush=True)
        return done

    def program(self, *arguments: str) -> Any:
        """Run `ml-connector` with --json where everything else runs, and return what it says."""
        return json.loads(self("exec", "-T", "producers", "ml-connector", *arguments, "--json"))

    def crash(self, service: str) -> None:
        """End a container's process as the kernel does when memory runs out; the engine starts it again."""
        container = self("ps", "--quiet", service).split()[0]
        inspected = subprocess.run(
            ["docker", "inspect", "--format", "{{.State.Pid}}", container], capture_output=True, text=True, check=True
        )
        os.kill(int(inspected.stdout), signal.SIGKILL)
        print(f"  killed one of {service}", flush=True)
