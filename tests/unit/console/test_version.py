"""`ml-connector --version`: what is running, without settings."""

from typer.testing import CliRunner

from common.telemetry import build
from console.main import app


def test_the_facts_of_the_build_are_told() -> None:
    facts = build.facts()

    said = CliRunner().invoke(app, ["--version"])

    assert said.exit_code == 0
    assert said.output == (
        f"ml-connector {facts.version} (commit {facts.commit}, built {facts.date}, Python {facts.python})\n"
    )
