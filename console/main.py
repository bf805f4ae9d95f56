"""The `ml-connector` command. Each command lives in a file of its own; this one names their options.

Errors that a person can act on end with exit code 2 and one message, without a traceback.
"""

import logging
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from common.bus.address import BusRefused
from common.bus.session import BusUnavailable
from common.database.address import DatabaseRefused
from common.database.migrate import MigrationChanged
from common.database.pool import DatabaseUnavailable
from common.flows.registry import FLOWS
from common.ledger import jobs as ledger_jobs
from common.ledger.jobs import JobKind, Run
from common.mapping.table import NotThisVersion
from common.settings import FlowSettings, SettingsRefused, load
from common.telemetry import build, logs
from common.vault.errors import VaultError
from console import bus, config, conflicts, credentials, dead, opened, output, passwords
from console.map import commands as mapping
from schemas.tickets import Queue

app = typer.Typer(
    name="ml-connector",
    help="Keeps Oracle Fusion Cloud ERP and JAGGAER in sync, both ways.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.add_typer(config.app, name="config")
app.add_typer(dead.app, name="dead")
app.add_typer(conflicts.app, name="conflicts")
app.add_typer(credentials.app, name="credentials")
app.add_typer(mapping.app, name="map")
app.add_typer(bus.app, name="bus")
app.add_typer(passwords.app, name="passwords")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]

_ACTIONABLE = (
    SettingsRefused,
    DatabaseRefused,
    DatabaseUnavailable,
    BusRefused,
    BusUnavailable,
    MigrationChanged,
    NotThisVersion,
    VaultError,
)


def _show_version(wanted: bool) -> None:
    if wanted:
        facts = build.facts()
        output.OUT.print(
            f"ml-connector {facts.version} (commit {facts.commit}, built {facts.date}, Python {facts.python})",
            highlight=False,
            soft_wrap=True,
        )
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show what is running.")
    ] = False,
) -> None:
    """Take what stands before a command."""


@app.command()
def run(
    only: Annotated[list[Queue] | None, typer.Option(help="Serve only these queues.")] = None,
    threads: Annotated[int, typer.Option(min=1, max=64, help="How many records to work on at once.")] = 8,
    as_json: Annotated[bool, typer.Option("--json", help="Log JSON lines, whatever the environment says.")] = False,
) -> None:
    """Run everything in this process: scheduler, relays, sweeper and workers."""
    from console import run as running

    running.run(frozenset(only or Queue), threads, as_json=as_json)


@app.command()
def poll(
    flow: Annotated[str, typer.Argument(help="Which flow, for example purchase_orders.")],
    integration: Annotated[str | None, typer.Option(help="Which integration; not needed if there is one.")] = None,
    rescan: Annotated[bool, typer.Option("--rescan", help="Read every document, whatever its stamp says.")] = False,
    as_json: AsJson = False,
) -> None:
    """Read a flow's source now, without waiting for its schedule."""
    chosen, flow_settings = _flow_settings(flow, integration)
    wanted = Run(
        integration=chosen,
        flow=flow,
        kind=JobKind.RESCAN if rescan else JobKind.MANUAL,
        due_at=datetime.now(UTC),
        overlap=timedelta(seconds=flow_settings.overlap_seconds),
        queue=FLOWS[flow].poll_queue,
    )
    with opened.ledger() as database:
        job_id = ledger_jobs.open_job(database, wanted, actor="person")
    if as_json:
        output.show_json({"job_id": job_id})
    elif job_id is None:
        output.OUT.print(f"A {wanted.kind} job of {flow} is still unfinished; see `ml-connector jobs`.")
    else:
        output.OUT.print(f"Job {job_id} is open; see `ml-connector jobs`.")


@app.command()
def ping(
    integration: Annotated[str | None, typer.Argument(help="Which integration; all of them if none is named.")] = None,
    as_json: AsJson = False,
) -> None:
    """Try every connection, step by step and without any effect: name, certificate, token, reads, role, clock."""
    from console.ping import show

    show.ping(integration, as_json)


@app.command()
def status(as_json: AsJson = False) -> None:
    """Show where every record is, how far each flow has read, and what waits."""
    from console import status as shown

    shown.status(as_json)


