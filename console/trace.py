"""`ml-connector trace NUMBER`: the whole story of a document, from the source's payload to the target's answer."""

from typing import Any

import typer
from rich.markup import escape
from rich.tree import Tree

from common.database.pool import Database
from common.ledger import books, inbox
from common.vault.seal import Vault
from console import opened, output
from schemas import exact_json
from schemas.identity import RecordId


def trace(number: str, as_json: bool, with_payload: bool) -> None:
    """Show every version of a document and everything that happened to it. Exits with 1 if the number is unknown."""
    with opened.ledger_and_vault() as (database, vault):
        found = collect(database, vault, number, with_payload=with_payload)
    if as_json:
        output.show_json(found)
    if not found["versions"]:
        output.ERR.print(f"The ledger has no document with number {escape(number)}.")
        raise typer.Exit(1)
    if not as_json:
        draw(number, found["versions"])


def collect(database: Database, vault: Vault, number: str, *, with_payload: bool) -> dict[str, Any]:
    """Return the versions of a document, each with its events, what was pushed of it and, if asked, its payloads."""
    versions = books.versions(database, number)
    record_ids = [RecordId(version["record_id"]) for version in versions]
    events, requests = books.events(database, record_ids), inbox.of_records(database, record_ids)
    for version in versions:
        version["received"] = [request for request in requests if request["record_id"] == version["record_id"]]
        version["events"] = [event for event in events if event["record_id"] == version["record_id"]]
        if with_payload:
            version["payloads"] = _payloads(database, vault, RecordId(version["record_id"]))
    return {"number": number, "versions": versions}


def _payloads(database: Database, vault: Vault, record_id: RecordId) -> dict[str, Any]:
    parts = {part: books.payload(database, vault, record_id, part) for part in ("source", "target")}
    return {part: _readable(content) for part, content in parts.items() if content is not None}


def _readable(content: bytes) -> Any:
    """Return JSON as it is (XML as text), for a person to read."""
    try:
        return exact_json.loads(content)
    except exact_json.NotExactJson:
        return content.decode("utf-8", "replace")


def _brief(detail: dict[str, Any]) -> dict[str, Any]:
    """Shorten hashes, which nobody reads to the end; `--json` has them whole."""
    return {name: f"{value[:10]}…" if name.endswith("_hash") else value for name, value in detail.items()}


def draw(number: str, versions: list[dict[str, Any]]) -> None:
    """Draw a document's versions and their events as a tree."""
    tree = Tree(f"[bold]{escape(number)}[/bold]")
    for version in versions:
        amount = f"{output.shown(version['amount'])} {version['currency'] or ''}".strip()
        branch = tree.add(
            f"version of [bold]{output.shown(version['changed_at'])}[/bold] · {amount} · "
            f"{escape(output.shown(version['business_unit']))} · record {version['record_id']} · "
            f"[bold]{version['state']}[/bold]"
        )
        if version["next_step"]:
            branch.add(f"[yellow]next step:[/yellow] {escape(output.shown(version['next_step']))}")
        for request in version["received"]:
            odd = f" · odd: {' '.join(request['deviations'])}" if request["deviations"] else ""
            branch.add(
                f"{output.shown(request['received_at'])} [cyan]{escape(request['request'])}[/cyan] "
                f"{escape(request['payload_id'])} from {escape(request['origin'])} through {escape(request['sender'])}"
                f"{escape(odd)}"
            )
        for event in version["events"]:
            moved = f"{event['from_state'] or ''} → {event['to_state'] or ''}".strip(" →")
            branch.add(
                f"{event['at']:%H:%M:%S.%f} [cyan]{escape(event['event'])}[/cyan] ({moved}) "
                f"{escape(output.shown(_brief(event['detail'])))} [dim]{escape(event['actor'])}[/dim]"
            )
        if "payloads" in version:
            for part, content in version["payloads"].items():
                text = content if isinstance(content, str) else exact_json.dumps(content).decode()
                branch.add(f"[magenta]{part}[/magenta] {escape(text)}")
    output.OUT.print(tree)
