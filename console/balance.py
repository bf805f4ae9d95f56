"""`ml-connector balance`: whether everything that was seen is accounted for, in count and in amount."""

from typing import Any

import typer

from common.ledger import books
from common.ledger.books import PLACES, Line
from console import opened, output


def balance(as_json: bool) -> None:
    """Show the books, one line per day, business unit, flow and currency. Exits with 1 if they do not balance."""
    with opened.ledger() as database:
        lines = books.balance(database)
    whole = all(line.balances for line in lines)
    if as_json:
        output.show_json({"balances": whole, "lines": [_as_json(line) for line in lines]})
    else:
        _draw(lines, whole=whole)
    if not whole:
        raise typer.Exit(1)


def _draw(lines: list[Line], *, whole: bool) -> None:
    columns = ("day", "business_unit", "currency", "place", "records", "amount")
    output.table("The books", columns, [row for line in lines for row in _rows(line)], empty="Nothing was seen yet.")
    if whole:
        output.OUT.print("[green]The books balance: everything seen is accounted for, in count and in amount.[/green]")
    else:
        output.OUT.print("[red]The books do not balance: see the lines with a difference.[/red]")


def _rows(line: Line) -> list[dict[str, Any]]:
    """Return what was seen, and below it where it is: the places that hold something."""
    head = {"day": line.day, "business_unit": line.business_unit or "(none)", "currency": line.currency or "(none)"}
    places = [(name, line.places[name]) for name in PLACES if line.places[name].records]
    if not line.balances:
        places.append(("difference", line.difference))
    below = [{"place": f"  {name}", "records": entry.records, "amount": entry.amount} for name, entry in places]
    return [{**head, "place": "seen", "records": line.seen.records, "amount": line.seen.amount}, *below]


def _as_json(line: Line) -> dict[str, Any]:
    return {
        "day": line.day,
        "integration": line.integration,
        "flow": line.flow,
        "business_unit": line.business_unit,
        "currency": line.currency,
        "seen": {"records": line.seen.records, "amount": line.seen.amount},
        "places": {name: {"records": entry.records, "amount": entry.amount} for name, entry in line.places.items()},
        "balances": line.balances,
    }
