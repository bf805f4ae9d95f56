"""Mapping sets in the ledger: versions that never change, one of which is active per integration and kind.

A version comes from a file and is a draft until it is activated; activating one retires the one before, in one
transaction. Both leave an event. Changes of one integration's sets take turns, so that people who import at once each
get a version, and exactly one of them stays active.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from psycopg.types.json import Jsonb

from common.database import statements
from common.database.pool import Connection, Database
from common.mapping.rules import MappingKind, Pattern, PatternKind, Rule, RuleSet, TargetShare
from schemas.coding import FieldValue
from schemas.money import plain

_SQL = statements.load(__name__)


class SetState(StrEnum):
    """Whether a version maps: not yet, now, or not any more."""

    DRAFT = "draft"
    ACTIVE = "active"
    RETIRED = "retired"


class NotThisVersion(Exception):
    """A version cannot be activated: there is none of that number, or another one is active than was expected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetFile:
    """What a version is made of: the rules, SHA-256 of the file that they were read from, and why it was made."""

    rules: RuleSet
    file_hash: bytes
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingVersion:
    """One version of a set, without its rules: `rules` is how many."""

    integration: str
    kind: MappingKind
    version: int
    state: SetState
    fields: tuple[str, ...]
    rules: int
    file_hash: bytes
    note: str
    imported_at: datetime
    imported_by: str
    activated_at: datetime | None
    activated_by: str | None


def add(database: Database, integration: str, file: SetFile, *, actor: str) -> MappingVersion:
    """Keep a file's rules as the next version, a draft."""
    with database.transaction() as connection:
        return _add(connection, integration, file, actor)


def add_active(
    database: Database, integration: str, file: SetFile, *, actor: str, expected: int | None = None
) -> MappingVersion:
    """Keep a file's rules as the next version and activate it, both or neither. Raises NotThisVersion."""
    with database.transaction() as connection:
        added = _add(connection, integration, file, actor)
        return _activate(connection, added, expected, actor)


def activate(
    database: Database, integration: str, kind: MappingKind, version: int, *, actor: str, expected: int | None = None
) -> MappingVersion:
    """Let a version map, a draft or a retired one, instead of the one that does.

    `expected` is the version that must be active until now (0: none). Raises NotThisVersion.
    """
    with database.transaction() as connection:
        _take_turn(connection, integration, kind)
        row = connection.execute(_SQL["find"], _scope(integration, kind) | {"version": version}).fetchone()
        if row is None:
            raise NotThisVersion(f"There is no version {version} of the {kind} mapping of {integration}.")
        return _activate(connection, _version(row), expected, actor)


def active(database: Database, integration: str, kind: MappingKind) -> MappingVersion | None:
    """Return the version that maps now, None if none does."""
    row = database.fetch_one(_SQL["active"], _scope(integration, kind))
    return _version(row) if row else None


def find(database: Database, integration: str, kind: MappingKind, version: int) -> MappingVersion | None:
    """Return one version, None if there is none of that number."""
    row = database.fetch_one(_SQL["find"], _scope(integration, kind) | {"version": version})
    return _version(row) if row else None


def history(database: Database, integration: str, kind: MappingKind) -> list[MappingVersion]:
    """Return every version, newest first."""
    return [_version(row) for row in database.fetch_all(_SQL["history"], _scope(integration, kind))]


def seconds_active(database: Database, version: MappingVersion) -> float:
    """Return for how long a version has been active, by the database's clock; 0 if it is not."""
    row = database.fetch_one(_SQL["seconds_active"], _scope(version.integration, version.kind))
    return float(row["seconds"]) if row and row["version"] == version.version else 0.0


def load(database: Database, version: MappingVersion) -> RuleSet:
    """Return the rules of a version, as they were imported."""
    rows = database.fetch_all(_SQL["rules"], _scope(version.integration, version.kind) | {"version": version.version})
    return RuleSet(kind=version.kind, fields=version.fields, rules=tuple(map(_rule, rows)))


