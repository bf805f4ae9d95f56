"""The vault: seals what must not be read in a stolen dump, and opens it again in its place.

Values are sealed with data keys (`data_keys.py`), which the database keeps wrapped by a master key (`sources.py`): a
dump alone opens nothing. Values that an earlier version sealed with a master key itself still open; none is written.
"""

from common.clock import Monotonic, monotonic
from common.database.pool import Database
from common.vault import sealed_value
from common.vault.data_keys import CURRENT_FOR_SECONDS, DataKeys
from common.vault.errors import DoesNotOpen, KeyMissing
from common.vault.sealed_value import Place
from common.vault.sources import KeySource

__all__ = ["DoesNotOpen", "KeyMissing", "Place", "Vault"]


class Vault:
    """Seals with the newest data key of a place's table, opens with any. Safe to use from several threads.

    `database` lends connections for looking up data keys, also while the caller is in a transaction of its own: give a
    pool that the caller's threads cannot use up.
    """

    def __init__(
        self,
        database: Database,
        source: KeySource,
        *,
        clock: Monotonic = monotonic,
        current_for_seconds: float = CURRENT_FOR_SECONDS,
    ) -> None:
        self.keys = DataKeys(database, source, clock=clock, current_for_seconds=current_for_seconds)

    def seal(self, plain: bytes, place: Place) -> bytes:
        """Return the sealed value. Raises KeyMissing or DatabaseUnavailable."""
        key = self.keys.sealing(place.table)
        return sealed_value.seal(key.cipher, key.data_key_id, plain, place)

    def open(self, sealed: bytes, place: Place) -> bytes:
        """Return what was sealed for this place. Raises DoesNotOpen or DatabaseUnavailable."""
        head = sealed_value.header(sealed, place)
        what = f"The value in {place},"
        if isinstance(head.key, str):
            cipher = self.keys.masters.cipher(head.key, what)
        else:
            cipher = self.keys.opening(head.key, what)
        return sealed_value.unseal(cipher, head, sealed, place)
