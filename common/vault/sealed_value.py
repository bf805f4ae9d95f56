"""The form of a sealed value: AES-256-GCM, the key's id in the header, bound to the place where the bytes belong.

    version 2   `2 | id of the data key (16) | nonce (12) | ciphertext and tag`
    version 1   `1 | length of key id | id of a master key | nonce (12) | ciphertext and tag`: read, never written

Version, table, column, row and key id are the associated data, so a value that was moved to another row or column, or
whose header was changed, does not open. Values are compressed first: documents are text and shrink to about a tenth.
Pure but for the random nonce.
"""

import os
import zlib
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from common.vault.errors import DoesNotOpen

DIRECT, ENVELOPE = 1, 2
NONCE_BYTES = 12
HEADER_BYTES = 17
"""Version and data key id: as many bytes as tell with which data key a value of version 2 was sealed."""

_LARGEST_OPENED = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a sealed value belongs. The table is also the purpose of the data key that seals it."""

    table: str
    column: str
    row: str

    def __str__(self) -> str:
        return f"{self.table}.{self.column}, row {self.row}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What the beginning of a sealed value says: which key sealed it, and where its nonce begins."""

    key: UUID | str
    """The id of a data key, or in version 1 that of a master key."""
    end: int


def header(sealed: bytes, place: Place) -> Header:
    """Read the beginning of a sealed value. Raises DoesNotOpen for bytes that cannot be one."""
    if len(sealed) >= HEADER_BYTES and sealed[0] == ENVELOPE:
        return Header(key=UUID(bytes=sealed[1:HEADER_BYTES]), end=HEADER_BYTES)
    if len(sealed) >= 2 and sealed[0] == DIRECT:
        end = 2 + sealed[1]
        return Header(key=sealed[2:end].decode("ascii", "replace"), end=end)
    raise DoesNotOpen(f"The value in {place} is not a sealed value.")


def begins(data_key_id: UUID) -> bytes:
    """Return how every value begins that was sealed with this data key."""
    return bytes((ENVELOPE,)) + data_key_id.bytes


def seal(cipher: AESGCM, data_key_id: UUID, plain: bytes, place: Place) -> bytes:
    """Return the sealed value."""
    nonce = os.urandom(NONCE_BYTES)
    return begins(data_key_id) + nonce + cipher.encrypt(nonce, zlib.compress(plain, 1), associated(place, data_key_id))


def unseal(cipher: AESGCM, head: Header, sealed: bytes, place: Place) -> bytes:
    """Return what was sealed for this place. Raises DoesNotOpen."""
    nonce, body = sealed[head.end : head.end + NONCE_BYTES], sealed[head.end + NONCE_BYTES :]
    try:
        return _inflate(cipher.decrypt(nonce, body, associated(place, head.key)))
    except (InvalidTag, ValueError, zlib.error):
        raise DoesNotOpen(f"The value in {place}, was changed or moved there.") from None


def associated(place: Place, key: UUID | str) -> bytes:
    """Return the associated data. In version 2 each part carries its length, so none can run into the next."""
    if isinstance(key, str):  # version 1, as it was written then
        return f"{place.table}\x1f{place.column}\x1f{place.row}\x1f{key}".encode()
    parts = [part.encode() for part in (place.table, place.column, place.row)]
    return begins(key) + b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def _inflate(packed: bytes) -> bytes:
    stream = zlib.decompressobj()
    plain = stream.decompress(packed, _LARGEST_OPENED)
    if stream.unconsumed_tail:
        raise ValueError("larger than any document")
    return plain