def _add(connection: Connection, integration: str, file: SetFile, actor: str) -> MappingVersion:
    scope = _scope(integration, file.rules.kind)
    _take_turn(connection, integration, file.rules.kind)
    parameters = {
        **scope,
        "fields": list(file.rules.fields),
        "rules": len(file.rules.rules),
        "file_hash": file.file_hash,
        "note": file.note,
        "actor": actor,
    }
    row = connection.execute(_SQL["add"], parameters).fetchone()
    if row is None:
        raise RuntimeError("INSERT .. RETURNING returned nothing")
    added = _version(row)
    connection.execute(_SQL["add_rules"], {**scope, "version": added.version, **_columns(file.rules.rules)})
    return added


def _activate(connection: Connection, wanted: MappingVersion, expected: int | None, actor: str) -> MappingVersion:
    scope = _scope(wanted.integration, wanted.kind) | {"version": wanted.version}
    row = connection.execute(_SQL["active"], scope).fetchone()
    before = row["version"] if row else 0
    if expected is not None and before != expected:
        found = f"version {before} is" if before else "none is"
        raise NotThisVersion(
            f"Version {expected} of the {wanted.kind} mapping of {wanted.integration} should be active, but {found}: "
            f"somebody changed it meanwhile. Compare with `ml-connector map diff`, then try again."
        )
    connection.execute(_SQL["retire"], scope)
    connection.execute(_SQL["activate"], {**scope, "actor": actor, "instead_of": before or None})
    row = connection.execute(_SQL["find"], scope).fetchone()
    if row is None:
        raise RuntimeError("a version that was found is gone")
    return _version(row)


def _take_turn(connection: Connection, integration: str, kind: MappingKind) -> None:
    connection.execute(_SQL["take_turn"], _scope(integration, kind))


def _scope(integration: str, kind: MappingKind) -> dict[str, Any]:
    return {"integration": integration, "kind": kind}


def _version(row: dict[str, Any]) -> MappingVersion:
    return MappingVersion(
        integration=row["integration"],
        kind=MappingKind(row["kind"]),
        version=row["version"],
        state=SetState(row["state"]),
        fields=tuple(row["fields"]),
        rules=row["rules"],
        file_hash=bytes(row["file_hash"]),
        note=row["note"],
        imported_at=row["imported_at"],
        imported_by=row["imported_by"],
        activated_at=row["activated_at"],
        activated_by=row["activated_by"],
    )


def _columns(rules: tuple[Rule, ...]) -> dict[str, list[Any]]:
    return {
        "numbers": [rule.number for rule in rules],
        "precedences": [rule.precedence for rule in rules],
        "business_units": [rule.business_unit for rule in rules],
        "charts": [rule.chart for rule in rules],
        "valid_from": [rule.valid_from for rule in rules],
        "valid_to": [rule.valid_to for rule in rules],
        "fallbacks": [rule.default for rule in rules],
        "notes": [rule.note for rule in rules],
        "patterns": [Jsonb([_pattern_row(pattern) for pattern in rule.patterns]) for rule in rules],
        "targets": [Jsonb([_target_row(target) for target in rule.targets]) for rule in rules],
    }


def _pattern_row(pattern: Pattern) -> dict[str, Any]:
    return {"part": pattern.part, "kind": pattern.kind, "text": pattern.text, "high": pattern.high}


def _target_row(target: TargetShare) -> dict[str, Any]:
    values = [{"field": one.field, "value": one.value, "description": one.description} for one in target.values]
    return {"percent": plain(target.percent), "values": values}


def _rule(row: dict[str, Any]) -> Rule:
    return Rule(
        number=row["number"],
        precedence=row["precedence"],
        patterns=tuple(Pattern(**{**one, "kind": PatternKind(one["kind"])}) for one in row["patterns"]),
        targets=tuple(
            TargetShare(percent=Decimal(one["percent"]), values=tuple(FieldValue(**value) for value in one["values"]))
            for one in row["targets"]
        ),
        business_unit=row["business_unit"],
        chart=row["chart"],
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
        default=row["fallback"],
        note=row["note"],
    )
