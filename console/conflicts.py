"""`ml-connector conflicts`: what both sides changed, and what only a person can decide about it."""

from contextlib import ExitStack
from enum import StrEnum
from typing import Annotated

import typer

from common.database.pool import Database
from common.ledger import pairs
from common.ledger.readmission import readmit
from common.settings import SHARED
from common.vault.seal import Vault
from console import opened, output
from console.actor import person
from schemas.convergence import Rule

app = typer.Typer(no_args_is_help=True, help="Fields that both sides changed, and documents that may be one.")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
_COLUMNS = ("conflict_id", "kind", "oracle_number", "field", "oracle", "jaggaer", "agreed", "found_at", "decision")


class Taken(StrEnum):
    """Whose value counts."""

    ORACLE = "oracle"
    JAGGAER = "jaggaer"


@app.command("list")
def list_(
    closed: Annotated[bool, typer.Option("--closed", help="Those that are closed too.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the fields that both sides changed since they last agreed, oldest first."""
    with opened.ledger() as database:
        found = pairs.conflicts(database, with_closed=closed)
    if as_json:
        output.show_json(found)
    else:
        output.table("Conflicts", _COLUMNS, found, empty="Both sides agree on everything.")


@app.command()
def resolve(
    conflict_ids: Annotated[list[int], typer.Argument(min=1, help="Ids of conflicts, as `conflicts list` shows them.")],
    take: Annotated[Taken, typer.Option(help="Whose value counts.")],
    as_json: AsJson = False,
) -> None:
    """Say whose value counts; the other side is told at once. Exits with 1 if none of them was open."""
    with opened.ledger_and_vault() as (database, vault):
        decided = [one for one in conflict_ids if _decide(database, vault, one, Rule(take))]
    left = sorted(set(conflict_ids) - set(decided))
    if as_json:
        output.show_json({"decided": decided, "not_open": left})
    else:
        said = f" Not open: {', '.join(map(str, left))}." if left else ""
        output.OUT.print(f"{len(decided)} decided for {take}.{said}")
    if not decided:
        raise typer.Exit(1)


@app.command()
def pair(
    kind: Annotated[str, typer.Argument(help="For example suppliers.")],
    jaggaer_key: Annotated[str, typer.Argument(help="JAGGAER's own id, as the dead letter names it.")],
    oracle_number: Annotated[str, typer.Argument(help="The number in Oracle of the same document.")],
    integration: Annotated[str | None, typer.Option(help="Needed where there are several.")] = None,
    as_json: AsJson = False,
) -> None:
    """Say that a document of JAGGAER is the one of Oracle with this number, and compare both at once."""
    if kind not in SHARED:
        raise typer.BadParameter(f"There is no kind {kind!r}; there is: {', '.join(SHARED)}.")
    with ExitStack() as stack:
        settings = opened.settings_with_database(stack)
        chosen = opened.chosen_integration(settings, integration)
        database, vault = stack.enter_context(opened.ledger_and_vault_of(settings))
        bound = pairs.bind(
            database,
            vault,
            integration=chosen,
            kind=kind,
            oracle_number=oracle_number,
            jaggaer_key=jaggaer_key,
            actor=person(),
        )
        if bound is not None:
            because = f"paired with {oracle_number}"
            _again(database, vault, integration=chosen, flow=SHARED[kind], key=jaggaer_key, because=because)
    if as_json:
        output.show_json({"paired": bound is not None, "oracle_key": bound})
    elif bound is not None:
        output.OUT.print(f"{jaggaer_key} is {oracle_number} of Oracle; both are compared now.")
    else:
        output.ERR.print(
            f"Nothing was paired: the ledger does not know exactly one document {oracle_number} of Oracle, or one of "
            f"both is paired with another already. `ml-connector trace {oracle_number}` tells more."
        )
    if bound is None:
        raise typer.Exit(1)


def _decide(database: Database, vault: Vault, conflict_id: int, rule: Rule) -> bool:
    """Keep a decision, and let the side that must change be told."""
    decided = pairs.decide(database, conflict_id, rule, actor=person())
    if decided is None:
        return False
    kind, because = str(decided["kind"]), f"conflict {conflict_id} about {decided['field']} is decided for {rule}"
    if rule is Rule.ORACLE:
        flow, key = kind, str(decided["oracle_key"])
    else:
        flow, key = SHARED[kind], _of_jaggaer(database, vault, decided["integration"], kind, decided["oracle_key"])
    _again(database, vault, integration=decided["integration"], flow=flow, key=key, because=because)
    return True


def _of_jaggaer(database: Database, vault: Vault, integration: str, kind: str, oracle_key: str) -> str:
    known = pairs.of_oracle(database, vault, integration, kind, oracle_key)
    return (known.jaggaer_key if known else None) or ""


def _again(database: Database, vault: Vault, *, integration: str, flow: str, key: str, because: str) -> None:
    with database.transaction() as connection:
        readmit(connection, vault, integration=integration, flow=flow, key=key, actor=person(), because=because)
