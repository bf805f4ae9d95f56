"""`ml-connector match`: what the three-way match will say of every order line, and what does not match."""

from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

import typer
from rich.markup import escape

from common.sides.match import MatchBook
from console import opened, output
from schemas.match_values import Document, LinePreview, MatchException, Preview, Tally
from schemas.money import plain

_LINE_COLUMNS = ("order", "line", "status", "in", "ordered", "received", "in_transit", "invoiced", "billed", "price")
_EXCEPTION_COLUMNS = ("order", "line", "cause", "expected", "found", "in", "difference", "value", "days", "documents")


def match(integration: str | None, order: str | None, *, exceptions_only: bool, as_json: bool) -> None:
    """Show the preview. Exits with 1 if something does not match, or if no order has the number that was asked for."""
    now = datetime.now(UTC)
    with ExitStack() as stack:
        settings = opened.settings_with_database(stack)
        name = opened.chosen_integration(settings, integration)
        database, vault = stack.enter_context(opened.ledger_and_vault_of(settings))
        book = MatchBook(database, vault, name, settings.integrations[name])
        preview = book.preview(now, order=order, moved_only=exceptions_only)
    if as_json:
        lines = () if exceptions_only else preview.lines
        output.show_json(
            {
                "integration": name,
                "at": now,
                "lines": [_line_as_json(line) for line in lines],
                "exceptions": [_exception_as_json(one) for one in preview.exceptions],
            }
        )
    else:
        _draw(preview, exceptions_only=exceptions_only)
    if order is not None and not preview.lines:
        output.ERR.print(f"The ledger has no order with number {escape(order)}.")
    if preview.exceptions or (order is not None and not preview.lines):
        raise typer.Exit(1)


def _draw(preview: Preview, *, exceptions_only: bool) -> None:
    if not exceptions_only:
        rows = [_line_row(line) for line in preview.lines]
        output.table("Order lines", _LINE_COLUMNS, rows, empty="The ledger has no orders.")
    exceptions = [_exception_row(one) for one in preview.exceptions]
    if not exceptions:
        output.OUT.print("[green]Nothing is at odds: what is billed was ordered, received, and as agreed.[/green]")
        return
    output.table("Exceptions", _EXCEPTION_COLUMNS, exceptions, empty="")
    for step in dict.fromkeys((one.cause, one.next_step) for one in preview.exceptions):
        output.OUT.print(f"[bold]{step[0]}[/bold]  {escape(output.shown(step[1]))}")


def _line_row(line: LinePreview) -> dict[str, Any]:
    ordered = line.line
    return {
        "order": ordered.order,
        "line": ordered.line,
        "status": str(line.status),
        "in": ordered.measure,
        "ordered": ordered.ordered,
        "received": _shown_tally(line.received),
        "in_transit": line.in_transit or None,
        "invoiced": _shown_tally(line.invoiced),
        "billed": f"{output.shown(line.billed.total)} {ordered.currency}",
        "price": ordered.price,
    }


def _shown_tally(tally: Tally) -> str:
    """Return `10 (4 in flight, 1 stopped)`: all of it, and what of it has not arrived."""
    parts = {"in flight": tally.in_flight, "stopped": tally.stopped}
    under_way = ", ".join(f"{output.shown(number)} {word}" for word, number in parts.items() if number)
    return f"{output.shown(tally.total)} ({under_way})" if under_way else output.shown(tally.total)


def _exception_row(one: MatchException) -> dict[str, Any]:
    return {
        "order": one.order or "(unreadable)",
        "line": one.line,
        "cause": str(one.cause),
        "expected": one.expected,
        "found": one.found,
        "in": one.measure,
        "difference": one.difference,
        "value": None if one.value is None else f"{output.shown(one.value)} {one.currency}",
        "days": one.age_days,
        "documents": [_named(document) for document in one.documents],
    }


def _named(document: Document) -> str:
    """Return `receipts R-17 (in flight)`; of what has arrived only which it is."""
    stopped = f"{document.standing}: record {document.record_id}, {document.stop.category}" if document.stop else ""
    standing = stopped or ("" if document.standing == "arrived" else str(document.standing))
    return f"{document.flow} {document.number}" + (f" ({standing})" if standing else "")


def _line_as_json(line: LinePreview) -> dict[str, Any]:
    ordered = line.line
    return {
        "order": ordered.order,
        "order_key": ordered.order_key,
        "line": ordered.line,
        "business_unit": ordered.business_unit,
        "status": str(line.status),
        "receipt_required": ordered.receipt_required,
        "ended": ordered.ended,
        "measure": ordered.measure,
        "currency": ordered.currency,
        "price": ordered.price,
        "ordered": ordered.ordered,
        "ordered_amount": ordered.amount,
        "received": _tally_as_json(line.received),
        "received_amount": line.received_value,
        "in_transit": line.in_transit,
        "invoiced": _tally_as_json(line.invoiced),
        "invoiced_amount": _tally_as_json(line.billed),
        "causes": [str(one.cause) for one in line.exceptions],
    }


def _tally_as_json(tally: Tally) -> dict[str, str]:
    parts = {"total": tally.total, "arrived": tally.arrived, "in_flight": tally.in_flight, "stopped": tally.stopped}
    return {name: plain(number) for name, number in parts.items()}


def _exception_as_json(one: MatchException) -> dict[str, Any]:
    return {
        "cause": str(one.cause),
        "order": one.order or None,
        "line": one.line,
        "business_unit": one.business_unit,
        "expected": one.expected,
        "found": one.found,
        "difference": one.difference,
        "measure": one.measure,
        "value": one.value,
        "currency": one.currency,
        "since": one.since,
        "age_days": one.age_days,
        "cause_document": _document_as_json(one.cause_document),
        "documents": [_document_as_json(document) for document in one.documents],
        "next_step": one.next_step,
    }


def _document_as_json(document: Document) -> dict[str, Any]:
    stop = document.stop
    return {
        "flow": document.flow,
        "number": document.number,
        "record_id": document.record_id,
        "at": document.at,
        "standing": str(document.standing),
        "dead_class": stop.category if stop else None,
        "reason": stop.reason if stop else None,
        "next_step": stop.next_step if stop else None,
    }
