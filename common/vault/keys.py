"""Master keys: 256-bit keys by id, written as lines.

One key per line, `id base64`; blank lines and lines that begin with `#` are passed over. The last key is the newest:
it wraps new data keys. Every key unwraps. The lines come from a file, an environment variable or a command
(`sources.py`), never from the database.
"""

import base64
import binascii
import os
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime

from common.telemetry import redaction
from common.vault.errors import MasterKeyRefused

_KEY_BYTES = 32
_KEY_ID = re.compile(r"^[A-Za-z0-9_-]{1,32}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyring:
    """Master keys by id; `current` names the newest."""

    keys: dict[str, bytes] = field(repr=False)
    current: str


def parse(text: str, source: str) -> Keyring:
    """Read the lines of a source. Raises MasterKeyRefused naming the line at fault: nothing of what it holds."""
    keys: dict[str, bytes] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip() and not line.startswith("#"):
            key_id, key = _parse(f"{source}:{number}", line)
            if key_id in keys:
                raise MasterKeyRefused(f"{source}:{number}: there are two keys with the id {key_id}.")
            keys[key_id] = key
    if not keys:
        raise MasterKeyRefused(f"{source} holds no key. One line per key: an id, a space, 32 bytes as base64.")
    return Keyring(keys=keys, current=list(keys)[-1])


def new_line() -> str:
    """Return the line of a new key. Its id has the day and a random part, so that no two keys share one."""
    return f"{_new_id()} {base64.b64encode(os.urandom(_KEY_BYTES)).decode()}\n"


def _new_id() -> str:
    return f"k{datetime.now(UTC):%Y%m%d}-{os.urandom(4).hex()}"


def _parse(where: str, line: str) -> tuple[str, bytes]:
    key_id, _, encoded = line.strip().partition(" ")
    if not _KEY_ID.match(key_id):
        raise MasterKeyRefused(f"{where}: the key id is not 1 to 32 letters, digits, '-' or '_'.")
    try:
        key = base64.b64decode(encoded.strip(), validate=True)
    except (binascii.Error, ValueError):
        raise MasterKeyRefused(f"{where}: the key is not base64.") from None
    if len(key) != _KEY_BYTES:
        raise MasterKeyRefused(f"{where}: the key has {len(key)} bytes, not {_KEY_BYTES}.")
    redaction.register(encoded.strip())
    return key_id, key
