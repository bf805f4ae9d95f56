"""Pairs: which document of Oracle is which of JAGGAER, what both sides last agreed on, and what a person must decide.

What both agreed on is the base of the next comparison (`schemas/convergence.py`). It is written when a delivery is
settled, by compare-and-set on the version that was compared with: where the other direction was faster, this one keeps
nothing, and the next comparison finds both sides equal all the same.

A conflict is listed once per field for as long as it lasts. A decision says whose value counts; the delivery that
applies it closes the conflict.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from common.database import statements
from common.database.pool import Connection, Database
from common.ledger.verdicts import Agreement
from common.telemetry import redaction
from common.vault.rotation import SealedTable
from common.vault.seal import Place, Vault
from schemas import exact_json
from schemas.convergence import Conflict, Rule
from schemas.identity import RecordId

_SQL = statements.load(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One document of both sides. `decided` is what a person said of its open conflicts, by field."""

    oracle_key: str
    oracle_number: str
    jaggaer_key: str | None
    agreed: Mapping[str, str | None] = field(repr=False)
    version: int
    decided: Mapping[str, Rule]


def of_oracle(database: Database, vault: Vault, integration: str, kind: str, oracle_key: str) -> Pair | None:
    """Return the pair of a document of Oracle, None if it has none yet. Raises DoesNotOpen."""
    return _one(database, vault, _SQL["of_oracle"], {"integration": integration, "kind": kind, "key": oracle_key})


def of_jaggaer(database: Database, vault: Vault, integration: str, kind: str, jaggaer_key: str) -> Pair | None:
    """Return the pair of a document of JAGGAER, None if it has none yet. Raises DoesNotOpen."""
    return _one(database, vault, _SQL["of_jaggaer"], {"integration": integration, "kind": kind, "key": jaggaer_key})


def keep(
    connection: Connection, vault: Vault, integration: str, record_id: RecordId, agreement: Agreement, *, actor: str
) -> None:
    """Keep what a delivery made both sides agree on, and list what it could not. Belongs into its transaction."""
    scope = {
        "integration": integration,
        "kind": agreement.kind,
        "oracle_key": agreement.oracle_key,
        "oracle_number": agreement.oracle_number,
        "record_id": record_id,
        "actor": actor,
    }
    sealed = vault.seal(exact_json.dumps(dict(agreement.fields)), _place({**scope}))
    row = {"jaggaer_key": agreement.jaggaer_key, "agreed": sealed, "seen_version": agreement.seen_version}
    connection.execute(_SQL["keep"], {**scope, **row})
    connection.execute(_SQL["keep_conflicts"], {**scope, **_columns(agreement.conflicts)})


def conflicts(database: Database, *, integration: str | None = None, with_closed: bool = False) -> list[dict[str, Any]]:
    """Return the conflicts, oldest first: those that are open, or all."""
    return database.fetch_all(_SQL["conflicts"], {"integration": integration, "all": with_closed})


def undecided(database: Database) -> list[dict[str, Any]]:
    """Return how many conflicts wait for a decision, and how long, by integration and kind."""
    return database.fetch_all(_SQL["undecided"])


def decide(database: Database, conflict_id: int, rule: Rule, *, actor: str) -> dict[str, Any] | None:
    """Say whose value counts. Returns the conflict, None if there is no open one of that id."""
    return database.fetch_one(_SQL["decide"], {"conflict_id": conflict_id, "decision": rule, "actor": actor})


def bind(
    database: Database,
    vault: Vault,
    *,
    integration: str,
    kind: str,
    oracle_number: str,
    jaggaer_key: str,
    actor: str,
) -> str | None:
    """Note that a document of JAGGAER is the one of Oracle with this number, by a person's word; return Oracle's key.

    None, and nothing is noted, where the ledger does not know exactly one document of that number, or where one of the
    two is paired with another already.
    """
    scope = {"integration": integration, "kind": kind, "number": oracle_number, "jaggaer_key": jaggaer_key}
    rows = database.fetch_all(_SQL["of_number"], scope)
    if len(rows) != 1:
        return None
    key = str(rows[0]["document_key"])
    sealed = vault.seal(b"{}", _place({**scope, "oracle_key": key}))
    bound = database.fetch_one(_SQL["bind"], {**scope, "oracle_key": key, "agreed": sealed, "actor": actor})
    return key if bound is not None else None


def _one(database: Database, vault: Vault, statement: bytes, parameters: dict[str, Any]) -> Pair | None:
    row = database.fetch_one(statement, parameters)
    if row is None:
        return None
    agreed = exact_json.loads(vault.open(bytes(row["agreed"]), _place(row)))
    fields = agreed if isinstance(agreed, dict) else {}
    return Pair(
        oracle_key=row["oracle_key"],
        oracle_number=row["oracle_number"],
        jaggaer_key=row["jaggaer_key"],
        agreed={name: None if value is None else str(value) for name, value in fields.items()},
        version=row["version"],
        decided={name: Rule(rule) for name, rule in (row["decided"] or {}).items()},
    )


def _place(row: dict[str, Any]) -> Place:
    return Place(table="pair", column="agreed", row=f"{row['integration']}/{row['kind']}/{row['oracle_key']}")


def _columns(found: tuple[Conflict, ...]) -> dict[str, list[str | None]]:
    return {
        "fields": [one.field for one in found],
        "oracle": [_shown(one.field, one.oracle) for one in found],
        "jaggaer": [_shown(one.field, one.jaggaer) for one in found],
        "before": [_shown(one.field, one.agreed) for one in found],
    }


def _shown(name: str, value: str | None) -> str | None:
    shown = redaction.mask_field(name, value)
    return shown.replace("\x00", "␀") if shown else shown


SEALED = SealedTable(
    name="pair", sql=_SQL, before_first={"integration": "", "kind": "", "oracle_key": ""}, place=_place
)
