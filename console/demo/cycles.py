"""What came back from JAGGAER in the demo: what was received and billed there beside what Oracle shows. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

Played = Sequence[Mapping[str, Any]]
"""The cycles that JAGGAER's life played, as its simulator tells them."""


def documents(played: Played) -> dict[str, int]:
    """Return how many documents of each flow the cycles made."""
    return {
        "acknowledgments": sum(len(cycle["accepted"]) for cycle in played),
        "receipts": sum(len(cycle["receipts"]) + len(cycle["returns"]) for cycle in played),
        "supplier_invoices": sum(len(cycle["invoices"]) + len(cycle["credit_memos"]) for cycle in played),
    }


def odd(played: Played) -> set[str]:
    """Return the orders whose receipts and invoices are at odds on purpose."""
    return {str(cycle["po_number"]) for cycle in played if cycle["odd"] is not None}


def rows(
    played: Played, figures: Iterable[Mapping[str, Any]], billed: Iterable[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Return a table row for what was received and billed of goods, and one for the invoices of each currency.

    `figures` are Oracle's of each order, `billed` the invoices in its journal. Services are left out of the quantities:
    one side counts them, the other what they cost.
    """
    by_line: dict[tuple[str, int], tuple[Decimal, Decimal]] = defaultdict(lambda: (Decimal(0), Decimal(0)))
    for order in figures:
        for one in order["schedules"]:
            if not one["by_amount"]:
                received, invoiced = by_line[order["number"], one["line"]]
                counted = (received + Decimal(one["received"]), invoiced + Decimal(one["billed"]))
                by_line[order["number"], one["line"]] = counted
    theirs = {
        what: sum(
            (
                Decimal(number)
                for cycle in played
                for line, number in cycle[what].items()
                if (cycle["po_number"], int(line)) in by_line
            ),
            Decimal(0),
        )
        for what in ("received", "invoiced")
    }
    ours = [sum((figure[place] for figure in by_line.values()), Decimal(0)) for place in (0, 1)]
    return [
        {"what": "quantity received", "JAGGAER": theirs["received"], "Oracle": ours[0]},
        {"what": "quantity billed", "JAGGAER": theirs["invoiced"], "Oracle": ours[1]},
        *_invoices(played, billed),
    ]


def _invoices(played: Played, billed: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    here: dict[str, Decimal] = defaultdict(Decimal)
    there: dict[str, Decimal] = defaultdict(Decimal)
    for cycle in played:
        there[cycle["currency"]] += Decimal(cycle["total"])
    for entry in billed:
        here[entry["detail"]["currency"]] += Decimal(entry["detail"]["total"])
    return [
        {"what": f"invoices in {currency}", "JAGGAER": there[currency], "Oracle": here[currency]}
        for currency in sorted({*here, *there})
    ]


def agree(table: Iterable[Mapping[str, Any]]) -> bool:
    """Whether both sides have the same in every row."""
    return all(row["JAGGAER"] == row["Oracle"] for row in table)
