"""Rotation: a new master key over every data key, new data keys, and on request every value sealed again.

It works while the system syncs. Every write is a compare-and-set in a small batch, so a rotation may be cut anywhere:
the next one finds it unfinished in `key_rotation` and goes on. Nothing is ever deleted: an old data key goes on opening
what a late writer sealed with it, and old master keys stay with the operator for older backups.
"""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from common.database import statements
from common.database.pool import Database
from common.database.statements import Statements
from common.vault import sealed_value
from common.vault.data_keys import DataKeys, Wrapped
from common.vault.errors import MasterKeyRefused, VaultError
from common.vault.seal import Vault
from common.vault.sealed_value import Place
from common.vault.sources import KeyFile, KeySource

_SQL = statements.load(__name__)
_LOCK = 0x6D6C_726F_7461  # "mlrota"
_BATCH = 100
_HEADERS = 5_000

Progress = Callable[[str, int], object]


def _silent(_what: str, _number: int) -> None:
    """Tell nobody."""


def _wait(seconds: float) -> None:
    threading.Event().wait(seconds)


class RotationBusy(VaultError):
    """Another rotation is at work on this database."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedTable:
    """A table with sealed values, as its owner declares it.

    Its statement `sealed_last` returns the last key, its columns prefixed with `last_`; `sealed_page` takes that, the
    key columns of the row before (`before_first` for the first page), `limit`, `whole` and `fresh`, and returns key
    columns, `beginning` (48 bytes) and `sealed`; `reseal` takes the key columns, `beginning` and `new`.
    """

    name: str
    sql: Statements
    before_first: Mapping[str, Any]
    place: Callable[[dict[str, Any]], Place]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How a rotation goes: rows per batch, how it waits for seconds, and who is told what is done after each batch."""

    batch: int = _BATCH
    rest: Callable[[float], object] = _wait
    progress: Progress = _silent


_USUAL = Pace()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """A rotation that was begun."""

    rotation_id: int
    master_key_id: str
    reseal: bool
    begun_at: datetime
    continued: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotated:
    """What a rotation did in this run."""

    rotation: Rotation
    rewrapped: int
    resealed: int


def add_master_key(database: Database, source: KeySource) -> str:
    """Make a new master key in the key file and return its id. Raises RotationBusy or MasterKeyRefused.

    If the file already has one that nothing uses yet, that is it.
    """
    with _alone(database):
        return _unused_master_key(database, source)


def rotate(
    database: Database,
    vault: Vault,
    tables: tuple[SealedTable, ...],
    *,
    reseal: bool,
    actor: str,
    pace: Pace = _USUAL,
) -> Rotated:
    """Rotate, or finish a rotation that was interrupted. Raises RotationBusy, MasterKeyRefused or DoesNotOpen."""
    with _alone(database):
        rotation = _unfinished(database, reseal=reseal) or _begin(database, vault.keys, reseal=reseal, actor=actor)
        vault.keys.masters.read_again()
        rewrapped = _rewrap(database, vault.keys, rotation, pace)
        purposes = {row["purpose"] for row in database.fetch_all(_SQL["purposes"])} | {table.name for table in tables}
        for purpose in sorted(purposes):
            vault.keys.begin(purpose, rotation.master_key_id, since=rotation.begun_at)
        vault.keys.forget_current()
        resealed = 0
        if rotation.reseal:
            resealed = _reseal_all(database, vault, tables, rotation, pace)
            pace.rest(2 * vault.keys.current_for_seconds)
            resealed += _reseal_all(database, vault, tables, rotation, pace)  # what late writers sealed
        rewrapped += _rewrap(database, vault.keys, rotation, pace)  # what late writers began
        ended = {"rotation_id": rotation.rotation_id, "actor": actor, "rewrapped": rewrapped, "resealed": resealed}
        if database.fetch_one(_SQL["finish"], ended) is None:
            raise RotationBusy("The rotation did not end: something else writes data keys. Run it again.")
    return Rotated(rotation=rotation, rewrapped=rewrapped, resealed=resealed)


def needed_master_keys(
    database: Database, tables: tuple[SealedTable, ...], progress: Progress = _silent
) -> dict[str, int]:
    """Return the ids of the master keys that open this database, each with how many values it sealed directly."""
    needed = {row["master_key_id"]: 0 for row in database.fetch_all(_SQL["master_keys"])}
    seen = 0
    for table in tables:
        for page in _pages(database, table, {"whole": False, "fresh": [], "limit": _HEADERS}):
            for row in page:
                key = sealed_value.header(bytes(row["beginning"]), table.place(row)).key
                if isinstance(key, str):
                    needed[key] = needed.get(key, 0) + 1
            seen += len(page)
            progress("looked at", seen)
    return needed


