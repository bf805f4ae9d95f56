"""`ml-connector dead`: the records that wait for a person, and what can be done with them."""

from typing import Annotated

import typer
from rich.markup import escape

from common.ledger import dead_letters
from common.ledger.verdicts import DeadClass
from console import opened, output
from console.actor import person
from schemas.identity import RecordId

app = typer.Typer(no_args_is_help=True, help="Records that wait for a person.")

_LARGEST_ID = 2**63 - 1
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
_IDS = typer.Argument(min=1, max=_LARGEST_ID, help="Ids of records, as `dead list` shows them.")
RecordIds = Annotated[list[int] | None, _IDS]
OfClass = Annotated[DeadClass | None, typer.Option("--class", help="Only this class.")]

_COLUMNS = ("record_id", "document_number", "business_unit", "amount", "currency", "dead_class", "reason", "next_step")
_LARGEST_REPLAY = 100_000


@app.command("list")
def list_(
    category: OfClass = None,
    discarded: Annotated[bool, typer.Option("--discarded", help="Discarded ones too.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="How many at most.")] = 100,
    as_json: AsJson = False,
) -> None:
    """List dead records, oldest first."""
    with opened.ledger() as database:
        found = dead_letters.find(database, category=category, with_discarded=discarded, limit=limit)
    if as_json:
        output.show_json(found)
    else:
        output.table("Dead letters", _COLUMNS, found, empty="Nothing waits for a person.")


@app.command()
def show(record_id: Annotated[int, typer.Argument(min=1, max=_LARGEST_ID)], as_json: AsJson = False) -> None:
    """Show one dead record: why it is dead, where, and what to do."""
    with opened.ledger() as database:
        found = dead_letters.show(database, RecordId(record_id))
    if found is None:
        output.ERR.print(f"Record {record_id} is not dead.")
        raise typer.Exit(1)
    if as_json:
        output.show_json(found)
        return
    for name, value in found.items():
        output.OUT.print(f"[bold]{name.replace('_', ' '):>16}[/bold]  {escape(output.shown(value))}")


@app.command()
def replay(
    record_ids: RecordIds = None,
    category: OfClass = None,
    everything: Annotated[bool, typer.Option("--all", help="Every dead record that is not discarded.")] = False,
    as_json: AsJson = False,
) -> None:
    """Bring dead records back, with a fresh set of attempts. A record that is not dead is left alone.

    Exits with 1 if records were named and none of them was dead.
    """
    if sum((bool(record_ids), category is not None, everything)) != 1:
        raise typer.BadParameter("name records, or give one of --class and --all")
    with opened.ledger() as database:
        wanted = [RecordId(record_id) for record_id in record_ids or []] or [
            RecordId(row["record_id"]) for row in dead_letters.find(database, category=category, limit=_LARGEST_REPLAY)
        ]
        replayed = [r for r in wanted if dead_letters.replay(database, r, actor=person(), how="command line")]
    _tell("replayed", replayed, wanted, as_json=as_json)
    if record_ids and not replayed:
        raise typer.Exit(1)


@app.command()
def discard(
    record_ids: Annotated[list[int], _IDS],
    reason: Annotated[str, typer.Option(help="Why they need not go; kept in their trace.")],
    as_json: AsJson = False,
) -> None:
    """Note that dead records need not go. They stay in the books, and can still be replayed.

    Exits with 1 if none of them was dead, or all were discarded before.
    """
    with opened.ledger() as database:
        wanted = [RecordId(record_id) for record_id in record_ids]
        discarded = [r for r in wanted if dead_letters.discard(database, r, actor=person(), reason=reason)]
    _tell("discarded", discarded, wanted, as_json=as_json)
    if not discarded:
        raise typer.Exit(1)


def _tell(done: str, records: list[RecordId], wanted: list[RecordId], *, as_json: bool) -> None:
    """Show for which records something was done, and which were left alone because they did not wait for a person."""
    left = sorted(set(wanted) - set(records))
    if as_json:
        output.show_json({done: records, "not_dead": left})
        return
    output.OUT.print(f"{len(records)} {done}." + (f" Not dead: {', '.join(map(str, left))}." if left else ""))
