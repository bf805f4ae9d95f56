"""The demo's course: sync, kill and restart delivery in the middle, change and cancel, compare both sides.

Ends with exit code 0 only if both sides agree to the cent, the books balance and nothing is dead.
"""

import re
import signal
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from common.database.pool import Database
from common.installation import open_vault
from common.ledger import books
from common.ledger.states import SETTLED, State
from common.settings import load
from common.sides.match import MatchBook
from console import opened, output, trace
from console.demo import cycles, sides
from console.demo.stage import Stage

_PATIENCE_SECONDS = 240.0
_LOOK_SECONDS = 0.1
_CHANGED, _CANCELED = 12, 5
_CYCLES, _SEED = 20, 2
_SHARES = {"partly_rejected": 0, "changed": 0, "returned": 0.3, "credited": 0.2, "corrected": 0.1, "odd": 0.2}
"""How often what happens to an order on its way back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """One demo: its stage, its ledger, how many orders, and when it began (monotonic clock)."""

    stage: Stage
    database: Database
    orders: int
    began: float

    def say(self, text: str) -> None:
        """Print a line with the time since the beginning."""
        output.OUT.print(f"[dim]{time.monotonic() - self.began:5.1f} s[/dim]  {text}", highlight=False)

    def states(self) -> dict[str, int]:
        """Return how many records are in each state."""
        counted: dict[str, int] = {}
        for row in books.states(self.database):
            counted[row["state"]] = counted.get(row["state"], 0) + row["records"]
        return counted

    def delivered(self) -> int:
        """Return how many versions were delivered."""
        return self.states().get("delivered", 0)


def run(orders: int, *, keep: bool, record: Path | None) -> None:
    """Run the demo. Exits with 1 if the sides differ."""
    began = time.monotonic()
    for number in (signal.SIGTERM, signal.SIGINT):  # also where a shell has made us ignore Ctrl-C
        signal.signal(number, signal.default_int_handler)
    if record is not None:
        output.OUT = Console(record=True, width=100, force_terminal=True)
    with tempfile.TemporaryDirectory(prefix="ml-connector-demo-") as folder, ExitStack() as closing:
        stage = Stage(Path(folder), orders)
        closing.callback(stage.close)
        settings = load(stage.environment)
        opened.prepare(settings)
        database = Database(stage.environment["DATABASE_URL"], size=2)
        closing.callback(database.close)
        demo = Demo(stage=stage, database=database, orders=orders, began=began)
        good = _course(demo)
        _tell_one_story(demo)
        if record is not None:
            _save(record)
        if keep:
            _keep(demo)
    if not good:
        raise typer.Exit(1)


def _course(demo: Demo) -> bool:
    bus = "RabbitMQ" if demo.stage.environment.get("RABBITMQ_URL") else "a bus in memory"
    demo.say(f"[bold]{demo.orders} purchase orders[/bold] in Oracle, none in JAGGAER; embedded PostgreSQL, {bus}.")
    demo.stage.start()
    _sync(demo)
    _change(demo)
    agreed = _compare(demo)
    return _come_back(demo) and agreed


def _sync(demo: Demo) -> None:
    """Sync everything, with delivery killed and started again in the middle."""
    columns = (TextColumn("         {task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(
        *columns, console=output.OUT, transient=True, disable=output.OUT.record or not output.OUT.is_terminal
    ) as progress:
        bar = progress.add_task("delivered to JAGGAER", total=demo.orders)

        def reached(count: int) -> bool:
            delivered = demo.delivered()
            progress.update(bar, completed=min(delivered, demo.orders))
            return delivered >= count

        _wait(lambda: reached(1), "the first order")
        demo.say("The first order is in JAGGAER.")
        _wait(lambda: reached(demo.orders * 2 // 5), "two fifths of the orders")
        number = demo.stage.kill_delivery()
        demo.say(f"[red]Killed[/red] the delivery process ({number}) at {demo.delivered()} of {demo.orders}.")
        demo.stage.start_delivery()
        demo.say("Started it again; what it was sending is read back before anything is sent twice.")
        _wait(lambda: reached(demo.orders), "every order")
    demo.say(f"[green]All {demo.orders} orders are in JAGGAER.[/green]")


def _change(demo: Demo) -> None:
    """Change lines and cancel orders in Oracle, and wait until JAGGAER has it."""
    keys = _some_keys(demo.orders)
    changed, canceled = keys[:-_CANCELED], keys[-_CANCELED:]
    for position, key in enumerate(changed):
        demo.stage.ask("oracle", f"/admin/orders/{key}/line", {"line": 1, "quantity": str(1000 + position)})
    for key in canceled:
        demo.stage.ask("oracle", f"/admin/orders/{key}/cancel", {})
    demo.say(f"Changed a line of {len(changed)} orders in Oracle and canceled {len(canceled)}.")
    _wait(lambda: demo.delivered() >= demo.orders + len(keys), "the changes")
    demo.say("[green]The changes are in JAGGAER.[/green]")


def _compare(demo: Demo) -> bool:
    """Show both sides and the books; return whether all is well."""
    oracle = sides.oracle_side(demo.stage.ask("oracle", "/admin/summary"))
    jaggaer = sides.jaggaer_side(demo.stage.ask("jaggaer", "/admin/summary"))
    refused = demo.stage.ask("jaggaer", "/admin/journal?kind=order_refused")
    table = sides.rows(oracle, jaggaer)
    output.OUT.print()
    output.table("Both sides", tuple(table[0]), table, empty="Nothing.")
    agreed = sides.agree(oracle, jaggaer)
    lines = books.balance(demo.database)
    whole = all(line.balances for line in lines)
    dead = demo.states().get("dead", 0)
    doubled = len(refused)
    _verdict(agreed, "Both sides agree, in count and to the cent.", "The sides differ: see the table.")
    _verdict(whole, f"The books balance over {_seen(lines)} versions.", "The books do not balance.")
    _verdict(not dead, "Nothing is dead.", f"{dead} records are dead: see `ml-connector dead list`.")
    _verdict(not doubled, "JAGGAER refused nothing and got nothing twice.", f"JAGGAER refused {doubled} documents.")
    return agreed and whole and not dead and not doubled


def _come_back(demo: Demo) -> bool:
    """Let JAGGAER acknowledge, receive and bill some orders, and wait for Oracle; return whether all is well."""
    wanted = {"count": min(_CYCLES, demo.orders // 4), "kind": "D"}
    keys = demo.stage.ask("oracle", "/admin/orders/pending", wanted)["keys"]
    numbers = [demo.stage.ask("oracle", f"/admin/orders/{key}")["OrderNumber"] for key in keys]
    played = demo.stage.ask("jaggaer", "/admin/life/play", {"orders": numbers, "seed": _SEED, "shares": _SHARES})
    documents = cycles.documents(played)
    demo.say(
        f"JAGGAER acknowledged {len(numbers)} orders line by line, received them in {documents['receipts']} receipts "
        f"and returns, and has {documents['supplier_invoices']} invoices and credit memos for them."
    )
    _wait(lambda: _has_settled(demo, documents), "what comes back from JAGGAER")
    demo.say("[green]Oracle has all of it.[/green]")
    figures = [demo.stage.ask("oracle", f"/admin/orders/{key}/figures") for key in keys]
    billed = demo.stage.ask("oracle", "/admin/journal?kind=invoice_created&limit=100000")["entries"]
    table = cycles.rows(played, figures, billed)
    output.OUT.print()
    output.table("Back from JAGGAER", tuple(table[0]), table, empty="Nothing.")
    agreed = cycles.agree(table)
    odd, shown = cycles.odd(played), _exceptions(demo)
    dead = demo.states().get("dead", 0)
    _verdict(agreed, "Both sides received and billed the same.", "The sides differ: see the table.")
    _verdict(
        shown == odd,
        f"The match preview shows {len(shown)} orders at odds, those whose receipts and invoices are.",
        f"The match preview shows {sorted(shown)}, but at odds are {sorted(odd)}.",
    )
    _verdict(not dead, "Nothing is dead.", f"{dead} records are dead: see `ml-connector dead list`.")
    return agreed and shown == odd and not dead


def _has_settled(demo: Demo, documents: Mapping[str, int]) -> bool:
    """Whether so many documents of each flow were read, and nothing is left to do."""
    rows = books.states(demo.database)
    seen = {flow: sum(row["records"] for row in rows if row["flow"] == flow) for flow in documents}
    open_ = [row for row in rows if State(row["state"]) not in SETTLED]
    return not open_ and all(seen[flow] >= count for flow, count in documents.items())


def _exceptions(demo: Demo) -> set[str]:
    """Return the orders that the match preview shows as at odds."""
    settings = load(demo.stage.environment)
    name, integration = next(iter(settings.integrations.items()))
    book = MatchBook(demo.database, open_vault(settings, demo.database), name, integration)
    return {one.order for one in book.preview(datetime.now(UTC), moved_only=True).exceptions}


def _tell_one_story(demo: Demo) -> None:
    """Show the trace of one changed order."""
    key = _some_keys(demo.orders)[0]
    number = demo.stage.ask("oracle", f"/admin/orders/{key}")["OrderNumber"]
    output.OUT.print(f"\n[bold]ml-connector trace {number}[/bold]")
    vault = open_vault(load(demo.stage.environment), demo.database)
    trace.draw(number, trace.collect(demo.database, vault, number, with_payload=False)["versions"])


def _save(record: Path) -> None:
    """Save what was printed as a picture, without the fonts that it would fetch from elsewhere."""
    picture = output.OUT.export_svg(title="make demo")
    record.write_text(re.sub(r"@font-face \{.*?\}\s*", "", picture, flags=re.DOTALL), encoding="utf-8")


def _keep(demo: Demo) -> None:
    """Leave everything running until Ctrl-C."""
    output.OUT.print(f"\nOracle  {demo.stage.oracle}/admin\nJAGGAER {demo.stage.jaggaer}/admin")
    output.OUT.print("\nIn another terminal, for `ml-connector status` and the others:")
    for name in ("ML_CONNECTOR_CONFIG", "ML_CONNECTOR_KEY_FILE", "DATABASE_URL"):
        output.OUT.print(f"export {name}='{demo.stage.environment[name]}'", soft_wrap=True, highlight=False)
    output.OUT.print("\nCtrl-C ends everything.")
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        output.OUT.print("Ending.")


def _some_keys(orders: int) -> list[int]:
    """Return keys from all over the range; the simulator numbers its orders in equal steps."""
    first, step = 300_100_210_000_000, 10_000
    count = min(_CHANGED + _CANCELED, orders)
    return [first + (position * orders // count) * step for position in range(count)]


def _wait(reached: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not reached():
        if time.monotonic() > deadline:
            output.ERR.print(f"[red]Waited {_PATIENCE_SECONDS:.0f} s for {what}.[/red]")
            raise typer.Exit(1)
        time.sleep(_LOOK_SECONDS)


def _verdict(good: bool, yes: str, no: str) -> None:
    output.OUT.print(f"[green]✔[/green] {yes}" if good else f"[red]✘ {no}[/red]")


def _seen(lines: list[Any]) -> int:
    return sum(line.seen.records for line in lines)
