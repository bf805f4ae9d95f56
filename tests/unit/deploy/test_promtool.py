"""Prometheus' own opinion of what we give it, where its promtool is installed: configuration, alerts, dashboards."""

import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.fixtures.promql import OBSERVE, questions

PROMTOOL = shutil.which("promtool")

pytestmark = pytest.mark.skipif(PROMTOOL is None, reason="needs promtool (Debian: apt-get install prometheus)")


def promtool(*arguments: str | Path) -> None:
    said = subprocess.run([PROMTOOL or "", *arguments], capture_output=True, text=True, timeout=60, check=False)

    assert said.returncode == 0, said.stdout + said.stderr


def test_the_configuration_and_the_rules_that_it_names_are_taken() -> None:
    promtool("check", "config", OBSERVE / "prometheus.yml")


def test_each_alert_fires_when_it_should_and_only_then() -> None:
    promtool("test", "rules", Path(__file__).with_name("alerts.promtool.yml"))


def test_whatever_alerts_and_dashboards_ask_is_promql(tmp_path: Path) -> None:
    asked = [{"record": f"asked:{number}", "expr": one.expression} for number, one in enumerate(questions())]
    rules = tmp_path / "asked.yml"
    rules.write_text(yaml.safe_dump({"groups": [{"name": "asked", "rules": asked}]}))

    promtool("check", "rules", rules)