@app.command()
def jobs(
    limit: Annotated[int, typer.Option(min=1, help="How many at most.")] = 20,
    as_json: AsJson = False,
) -> None:
    """List the newest jobs: which window each read, and what it showed."""
    with opened.ledger() as database:
        found = ledger_jobs.recent(database, limit)
    if as_json:
        output.show_json(found)
        return
    columns = ("job_id", "flow", "kind", "state", "opened_at", "window_from", "window_to", "pages", "rows_seen")
    output.table("Jobs", (*columns, "rows_new", "rows_late", "walks", "reason"), found, empty="No job was opened yet.")


@app.command()
def trace(
    number: Annotated[str, typer.Argument(help="A document's number, for example US164861.")],
    payload: Annotated[bool, typer.Option("--payload", help="The payloads too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Tell a document's whole story: every version, job, state, answer and reason."""
    from console import trace as told

    told.trace(number, as_json, payload)


@app.command()
def balance(as_json: AsJson = False) -> None:
    """Show whether everything seen is accounted for, in count and in amount."""
    from console import balance as books

    books.balance(as_json)


@app.command()
def match(
    order: Annotated[str | None, typer.Option(help="Only the order of this number.")] = None,
    exceptions: Annotated[bool, typer.Option("--exceptions", help="Only what does not match.")] = False,
    integration: Annotated[str | None, typer.Option(help="Which integration; not needed if there is one.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show of each order line what was ordered, received and invoiced, and what does not match."""
    from console import match as matching

    matching.match(integration, order, exceptions_only=exceptions, as_json=as_json)


@app.command()
def migrate(as_json: AsJson = False) -> None:
    """Make the database and the key file if there are none, and bring the tables to this version."""
    from contextlib import ExitStack

    with ExitStack() as stack:
        applied = opened.prepare(opened.settings_with_database(stack))
    if as_json:
        output.show_json({"applied": applied})
    else:
        output.OUT.print(f"Applied: {', '.join(applied)}." if applied else "The database is up to date.")


@app.command()
def roles(
    admin_url_file: Annotated[Path, typer.Option(help="Holds the database's address as a user who may make roles.")],
    passwords: Annotated[Path, typer.Option(help="A folder with the files migrate, run and read: their passwords.")],
    as_json: AsJson = False,
) -> None:
    """Make PostgreSQL's roles: who migrates, who runs, who reads, and the right to append to the audit."""
    from console import roles as made

    made.make(admin_url_file, passwords, as_json)


@app.command()
def demo(
    orders: Annotated[int, typer.Option(min=20, max=100_000, help="How many orders.")] = 500,
    keep: Annotated[bool, typer.Option("--keep", help="Leave everything running until Ctrl-C.")] = False,
    record: Annotated[Path | None, typer.Option(hidden=True)] = None,
) -> None:
    """Show a whole system with both simulators: sync, kill and recover, change, compare."""
    from console.demo import show

    show.run(orders, keep=keep, record=record)


def main() -> None:
    """Run the command; say what a person can act on in one message."""
    _configure_logs()
    if any(not _is_text(argument) for argument in sys.argv[1:]):
        output.ERR.print("[red]An argument is not text in UTF-8. Type it, or copy it from `dead list`.[/red]")
        raise SystemExit(2)
    try:
        app()
    except _ACTIONABLE as error:
        output.ERR.print(f"[red]{escape(str(error))}[/red]")
        raise SystemExit(2) from None


def _configure_logs() -> None:
    """Show warnings so that a person can read them; `run` logs as its settings say instead."""
    logs.configure(logs.LogFormat.TEXT, "WARNING")
    logging.getLogger("psycopg.pool").setLevel(logging.ERROR)  # the one message at the end says it too


def _is_text(argument: str) -> bool:
    """Whether an argument is text: bytes that are not UTF-8 arrive as half of a character."""
    return not any("\ud800" <= character <= "\udfff" for character in argument)


def _flow_settings(flow: str, integration: str | None) -> tuple[str, FlowSettings]:
    if flow not in FLOWS:
        raise typer.BadParameter(f"There is no flow {flow!r}; there is: {', '.join(FLOWS)}.")
    if not FLOWS[flow].is_polled:
        raise typer.BadParameter(f"Documents of {flow} are pushed to us: there is nothing to poll.")
    settings = load(os.environ)
    chosen = opened.chosen_integration(settings, integration)
    return chosen, settings.integrations[chosen].flow(flow)


if __name__ == "__main__":
    main()