@contextmanager
def _alone(database: Database) -> Iterator[None]:
    with database.connection() as connection:
        row = connection.execute(_SQL["lock"], {"lock": _LOCK}).fetchone()
        if row is None or not row["locked"]:
            raise RotationBusy("Another rotation is at work on this database. Wait until it ends.")
        try:
            yield
        finally:
            connection.execute(_SQL["unlock"], {"lock": _LOCK})


def _unfinished(database: Database, *, reseal: bool) -> Rotation | None:
    row = database.fetch_one(_SQL["unfinished"])
    if row is None:
        return None
    if reseal and not row["reseal"]:
        with database.connection() as connection:
            connection.execute(_SQL["widen"], {"rotation_id": row["rotation_id"]})
    return Rotation(**{**row, "reseal": row["reseal"] or reseal}, continued=True)


def _begin(database: Database, keys: DataKeys, *, reseal: bool, actor: str) -> Rotation:
    asked = {"master_key_id": _unused_master_key(database, keys.masters.source), "reseal": reseal, "actor": actor}
    row = database.fetch_one(_SQL["begin"], asked)
    if row is None:
        raise RotationBusy("The rotation was not begun. Try again.")
    return Rotation(**row, continued=False)


def _unused_master_key(database: Database, source: KeySource) -> str:
    """Return the newest master key of the source if nothing uses it yet; otherwise make one, if that can be done."""
    keyring = source.read()
    used = {row["master_key_id"] for row in database.fetch_all(_SQL["master_keys"])}
    if used and keyring.current not in used:
        return keyring.current
    if isinstance(source, KeyFile):
        return source.add().current
    raise MasterKeyRefused(
        f"The newest key in {source.name}, {keyring.current}, is the one in use. Add a new key as its last line, keep "
        f"the old ones before it, restart every process with it (a command is asked again by itself), and rotate again."
    )


def _rewrap(database: Database, keys: DataKeys, rotation: Rotation, pace: Pace) -> int:
    done = 0
    asked = {"master_key_id": rotation.master_key_id, "limit": pace.batch}
    while rows := database.fetch_all(_SQL["to_rewrap"], asked):
        moves = []
        for held in map(Wrapped.from_row, rows):
            new = keys.wrap(held.data_key_id, held.purpose, keys.unwrap(held), rotation.master_key_id)
            moves.append({"data_key_id": held.data_key_id, "wrapped": new.wrapped, "seen": held.wrapped, **asked})
        done += _write(database, _SQL["rewrap"], moves)
        pace.progress("data keys rewrapped", done)
    return done


def _reseal_all(
    database: Database,
    vault: Vault,
    tables: tuple[SealedTable, ...],
    rotation: Rotation,
    pace: Pace,
) -> int:
    return sum(_reseal(database, vault, table, rotation, pace) for table in tables)


def _reseal(database: Database, vault: Vault, table: SealedTable, rotation: Rotation, pace: Pace) -> int:
    done = looked_at = 0
    begun = database.fetch_all(_SQL["begun_since"], {"since": rotation.begun_at})
    fresh = [sealed_value.begins(row["data_key_id"]) for row in begun]
    for page in _pages(database, table, {"whole": True, "fresh": fresh, "limit": pace.batch}):
        moves = []
        for row in page:
            if row["sealed"] is not None:
                place = table.place(row)
                moves.append({**row, "sealed": None, "new": vault.seal(vault.open(bytes(row["sealed"]), place), place)})
        done += _write(database, table.sql["reseal"], moves)
        looked_at += len(page)
        pace.progress(f"{table.name}: values looked at", looked_at)
    return done


def _write(database: Database, statement: bytes, moves: list[dict[str, Any]]) -> int:
    """Run a compare-and-set for each move, as one transaction; return how many rows were changed."""
    with database.transaction() as connection:
        return sum(connection.execute(statement, move).rowcount for move in moves)


def _pages(database: Database, table: SealedTable, asked: dict[str, Any]) -> Iterator[list[dict[str, Any]]]:
    """Page through what there is now: writers that go on must not keep a pass from ending."""
    last = database.fetch_one(table.sql["sealed_last"])
    after = dict(table.before_first)
    while last and (page := database.fetch_all(table.sql["sealed_page"], {**asked, **after, **last})):
        yield page
        after = {column: page[-1][column] for column in after}
