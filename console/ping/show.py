"""The command: every connection side by side, as a table or as JSON."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from functools import partial

import typer

from common.settings import load
from common.sides import flows_of
from common.telemetry import logs
from console import output
from console.ping.connections import check_jaggaer, check_oracle
from console.ping.course import Check
from console.ping.findings import Result
from console.ping.known import ask_ledger, stored_secret

_COLUMNS = ("connection", "check", "result", "ms", "says", "what_to_do")


def ping(integration: str | None, as_json: bool) -> None:
    """Check the connections of one integration or of all. Exits with 1 if a check failed."""
    settings = load(os.environ)
    logs.configure(logs.LogFormat(settings.log.format), os.environ.get("ML_CONNECTOR_LOG_LEVEL", "WARNING"))
    if integration is not None and integration not in settings.integrations:
        raise typer.BadParameter(f"Name one of the integrations: {', '.join(settings.integrations)}.")
    chosen = {name: one for name, one in settings.integrations.items() if integration in (None, name)}
    known = ask_ledger(settings, [(name, flow) for name, one in chosen.items() for flow in flows_of(one)])
    courses: list[Callable[[], list[Check]]] = [
        partial(check, name, one, os.environ, known, partial(stored_secret, settings))
        for name, one in chosen.items()
        for check in (check_oracle, check_jaggaer)
    ]
    with ThreadPoolExecutor(max_workers=len(courses)) as side_by_side:
        checks = [check for done in side_by_side.map(lambda course: course(), courses) for check in done]
    failed = sum(check.result is Result.FAIL for check in checks)
    if as_json:
        output.show_json({"ok": not failed, "checks": [asdict(check) for check in checks]})
    else:
        _draw(checks, failed)
    if failed:
        raise typer.Exit(1)


def _draw(checks: list[Check], failed: int) -> None:
    output.table("Ping", _COLUMNS, [_row(check) for check in checks], empty="There is no connection.")
    warned = sum(check.result is Result.WARN for check in checks)
    if failed:
        output.OUT.print(f"[red]{failed} of {len(checks)} checks failed; mend the first of each connection.[/red]")
    elif warned:
        output.OUT.print(f"[yellow]Every connection works, with {warned} warnings.[/yellow]")
    else:
        output.OUT.print("[green]Every connection works.[/green]")


def _row(check: Check) -> dict[str, object]:
    return {
        "connection": check.connection,
        "check": check.check,
        "result": check.result,
        "ms": None if check.latency_ms is None else f"{check.latency_ms:.0f}",
        "says": f"{check.of}: {check.says}" if check.of else check.says,
        "what_to_do": check.next_step,
    }
