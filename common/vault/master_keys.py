"""The master keys in the memory of one process, read again from their source when a new one is met.

A rotation elsewhere adds a master key while this process works: the first data key that is wrapped with it makes this
process read its source again. An id that is not there is not looked for again for some seconds, so that a lost key does
not become a storm of calls to a key service.
"""

import threading

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from common.clock import Monotonic
from common.vault.errors import KeyMissing, MasterKeyRefused
from common.vault.keys import Keyring
from common.vault.sources import KeySource

_NOT_AGAIN_FOR_SECONDS = 5.0


class MasterKeys:
    """Master keys by id. Safe to use from several threads. Raises MasterKeyRefused if the source cannot be used."""

    def __init__(self, source: KeySource, monotonic: Monotonic) -> None:
        self.source = source
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._in_vain: dict[str, float] = {}
        self._take(source.read())

    @property
    def newest(self) -> str:
        """The id of the last key in the source, as it was last read."""
        return self._newest

    @property
    def known(self) -> tuple[str, ...]:
        """The ids of all keys, the newest last."""
        return tuple(self._ciphers)

    def read_again(self) -> None:
        """Read the source. Raises MasterKeyRefused."""
        with self._lock:
            self._take(self.source.read())

    def cipher(self, key_id: str, what: str) -> AESGCM:
        """Return the key of this id, which `what` needs. Raises KeyMissing, also if the source cannot be read now."""
        cipher, why = self._ciphers.get(key_id), ""
        if cipher is None:
            try:
                self._look_again(key_id)
            except MasterKeyRefused as error:
                why = f" {error}"
            cipher = self._ciphers.get(key_id)
        if cipher is None:
            raise KeyMissing(
                f"{what} needs the master key {key_id!r}, which {self.source.name} does not hold (it holds "
                f"{', '.join(self._ciphers)}).{why} Put that key back there, from the copy that is kept apart from the "
                f"backups: without it nothing that depends on it can be opened."
            )
        return cipher

    def _look_again(self, key_id: str) -> None:
        with self._lock:
            looked_at = self._in_vain.get(key_id)
            recently = looked_at is not None and self._monotonic() - looked_at < _NOT_AGAIN_FOR_SECONDS
            if key_id in self._ciphers or recently or not self.source.live:
                return
            self._in_vain[key_id] = self._monotonic()
            self._take(self.source.read())

    def _take(self, keyring: Keyring) -> None:
        self._ciphers = {key_id: AESGCM(key) for key_id, key in keyring.keys.items()}
        self._newest = keyring.current
