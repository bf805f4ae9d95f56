"""Data keys: what values are sealed with. The database keeps them wrapped by a master key, and nowhere in the clear.

Each purpose (a table with sealed values) has its own. A new one is begun after a week, long before 2^30 values are
sealed with one random nonce each; the older ones go on opening what they sealed. A process unwraps a data key once and
keeps it in its memory; which one seals is looked up again every few seconds, so that a rotation is noticed everywhere.
"""

import os
import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from psycopg.rows import DictRow

from common.clock import Monotonic, monotonic
from common.database import statements
from common.database.pool import Database
from common.vault.errors import KeyMissing
from common.vault.master_keys import MasterKeys
from common.vault.sealed_value import NONCE_BYTES
from common.vault.sources import KeySource

_SQL = statements.load(__name__)
_KEY_BYTES = 32
_LONGEST_USE = timedelta(days=7)

CURRENT_FOR_SECONDS = 10.0
"""How long a process goes on sealing with a data key after another one was begun."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrapped:
    """A data key as the database keeps it."""

    data_key_id: UUID
    purpose: str
    master_key_id: str
    wrapped: bytes = field(repr=False)

    @classmethod
    def from_row(cls, row: DictRow) -> "Wrapped":
        """Read a row of the table."""
        return cls(
            data_key_id=row["data_key_id"],
            purpose=row["purpose"],
            master_key_id=row["master_key_id"],
            wrapped=bytes(row["wrapped"]),
        )

    def __str__(self) -> str:
        return f"Data key {self.data_key_id} (for {self.purpose})"


@dataclass(frozen=True, slots=True, kw_only=True)
class DataKey:
    """A data key that is ready to work."""

    data_key_id: UUID
    cipher: AESGCM = field(repr=False)


class DataKeys:
    """The data keys of one database, as far as this process has met them. Safe to use from several threads."""

    def __init__(
        self,
        database: Database,
        source: KeySource,
        *,
        clock: Monotonic = monotonic,
        current_for_seconds: float = CURRENT_FOR_SECONDS,
    ) -> None:
        self.masters = MasterKeys(source, clock)
        self.current_for_seconds = current_for_seconds
        self._database = database
        self._clock = clock
        self._lock = threading.Lock()
        self._ciphers: dict[UUID, AESGCM] = {}
        self._current: dict[str, tuple[DataKey, float]] = {}

    def sealing(self, purpose: str) -> DataKey:
        """Return the key that seals new values of a purpose. Raises KeyMissing or DatabaseUnavailable."""
        current = self._current.get(purpose)
        if current is not None and self._clock() < current[1]:
            return current[0]
        if current is None:
            self._lock.acquire()
        elif not self._lock.acquire(blocking=False):
            return current[0]  # another thread is looking it up; this one works on
        try:
            again = self._current.get(purpose)
            if again is not None and self._clock() < again[1]:
                return again[0]
            key = self._newest(purpose)
            self._current[purpose] = (key, self._clock() + self.current_for_seconds)
            return key
        finally:
            self._lock.release()

    def opening(self, data_key_id: UUID, what: str) -> AESGCM:
        """Return the key of this id, which `what` needs. Raises KeyMissing or DatabaseUnavailable."""
        cipher = self._ciphers.get(data_key_id)
        if cipher is not None:
            return cipher
        row = self._database.fetch_one(_SQL["find"], {"data_key_id": data_key_id})
        if row is None:
            raise KeyMissing(
                f"{what} needs the data key {data_key_id}, which is not in the database. Restore the table data_key."
            )
        return self._kept(Wrapped.from_row(row))

    def begin(self, purpose: str, master_key_id: str, since: datetime | None = None) -> None:
        """Begin a new data key for a purpose, unless one was begun since then (by default: within a week)."""
        key, data_key_id = os.urandom(_KEY_BYTES), uuid4()
        made = self.wrap(data_key_id, purpose, key, master_key_id)
        with self._database.connection() as connection:
            connection.execute(
                _SQL["add"],
                {
                    "data_key_id": data_key_id,
                    "purpose": purpose,
                    "master_key_id": master_key_id,
                    "wrapped": made.wrapped,
                    "since": since,
                    "longest_use": _LONGEST_USE,
                },
            )

    def wrap(self, data_key_id: UUID, purpose: str, key: bytes, master_key_id: str) -> Wrapped:
        """Wrap a data key with a master key. Raises KeyMissing."""
        cipher = self.masters.cipher(master_key_id, f"Data key {data_key_id} (for {purpose})")
        nonce = os.urandom(NONCE_BYTES)
        return Wrapped(
            data_key_id=data_key_id,
            purpose=purpose,
            master_key_id=master_key_id,
            wrapped=nonce + cipher.encrypt(nonce, key, _associated(data_key_id, purpose, master_key_id)),
        )

    def unwrap(self, held: Wrapped) -> bytes:
        """Return a data key in the clear. Raises KeyMissing."""
        cipher = self.masters.cipher(held.master_key_id, str(held))
        nonce, body = held.wrapped[:NONCE_BYTES], held.wrapped[NONCE_BYTES:]
        try:
            return cipher.decrypt(nonce, body, _associated(held.data_key_id, held.purpose, held.master_key_id))
        except (InvalidTag, ValueError):
            raise KeyMissing(
                f"{held} does not open with the master key {held.master_key_id!r}: that key in "
                f"{self.masters.source.name} is not the one of this database, or the row was changed. Put the right "
                f"key there and start again."
            ) from None

    def forget_current(self) -> None:
        """Look up which data keys seal before the next value is sealed."""
        with self._lock:
            self._current.clear()

    def _newest(self, purpose: str) -> DataKey:
        asked = {"purpose": purpose, "longest_use": _LONGEST_USE}
        row = self._database.fetch_one(_SQL["newest"], asked)
        if row is None or not row["young"]:
            wrapping = self._database.fetch_one(_SQL["wrapping"])
            self.begin(purpose, wrapping["master_key_id"] if wrapping else self.masters.newest)
            row = self._database.fetch_one(_SQL["newest"], asked)
        if row is None:
            raise KeyMissing(f"There is no data key for {purpose}: the table data_key was emptied meanwhile.")
        held = Wrapped.from_row(row)
        return DataKey(data_key_id=held.data_key_id, cipher=self._kept(held))

    def _kept(self, held: Wrapped) -> AESGCM:
        cipher = self._ciphers.get(held.data_key_id)
        if cipher is None:
            cipher = self._ciphers[held.data_key_id] = AESGCM(self.unwrap(held))
        return cipher


def _associated(data_key_id: UUID, purpose: str, master_key_id: str) -> bytes:
    """Return what a wrapped data key is bound to; the last part may hold anything, the others cannot run into it."""
    return b"data_key\x1f" + data_key_id.bytes + f"{master_key_id}\x1f{purpose}".encode()
