"""Vaults for tests: several on one database, as processes would have, and ways to read all that a dump holds."""

import base64
import os
import zlib
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from common.database.pool import Database
from common.vault.keys import Keyring
from common.vault.seal import Place, Vault
from common.vault.sources import KeyFile

CURRENT_FOR = 0.05
"""How long the vaults of tests go on with a data key, in seconds."""


def a_vault(database: Database, key_file: Path) -> Vault:
    """Return a vault as a new process would have it."""
    return Vault(database, KeyFile(path=key_file), current_for_seconds=CURRENT_FOR)


def sealed_as_before(ring: Keyring, plain: bytes, place: Place) -> bytes:
    """Seal in version 1, which sealed with the master key itself."""
    key_id = ring.current.encode()
    nonce = os.urandom(12)
    bound = f"{place.table}\x1f{place.column}\x1f{place.row}\x1f{ring.current}".encode()
    return (
        bytes((1, len(key_id)))
        + key_id
        + nonce
        + AESGCM(ring.keys[ring.current]).encrypt(nonce, zlib.compress(plain, 1), bound)
    )


def keep_only_newest(key_file: Path) -> str:
    """Take every key but the newest out of a key file; return its id."""
    newest = key_file.read_text().splitlines()[-1]
    key_file.write_text(newest + "\n")
    return newest.split()[0]


def dump(database: Database) -> bytes:
    """Return every byte of every table, as a dump would hold it, both as stored and as text."""
    parts = []
    with database.connection() as connection:
        names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        for form in (b"binary", b"text"):
            for row in names:
                statement = b'COPY "' + row["tablename"].encode() + b'" TO STDOUT (FORMAT ' + form + b")"
                with connection.cursor().copy(statement) as copied:
                    parts += [bytes(part) for part in copied]
    return b"".join(parts)


def forms_of(secret: bytes) -> tuple[bytes, ...]:
    """Return how a secret could stand in a dump: itself, in hexadecimal, in base64, compressed."""
    return secret, secret.hex().encode(), base64.b64encode(secret).rstrip(b"="), zlib.compress(secret, 1)
